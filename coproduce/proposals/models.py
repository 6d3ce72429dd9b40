"""Tables of proposals. What is published is a version, and a version never changes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce import config
from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.deliberation.models import Thread
from coproduce.deliberation.rules import Shown
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area
from coproduce.neighbourhoods.models import Place
from coproduce.proposals.rules import (
    AmendmentState,
    AuthorState,
    Deed,
    Hold,
    Mandate,
    OfferState,
    Stage,
    Stand,
    Verdict,
    Within,
)
from coproduce.texts import slug


class Proposal(Base):
    """Something people want changed. `title` and `summary` are its newest version's, kept here for lists.

    `strengths`: what is good there already, and who could help. `budget_pence`: what each home may cost, for an empty
    homes standard. `support_needed`: how many neighbours must back it, as it was when it was raised. `entered_by_id`,
    `entered_how` and `consent_at`: that a champion raised it for somebody, by voice or from paper, and that they
    agreed. `join_hash`: what the link for co-designers opens, until `join_until`.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_place_id_stage", "place_id", "stage"),
        Index("ix_proposal_shown_raised_at", "shown", "raised_at"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    area: Mapped[Area] = mapped_column(choice(Area, "area"))
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"))
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.Text)
    reasons: Mapped[str] = mapped_column(sa.Text)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    raised_at: Mapped[datetime | None]
    mandate: Mapped[Mandate | None] = mapped_column(choice(Mandate, "mandate"))
    mandate_words: Mapped[str] = mapped_column(sa.Text, default="")
    mandate_at: Mapped[datetime | None]
    support_count: Mapped[int] = mapped_column(default=0)
    support_reached_on: Mapped[date | None]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="RESTRICT"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    why_ended: Mapped[str] = mapped_column(sa.Text, default="")
    strengths: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    budget_pence: Mapped[int | None]
    differs_from_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    differs_why: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    entered_how: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    consent_at: Mapped[datetime | None]
    join_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    join_until: Mapped[datetime | None]
    shown: Mapped[Shown] = mapped_column(choice(Shown, "shown"), default=Shown.SHOWN, server_default="shown")
    support_needed: Mapped[int | None]

    place: Mapped[Place] = relationship()
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id])
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])
    thread: Mapped[Thread] = relationship()
    authors: Mapped[list[Author]] = relationship(order_by="Author.position, Author.id")

    @property
    def address(self) -> str:
        return f"{slug(self.title)}-{self.id}".lstrip("-")

    @property
    def is_published(self) -> bool:
        """A draft is nobody's business but its authors', and stays so when it is withdrawn unpublished."""
        return self.raised_at is not None

    @property
    def needed(self) -> int:
        """How many neighbours must back it before the landlord must answer."""
        return self.support_needed or config.chosen().support_needed

    @property
    def is_for_all(self) -> bool:
        """Whether everybody may read it: published, not hidden, and not waiting for a moderator."""
        return self.is_published and self.shown is Shown.SHOWN

    def is_written_by(self, person_id: int | None) -> bool:
        return any(a.person_id == person_id and a.state is AuthorState.ACCEPTED for a in self.authors)

    def is_invited(self, person_id: int | None) -> bool:
        return any(a.person_id == person_id and a.state is AuthorState.INVITED for a in self.authors)


