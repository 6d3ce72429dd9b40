"""Reads of the letters that ask people to join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from coproduce import clock
from coproduce.accounts.models import Occupancy, OneUse, Person
from coproduce.accounts.rules import Format, Purpose
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from coproduce.roll.models import BatchedLetter, LetterBatch
from coproduce.words import Message, say


@dataclass(frozen=True)
class ToPrint:
    """One letter: to whom, where, in what shape, and the row that its code is worked out from."""

    person_id: int
    name: str
    ref: str | None
    address: str
    postcode: str
    language: str
    formats: frozenset[Format]
    one_use_id: int
    nonce: str
    expires_at: datetime

    @property
    def large(self) -> bool:
        return Format.LARGE_PRINT in self.formats


def _waiting(places: frozenset[int]) -> Select[int]:
    """Adults who live in these places, have not joined, may be written to and have no letter that still works."""
    today, now = clock.today(), clock.now()
    has_code = exists().where(
        OneUse.person_id == Person.id,
        OneUse.purpose == Purpose.JOIN,
        OneUse.used_at.is_(None),
        OneUse.expires_at > now,
    )
    return (
        select(Person.id)
        .join(Occupancy, Occupancy.person_id == Person.id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(Home.place_id.in_(places), Person.adult, Person.joined_at.is_(None), Person.closed_at.is_(None))
        .where(Person.merged_into_id.is_(None), ~Home.do_not_write, ~has_code)
        .where(Occupancy.since <= today, Occupancy.until.is_(None) | (Occupancy.until >= today))
        .distinct()
    )


def waiting_in(places: frozenset[int]) -> list[int]:
    """Ids of those who would get a letter now."""
    return list(db.session.scalars(_waiting(places).order_by(Person.id)))


def waiting_by_place() -> dict[int, int]:
    """How many in each place would get a letter now: the place of their home alone, not what it lies in."""
    every = frozenset(db.session.scalars(select(Home.place_id).distinct().order_by(Home.place_id)))
    rows = _waiting(every).with_only_columns(Home.place_id, func.count(func.distinct(Person.id)))
    grouped = rows.group_by(Home.place_id).order_by(Home.place_id)
    return {place_id: count for place_id, count in db.session.execute(grouped)}


def batches(limit: int = 20) -> Sequence[tuple[LetterBatch, int]]:
    """The newest batches, with how many letters each still has."""
    count = select(func.count()).where(BatchedLetter.batch_id == LetterBatch.id).scalar_subquery()
    query = (
        select(LetterBatch, count)
        .options(joinedload(LetterBatch.place), joinedload(LetterBatch.made_by))
        .order_by(LetterBatch.id.desc())
        .limit(limit)
    )
    return [(batch, number) for batch, number in db.session.execute(query)]


def find(batch_id: int) -> LetterBatch | None:
    query = select(LetterBatch).where(LetterBatch.id == batch_id).options(joinedload(LetterBatch.place))
    return db.session.scalars(query).first()


def people_of(batch_id: int) -> frozenset[int]:
    return frozenset(db.session.scalars(select(BatchedLetter.person_id).where(BatchedLetter.batch_id == batch_id)))


def to_print(batch_id: int) -> list[ToPrint]:
    """The letters of a batch whose codes still work, by address; nothing for a home that we do not write to."""
    today, now = clock.today(), clock.now()
    query = (
        select(
            Person.id,
            Person.full_name,
            Person.resident_ref,
            Home.address,
            Home.postcode,
            Person.language,
            Person.format_needs,
            OneUse.id,
            OneUse.value,
            OneUse.expires_at,
        )
        .join(BatchedLetter, BatchedLetter.person_id == Person.id)
        .join(OneUse, OneUse.id == BatchedLetter.one_use_id)
        .join(Occupancy, Occupancy.person_id == Person.id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(BatchedLetter.batch_id == batch_id, OneUse.used_at.is_(None), OneUse.expires_at > now)
        .where(
            OneUse.value == BatchedLetter.nonce,
            OneUse.person_id == Person.id,
            OneUse.purpose == Purpose.JOIN,
            ~Home.do_not_write,
        )
        .where(Occupancy.since <= today, Occupancy.until.is_(None) | (Occupancy.until >= today))
        .order_by(Home.address, Person.full_name, Person.id, Occupancy.since.desc())
    )
    found: dict[int, ToPrint] = {}
    for person_id, name, ref, address, postcode, language, formats, *rest in db.session.execute(query):
        needs = frozenset(Format(word) for word in formats.split(", ") if word)
        found.setdefault(person_id, ToPrint(person_id, name, ref, address, postcode, language, needs, *rest))
    return list(found.values())


def newest_for(person_id: int) -> BatchedLetter | None:
    query = select(BatchedLetter).where(BatchedLetter.person_id == person_id).order_by(BatchedLetter.id.desc())
    return db.session.scalars(query.limit(1)).first()


def why_no_letter(person: Person) -> Message | None:
    """Why no letter to join can be made for this person."""
    today = clock.today()
    live = [s for s in person.occupancies if s.since <= today and (s.until is None or s.until >= today)]
    if person.closed_at is not None:
        return say("This account is closed.")
    if not person.adult:
        return say("Only people of 18 or over can join.")
    if not live:
        return say("This person does not live in any of our homes now.")
    if all(stay.home.do_not_write for stay in live):
        return say("We do not write to this address. Ask a champion to help them join in person.")
    return None
