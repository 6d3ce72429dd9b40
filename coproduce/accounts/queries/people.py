"""Reads of people, and of who somebody is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coproduce import clock
from coproduce.accounts.models import CircleMade, Occupancy, Person, RoleHeld, Seat, SignIn, WayIn
from coproduce.accounts.rules import (
    CIRCLE_NAMES,
    EVERYWHERE,
    ROLE_NAMES,
    STRANGER,
    Circle,
    LettersBy,
    Role,
    Standing,
    WayInKind,
)
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from coproduce.neighbourhoods.queries import tree
from coproduce.neighbourhoods.rules import Tree
from coproduce.outbox import Envelope
from coproduce.phones import is_mobile
from coproduce.words import Message


@dataclass(frozen=True)
class Part:
    """A part that somebody plays here: a role or a seat, and where. No place means everywhere."""

    name: Message
    where: str


@dataclass(frozen=True)
class About:
    """What my account page shows: where letters go, my homes and parts in words, and where I am signed in."""

    letters_to: str
    homes: tuple[str, ...]
    parts: tuple[Part, ...]
    sign_ins: Sequence[SignIn]


def about(person_id: int, *, signed_in_since: datetime) -> About:
    query = select(Person).where(Person.id == person_id).options(*_whole_person())  # type: ignore[arg-type]
    person = db.session.scalars(query).unique().one()
    today, places = clock.today(), tree()
    envelope = envelopes([person_id]).get(person_id)
    homes = dict.fromkeys(_in_words(places, o.home.place_id) for o in person.occupancies if _is_live(o, today))
    roles = [
        Part(ROLE_NAMES[held.kind], _in_words(places, held.place_id)) for held in person.roles if _is_live(held, today)
    ]
    seats = [Part(CIRCLE_NAMES[seat.circle.kind], seat.circle.name) for seat in person.seats if _is_live(seat, today)]
    sign_ins = db.session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.made_at > signed_in_since)
        .order_by(SignIn.made_at.desc(), SignIn.id.desc())
        .limit(20)
    ).all()
    return About(
        (envelope.phone or envelope.address or "") if envelope else "", tuple(homes), tuple(roles + seats), sign_ins
    )


def _in_words(places: Tree, place_id: int | None) -> str:
    return ", ".join(spot.name for spot in places.around(place_id)) if place_id is not None else ""


def standing_of(person: Person, places: Tree | None = None) -> Standing:
    """Who this person is today, from rows that are loaded with them."""
    today = clock.today()
    places = places or tree()
    homes = [o.home.place_id for o in person.occupancies if _is_live(o, today)]
    lives_in = frozenset(spot.id for place_id in homes for spot in places.around(place_id))
    root = places.neighbourhood(homes[0]) if homes else None
    return Standing(
        person_id=person.id,
        public_name=person.public_name,
        language=person.language,
        roles=_roles(person, places, today),
        lives_in=lives_in if person.adult else frozenset(),
        circles=frozenset(seat.circle.kind for seat in person.seats if _is_live(seat, today)),
        neighbourhood=root.name if root else "",
        neighbourhood_id=root.id if root else None,
    )


def _roles(person: Person, places: Tree, today: date) -> dict[Role, frozenset[int] | None]:
    found: dict[Role, frozenset[int] | None] = {}
    for held in person.roles:
        if not _is_live(held, today):
            continue
        so_far = found.get(held.kind, frozenset())
        if held.place_id is None or so_far is None:
            found[held.kind] = EVERYWHERE
        else:
            found[held.kind] = so_far | places.within(held.place_id)
    return found


def _is_live(row: Occupancy | RoleHeld | Seat, today: date) -> bool:
    return row.since <= today and (row.until is None or row.until >= today)


def _whole_person() -> tuple[object, ...]:
    """All of one person in one query: a handful of rows, and asked on every page of somebody signed in."""
    return (
        joinedload(Person.occupancies).joinedload(Occupancy.home),
        joinedload(Person.roles),
        joinedload(Person.seats).joinedload(Seat.circle),
    )


def signed_in_as(token_hash: str) -> tuple[SignIn, Standing] | None:
    """The sign-in with this hash that has not ended, and who it is."""
    query = (
        select(SignIn)
        .where(SignIn.hash == token_hash, SignIn.ended_at.is_(None))
        .options(joinedload(SignIn.person).options(*_whole_person()))  # type: ignore[arg-type]
    )
    sign_in = db.session.scalars(query).unique().first()
    if sign_in is None or sign_in.person.closed_at is not None:
        return None
    standing = standing_of(sign_in.person)
    return sign_in, standing if sign_in.strong_at else standing.without_trust()


def standing(person_id: int) -> Standing:
    """Who the person with this id is today; a stranger when there is none."""
    query = select(Person).where(Person.id == person_id).options(*_whole_person())  # type: ignore[arg-type]
    person = db.session.scalars(query).unique().first()
    return standing_of(person) if person else STRANGER


def people_with_role(role: Role, place_id: int | None = None) -> Sequence[Person]:
    """Everybody who holds this role today, at this place or everywhere, oldest first."""
    today = clock.today()
    query = (
        select(Person)
        .join(RoleHeld, RoleHeld.person_id == Person.id)
        .where(RoleHeld.kind == role, RoleHeld.since <= today, Person.closed_at.is_(None))
        .where(RoleHeld.until.is_(None) | (RoleHeld.until >= today))
        .order_by(Person.id)
        .distinct()
    )
    if place_id is not None:
        around = [spot.id for spot in tree().around(place_id)]
        query = query.where(RoleHeld.place_id.is_(None) | RoleHeld.place_id.in_(around))
    return db.session.scalars(query).all()


def people_in_circle(kind: Circle) -> Sequence[Person]:
    today = clock.today()
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .join(CircleMade, CircleMade.id == Seat.circle_id)
        .where(CircleMade.kind == kind, Seat.since <= today, Person.closed_at.is_(None))
        .where(Seat.until.is_(None) | (Seat.until >= today))
        .order_by(Person.id)
        .distinct()
    )
    return db.session.scalars(query).all()


def adults_living_in(place_ids: Iterable[int]) -> Sequence[tuple[int, int]]:
    """Every adult with a live occupancy in these places: (person id, place of their home), one row each."""
    today = clock.today()
    query = (
        select(Person.id, Home.place_id)
        .join(Occupancy, Occupancy.person_id == Person.id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(Home.place_id.in_(list(place_ids)), Person.adult, Person.merged_into_id.is_(None))
        .where(Occupancy.since <= today)
        .where(Occupancy.until.is_(None) | (Occupancy.until >= today))
        .order_by(Person.id, Occupancy.since.desc(), Home.id)
    )
    found: dict[int, int] = {}
    for person_id, place_id in db.session.execute(query):
        found.setdefault(person_id, place_id)
    return list(found.items())


def envelopes(person_ids: Sequence[int]) -> dict[int, Envelope]:
    """Where letters to these people go, as each has chosen: an email, a text message, or paper.

    The address that they sign in with comes before the one on the landlord's list. Nobody writes to a closed account.
    """
    people = {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    kinds = (WayInKind.EMAIL, WayInKind.PHONE)
    query = select(WayIn.person_id, WayIn.kind, WayIn.value).where(
        WayIn.person_id.in_(person_ids), WayIn.kind.in_(kinds)
    )
    ways = {(person_id, kind): value for person_id, kind, value in db.session.execute(query.order_by(WayIn.id))}
    return {
        person.id: _envelope(
            person,
            email=ways.get((person.id, WayInKind.EMAIL), person.contact_email),
            phone=ways.get((person.id, WayInKind.PHONE), person.contact_phone),
        )
        for person in people.values()
    }


def _envelope(person: Person, *, email: str, phone: str) -> Envelope:
    name = person.public_name or person.full_name
    if person.closed_at is not None:
        return Envelope(name, None, news=False)
    if person.letters_by is LettersBy.TEXT and phone and is_mobile(phone):
        return Envelope(name, None, phone=phone, news=person.wants_news)
    if person.letters_by is LettersBy.POST:
        return Envelope(name, None, news=person.wants_news)
    return Envelope(name, email or None, news=person.wants_news)


def is_last_administrator(person_id: int) -> bool:
    """Whether nobody could give roles any more without them."""
    held = [person.id for person in people_with_role(Role.ADMINISTRATOR)]
    return held == [person_id]


def names(person_ids: Sequence[int]) -> dict[int, str]:
    """Public names by id, for lists that are not residents' own."""
    query = select(Person.id, Person.public_name).where(Person.id.in_(person_ids)).order_by(Person.id)
    return {id_: name for id_, name in db.session.execute(query)}
