"""The whole world of tests/access_matrix.py, made once and put back before each test."""

import pytest
from sqlalchemy import event

from coproduce import db as database
from coproduce.db import Base
from tests import access_matrix, servers
from tests import world as town_world
from tests.client import Browse


class Whole:
    """The world, a browser for each of its roles, and its database as it was made."""

    def __init__(self, app, world, rows):
        self.app, self.world, self.rows = app, world, rows
        self.commits = 0

    def browse(self, role):
        return Browse(self.app)(secret=self.world.secrets.get(role))

    def put_back(self):
        database.db.session.remove()
        servers.put_back(database.db.engine, Base.metadata, self.rows)
        self.commits = 0

    def mark(self):
        database.db.session.rollback()
        return servers.mark(database.db.engine, Base.metadata)

    def has_changed(self, before):
        """Whether the database differs from this mark. Where nothing was committed since the last look, it cannot."""
        commits, self.commits = self.commits, 0
        return commits > 0 and self.mark() != before

    def count_commit(self, connection):
        self.commits += 1

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
def whole(app, db, _made):
    """The world as it was made, whatever the test before did to it."""
    if not _made:
        _made["world"] = town_world.build(app)
        database.db.session.remove()
        _made["rows"] = servers.rows_of(database.db.engine, Base.metadata)
        found = Whole(app, **_made)
    else:
        found = Whole(app, **_made)
        found.put_back()
    event.listen(database.db.engine, "commit", found.count_commit)
    yield found
    event.remove(database.db.engine, "commit", found.count_commit)
