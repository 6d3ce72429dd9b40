"""The whole world of tests/access_matrix.py, made once and put back before each test."""

import pytest

from coproduce import db as database
from coproduce.db import Base
from tests import access_matrix, servers
from tests import world as town_world
from tests.access_matrix import STRANGER
from tests.client import Browse


class Whole:
    """The world, a browser for each of its roles, and its database as it was made."""

    def __init__(self, app, world, rows):
        self.app, self.world, self.rows = app, world, rows

    def browse(self, role):
        return Browse(self.app)(secret=self.world.secrets.get(role))

    def put_back(self):
        database.db.session.remove()
        servers.put_back(database.db.engine, Base.metadata, self.rows)

    def mark(self):
        database.db.session.rollback()
        return servers.mark(database.db.engine, Base.metadata)

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
        return Whole(app, **_made)
    found = Whole(app, **_made)
    found.put_back()
    return found


__all__ = ["STRANGER"]
