"""Finding the person whom a champion helps to join, by what that person says of themselves."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from coproduce import clock
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import EVERYWHERE, Role, Standing
from coproduce.db import db
from coproduce.neighbourhoods.models import Home


def places_of(me: Standing) -> frozenset[int] | None:
    """Where they may help; None: everywhere."""
    found: frozenset[int] = frozenset()
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.CHAMPION):
        if role in me.roles:
            places = me.roles[role]
            if places is None:
                return EVERYWHERE
            found |= places
    return found


def find(me: Standing, *, number: str, name: str, postcode: str) -> Person | None:
    """One adult who lives in the helper's places and has this resident number, or this whole name and postcode.

    Nothing is found by a part of a name, and nothing when two people fit.
    """
    today = clock.today()
    live = (Occupancy.since <= today) & (Occupancy.until.is_(None) | (Occupancy.until >= today))
    by_number = func.lower(Person.resident_ref) == number.casefold()
    plain_postcode = func.replace(func.lower(Home.postcode), " ", "")
    by_name = (func.lower(Person.full_name) == name.casefold()) & (
        plain_postcode == postcode.casefold().replace(" ", "")
    )
    query = (
        select(Person)
        .join(Occupancy, Occupancy.person_id == Person.id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(live, Person.adult, Person.closed_at.is_(None), Person.merged_into_id.is_(None))
        .where(or_(by_number if number else by_name, by_name if name and postcode else by_number))
        .order_by(Person.id)
        .distinct()
    )
    places = places_of(me)
    if places is not None:
        query = query.where(Home.place_id.in_(places))
    found = db.session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None
