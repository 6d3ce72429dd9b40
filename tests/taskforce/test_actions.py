"""Answers, ratings and actions as they are given."""

import threading
from datetime import date, timedelta

import pytest

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.db import db
from coproduce.deliberation.rules import Shown, Side
from coproduce.duties.rules import Level
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions as proposals
from coproduce.proposals.rules import Mandate, Stage
from coproduce.taskforce import actions, jobs, queries
from coproduce.taskforce.models import Action, ActionMove, Answer, Departure, RatingGiven
from coproduce.taskforce.rules import ActionState, AnswerKind, Fate, Rating, ReasonKind
from tests.taskforce import making

NOW = clock.at(date(2026, 10, 14), 11)


@pytest.fixture(autouse=True)
def _in_october():
    with clock.moved_to(NOW):
        yield


def answer(town, owed, person=None, **how):
    how = {"kind": AnswerKind.ACCEPT, "words": "Yes.", **how}
    with database.transaction():
        return actions.answer(town.me(person or town.priya), owed, **how)


def rate(town, departure, rating, words="", person=None):
    with database.transaction():
        return actions.rate(town.me(person or town.farida), departure, rating, words)


def promise(town, given, **how):
    how = {"words": "Put a bin by the gate", "owner_id": town.denise.id, "due_on": date(2026, 12, 1), **how}
    with database.transaction():
        return actions.promise(town.me(town.priya), queries.decision_of(given), **how)


def move(town, action, state, why="", person=None, **how):
    with database.transaction():
        return actions.move_action(town.me(person or town.denise), action, state, why, **how)


def story(proposal):
    return [(telling.verb, str(telling.words)) for telling in audit.story(proposal.id)]


def readers(kind):
    return sorted(letter.person_id for letter in outbox.letters(limit=500) if letter.kind == kind)


# -- the answer -------------------------------------------------------------------------------------------------------


def test_a_yes_settles_the_clock_and_stands_on_the_story(walsden):
    proposal, owed = making.voted(walsden)
    given = answer(walsden, owed)
    decision = queries.decision_of(given)
    assert owed.settled_at == NOW
    assert owed.settled_on == date(2026, 10, 14)
    assert proposal.stage is Stage.ANSWERED
    assert (decision.outcome, decision.differs, decision.ballot_id) == (AnswerKind.ACCEPT, False, owed.cause_id)
    assert decision.mandate is Mandate.CO_DESIGN
    assert given.departures == []
    assert ("answer.given", "Heatherlock Homes answered: Yes. On time.") in story(proposal)


def test_a_late_answer_says_so(walsden):
    proposal, owed = making.voted(walsden)
    with clock.moved_to(clock.at(date(2026, 10, 22), 9)):
        answer(walsden, owed)
    assert ("answer.given", "Heatherlock Homes answered: Yes. Late by 3 working days.") in story(proposal)


def test_everybody_who_wrote_backed_or_voted_gets_one_letter(walsden):
    _, owed = making.voted(walsden, voters=[walsden.asha, walsden.joyce, walsden.marek])
    answer(walsden, owed)
    assert readers("answer_given") == sorted(p.id for p in (walsden.asha, walsden.joyce, walsden.marek, walsden.sam))


def test_whoever_spoke_hears_of_the_answer_and_whose_words_are_hidden_does_not(walsden):
    proposal, owed = making.voted(walsden, voters=[walsden.joyce])
    with database.transaction():
        for person in (walsden.marek, walsden.farida, walsden.bronwen):
            said = proposals.comment(walsden.me(person), proposal, words="My words.", side=Side.FOR)
            said.state = Shown.HIDDEN if person is walsden.farida else Shown.SHOWN
    answer(walsden, owed)
    heard = set(readers("answer_given"))
    assert {walsden.marek.id, walsden.bronwen.id} <= heard
    assert walsden.farida.id not in heard


def test_an_answer_that_differs_leaves_its_reason(walsden):
    _, owed = making.voted(walsden)
    given = answer(
        walsden, owed, kind=AnswerKind.PART, reason=ReasonKind.MONEY, reason_words="  It costs too much. ",
        cost_pence=110000, review_on=date(2027, 4, 1),
    )  # fmt: skip
    (departure,) = given.departures
    assert (departure.reason, departure.words, departure.cost_pence) == (ReasonKind.MONEY, "It costs too much.", 110000)
    assert departure.owner_id == walsden.priya.id
    assert queries.decision_of(given).differs
    assert queries.decision_of(given).review_on == date(2027, 4, 1)


