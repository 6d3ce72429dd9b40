"""What the tests of home share."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from coproduce import db as database


@pytest.fixture
def broken(monkeypatch):
    """The database is away."""

    def refuse(engine, *args, **kwargs):
        raise OperationalError("SELECT secret FROM person", {"name": "Asha"}, Exception("server closed"))

    def stop():
        database.db.session.remove()
        monkeypatch.setattr(sa.Engine, "connect", refuse)

    return stop
