"""Tables of the register. A version never changes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.accounts.rules import ROLE_NAMES, Role
from coproduce.clock import day_of
from coproduce.db import Base, choice
from coproduce.duties import rules
from coproduce.duties.rules import PARTS, Area, Certainty, Entry, Level
from coproduce.words import Message


class Duty(Base):
    """One duty, known by its code for ever: PET-04. Its words are in its versions."""

    __tablename__ = "duty"

    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    area: Mapped[Area] = mapped_column(choice(Area, "area"))

    versions: Mapped[list[DutyVersion]] = relationship(order_by="DutyVersion.no", back_populates="duty")

    @property
    def address(self) -> str:
        return self.code.lower()

    @property
    def area_name(self) -> Message:
        return rules.AREA_NAMES[self.area]


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
    to_confirm: Mapped[bool] = mapped_column(default=False)
    upcoming: Mapped[bool]
    in_force_from: Mapped[date | None]
    review_on: Mapped[date]
    made_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    by_role: Mapped[str] = mapped_column(sa.String(40), default="")
    why: Mapped[str] = mapped_column(sa.Text)

    duty: Mapped[Duty] = relationship(back_populates="versions")
    by: Mapped[Person | None] = relationship()

    @property
    def entry(self) -> Entry:
        return Entry(**{part: getattr(self, part) for part in PARTS})

    @property
    def level_name(self) -> Message:
        return rules.LEVEL_NAMES[self.level]

    @property
    def certainty_name(self) -> Message:
        return rules.CERTAINTY_NAMES[self.certainty]

    @property
    def by_role_name(self) -> Message | None:
        """What whoever made it was then; None when it came with the register."""
        return ROLE_NAMES[Role(self.by_role)] if self.by_role else None

    @property
    def fixes(self) -> bool:
        """Whether it fixes something today: law that is only coming up fixes nothing yet."""
        return rules.fixes(self.level) and not self.upcoming

    def reasons_to_check(self, now: datetime) -> list[Message]:
        return rules.reasons_to_check(self.entry, day_of(now))

    def check_first(self, now: datetime) -> bool:
        """Whether it says "check before relying on this" wherever it shows."""
        return bool(self.reasons_to_check(now))

    def start(self, now: datetime) -> Message | None:
        return rules.start_of(self.entry, day_of(now))
