"""What answers, reasons, ratings and actions may be, and when something is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce import texts
from coproduce.clock import add_working_days, is_working_day
from coproduce.duties.rules import Level
from coproduce.proposals.rules import Mandate
from coproduce.taskforce import rules
from coproduce.taskforce.rules import ActionState, AnswerKind, Fate, Rating, ReasonKind

LAW_OR_SAFETY = {ReasonKind.LAW, ReasonKind.SAFETY}
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("mandate", [*Mandate, None])
@pytest.mark.parametrize("reason", [*ReasonKind, None])
def test_a_yes_needs_no_reason(mandate, reason):
    assert rules.wrong_answer(AnswerKind.ACCEPT, mandate, reason) is None


@pytest.mark.parametrize("kind", [AnswerKind.PART, AnswerKind.DECLINE])
@pytest.mark.parametrize("mandate", [*Mandate, None])
@pytest.mark.parametrize("reason", [*ReasonKind, None])
def test_where_residents_decide_only_law_or_safety_stands_in_the_way(kind, mandate, reason):
    decide = mandate in {Mandate.DELEGATE, Mandate.RESIDENT_LED}
    allowed = reason in LAW_OR_SAFETY if decide else reason is not None
    assert (rules.wrong_answer(kind, mandate, reason) is None) is allowed


def test_the_form_offers_what_the_promise_leaves_open():
    assert set(rules.reasons_left_open(Mandate.DELEGATE)) == LAW_OR_SAFETY
    assert set(rules.reasons_left_open(Mandate.RESIDENT_LED)) == LAW_OR_SAFETY
    assert rules.reasons_left_open(Mandate.CONSULT) == list(ReasonKind)


@pytest.mark.parametrize(
    ("level", "upcoming", "is_law"),
    [
        (Level.LAW, False, True),
        (Level.REGULATION, False, True),
        (Level.LAW, True, False),
        (Level.GUIDANCE, False, False),
        (Level.FLEXIBLE, False, False),
    ],
)
def test_only_law_in_force_is_a_reason_of_law(level, upcoming, is_law):
    assert (rules.wrong_law(level, upcoming=upcoming) is None) is is_law


@pytest.mark.parametrize(
    ("due", "today", "late"),
    [
        pytest.param(date(2026, 11, 20), date(2026, 11, 20), 0, id="on the day"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 22), 0, id="Friday to Sunday: late, by no working day"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 23), 1, id="Friday to Monday"),
        pytest.param(date(2026, 12, 24), date(2026, 12, 29), 1, id="over Christmas: the 28th stands in for Boxing Day"),
        pytest.param(date(2026, 12, 31), date(2027, 1, 4), 1, id="over New Year"),
        pytest.param(date(2027, 3, 25), date(2027, 3, 30), 1, id="over Easter"),
    ],
)
def test_late_is_counted_in_working_days(due, today, late):
    assert rules.working_days_late(due, today) == late


def test_late_is_said_over_a_weekend_too():
    friday = date(2026, 11, 20)
    assert not rules.is_late(friday, friday)
    assert str(rules.late_by(friday, date(2026, 11, 22))) == "Late since Friday 20 November 2026"
    assert str(rules.late_by(friday, date(2026, 11, 23))) == "Late by 1 working day"
    assert str(rules.late_by(friday, date(2026, 11, 25))) == "Late by 3 working days"


def test_what_is_left_is_said_in_words():
    assert str(rules.days_left(date(2026, 11, 27), date(2026, 11, 23))) == "4 working days left"
    assert str(rules.days_left(date(2026, 11, 23), date(2026, 11, 23))) == "Due today"


@given(days, st.integers(1, 40), st.integers(0, 80))
def test_a_clock_never_runs_backwards(start, length, gone):
    due = add_working_days(start, length)
    before = rules.clock_of(start, due, start + timedelta(days=gone))
    after = rules.clock_of(start, due, start + timedelta(days=gone + 1))
    assert 0 <= before.share <= after.share <= 100
    assert before.late <= after.late
    assert before.late is (start + timedelta(days=gone) > due)


@given(days, days, days, st.none() | days, st.booleans())
def test_every_promise_has_one_fate(first, due, today, done, dropped):
    fate = rules.fate(first_due_on=first, due_on=due, done_on=done, dropped=dropped, today=today)
    assert (fate is Fate.DROPPED) is dropped
    if not dropped:
        assert (fate in {Fate.KEPT, Fate.DONE_LATE}) is (done is not None)
        assert fate is not Fate.KEPT or done <= first


def test_moving_the_day_does_not_make_a_late_promise_a_kept_one():
    first, moved, done = date(2026, 11, 2), date(2026, 12, 1), date(2026, 11, 20)
    fate = rules.fate(first_due_on=first, due_on=moved, done_on=done, dropped=False, today=date(2027, 1, 1))
    assert fate is Fate.DONE_LATE
    said = rules.how_it_stands(fate, moved=True, due_on=moved, done_on=done, today=date(2027, 1, 1))
    assert str(said) == "Done, after its day was moved"


@given(days)
def test_a_reminder_comes_with_three_working_days_left_and_not_after(due):
    if not is_working_day(due):
        due = add_working_days(due, 1)
    reminded = [day for day in (due + timedelta(days=n) for n in range(-20, 5)) if rules.needs_reminder(due, day)]
    assert reminded
    assert reminded[-1] == due
    assert add_working_days(reminded[0], 3) == due


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [(-1, False), (0, True), (1, True), (5 * 365, True), (5 * 365 + 1, True), (5 * 365 + 2, False)],
)
def test_a_day_to_promise_is_today_or_within_five_years(ahead, allowed):
    today = date(2026, 11, 21)
    assert (rules.wrong_day(today + timedelta(days=ahead), today) is None) is allowed


@pytest.mark.parametrize("was", list(ActionState))
@pytest.mark.parametrize("to", list(ActionState))
@pytest.mark.parametrize("moved", [False, True])
def test_what_may_become_of_an_action(was, to, moved):
    today = date(2026, 11, 21)
    trouble = rules.wrong_move(was, to, was_due=today, due_on=today + timedelta(days=9 * moved), today=today)
    finished = {ActionState.DONE, ActionState.DROPPED}
    if was in finished:
        allowed = False
    elif moved:
        allowed = to not in finished and not (was is ActionState.DOING and to is ActionState.TO_DO)
    else:
        allowed = to is not was and not (was is ActionState.DOING and to is ActionState.TO_DO)
    assert (trouble is None) is allowed


def test_all_is_done_when_nothing_is_left_and_something_was_done():
    done, dropped, doing = ActionState.DONE, ActionState.DROPPED, ActionState.DOING
    assert rules.is_finished([done, dropped])
    assert not rules.is_finished([done, doing])
    assert not rules.is_finished([dropped])
    assert not rules.is_finished([])


def test_ratings_are_counted_most_first():
    said = rules.count_ratings([Rating.ACCEPTED, Rating.CHALLENGED, Rating.CHALLENGED, Rating.NEEDS_EVIDENCE])
    assert said == [(Rating.CHALLENGED, 2), (Rating.ACCEPTED, 1), (Rating.NEEDS_EVIDENCE, 1)]


@given(st.text())
def test_a_cell_is_never_a_sum(text):
    assert not texts.plain_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert text in texts.plain_cell(text)
