"""Reads of places."""

from sqlalchemy import func, select

from coproduce.db import db
from coproduce.neighbourhoods.models import Home, Place
from coproduce.neighbourhoods.rules import Spot, Tree


def tree() -> Tree:
    """Every place, in one query."""
    rows = db.session.execute(select(Place.id, Place.parent_id, Place.kind, Place.name).order_by(Place.id))
    return Tree.of(Spot(*row) for row in rows)


def homes_in(place_ids: frozenset[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(Home).where(Home.place_id.in_(place_ids))) or 0
