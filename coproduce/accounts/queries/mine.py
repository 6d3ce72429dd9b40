"""Reads of one's own account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coproduce.accounts.models import Person, WayIn
from coproduce.accounts.rules import Standing, WayInKind
from coproduce.accounts.rules.ways import OPEN_THE_DOOR
from coproduce.db import db


def person(me: Standing) -> Person:
    return db.session.get_one(Person, me.person_id)


def ways(person_id: int) -> Sequence[WayIn]:
    """The ways in, oldest first."""
    query = select(WayIn).where(WayIn.person_id == person_id, WayIn.kind.in_(OPEN_THE_DOOR))
    return db.session.scalars(query.order_by(WayIn.id)).all()


def kept_passphrase(person_id: int | None) -> str | None:
    """The hash of their passphrase, when they have one."""
    query = select(WayIn.secret).where(WayIn.person_id == person_id, WayIn.kind == WayInKind.PASSPHRASE)
    return db.session.scalar(query)
