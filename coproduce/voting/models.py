"""Tables of ballots. A vote is a place on the roll that holds its own choices, so one person has one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.proposals.models import Choice, Version
from coproduce.texts import slug
from coproduce.voting import rules
from coproduce.voting.rules import ABSTAIN, Channel, Method, Secrecy, State, Unit
from coproduce.words import Message, say


class Ballot(Base):
    """One vote on one published text, with one roll and one or more questions."""

    __tablename__ = "ballot"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="RESTRICT"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    unit: Mapped[Unit] = mapped_column(choice(Unit, "unit"))
    secrecy: Mapped[Secrecy] = mapped_column(choice(Secrecy, "secrecy"))
    state: Mapped[State] = mapped_column(choice(State, "state"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    rules: Mapped[dict[str, Any]]
    rules_hash: Mapped[str] = mapped_column(sa.String(64))

    version: Mapped[Version] = relationship()
    questions: Mapped[list[Question]] = relationship(order_by="Question.position", back_populates="ballot")

    @property
    def address(self) -> str:
        return f"{slug(self.version.title)}-{self.id}".lstrip("-")

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def whole(self) -> Question:
        """The question on the whole text, which every ballot asks first."""
        return self.questions[0]


class Question(Base):
    """One question of a ballot. `clause_id` is empty for the question on the whole."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("ballot_id", "position"),)

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="RESTRICT"))
    position: Mapped[int]
    method: Mapped[Method] = mapped_column(choice(Method, "method"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"))
    clause_number: Mapped[int | None]
    prompt: Mapped[str] = mapped_column(sa.Text)

    ballot: Mapped[Ballot] = relationship(back_populates="questions")
    options: Mapped[list[BallotOption]] = relationship(order_by="BallotOption.position")

    @property
    def usual_heading(self) -> Message | None:
        """The question in our words; None where somebody wrote it in theirs (`prompt`)."""
        if self.clause_number is not None:
            return say("Clause {number}: which do you choose?", number=self.clause_number)
        return None if self.prompt else say("Do you want this to go ahead, as it is written?")

    @property
    def keys(self) -> list[str]:
        return [option.key for option in self.options]

    def option(self, key: str | None) -> BallotOption | None:
        return next((option for option in self.options if option.key == key), None)


class BallotOption(Base):
    """An option as the ballot offered it: its own words, and the clause's choice it stands for."""

    __tablename__ = "ballot_option"
    __table_args__ = (UniqueConstraint("question_id", "position"), UniqueConstraint("question_id", "key"))

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="RESTRICT"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    meaning: Mapped[str] = mapped_column(sa.Text, default="")
    cost_pence: Mapped[int | None]
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id", ondelete="RESTRICT"))

    choice: Mapped[Choice | None] = relationship()

    @property
    def is_abstaining(self) -> bool:
        return self.key == ABSTAIN

    @property
    def usual_name(self) -> Message | None:
        """Yes, No or Abstain; None for an option that somebody named."""
        return rules.ANSWER_NAMES.get(self.key)

    @property
    def usual_meaning(self) -> Message | None:
        return rules.ANSWER_MEANINGS.get(self.key)


class RollPlace(Base):
    """A voter's place on the roll, never deleted. It holds the choices of a named vote; no finer time than a day."""

    __tablename__ = "roll_place"
    __table_args__ = (
        UniqueConstraint("ballot_id", "person_id"),
        CheckConstraint("(voted_on IS NULL) = (channel IS NULL)", name="voted_by_some_channel"),
    )

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    channel: Mapped[Channel | None] = mapped_column(choice(Channel, "channel"))
    voted_on: Mapped[date | None]
    times: Mapped[int] = mapped_column(default=0)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    choices: Mapped[dict[str, Any] | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Result(Base):
    """A count of one question. A recount adds a row; nothing changes one."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("question_id", "run"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="RESTRICT"))
    run: Mapped[int]
    counted_at: Mapped[datetime]
    rounds: Mapped[dict[str, Any]]

    question: Mapped[Question] = relationship()
