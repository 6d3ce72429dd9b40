"""What becomes of support, authorship and suggestions when two people on the roll turn out to be one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from coproduce import clock
from coproduce.db import db
from coproduce.proposals.models import (
    Amendment,
    AmendmentBacking,
    Author,
    ClauseVersion,
    DutyFlag,
    DutyQuestion,
    MergeOffer,
    Proposal,
    Support,
    SupportAsked,
    Version,
)
from coproduce.roll.actions.merging import Follower
from coproduce.words import Message

NOW = {"synchronize_session": False}  # rows that are held already are read again

# One a person: where both have one for the same thing, the second one goes. Who, and of what.
ONE_EACH: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (Author.person_id, Author.proposal_id),
    (AmendmentBacking.person_id, AmendmentBacking.amendment_id),
    (SupportAsked.person_id, SupportAsked.offer_id),
)
ANY_NUMBER: tuple[InstrumentedAttribute[Any], ...] = (
    Support.person_id,
    Proposal.raised_by_id,
    Proposal.entered_by_id,
    Author.invited_by_id,
    Amendment.by_id,
    Amendment.settled_by_id,
    MergeOffer.by_id,
    MergeOffer.settled_by_id,
    SupportAsked.entered_by_id,
    DutyFlag.by_id,
    DutyQuestion.asked_by_id,
    ClauseVersion.by_id,
    Version.by_id,
)


def _why_not(keep_id: int, gone_id: int) -> Message | None:
    return None


def _follow(keep_id: int, gone_id: int) -> None:
    """Support counts once: where both backed a proposal, the second one ends."""
    backed = select(Support.proposal_id).where(Support.person_id == keep_id, Support.until.is_(None))
    twice = (Support.person_id == gone_id) & Support.until.is_(None) & Support.proposal_id.in_(backed)
    db.session.execute(update(Support).where(twice).values(until=clock.now()).execution_options(**NOW))
    for who, of_what in ONE_EACH:
        kept = select(of_what).where(who == keep_id)
        db.session.execute(delete(who.class_).where(who == gone_id, of_what.in_(kept)).execution_options(**NOW))
        db.session.execute(update(who.class_).where(who == gone_id).values({who: keep_id}).execution_options(**NOW))
    for who in ANY_NUMBER:
        db.session.execute(update(who.class_).where(who == gone_id).values({who: keep_id}).execution_options(**NOW))
    db.session.expire_all()


merging = Follower(why_not=_why_not, follow=_follow)
