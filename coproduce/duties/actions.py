"""Every change to the register. Versions are added, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Unpack, cast

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coproduce import audit, clock, texts
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db
from coproduce.duties import policy, queries, rules
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Entry, Said
from coproduce.duties.rules.document import BadRegister, Kept, Row, read, read_start, write, write_entry
from coproduce.errors import Conflict, require
from coproduce.words import Message, say

STARTING_REGISTER = Path(__file__).with_name("register.json")
FIRST_WORDS = "The starting register, from public sources. Position on 21 November 2026."

REGISTER_LOADED = audit.verb("register.loaded")
REGISTER_IMPORTED = audit.verb("register.imported")
DUTY_CHANGED = audit.verb("duty.changed")


@dataclass(frozen=True)
class Added:
    """What an import put in."""

    duties: int
    versions: int


# -- one duty -----------------------------------------------------------------------------------------------------


def change(me: Standing, duty: Duty, *, why: str, based_on: int, **said: Unpack[Said]) -> DutyVersion:
    """Make a new version of a duty. Parts that are not named stay as they were.

    `based_on` is the number of the version that the keeper had before them: when it is no longer the newest, somebody
    else has changed the duty meanwhile, and nothing is written over.
    """
    require(policy.refuse_change(me))
    db.session.execute(select(Duty.id).where(Duty.id == duty.id).with_for_update())
    before = queries.newest_of(duty)
    if before.no != based_on:
        raise Conflict(say("Somebody else changed this duty while you were writing. Look at what they changed below."))
    reason = _reason(why)
    entry = _checked(replace(before.entry, **_tidied(said)), before.entry)
    changed = rules.changes(before.entry, entry)
    if not changed:
        raise Conflict(say("Nothing is different from what the register says now. Change something, or leave it."))
    kept = Kept(before.no + 1, entry, clock.now(), _role_of(me).value, reason)
    made = _version(duty, kept, by_id=me.person_id)
    db.session.add(made)
    db.session.flush()
    audit.record(
        DUTY_CHANGED,
        by=me,
        kind="duty",
        thing_id=duty.id,
        code=duty.code,
        no=made.no,
        parts=[one.part for one in changed],
        fingerprint=texts.fingerprint(write_entry(entry)),
    )
    return made


def _role_of(me: Standing) -> Role:
    return Role.DUTY_KEEPER if me.holds(Role.DUTY_KEEPER) else Role.ADMINISTRATOR


def _reason(why: str) -> str:
    if not texts.clean(why):
        raise Conflict(say("Say why you change it. Everybody can read the reason."))
    return _named("why", why)


def _tidied(said: Said) -> Said:
    tidied = {part: _named(part, text) if isinstance(text, str) and part in rules.LONGEST else text
              for part, text in said.items()}  # fmt: skip
    return cast("Said", tidied)


def _named(part: str, text: Any) -> str:
    """As `rules.tidy`; what is wrong names its part."""
    try:
        return rules.tidy(part, text)
    except Conflict as conflict:
        name = rules.PART_NAMES.get(part, say("Why"))
        raise Conflict(say("{part}: {trouble}", part=name, trouble=conflict.message)) from None


def _checked(entry: Entry, before: Entry) -> Entry:
    """What does not fit together is refused here; an import takes old versions as they were."""
    today = clock.today()
    if entry.review_on != before.review_on and entry.review_on <= today:
        raise Conflict(say("The day to look at it again must come after today."))
    if not entry.upcoming and entry.in_force_from and entry.in_force_from > today:
        raise Conflict(
            say("It starts on {day}, so it is not in force yet. Say that it is coming up.", day=entry.in_force_from)
        )
    return entry


# -- the whole register -------------------------------------------------------------------------------------------


def starting_rows() -> list[dict[str, Any]]:
    """The rows of register.json, as they stand in the file."""
    rows: list[dict[str, Any]] = json.loads(STARTING_REGISTER.read_text(encoding="utf-8"))["duties"]
    return rows


def load_register(rows: Sequence[dict[str, Any]] | None = None, why: str = FIRST_WORDS) -> int:
    """Begin with these rows, or with our own: each becomes version 1 of a duty. Duties that are there stay as they are.

    Gives the number of duties added, so that a second load gives 0.
    """
    given = read_start({"duties": list(starting_rows() if rows is None else rows)})
    there = set(db.session.scalars(select(Duty.code).order_by(Duty.code)))
    now = clock.now()
    fresh = [Row(code, area, (Kept(1, entry, now, "", why),)) for code, area, entry in given if code not in there]
    _add_duties(fresh)
    if fresh:
        audit.record(REGISTER_LOADED, by=None, kind="register", thing_id=None, duties=len(fresh))
    return len(fresh)


def import_register(document: Any, by: Standing | None = None) -> Added:
    """Take an exported register in: duties and versions that are not here yet. All of it, or nothing.

    `by` is None for the command line. A version that is here with other words is refused: versions never change.
    """
    if by is not None:
        require(policy.refuse_change(by))
    rows = read(document)
    query = select(Duty).options(selectinload(Duty.versions)).order_by(Duty.id).with_for_update()
    here = {duty.code: duty for duty in db.session.scalars(query.execution_options(populate_existing=True))}
    if problems := [problem for row in rows if row.code in here for problem in _against(row, here[row.code])]:
        raise BadRegister(problems)
    fresh = [row for row in rows if row.code not in here]
    _add_duties(fresh)
    longer = [(here[row.code], row.versions[len(here[row.code].versions) :]) for row in rows if row.code in here]
    for duty, versions in longer:
        db.session.add_all(_version(duty, kept) for kept in versions)
    db.session.flush()
    added = Added(len(fresh), sum(len(row.versions) for row in fresh) + sum(len(versions) for _, versions in longer))
    if added.versions:
        facts = {**asdict(added), "fingerprint": texts.fingerprint(write(rows))}
        audit.record(REGISTER_IMPORTED, by=by, kind="register", thing_id=None, **facts)
    return added


def _against(row: Row, duty: Duty) -> list[Message]:
    """Where a row of a document says something else than what is kept."""
    problems = []
    if row.area is not duty.area:
        problems.append(say("{code} is here already, in another area.", code=row.code))
    for theirs, ours in zip(row.versions, duty.versions, strict=False):
        if theirs != queries.as_kept(ours):
            problems.append(
                say(
                    "{code}, version {no}: ours says something else. Versions never change.",
                    code=row.code,
                    no=ours.no,
                )
            )
    return problems


def _add_duties(rows: Sequence[Row]) -> None:
    for row in rows:
        duty = Duty(code=row.code, area=row.area)
        db.session.add_all([duty, *(_version(duty, kept) for kept in row.versions)])
    db.session.flush()


def _version(duty: Duty, kept: Kept, *, by_id: int | None = None) -> DutyVersion:
    return DutyVersion(
        duty=duty,
        no=kept.no,
        made_at=kept.made_at,
        by_id=by_id,
        by_role=kept.by_role,
        why=kept.why,
        **asdict(kept.entry),
    )
