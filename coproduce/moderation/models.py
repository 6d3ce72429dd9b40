"""Tables of moderation. A `what, thing_id` pair names a post of a feature below; its words stay where they are."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Door
from coproduce.moderation.rules import Rule as RuleBroken
from coproduce.moderation.rules import What
from coproduce.neighbourhoods.models import Place
from coproduce.proposals.models import Proposal


class Report(Base):
    """That somebody says a post breaks a rule. One a person and post. `hidden` says what a moderator made of it."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("what", "thing_id", "by_id"),
        CheckConstraint("(settled_at IS NULL) = (hidden IS NULL)", name="settled_one_way"),
        Index("ix_report_settled_at_place_id", "settled_at", "place_id"),
    )

    what: Mapped[What] = mapped_column(choice(What, "what"))
    thing_id: Mapped[int]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    rule: Mapped[RuleBroken] = mapped_column(choice(RuleBroken, "rule"))
    words: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    hidden: Mapped[bool | None]

    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    proposal: Mapped[Proposal] = relationship()


class Hiding(Base):
    """That a post was hidden: which rule it broke, the reason its writer was told, the appeal and what came of it.

    One live row (`restored_at` is empty) a post. The public log is this table without the reasons.
    """

    __tablename__ = "hiding"
    __table_args__ = (
        Index(
            "uq_hiding_one_live",
            "what",
            "thing_id",
            unique=True,
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        ),
        CheckConstraint("settled_at IS NULL OR appealed_at IS NOT NULL", name="settles_an_appeal"),
        CheckConstraint("settled_by_id IS NULL OR settled_by_id <> hidden_by_id", name="settled_by_another"),
    )

    what: Mapped[What] = mapped_column(choice(What, "what"))
    thing_id: Mapped[int]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    rule: Mapped[RuleBroken] = mapped_column(choice(RuleBroken, "rule"))
    why: Mapped[str] = mapped_column(sa.Text)
    hidden_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    hidden_role: Mapped[str] = mapped_column(sa.String(40))
    hidden_at: Mapped[datetime]
    appeal: Mapped[str] = mapped_column(sa.Text)
    appealed_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str] = mapped_column(sa.Text)
    restored_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    proposal: Mapped[Proposal] = relationship()
    writer: Mapped[Person] = relationship(foreign_keys=[writer_id])

    @property
    def waits_for_a_second(self) -> bool:
        return self.appealed_at is not None and self.settled_at is None and self.restored_at is None


class Told(Base):
    """What belongs with the landlord and not in a talk: told in private, or posted all the same (`comment_id`).

    `words` are kept where nothing was posted, and wiped some weeks after they were passed on. `looked_by_id`: who asked
    how to reach its writer; each look is on the record.
    """

    __tablename__ = "told"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"),
        CheckConstraint("passed_to = '' OR closed_at IS NOT NULL", name="passed_on_a_day"),
        Index("ix_told_closed_at_due_on", "closed_at", "due_on"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="RESTRICT"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    door: Mapped[Door] = mapped_column(choice(Door, "door"))
    words: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    passed_to: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    place: Mapped[Place] = relationship()
    proposal: Mapped[Proposal] = relationship()
    comment: Mapped[Comment | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def said(self) -> str:
        """What was told: the comment's words as they are now, or those that were not posted."""
        return self.comment.words if self.comment else self.words
