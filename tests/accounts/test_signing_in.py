"""Signing in by a link in a letter."""

import threading
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.accounts import actions, queries
from coproduce.accounts.models import Attempt, OneUse, SignIn
from coproduce.errors import Conflict
from tests.accounts.letters import links_to, newest_link
from tests.client import CSRF

TOO_LATE = "This link has been used, or it is too old"


def ask(visitor, email="asha@example.org"):
    return visitor.send("/account/sign-in", {"email": email})


def count(model):
    with database.transaction():  # and let go of the lock afterwards
        return database.db.session.scalar(select(func.count()).select_from(model))


def test_the_whole_way_in(walsden, browse):
    visitor = browse()
    assert ask(visitor).location == "/account/sign-in/sent"
    assert "Look for our letter" in visitor.get("/account/sign-in/sent").text
    link = newest_link(walsden.asha)
    assert "Press the button" in visitor.get(link).text
    assert visitor.send(link).location == "/"
    page = visitor.get("/account/").text
    assert "Asha" in page
    assert "Ridge Row, Walsden" in page
    assert "You are signed in." in page


def test_the_letter_says_what_to_do_and_how_long_it_lasts(walsden, browse):
    ask(browse())
    actions.answer_asked()
    with database.transaction():
        letter = database.db.session.scalars(select(outbox.Letter)).one()
        subject, body = outbox.put_into_words(letter)
    assert subject == "Your link to sign in"
    assert letter.secret["link"] in body
    assert letter.secret["link"].startswith("http://localhost/account/sign-in/")
    assert "10 minutes" in body


def test_opening_the_link_does_not_use_it_up(walsden, browse):
    ask(browse())
    link = newest_link(walsden.asha)
    for _ in range(5):
        assert browse().get(link).status_code == 200
    assert browse().head(link).status_code == 200
    assert browse().send(link).status_code == 303


def test_capitals_and_spaces_in_an_address_do_not_matter(walsden, browse):
    ask(browse(), "  Asha@Example.ORG ")
    assert newest_link(walsden.asha)


def test_nobody_learns_who_has_an_account(walsden, browse):
    known, unknown = ask(browse()), ask(browse(), "nobody@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert set(known.headers.keys()) == set(unknown.headers.keys())


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Write your email address"),
        ("asha", "does not look like an email address"),
        ("asha@", "does not look like an email address"),
        ("a" * 300 + "@example.org", "too long"),
        ("as\x00ha@example.org", "a character we cannot keep"),
    ],
)
def test_a_wrong_address_is_told_and_kept(walsden, browse, email, words):
    answer = ask(browse(), email)
    assert answer.status_code == 422
    assert words in answer.text
    assert email.replace("\x00", "") in answer.text


def test_an_address_is_shown_as_words(walsden, browse):
    answer = ask(browse(), '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


# -- one link, one sign-in --------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(walsden):
    with database.transaction():
        return actions.make_link(walsden.asha).rpartition("/")[2]


@pytest.fixture
def used(fresh):
    with database.transaction():
        actions.sign_in_with_link(fresh, device="", origin="")
    return fresh


@pytest.fixture
def expired(walsden):
    with clock.moved_to(clock.now() - timedelta(minutes=10, seconds=1)), database.transaction():
        return actions.make_link(walsden.asha).rpartition("/")[2]


@pytest.fixture
def cookie(walsden):
    """A secret of another kind: what a signed-in browser holds."""
    with database.transaction():
        return actions.begin_sign_in(walsden.asha.id, device="")


@pytest.mark.parametrize("kind", ["used", "expired", "cookie", "unknown", "empty_hash"])
def test_only_a_fresh_link_signs_in_and_the_rest_get_one_answer(walsden, browse, request, kind):
    token = request.getfixturevalue(kind) if kind in {"used", "expired", "cookie"} else kind * 3
    before = count(SignIn)
    visitor = browse()
    assert visitor.get(f"/account/sign-in/{token}").status_code == 200
    answer = visitor.send(f"/account/sign-in/{token}")
    assert answer.status_code == 422
    assert TOO_LATE in answer.text
    assert "Ask for a new link" in answer.text
    assert count(SignIn) == before
    assert visitor.get("/account/").status_code == 303


def test_a_link_lasts_ten_minutes_and_no_longer(walsden):
    with database.transaction():
        token = actions.make_link(walsden.asha).rpartition("/")[2]
        expires = database.db.session.scalars(select(OneUse)).one().expires_at
    with clock.moved_to(expires), pytest.raises(Conflict), database.transaction():
        actions.sign_in_with_link(token, device="", origin="")
    with clock.moved_to(expires - timedelta(microseconds=1)), database.transaction():
        assert actions.sign_in_with_link(token, device="", origin="")


def test_a_link_is_no_cookie(fresh, browse):
    visitor = browse()
    with visitor.session_transaction() as session:
        session["_user_id"] = fresh
        session["used"] = int(clock.now().timestamp())
    assert visitor.get("/account/").status_code == 303


def test_the_data_holds_no_link_and_no_cookie(walsden, fresh, cookie):
    hashes = {row.hash for model in (OneUse, SignIn) for row in database.db.session.scalars(select(model))}
    assert fresh not in hashes
    assert cookie not in hashes


def test_a_closed_account_gets_no_letter_and_no_way_in(walsden, browse, fresh):
    with database.transaction():
        walsden.asha.closed_at = clock.now()
        database.db.session.merge(walsden.asha)
    assert ask(browse()).location == "/account/sign-in/sent"
    assert links_to(walsden.asha) == 0
    assert TOO_LATE in browse().send(f"/account/sign-in/{fresh}").text


def test_fifty_at_the_same_instant_make_one_sign_in(app, walsden, fresh, monkeypatch):
    monkeypatch.setattr(actions.attempts, "TRIES_PER_ADDRESS", 1000)
    before = count(SignIn)
    statuses = at_once(50, lambda: press(app, f"/account/sign-in/{fresh}"))
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 422, 503}
    assert count(SignIn) == before + 1


