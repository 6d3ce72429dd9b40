"""What becomes of support and authorship when two people on the roll turn out to be one."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from coproduce import clock
from coproduce.db import db
from coproduce.proposals.models import Amendment, AmendmentBacking, Author, DutyFlag, Proposal, Support
from coproduce.roll.actions.merging import Follower
from coproduce.words import Message


def _why_not(keep_id: int, gone_id: int) -> Message | None:
    return None


def _follow(keep_id: int, gone_id: int) -> None:
    """Support counts once: where both backed a proposal, the second one ends."""
    backed = select(Support.proposal_id).where(Support.person_id == keep_id, Support.until.is_(None))
    twice = (Support.person_id == gone_id) & Support.until.is_(None) & Support.proposal_id.in_(backed)
    db.session.execute(update(Support).where(twice).values(until=clock.now()).execution_options(**NOW))
    db.session.execute(update(Support).where(Support.person_id == gone_id).values(person_id=keep_id))
    written = select(Author.proposal_id).where(Author.person_id == keep_id)
    both = (Author.person_id == gone_id) & Author.proposal_id.in_(written)
    db.session.execute(delete(Author).where(both).execution_options(**NOW))
    db.session.execute(update(Author).where(Author.person_id == gone_id).values(person_id=keep_id))
    db.session.execute(update(Proposal).where(Proposal.raised_by_id == gone_id).values(raised_by_id=keep_id))
    wanted = select(AmendmentBacking.amendment_id).where(AmendmentBacking.person_id == keep_id)
    again = (AmendmentBacking.person_id == gone_id) & AmendmentBacking.amendment_id.in_(wanted)
    db.session.execute(delete(AmendmentBacking).where(again).execution_options(**NOW))
    moved = update(AmendmentBacking).where(AmendmentBacking.person_id == gone_id)
    db.session.execute(moved.values(person_id=keep_id))
    db.session.execute(update(Amendment).where(Amendment.by_id == gone_id).values(by_id=keep_id))
    db.session.execute(update(DutyFlag).where(DutyFlag.by_id == gone_id).values(by_id=keep_id))
    db.session.expire_all()


NOW = {"synchronize_session": False}  # rows that are held already are read again
merging = Follower(why_not=_why_not, follow=_follow)
