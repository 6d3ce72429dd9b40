"""Reads of the demo."""

from __future__ import annotations

from sqlalchemy import func, select

from coproduce.accounts.models import Person, WayIn
from coproduce.db import db
from coproduce.demo.rules import CAST, Player


def cast() -> list[tuple[Player, Person]]:
    """The players who are in the database, in the order of the cast."""
    emails = [player.email for player in CAST]
    rows = db.session.execute(
        select(WayIn.value, Person).join(Person, Person.id == WayIn.person_id).where(WayIn.value.in_(emails))
    )
    found = {email: person for email, person in rows}
    return [(player, found[player.email]) for player in CAST if player.email in found]


def number_of(full_name: str) -> str | None:
    """The resident number of somebody of the demo."""
    return db.session.scalar(select(Person.resident_ref).where(Person.full_name == full_name).limit(1))


def is_empty() -> bool:
    return not db.session.scalar(select(func.count()).select_from(Person))