@pytest.mark.parametrize("mandate", [Mandate.DELEGATE, Mandate.RESIDENT_LED])
def test_where_residents_decide_money_is_no_reason(walsden, mandate):
    _, owed = making.voted(walsden, mandate=mandate)
    with pytest.raises(Conflict, match="Only the law or safety"):
        answer(walsden, owed, kind=AnswerKind.DECLINE, reason=ReasonKind.MONEY, reason_words="Dear.")
    db.session.rollback()
    assert db.session.query(Answer).count() == 0
    assert owed.settled_at is None
    answer(walsden, owed, kind=AnswerKind.DECLINE, reason=ReasonKind.SAFETY, reason_words="The gate is a way out.")


def test_a_no_needs_its_reason_in_words(walsden):
    _, owed = making.voted(walsden)
    with pytest.raises(Conflict, match="what kind of reason"):
        answer(walsden, owed, kind=AnswerKind.DECLINE)
    with pytest.raises(Conflict, match="Write the reason in words"):
        answer(walsden, owed, kind=AnswerKind.DECLINE, reason=ReasonKind.OTHER, reason_words=" \n ")
    with pytest.raises(Conflict, match="Write the answer in words"):
        answer(walsden, owed, words="   ")
    with pytest.raises(Conflict, match="less than nothing"):
        answer(walsden, owed, kind=AnswerKind.PART, reason=ReasonKind.MONEY, reason_words="Dear.", cost_pence=-1)


def test_the_law_must_be_named_and_be_law(walsden):
    _, owed = making.voted(walsden)
    with database.transaction():
        law = making.duty()
        guidance = making.duty("PET-20", Level.GUIDANCE)
        coming = making.duty("PET-21", upcoming=True)
    no = {"kind": AnswerKind.DECLINE, "reason": ReasonKind.LAW, "reason_words": "The law says so."}
    for duty_version_id, message in (
        (None, "Say which law"),
        (guidance.id, "not law"),
        (coming.id, "not in force"),
        (999_999, "The register has changed"),
    ):
        with pytest.raises(Conflict, match=message):
            answer(walsden, owed, duty_version_id=duty_version_id, **no)
    given = answer(walsden, owed, duty_version_id=law.id, **no)
    assert given.departures[0].duty_version.duty.code == "PET-04"


def test_a_law_that_the_register_has_changed_since_is_not_taken(walsden):
    _, owed = making.voted(walsden)
    with database.transaction():
        old = making.duty()
        parts = {c.key: getattr(old, c.key) for c in type(old).__table__.columns if c.key != "id"}
        making.add(type(old)(**{**parts, "no": 2}))
    with pytest.raises(Conflict, match="The register has changed"):
        answer(
            walsden, owed, kind=AnswerKind.DECLINE, reason=ReasonKind.LAW, reason_words="Law.", duty_version_id=old.id
        )


def test_an_answer_is_given_once(walsden):
    _, owed = making.voted(walsden)
    answer(walsden, owed)
    with pytest.raises(Refused, match="answered already"):
        answer(walsden, owed)


