"""Tables of the roll: what an officer sent, what it would change, and the letters that went out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.neighbourhoods.models import Place
from coproduce.roll.rules.states import State, StepKind
from coproduce.words import Message, unpack


class RollImport(Base):
    """A file that an officer sent, and how far it is. Its content is thrown away once it is done with.

    `place_id` is the place that it lists everybody of; none: everywhere. `headings` are the file's own, `mapping` says
    which of them holds which of our columns, `counts` how many steps of each kind there are.
    """

    __tablename__ = "roll_import"

    sent_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    file_name: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[State] = mapped_column(choice(State, "state"), index=True)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    headings: Mapped[list[Any]]
    samples: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]]
    month_first: Mapped[bool]
    lines: Mapped[int]
    lines_done: Mapped[int]
    counts: Mapped[dict[str, Any]]
    living: Mapped[int]
    seen_version: Mapped[int]
    trouble: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    lease: Mapped[datetime | None]

    sent_by: Mapped[Person] = relationship()
    place: Mapped[Place | None] = relationship()

    @property
    def why(self) -> Message | None:
        """What stopped it, or why it was worked out again."""
        return unpack(self.trouble) if self.trouble else None

    def count(self, kind: StepKind) -> int:
        return int(self.counts.get(kind.value, 0))


class RollStep(Base):
    """One thing that an import would do, or one line of it that is wrong. Thrown away some days after."""

    __tablename__ = "roll_step"
    __table_args__ = (sa.Index("ix_roll_step_import_kind", "import_id", "kind", "position"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("roll_import.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(choice(StepKind, "kind"))
    line: Mapped[int | None]
    person_ref: Mapped[str] = mapped_column(sa.String(40), index=True)
    home_ref: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(160))
    facts: Mapped[dict[str, Any]]


class RollHeading(Base):
    """What a heading of the landlord's files meant the last time an officer said so."""

    __tablename__ = "roll_heading"

    heading: Mapped[str] = mapped_column(sa.String(120), unique=True)
    means: Mapped[str] = mapped_column(sa.String(40))


class RollVersion(Base):
    """One row: how often the roll has changed. Whoever changes it moves this on, and so finds out who came first."""

    __tablename__ = "roll_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    no: Mapped[int]


class LetterBatch(Base):
    """Letters to join that an officer made in one go, to print."""

    __tablename__ = "letter_batch"

    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]

    made_by: Mapped[Person] = relationship()
    place: Mapped[Place | None] = relationship()


class BatchedLetter(Base):
    """One letter of a batch. Its code is worked out again when it is printed, and never kept.

    `nonce` tells the row that the code belongs to from a later one that the database gave the same number.
    """

    __tablename__ = "batched_letter"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("letter_batch.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    one_use_id: Mapped[int] = mapped_column(sa.Integer, index=True)
    nonce: Mapped[str] = mapped_column(sa.String(16))
