"""A locked or full database: reads go on, a write says 503 and keeps what was typed, nothing is half written, and
everything works again as soon as the trouble is over."""

import re
import time
from contextlib import contextmanager
from html import unescape

import html5lib
import pytest
import sqlalchemy as sa
from flask import Response, request
from sqlalchemy import event

from coproduce import access, clock, db
from coproduce.accounts.models import Attempt
from coproduce.db import db as database
from coproduce.errors import Conflict
from coproduce.web import go, problems
from coproduce.words import say
from tests.client import Visitor

TYPED = "Our bins are emptied at six in the morning, and half the street is woken. <b>&amp;"
HASH = "0" * 64


def add_a_small_feature(app):
    """Two rows a write, so that half a write would show."""

    @access.public
    def write():
        words = request.form["words"]
        if words == "refuse":
            raise Conflict(say("No."))
        for what in ("first", "second"):
            database.session.add(Attempt(what=what, who=HASH, origin=HASH, at=clock.now()))
            database.session.flush()
        return go("/read")

    @access.public
    def read():
        return Response(
            str(database.session.scalar(sa.select(sa.func.count()).select_from(Attempt))), mimetype="text/plain"
        )

    app.add_url_rule("/write", "write", write, methods=["POST"])
    app.add_url_rule("/read", "read", read)


@pytest.fixture
def visitor(another_app, monkeypatch):
    monkeypatch.setattr(db, "BUSY_SECONDS", 1)
    app = another_app(add_a_small_feature)
    app.test_client_class = Visitor
    with app.app_context():
        engine = database.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", lambda connection, _: hurry(connection))
    visitor = app.test_client()
    visitor.engine = engine
    return visitor


def hurry(connection):
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION lock_timeout = '1s'")
    connection.commit()


@contextmanager
def locked(settings):
    """Somebody else holds the lock that a write needs."""
    engine = sa.create_engine(settings.database_url, **db.engine_options(settings.database_url))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            raw.isolation_level = None
            raw.execute("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("LOCK TABLE attempt IN EXCLUSIVE MODE")
        yield
        if engine.dialect.name == "sqlite":
            raw.execute("ROLLBACK")
    engine.dispose()


@contextmanager
def full(visitor, monkeypatch):
    """No room for another row."""
    if visitor.engine.dialect.name == "sqlite":

        def shrink(connection, _):
            connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")

        with visitor.engine.connect() as connection:
            connection.connection.driver_connection.execute("VACUUM")  # no free pages are left inside
        visitor.engine.dispose()
        event.listen(visitor.engine, "connect", shrink)
        yield
        event.remove(visitor.engine, "connect", shrink)
        visitor.engine.dispose()
        return

    def no_room():
        raise sa.exc.OperationalError("COMMIT", {}, Exception("could not extend file: No space left on device"))

    with monkeypatch.context() as patch:
        patch.setattr(database.session.registry().__class__, "commit", lambda self: no_room())
        yield


def look_at_503(answer):
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert TYPED in unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.S).group(1))
    assert "Try again" in answer.text


def try_again(visitor, answer):
    """Press the button on the page that said no."""
    root = html5lib.parse(answer.text, namespaceHTMLElements=False)
    form = next(form for form in root.iter("form") if form.get("method") == "post")
    fields = [(e.get("name"), e.get("value")) for e in form.iter("input")]
    assert ("words", TYPED) in fields
    return visitor.post(form.get("action"), data=dict(fields))


def count(visitor):
    return int(visitor.get("/read").text)


def send(visitor, words=TYPED):
    visitor.keep_token()
    return visitor.send("/write", {"words": words})


def test_a_write_that_meets_a_lock_keeps_the_words_and_works_again_afterwards(visitor, settings):
    assert send(visitor).status_code == 303
    with locked(settings):
        answer = send(visitor)
        look_at_503(answer)
        began = time.monotonic()
        assert count(visitor) == 2
        assert time.monotonic() - began < 0.5
    assert try_again(visitor, answer).status_code == 303
    assert count(visitor) == 4


def test_a_full_database_loses_nothing_and_keeps_no_half(visitor, monkeypatch):
    kept = 0
    assert send(visitor).status_code == 303
    kept += 2
    with full(visitor, monkeypatch):
        for _ in range(200):
            answer = send(visitor)
            if answer.status_code != 303:
                break
            kept += 2
        look_at_503(answer)
        assert count(visitor) == kept
    assert try_again(visitor, answer).status_code == 303
    assert count(visitor) == kept + 2


def test_the_home_page_is_shown_in_words_while_nothing_can_be_read(visitor, monkeypatch):
    def away(*_, **__):
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(database.session.registry().__class__, "scalar", away)
        answer = visitor.get("/read")
    assert answer.status_code == 503
    assert "server closed" not in answer.text


@pytest.mark.trouble
def test_the_control_without_the_guard_it_is_our_fault(visitor, settings, monkeypatch):
    """Were a busy database not known as such, people would read that something is wrong with our program."""
    monkeypatch.setattr(problems.db, "is_busy", lambda error: False)
    with locked(settings):
        assert send(visitor).status_code == 500


def test_a_refused_write_keeps_nothing(visitor):
    assert send(visitor, "refuse").status_code == 409
    assert count(visitor) == 0
