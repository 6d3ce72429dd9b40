"""Reads for those who give roles."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from coproduce import clock
from coproduce.accounts.models import CircleMade, Person, RoleHeld, Seat, WayIn
from coproduce.accounts.rules import Circle, WayInKind
from coproduce.db import db
from coproduce.neighbourhoods.models import Place

MOST_FOUND = 20


def _is_live(row: RoleHeld | Seat) -> bool:
    return row.until is None or row.until >= clock.today()


def live_roles(person: Person) -> list[RoleHeld]:
    """Roles that they hold, or will."""
    return [held for held in person.roles if _is_live(held)]


def live_seats(person: Person) -> list[Seat]:
    return [seat for seat in person.seats if _is_live(seat)]


def _with_trust() -> Select[Person]:
    return select(Person).options(
        joinedload(Person.roles), joinedload(Person.seats).joinedload(Seat.circle)
    ).where(Person.merged_into_id.is_(None), Person.closed_at.is_(None))  # fmt: skip


def holders() -> list[tuple[Person, list[RoleHeld], list[Seat]]]:
    """Everybody who holds a role or a seat now, by name."""
    today = clock.today()
    role = exists().where(RoleHeld.person_id == Person.id, RoleHeld.until.is_(None) | (RoleHeld.until >= today))
    sits = exists().where(Seat.person_id == Person.id, Seat.until.is_(None) | (Seat.until >= today))
    query = _with_trust().where(or_(role, sits)).order_by(Person.full_name, Person.id)
    people = db.session.scalars(query).unique().all()
    return [(person, live_roles(person), live_seats(person)) for person in people]


def search(words: str) -> Sequence[Person]:
    """People by a part of their name, their resident number or the email that they sign in with."""
    by_email = exists().where(
        WayIn.person_id == Person.id, WayIn.kind == WayInKind.EMAIL, WayIn.value == words.casefold()
    )
    names = (Person.full_name, Person.public_name, Person.resident_ref)
    parts = [func.lower(column).contains(words.lower(), autoescape=True) for column in names]
    query = _with_trust().where(or_(*parts, by_email)).order_by(Person.full_name, Person.id)
    found = select(Person.id).where(or_(*parts, by_email)).order_by(Person.full_name, Person.id).limit(MOST_FOUND)
    return db.session.scalars(query.where(Person.id.in_(found))).unique().all()


def find(person_id: int) -> Person | None:
    return db.session.scalars(_with_trust().where(Person.id == person_id)).unique().first()


def circles() -> list[tuple[int, Circle, str]]:
    query = select(CircleMade.id, CircleMade.kind, CircleMade.name).where(CircleMade.kind == Circle.TASK_FORCE)
    return [(id_, kind, name) for id_, kind, name in db.session.execute(query.order_by(CircleMade.id))]


def circle(circle_id: int) -> CircleMade:
    return db.session.get_one(CircleMade, circle_id)


def place(place_id: int) -> Place | None:
    return db.session.get(Place, place_id)
