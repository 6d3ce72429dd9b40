"""Lists of proposals: those that are found, those that look alike, one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from coproduce import search
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db
from coproduce.deliberation.models import Comment
from coproduce.deliberation.queries import counts as comment_counts
from coproduce.deliberation.rules import Shown
from coproduce.duties.rules import Area
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import (
    Amendment,
    Author,
    Clause,
    DutyQuestion,
    Proposal,
    Support,
)
from coproduce.proposals.rules import (
    BEFORE_THE_VOTE,
    OPEN,
    AuthorState,
    Stage,
)

PAGE = 20
KIND = "proposal"  # what the search knows them as


def for_all() -> ColumnElement[bool]:
    """Proposals that everybody may read: published, not hidden, and not waiting for a moderator."""
    return Proposal.raised_at.is_not(None) & (Proposal.shown == Shown.SHOWN)


@dataclass(frozen=True)
class Found:
    """A page of proposals, with what their cards count."""

    proposals: Sequence[Proposal]
    comments: Mapping[int, int]
    questions: Mapping[int, int]
    total: int
    page: int
    pages: int
    mended: str = ""


def find(
    words: str = "",
    place: int | None = None,
    area: Area | None = None,
    stage: Stage | None = None,
    page: int = 1,
) -> Found:
    """Published proposals, in this place and all that lies in it: the newest first, or those that fit the words best.

    Where nothing has all of the words, they are read as if mistyped: `mended` says what was looked for instead.
    """
    asked = search.looking_for(KIND, words)
    wanted: list[ColumnElement[bool]] = [for_all()]
    if place is not None:
        wanted.append(Proposal.place_id.in_(tree().within(place)))
    if area is not None:
        wanted.append(Proposal.area == area)
    if stage is not None:
        wanted.append(Proposal.stage == stage)
    query = select(Proposal).where(*wanted)
    if asked is not None:
        query = query.join(asked.hits, asked.hits.c.thing_id == Proposal.id).order_by(asked.hits.c.rank)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        query.options(joinedload(Proposal.place))
        .order_by(Proposal.raised_at.desc(), Proposal.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    comments = comment_counts(proposal.thread_id for proposal in rows)
    questions = _open_questions(proposal.id for proposal in rows)
    return Found(rows, comments, questions, total, page, pages, asked.mended if asked else "")


@dataclass(frozen=True)
class Similar:
    """A published proposal that looks like what somebody writes."""

    proposal: Proposal
    score: int


def similar(title: str, words: str, *, leave_out: int | None = None, limit: int = 5) -> list[Similar]:
    """Published proposals that are still open and look like this, the most alike first."""
    found = search.alike(KIND, title, words, limit=4 * limit)
    query = select(Proposal).where(Proposal.id.in_([hit.thing_id for hit in found]), Proposal.stage.in_(OPEN))
    query = query.where(for_all()).options(joinedload(Proposal.place))
    rows = {row.id: row for row in db.session.scalars(query.order_by(Proposal.id))}
    near = [Similar(rows[hit.thing_id], hit.score) for hit in found if hit.thing_id in rows]
    return [one for one in near if one.proposal.id != leave_out][:limit]


def _open_questions(proposal_ids: Iterable[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Clause.proposal_id, func.count())
        .join(DutyQuestion, DutyQuestion.clause_id == Clause.id)
        .where(Clause.proposal_id.in_(list(proposal_ids)), DutyQuestion.answered_at.is_(None), ~Clause.removed)
        .group_by(Clause.proposal_id)
        .order_by(Clause.proposal_id)
    )
    return {proposal_id: count for proposal_id, count in rows}


def known_to(proposal: Proposal, limit: int = 40) -> Sequence[Person]:
    """Neighbours who could be asked to write it too: those who spoke, suggested a change or back it, and the place's
    champions, by public name. Whoever writes it, or was asked already, is left out."""
    said = select(Comment.person_id).where(Comment.thread_id == proposal.thread_id, Comment.state == Shown.SHOWN)
    changed = select(Amendment.by_id).where(Amendment.proposal_id == proposal.id, Amendment.shown == Shown.SHOWN)
    backed = select(Support.person_id).where(Support.proposal_id == proposal.id, Support.until.is_(None))
    champions = [person.id for person in people_with_role(Role.CHAMPION, proposal.place_id)]
    there = select(Author.person_id).where(Author.proposal_id == proposal.id, Author.state != AuthorState.DECLINED)
    query = select(Person).where(
        Person.id.in_(said) | Person.id.in_(changed) | Person.id.in_(backed) | Person.id.in_(champions),
        Person.id.not_in(there),
        Person.closed_at.is_(None),
        Person.public_name != "",
    )
    return db.session.scalars(query.order_by(Person.public_name, Person.id).limit(limit)).all()


def mine(me: Standing) -> Sequence[Proposal]:
    """What they write or wrote, newest first, drafts too."""
    return db.session.scalars(
        select(Proposal)
        .join(Author, Author.proposal_id == Proposal.id)
        .where(Author.person_id == me.person_id, Author.state == AuthorState.ACCEPTED)
        .options(joinedload(Proposal.place))
        .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    ).all()


def writes_another(me: Standing, proposal: Proposal) -> bool:
    """Whether they write another proposal that could still take this one in."""
    query = select(Proposal.id).join(Author, Author.proposal_id == Proposal.id)
    mine_ = query.where(Author.person_id == me.person_id, Author.state == AuthorState.ACCEPTED)
    another = mine_.where(Proposal.id != proposal.id, Proposal.stage.in_(BEFORE_THE_VOTE)).limit(1)
    return db.session.scalar(another) is not None


def near(proposal: Proposal) -> Sequence[Proposal]:
    """Published proposals that this one differs from, or that say in what they differ from this one."""
    either = (Proposal.differs_from_id == proposal.id) | (Proposal.id == (proposal.differs_from_id or 0))
    query = select(Proposal).where(either, for_all(), Proposal.id != proposal.id)
    return db.session.scalars(query.order_by(Proposal.id).limit(10)).all()
