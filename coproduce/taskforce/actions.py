"""Every change to answers, reasons and actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, config, texts
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.duties.models import DutyVersion
from coproduce.errors import Conflict, require
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal, Version
from coproduce.proposals.rules import Stage
from coproduce.taskforce import letters, policy, queries, rules
from coproduce.taskforce.models import (
    Action,
    ActionMove,
    Answer,
    AnswerOwed,
    Decision,
    Departure,
    RatingGiven,
)
from coproduce.taskforce.rules import (
    ACTION_NAMES,
    ANSWER_NAMES,
    RATING_NAMES,
    ActionState,
    AnswerKind,
    Cause,
    Rating,
    ReasonKind,
)
from coproduce.voting.models import Ballot
from coproduce.words import Message, say, say_n

OWED = audit.verb("answer.owed", "{landlord} must answer the vote by {due}.")
PROMISE_OWED = audit.verb("answer.promise_owed")  # the proposal's own timeline says it when support is reached
OWNED = audit.verb("answer.owner_named")
SETTLED = audit.verb("answer.settled")
DUE_SOON = audit.verb("answer.fell_due_soon")
FELL_LATE = audit.verb("answer.fell_late", "{landlord} should have answered by {due}. It is late.")
GIVEN = audit.verb("answer.given", "{landlord} answered: {answer}. {when}.", turning_point=True)
RATED = audit.verb("reason.rated", "The task force read a reason. A member says: {rating}.")
PROMISED = audit.verb("action.promised", "An action was promised for {due}.")
STATE_MOVED = audit.verb("action.moved", "An action is now: {state}.")
DAY_MOVED = audit.verb("action.day_moved", "The day of an action was moved from {was} to {due}.")


# -- what is owed, by the clock -----------------------------------------------------------------------------------


def owe_for_support(proposal_id: int) -> bool:
    """Start the clock of a proposal that has enough support. Says whether it was started here."""
    proposal = db.session.get_one(Proposal, proposal_id)
    if proposal.support_reached_on is None:
        return False
    return _owe(
        proposal, Cause.SUPPORT, proposal.id, proposal.support_reached_on, working_days=config.chosen().mandate_days
    )


def owe_for_ballot(ballot_id: int) -> bool:
    """Start the clock of a vote that has closed. Says whether it was started here."""
    ballot = db.session.get_one(Ballot, ballot_id)
    if ballot.closed_at is None:
        return False
    closed_on = clock.day_of(ballot.closed_at)
    return _owe(ballot.version.proposal, Cause.BALLOT, ballot.id, closed_on, working_days=config.chosen().answer_days)


def _owe(proposal: Proposal, cause: Cause, cause_id: int, starts_on: date, *, working_days: int) -> bool:
    owner = queries.owner_for(proposal)
    owed = AnswerOwed(
        proposal_id=proposal.id,
        cause=cause,
        cause_id=cause_id,
        owner_id=owner.id if owner else None,
        starts_on=starts_on,
        due_on=clock.add_working_days(starts_on, working_days),
        settled_at=None,
        settled_on=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(owed)
    except IntegrityError:  # another worker was here first
        return False
    if cause is Cause.SUPPORT and proposal.mandate_at is not None:
        _settle(owed, proposal.mandate_at)
        return True
    if cause is Cause.SUPPORT:  # proposals told everybody when support was reached
        _record(PROMISE_OWED, owed, by=None, due=owed.due_on)
    else:
        _record(OWED, owed, by=None, due=owed.due_on)
        letters.answer_owed(owed)
    return True


def settle_support(owed_id: int) -> bool:
    """Stop the clock of support: the promise has been made, or the proposal has gone."""
    owed = _locked_owed(owed_id)
    gone = owed.proposal.stage in rules.GONE
    if owed.settled_at is not None or (owed.proposal.mandate_at is None and not gone):
        return False
    _settle(owed, owed.proposal.mandate_at or clock.now())
    return True


def _settle(owed: AnswerOwed, at: datetime) -> None:
    owed.settled_at, owed.settled_on = at, clock.day_of(at)
    db.session.flush()
    _record(SETTLED, owed, by=None, on=owed.settled_on)


def name_owner(owed_id: int) -> bool:
    """Give an answer that nobody owes by name to whoever answers for the place by now."""
    owed = _locked_owed(owed_id)
    owner = queries.owner_for(owed.proposal)
    if owed.owner_id is not None or owed.settled_at is not None or owner is None:
        return False
    owed.owner_id, owed.owner = owner.id, owner
    db.session.flush()
    _record(OWNED, owed, by=None, owner=owner.id)
    letters.answer_owed(owed)
    return True


def remind_of(owed_id: int) -> bool:
    """One letter to the owner when few working days are left."""
    owed = _locked_owed(owed_id)
    today = clock.today()
    if owed.settled_at or not rules.needs_reminder(owed.due_on, today) or queries.was_told(owed.id, DUE_SOON.key):
        return False
    _record(DUE_SOON, owed, by=None, due=owed.due_on)
    letters.answer_due_soon(owed, rules.days_left(owed.due_on, today))
    return True


def say_late(owed_id: int) -> bool:
    """One letter to the owner, and a line on the timeline, when the day has passed."""
    owed = _locked_owed(owed_id)
    today = clock.today()
    if owed.settled_at or not rules.is_late(owed.due_on, today) or queries.was_told(owed.id, FELL_LATE.key):
        return False
    _record(FELL_LATE, owed, by=None, due=owed.due_on)
    letters.answer_late(owed, rules.late_by(owed.due_on, today))
    return True


# -- the answer ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """Why an answer differs from what residents chose."""

    kind: ReasonKind
    words: str
    duty_version: DutyVersion | None
    cost_pence: int | None


def answer(  # noqa: PLR0913 - an answer is told in one breath
    me: Standing,
    owed: AnswerOwed,
    *,
    kind: AnswerKind,
    words: str,
    reason: ReasonKind | None = None,
    reason_words: str = "",
    duty_version_id: int | None = None,
    cost_pence: int | None = None,
    review_on: date | None = None,
) -> Answer:
    """Say yes, yes in part or no to what residents chose, with the reason where it differs."""
    proposal = _lock(owed.proposal_id)
    owed = _locked_owed(owed.id)
    require(policy.refuse_answer(me, owed, proposed_by=queries.proposed_by(proposal.id)))
    _refuse(rules.wrong_answer(kind, proposal.mandate, reason))
    why = None
    if kind is not AnswerKind.ACCEPT and reason is not None:
        why = _reason(reason, reason_words, duty_version_id, cost_pence)
    if not texts.clean(words):
        raise Conflict(say("Write the answer in words, for everybody to read."))
    now = clock.now()
    given = Answer(owed_id=owed.id, kind=kind, words=texts.clean(words), by_id=_id_of(me), at=now)
    given.owed = owed
    db.session.add(given)
    db.session.flush()
    _decide(given, proposal, review_on=review_on)
    if why is not None:
        _depart(given, why)
    owed.settled_at, owed.settled_on = now, clock.day_of(now)
    db.session.flush()
    _move_on(proposal, me)
    late = rules.working_days_late(owed.due_on, owed.settled_on)
    when = _when(owed.due_on, owed.settled_on)
    _record(GIVEN, owed, by=me, answer=ANSWER_NAMES[kind], late=late, when=when)
    readers = queries.with_a_part_in(proposal.id, owed.cause_id if owed.cause is Cause.BALLOT else None)
    letters.answer_given(given, [reader for reader in readers if reader[0] != me.person_id], when)
    return given


def _reason(kind: ReasonKind, words: str, duty_version_id: int | None, cost_pence: int | None) -> Reason:
    if not texts.clean(words):
        raise Conflict(say("Write the reason in words. Anyone should be able to follow it."))
    if cost_pence is not None and cost_pence < 0:
        raise Conflict(say("A cost cannot be less than nothing."))
    duty = _from_the_register(duty_version_id)
    if kind is ReasonKind.LAW:
        if duty is None:
            raise Conflict(say("Say which law it is. Choose it from the register."))
        _refuse(queries.wrong_law(duty))
    return Reason(kind, texts.clean(words), duty, cost_pence)


def _from_the_register(duty_version_id: int | None) -> DutyVersion | None:
    """The row that a reason leans on, as the register says it now."""
    if duty_version_id is None:
        return None
    version = db.session.get(DutyVersion, duty_version_id)
    if version is None or not queries.is_newest(version):
        raise Conflict(say("The register has changed since you began. Load the page again and choose from it."))
    return version


def _decide(given: Answer, proposal: Proposal, *, review_on: date | None) -> Decision:
    ballot = queries.ballot_of(given.owed)
    newest = select(Version).where(Version.proposal_id == proposal.id).order_by(Version.no.desc()).limit(1)
    decision = Decision(
        proposal_id=proposal.id,
        version_id=ballot.version_id if ballot else db.session.scalars(newest).one().id,
        ballot_id=ballot.id if ballot else None,
        answer_id=given.id,
        mandate=proposal.mandate,
        outcome=given.kind,
        differs=given.kind is not AnswerKind.ACCEPT,
        made_at=given.at,
        review_on=review_on,
        learnt="",
    )
    db.session.add(decision)
    return decision


def _depart(given: Answer, why: Reason) -> None:
    db.session.add(
        Departure(
            answer_id=given.id,
            reason=why.kind,
            words=why.words,
            duty_version_id=why.duty_version.id if why.duty_version else None,
            cost_pence=why.cost_pence,
            owner_id=given.by_id,
        )
    )


def _move_on(proposal: Proposal, me: Standing) -> None:
    """The proposal is answered, unless it is already further on or back at another vote."""
    if proposal.stage is Stage.VOTING and not queries.has_open_ballot(proposal.id):
        proposals.move(proposal, Stage.ANSWERED, by=me)


def _when(due_on: date, done_on: date) -> Message:
    if not rules.is_late(due_on, done_on):
        return say("On time")
    days = rules.working_days_late(due_on, done_on)
    return say_n("Late by {n} working day", "Late by {n} working days", days) if days else say("Late")


# -- what the task force says -------------------------------------------------------------------------------------


def rate(me: Standing, departure: Departure, rating: Rating, words: str) -> RatingGiven:
    """What one member thinks of a reason. A change of mind changes their row; the record keeps both."""
    db.session.execute(select(Departure.id).where(Departure.id == departure.id).with_for_update())
    require(policy.refuse_rate(me, departure))
    words = texts.clean(words)
    if rating is not Rating.ACCEPTED and not words:
        raise Conflict(say("Say why in a sentence or two, so that the landlord can answer you."))
    given = _rating_of(me, departure)
    given.rating, given.words, given.at = rating, words, clock.now()
    db.session.add(given)
    db.session.flush()
    owed = departure.answer.owed
    _record(RATED, owed, by=me, rating=RATING_NAMES[rating], reason=departure.id, words_mark=texts.fingerprint(words))
    if rating is not Rating.ACCEPTED:
        letters.rating_given(departure, rating, departure.owner)
    return given


def _rating_of(me: Standing, departure: Departure, round_no: int = 1) -> RatingGiven:
    own = select(RatingGiven).where(
        RatingGiven.departure_id == departure.id,
        RatingGiven.person_id == me.person_id,
        RatingGiven.round == round_no,
    )
    found = db.session.scalars(own.execution_options(populate_existing=True)).one_or_none()
    return found or RatingGiven(departure_id=departure.id, person_id=_id_of(me), round=round_no)


# -- what will be done --------------------------------------------------------------------------------------------


def promise(me: Standing, decision: Decision, *, words: str, owner_id: int, due_on: date) -> Action:
    """Promise to do something: by whom, by when."""
    proposal = _lock(decision.proposal_id)
    require(policy.refuse_promise(me, proposal))
    _refuse(rules.wrong_day(due_on, clock.today()))
    owner = _colleague(owner_id, proposal)
    line = texts.clean_line(words)
    if not 0 < len(line) <= rules.LONGEST_ACTION:
        raise Conflict(say("Say what will be done, in {n} letters or fewer.", n=rules.LONGEST_ACTION))
    action = Action(
        decision_id=decision.id,
        proposal_id=proposal.id,
        place_id=proposal.place_id,
        words=line,
        owner_id=owner.id,
        first_due_on=due_on,
        due_on=due_on,
        state=ActionState.TO_DO,
        finished_on=None,
    )
    action.proposal = proposal
    db.session.add(action)
    db.session.flush()
    if proposal.stage is Stage.ANSWERED:
        proposals.move(proposal, Stage.DOING, by=me)
    _record_action(PROMISED, action, by=me, due=due_on)
    if owner.id != me.person_id:
        letters.action_given(action, owner)
    return action


def move_action(me: Standing, action: Action, state: ActionState, why: str, due_on: date | None = None) -> ActionMove:
    """Say how an action goes, or move its day with a reason. The day that was promised first stays for all to see."""
    proposal = _lock(action.proposal_id)
    reread(action, "state", "due_on", "finished_on")
    require(policy.refuse_move_action(me, action))
    was, due_on, why = action.due_on, due_on or action.due_on, texts.clean(why)
    _refuse(rules.wrong_move(action.state, state, was_due=was, due_on=due_on, today=clock.today()))
    if not why and (due_on != was or state is ActionState.DROPPED):
        raise Conflict(say("Say why. People were promised this."))
    now = clock.now()
    changed = state is not action.state
    action.state, action.due_on = state, due_on
    action.finished_on = clock.day_of(now) if state is ActionState.DONE else None
    move = ActionMove(action_id=action.id, state=state, due_on=due_on, why=why, by_id=_id_of(me), at=now)
    db.session.add(move)
    db.session.flush()
    if due_on != was:
        _record_action(DAY_MOVED, action, by=me, was=was, due=due_on)
    if changed:
        _record_action(STATE_MOVED, action, by=me, state=ACTION_NAMES[state])
    _tell_of_change(action, me, was)
    states = db.session.scalars(select(Action.state).where(Action.decision_id == action.decision_id))
    if proposal.stage is Stage.DOING and rules.is_finished(states):
        proposals.move(proposal, Stage.DONE, by=me)
    return move


def _tell_of_change(action: Action, me: Standing, was: date) -> None:
    """Tell the writers, and the owner, of what matters to them: a new day, done, dropped. What is done or dropped is
    told to everybody whose words are in it."""
    if action.due_on != was:
        change = say("It is now promised for {due}.", due=action.due_on)
    elif action.state is ActionState.DOING:
        return
    else:
        change = rules.ACTION_NEWS[action.state]
    is_over = action.state in {ActionState.DONE, ActionState.DROPPED}
    people = queries.with_words_in(action.proposal_id) if is_over else queries.authors(action.proposal_id)
    readers = {*people, (action.owner_id, action.owner.language)}
    letters.action_changed(action, sorted(reader for reader in readers if reader[0] != me.person_id), change)


def _colleague(owner_id: int, proposal: Proposal) -> Person:
    for person in queries.colleagues_at(proposal.place_id):
        if person.id == owner_id:
            return person
    raise Conflict(say("Choose one of the landlord's people for this place. Their name will stand beside the promise."))


# -- small words --------------------------------------------------------------------------------------------------


def _lock(proposal_id: int) -> Proposal:
    """One change at a time to what hangs on a proposal."""
    proposal = db.session.get_one(Proposal, proposal_id)
    reread(proposal, lock={"key_share": True})
    return proposal


def _locked_owed(owed_id: int) -> AnswerOwed:
    owed = db.session.get_one(AnswerOwed, owed_id)
    reread(owed, lock={"key_share": True})
    return owed


def _refuse(trouble: Message | None) -> None:
    if trouble is not None:
        raise Conflict(trouble)


def _id_of(me: Standing) -> int:
    if me.person_id is None:
        raise ValueError("A stranger cannot do this; the policy should have said so.")
    return me.person_id


def _record(verb: audit.Verb, owed: AnswerOwed, *, by: Standing | None, **facts: object) -> None:
    landlord = config.chosen().landlord
    audit.record(verb, by=by, kind="answer_owed", thing_id=owed.id, story=owed.proposal_id, landlord=landlord, **facts)


def _record_action(verb: audit.Verb, action: Action, *, by: Standing, **facts: object) -> None:
    audit.record(verb, by=by, kind="action", thing_id=action.id, story=action.proposal_id, **facts)
