"""Reads for the home page and my contributions: however much is open here, the same few queries."""

from coproduce.home.queries.machines import readiness
from coproduce.home.queries.mine import Mine, mine
from coproduce.home.queries.needs import needs, places_of, votes_for
from coproduce.home.queries.open_here import Card, OpenHere, Promised, open_in, promised

__all__ = [
    "Card",
    "Mine",
    "OpenHere",
    "Promised",
    "mine",
    "needs",
    "open_in",
    "places_of",
    "promised",
    "readiness",
    "votes_for",
]
