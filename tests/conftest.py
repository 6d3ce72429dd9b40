"""What every test stands on: an app on a real database, a small invented town, and a browser-like client.

Which database is said by COPRODUCE_TEST_DATABASE: sqlite (when nothing is said) or postgres. Tests commit for real;
every table is emptied after each test. A test in which our own program logs an error fails, unless it is marked
`trouble` because trouble is what it is about.
"""

import dataclasses
import gc
import json
import os
import secrets
import sys
from pathlib import Path

import pytest
import structlog

from coproduce import config, jobs, logs, outbox, security, words
from coproduce import db as database
from coproduce.app import create_app
from coproduce.config import Settings
from coproduce.db import Base
from coproduce.migrating import upgrade
from tests import servers, town
from tests.client import Browse

KEYS = {"secret_key": "s" * 64, "audit_key": "a" * 64, "seal_key": "ab" * 32}
ENGINE = os.environ.get("COPRODUCE_TEST_DATABASE", "sqlite")
LONG_RUN = os.environ.get("COPRODUCE_TEST_LONG", "") not in {"", "0"}  # `make test-long`
STORES = {
    "db",
    "app",
    "database_url",
    "new_database",
    "engine_name",
    "settings",
}  # a test without any needs no database
ROOT = Path(__file__).resolve().parent.parent


gc.set_threshold(50_000, 50, 50)  # what a test leaves is small; looking for it after each seven hundred things is not


def pytest_configure(config):
    config.addinivalue_line("markers", "once: says nothing about databases; runs with SQLite only")
    config.addinivalue_line("markers", "trouble: our program may log errors here: they are what the test is about")


def pytest_collection_modifyitems(config, items):
    """Leave out what says something only on the other database, or need not be said twice: it runs there."""
    elsewhere = ("postgres",) if ENGINE == "sqlite" else ("sqlite", "once")
    left_out = [
        item
        for item in items
        if any(item.get_closest_marker(name) for name in elsewhere)
        or (ENGINE != "sqlite" and not STORES & set(item.fixturenames))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


class Notebook(structlog.PrintLogger):
    """Writes the log as ever, and remembers its errors."""

    errors: list[dict] = []

    def msg(self, message):
        line = json.loads(message)
        if line.get("level") in {"error", "critical"}:
            self.errors.append(line)
        super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


logs._to_standard_error = lambda *_: Notebook(sys.stderr)


@pytest.fixture(autouse=True)
def _nothing_went_wrong(request):
    Notebook.errors.clear()
    yield
    if Notebook.errors and not request.node.get_closest_marker("trouble"):
        first = Notebook.errors[0]
        pytest.fail(
            f"our program logged {first['event']} in {first.get('page') or first.get('job')}:\n{first.get('exception')}"
        )


@pytest.fixture(scope="session")
def engine_name():
    return ENGINE


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """Gives the URL of a database that nobody has used, on the kind of server that this run is about."""

    made = []

    def make(name):
        if ENGINE == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('data')}/{name}.db"
        made.append(servers.new_postgres_database(f"{name}_{secrets.token_hex(4)}"))
        return made[-1]

    yield make
    for url in made:
        servers.drop_postgres_database(url)


@pytest.fixture(scope="session")
def database_url(new_database):
    return new_database("test")


@pytest.fixture(scope="session")
def settings(database_url):
    return Settings(
        database_url=database_url,
        demo=True,
        huey_url="memory:",
        base_url="http://localhost",
        support_needed=3,
        passphrase_memory=64,  # a passphrase is checked fast here, not safely
        **KEYS,
    )


@pytest.fixture(scope="session")
def app(settings):
    app = create_app(settings)
    app.testing = True
    security.limiter.enabled = False  # one test may ask for more pages in a minute than a person does
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        database.db.engine.dispose()


LEFT_BEHIND = {"world": False}  # the whole world of tests/whole stays where it is until a test needs an empty database


@pytest.fixture
def db(app):
    """The database, empty, inside an app context."""
    words.speak(words.ENGLISH)
    jobs._wake = None
    with app.app_context():
        if LEFT_BEHIND["world"]:
            servers.empty(database.db.engine, Base.metadata)
            LEFT_BEHIND["world"] = False
        yield database.db
        database.db.session.remove()
        servers.empty(database.db.engine, Base.metadata)


@pytest.fixture
def walsden(db):
    """A small town: places, homes and a dozen people, by first name (tests/town.py)."""
    with database.transaction():
        return town.stand(database.db.engine)


@pytest.fixture
def browse(app, db):
    """A browser for a person, or for a stranger: `browse(walsden.asha).get("/")`."""
    return Browse(app)


@pytest.fixture
def another_app(app, db, settings, monkeypatch):
    """A second app on the same database, to break or to add views to: `another_app(add=lambda app: …)`.

    Settings can be changed: `another_app(database_url=…)`.
    """
    for name in ("mail_url", "mail_from", "sender", "write", "find"):
        monkeypatch.setattr(
            outbox.Post, name, staticmethod(found) if callable(found := getattr(outbox.Post, name)) else found
        )
    made = []

    def make(add=None, **changes):
        other = create_app(dataclasses.replace(settings, **changes))
        other.testing = True
        security.limiter.enabled = False
        jobs._wake = None
        if add:
            add(other)
        made.append(other)
        return other

    yield make
    config.use(settings)
    for other in made:
        with other.app_context():
            database.db.session.remove()
            database.db.engine.dispose()
