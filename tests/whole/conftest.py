"""The whole world of tests/access_matrix.py, made once and put back before each test."""

import pytest
from sqlalchemy import event

from coproduce import db as database
from coproduce import jobs, words
from coproduce.db import Base
from tests import access_matrix, servers
from tests import world as town_world
from tests.client import Browse
from tests.conftest import LEFT_BEHIND


class Whole:
    """The world, a browser for each of its roles, and its database as it was made."""

    def __init__(self, app, world, rows, pristine):
        self.app, self.world, self.rows, self.pristine = app, world, rows, pristine
        self.commits, self.touched = 0, False

    def browse(self, role):
        return Browse(self.app)(secret=self.world.secrets.get(role))

    def put_back(self):
        database.db.session.remove()
        servers.put_back(database.db.engine, Base.metadata, self.rows)
        self.commits, self.touched = 0, False

    def mark(self):
        """Where nothing was committed since the world was put back, it is what it was."""
        database.db.session.rollback()
        return servers.mark(database.db.engine, Base.metadata) if self.touched else self.pristine

    def has_changed(self, before):
        """Whether the database differs from this mark. Where nothing was committed since the last look, it cannot."""
        commits, self.commits = self.commits, 0
        return commits > 0 and self.mark() != before

    def count_commit(self, connection):
        self.commits += 1
        self.touched = True

    def ask(self, role, row, method, **kwargs):
        """Ask for the address of this row as this role."""
        visitor, path = self.browse(role), row.path(self.world)
        if method == "POST":
            return visitor.send(path, row.form(self.world), **kwargs)
        return visitor.open(path, method=method, **kwargs)

    def somebody_who_gets(self, row, method, statuses=(200,)):
        """A role that this row lets in, the most trusted first; None when there is none."""
        trusted = ["administrator", "decision_owner", "officer", "author", *access_matrix.ROLES]
        return next((role for role in trusted if row.asks[method][role] in statuses), None)


@pytest.fixture(scope="session")
def _made():
    return {}


@pytest.fixture
def whole(request, app, _made):
    """The world as it was made, whatever the test before did to it. It is left for the next test, which most often
    wants it too: only what was committed has to be put back."""
    if "db" in request.fixturenames:
        request.getfixturevalue("db")  # which empties what the tests before left
    words.speak(words.ENGLISH)
    jobs._wake = None
    with app.app_context():
        engine = database.db.engine
        if not _made:
            servers.empty(engine, Base.metadata)
            _made["world"] = town_world.build(app)
            database.db.session.remove()
            _made["rows"] = servers.rows_of(engine, Base.metadata)
            _made["pristine"] = servers.mark(engine, Base.metadata)
            found = Whole(app, **_made)
        else:
            found = Whole(app, **_made)
            if not LEFT_BEHIND["world"]:
                found.put_back()
        event.listen(engine, "commit", found.count_commit)
        yield found
        event.remove(engine, "commit", found.count_commit)
        database.db.session.remove()
        LEFT_BEHIND["world"] = True
        if found.touched:
            found.put_back()
        if "db" in request.fixturenames:
            LEFT_BEHIND["world"] = False
