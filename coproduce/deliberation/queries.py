"""Reads of talk. However long a talk is, a page of it takes the same few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from coproduce.accounts.models import Person
from coproduce.db import db
from coproduce.deliberation.models import Comment, CommentText
from coproduce.deliberation.rules import Balance, Shown, Side

PAGE = 20


@dataclass(frozen=True)
class Said:
    """A comment as a page of the talk shows it."""

    id: int
    parent_id: int | None
    person_id: int
    side: Side
    role_name: str
    state: Shown
    made_at: datetime
    name: str
    words: str


@dataclass(frozen=True)
class Talk:
    """One page of a talk: the comments of the first level, and what was said under each."""

    comments: Sequence[Said]
    replies: Mapping[int, Sequence[Said]]
    page: int
    pages: int
    newest_first: bool


def balance(thread_id: int) -> Balance:
    rows = db.session.execute(
        select(Comment.side, func.count())
        .where(Comment.thread_id == thread_id, Comment.state == Shown.SHOWN)
        .group_by(Comment.side)
        .order_by(Comment.side)
    )
    return Balance({side: count for side, count in rows})


def talk(thread_id: int, *, reader_id: int | None, page: int = 1, newest_first: bool = True) -> Talk:
    """A page of the talk, as this reader may see it: what waits to be read shows only to its writer."""
    top = [Comment.thread_id == thread_id, Comment.parent_id.is_(None), _readable(reader_id)]
    total = db.session.scalar(select(func.count()).select_from(Comment).where(*top)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    order = Comment.id.desc() if newest_first else Comment.id
    comments = _said(_saying().where(*top).order_by(order).offset((page - 1) * PAGE).limit(PAGE))
    return Talk(comments, _replies(comments, reader_id), page, pages, newest_first)


def _replies(comments: Sequence[Said], reader_id: int | None) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = {comment.id: [] for comment in comments}
    under = _saying().where(Comment.parent_id.in_(found), _readable(reader_id)).order_by(Comment.id)
    for reply in _said(under):
        found[reply.parent_id or 0].append(reply)
    return found


def _saying() -> Select[*tuple[Any, ...]]:
    """Comments with their last words and their writers' public names, as columns: a page has sixty of them."""
    texts = aliased(CommentText)
    last = select(func.max(texts.no)).where(texts.comment_id == Comment.id).correlate(Comment).scalar_subquery()
    return (
        select(
            Comment.id,
            Comment.parent_id,
            Comment.person_id,
            Comment.side,
            Comment.role_name,
            Comment.state,
            Comment.made_at,
            Person.public_name,
            CommentText.words,
        )
        .join(Person, Person.id == Comment.person_id)
        .join(CommentText, (CommentText.comment_id == Comment.id) & (CommentText.no == last))
    )


def _said(query: Select[*tuple[Any, ...]]) -> list[Said]:
    return [Said(*row) for row in db.session.execute(query)]


def page_of(comment: Comment, *, newest_first: bool = True) -> int:
    """The page on which this comment stands."""
    top = comment.parent_id or comment.id
    before = Comment.id > top if newest_first else Comment.id < top
    earlier = db.session.scalar(
        select(func.count())
        .select_from(Comment)
        .where(Comment.thread_id == comment.thread_id, Comment.parent_id.is_(None), before)
        .where(_readable(comment.person_id))
    )
    return (earlier or 0) // PAGE + 1


def comment_in(thread_id: int, comment_id: int) -> Comment | None:
    """The comment with this id, when it is shown and belongs to this talk."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.id == comment_id, Comment.thread_id == thread_id, Comment.state == Shown.SHOWN)
        .options(joinedload(Comment.person))
    ).first()


def counts(thread_ids: Iterable[int]) -> dict[int, int]:
    """How many comments each of these talks shows, in one query."""
    rows = db.session.execute(
        select(Comment.thread_id, func.count())
        .where(Comment.thread_id.in_(list(thread_ids)), Comment.state == Shown.SHOWN)
        .group_by(Comment.thread_id)
        .order_by(Comment.thread_id)
    )
    return {thread_id: count for thread_id, count in rows}


def _readable(reader_id: int | None) -> ColumnElement[bool]:
    if reader_id is None:
        return Comment.state != Shown.WAITING
    return or_(Comment.state != Shown.WAITING, Comment.person_id == reader_id)