def press(app, path):
    client = app.test_client()
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(CSRF)
    return client.post(path, data={"csrf_token": token}).status_code


def at_once(number, deed):
    gate, found = threading.Barrier(number), []

    def run():
        gate.wait()
        found.append(deed())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == number
    return found


# -- too many tries ---------------------------------------------------------------------------------------------------


def test_an_address_can_be_asked_for_five_times_in_a_quarter_of_an_hour(walsden, browse):
    answers = [ask(browse()) for _ in range(6)]
    assert [one.status_code for one in answers] == [303] * 5 + [422]
    assert "too many tries" in answers[-1].text
    assert links_to(walsden.asha) == 5
    with clock.moved_to(clock.now() + timedelta(minutes=16)):
        assert ask(browse()).status_code == 303


def test_an_unknown_address_is_limited_the_same(walsden, browse):
    assert [ask(browse(), "nobody@example.org").status_code for _ in range(6)] == [303] * 5 + [422]


def test_one_place_can_ask_for_sixty(walsden, browse):
    visitor = browse()
    for number in range(60):
        assert ask(visitor, f"somebody{number}@example.org").status_code == 303
    assert ask(visitor, "one-more@example.org").status_code == 422
    elsewhere = visitor.send(
        "/account/sign-in", {"email": "last@example.org"}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert elsewhere.status_code == 303


def test_tries_at_one_link_are_counted_though_each_is_refused(walsden, browse, used):
    with database.transaction():
        database.db.session.execute(Attempt.__table__.delete())
    visitor = browse()
    answers = [visitor.send(f"/account/sign-in/{used}") for _ in range(62)]
    assert {one.status_code for one in answers} == {422}
    assert TOO_LATE in answers[59].text
    assert "too many tries" in answers[60].text
    assert count(Attempt) == 62


def test_many_at_once_get_no_more_tries_than_one_by_one(app, walsden):
    def ask_in_a_thread():
        with app.app_context():
            try:
                actions.note_attempt("sign-in link", who="asha@example.org", origin="here")
            except Conflict:
                return "refused"
            finally:
                database.db.session.remove()
            return "let through"

    answers = at_once(20, ask_in_a_thread)
    assert answers.count("let through") <= 5
    assert count(Attempt) == 20


def test_attempts_hold_no_address_and_are_forgotten_after_a_day(walsden, browse):
    ask(browse())
    row = database.db.session.scalars(select(Attempt)).one()
    assert actions.hash_of("sign-in link asha@example.org") != row.who
    with clock.moved_to(clock.now() + timedelta(hours=25)), database.transaction():
        actions.tidy()
    assert count(Attempt) == 0
    assert count(OneUse) == 0


def test_somebody_signed_in_need_not_sign_in_again(walsden, browse):
    assert browse(walsden.asha).get("/account/sign-in?next=/mine").location == "/mine"


def test_a_deed_of_the_record_is_left_without_a_name(walsden, browse, fresh):
    browse().send(f"/account/sign-in/{fresh}")
    database.db.session.rollback()
    row = database.db.session.scalars(select(audit.Row).where(audit.Row.verb == "sign_in.made")).first()
    assert row.thing_id == walsden.asha.id
    assert row.facts == {}
    assert queries.standing(row.thing_id).public_name == "Asha"
