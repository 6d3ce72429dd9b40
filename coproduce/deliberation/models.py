"""Tables of talk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.deliberation.rules import Shown, Side


class Thread(Base):
    """One talk, owned by whatever it hangs on. `is_open` says whether it takes new comments."""

    __tablename__ = "thread"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    is_open: Mapped[bool] = mapped_column(default=True)


class Comment(Base):
    """What one person said, or a reply to it."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_thread_id_parent_id", "thread_id", "parent_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="RESTRICT"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    about_version: Mapped[int | None]
    role_name: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[Shown] = mapped_column(choice(Shown, "state"))
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    texts: Mapped[list[CommentText]] = relationship(order_by="CommentText.no")

    @property
    def words(self) -> str:
        return self.texts[-1].words if self.texts else ""

    @property
    def is_reply(self) -> bool:
        return self.parent_id is not None


class CommentText(Base):
    """The words of a comment. An edit adds a row; the last one shows."""

    __tablename__ = "comment_text"
    __table_args__ = (UniqueConstraint("comment_id", "no"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"))
    no: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
