"""Reads of talk. However long a talk is, a page of it takes the same few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from coproduce.accounts.models import Person
from coproduce.db import db
from coproduce.deliberation.models import Adoption, Comment, CommentText, PutQuestion
from coproduce.deliberation.rules import LISTENERS, Balance, Shown, Side, Sort

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
    part_id: int | None
    shared_by: int
    read_at: datetime | None
    joined_no: int | None
    name: str
    edits: int
    words: str

    @property
    def edited(self) -> bool:
        return self.edits > 1


@dataclass(frozen=True)
class Talk:
    """One page of a talk: the comments of the first level, and what was said under each.

    `mine` are the comments that are the reader's reason too; `put` the questions that were put to somebody.
    """

    comments: Sequence[Said]
    replies: Mapping[int, Sequence[Said]]
    page: int
    pages: int
    sort: Sort
    mine: frozenset[int] = frozenset()
    put: Mapping[int, PutQuestion] = field(default_factory=dict)


def balance(thread_id: int) -> Balance:
    rows = db.session.execute(
        select(Comment.side, func.count())
        .where(Comment.thread_id == thread_id, Comment.state == Shown.SHOWN)
        .group_by(Comment.side)
        .order_by(Comment.side)
    )
    return Balance({side: count for side, count in rows})


def talk(
    thread_id: int,
    *,
    reader_id: int | None,
    page: int = 1,
    sort: Sort = Sort.NEWEST,
    part_id: int | None = None,
) -> Talk:
    """A page of the talk, as this reader may see it: what waits to be read shows only to its writer. With `part_id`
    only what is about that part."""
    top = [Comment.thread_id == thread_id, Comment.parent_id.is_(None), _readable(reader_id)]
    if part_id is not None:
        top.append(Comment.part_id == part_id)
    if sort is Sort.UNANSWERED:
        top += [Comment.side == Side.QUESTION, Comment.state == Shown.SHOWN, ~_has_answer()]
    total = db.session.scalar(select(func.count()).select_from(Comment).where(*top)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    comments = _said(_saying().where(*top).order_by(*_order(sort)).offset((page - 1) * PAGE).limit(PAGE))
    replies = _replies(thread_id, comments, reader_id)
    ids = [one.id for one in comments] + [reply.id for under in replies.values() for reply in under]
    return Talk(comments, replies, page, pages, sort, _shared(ids, reader_id), _put(ids))


def _order(sort: Sort) -> list[Any]:
    if sort is Sort.OLDEST:
        return [Comment.id]
    shared = [Comment.adopted_count.desc()] if sort is Sort.SHARED else []
    return [*shared, Comment.id.desc()]


def _has_answer() -> ColumnElement[bool]:
    """Somebody replied, or whoever it was put to has answered."""
    reply = aliased(Comment)
    replied = exists().where(reply.parent_id == Comment.id, reply.state == Shown.SHOWN)
    answered = exists().where(PutQuestion.comment_id == Comment.id, PutQuestion.answered_at.is_not(None))
    return or_(replied, answered)


def _shared(comment_ids: Sequence[int], reader_id: int | None) -> frozenset[int]:
    query = select(Adoption.comment_id).where(
        Adoption.comment_id.in_(comment_ids), Adoption.person_id == (reader_id or 0)
    )
    return frozenset(db.session.scalars(query))


def _put(comment_ids: Sequence[int]) -> dict[int, PutQuestion]:
    query = select(PutQuestion).where(PutQuestion.comment_id.in_(comment_ids))
    rows = db.session.scalars(query.options(joinedload(PutQuestion.answered_by)).order_by(PutQuestion.id))
    return {row.comment_id: row for row in rows}


def _replies(thread_id: int, comments: Sequence[Said], reader_id: int | None) -> dict[int, list[Said]]:
    """Found by talk and parent together, as the index has them."""
    found: dict[int, list[Said]] = {comment.id: [] for comment in comments}
    here = (Comment.thread_id == thread_id) & Comment.parent_id.in_(found)
    under = _saying().where(here, _readable(reader_id)).order_by(Comment.id)
    for reply in _said(under):
        found[reply.parent_id or 0].append(reply)
    return found


@cache
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
            Comment.part_id,
            Comment.adopted_count,
            Comment.read_at,
            Comment.joined_no,
            Person.public_name,
            CommentText.no,
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


def posts_shown(person_id: int, *, most: int) -> int:
    """How many of somebody's comments everybody can read; counted up to `most`."""
    mine = select(Comment.id).where(Comment.person_id == person_id, Comment.state == Shown.SHOWN).limit(most)
    return db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def history(comment: Comment) -> Sequence[CommentText]:
    """What a comment said, the newest last."""
    query = select(CommentText).where(CommentText.comment_id == comment.id)
    return db.session.scalars(query.order_by(CommentText.no)).all()


def put_question(comment_id: int) -> PutQuestion | None:
    query = select(PutQuestion).where(PutQuestion.comment_id == comment_id)
    return db.session.scalars(query.options(joinedload(PutQuestion.comment))).first()


def answered_among(comment_ids: Sequence[int]) -> frozenset[int]:
    """Which of these were answered: by whoever they were put to, or by somebody of the landlord or the task force."""
    put = select(PutQuestion.comment_id).where(
        PutQuestion.comment_id.in_(comment_ids), PutQuestion.answered_at.is_not(None)
    )
    replied = select(Comment.parent_id).where(
        Comment.parent_id.in_(comment_ids), Comment.state == Shown.SHOWN, Comment.role_name.in_(LISTENERS)
    )
    return frozenset(one for one in db.session.scalars(put.union(replied)) if one is not None)


def sharers(comment: Comment) -> Sequence[Person]:
    """Those whose reason it is too."""
    query = select(Person).join(Adoption, Adoption.person_id == Person.id)
    return db.session.scalars(query.where(Adoption.comment_id == comment.id).order_by(Adoption.id)).all()


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
