"""Who may answer, rate, promise and change an action: both sides of each."""

import pytest

from coproduce import db as database
from coproduce.accounts.rules import STRANGER
from coproduce.proposals.rules import Stage
from coproduce.taskforce import policy
from coproduce.taskforce.rules import Cause
from tests.taskforce import making

EVERYBODY = ("asha", "joyce", "ella", "bronwen", "farida", "denise", "priya", "ruth", "owen", "grace")


def who_may(town, refuse):
    """The names of those who are not refused."""
    assert refuse(STRANGER) is not None
    return {name for name in EVERYBODY if refuse(town.me(getattr(town, name))) is None}


def test_only_the_decision_owner_answers(walsden):
    _, owed = making.voted(walsden)
    assert who_may(walsden, lambda me: policy.refuse_answer(me, owed, proposed_by=())) == {"priya"}


def test_nobody_answers_what_they_proposed(walsden):
    _, owed = making.voted(walsden)
    assert who_may(walsden, lambda me: policy.refuse_answer(me, owed, proposed_by={walsden.priya.id})) == set()


def test_what_is_answered_is_not_answered_again(walsden):
    _, answer = making.answered(walsden)
    assert who_may(walsden, lambda me: policy.refuse_answer(me, answer.owed, proposed_by=())) == set()


def test_the_clock_of_support_waits_for_the_promise_and_not_for_an_answer(walsden):
    _, owed = making.voted(walsden)
    owed.cause = Cause.SUPPORT
    assert "promise" in str(policy.refuse_answer(walsden.me(walsden.priya), owed, proposed_by=()))
    database.db.session.rollback()


def test_only_the_task_force_rates(walsden):
    _, answer = making.answered(walsden)
    assert who_may(walsden, lambda me: policy.refuse_rate(me, answer.departures[0])) == {"farida"}


def test_whoever_answered_never_rates(walsden):
    _, answer = making.answered(walsden)
    with database.transaction():
        making.on_the_task_force(walsden.priya)
        making.on_the_task_force(walsden.joyce)
    assert who_may(walsden, lambda me: policy.refuse_rate(me, answer.departures[0])) == {"farida", "joyce"}


@pytest.mark.parametrize(("stage", "open_"), [(stage, stage in {Stage.ANSWERED, Stage.DOING}) for stage in Stage])
def test_the_landlords_people_here_promise_after_an_answer(walsden, stage, open_):
    with database.transaction():
        made = making.proposal(walsden, stage=stage)
    allowed = {"priya", "denise"} if open_ else set()
    assert who_may(walsden, lambda me: policy.refuse_promise(me, made)) == allowed


def test_the_owner_and_the_landlords_people_here_change_an_action(walsden):
    _, action = making.promised(walsden)
    assert who_may(walsden, lambda me: policy.refuse_move_action(me, action)) == {"priya", "denise"}
    action.owner_id = walsden.owen.id
    assert who_may(walsden, lambda me: policy.refuse_move_action(me, action)) == {"priya", "denise", "owen"}
    database.db.session.rollback()
