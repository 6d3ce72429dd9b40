"""Reads of the people on the roll: who lives where, and who may be there twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from coproduce import clock
from coproduce.accounts.models import Occupancy, Person, WayIn
from coproduce.accounts.rules import WayInKind
from coproduce.db import db
from coproduce.neighbourhoods.models import Home

PAGE = 50
ALIKE = 88  # of 100: one slip of the keyboard in a name of two words
SIGN_IN_KINDS = (WayInKind.EMAIL, WayInKind.PHONE, WayInKind.PASSPHRASE, WayInKind.SINGLE_SIGN_ON)


@dataclass(frozen=True)
class Listed:
    """A person as a list of the roll shows them, with one of their homes."""

    id: int
    name: str
    ref: str | None
    address: str
    postcode: str
    place_id: int
    joined: bool
    by_email: bool


@dataclass(frozen=True)
class Pair:
    """Two people who may be one, and how alike their names are, out of 100."""

    one: Listed
    other: Listed
    score: int


def _live(today: date) -> ColumnElement[bool]:
    return (Occupancy.since <= today) & (Occupancy.until.is_(None) | (Occupancy.until >= today))


def _listed() -> Select[*tuple[Any, ...]]:
    reached = exists().where(WayIn.person_id == Person.id, WayIn.kind == WayInKind.EMAIL)
    return (
        select(
            Person.id,
            Person.full_name,
            Person.resident_ref,
            Home.address,
            Home.postcode,
            Home.place_id,
            Person.joined_at.is_not(None),
            reached | (Person.contact_email != ""),
        )
        .join(Occupancy, Occupancy.person_id == Person.id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(Person.merged_into_id.is_(None), _live(clock.today()))
    )


def search(words: str, own: frozenset[int] | None, page: int = 1) -> tuple[list[Listed], bool]:
    """People who live here now, by a part of their name, number, address or postcode; and whether there are more."""
    query = _within(_listed(), own)
    for word in words.lower().split()[:6]:
        columns = (Person.full_name, Person.resident_ref, Home.address, Home.postcode)
        query = query.where(or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)))
    query = query.order_by(Home.address, Person.full_name, Person.id).limit(PAGE + 1).offset((page - 1) * PAGE)
    found = [Listed(*row) for row in db.session.execute(query)]
    return found[:PAGE], len(found) > PAGE


def _within(query: Select[*tuple[Any, ...]], own: frozenset[int] | None) -> Select[*tuple[Any, ...]]:
    return query if own is None else query.where(Home.place_id.in_(own))


def find(person_id: int) -> Person | None:
    """A person with their stays and the homes of these."""
    stays = joinedload(Person.occupancies).joinedload(Occupancy.home).joinedload(Home.place)
    query = select(Person).where(Person.id == person_id, Person.merged_into_id.is_(None)).options(stays)
    return db.session.scalars(query.options(joinedload(Person.roles))).unique().first()


def places_of(person: Person) -> frozenset[int]:
    """The places of every home that they live or lived in."""
    return frozenset(stay.home.place_id for stay in person.occupancies)


def live_stays(person: Person) -> list[Occupancy]:
    today = clock.today()
    return [stay for stay in person.occupancies if stay.until is None or stay.until >= today]


def others_in(home_ids: Iterable[int], person_id: int) -> Sequence[Occupancy]:
    """Who else lives in these homes now."""
    query = (
        select(Occupancy)
        .join(Person, Person.id == Occupancy.person_id)
        .where(Occupancy.home_id.in_(list(home_ids)), Occupancy.person_id != person_id, _live(clock.today()))
        .where(Person.merged_into_id.is_(None))
        .options(joinedload(Occupancy.person))
        .order_by(Person.full_name, Person.id)
    )
    return db.session.scalars(query).all()


def ways_in(person_id: int) -> Sequence[WayInKind]:
    """What kinds of ways in they have; never what these are."""
    query = select(WayIn.kind).where(WayIn.person_id == person_id, WayIn.kind.in_(SIGN_IN_KINDS))
    return db.session.scalars(query.distinct().order_by(WayIn.kind)).all()


def alike(own: frozenset[int] | None, limit: int = 50) -> list[Pair]:
    """People who may be on the roll twice: names alike in one home or with one email or phone. Most alike first."""
    query = _within(_listed().add_columns(Home.id, Person.contact_email, Person.contact_phone), own)
    groups: dict[tuple[str, object], dict[int, Listed]] = defaultdict(dict)
    for *row, home_id, email, phone in db.session.execute(query.order_by(Person.id)):
        one = Listed(*row)
        for key in (("home", home_id), ("email", email), ("phone", phone)):
            if key[1]:
                groups[key].setdefault(one.id, one)
    found: dict[tuple[int, int], Pair] = {}
    for group in groups.values():
        people = list(group.values())
        for at, one in enumerate(people):
            for other in people[at + 1 :]:
                score = int(fuzz.token_sort_ratio(one.name.casefold(), other.name.casefold()))
                if score >= ALIKE:
                    found[one.id, other.id] = Pair(one, other, score)
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one.id, pair.other.id))[:limit]
