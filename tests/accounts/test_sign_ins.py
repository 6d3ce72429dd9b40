"""How long a sign-in lasts, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.models import SignIn
from coproduce.accounts.rules import Role
from coproduce.accounts.views.session import IDLE, LASTS

STAFF = {"asha": False, "bronwen": True, "denise": True, "grace": True}
SECOND = timedelta(seconds=1)


def is_in(visitor):
    return visitor.get("/account/").status_code == 200


def keep_using(visitor, until, every):
    """Use the site every so often until this moment."""
    moment = clock.now()
    while moment + every < until:
        moment += every
        with clock.moved_to(moment):
            assert is_in(visitor)


@pytest.mark.parametrize("who", STAFF)
def test_a_sign_in_that_is_not_used_runs_out(walsden, browse, who):
    visitor, start = browse(getattr(walsden, who)), clock.now()
    with clock.moved_to(start + IDLE[STAFF[who]] - timedelta(minutes=2)):
        assert is_in(visitor)
    last_used = start + IDLE[STAFF[who]] - timedelta(minutes=2)
    with clock.moved_to(last_used + IDLE[STAFF[who]] + 2 * SECOND):
        assert not is_in(visitor)


@pytest.mark.parametrize("who", STAFF)
def test_a_sign_in_ends_however_much_it_is_used(walsden, browse, who):
    visitor, end = browse(getattr(walsden, who)), clock.now() + LASTS[STAFF[who]]
    keep_using(visitor, end - timedelta(minutes=1), IDLE[STAFF[who]] / 2)
    with clock.moved_to(end + SECOND):
        assert not is_in(visitor)


def test_colleagues_are_signed_out_sooner():
    assert LASTS[True] < LASTS[False]
    assert IDLE[True] < IDLE[False]


def test_the_stamp_of_last_use_moves_once_a_minute(walsden, browse):
    visitor = browse(walsden.asha)

    def stamp():
        visitor.get("/privacy")
        with visitor.session_transaction() as session:
            return session["used"]

    first = stamp()
    with clock.moved_to(clock.now() + timedelta(seconds=50)):
        assert stamp() == first
    with clock.moved_to(clock.now() + timedelta(seconds=70)):
        assert stamp() > first


def test_signing_out_ends_the_row_so_that_a_copied_cookie_is_dead(walsden, browse):
    visitor, thief = browse(walsden.asha), browse()
    with visitor.session_transaction() as session:
        stolen = dict(session)
    with thief.session_transaction() as session:
        session.update(stolen)
    assert is_in(thief)
    answer = visitor.send("/account/sign-out")
    assert answer.location == "/"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "You are signed out." in visitor.get("/").text
    assert not is_in(visitor)
    assert not is_in(thief)


def test_signing_out_needs_a_post(walsden, browse):
    visitor = browse(walsden.asha)
    assert visitor.get("/account/sign-out").status_code == 405
    assert is_in(visitor)


def test_signing_out_everywhere(walsden, browse):
    phone, library, other = browse(walsden.asha), browse(walsden.asha), browse(walsden.joyce)
    assert "Sign out everywhere" in phone.get("/account/").text
    phone.send("/account/sign-out-everywhere")
    assert not is_in(phone)
    assert not is_in(library)
    assert is_in(other)


def test_with_one_device_there_is_no_everywhere(walsden, browse):
    assert "Sign out everywhere</button>" not in browse(walsden.asha).get("/account/").text


def test_my_devices_are_listed_and_nobody_elses(walsden, browse):
    with database.transaction():
        actions.begin_sign_in(walsden.asha.id, device="iPhone")
        actions.begin_sign_in(walsden.asha.id, device="")
        actions.begin_sign_in(walsden.joyce.id, device="Windows")
    page = browse(walsden.asha).get("/account/").text
    assert "iPhone" in page
    assert "A device" in page
    assert "This one" in page
    assert "Windows" not in page


def test_a_new_sign_in_gets_a_new_id_and_ends_the_one_before(walsden, browse):
    visitor = browse(walsden.asha)
    with visitor.session_transaction() as session:
        before = session["_user_id"]
        session["planted"] = "by somebody else"
    with database.transaction():
        link = actions.make_link(walsden.joyce).partition("localhost")[2]
    visitor.send(link)
    with visitor.session_transaction() as session:
        assert session["_user_id"] != before
        assert "planted" not in session
    assert "Joyce" in visitor.get("/account/").text
    row = database.db.session.scalars(select(SignIn).where(SignIn.hash == actions.hash_of(before))).one()
    assert row.why_ended == "signed in again"


def test_the_cookie_is_small_and_holds_no_person(walsden, browse):
    visitor = browse(walsden.asha)
    visitor.get("/account/")
    with visitor.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_id", "_permanent", "used", "csrf_token", "_flashes"}
        assert len(session["_user_id"]) >= 22
    with database.transaction():
        link = actions.make_link(walsden.asha).partition("localhost")[2]
    cookie = visitor.send(link).headers["Set-Cookie"]
    assert len(cookie) < 1000
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_role_counts_on_the_very_next_request(walsden, browse):
    visitor = browse(walsden.asha)
    assert "Champion" not in visitor.get("/account/").text
    with database.transaction():
        held = actions.give_role(walsden.asha, Role.CHAMPION, by=None, place=walsden.walsden)
    assert "Champion" in visitor.get("/account/").text
    with database.transaction():
        database.db.session.merge(held).until = clock.today() - timedelta(days=1)
    assert "Champion" not in visitor.get("/account/").text


def test_closing_an_account_counts_on_the_very_next_request(walsden, browse):
    visitor = browse(walsden.asha)
    assert is_in(visitor)
    with database.transaction():
        database.db.session.merge(walsden.asha).closed_at = clock.now()
    assert not is_in(visitor)


def test_old_sign_ins_are_ended_by_the_worker(walsden, browse):
    browse(walsden.asha)
    with clock.moved_to(clock.now() + timedelta(days=31)), database.transaction():
        assert actions.tidy() == 1
    assert database.db.session.scalars(select(SignIn)).one().why_ended == "too old"


# -- a sign-in that ran out while somebody wrote ----------------------------------------------------------------------


WORDS = "The bins on Ridge Row are never emptied on a Monday."


def test_nothing_typed_is_lost_when_the_sign_in_has_run_out(walsden, browse):
    visitor = browse(walsden.asha)
    with clock.moved_to(clock.now() + timedelta(days=40)):
        answer = visitor.send(
            "/account/sign-out-everywhere",
            {"words": WORDS, "side": "for"},
            headers={"Referer": "http://localhost/mine"},
        )
    assert answer.status_code == 403
    assert "You were signed out" in answer.text
    assert WORDS in answer.text
    assert 'name="side" value="for"' in answer.text
    assert "/account/sign-in?next=/mine" in answer.text
    assert "Try again" in answer.text


def test_and_htmx_shows_it_in_place_of_the_page(walsden, browse):
    answer = browse().send("/account/sign-out-everywhere", {"words": WORDS}, htmx=True)
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "#main"
    assert WORDS in answer.text
    assert "<html" not in answer.text


def test_a_stranger_who_only_reads_is_asked_to_sign_in(walsden, browse):
    visitor = browse()
    answer = visitor.get("/mine?page=2")
    assert answer.status_code == 303
    assert answer.location.startswith("/account/sign-in?next=/mine")
    assert "Sign in to go on." in visitor.get(answer.location).text
    assert browse().fragment("/mine").headers["HX-Redirect"].startswith("/account/sign-in?next=")
