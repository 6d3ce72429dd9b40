"""Copies of the whole database, made while it is in use, and put back.

SQLite is read and written only through SQLite's own backup: opening or copying its file in any other way misses
votes, and takes away the locks that the server holds (docs/adr/0003). PostgreSQL goes through its own pg_dump.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url

from coproduce import clock, db
from coproduce.config import Settings, Wrong, variable

PAGES = 50  # a step's worth: writers get their turn between steps
QUEUE = "huey_*"  # only wakes the worker, so it is not worth keeping
WAIT = "-c lock_timeout=10s"


def make(settings: Settings, to: Path) -> Path:
    """Copy the database to a file, or into a folder under a name with the time. Nothing half-made is left behind."""
    url = make_url(settings.database_url)
    on_sqlite = url.get_backend_name() == "sqlite"
    if to.is_dir():
        to = to / f"coproduce-{clock.now():%Y-%m-%dT%H%M%SZ}.{'db' if on_sqlite else 'dump'}"
    if to.exists():
        raise Wrong(f"{to} is already there. Choose another name, or give a folder.")
    if not to.parent.is_dir():
        raise Wrong(f"The folder {to.parent} is not there. Make it first.")
    with _finished_or_gone(to) as part:
        if on_sqlite:
            _copy_sqlite(url, part)
        else:
            _dump(settings, url, part)
    return to


def restore(settings: Settings, source: Path, *, replace: bool = False) -> None:
    """Put a copy back: all of it or nothing. Refuses to overwrite a database that holds anything."""
    if not source.is_file():
        raise Wrong(f"There is no file {source}.")
    url = make_url(settings.database_url)
    on_sqlite = url.get_backend_name() == "sqlite"
    if _is_sqlite(source) is not on_sqlite:
        was = "SQLite" if _is_sqlite(source) else "PostgreSQL"
        raise Wrong(f"{source} is a copy of a {was} database, and {variable('database_url')} is of another kind.")
    if on_sqlite and source.resolve() == Path(str(url.database)).resolve():
        raise Wrong(f"{source} is the database itself. Give a copy that `coproduce backup` made.")
    held = 0 if on_sqlite and not Path(str(url.database)).exists() else _held(url)
    if held and not replace:
        raise Wrong(f"The database holds {held} rows. To throw them away for the copy, say --replace.")
    if on_sqlite:
        _put_back_sqlite(url, source)
    else:
        _put_back_dump(settings, url, source)


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has. The queue, the number of the last migration, and the tables in which SQLite keeps
    the index of the search do not count."""
    names = sorted(sa.inspect(connection).get_table_names())
    ours = [name for name in names if not name.startswith(("alembic_version", "huey_", "search_index"))]
    tables = {name: sa.table(name) for name in ours}
    return {
        name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in tables.items()
    }


def _held(url: URL) -> int:
    with _connection(url) as connection:
        return sum(count_rows(connection).values())


