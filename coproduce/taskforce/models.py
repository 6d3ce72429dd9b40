"""Tables of answers, decisions, scrutiny and actions. One clock for every promise to answer."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.duties.models import DutyVersion
from coproduce.proposals.models import Proposal, Version
from coproduce.proposals.rules import Mandate
from coproduce.taskforce import rules
from coproduce.taskforce.rules import ActionState, AnswerKind, Cause, Rating, ReasonKind
from coproduce.voting.models import Ballot
from coproduce.words import Message


class AnswerOwed(Base):
    """A promise to answer, with its clock. Settled when an answer stands, or when what it waits for is done.

    `cause_id` is the proposal's id where support was reached, the ballot's where a vote closed. `settled_on` is the
    London day of `settled_at`: what the day it was due is held against.
    """

    __tablename__ = "answer_owed"
    __table_args__ = (
        UniqueConstraint("cause", "cause_id"),
        CheckConstraint("(settled_at IS NULL) = (settled_on IS NULL)", name="settled_on_a_day"),
        Index("ix_answer_owed_settled_at_due_on", "settled_at", "due_on"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    cause: Mapped[Cause] = mapped_column(choice(Cause, "cause"))
    cause_id: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    starts_on: Mapped[date]
    due_on: Mapped[date]
    settled_at: Mapped[datetime | None]
    settled_on: Mapped[date | None]

    proposal: Mapped[Proposal] = relationship()
    owner: Mapped[Person | None] = relationship()
    answer: Mapped[Answer | None] = relationship(back_populates="owed")


class Answer(Base):
    """What the landlord said, for all to read."""

    __tablename__ = "answer"

    owed_id: Mapped[int] = mapped_column(ForeignKey("answer_owed.id", ondelete="RESTRICT"), unique=True)
    kind: Mapped[AnswerKind] = mapped_column(choice(AnswerKind, "kind"))
    words: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    owed: Mapped[AnswerOwed] = relationship(back_populates="answer")
    by: Mapped[Person] = relationship()
    decision: Mapped[Decision] = relationship(back_populates="answer")
    departures: Mapped[list[Departure]] = relationship(order_by="Departure.id", back_populates="answer")

    @property
    def kind_name(self) -> Message:
        return rules.ANSWER_NAMES[self.kind]


class Decision(Base):
    """What was decided about a proposal, on which text, under which mandate."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("answer_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="RESTRICT"))
    ballot_id: Mapped[int | None] = mapped_column(ForeignKey("ballot.id", ondelete="RESTRICT"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="RESTRICT"))
    mandate: Mapped[Mandate | None] = mapped_column(choice(Mandate, "mandate"))
    outcome: Mapped[AnswerKind] = mapped_column(choice(AnswerKind, "outcome"))
    differs: Mapped[bool]
    made_at: Mapped[datetime]
    review_on: Mapped[date | None]
    learnt: Mapped[str] = mapped_column(sa.Text, default="")

    answer: Mapped[Answer] = relationship(back_populates="decision")
    proposal: Mapped[Proposal] = relationship()
    version: Mapped[Version] = relationship()
    ballot: Mapped[Ballot | None] = relationship()
    actions: Mapped[list[Action]] = relationship(order_by="Action.due_on, Action.id", back_populates="decision")


class Departure(Base):
    """Where an answer differs from what residents chose, with the reason that the task force tests."""

    __tablename__ = "departure"
    __table_args__ = (
        CheckConstraint("reason <> 'law' OR duty_version_id IS NOT NULL", name="law_names_its_duty"),
        CheckConstraint("cost_pence IS NULL OR cost_pence >= 0", name="costs_nothing_or_more"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[ReasonKind] = mapped_column(choice(ReasonKind, "reason"))
    words: Mapped[str] = mapped_column(sa.Text)
    duty_version_id: Mapped[int | None] = mapped_column(ForeignKey("duty_version.id", ondelete="RESTRICT"))
    cost_pence: Mapped[int | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    answer: Mapped[Answer] = relationship(back_populates="departures")
    owner: Mapped[Person] = relationship()
    duty_version: Mapped[DutyVersion | None] = relationship()
    ratings: Mapped[list[RatingGiven]] = relationship(order_by="RatingGiven.id")

    @property
    def reason_name(self) -> Message:
        return rules.REASON_NAMES[self.reason]

    @property
    def in_short(self) -> list[tuple[Rating, int]]:
        return rules.count_ratings(given.rating for given in self.ratings)


class RatingGiven(Base):
    """What one member of the task force thinks of a reason: one row each and round. The record keeps the rest."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("departure_id", "person_id", "round"),)

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    round: Mapped[int] = mapped_column(default=1)
    rating: Mapped[Rating] = mapped_column(choice(Rating, "rating"))
    words: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    @property
    def rating_name(self) -> Message:
        return rules.RATING_NAMES[self.rating]


class Action(Base):
    """A promise to do something: by whom, by when. `first_due_on` stays as it was promised when the day moves."""

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (finished_on IS NOT NULL)", name="done_on_a_day"),
        Index("ix_action_state_due_on", "state", "due_on"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="RESTRICT"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    words: Mapped[str] = mapped_column(sa.String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(choice(ActionState, "state"))
    finished_on: Mapped[date | None]

    decision: Mapped[Decision] = relationship(back_populates="actions")
    proposal: Mapped[Proposal] = relationship()
    owner: Mapped[Person] = relationship()
    moves: Mapped[list[ActionMove]] = relationship(order_by="ActionMove.id")


class ActionMove(Base):
    """A change of an action's state or day, with its reason."""

    __tablename__ = "action_move"

    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="RESTRICT"), index=True)
    state: Mapped[ActionState] = mapped_column(choice(ActionState, "state"))
    due_on: Mapped[date]
    why: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()

    @property
    def state_name(self) -> Message:
        return rules.ACTION_NAMES[self.state]
