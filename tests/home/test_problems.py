"""What people meet when something cannot be done: what happened, what to do, and everything they typed."""

import pytest
import sqlalchemy as sa
from flask import abort
from sqlalchemy.exc import OperationalError

from coproduce import db as database
from coproduce.access import public
from coproduce.app import create_app
from coproduce.errors import Conflict, NotFound, Refused
from coproduce.words import say
from tests.client import Browse

WORDS = "The bins on Ridge Row are never emptied on a Monday, and it smells."
EMAIL = "asha@example.org"


def a_plain_page(answer):
    text = answer.text
    assert "<h1" in text
    assert "Go to the home page" in text
    for never in ("SELECT", "Traceback", "sqlalchemy", "OperationalError", "secret", "server closed", "werkzeug"):
        assert never not in text
    return True


# -- the database is away ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/proposals/", "/record", "/account/", "/privacy"])
def test_a_reader_gets_a_plain_page(walsden, browse, broken, path):
    visitor = browse(walsden.asha)
    broken()
    answer = visitor.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "We are busy for a moment" in answer.text
    assert a_plain_page(answer)


def test_a_page_that_needs_no_data_is_there_for_a_stranger(db, browse, broken):
    broken()
    assert browse().get("/privacy").status_code == 200
    assert browse().get("/nowhere").status_code == 404


def test_a_writer_keeps_every_word_and_can_send_it_again(db, browse, broken, monkeypatch):
    visitor = browse()
    broken()
    answer = visitor.send("/account/sign-in?next=/mine", {"email": EMAIL, "words": WORDS})
    assert answer.status_code == 503
    assert a_plain_page(answer)
    assert WORDS in answer.text
    assert EMAIL in answer.text
    assert "Try again" in answer.text
    assert 'action="/account/sign-in?next=/mine"' in answer.text
    monkeypatch.undo()
    assert visitor.send("/account/sign-in?next=/mine", {"email": EMAIL}).status_code == 303


def test_htmx_puts_it_in_place_of_the_page(db, browse, broken):
    broken()
    answer = browse().send("/account/sign-in", {"email": EMAIL, "words": WORDS}, htmx=True)
    assert answer.status_code == 503
    assert answer.headers["HX-Retarget"] == "#main"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "<html" not in answer.text
    assert WORDS in answer.text


def test_a_commit_that_fails_says_nothing_of_success(walsden, browse, monkeypatch):
    visitor = browse(walsden.asha)

    def full(*, keep):
        database.db.session.rollback()
        if keep:
            raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(database, "finish", full)
        answer = visitor.send("/account/sign-out", {"words": WORDS})
    assert answer.status_code == 503
    assert WORDS in answer.text
    assert "You are signed out." not in visitor.get("/privacy").text


@pytest.mark.postgres
def test_a_connection_cut_in_the_middle_gives_a_plain_page_and_the_next_request_works(walsden, browse):
    visitor = browse(walsden.asha)

    def cut(connection, cursor, statement, *rest):
        if "FROM sign_in" in statement:
            connection.connection.driver_connection.close()

    engine = database.db.engine
    sa.event.listen(engine, "before_cursor_execute", cut)
    try:
        answer = visitor.get("/account/")
    finally:
        sa.event.remove(engine, "before_cursor_execute", cut)
    assert answer.status_code == 503
    assert a_plain_page(answer)
    assert visitor.get("/account/").status_code == 200


# -- what is no fault of the database ---------------------------------------------------------------------------------


def fail(kind):
    if kind.isdigit():
        abort(int(kind))
    if kind == "refused":
        raise Refused(say("Only a housing officer can do this."))
    if kind == "conflict":
        raise Conflict(say("The vote closed at 8pm."))
    if kind == "missing":
        raise NotFound
    raise RuntimeError("SELECT * FROM secret WHERE name = 'Asha'")


@pytest.fixture(scope="module")
def troubled(settings):
    """A site of its own, with pages that fail in every way."""
    app = create_app(settings)
    app.testing = True
    app.add_url_rule("/trouble/<kind>", "trouble", public(fail), methods=["GET", "POST"])
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def trouble(troubled, db):
    return Browse(troubled)


KINDS = {
    "400": (400, "We could not read that", True),
    "403": (403, "This is not open to you", False),
    "404": (404, "We cannot find that page", False),
    "409": (409, "That cannot be done now", False),
    "429": (429, "That was too many tries", True),
    "500": (500, "Something went wrong on our side", True),
    "503": (503, "We are busy for a moment", True),
    "418": (418, "We could not read that", True),
    "refused": (403, "Only a housing officer can do this.", False),
    "conflict": (409, "The vote closed at 8pm.", False),
    "missing": (404, "We cannot find that page", False),
    "crash": (500, "Something went wrong on our side", True),
}


@pytest.mark.trouble
@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_is_told_what_happened(trouble, kind):
    status, words, _ = KINDS[kind]
    answer = trouble().get(f"/trouble/{kind}")
    assert answer.status_code == status
    assert words in answer.text
    assert a_plain_page(answer)


@pytest.mark.trouble
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_is_still_there(trouble, kind):
    status, _, again = KINDS[kind]
    answer = trouble().send(f"/trouble/{kind}", {"words": WORDS, "side": "for", "password": "a long and private one"})
    assert answer.status_code == status
    assert WORDS in answer.text
    assert ("Try again" in answer.text) is again
    assert "a long and private one" not in answer.text
    assert a_plain_page(answer)


@pytest.mark.trouble
def test_what_was_typed_is_shown_as_words(trouble):
    answer = trouble().send(
        "/trouble/500", {"words": "<script>alert(1)</script> and more", '"><b>': "a long enough value"}
    )
    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text


def test_a_code_to_say_on_the_phone(trouble):
    assert "If you ask us for help, say this code" in trouble().get("/trouble/500").text


def test_too_many_tries_say_when_to_come_back(trouble):
    assert trouble().get("/trouble/429").headers["Retry-After"] == "60"


def test_the_wrong_method_says_which_are_right(db, browse):
    answer = browse().post("/privacy")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert a_plain_page(answer)


def test_a_form_that_was_open_too_long_keeps_what_was_typed(db, browse):
    answer = browse().post("/account/sign-in", data={"email": EMAIL, "words": WORDS, "csrf_token": "old"})
    assert answer.status_code == 400
    assert "This page was open for too long" in answer.text
    assert WORDS in answer.text
    assert "Try again" in answer.text


def test_and_pressing_try_again_sends_it(walsden, browse):
    visitor = browse()
    visitor.post("/account/sign-in", data={"email": EMAIL})
    assert visitor.send("/account/sign-in", {"email": EMAIL}).status_code == 303


def test_too_much_at_once(db, browse):
    answer = browse().send("/account/sign-in", {"email": "a" * 1_100_000})
    assert answer.status_code == 413
    assert "too much to send" in answer.text
    assert a_plain_page(answer)


def test_another_host_is_not_answered(db, browse):
    answer = browse().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text
