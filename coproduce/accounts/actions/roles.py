"""Giving and ending roles, and seats in circles."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from coproduce import audit, clock
from coproduce.accounts import letters, policy
from coproduce.accounts.models import CircleMade, Person, RoleHeld, Seat
from coproduce.accounts.rules import CIRCLE_NAMES, ROLE_NAMES, Circle, Role, Standing
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.neighbourhoods.models import Place
from coproduce.words import say

ROLE_GIVEN = audit.verb("role.given")
ROLE_ENDED = audit.verb("role.ended")
SEAT_TAKEN = audit.verb("seat.taken")
SEAT_LEFT = audit.verb("seat.left")


def give_role(
    person: Person,
    role: Role,
    *,
    by: Standing | None,
    place: Place | None = None,
    since: date | None = None,
    until: date | None = None,
) -> RoleHeld:
    """Give a role, and tell the person. `by` is None for the command line, which only an engineer of the landlord can
    reach, and for the demo: then nobody is told."""
    since = since or clock.today()
    if by is not None:
        require(policy.refuse_give_role(by))
        _check(person, since, until)
        if _holds(person, role, place.id if place else None):
            raise Conflict(say("This person holds this role there already. End it first to change its days."))
    held = RoleHeld(
        person_id=person.id,
        kind=role,
        place_id=place.id if place else None,
        since=since,
        until=until,
        given_by=by.person_id if by else None,
    )
    db.session.add(held)
    db.session.flush()
    audit.record(ROLE_GIVEN, by=by, kind="person", thing_id=person.id, role=role.value, place=held.place_id)
    if by is not None:
        letters.role_given(person, ROLE_NAMES[role], place.name if place else "", until)
    return held


def _check(person: Person, since: date, until: date | None) -> None:
    if person.closed_at is not None:
        raise Conflict(say("This account is closed. Nothing can be given to it."))
    if until is not None and until < max(since, clock.today()):
        raise Conflict(say("The last day is over already, or before the first. Choose a later one."))


def _holds(person: Person, role: Role, place_id: int | None) -> bool:
    query = select(RoleHeld.until).where(
        RoleHeld.person_id == person.id, RoleHeld.kind == role, RoleHeld.place_id == place_id
    )
    return any(until is None or until >= clock.today() for until in db.session.scalars(query.order_by(RoleHeld.id)))


def end_role(me: Standing, held: RoleHeld) -> None:
    """End a role now: what it opened is shut on the person's next request."""
    require(policy.refuse_give_role(me))
    if held.until is not None and held.until < clock.today():
        raise Conflict(say("This role has ended already."))
    if held.kind is Role.ADMINISTRATOR and held.person_id == me.person_id:
        raise Conflict(say("You cannot end this role of your own. Ask another administrator to."))
    held.until = clock.today() - timedelta(days=1)
    db.session.flush()
    person = db.session.get_one(Person, held.person_id)
    audit.record(ROLE_ENDED, by=me, kind="person", thing_id=person.id, role=held.kind.value, place=held.place_id)
    place = db.session.get_one(Place, held.place_id) if held.place_id else None
    letters.role_ended(person, ROLE_NAMES[held.kind], place.name if place else "")


def make_circle(kind: Circle, name: str) -> CircleMade:
    circle = CircleMade(kind=kind, name=name)
    db.session.add(circle)
    db.session.flush()
    return circle


def seat(
    person: Person,
    circle: CircleMade,
    *,
    name: str,
    since: date | None = None,
    until: date | None = None,
    by: Standing | None = None,
) -> Seat:
    """Give a seat in a circle. As with roles, somebody who is given one by an administrator is told."""
    since = since or clock.today()
    if by is not None:
        require(policy.refuse_give_role(by))
        _check(person, since, until)
    taken = Seat(person_id=person.id, circle_id=circle.id, seat=name, since=since, until=until)
    db.session.add(taken)
    db.session.flush()
    audit.record(SEAT_TAKEN, by=by, kind="person", thing_id=person.id, circle=circle.id)
    if by is not None:
        letters.role_given(person, CIRCLE_NAMES[circle.kind], circle.name, until)
    return taken


def leave_seat(me: Standing, taken: Seat) -> None:
    """End a seat now."""
    require(policy.refuse_give_role(me))
    if taken.until is not None and taken.until < clock.today():
        raise Conflict(say("This seat is empty already."))
    taken.until = clock.today() - timedelta(days=1)
    db.session.flush()
    person = db.session.get_one(Person, taken.person_id)
    audit.record(SEAT_LEFT, by=me, kind="person", thing_id=person.id, circle=taken.circle_id)
    letters.role_ended(person, CIRCLE_NAMES[taken.circle.kind], taken.circle.name)