@contextmanager
def _connection(url: URL) -> Iterator[Connection]:
    """One that reads, and leaves nothing open after it."""
    engine = sa.create_engine(url, **db.engine_options(url.render_as_string(hide_password=False)))
    db.prepare(engine)
    try:
        with db.reading(), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _finished_or_gone(to: Path) -> Iterator[Path]:
    """A file beside the one that is wanted, only for us to read, which takes its name when all went well."""
    part = to.with_name(f".{to.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
        _keep(part)
        part.rename(to)
        _keep(to.parent)
    finally:
        for rest in (part, *to.parent.glob(f"{part.name}-*")):
            rest.unlink(missing_ok=True)


def _keep(path: Path) -> None:
    """Have the disk hold it before we say that it is there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- SQLite -------------------------------------------------------------------------------------------------------


def _copy_sqlite(url: URL, part: Path) -> None:
    file = Path(str(url.database))
    if not file.exists():
        raise Wrong(f"There is no database at {file}.")
    with closing(_open(file)) as source, closing(_open(part)) as copy:
        source.execute("BEGIN")  # one moment of the database: else each commit would begin the copy again
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=PAGES)
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        _refuse_if_broken(copy, part)


def _put_back_sqlite(url: URL, source: Path) -> None:
    file = Path(str(url.database))
    if not file.parent.is_dir():
        raise Wrong(f"The folder {file.parent} is not there. Make it first.")
    with closing(_open(source)) as copy:
        _refuse_if_broken(copy, source)
        new = not file.exists()
        with closing(_open(file)) as target:
            copy.backup(target, pages=-1)  # in one step, so that nobody meets a database that is half the old one
        if new:
            file.chmod(0o600)


def _open(file: Path) -> Any:
    connection = db.engine_options("sqlite://")["module"].connect(str(file), timeout=db.BUSY_SECONDS)
    connection.isolation_level = None
    return connection


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _refuse_if_broken(copy: Any, path: Path) -> None:
    try:
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        orphans = copy.execute("PRAGMA foreign_key_check").fetchall()
    except db.engine_options("sqlite://")["module"].DatabaseError as error:
        raise Wrong(f"{path} is damaged: {error}. Use another copy.") from None
    if found != ["ok"]:
        raise Wrong(f"{path} is damaged: {found[0]}. Use another copy.")
    if orphans:
        raise Wrong(f"{path} has {len(orphans)} rows that point to nothing, the first in {orphans[0][0]}.")


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


def _dump(settings: Settings, url: URL, part: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-table={QUEUE}"]
    _run(settings, url, "pg_dump", [*options, f"--file={part}", f"--dbname={_plain(url)}"])
    _run(settings, url, "pg_restore", ["--file=/dev/null", str(part)])


def _put_back_dump(settings: Settings, url: URL, source: Path) -> None:
    """One transaction: the old tables go and the copy's come, or everything stays as it was."""
    _run(settings, url, "pg_restore", ["--file=/dev/null", str(source)])
    with _connection(url) as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith("huey_")]
    drop = f"DROP TABLE {', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)} CASCADE" if names else "SELECT 1"
    options = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    options += [f"--dbname={_plain(url)}", f"--command={drop}", "--file=-"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    reads = ["--file=-", "--no-owner", "--no-privileges", str(source)]
    reader = _start(settings, url, "pg_restore", reads, stdin=nothing, stdout=pipe, stderr=nothing)
    writer = _start(settings, url, "psql", options, stdin=pipe, stdout=nothing, stderr=pipe)
    with reader, writer:
        _pour(cast("IO[bytes]", reader.stdout), cast("IO[bytes]", writer.stdin))
        if reader.wait():  # psql must not take the early end for the end
            writer.kill()
            raise Wrong(f"pg_restore could not read {source}. Nothing was changed.")
        said = writer.communicate()[1].decode().strip()
        if writer.returncode:
            raise Wrong(f"PostgreSQL would not take the copy, and nothing was changed. It says: {said}")


def _pour(reader: IO[bytes], writer: IO[bytes]) -> None:
    try:
        shutil.copyfileobj(reader, writer)
        writer.flush()
    except BrokenPipeError:  # psql has stopped, and will say why
        shutil.copyfileobj(reader, io.BytesIO())


def _run(settings: Settings, url: URL, tool: str, options: Sequence[str]) -> None:
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with _start(settings, url, tool, options, stdin=nothing, stdout=nothing, stderr=pipe) as process:
        said = process.communicate()[1].decode().strip()
    if process.returncode:
        fix = f" Set {variable('pg_bin')} to the tools of the server's version." if "version mismatch" in said else ""
        raise Wrong(f"{tool} did not work.{fix} It says: {said}")


def _start(settings: Settings, url: URL, tool: str, options: Sequence[str], **streams: int) -> subprocess.Popen[bytes]:
    """The password goes by the environment, where no list of processes shows it."""
    env = {**os.environ, "PGPASSWORD": str(url.password or ""), "PGOPTIONS": WAIT}
    return subprocess.Popen([_tool(settings, tool), *options], env=env, **streams)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def _tool(settings: Settings, name: str) -> str:
    found = shutil.which(name, path=settings.pg_bin or None)
    if not found:
        raise Wrong(
            f"{name} is not to be found. Install PostgreSQL's client, or set {variable('pg_bin')} to its folder."
        )
    return found


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string()
