"""Migrations, through Alembic. A migration that fails leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from coproduce.db import db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return made


def upgrade(to: str = "head") -> None:
    command.upgrade(config(), to)


def downgrade(to: str) -> None:
    command.downgrade(config(), to)


def heads() -> tuple[str | None, str | None]:
    """Where the database is, and where it should be."""
    with db.engine.connect() as connection:
        return heads_on(connection)


def heads_on(connection: Connection) -> tuple[str | None, str | None]:
    now = MigrationContext.configure(connection).get_current_revision()
    return now, ScriptDirectory.from_config(config()).get_current_head()
