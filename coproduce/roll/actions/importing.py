"""Sending a list of residents, matching its columns, and saying yes or no to what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from sqlalchemy import select

from coproduce import audit, clock, jobs, texts
from coproduce.accounts.rules import Standing
from coproduce.db import after_commit, db, reread
from coproduce.errors import Conflict, require
from coproduce.roll import policy
from coproduce.roll.models import RollHeading, RollImport
from coproduce.roll.rules import files
from coproduce.roll.rules.columns import Column, plain, wrong_match
from coproduce.roll.rules.states import SETTLED, State, StepKind, ends_too_many
from coproduce.words import say

SENT = audit.verb("roll.sent")
CONFIRMED = audit.verb("roll.confirmed")
DROPPED = audit.verb("roll.dropped")


def send(me: Standing, *, content: bytes, file_name: str, place_id: int | None) -> RollImport:
    """Take a file in. Nothing is read but its headings: the rest is the worker's."""
    require(policy.refuse_send(me, place_id))
    sheet = files.read(content)
    days = files.samples(sheet, most=40)
    month_first = any(files.month_comes_first(column) for column in days)
    made = RollImport(
        sent_by_id=me.person_id,
        place_id=place_id,
        file_name=texts.clean_line(texts.printable(PurePath(file_name.replace("\\", "/")).name))[:120],
        state=State.SENT,
        content=content,
        headings=list(sheet.headings),
        samples=[column[:3] for column in days],
        mapping={},
        month_first=month_first,
        lines=0,
        lines_done=0,
        counts={},
        living=0,
        seen_version=0,
        trouble={},
        sent_at=clock.now(),
        settled_at=None,
        lease=None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(SENT, by=me, kind="roll", thing_id=made.id, place=place_id)
    return made


def match(me: Standing, made: RollImport, mapping: Mapping[int, Column], *, month_first: bool) -> None:
    """Say which column is which, remember it for the next file, and let the worker work it out."""
    require(policy.refuse_send(me, made.place_id))
    reread(made, "state", lock=True)
    if made.state not in {State.SENT, State.READY, State.FAILED}:
        raise Conflict(say("This list cannot be matched now. Load the page again to see how far it is."))
    if why := wrong_match(mapping.values()):
        raise Conflict(why)
    made.mapping = {str(position): column.value for position, column in mapping.items()}
    made.month_first = month_first
    _remember(made, mapping)
    _begin_again(made)


def _begin_again(made: RollImport) -> None:
    made.state, made.lease, made.lines_done, made.trouble = State.MATCHED, None, 0, {}
    made.counts, made.settled_at = {}, None
    after_commit(jobs.wake)


def _remember(made: RollImport, mapping: Mapping[int, Column]) -> None:
    known = {row.heading: row for row in db.session.scalars(select(RollHeading).order_by(RollHeading.id))}
    for position, heading in enumerate(made.headings):
        key = plain(heading)[:120]
        means = mapping[position].value if position in mapping else ""
        if key in known:
            known[key].means = means
        elif key:
            known[key] = RollHeading(heading=key, means=means)
            db.session.add(known[key])
    db.session.flush()


def confirm(me: Standing, made: RollImport, *, sure: bool) -> None:
    """Say yes to what was shown. `sure` is asked for when many tenancies would end at once."""
    require(policy.refuse_send(me, made.place_id))
    reread(made, "state", lock=True)
    if made.state is not State.READY:
        raise Conflict(say("This list is not waiting for a yes. Load the page again to see how far it is."))
    if not (made.count(StepKind.ADD) + made.count(StepKind.CHANGE) + made.count(StepKind.END)):
        raise Conflict(say("There is nothing to bring in: the roll says all of this already."))
    if ends_too_many(made.count(StepKind.END), made.living) and not sure:
        raise Conflict(say("This would end more than 1 in 10 tenancies. Tick the box if that is right."))
    made.state, made.lease = State.CONFIRMED, None
    audit.record(CONFIRMED, by=me, kind="roll", thing_id=made.id, **_counts(made))
    after_commit(jobs.wake)


def drop(me: Standing, made: RollImport) -> None:
    """Throw a list away that was not brought in."""
    require(policy.refuse_send(me, made.place_id))
    reread(made, "state", lock=True)
    if made.state in SETTLED or made.state is State.CONFIRMED:
        raise Conflict(say("This list is settled already. Nothing is left to throw away."))
    made.state, made.settled_at, made.content, made.lease = State.DROPPED, clock.now(), None, None
    audit.record(DROPPED, by=me, kind="roll", thing_id=made.id)


def _counts(made: RollImport) -> dict[str, int]:
    return {kind.value: made.count(kind) for kind in StepKind}
