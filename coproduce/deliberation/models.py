"""Tables of talk."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coproduce.accounts.models import Person
from coproduce.db import Base, choice
from coproduce.deliberation.rules import Door, PutTo, Shown, Side


class Thread(Base):
    """One talk, owned by whatever it hangs on. `is_open` says whether it takes new comments."""

    __tablename__ = "thread"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    is_open: Mapped[bool] = mapped_column(default=True)


class Comment(Base):
    """What one person said, or a reply to it.

    `part_id`: the part of the thing that it is about, as the feature above knows it. `door`: what our word list took
    it for, where it may be a report that belongs elsewhere. `adopted_count` is the number of `Adoption` rows.
    `read_at`: when somebody of the landlord or the task force pressed "I have read this"; `joined_no`: the version
    that it went into.
    """

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
    part_id: Mapped[int | None]
    door: Mapped[Door | None] = mapped_column(choice(Door, "door"))
    adopted_count: Mapped[int] = mapped_column(default=0, server_default="0")
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    joined_no: Mapped[int | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    texts: Mapped[list[CommentText]] = relationship(order_by="CommentText.no")

    @property
    def words(self) -> str:
        return self.texts[-1].words if self.texts else ""


class Adoption(Base):
    """That a comment is somebody else's reason too. One each."""

    __tablename__ = "adoption"
    __table_args__ = (UniqueConstraint("comment_id", "person_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    at: Mapped[datetime]


class PutQuestion(Base):
    """A question of the talk that was put to the landlord or to an expert, and the public answer."""

    __tablename__ = "put_question"
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"), unique=True)
    to: Mapped[PutTo] = mapped_column(choice(PutTo, "to"))
    put_by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    put_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    answered_role: Mapped[str] = mapped_column(sa.String(40), default="")

    comment: Mapped[Comment] = relationship()
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class CommentText(Base):
    """The words of a comment. An edit adds a row; the last one shows."""

    __tablename__ = "comment_text"
    __table_args__ = (UniqueConstraint("comment_id", "no"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="RESTRICT"))
    no: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
