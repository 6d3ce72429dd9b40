"""Bringing a list in: all of its steps in one short transaction of set-based writes, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select

from coproduce import audit, clock, texts
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Holder, LettersBy, Tenure
from coproduce.db import Base, db, reading, table_of, transaction
from coproduce.neighbourhoods.models import Home
from coproduce.roll.actions import versions
from coproduce.roll.models import RollImport, RollStep
from coproduce.roll.rules.states import State, StepKind
from coproduce.words import pack, say

BROUGHT_IN = audit.verb("roll.brought_in")

Rows = list[dict[str, Any]]


def apply(import_id: int) -> bool:
    """Bring in what was confirmed, unless the roll has changed since it was worked out: then it is worked out again.

    All that can be done beforehand is: the lock is held for the writes alone.
    """
    steps = _read(import_id)
    people = {ref: facts for _, ref, facts in _parts(steps, "person") if "person_id" not in facts}
    homes = {facts["home_ref"]: facts for _, _, facts in _parts(steps, "home") if "home_id" not in facts}
    new_people = [_new_person(ref, facts["person"]) for ref, facts in people.items()]
    new_homes = [{"reference": ref, **facts["home"]} for ref, facts in homes.items()]
    changed = {
        Person: [{"at": f["person_id"], **f["person"]} for _, _, f in _parts(steps, "person") if "person_id" in f],
        Home: [{"at": f["home_id"], **f["home"]} for _, _, f in _parts(steps, "home") if "home_id" in f],
        Occupancy: [{"at": f["stay_id"], **_days(f["stay"])} for _, _, f in _parts(steps, "stay") if "stay_id" in f],
    }
    new_stays = [facts for _, _, facts in _parts(steps, "stay") if "stay_id" not in facts]
    with transaction():
        made = db.session.get_one(RollImport, import_id, with_for_update=True, populate_existing=True)
        if made.state is not State.CONFIRMED:
            return False
        if not versions.move_on(made.seen_version):
            made.state, made.lease, made.lines_done = State.MATCHED, None, 0
            made.trouble = pack(say("The roll changed after this was worked out, so we did it again. Check it again."))
            return True
        by_ref = _insert(Person, new_people, "resident_ref") | _ids(Person, "resident_ref", new_stays, "person_ref")
        by_home = _insert(Home, new_homes, "reference") | _ids(Home, "reference", new_stays, "home_ref")
        _insert(Occupancy, [_new_stay(facts, by_ref, by_home) for facts in new_stays])
        for table, rows in changed.items():
            _change(table, rows)
        made.state, made.settled_at, made.content, made.lease = State.DONE, clock.now(), None, None
        counts = {kind.value: made.count(kind) for kind in StepKind}
        audit.record(BROUGHT_IN, by=standing(made.sent_by_id), kind="roll", thing_id=made.id, **counts)
    return True


def _read(import_id: int) -> list[tuple[StepKind, str, dict[str, Any]]]:
    with reading():
        db.session.rollback()
        query = select(RollStep.kind, RollStep.person_ref, RollStep.facts)
        right = query.where(RollStep.import_id == import_id, RollStep.kind != StepKind.WRONG)
        found = [(kind, ref, facts) for kind, ref, facts in db.session.execute(right.order_by(RollStep.position))]
        db.session.rollback()
    return found


def _parts(
    steps: Iterable[tuple[StepKind, str, dict[str, Any]]], part: str
) -> Iterable[tuple[StepKind, str, dict[str, Any]]]:
    return (step for step in steps if part in step[2])


def _new_person(ref: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Until they join and choose, neighbours would see a first name: nothing of theirs is to be seen before that."""
    return {
        **facts,
        "resident_ref": ref,
        "public_name": texts.clean_line(facts["full_name"]).split(" ")[0][:80],
        "letters_by": LettersBy.EMAIL,
        "wants_news": True,
    }


def _new_stay(facts: Mapping[str, Any], by_ref: Mapping[str, int], by_home: Mapping[str, int]) -> dict[str, Any]:
    person, home = by_ref[facts["person_ref"]], by_home[facts["home_ref"]]
    return {"person_id": person, "home_id": home, **_days(facts["stay"])}


def _days(stay: Mapping[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = dict(stay)
    for name in ("since", "until"):
        if read.get(name):
            read[name] = date.fromisoformat(read[name])
    for name, kind in (("tenure", Tenure), ("holder", Holder)):
        if name in read:
            read[name] = kind(read[name])
    return read


def _insert(table: type[Base], rows: Rows, key: str | None = None) -> dict[str, int]:
    """Insert all, and give the new id of each by its key."""
    if not rows:
        return {}
    if key is None:
        db.session.execute(insert(table), rows)
        return {}
    columns = table_of(table).c
    returned = db.session.execute(insert(table_of(table)).returning(columns.id, columns[key]), rows)
    return {ref: id_ for id_, ref in returned}


def _ids(table: type[Base], key: str, stays: Rows, named: str) -> dict[str, int]:
    """Ids of those that are there already, a thousand at a time."""
    columns = table_of(table).c
    refs = sorted({facts[named] for facts in stays})
    found: dict[str, int] = {}
    for start in range(0, len(refs), 1000):
        some = columns[key].in_(refs[start : start + 1000])
        found |= {ref: id_ for id_, ref in db.session.execute(select(columns.id, columns[key]).where(some))}
    return found


def _change(table: type[Base], rows: Rows) -> None:
    """Change each by its id; rows that change the same columns go together."""
    together: dict[tuple[str, ...], Rows] = defaultdict(list)
    for row in rows:
        together[tuple(sorted(row.keys() - {"at"}))].append(row)
    for names, some in together.items():
        columns = table_of(table)
        change = (
            columns.update().where(columns.c.id == bindparam("at")).values({n: bindparam(f"new_{n}") for n in names})
        )
        values = [{"at": row["at"], **{f"new_{name}": row[name] for name in names}} for row in some]
        db.session.connection().execute(change, values)
