"""Tables of places and homes."""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.db import Base, choice
from coproduce.neighbourhoods.rules import PlaceKind
from coproduce.texts import slug


class Place(Base):
    """A neighbourhood, an estate in it, or a block on that. Rights, rates and roles may name any of them."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("(kind = 'neighbourhood') = (parent_id IS NULL)", name="neighbourhoods_are_roots"),
    )

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind, "kind"))
    name: Mapped[str] = mapped_column(sa.String(120))

    @property
    def address(self) -> str:
        return f"{slug(self.name)}-{self.id}"


class Home(Base):
    """One home. Rates are counted on homes."""

    __tablename__ = "home"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    address: Mapped[str] = mapped_column(sa.String(300))
    postcode: Mapped[str] = mapped_column(sa.String(10))
    do_not_write: Mapped[bool] = mapped_column(default=False)

    place: Mapped[Place] = relationship()
