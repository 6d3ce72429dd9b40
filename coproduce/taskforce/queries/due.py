"""What is owed, and what somebody must be told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from coproduce import audit, clock
from coproduce.db import db
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import for_all
from coproduce.taskforce import rules
from coproduce.taskforce.models import AnswerOwed
from coproduce.taskforce.rules import Cause
from coproduce.voting.models import Ballot, Question, Result
from coproduce.voting.rules import Outcome, State


def support_not_owed_yet() -> Sequence[int]:
    """Proposals with enough support whose clock has not been started."""
    started = select(AnswerOwed.cause_id).where(AnswerOwed.cause == Cause.SUPPORT)
    return db.session.scalars(
        select(Proposal.id)
        .where(Proposal.support_reached_on.is_not(None), Proposal.stage.not_in(rules.GONE), Proposal.id.not_in(started))
        .where(for_all())
        .order_by(Proposal.id)
    ).all()


def ballots_not_owed_yet() -> Sequence[int]:
    """Ballots that closed and decided something, and whose clock has not been started. A tie, or too few votes, leaves
    nothing to answer: it can be put to a vote again."""
    started = select(AnswerOwed.cause_id).where(AnswerOwed.cause == Cause.BALLOT)
    decided = Result.rounds["outcome"].as_string().in_([Outcome.PASSED.value, Outcome.NOT_PASSED.value])
    return db.session.scalars(
        select(Ballot.id)
        .join(Question, Question.ballot_id == Ballot.id)
        .join(Result, Result.question_id == Question.id)
        .where(Ballot.state == State.CLOSED, Ballot.closed_at.is_not(None), Ballot.id.not_in(started))
        .where(Question.clause_id.is_(None), Result.run == 1, decided)
        .order_by(Ballot.id)
        .distinct()
    ).all()


def support_to_settle() -> Sequence[int]:
    """Clocks of support whose promise has been made, or whose proposal has gone."""
    return db.session.scalars(
        select(AnswerOwed.id)
        .join(AnswerOwed.proposal)
        .where(AnswerOwed.cause == Cause.SUPPORT, AnswerOwed.settled_at.is_(None))
        .where(or_(Proposal.mandate_at.is_not(None), Proposal.stage.in_(rules.GONE)))
        .order_by(AnswerOwed.id)
    ).all()


def without_owner() -> Sequence[int]:
    return db.session.scalars(
        select(AnswerOwed.id)
        .where(AnswerOwed.settled_at.is_(None), AnswerOwed.owner_id.is_(None))
        .order_by(AnswerOwed.id)
    ).all()


def to_remind(verb: str, *, late: bool) -> Sequence[int]:
    """Answers whose owner has had no letter of this verb yet: late ones, or those with few days left."""
    today = clock.today()
    last_day = clock.add_working_days(today, rules.REMIND_AT)
    told = select(audit.Row.thing_id).where(audit.Row.verb == verb, audit.Row.kind == "answer_owed")
    when = AnswerOwed.due_on < today if late else AnswerOwed.due_on.between(today, last_day)
    return db.session.scalars(
        select(AnswerOwed.id)
        .join(AnswerOwed.proposal)
        .where(for_all())
        .where(AnswerOwed.settled_at.is_(None), when, AnswerOwed.id.not_in(told.where(audit.Row.thing_id.is_not(None))))
        .order_by(AnswerOwed.due_on, AnswerOwed.id)
    ).all()


def was_told(owed_id: int, verb: str) -> bool:
    row = select(audit.Row.id).where(
        audit.Row.kind == "answer_owed", audit.Row.thing_id == owed_id, audit.Row.verb == verb
    )
    return db.session.scalar(row.limit(1)) is not None
