"""A copy made while people vote holds every vote that was acknowledged before it began, and comes back whole."""

import secrets
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coproduce import backups
from coproduce.config import Wrong
from tests import servers
from tests.operations.conftest import query, whole

WRITERS = 2
COPIES = 20


@pytest.fixture
def somewhere(engine_name, tmp_path):
    """A new empty database, each time it is called."""

    def make():
        if engine_name == "sqlite":
            return f"sqlite:///{tmp_path}/copy-{secrets.token_hex(4)}.db"
        return servers.new_postgres_database(f"copy_{secrets.token_hex(4)}")

    return make


class Writers:
    """Processes that commit marked rows, each with a file of those that were acknowledged."""

    def __init__(self, env, folder):
        self.files = [folder / f"writer-{n}" for n in range(WRITERS)]
        self.processes = []
        for n, file in enumerate(self.files):
            with file.open("w") as out:
                words = [sys.executable, "-m", "tests.operations.writer", str(n * 1_000_000)]
                self.processes.append(subprocess.Popen(words, env=whole(env), stdout=out))

    def kept(self):
        """Those whose line has come to its end."""
        return {
            int(line)
            for file in self.files
            for line in file.read_text().splitlines(keepends=True)
            if line.endswith("\n")
        }

    def wait_for(self, rows):
        until = time.monotonic() + 60
        while len(self.kept()) < rows:
            assert time.monotonic() < until, f"only {len(self.kept())} rows"
            assert all(process.poll() is None for process in self.processes)
            time.sleep(0.02)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def writers(env, migrated, tmp_path):
    writers = Writers(env, tmp_path)
    yield writers
    writers.stop()


def rows_of(url):
    return {row[0] for row in query(url, "SELECT thing_id FROM audit WHERE verb = 'test.marked'")}


def test_every_copy_made_under_load_comes_back_whole(writers, settings_of, somewhere, tmp_path):
    settings = settings_of()
    writers.wait_for(50)
    copies = []
    for n in range(COPIES):
        before = writers.kept()
        copies.append((before, backups.make(settings, tmp_path / f"copy-{n}")))
    alive = [process.poll() is None for process in writers.processes]
    writers.stop()
    assert all(alive), "the writers must be at it all the while"
    assert len(copies[-1][0]) > len(copies[0][0]), "rows must have come in between"
    last = writers.kept()
    for before, copy in copies:
        url = somewhere()
        backups.restore(settings_of(COPRODUCE_DATABASE_URL=url), copy)
        found = rows_of(url)
        assert before <= found, f"{len(before - found)} acknowledged rows are missing"
        assert len(found - last) <= WRITERS, "no more than what was in hand when the writers were stopped"


@pytest.mark.sqlite
def test_a_plain_copy_of_the_file_would_miss_rows(writers, env, tmp_path):
    """The control: what the test above would find if a backup were a copy of the file."""
    file = Path(env["COPRODUCE_DATABASE_URL"].removeprefix("sqlite:///"))
    missed = 0
    for n in range(COPIES):
        writers.wait_for(50 * (n + 1))
        before = writers.kept()
        copy = tmp_path / f"plain-{n}.db"
        shutil.copy(file, copy)
        missed += len(before - rows_of(f"sqlite:///{copy}"))
    assert missed


def test_a_copy_comes_back_by_the_command_and_its_record_is_checked(coproduce, writers, somewhere, tmp_path):
    writers.wait_for(100)
    folder = tmp_path / "copies"
    folder.mkdir()
    made = coproduce("backup", str(folder))
    writers.stop()
    assert made.returncode == 0, made.stderr
    [copy] = folder.iterdir()
    assert str(copy) in made.stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    back = coproduce("restore", str(copy), COPRODUCE_DATABASE_URL=somewhere())
    assert back.returncode == 0, back.stdout + back.stderr
    assert "Nothing was edited, inserted or removed." in back.stdout
    assert "audit" in back.stdout


def test_a_database_that_holds_something_is_not_overwritten_by_mistake(migrated, env, settings_of, somewhere, tmp_path):
    subprocess.run([sys.executable, "-c", ONE_ROW], env=whole(env), check=True)
    copy = backups.make(settings_of(), tmp_path / "one")
    url = somewhere()
    backups.restore(settings_of(COPRODUCE_DATABASE_URL=url), copy)
    subprocess.run([sys.executable, "-c", ONE_ROW], env=whole({**env, "COPRODUCE_DATABASE_URL": url}), check=True)
    assert len(rows_of(url)) == 2
    with pytest.raises(Wrong, match="holds 2 rows"):
        backups.restore(settings_of(COPRODUCE_DATABASE_URL=url), copy)
    assert len(rows_of(url)) == 2
    backups.restore(settings_of(COPRODUCE_DATABASE_URL=url), copy, replace=True)
    assert len(rows_of(url)) == 1


ONE_ROW = """
import secrets
from coproduce import audit, db
from coproduce.app import create_app
with create_app().app_context(), db.transaction():
    audit.record(audit.verb("test.marked"), by=None, kind="test", thing_id=secrets.randbelow(10**6))
"""


def test_a_damaged_copy_changes_nothing(migrated, env, settings_of, tmp_path):
    subprocess.run([sys.executable, "-c", ONE_ROW], env=whole(env), check=True)
    held = rows_of(env["COPRODUCE_DATABASE_URL"])
    copy = backups.make(settings_of(), tmp_path / "copy")
    whole_copy = copy.read_bytes()
    for damage in (whole_copy[: len(whole_copy) * 2 // 3], whole_copy[:4096] + b"\xff" * 40_000 + whole_copy[44_096:]):
        copy.write_bytes(damage)
        with pytest.raises(Wrong):
            backups.restore(settings_of(), copy, replace=True)
        assert rows_of(env["COPRODUCE_DATABASE_URL"]) == held


def test_nothing_half_made_is_left_behind(settings_of, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    with pytest.raises(Wrong):
        backups.make(settings_of(COPRODUCE_DATABASE_URL=f"sqlite:///{tmp_path}/nothing.db"), folder)
    address = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    with pytest.raises(Wrong, match="pg_dump is not to be found"):
        backups.make(settings_of(COPRODUCE_DATABASE_URL=address, COPRODUCE_PG_BIN=str(tmp_path)), folder)
    assert not list(folder.iterdir())


def test_a_copy_is_never_written_over_another(migrated, settings_of, tmp_path):
    (tmp_path / "kept").write_text("an older copy")
    with pytest.raises(Wrong, match="already there"):
        backups.make(settings_of(), tmp_path / "kept")
    with pytest.raises(Wrong, match="is not there"):
        backups.make(settings_of(), tmp_path / "no" / "folder")
    assert (tmp_path / "kept").read_text() == "an older copy"


def test_a_copy_of_another_kind_is_refused(env, settings_of, tmp_path, engine_name):
    other = tmp_path / "other"
    other.write_bytes(b"PGDMP" if engine_name == "sqlite" else b"SQLite format 3\0")
    with pytest.raises(Wrong, match="another kind"):
        backups.restore(settings_of(), other)
    with pytest.raises(Wrong, match="no file"):
        backups.restore(settings_of(), tmp_path / "nothing")
