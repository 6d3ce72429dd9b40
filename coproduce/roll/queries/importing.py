"""Reads of imports, and of the roll as an import needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from coproduce import clock
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import Format, Holder
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from coproduce.neighbourhoods.rules import Tree
from coproduce.roll.models import RollHeading, RollImport, RollStep, RollVersion
from coproduce.roll.rules.columns import Column
from coproduce.roll.rules.plan import HomeNow, PersonNow, Roll, StayNow
from coproduce.roll.rules.states import UNDER_WAY, StepKind

PAGE = 50


def find(import_id: int) -> RollImport | None:
    query = select(RollImport).where(RollImport.id == import_id).options(joinedload(RollImport.sent_by))
    return db.session.scalars(query.options(joinedload(RollImport.place))).first()


def newest(limit: int = 20) -> Sequence[RollImport]:
    query = (
        select(RollImport)
        .options(joinedload(RollImport.sent_by), joinedload(RollImport.place))
        .order_by(RollImport.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def remembered() -> Mapping[str, Column]:
    """What each heading meant the last time."""
    rows = db.session.execute(select(RollHeading.heading, RollHeading.means).order_by(RollHeading.heading))
    return {heading: Column(means) for heading, means in rows if means in set(Column)}


def steps(import_id: int, kind: StepKind, page: int = 1) -> Sequence[RollStep]:
    query = select(RollStep).where(RollStep.import_id == import_id, RollStep.kind == kind)
    return db.session.scalars(query.order_by(RollStep.position).limit(PAGE).offset((page - 1) * PAGE)).all()


def every_wrong(import_id: int) -> Sequence[RollStep]:
    """Each wrong line, for a file that an officer can go through beside the sheet."""
    query = select(RollStep).where(RollStep.import_id == import_id, RollStep.kind == StepKind.WRONG)
    return db.session.scalars(query.order_by(RollStep.position)).all()


def version() -> int:
    """How often the roll has changed so far."""
    return db.session.scalar(select(RollVersion.no)) or 0


def under_way(now: datetime) -> Sequence[int]:
    """Imports that the worker has something to do for, and that no other worker has in hand."""
    free = or_(RollImport.lease.is_(None), RollImport.lease < now)
    query = select(RollImport.id).where(RollImport.state.in_(UNDER_WAY), free).order_by(RollImport.id)
    return db.session.scalars(query).all()


# -- the roll as it is --------------------------------------------------------------------------------------------


def scope(place_id: int | None, places: Tree) -> frozenset[int]:
    return places.within(place_id) if place_id is not None else frozenset(places.spots)


def named_places(places: Tree) -> dict[str, int | None]:
    """Places by their name, and by their whole path; a name that two places share leads nowhere."""
    found: dict[str, int | None] = {}
    for spot in places.spots.values():
        name = spot.name.casefold()
        found[name] = None if name in found else spot.id
        path = [step.name for step in reversed(places.around(spot.id))]
        for joined in (" / ".join(path), "/".join(path), ", ".join(reversed(path))):
            if len(path) > 1:
                found[joined.casefold()] = spot.id
    return found


def roll(within: frozenset[int]) -> Roll:
    """Everybody with a number, every home, and who lives or lived in these places."""
    kept = aliased(Person)
    pairs = select(Person.resident_ref, kept.resident_ref).join(kept, kept.id == Person.merged_into_id)
    same = {gone: ref for gone, ref in db.session.execute(pairs) if gone and ref}
    return Roll(_people(), _homes(), _stays(within), same)


def _people() -> dict[str, PersonNow]:
    query = select(
        Person.resident_ref,
        Person.id,
        Person.full_name,
        Person.adult,
        Person.contact_email,
        Person.contact_phone,
        Person.language,
        Person.format_needs,
        Person.closed_at,
    ).where(Person.resident_ref.is_not(None), Person.merged_into_id.is_(None))
    return {
        ref or "": PersonNow(id_, name, adult, email, phone, language, _formats(formats), closed is not None)
        for ref, id_, name, adult, email, phone, language, formats, closed in db.session.execute(query)
    }


def _formats(words: str) -> frozenset[Format]:
    return frozenset(Format(word) for word in words.split(", ") if word)


def _homes() -> dict[str, HomeNow]:
    query = select(Home.reference, Home.id, Home.address, Home.postcode, Home.place_id, Home.do_not_write)
    return {
        ref: HomeNow(id_, address, postcode, place_id, do_not_write)
        for ref, id_, address, postcode, place_id, do_not_write in db.session.execute(query)
    }


def _stays(within: frozenset[int]) -> list[StayNow]:
    query = (
        select(
            Occupancy.id,
            Person.resident_ref,
            Person.full_name,
            Home.reference,
            Occupancy.tenure,
            Occupancy.holder,
            Occupancy.since,
            Occupancy.until,
        )
        .join(Person, Person.id == Occupancy.person_id)
        .join(Home, Home.id == Occupancy.home_id)
        .where(Home.place_id.in_(within))
        .order_by(Occupancy.id)
    )
    return [
        StayNow(id_, _listed(ref, holder), name, home, tenure, holder, since, until)
        for id_, ref, name, home, tenure, holder, since, until in db.session.execute(query)
    ]


def _listed(ref: str | None, holder: Holder) -> str:
    """The number that the landlord's list would have for this stay: household members are not in it."""
    return ref or "" if holder is not Holder.HOUSEHOLD else ""


def living_by_place() -> dict[int, tuple[int, int, int]]:
    """For each place with homes: how many homes, how many adults live there, how many of them have joined."""
    today = clock.today()
    live = (Occupancy.since <= today) & (Occupancy.until.is_(None) | (Occupancy.until >= today))
    homes = dict(
        db.session.execute(select(Home.place_id, func.count()).group_by(Home.place_id).order_by(Home.place_id)).all()
    )  # type: ignore[arg-type]
    query = (
        select(
            Home.place_id,
            func.count(func.distinct(Person.id)),
            func.count(func.distinct(Person.id)).filter(Person.joined_at.is_not(None)),
        )
        .join(Occupancy, Occupancy.home_id == Home.id)
        .join(Person, Person.id == Occupancy.person_id)
        .where(live, Person.adult)
        .group_by(Home.place_id)
        .order_by(Home.place_id)
    )
    people = {place: (count, joined) for place, count, joined in db.session.execute(query)}
    return {place: (count, *people.get(place, (0, 0))) for place, count in homes.items()}
