"""Reads of suggested changes. A page of them takes the same few queries however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from coproduce.accounts.models import Person
from coproduce.db import db
from coproduce.deliberation.rules import Shown
from coproduce.proposals.models import Amendment, AmendmentBacking, Clause, Proposal
from coproduce.proposals.rules import AmendmentState


@dataclass(frozen=True)
class Suggested:
    """A suggestion with how many would like it taken in, and whether the reader is one of them."""

    amendment: Amendment
    backers: int
    mine: bool


def find(proposal: Proposal, amendment_id: int, reader_id: int | None) -> Amendment | None:
    """The suggestion, if this reader may read it: one that is hidden or waits is its writer's alone."""
    query = select(Amendment).where(
        Amendment.id == amendment_id, Amendment.proposal_id == proposal.id, _readable(reader_id)
    )
    return db.session.scalars(query.options(joinedload(Amendment.by), joinedload(Amendment.settled_by))).first()


def of(proposal: Proposal, reader_id: int | None, *, clause_id: int | None = None, limit: int = 100) -> list[Suggested]:
    """Suggestions on a proposal, or on one clause of it: open ones first, those with most backers before others."""
    count = select(func.count()).where(AmendmentBacking.amendment_id == Amendment.id).scalar_subquery()
    mine = select(func.count()).where(
        AmendmentBacking.amendment_id == Amendment.id, AmendmentBacking.person_id == (reader_id or 0)
    )
    query = (
        select(Amendment, count, mine.scalar_subquery())
        .where(Amendment.proposal_id == proposal.id, _readable(reader_id))
        .options(joinedload(Amendment.by), joinedload(Amendment.settled_by))
        .order_by((Amendment.state == AmendmentState.OPEN).desc(), count.desc(), Amendment.id.desc())
        .limit(limit)
    )
    if clause_id is not None:
        query = query.where(Amendment.clause_id == clause_id)
    return [Suggested(one, backers, bool(own)) for one, backers, own in db.session.execute(query)]


def _readable(reader_id: int | None) -> ColumnElement[bool]:
    return (Amendment.shown == Shown.SHOWN) | (Amendment.by_id == (reader_id or 0))


def one_of(amendment: Amendment, reader_id: int | None) -> Suggested:
    people = _backings(amendment.id)
    return Suggested(amendment, len(people), reader_id in people)


def _backings(amendment_id: int) -> Sequence[int]:
    query = select(AmendmentBacking.person_id).where(AmendmentBacking.amendment_id == amendment_id)
    return db.session.scalars(query.order_by(AmendmentBacking.id)).all()


def backers(amendment: Amendment) -> Sequence[Person]:
    query = select(Person).join(AmendmentBacking, AmendmentBacking.person_id == Person.id)
    return db.session.scalars(
        query.where(AmendmentBacking.amendment_id == amendment.id).order_by(AmendmentBacking.id)
    ).all()


def open_by_clause(proposal: Proposal) -> Mapping[int | None, int]:
    """How many suggestions wait, by the clause that they are about; None: clauses to be added."""
    rows = db.session.execute(
        select(Amendment.clause_id, func.count())
        .where(Amendment.proposal_id == proposal.id, Amendment.state == AmendmentState.OPEN)
        .where(Amendment.shown == Shown.SHOWN)
        .group_by(Amendment.clause_id)
        .order_by(Amendment.clause_id)
    )
    return {clause_id: count for clause_id, count in rows}


def became(proposal: Proposal, no: int) -> Amendment | None:
    """The suggestion that made this version, when one did: its writer is credited on the version's page."""
    query = select(Amendment).where(Amendment.proposal_id == proposal.id, Amendment.result_no == no)
    return db.session.scalars(query.options(joinedload(Amendment.by), joinedload(Amendment.settled_by))).first()


def accepted(proposal: Proposal) -> Sequence[Amendment]:
    """Every suggestion that was taken in, in the order of the versions that they made."""
    query = select(Amendment).where(Amendment.proposal_id == proposal.id, Amendment.state == AmendmentState.ACCEPTED)
    return db.session.scalars(query.order_by(Amendment.result_no)).all()


def mine(person_id: int, limit: int = 50) -> Sequence[Amendment]:
    """What somebody suggested, newest first."""
    query = select(Amendment).where(Amendment.by_id == person_id).options(joinedload(Amendment.proposal))
    return db.session.scalars(query.order_by(Amendment.id.desc()).limit(limit)).all()


def last_position(amendment: Amendment) -> int:
    query = select(func.max(Clause.position)).where(Clause.proposal_id == amendment.proposal_id)
    return db.session.scalar(query) or 0
