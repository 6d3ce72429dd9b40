"""What the worker does with a list: read it line by line, and keep the steps that it would take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete, insert, update

from coproduce import clock, jobs
from coproduce.db import db, reading, transaction
from coproduce.errors import Conflict
from coproduce.neighbourhoods.queries import tree
from coproduce.roll.models import RollImport, RollStep
from coproduce.roll.queries import importing
from coproduce.roll.rules import files
from coproduce.roll.rules.columns import Column
from coproduce.roll.rules.lines import Line, Reader, Wrong
from coproduce.roll.rules.plan import Plan
from coproduce.roll.rules.plan import work_out as plan
from coproduce.roll.rules.states import State
from coproduce.words import Message, pack, say

LEASE = timedelta(minutes=5)
LINES_AT_A_TIME = 4000
STEPS_AT_A_TIME = 2000
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Asked:
    """What is needed of an import while no transaction is open."""

    id: int
    content: bytes
    reader: Reader
    place_id: int | None


def work_out(import_id: int) -> bool:
    """Work an import out that somebody matched. Nothing slow is done inside a transaction that writes.

    A worker that dies leaves it matched: the next one starts over when the lease has run out.
    """
    asked = _claim(import_id)
    if asked is None:
        return False
    try:
        _keep(asked, *_read_and_plan(asked))
    except Conflict as conflict:
        _fail(asked.id, conflict.message)
    except _Stopped:
        _give_back(asked.id)
        return False
    return True


class _Stopped(Exception):
    """The worker was told to stop, or somebody threw the list away."""


def _claim(import_id: int) -> _Asked | None:
    now = clock.now()
    with transaction():
        free = RollImport.lease.is_(None) | (RollImport.lease < now)
        mine = update(RollImport).where(RollImport.id == import_id, RollImport.state == State.MATCHED, free)
        if db.session.execute(mine.values(lease=now + LEASE, lines_done=0).returning(RollImport.id)).first() is None:
            return None
        made = db.session.get_one(RollImport, import_id, populate_existing=True)
        mapping = {int(position): Column(means) for position, means in made.mapping.items()}
        reader = Reader(mapping, importing.named_places(tree()), made.month_first)
        return _Asked(made.id, made.content or b"", reader, made.place_id)


def _read_and_plan(asked: _Asked) -> tuple[Plan, int, int]:
    sheet = files.read(asked.content)
    rows = list(sheet.rows())
    if not rows:
        raise Conflict(say("This list has headings and no rows. Send one with a row for each resident."))
    if len(rows) > files.MOST_LINES:
        raise Conflict(say("This list has more than 200,000 rows. Send it place by place."))
    read: list[Line | Wrong] = []
    for start in range(0, len(rows), LINES_AT_A_TIME):
        _note_progress(asked.id, len(rows), start)
        read += [asked.reader.read(no, cells) for no, cells in rows[start : start + LINES_AT_A_TIME]]
    with reading():
        db.session.rollback()
        version = importing.version()
        within = importing.scope(asked.place_id, tree())
        roll = importing.roll(within)
        db.session.rollback()
    _note_progress(asked.id, len(rows), len(rows))
    return plan(read, roll, within=within, today=clock.today()), len(rows), version


def _note_progress(import_id: int, lines: int, done: int) -> None:
    """How far it is, for the officer who waits; and a longer lease."""
    if jobs.is_stopping():
        raise _Stopped
    with transaction():
        mine = update(RollImport).where(RollImport.id == import_id, RollImport.state == State.MATCHED)
        still = mine.values(lines=lines, lines_done=done, lease=clock.now() + LEASE).returning(RollImport.id)
        if db.session.execute(still).first() is None:
            raise _Stopped


def _keep(asked: _Asked, found: Plan, lines: int, version: int) -> None:
    """Keep the steps, some thousands at a time so that nobody waits, and then say that they are all there."""
    rows = [
        {
            "import_id": asked.id,
            "position": position,
            "kind": step.kind,
            "line": step.line,
            "person_ref": step.ref[:40],
            "home_ref": step.home_ref[:40],
            "name": step.name[:160],
            "facts": pack(step.facts),
        }
        for position, step in enumerate(found.steps)
    ]
    with transaction():
        db.session.execute(delete(RollStep).where(RollStep.import_id == asked.id))
    for start in range(0, len(rows), STEPS_AT_A_TIME):
        with transaction():
            db.session.execute(insert(RollStep), rows[start : start + STEPS_AT_A_TIME])
        _note_progress(asked.id, lines, lines)
    with transaction():
        made = db.session.get_one(RollImport, asked.id, with_for_update=True, populate_existing=True)
        if made.state is not State.MATCHED:
            return
        made.counts = dict(Counter(step.kind.value for step in found.steps))
        made.living, made.seen_version = found.living, version
        made.state, made.lease = State.READY, None


def _fail(import_id: int, why: Message) -> None:
    with transaction():
        made = db.session.get_one(RollImport, import_id, populate_existing=True)
        made.state, made.trouble, made.lease, made.settled_at = State.FAILED, pack(why), None, clock.now()


def _give_back(import_id: int) -> None:
    with transaction():
        db.session.execute(update(RollImport).where(RollImport.id == import_id).values(lease=None))
