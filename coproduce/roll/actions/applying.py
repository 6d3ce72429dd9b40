"""Bringing a list in: all of its steps in one short transaction of set-based writes, or none.

What is new is written by the database from the steps themselves (`INSERT … SELECT`): twenty thousand rows that went
through this program one by one would hold the lock for seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, func, insert, literal, select

from coproduce import audit, clock
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Holder, LettersBy, Tenure
from coproduce.db import Base, count_again, db, reading, table_of, transaction
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
    changes = _changes(import_id)
    with transaction():
        made = db.session.get_one(RollImport, import_id, with_for_update=True, populate_existing=True)
        if made.state is not State.CONFIRMED:
            return False
        if not versions.move_on(made.seen_version):
            made.state, made.lease, made.lines_done = State.MATCHED, None, 0
            made.trouble = pack(say("The roll changed after this was worked out, so we did it again. Check it again."))
            return True
        _add_people(import_id)
        _add_homes(import_id)
        count_again(Person, Home, RollStep)
        _add_stays(import_id)
        for table, rows in changes.items():
            _change(table, rows)
        made.state, made.settled_at, made.content, made.lease = State.DONE, clock.now(), None, None
        counts = {kind.value: made.count(kind) for kind in StepKind}
        audit.record(BROUGHT_IN, by=standing(made.sent_by_id), kind="roll", thing_id=made.id, **counts)
    return True


# -- what is new --------------------------------------------------------------------------------------------------


def _text(part: str, name: str) -> ColumnElement[str]:
    return cast(ColumnElement[str], RollStep.facts[(part, name)].as_string())


def _yes(part: str, name: str) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], RollStep.facts[(part, name)].as_boolean())


def _day(part: str, name: str) -> ColumnElement[Any]:
    return func.date(_text(part, name))


def _new(import_id: int, part: str, name: str, id_: str) -> ColumnElement[bool]:
    """Steps of this import that write something new: they have the part, and no id of one that is there."""
    right = (RollStep.import_id == import_id) & (RollStep.kind != StepKind.WRONG)
    id_of_one_that_is_there = cast(ColumnElement[int], RollStep.facts[id_].as_integer())
    return right & _text(part, name).is_not(None) & id_of_one_that_is_there.is_(None)


def _insert(table: type[Base], columns: dict[str, ColumnElement[Any]], query: Any) -> None:
    db.session.execute(insert(table).from_select(list(columns), query))


def _add_people(import_id: int) -> None:
    """Until they join and choose, nobody sees a name of theirs; the first one is what they are greeted by."""
    columns: dict[str, ColumnElement[Any]] = {
        "resident_ref": RollStep.facts["person_ref"].as_string(),
        "full_name": _text("person", "full_name"),
        "public_name": _text("person", "public_name"),
        "adult": _yes("person", "adult"),
        "contact_email": _text("person", "contact_email"),
        "contact_phone": _text("person", "contact_phone"),
        "language": _text("person", "language"),
        "format_needs": _text("person", "format_needs"),
        "letters_by": literal(LettersBy.EMAIL, table_of(Person).c.letters_by.type),
        "wants_news": literal(True),
    }
    new = _new(import_id, "person", "full_name", "person_id")
    _insert(Person, columns, select(*columns.values()).where(new).order_by(RollStep.position))


def _add_homes(import_id: int) -> None:
    columns: dict[str, ColumnElement[Any]] = {
        "reference": RollStep.facts["home_ref"].as_string(),
        "address": _text("home", "address"),
        "postcode": _text("home", "postcode"),
        "place_id": RollStep.facts[("home", "place_id")].as_integer(),
        "do_not_write": _yes("home", "do_not_write"),
    }
    new = _new(import_id, "home", "address", "home_id")
    _insert(Home, columns, select(*columns.values()).where(new).order_by(RollStep.position))


def _add_stays(import_id: int) -> None:
    """Each finds its person and its home by their numbers: those that were there, and those just added."""
    columns: dict[str, ColumnElement[Any]] = {
        "person_id": table_of(Person).c.id,
        "home_id": table_of(Home).c.id,
        "tenure": _text("stay", "tenure"),
        "holder": _text("stay", "holder"),
        "since": _day("stay", "since"),
        "until": _day("stay", "until"),
    }
    query = (
        select(*columns.values())
        .select_from(RollStep)
        .join(Person, Person.resident_ref == RollStep.facts["person_ref"].as_string())
        .join(Home, Home.reference == RollStep.facts["home_ref"].as_string())
        .where(_new(import_id, "stay", "since", "stay_id"))
        .order_by(RollStep.position)
    )
    _insert(Occupancy, columns, query)


# -- what changes -------------------------------------------------------------------------------------------------


def _changes(import_id: int) -> dict[type[Base], Rows]:
    with reading():
        db.session.rollback()
        right = select(RollStep.facts).where(RollStep.import_id == import_id, RollStep.kind != StepKind.WRONG)
        steps = db.session.scalars(right.order_by(RollStep.position)).all()
        db.session.rollback()
    return {
        Person: [{"at": facts["person_id"], **facts["person"]} for facts in _with(steps, "person")],
        Home: [{"at": facts["home_id"], **facts["home"]} for facts in _with(steps, "home")],
        Occupancy: [{"at": facts["stay_id"], **_read(facts["stay"])} for facts in _with(steps, "stay")],
    }


def _with(steps: Iterable[dict[str, Any]], part: str) -> Iterable[dict[str, Any]]:
    return (facts for facts in steps if part in facts and f"{part}_id" in facts)


def _read(stay: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = dict(stay)
    for name in ("since", "until"):
        if read.get(name):
            read[name] = date.fromisoformat(read[name])
    for name, kind in (("tenure", Tenure), ("holder", Holder)):
        if name in read:
            read[name] = kind(read[name])
    return read


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
