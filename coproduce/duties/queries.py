"""Reads of the register. What it says now is the newest version of each duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from coproduce.db import db
from coproduce.duties import rules
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area, Level, Pick
from coproduce.duties.rules.document import Kept, Row, write
from coproduce.search import stem, terms


def _newest() -> Select[DutyVersion]:
    latest = (
        select(DutyVersion.duty_id, func.max(DutyVersion.no).label("no"))
        .group_by(DutyVersion.duty_id)
        .subquery("latest")
    )
    return (
        select(DutyVersion)
        .join(latest, (latest.c.duty_id == DutyVersion.duty_id) & (latest.c.no == DutyVersion.no))
        .join(DutyVersion.duty)
        .options(contains_eager(DutyVersion.duty))
    )


def everything() -> Sequence[DutyVersion]:
    """What the register says now, in its own order, in one query."""
    found = db.session.scalars(_newest().order_by(Duty.id)).all()
    return sorted(found, key=lambda version: rules.order(version.duty.area, version.duty.code))


def search(words: str = "", area: Area | None = None, level: Level | None = None) -> Sequence[DutyVersion]:
    """Duties that have all these words somewhere, of this area and level where one is named."""
    return among(everything(), words, area, level)


def among(
    versions: Iterable[DutyVersion], words: str = "", area: Area | None = None, level: Level | None = None
) -> Sequence[DutyVersion]:
    """As `search`, among versions at hand. A register has hundreds of rows at most; and Python, unlike SQLite,
    knows the capitals of every alphabet."""
    return [
        v
        for v in versions
        if (area is None or v.duty.area is area)
        and (level is None or v.level is level)
        and rules.matches(words, (v.duty.code, v.title, v.words, v.flexible_within, v.instrument))
    ]


def beside(words: str, area: Area, *, most: int = 5) -> Sequence[DutyVersion]:
    """Duties that share telling words with what somebody writes, those that share most first; of two that share as
    much, the one of this area. A plain search: whether one holds is not for software to say."""
    asked = {stem(term) for term in terms(words)}
    found = []
    for version in everything():
        said = {stem(term) for term in terms(f"{version.title} {version.words} {version.flexible_within}", most=200)}
        shared = len(asked & said)
        if shared > 1 or (shared and version.duty.area is area):
            found.append((-shared, version.duty.area is not area, version.duty.code, version))
    return [version for *_, version in sorted(found, key=lambda one: one[:3])][:most]


def current(code: str) -> DutyVersion | None:
    """What the register says now of the duty with this code, in capitals or not."""
    return db.session.scalars(_newest().where(Duty.code == code.upper())).first()


def newest_of(duty: Duty) -> DutyVersion:
    return db.session.scalars(_newest().where(Duty.id == duty.id)).one()


def newest_numbers(duty_ids: Iterable[int]) -> dict[int, int]:
    """The number of the newest version of each of these duties: is what something leans on still what is said?"""
    wanted = list(duty_ids)
    if not wanted:
        return {}
    query = (
        select(DutyVersion.duty_id, func.max(DutyVersion.no))
        .where(DutyVersion.duty_id.in_(wanted))
        .group_by(DutyVersion.duty_id)
        .order_by(DutyVersion.duty_id)
    )
    return {duty_id: no for duty_id, no in db.session.execute(query)}


def history(duty: Duty) -> Sequence[DutyVersion]:
    """All versions of a duty with whoever made them, newest first."""
    query = (
        select(DutyVersion)
        .where(DutyVersion.duty_id == duty.id)
        .options(joinedload(DutyVersion.by))
        .order_by(DutyVersion.no.desc())
    )
    return db.session.scalars(query).all()


def version_of(duty: Duty, no: int) -> DutyVersion | None:
    query = select(DutyVersion).where(DutyVersion.duty_id == duty.id, DutyVersion.no == no)
    return db.session.scalars(query).first()


def current_versions() -> list[Pick]:
    """What there is to pick from: the newest version of every duty."""
    return [Pick(version.id, version.duty.code, version.title) for version in everything()]


def by_version_id(version_id: int) -> DutyVersion | None:
    """This version, newest or not, with its duty."""
    query = select(DutyVersion).where(DutyVersion.id == version_id).options(joinedload(DutyVersion.duty))
    return db.session.scalars(query).first()


def export() -> dict[str, Any]:
    """The whole register with its history, as plain dicts."""
    duties = db.session.scalars(select(Duty).options(selectinload(Duty.versions)).order_by(Duty.id)).all()
    in_order = sorted(duties, key=lambda duty: rules.order(duty.area, duty.code))
    return write(Row(duty.code, duty.area, tuple(as_kept(version) for version in duty.versions)) for duty in in_order)


def as_kept(version: DutyVersion) -> Kept:
    return Kept(version.no, version.entry, version.made_at, version.by_role, version.why)
