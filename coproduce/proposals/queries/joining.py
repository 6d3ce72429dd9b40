"""Reads of offers to join two proposals, and of the support that is asked whether it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from coproduce.db import db
from coproduce.deliberation.rules import Shown
from coproduce.proposals.models import MergeOffer, Proposal, SupportAsked
from coproduce.proposals.rules import OfferState


@dataclass(frozen=True)
class Around:
    """The offers on either side of a proposal: what it is asked to join, what it joined, and what joined it or was
    asked to."""

    open: MergeOffer | None
    accepted: MergeOffer | None
    came_from: Sequence[MergeOffer]


def around(proposal: Proposal) -> Around:
    """All of them in one query: a page shows them in three places."""
    either = (MergeOffer.proposal_id == proposal.id) | (MergeOffer.into_id == proposal.id)
    states = (OfferState.ACCEPTED, OfferState.OPEN)
    query = select(MergeOffer).where(either, MergeOffer.state.in_(states)).order_by(MergeOffer.id)
    found = db.session.scalars(_with_both(query)).all()
    of_it = {offer.state: offer for offer in found if offer.proposal_id == proposal.id}
    came_from = [offer for offer in found if offer.into_id == proposal.id]
    return Around(of_it.get(OfferState.OPEN), of_it.get(OfferState.ACCEPTED), came_from)


def open_offer(proposal: Proposal) -> MergeOffer | None:
    """The offer that waits for the people who write this proposal."""
    query = select(MergeOffer).where(MergeOffer.proposal_id == proposal.id, MergeOffer.state == OfferState.OPEN)
    return db.session.scalars(_with_both(query)).first()


def offer(proposal: Proposal, offer_id: int) -> MergeOffer | None:
    """An offer on either side of it."""
    query = select(MergeOffer).where(
        MergeOffer.id == offer_id, (MergeOffer.proposal_id == proposal.id) | (MergeOffer.into_id == proposal.id)
    )
    return db.session.scalars(_with_both(query)).first()


def _with_both(query: Select[MergeOffer]) -> Select[MergeOffer]:
    """Only while everybody may read both."""
    seen = MergeOffer.proposal.has(Proposal.shown == Shown.SHOWN) & MergeOffer.into.has(Proposal.shown == Shown.SHOWN)
    both = (joinedload(MergeOffer.proposal), joinedload(MergeOffer.into), joinedload(MergeOffer.by))
    return query.where(seen).options(*both)


def asked(offer_id: int, person_id: int | None) -> SupportAsked | None:
    query = select(SupportAsked).where(SupportAsked.offer_id == offer_id, SupportAsked.person_id == person_id)
    return db.session.scalars(query.options(joinedload(SupportAsked.person))).first()


def waiting(offer_id: int, limit: int = 200) -> Sequence[SupportAsked]:
    """Those who have not said yet, for whoever rings them up."""
    query = select(SupportAsked).where(SupportAsked.offer_id == offer_id, SupportAsked.follows.is_(None))
    return db.session.scalars(
        query.options(joinedload(SupportAsked.person)).order_by(SupportAsked.id).limit(limit)
    ).all()


def asked_of(person_id: int | None) -> Sequence[SupportAsked]:
    """What somebody is asked and has not answered."""
    into = SupportAsked.offer.has(MergeOffer.into.has(Proposal.shown == Shown.SHOWN))
    query = select(SupportAsked).where(SupportAsked.person_id == person_id, SupportAsked.follows.is_(None), into)
    both = joinedload(SupportAsked.offer)
    query = query.options(both.joinedload(MergeOffer.into), both.joinedload(MergeOffer.proposal))
    return db.session.scalars(query.order_by(SupportAsked.id)).all()


@dataclass(frozen=True)
class Followed:
    """How many of those who were asked follow, stay, or have not said."""

    yes: int
    no: int
    waiting: int


def followed(offer_id: int) -> Followed:
    yes, no = (func.sum(case((SupportAsked.follows.is_(said), 1), else_=0)) for said in (True, False))
    row = db.session.execute(select(yes, no, func.count()).where(SupportAsked.offer_id == offer_id)).one()
    return Followed(row[0] or 0, row[1] or 0, row[2] - (row[0] or 0) - (row[1] or 0))
