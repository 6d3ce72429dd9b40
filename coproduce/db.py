"""The database: one engine set up so that it loses nothing, one base for tables, one place that commits.

The SQLite settings are not taste. Each was seen to lose acknowledged votes when left out (docs/adr/0003).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

try:
    import pysqlite3 as sqlite_module
except ImportError:  # no wheel for this machine: Python's own SQLite, in the journal mode that its bugs spare
    sqlite_module = sqlite3

WAL_MENDED = (3, 51, 3)  # the WAL-reset corruption bug: https://sqlite.org/wal.html, also 3.44.6 and 3.50.7
WAL_BACKPORTS = {(3, 44, 6), (3, 50, 7)}
BUSY_SECONDS = 5

read_only: ContextVar[bool] = ContextVar("read_only", default=False)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive values: SQLite would drop the offset and be an hour off all summer."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Moment, dict[str, Any]: sa.JSON, list[Any]: sa.JSON},
    )

    id: Mapped[int] = mapped_column(primary_key=True)


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for writes of many rows at once."""
    return cast(sa.Table, model.__table__)


def choice(enum: type[Any], name: str) -> sa.Enum:
    """A column for an enum, kept as its value, with a check constraint that has a name."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def wal_is_safe() -> bool:
    version = sqlite_module.sqlite_version_info
    return version >= WAL_MENDED or version in WAL_BACKPORTS


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "hide_parameters": True,  # an error's text is logged, and what people typed must not be
            "module": sqlite_module,
            "connect_args": {"timeout": BUSY_SECONDS},
            "pool_size": 8,
            "max_overflow": 0,
            "pool_timeout": 10,
        }
    limits = "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
    return {
        "hide_parameters": True,
        "pool_size": 8,
        "max_overflow": 4,
        "pool_timeout": 10,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {"options": limits},
    }


def prepare(engine: Engine) -> None:
    """Set each new connection up. Opens none."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "begin", _begin_elsewhere)
        return
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    journal = (
        ("journal_mode=WAL", "synchronous=FULL") if wal_is_safe() else ("journal_mode=DELETE", "synchronous=EXTRA")
    )
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        *journal,
        "foreign_keys=ON",
        "secure_delete=ON",
        "wal_autocheckpoint=1000",
        "journal_size_limit=67108864",
        "cache_size=-16000",
        "mmap_size=0",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A write takes the lock at once, so that what it read is still true when it writes."""
    reading = read_only.get()
    connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_elsewhere(connection: Connection) -> None:
    if read_only.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def count_again(*tables: type[Base]) -> None:
    """Let PostgreSQL look at tables that this transaction has just filled. It plans by what it last saw: a key that is
    checked row by row in a table that was nearly empty then is looked for from the first row to the last."""
    if db.engine.dialect.name == "postgresql":
        for table in tables:
            db.session.execute(sa.text(f"ANALYZE {table.__tablename__}"))


@contextmanager
def reading() -> Iterator[None]:
    """Inside, the database refuses to be written to."""
    token = read_only.set(True)
    try:
        yield
    finally:
        read_only.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """For commands and jobs: all of it, or nothing. Requests commit in `finish` instead."""
    token = read_only.set(False)
    db.session.rollback()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        read_only.reset(token)
        run_after_commit()


def finish(*, keep: bool) -> None:
    """The one commit of a request: keep a write that succeeded, undo anything else."""
    if keep:
        db.session.commit()
        run_after_commit()
    else:
        db.session.rollback()


def keep_at_once() -> None:
    """Keep what was written so far, whatever becomes of the rest: for counting guesses at a secret."""
    db.session.commit()


def after_commit(deed: Any) -> None:
    """Do this once the present transaction is safely kept, and not at all when it is undone."""
    waiting = db.session.info.setdefault("after_commit", [])
    if deed not in waiting:
        waiting.append(deed)


@event.listens_for(Session, "after_soft_rollback")
def _forget_deeds(session: Session, previous: Any) -> None:
    if session.get_nested_transaction() is None:
        session.info.pop("after_commit", None)


def run_after_commit() -> None:
    for deed in db.session.info.pop("after_commit", []):
        deed()


def reread(row: Base, *attributes: str, lock: Any = None) -> None:
    """Read a row again, as it is now, and hold it when `lock` says so (SQLAlchemy's `with_for_update`).

    What was changed and not yet flushed is written first: `Session.refresh` alone would drop it without a word. Only
    the row itself is held: what was loaded with it comes by an outer join, which PostgreSQL does not lock.
    """
    db.session.flush()
    held = {**(lock if isinstance(lock, dict) else {}), "of": type(row)} if lock else None
    db.session.refresh(row, attributes or None, with_for_update=held)


def is_busy(error: BaseException) -> bool:
    """The database is locked, full, away or out of connections: worth another try, and nobody's mistake."""
    return isinstance(error, (OperationalError, PoolTimeout)) or (
        isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    )