def test_two_answers_at_once_leave_one(app, walsden):
    _, owed = making.voted(walsden)
    owed_id, me = owed.id, walsden.me(walsden.priya)
    database.db.session.rollback()
    ready, came_to = threading.Barrier(2), []

    def give():
        with app.app_context(), clock.moved_to(NOW):
            try:
                ready.wait()
                with database.transaction():
                    actions.answer(me, queries.answer_owed(owed_id), kind=AnswerKind.ACCEPT, words="Yes.")
                came_to.append("given")
            except Refused:
                came_to.append("refused")
            finally:
                database.db.session.remove()

    both = [threading.Thread(target=give) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(came_to) == ["given", "refused"]
    assert db.session.query(Answer).count() == 1


def test_an_answer_leaves_a_proposal_alone_that_is_back_at_another_vote(walsden):
    proposal, owed = making.voted(walsden)
    with database.transaction():
        making.ballot(proposal, is_open=True)
    answer(walsden, owed)
    assert proposal.stage is Stage.VOTING


# -- what the task force says -----------------------------------------------------------------------------------------


def test_a_member_rates_a_reason_and_may_change_their_mind(walsden):
    proposal, given = making.answered(walsden)
    (departure,) = given.departures
    rate(walsden, departure, Rating.CHALLENGED, "Page 11 lets us cut visits.")
    rate(walsden, departure, Rating.ACCEPTED)
    (row,) = db.session.query(RatingGiven).all()
    assert (row.rating, row.words, row.round) == (Rating.ACCEPTED, "", 1)
    said = [words for verb, words in story(proposal) if verb == "reason.rated"]
    assert said == [
        "The task force read a reason. A member says: We accept this reason.",
        "The task force read a reason. A member says: We challenge this reason.",
    ]


@pytest.mark.parametrize("rating", [Rating.CHALLENGED, Rating.NEEDS_EVIDENCE])
def test_a_challenge_needs_words_and_reaches_the_owner(walsden, rating):
    _, given = making.answered(walsden)
    with pytest.raises(Conflict, match="Say why"):
        rate(walsden, given.departures[0], rating, "  ")
    rate(walsden, given.departures[0], rating, "Show us the contract.")
    assert readers("rating_given") == [walsden.priya.id]


def test_accepting_needs_no_words_and_no_letter(walsden):
    _, given = making.answered(walsden)
    rate(walsden, given.departures[0], Rating.ACCEPTED)
    assert readers("rating_given") == []


def test_each_member_has_one_rating(walsden):
    _, given = making.answered(walsden)
    with database.transaction():
        making.on_the_task_force(walsden.joyce)
    rate(walsden, given.departures[0], Rating.ACCEPTED)
    rate(walsden, given.departures[0], Rating.CHALLENGED, "No.", person=walsden.joyce)
    db.session.expire_all()
    assert sorted(given.departures[0].in_short) == [(Rating.ACCEPTED, 1), (Rating.CHALLENGED, 1)]


def test_nobody_else_rates(walsden):
    _, given = making.answered(walsden)
    for person in (walsden.asha, walsden.priya, walsden.denise):
        with pytest.raises(Refused):
            rate(walsden, given.departures[0], Rating.ACCEPTED, person=person)


# -- what will be done ------------------------------------------------------------------------------------------------


def test_the_first_action_takes_the_proposal_to_being_done(walsden):
    proposal, given = making.answered(walsden)
    made = promise(walsden, given)
    assert proposal.stage is Stage.DOING
    assert (made.first_due_on, made.due_on, made.state) == (date(2026, 12, 1), date(2026, 12, 1), ActionState.TO_DO)
    assert made.place_id == walsden.walsden.id
    assert ("action.promised", "An action was promised for Tuesday 1 December 2026.") in story(proposal)
    assert readers("action_given") == [walsden.denise.id]
    promise(walsden, given, owner_id=walsden.priya.id)
    assert readers("action_given") == [walsden.denise.id], "nobody is told of what they promised themselves"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"due_on": date(2026, 10, 13)}, "has passed"),
        ({"due_on": date(2032, 1, 1)}, "five years"),
        ({"words": "   "}, "what will be done"),
        ({"words": "x" * 301}, "300 letters"),
        ({"owner_id": 999_999}, "landlord's people"),
    ],
)
def test_a_promise_that_cannot_be_made(walsden, wrong, message):
    proposal, given = making.answered(walsden)
    with pytest.raises(Conflict, match=message):
        promise(walsden, given, **wrong)
    db.session.rollback()
    assert db.session.query(Action).count() == 0
    assert proposal.stage is Stage.ANSWERED


def test_no_resident_is_given_an_action_nor_a_colleague_of_another_place(walsden):
    _, given = making.answered(walsden)
    for person in (walsden.asha, walsden.owen, walsden.farida):
        with pytest.raises(Conflict, match="landlord's people"):
            promise(walsden, given, owner_id=person.id)


def test_moving_the_day_needs_a_reason_and_the_first_day_stays(walsden):
    proposal, action = making.promised(walsden)
    with pytest.raises(Conflict, match="Say why"):
        move(walsden, action, ActionState.DOING, due_on=date(2027, 1, 5))
    db.session.rollback()
    move(walsden, action, ActionState.DOING, "The oak came in split.", due_on=date(2027, 1, 5))
    assert (action.first_due_on, action.due_on) == (date(2026, 12, 1), date(2027, 1, 5))
    assert queries.promises(only_actions=True)[0].moved
    told = [words for verb, words in story(proposal) if verb == "action.day_moved"]
    assert told == ["The day of an action was moved from Tuesday 1 December 2026 to Tuesday 5 January 2027."]
    assert readers("action_changed") == [walsden.asha.id]


