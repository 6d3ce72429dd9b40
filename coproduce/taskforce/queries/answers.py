"""An answer with all that its page shows: what residents chose, the reasons and their ratings, the actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from coproduce.db import db
from coproduce.duties import queries as register
from coproduce.duties.models import DutyVersion
from coproduce.proposals.models import Proposal, Version
from coproduce.proposals.queries import for_all
from coproduce.taskforce import rules
from coproduce.taskforce.models import Action, ActionMove, Answer, AnswerOwed, Decision, Departure, RatingGiven
from coproduce.taskforce.rules import Cause
from coproduce.voting import queries as votes
from coproduce.voting.models import Ballot, BallotOption, Question
from coproduce.voting.rules import Count, State
from coproduce.words import Message


def _whole_answer() -> tuple[object, ...]:
    answer = selectinload(AnswerOwed.answer)
    departures = answer.selectinload(Answer.departures)
    decision = answer.selectinload(Answer.decision)
    return (
        joinedload(AnswerOwed.proposal).joinedload(Proposal.place),
        joinedload(AnswerOwed.owner),
        answer.joinedload(Answer.by),
        departures.joinedload(Departure.duty_version).joinedload(DutyVersion.duty),
        departures.joinedload(Departure.owner),
        departures.selectinload(Departure.ratings).joinedload(RatingGiven.person),
        decision.selectinload(Decision.actions).joinedload(Action.owner),
    )


def answer_owed(owed_id: int) -> AnswerOwed | None:
    """An answer owed with all that its page shows."""
    query = select(AnswerOwed).join(AnswerOwed.proposal).where(AnswerOwed.id == owed_id, for_all())
    query = query.options(*_whole_answer())  # type: ignore[arg-type]
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def answers_of(proposal_id: int) -> Sequence[AnswerOwed]:
    """Everything the landlord owes or has said about a proposal, newest first."""
    query = (
        select(AnswerOwed)
        .where(AnswerOwed.proposal_id == proposal_id)
        .options(*_whole_answer())  # type: ignore[arg-type]
        .order_by(AnswerOwed.starts_on.desc(), AnswerOwed.id.desc())
    )
    return db.session.scalars(query).all()


def owed_for(proposal: Proposal) -> AnswerOwed:
    """What the landlord owes for the newest vote on this proposal."""
    query = (
        select(AnswerOwed)
        .where(AnswerOwed.proposal_id == proposal.id, AnswerOwed.cause == Cause.BALLOT)
        .order_by(AnswerOwed.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one()


def decision_of(answer: Answer) -> Decision:
    return db.session.scalars(select(Decision).where(Decision.answer_id == answer.id)).one()


def departure(departure_id: int) -> Departure | None:
    query = (
        select(Departure)
        .where(Departure.id == departure_id)
        .options(joinedload(Departure.answer).joinedload(Answer.owed).joinedload(AnswerOwed.proposal))
        .options(joinedload(Departure.owner))
    )
    return db.session.scalars(query).first()


def action(action_id: int) -> Action | None:
    query = (
        select(Action)
        .where(Action.id == action_id)
        .options(joinedload(Action.proposal).joinedload(Proposal.place), joinedload(Action.owner))
        .options(joinedload(Action.decision).joinedload(Decision.answer))
        .options(selectinload(Action.moves).joinedload(ActionMove.by))
    )
    return db.session.scalars(query).first()


def laws_in_force() -> list[DutyVersion]:
    """What the register says now and is law: what a reason of law may lean on."""
    return [version for version in register.everything() if wrong_law(version) is None]


def wrong_law(version: DutyVersion) -> Message | None:
    """Why this row of the register is no reason of law today."""
    return rules.wrong_law(version.level, upcoming=version.upcoming)


def is_newest(version: DutyVersion) -> bool:
    newest = db.session.scalar(select(func.max(DutyVersion.no)).where(DutyVersion.duty_id == version.duty_id))
    return version.no == newest


@dataclass(frozen=True)
class Chosen:
    """What came of one question of a vote."""

    question: Question
    count: Count

    @property
    def winner(self) -> BallotOption | None:
        return self.question.option(self.count.winner)

    @property
    def votes(self) -> int:
        """How many chose what won."""
        return next((line.votes for line in self.count.lines if line.key == self.count.winner), 0)


def chosen(ballot: Ballot) -> list[Chosen]:
    """What residents chose, question by question, by the count of each."""
    counts = votes.counts_of([ballot])
    return [Chosen(question, counts[question.id]) for question in ballot.questions if question.id in counts]


def ballot_of(owed: AnswerOwed) -> Ballot | None:
    """The vote that this answer is owed for."""
    if owed.cause is not Cause.BALLOT:
        return None
    return votes.ballot(owed.cause_id)


def has_open_ballot(proposal_id: int) -> bool:
    of_it = (
        select(Ballot.id)
        .join(Version, Version.id == Ballot.version_id)
        .where(Version.proposal_id == proposal_id, Ballot.state == State.OPEN)
        .limit(1)
    )
    return db.session.scalar(of_it) is not None
