"""Run migrations on the app's own engine. Needs an app context; `coproduce migrate` makes one."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from coproduce.db import Base, Moment, db, read_only


def plain_types(kind: str, thing: Any, autogen_context: Any) -> Any:
    """Name database types only: a migration must not lean on classes that may change."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def alike(context: Any, inspected: Any, column: Any, inspected_type: Any, metadata_type: Any) -> bool | None:
    return False if isinstance(metadata_type, Moment) and isinstance(inspected_type, sa.types.DateTime) else None


SEARCH = ("search_index", "search_vector", "search_entry_vector")  # made by hand in 0004: each database has its own


def ours(thing: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """huey keeps its queue in tables of its own beside ours, which are no business of migrations; and the index of
    the search is no table that models know."""
    name = name or ""
    return not (reflected and (name.startswith(SEARCH) or (kind == "table" and name.startswith("huey"))))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain_types,
        compare_type=alike,
        include_object=ours,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """One transaction for all. On SQLite with foreign keys off (rebuilding a table would delete its children),
    and checked before it is kept."""
    token = read_only.set(False)
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    migrate(connection)
                    if connection.dialect.name == "sqlite":
                        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                        if broken:
                            raise RuntimeError(
                                f"The migration would leave rows without what they point to: {broken[:3]}"
                            )
            finally:
                if connection.dialect.name == "sqlite":
                    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    finally:
        read_only.reset(token)


run()
