"""Reads of people, and of who somebody is now."""

from coproduce.accounts.queries.people import (
    About,
    Part,
    about,
    adults_living_in,
    envelopes,
    is_last_administrator,
    people_in_circle,
    people_with_role,
    signed_in_as,
    standing,
    standing_of,
)

__all__ = [
    "About",
    "Part",
    "about",
    "adults_living_in",
    "envelopes",
    "is_last_administrator",
    "people_in_circle",
    "people_with_role",
    "signed_in_as",
    "standing",
    "standing_of",
]