def test_when_the_last_action_is_done_the_proposal_is_done(walsden):
    proposal, given = making.answered(walsden)
    one, other = promise(walsden, given), promise(walsden, given, words="Mend the bench")
    move(walsden, one, ActionState.DONE)
    assert (one.finished_on, proposal.stage) == (date(2026, 10, 14), Stage.DOING)
    with pytest.raises(Conflict, match="Say why"):
        move(walsden, other, ActionState.DROPPED)
    db.session.rollback()
    move(walsden, other, ActionState.DROPPED, "The bench was stolen.")
    assert proposal.stage is Stage.DONE
    assert other.finished_on is None
    assert db.session.query(ActionMove).count() == 2


def test_what_is_finished_does_not_change(walsden):
    _, action = making.promised(walsden)
    move(walsden, action, ActionState.DONE)
    with pytest.raises(Conflict, match="finished"):
        move(walsden, action, ActionState.DOING)


def test_a_move_that_changes_nothing_is_refused(walsden):
    _, action = making.promised(walsden)
    with pytest.raises(Conflict, match="Nothing changes"):
        move(walsden, action, ActionState.TO_DO)


def test_neighbours_do_not_move_actions(walsden):
    _, action = making.promised(walsden)
    for person in (walsden.asha, walsden.owen, walsden.farida):
        with pytest.raises(Refused):
            move(walsden, action, ActionState.DONE, person=person)


def test_every_letter_can_be_put_into_words(walsden):
    with database.transaction():
        making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 10, 12))
    with clock.moved_to(clock.at(date(2026, 10, 12), 9)):
        _, action = making.promised(walsden)
        making.voted(walsden)
    rate(walsden, action.decision.answer.departures[0], Rating.CHALLENGED, "Show us.")
    move(walsden, action, ActionState.DONE)
    for day in (date(2026, 10, 15), date(2026, 10, 21), date(2026, 11, 2)):
        with clock.moved_to(clock.at(day, 9)):
            jobs.owe_answers()
            jobs.remind_owners()
    kinds = set()
    for letter in outbox.letters(limit=500):
        subject, body = outbox.put_into_words(letter)
        kinds.add(letter.kind)
        assert subject
        assert "http://localhost/promises/" in body
        assert "%(" not in body + subject
        assert "{" not in body + subject
    about_answers = {"answer_owed", "answer_due_soon", "answer_late", "answer_given", "rating_given"}
    assert kinds == about_answers | {"action_given", "action_changed"}


def test_what_the_list_says_became_of_a_promise_is_what_the_rule_says(walsden):
    _, given = making.answered(walsden)
    today = clock.today()
    near = [today + timedelta(days=n) for n in (-2, -1, 0, 1)]
    with database.transaction():
        decision = queries.decision_of(given)
        for first in near:
            for due in near:
                for done in (None, *near):
                    for dropped in {False, done is None}:
                        state = ActionState.DONE if done else ActionState.DROPPED if dropped else ActionState.DOING
                        making.add(
                            Action(
                                decision_id=decision.id, proposal_id=decision.proposal_id, place_id=walsden.lockside.id,
                                words="x", owner_id=walsden.denise.id, first_due_on=first, due_on=due, state=state,
                                finished_on=done,
                            )
                        )  # fmt: skip
    listed = {one.id: one for one in queries.promises(only_actions=True, limit=None)}
    rows = db.session.query(Action).all()
    assert len(listed) == len(rows) == 96
    for row in rows:
        assert listed[row.id] == queries.Promise.of(row, today) or listed[row.id].place == "Lockside Court"
        assert listed[row.id].fate is queries.Promise.of(row, today).fate
    assert {one.fate for one in listed.values()} == set(Fate)


def test_the_departure_keeps_its_law_in_the_database(walsden):
    _, given = making.answered(walsden)
    with pytest.raises(Exception, match="law_names_its_duty"), database.transaction():
        making.add(
            Departure(
                answer_id=given.id, reason=ReasonKind.LAW, words="x", duty_version_id=None, cost_pence=None,
                owner_id=walsden.priya.id,
            )
        )  # fmt: skip
