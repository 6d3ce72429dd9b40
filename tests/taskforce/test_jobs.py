"""The clock: what is owed, until when, and who is reminded; once each, however often and wherever it is looked at."""

import threading
from datetime import date, timedelta

import pytest

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.models import RoleHeld
from coproduce.accounts.rules import Role
from coproduce.proposals.rules import Mandate, Stage
from coproduce.taskforce import jobs
from coproduce.taskforce.models import AnswerOwed
from coproduce.taskforce.rules import Cause
from tests.taskforce import making


@pytest.fixture
def look():
    """Let the clock look, at ten on this day."""

    def at(day):
        with clock.moved_to(clock.at(day, 10)):
            return jobs.owe_answers() + jobs.remind_owners()

    return at


def letters(kind):
    return [letter for letter in outbox.letters(limit=500) if letter.kind == kind]


def told(verb):
    return [telling for telling in audit.story(1) if telling.verb == verb]


def test_enough_support_starts_the_clock_of_the_promise(walsden, look):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 12, 18))
    assert look(date(2026, 12, 18)) == 1
    owed = making.owed_of(made, Cause.SUPPORT)
    assert (owed.starts_on, owed.due_on) == (date(2026, 12, 18), date(2027, 1, 6)), "two bank holidays lie between"
    assert owed.owner_id == walsden.priya.id
    assert owed.settled_at is None


def test_naming_the_mandate_stops_it(walsden, look):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 11, 2))
    look(date(2026, 11, 2))
    with database.transaction():
        made.mandate, made.mandate_at = Mandate.CONSULT, clock.at(date(2026, 11, 10), 23, 30)
    look(date(2026, 11, 11))
    owed = making.owed_of(made, Cause.SUPPORT)
    assert owed.settled_at == made.mandate_at
    assert owed.settled_on == date(2026, 11, 10)
    assert look(date(2026, 12, 11)) == 0, "and nobody is told that it is late"


def test_a_promise_made_before_the_clock_looked_is_kept_and_nobody_is_written_to(walsden, look):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.SHAPING, supported=date(2026, 11, 2))
    assert look(date(2026, 11, 2)) == 1
    assert making.owed_of(made, Cause.SUPPORT).settled_at == made.mandate_at
    assert outbox.letters() == []


@pytest.mark.parametrize("stage", [Stage.WITHDRAWN, Stage.MERGED, Stage.NOT_TAKEN_UP])
def test_what_has_ended_is_owed_no_longer(walsden, look, stage):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 11, 2))
    look(date(2026, 11, 2))
    with database.transaction():
        made.stage = stage
    look(date(2026, 11, 5))
    assert making.owed_of(made, Cause.SUPPORT).settled_on == date(2026, 11, 5)


def test_a_vote_that_closed_is_owed_an_answer_in_twenty_working_days(walsden):
    _, owed = making.voted(walsden)
    assert (owed.cause, owed.starts_on, owed.due_on) == (Cause.BALLOT, date(2026, 9, 21), making.DUE)
    assert [letter.person_id for letter in letters("answer_owed")] == [walsden.priya.id]
    assert str(told("answer.owed")[0].words) == "Heatherlock Homes must answer the vote by Monday 19 October 2026."


def test_a_vote_that_is_open_or_decided_nothing_is_owed_no_answer(walsden, look):
    with database.transaction():
        making.ballot(making.proposal(walsden), is_open=True)
        making.ballot(making.proposal(walsden), yes=2, no=2)
        making.ballot(making.proposal(walsden), yes=0, no=0)
    assert look(date(2026, 9, 22)) == 0


def test_a_vote_that_said_no_is_owed_an_answer_too(walsden, look):
    with database.transaction():
        making.ballot(making.proposal(walsden), yes=1, no=3)
    assert look(date(2026, 9, 22)) == 1


def test_looking_again_changes_nothing(walsden, look):
    making.voted(walsden)
    for _ in range(3):
        assert look(date(2026, 9, 23)) == 0
    assert len(letters("answer_owed")) == 1


def test_an_officer_owes_it_where_nobody_answers_for_the_landlord(walsden):
    with database.transaction():
        database.db.session.query(RoleHeld).filter_by(kind=Role.DECISION_OWNER).delete()
    _, owed = making.voted(walsden)
    assert owed.owner_id == walsden.denise.id


def test_nobody_owes_an_answer_to_their_own_proposal(walsden):
    _, owed = making.voted(walsden, raised_by=walsden.priya)
    assert owed.owner_id == walsden.denise.id


def test_what_has_no_owner_finds_one_when_there_is_one(walsden, look):
    with database.transaction():
        database.db.session.query(RoleHeld).filter(RoleHeld.kind.in_([Role.DECISION_OWNER, Role.OFFICER])).delete()
    _, owed = making.voted(walsden)
    assert owed.owner_id is None
    assert look(date(2026, 9, 23)) == 0
    with database.transaction():
        people.give_role(walsden.grace, Role.DECISION_OWNER, by=None, since=date(2026, 1, 1))
    assert look(date(2026, 9, 23)) == 1
    assert owed.owner_id == walsden.grace.id
    assert [letter.person_id for letter in letters("answer_owed")] == [walsden.grace.id]


def test_one_letter_when_three_working_days_are_left_and_one_when_it_is_late(walsden, look):
    making.voted(walsden)  # due on Monday 19 October
    sent = []
    for day in (date(2026, 10, 13) + timedelta(days=n) for n in range(12)):
        look(day)
        look(day)
        sent.append((day.day, len(letters("answer_due_soon")), len(letters("answer_late"))))
    assert sent[0] == (13, 0, 0)
    assert sent[1] == (14, 1, 0), "Wednesday: Thursday, Friday and Monday are left"
    assert sent[6] == (19, 1, 0), "on the day"
    assert sent[7] == (20, 1, 1)
    assert sent[-1] == (24, 1, 1)
    assert str(told("answer.fell_late")[0].words).endswith("by Monday 19 October 2026. It is late.")


def test_a_worker_that_slept_says_only_that_it_is_late(walsden, look):
    making.voted(walsden)
    look(date(2026, 11, 2))
    assert (len(letters("answer_due_soon")), len(letters("answer_late"))) == (0, 1)


def test_two_workers_at_once_start_each_clock_once(app, walsden):
    with database.transaction():
        for n in range(6):
            making.ballot(making.proposal(walsden, title=f"Proposal {n}"))
            making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 9, 1))
    ready, trouble = threading.Barrier(2), []

    def work():
        with app.app_context(), clock.moved_to(clock.at(date(2026, 10, 26), 10)):
            try:
                ready.wait()
                jobs.owe_answers()
                jobs.remind_owners()
            except Exception as error:
                trouble.append(error)
            finally:
                database.db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert trouble == []
    database.db.session.rollback()
    assert database.db.session.query(AnswerOwed).count() == 12
    assert len(letters("answer_owed")) == 6
    assert len(letters("answer_late")) == 12
    late = database.db.session.query(audit.Row).filter_by(verb="answer.fell_late").count()
    assert late == 12
