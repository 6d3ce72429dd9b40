"""A GET can never write; a request commits once; nothing slow happens while a write holds the lock."""

import ast
import io

import pytest
import sqlalchemy as sa
from flask import Response

from coproduce import access, clock, db
from coproduce.accounts.models import Attempt
from coproduce.db import db as database
from tests.client import Visitor
from tests.conftest import ROOT

HASH = "0" * 64


def add_a_view_that_writes(app):
    @access.public
    def sly():
        database.session.add(Attempt(what="sly", who=HASH, origin=HASH, at=clock.now()))
        database.session.commit()
        return Response("kept", mimetype="text/plain")

    app.add_url_rule("/sly", "sly", sly)


def attempts():
    database.session.rollback()
    return database.session.scalar(sa.select(sa.func.count()).select_from(Attempt))


@pytest.fixture
def visitor(another_app):
    app = another_app(add_a_view_that_writes)
    app.test_client_class = Visitor
    return app.test_client()


@pytest.mark.trouble
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_database_refuses_to_be_written_to_by_a_get(visitor, method):
    answer = visitor.open("/sly", method=method)
    assert answer.status_code in {500, 503}
    assert attempts() == 0


def test_the_control_without_the_guard_a_get_writes(visitor, monkeypatch):
    before = visitor.application.before_request_funcs[None]
    before[:] = [deed for deed in before if deed.__name__ != "read_or_write"]
    assert visitor.get("/sly").text == "kept"
    assert attempts() == 1


def python_files():
    return sorted((ROOT / "coproduce").rglob("*.py"))


def calls(path, names):
    """Lines of this file that call a method or function of one of these names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in names:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def test_only_the_database_module_commits():
    found = [line for path in python_files() if path.name != "db.py" for line in calls(path, {"commit"})]
    assert found == []


def test_the_control_a_commit_elsewhere_is_seen():
    planted = ROOT / "coproduce" / "db.py"
    assert list(calls(planted, {"commit"})), "the search finds none even where there are some"


class SlowSender(io.RawIOBase):
    """A body that looks, each time some of it is asked for, whether somebody else could write meanwhile."""

    def __init__(self, body, engine):
        self.body, self.engine, self.others_could_write = io.BytesIO(body), engine, []

    def readable(self):
        return True

    def readinto(self, into):
        self.others_could_write.append(can_write(self.engine))
        piece = self.body.read(min(len(into), 64))
        into[: len(piece)] = piece
        return len(piece)


def can_write(engine):
    raw = db.sqlite_module.connect(engine.url.database, timeout=0, isolation_level=None)
    try:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("ROLLBACK")
    except db.sqlite_module.OperationalError:
        return False
    finally:
        raw.close()
    return True


def send_slowly(visitor):
    body = b"words=" + b"x" * 1000
    sender = SlowSender(body, database.engine)
    visitor.open(
        "/account/sign-out",
        method="POST",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": io.BufferedReader(sender, 64), "CONTENT_LENGTH": str(len(body))},
    )
    return sender.others_could_write


@pytest.mark.sqlite
def test_a_slow_sender_holds_nobody_up(walsden, browse, another_app):
    app = another_app()
    app.test_client_class = Visitor
    seen = send_slowly(app.test_client())
    assert len(seen) > 3
    assert all(seen)


@pytest.mark.sqlite
def test_the_control_a_body_read_after_the_first_query_holds_the_lock(walsden, another_app):
    app = another_app()
    app.test_client_class = Visitor
    before = app.before_request_funcs[None]
    before[:] = [deed for deed in before if deed.__name__ not in {"read_the_body", "csrf_protect"}]
    before.append(lambda: database.session.execute(sa.select(sa.func.count()).select_from(Attempt)) and None)
    seen = send_slowly(app.test_client())
    assert not all(seen)
