"""A danger, a repair, a crime told in a talk: the right door at once, and passed on the same working day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.deliberation.rules import Door, Shown, Side
from coproduce.errors import Conflict, Refused
from coproduce.home import queries as home
from coproduce.moderation import actions, jobs, queries, rules
from coproduce.moderation.models import Told
from coproduce.proposals import actions as proposals

WORDS = "There is black mould all over my daughter’s room in Lockside Court."


def do(deed, *given_, **named):
    with database.transaction():
        return deed(*given_, **named)


def kinds(person):
    """The kinds of letters to somebody, the newest last."""
    return [letter.kind for letter in reversed(outbox.letters(person.id))]


@pytest.fixture
def told(walsden, raised):
    return do(actions.tell_privately, walsden.me(walsden.joyce), raised, door=Door.HAZARD, words=WORDS)


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "hour", "minute", "by"),
    [
        (date(2026, 11, 26), 9, 0, date(2026, 11, 26)),  # a Thursday
        (date(2026, 11, 26), 16, 59, date(2026, 11, 26)),
        (date(2026, 11, 26), 17, 0, date(2026, 11, 27)),
        (date(2026, 11, 27), 17, 1, date(2026, 11, 30)),  # Friday evening: Monday
        (date(2026, 11, 28), 10, 0, date(2026, 11, 30)),
        (date(2026, 12, 24), 18, 0, date(2026, 12, 29)),  # Christmas and Boxing Day's substitute
        (date(2026, 7, 1), 16, 30, date(2026, 7, 1)),  # in summer time
    ],
)
def test_it_is_passed_on_on_the_same_working_day(day, hour, minute, by):
    assert rules.pass_on_by(clock.at(day, hour, minute)) == by


@pytest.mark.once
@given(st.datetimes(min_value=clock.at(date(2026, 1, 1), 0).replace(tzinfo=None), timezones=st.just(clock.UTC)))
def test_the_day_is_a_working_day_and_never_more_than_five_days_off(moment):
    due = rules.pass_on_by(moment)
    assert clock.is_working_day(due)
    assert timedelta(0) <= due - clock.day_of(moment) <= timedelta(days=5)


def test_what_is_told_in_private_calls_the_moderators_and_the_officers_and_is_on_no_page(walsden, raised, told, browse):
    assert kinds(walsden.nadia) == ["to_pass_on"]
    assert "to_pass_on" in kinds(walsden.denise)
    assert kinds(walsden.owen) == []
    for person in (None, walsden.marek, walsden.asha, walsden.bronwen, walsden.farida):
        page = browse(person).get(f"/proposals/{raised.address}")
        assert "mould" not in page.text
        assert browse(person).get(f"/moderation/told/{told.id}").status_code in {303, 404}
    assert "mould" in browse(walsden.denise).get(f"/moderation/told/{told.id}").text
    _, body = outbox.put_into_words(outbox.letters(walsden.nadia.id)[0])
    assert "mould" not in body


def test_the_writer_is_told_to_whom_it_went(walsden, told, browse):
    do(actions.pass_on, walsden.me(walsden.denise), told, to="The damp and mould team", take_out=True)
    assert kinds(walsden.joyce)[-1] == "passed_on"
    assert "The damp and mould team" in browse(walsden.joyce).get(f"/moderation/told/{told.id}").text
    with pytest.raises(Conflict, match="seen to this"):
        do(actions.pass_on, walsden.me(walsden.nadia), told, to="Me too", take_out=False)


def test_nobody_passes_on_their_own_words_and_nobody_else_may(walsden, told):
    for name in ("joyce", "marek", "bronwen", "farida", "priya", "ruth", "owen"):
        with pytest.raises(Refused):
            do(actions.pass_on, walsden.me(getattr(walsden, name)), told, to="Somebody", take_out=False)


def test_how_to_reach_them_shows_after_a_look_that_is_on_the_record(walsden, told, browse, db):
    visitor = browse(walsden.nadia)
    assert "Joyce Whitworth" not in visitor.get(f"/moderation/told/{told.id}").text
    visitor.send(f"/moderation/told/{told.id}/reach")
    page = visitor.get(f"/moderation/told/{told.id}").text
    assert "Joyce Whitworth" in page
    assert "joyce@example.org" in page
    assert "Joyce Whitworth" not in browse(walsden.denise).get(f"/moderation/told/{told.id}").text
    row = db.session.scalars(select(audit.Row).where(audit.Row.verb == "told.looked_up")).one()
    assert row.actor_id == walsden.nadia.id


def test_what_waits_too_long_shows_late_to_the_officers(walsden, raised):
    with clock.moved_to(clock.now() - timedelta(days=6)):
        do(actions.tell_privately, walsden.me(walsden.joyce), raised, door=Door.HAZARD, words=WORDS)
    late = [need for need in home.needs(walsden.me(walsden.denise)) if need.url.startswith("/moderation/told/")]
    assert [need.late for need in late] == [True]
    assert not any(need.url.startswith("/moderation/told/") for need in home.needs(walsden.me(walsden.owen)))


def test_words_that_were_posted_all_the_same_go_to_the_moderators_too_and_leave_the_talk(walsden, raised, browse):
    said = do(proposals.comment, walsden.me(walsden.marek), raised, words=WORDS, side=Side.AGAINST)
    found = queries.told_with(said)
    assert (found.door, found.said, found.by_id) == (Door.HAZARD, WORDS, walsden.marek.id)
    do(actions.pass_on, walsden.me(walsden.nadia), found, to="The repairs line", take_out=True)
    assert said.state is Shown.HIDDEN
    assert kinds(walsden.marek)[-2:] == ["passed_on", "post_hidden"]
    assert "mould" not in browse(walsden.asha).get(f"/proposals/{raised.address}").text


def test_an_officer_passes_on_and_hides_nothing(walsden, raised):
    said = do(proposals.comment, walsden.me(walsden.marek), raised, words=WORDS, side=Side.AGAINST)
    do(actions.pass_on, walsden.me(walsden.denise), queries.told_with(said), to="The repairs line", take_out=True)
    assert said.state is Shown.SHOWN


def test_talk_of_a_policy_is_nothing_to_pass_on(walsden, raised, db):
    do(proposals.comment, walsden.me(walsden.marek), raised, words="Two cats are enough for a flat.", side=Side.FOR)
    assert db.session.scalars(select(Told)).all() == []


def test_a_moderator_can_say_that_there_is_nothing_to_pass_on(walsden, told):
    do(actions.nothing_to_pass_on, walsden.me(walsden.nadia), told)
    assert not told.is_open
    assert kinds(walsden.joyce)[-1] == "passed_on"
    assert "ring" in outbox.put_into_words(outbox.letters(walsden.joyce.id)[0])[1]


def test_the_words_are_forgotten_thirty_days_after_they_were_passed_on(walsden, told, db):
    do(actions.pass_on, walsden.me(walsden.denise), told, to="The damp team", take_out=False)
    with clock.moved_to(clock.now() + timedelta(days=29)):
        assert jobs.forget_what_was_passed_on() == 0
    with clock.moved_to(clock.now() + timedelta(days=31)):
        assert jobs.forget_what_was_passed_on() == 1
    db.session.expire_all()
    assert db.session.get_one(Told, told.id).words == ""


def test_the_button_under_what_was_noticed_tells_the_landlord_and_posts_nothing(walsden, raised, browse, db):
    visitor = browse(walsden.joyce)
    path = f"/proposals/{raised.address}"
    noticed = visitor.send(f"{path}/comments", {"side": "against", "words": WORDS})
    assert noticed.status_code == 422
    assert "Tell the landlord, not the neighbours" in noticed.text
    sent = visitor.send(f"/moderation/tell/{raised.address}", {"side": "against", "words": WORDS, "from_talk": "1"})
    assert sent.status_code == 303
    found = db.session.scalars(select(Told)).one()
    assert (found.words, found.door, found.comment_id) == (WORDS, Door.HAZARD, None)
    assert "It is passed on by" in visitor.get(sent.headers["Location"]).text


def test_words_that_no_door_was_found_for_come_along_and_the_door_is_asked_for(walsden, raised, browse):
    sent = browse(walsden.joyce).send(
        f"/moderation/tell/{raised.address}", {"words": "Something about the yard.", "from_talk": "1"}
    )
    assert sent.status_code == 422
    assert "Choose what it is about" in sent.text
    assert "Something about the yard." in sent.text
