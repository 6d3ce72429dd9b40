"""Everything that is held of one person, read from the tables themselves, so that no new table can be forgotten.

Any column that points to `person` counts; so do letters and the record, which hold a person's id without pointing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, or_, select

from coproduce.accounts.models import Person, WayIn
from coproduce.accounts.rules import WayInKind
from coproduce.audit import Row
from coproduce.db import Base, db
from coproduce.outbox import Letter

SECRET = {("way_in", "secret"), ("sign_in", "hash"), ("one_use", "hash"), ("one_use", "value"), ("letter", "secret")}


def tables() -> Iterator[tuple[sa.Table, list[sa.Column[Any]]]]:
    """Each table that says something of a person, with the columns that name the person."""
    for table in Base.metadata.sorted_tables:
        columns = [
            column for column in table.columns if any(key.target_fullname == "person.id" for key in column.foreign_keys)
        ]
        if table.name == "person":
            columns = [table.c.id]
        if table.name == Letter.__tablename__:
            columns = [table.c.person_id]
        if table.name == Row.__tablename__:
            columns = [table.c.actor_id]
        if columns:
            yield table, columns


def find(named: str) -> int | None:
    """The person with this resident number, sign-in email or id; whom they were made one with, when they were."""
    own_number = int(named) if named.isascii() and named.isdigit() and len(named) < 10 else 0
    by_email = select(WayIn.person_id).where(WayIn.kind == WayInKind.EMAIL, WayIn.value == named.casefold())
    for fits in (Person.resident_ref == named, Person.id.in_(by_email), Person.id == own_number):
        row = db.session.execute(select(Person.id, Person.merged_into_id).where(fits)).first()
        if row:
            return int(row.merged_into_id or row.id)
    return None


def counted(person_id: int) -> dict[str, int]:
    """How many rows of each table are about this person; one query for all."""
    counts = [
        select(func.count()).select_from(table).where(or_(*(c == person_id for c in columns))).scalar_subquery()
        .label(table.name)
        for table, columns in tables()
    ]  # fmt: skip
    found = db.session.execute(select(*counts)).mappings().one()
    return {name: count for name, count in found.items() if count}


def export(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about this person, as JSON can hold it. What signs somebody in is left out: it is no news to them."""
    found = {}
    for table, columns in tables():
        query = select(table).where(or_(*(column == person_id for column in columns)))
        rows = db.session.execute(query.order_by(*table.primary_key.columns)).mappings()
        told = [
            {name: _plain(value) for name, value in row.items() if (table.name, name) not in SECRET} for row in rows
        ]
        if told:
            found[table.name] = told
    found["home"] = _homes(person_id)
    return found


def _homes(person_id: int) -> list[dict[str, Any]]:
    tables_ = Base.metadata.tables
    lived = select(tables_["occupancy"].c.home_id).where(tables_["occupancy"].c.person_id == person_id)
    query = select(tables_["home"]).where(tables_["home"].c.id.in_(lived)).order_by(tables_["home"].c.id)
    return [{name: _plain(value) for name, value in row.items()} for row in db.session.execute(query).mappings()]


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value
