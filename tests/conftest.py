"""What every test stands on: an app on a real database, a small invented town, and a browser-like client.

Which database is said by COPRODUCE_TEST_DATABASE: sqlite (when nothing is said) or postgres. Tests commit for real;
every table is emptied after each test.
"""

import os
import secrets
from pathlib import Path

import pytest

from coproduce import db as database
from coproduce import jobs, words
from coproduce.app import create_app
from coproduce.config import Settings
from coproduce.db import Base
from coproduce.migrating import upgrade
from tests import servers, town
from tests.client import Browse

KEYS = {"secret_key": "s" * 64, "audit_key": "a" * 64, "seal_key": "ab" * 32}


@pytest.fixture(scope="session")
def engine_name():
    return os.environ.get("COPRODUCE_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
def database_url(engine_name, tmp_path_factory):
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('data')}/test.db"
    return servers.new_postgres_database(f"test_{secrets.token_hex(4)}")


@pytest.fixture(scope="session")
def settings(database_url):
    return Settings(database_url=database_url, demo=True, huey_url="memory:", base_url="http://localhost", support_needed=3, **KEYS)


@pytest.fixture(scope="session")
def app(settings):
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def db(app):
    """The database, empty, inside an app context."""
    words.speak(words.ENGLISH)
    jobs._wake = None
    with app.app_context():
        yield database.db
        database.db.session.remove()
        servers.empty(database.db.engine, Base.metadata)


@pytest.fixture
def walsden(db):
    """A small town: places, homes and a dozen people, by first name (tests/town.py)."""
    with database.transaction():
        return town.build()


@pytest.fixture
def browse(app, db):
    """A browser for a person, or for a stranger: `browse(walsden.asha).get("/")`."""
    return Browse(app)


@pytest.fixture(autouse=True)
def _only_on(request, engine_name):
    for name in ("sqlite", "postgres"):
        if request.node.get_closest_marker(name) and engine_name != name:
            pytest.skip(f"says something only on {name}")


ROOT = Path(__file__).resolve().parent.parent