class Author(Base):
    """A person who writes the proposal, in the order that credit is given. Who stops writing keeps their row: the
    texts of their time credit them (`since`, `until`)."""

    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    state: Mapped[AuthorState] = mapped_column(choice(AuthorState, "state"))
    position: Mapped[int]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Support(Base):
    """That a person backs a proposal. One live row each; taking it back ends the row.

    `counts` says whether it was a resident's of the place: a colleague's support is shown, and not counted.
    """

    __tablename__ = "support"
    __table_args__ = (
        Index(
            "uq_support_one_live",
            "proposal_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    counts: Mapped[bool]
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SupportNeeded(Base):
    """How many neighbours must back a proposal of one area, or of any, in a place and all that lies in it."""

    __tablename__ = "support_needed"
    __table_args__ = (
        UniqueConstraint("place_id", "area"),
        CheckConstraint("needed > 0", name="one_or_more"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    area: Mapped[Area | None] = mapped_column(choice(Area, "area"))
    needed: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    place: Mapped[Place] = relationship()


class MandateChange(Base):
    """That the landlord changed its promise, from what to what, with the reason that everybody can read."""

    __tablename__ = "mandate_change"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    was: Mapped[Mandate] = mapped_column(choice(Mandate, "was"))
    now: Mapped[Mandate] = mapped_column(choice(Mandate, "now"))
    was_words: Mapped[str] = mapped_column(sa.Text)
    why: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    at: Mapped[datetime]


class Clause(Base):
    """A clause's identity, which lives through every version of its words."""

    __tablename__ = "clause"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]
    removed: Mapped[bool] = mapped_column(default=False)

    proposal: Mapped[Proposal] = relationship()
    versions: Mapped[list[ClauseVersion]] = relationship(order_by="ClauseVersion.no", back_populates="clause")
    choices: Mapped[list[Choice]] = relationship(order_by="Choice.position, Choice.id", back_populates="clause")
    questions: Mapped[list[DutyQuestion]] = relationship(order_by="DutyQuestion.id", back_populates="clause")

    @property
    def options(self) -> list[Choice]:
        """Its options as they are now: what took another's place in a later version is in, the other one out."""
        return [choice for choice in self.choices if choice.until_no is None]

    @property
    def offered(self) -> list[Choice]:
        """The options that a ballot may offer: those that keep inside the duties, and no others."""
        return [choice for choice in self.options if choice.within is Within.YES]

    @property
    def open_question(self) -> DutyQuestion | None:
        return next((question for question in reversed(self.questions) if question.answered_at is None), None)


class ClauseVersion(Base):
    """What a clause said and how it stood. Never changes.

    `cost_pence` is for each home, or each time where it is done `times` a year and shared by `homes` homes.
    """

    __tablename__ = "clause_version"
    __table_args__ = (UniqueConstraint("clause_id", "no"),)

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"))
    no: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text)
    stand: Mapped[Stand] = mapped_column(choice(Stand, "stand"))
    range_words: Mapped[str] = mapped_column(sa.Text, default="")
    cost_pence: Mapped[int | None]
    times: Mapped[int | None]
    homes: Mapped[int | None]
    made_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    clause: Mapped[Clause] = relationship(back_populates="versions")
    ties: Mapped[list[Tie]] = relationship(order_by="Tie.id")


class Tie(Base):
    """That a duty, in one of its versions, holds a clause."""

    __tablename__ = "tie"
    __table_args__ = (UniqueConstraint("clause_version_id", "duty_version_id"),)

    clause_version_id: Mapped[int] = mapped_column(ForeignKey("clause_version.id", ondelete="RESTRICT"))
    duty_version_id: Mapped[int] = mapped_column(ForeignKey("duty_version.id", ondelete="RESTRICT"), index=True)
    hold: Mapped[Hold] = mapped_column(choice(Hold, "hold"))

    duty_version: Mapped[DutyVersion] = relationship()


class Choice(Base):
    """One option of a flexible clause: what a ballot may offer.

    It is in the published texts from version `since_no` up to the one before `until_no`. `departs_why` says why it
    departs from guidance, when it does.
    """

    __tablename__ = "choice"

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    meaning: Mapped[str] = mapped_column(sa.Text, default="")
    cost_pence: Mapped[int | None]
    times: Mapped[int | None]
    within: Mapped[Within] = mapped_column(choice(Within, "within"))
    departs_why: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    since_no: Mapped[int] = mapped_column(default=1, server_default="1")
    until_no: Mapped[int | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    settled_why: Mapped[str] = mapped_column(sa.Text, default="")

    clause: Mapped[Clause] = relationship(back_populates="choices")


class Version(Base):
    """A published text, never changed. Its fingerprint stands on ballots and papers."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("proposal_id", "no"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    no: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.Text)
    reasons: Mapped[str] = mapped_column(sa.Text)
    strengths: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    budget_pence: Mapped[int | None]
    why: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))

    proposal: Mapped[Proposal] = relationship()
    clauses: Mapped[list[VersionClause]] = relationship(order_by="VersionClause.position", back_populates="version")


class VersionClause(Base):
    """A clause in a version, at its place."""

    __tablename__ = "version_clause"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="RESTRICT"))
    position: Mapped[int]
    clause_version_id: Mapped[int] = mapped_column(ForeignKey("clause_version.id", ondelete="RESTRICT"))

    version: Mapped[Version] = relationship(back_populates="clauses")
    clause_version: Mapped[ClauseVersion] = relationship()

    @property
    def stand(self) -> Stand:
        return self.clause_version.stand

    @property
    def options(self) -> list[Choice]:
        """The options that this text named, whatever came later."""
        if self.stand is not Stand.FLEXIBLE:
            return []
        no = self.version.no
        return [
            choice
            for choice in self.clause_version.clause.choices
            if choice.since_no <= no and (choice.until_no is None or no < choice.until_no)
        ]


class Amendment(Base):
    """A change that somebody suggests to a published text: never changed itself, and never deleted.

    `base_no` is the version it was written against, `clause_id` the clause it is about (for one that is added, the
    clause that it became), `place` where an added or moved one shall stand, from 1. Settled: by whom, when, in which
    words (`settled_words`, when they differ), why, and as which version.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        Index("ix_amendment_proposal_id_state", "proposal_id", "state"),
        CheckConstraint("(state = 'accepted') = (result_no IS NOT NULL)", name="accepted_into_a_version"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    base_no: Mapped[int]
    deed: Mapped[Deed] = mapped_column(choice(Deed, "deed"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"), index=True)
    place: Mapped[int | None]
    words: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]
    state: Mapped[AmendmentState] = mapped_column(choice(AmendmentState, "state"))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    settled_at: Mapped[datetime | None]
    settled_words: Mapped[str] = mapped_column(sa.Text, default="")
    why: Mapped[str] = mapped_column(sa.Text, default="")
    result_no: Mapped[int | None]
    shown: Mapped[Shown] = mapped_column(choice(Shown, "shown"), default=Shown.SHOWN, server_default="shown")

    proposal: Mapped[Proposal] = relationship()
    clause: Mapped[Clause | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])

    @property
    def is_open(self) -> bool:
        return self.state is AmendmentState.OPEN


class AmendmentBacking(Base):
    """That somebody would like an amendment taken in. One a person."""

    __tablename__ = "amendment_backing"
    __table_args__ = (UniqueConstraint("amendment_id", "person_id"),)

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendment.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    at: Mapped[datetime]


class MergeOffer(Base):
    """That the people who write `proposal` are asked to join it with `into`. The first one stays, closed, to read."""

    __tablename__ = "merge_offer"
    __table_args__ = (CheckConstraint("proposal_id <> into_id", name="of_two"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[OfferState] = mapped_column(choice(OfferState, "state"))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str] = mapped_column(sa.Text, default="")

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    into: Mapped[Proposal] = relationship(foreign_keys=[into_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    @property
    def is_open(self) -> bool:
        return self.state is OfferState.OPEN


class SupportAsked(Base):
    """That somebody who backed a proposal which was joined with another is asked whether they back that one too.

    `follows` is None until they say. `entered_by_id`: who wrote down what they said on the phone.
    """

    __tablename__ = "support_asked"
    __table_args__ = (UniqueConstraint("offer_id", "person_id"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("merge_offer.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    asked_at: Mapped[datetime]
    follows: Mapped[bool | None]
    said_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    offer: Mapped[MergeOffer] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class DutyFlag(Base):
    """That somebody thinks a clause, or one option of it, may break a duty. A duty keeper settles it in public.

    `clause_version_id` is the wording that was looked at, `mended` the words that keep inside, where some do.
    """

    __tablename__ = "duty_flag"
    __table_args__ = (CheckConstraint("(settled_at IS NULL) = (verdict IS NULL)", name="settled_with_a_verdict"),)

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"), index=True)
    clause_version_id: Mapped[int] = mapped_column(ForeignKey("clause_version.id", ondelete="RESTRICT"))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id", ondelete="RESTRICT"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text)
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict, "verdict"))
    duty_version_id: Mapped[int | None] = mapped_column(ForeignKey("duty_version.id", ondelete="RESTRICT"))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str] = mapped_column(sa.Text, default="")
    mended: Mapped[str] = mapped_column(sa.Text, default="")

    clause: Mapped[Clause] = relationship()
    choice: Mapped[Choice | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    duty_version: Mapped[DutyVersion | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


class DutyQuestion(Base):
    """What is unclear about a clause, put to a named duty keeper, with the day an answer is due."""

    __tablename__ = "duty_question"
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),)

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id", ondelete="RESTRICT"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    words: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    duty_version_id: Mapped[int | None] = mapped_column(ForeignKey("duty_version.id", ondelete="RESTRICT"))

    clause: Mapped[Clause] = relationship(back_populates="questions")
    keeper: Mapped[Person | None] = relationship(foreign_keys=[keeper_id])
    duty_version: Mapped[DutyVersion | None] = relationship()


__all__ = [
    "Amendment",
    "AmendmentBacking",
    "Author",
    "Choice",
    "Clause",
    "ClauseVersion",
    "Duty",
    "DutyFlag",
    "DutyQuestion",
    "MandateChange",
    "MergeOffer",
    "Proposal",
    "Support",
    "SupportAsked",
    "SupportNeeded",
    "Tie",
    "Version",
    "VersionClause",
]
