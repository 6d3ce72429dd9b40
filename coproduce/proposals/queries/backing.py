"""Reads of support: who backs a proposal, how many must, and what the landlord promised."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coproduce import config
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.duties.rules import Area
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import (
    MandateChange,
    Proposal,
    Support,
    SupportNeeded,
)


def mandate_changes(proposal: Proposal) -> Sequence[MandateChange]:
    """How the landlord's promise changed, with the reasons, the newest first."""
    query = select(MandateChange).where(MandateChange.proposal_id == proposal.id)
    return db.session.scalars(query.order_by(MandateChange.id.desc())).all()


def supports(me: Standing, proposal: Proposal) -> bool:
    return me.known and live_support(me, proposal) is not None


def live_support(me: Standing, proposal: Proposal) -> Support | None:
    return db.session.scalars(
        select(Support).where(
            Support.proposal_id == proposal.id, Support.person_id == me.person_id, Support.until.is_(None)
        )
    ).first()


def needed_in(place_id: int, area: Area) -> int:
    """How many must back a proposal of this area here: what is set for the nearest place around it, for the area
    before any; else the landlord's number for all."""
    around = [spot.id for spot in tree().around(place_id)]
    rows = db.session.scalars(select(SupportNeeded).where(SupportNeeded.place_id.in_(around)))
    fitting = [row for row in rows if row.area in {area, None}]
    nearest = min(fitting, key=lambda row: (around.index(row.place_id), row.area is None), default=None)
    return nearest.needed if nearest else config.chosen().support_needed


def support_needed_row(place_id: int, area: Area | None) -> SupportNeeded | None:
    same = SupportNeeded.area.is_(None) if area is None else SupportNeeded.area == area
    return db.session.scalars(select(SupportNeeded).where(SupportNeeded.place_id == place_id, same)).first()


def support_needed_everywhere() -> Sequence[SupportNeeded]:
    """All that is set, for the page that sets it."""
    query = select(SupportNeeded).options(joinedload(SupportNeeded.place))
    return db.session.scalars(query.order_by(SupportNeeded.place_id, SupportNeeded.id)).all()


def supporters(proposal: Proposal, limit: int | None = None) -> Sequence[Person]:
    """Those who back it now, first come first."""
    return db.session.scalars(
        select(Person)
        .join(Support, Support.person_id == Person.id)
        .where(Support.proposal_id == proposal.id, Support.until.is_(None))
        .order_by(Support.id)
        .limit(limit)
    ).all()
