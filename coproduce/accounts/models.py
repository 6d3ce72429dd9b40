"""Tables of people. A person, an occupancy and a way in are three things."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.rules import Circle, Format, Holder, LettersBy, Purpose, Role, Tenure, WayInKind
from coproduce.db import Base, choice
from coproduce.neighbourhoods.models import Home


class Person(Base):
    """Everyone the landlord knows, signed in or not.

    `contact_email` and `contact_phone` are the landlord's own note of where to write: they open nothing. Only a
    `WayIn` does. Somebody who turned out to be on the roll twice points to the row that was kept (`merged_into_id`).
    """

    __tablename__ = "person"

    public_name: Mapped[str] = mapped_column(sa.String(80))
    full_name: Mapped[str] = mapped_column(sa.String(160))
    resident_ref: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    adult: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(20), default="en-GB")
    format_needs: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    contact_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    letters_by: Mapped[LettersBy] = mapped_column(choice(LettersBy, "letters_by"), default=LettersBy.EMAIL)
    wants_news: Mapped[bool] = mapped_column(default=True)
    joined_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)

    occupancies: Mapped[list[Occupancy]] = relationship(order_by="Occupancy.id", back_populates="person")
    roles: Mapped[list[RoleHeld]] = relationship(foreign_keys="RoleHeld.person_id", order_by="RoleHeld.id")
    seats: Mapped[list[Seat]] = relationship(order_by="Seat.id")

    @property
    def formats(self) -> frozenset[Format]:
        return frozenset(Format(word) for word in self.format_needs.split(", ") if word)


class Occupancy(Base):
    """That a person lives in a home. Rights come from it. Moving ends a row; nothing is deleted."""

    __tablename__ = "occupancy"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_starts"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("home.id", ondelete="RESTRICT"), index=True)
    tenure: Mapped[Tenure] = mapped_column(choice(Tenure, "tenure"))
    holder: Mapped[Holder] = mapped_column(choice(Holder, "holder"))
    since: Mapped[date]
    until: Mapped[date | None]

    home: Mapped[Home] = relationship()
    person: Mapped[Person] = relationship(back_populates="occupancies")


class WayIn(Base):
    """A way to sign in, or a second proof beside one.

    `value` is what it is found by: an address, a number, the resident's number, the person's id. `secret` is what it
    is checked against: an argon2id hash, a sealed seed. `last_step` is the last time step whose code was used.
    """

    __tablename__ = "way_in"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[WayInKind] = mapped_column(choice(WayInKind, "kind"))
    value: Mapped[str] = mapped_column(sa.String(254))
    secret: Mapped[str] = mapped_column(sa.String(300), default="")
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    made_at: Mapped[datetime | None]


class SignIn(Base):
    """One row a session, which can be ended. The cookie carries a 128-bit id; here is its hash.

    `strong_at` is when the second code was given in it.
    """

    __tablename__ = "sign_in"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    strong_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(80))
    ended_at: Mapped[datetime | None]
    why_ended: Mapped[str] = mapped_column(sa.String(40), default="")

    person: Mapped[Person] = relationship()


class OneUse(Base):
    """A token that works once: a link or a code, stored hashed. `value` is what it confirms, where it confirms one."""

    __tablename__ = "one_use"

    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    value: Mapped[str] = mapped_column(sa.String(254), default="")


class Asked(Base):
    """That somebody asked to be let in by a letter. The worker answers: the request is the same for a stranger."""

    __tablename__ = "asked"

    kind: Mapped[WayInKind] = mapped_column(choice(WayInKind, "asked_kind"))
    value: Mapped[str] = mapped_column(sa.String(254))
    next_path: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime]


class Consent(Base):
    """That somebody agreed to something that was done on their behalf, how they said so, and to whom."""

    __tablename__ = "consent"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    what: Mapped[str] = mapped_column(sa.String(40))
    how: Mapped[str] = mapped_column(sa.String(40))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Attempt(Base):
    """A guess at a secret, or a request for one; kept when the request is refused too. `who` and `origin` are marks."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_who_at", "who", "at"), Index("ix_attempt_origin_at", "origin", "at"))

    what: Mapped[str] = mapped_column(sa.String(40))
    who: Mapped[str] = mapped_column(sa.String(64))
    origin: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


class RoleHeld(Base):
    """A role, for a place or for all, for a time."""

    __tablename__ = "role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[Role] = mapped_column(choice(Role, "kind"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    since: Mapped[date]
    until: Mapped[date | None]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))


class CircleMade(Base):
    """A group with seats: the task force, a proposal's co-designers, a panel."""

    __tablename__ = "circle"

    kind: Mapped[Circle] = mapped_column(choice(Circle, "kind"))
    name: Mapped[str] = mapped_column(sa.String(120))


class Seat(Base):
    """A person's seat in a circle, for a time."""

    __tablename__ = "member"

    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="RESTRICT"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    seat: Mapped[str] = mapped_column(sa.String(60))
    since: Mapped[date]
    until: Mapped[date | None]

    circle: Mapped[CircleMade] = relationship()
