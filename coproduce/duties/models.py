"""Tables of the register. A version never changes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.duties.rules import Area, Certainty, Level


class Duty(Base):
    """One duty, known by its code for ever: PET-04. Its words are in its versions."""

    __tablename__ = "duty"

    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    area: Mapped[Area] = mapped_column(choice(Area, "area"))

    versions: Mapped[list[DutyVersion]] = relationship(order_by="DutyVersion.no", back_populates="duty")

    @property
    def address(self) -> str:
        return self.code.lower()


class DutyVersion(Base):
    """What the register said of a duty from one moment to the next. The newest `no` is what it says now."""

    __tablename__ = "duty_version"
    __table_args__ = (UniqueConstraint("duty_id", "no"),)

    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id", ondelete="RESTRICT"))
    no: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    words: Mapped[str] = mapped_column(sa.Text)
    level: Mapped[Level] = mapped_column(choice(Level, "level"))
    flexible_within: Mapped[str] = mapped_column(sa.Text)
    who_decides: Mapped[str] = mapped_column(sa.Text)
    instrument: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    certainty: Mapped[Certainty] = mapped_column(choice(Certainty, "certainty"))
    status: Mapped[str] = mapped_column(sa.String(200))
    upcoming: Mapped[bool]
    in_force_from: Mapped[date | None]
    review_on: Mapped[date]
    made_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    why: Mapped[str] = mapped_column(sa.Text)

    duty: Mapped[Duty] = relationship(back_populates="versions")
    by: Mapped[Person | None] = relationship()
