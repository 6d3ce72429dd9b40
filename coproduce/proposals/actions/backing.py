"""What neighbours do with a published proposal: back it."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, config
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db, reread
from coproduce.errors import require
from coproduce.proposals import letters, policy, rules
from coproduce.proposals.actions.publishing import hold
from coproduce.proposals.models import Proposal, Support

SUPPORTED = audit.verb("proposal.supported")
SUPPORT_TAKEN_BACK = audit.verb("proposal.support_taken_back")
SUPPORT_REACHED = audit.verb(
    "proposal.support_reached",
    "Enough neighbours back it: {count}. The landlord owes its promise by {due}.",
    turning_point=True,
)


def support(me: Standing, proposal: Proposal) -> None:
    """Back it. One live row each, whatever happens at once; backing it twice is backing it once."""
    hold(proposal)
    require(policy.refuse_support(me, proposal))
    counts = policy.is_counted(me, proposal)
    try:
        with db.session.begin_nested():
            db.session.add(
                Support(proposal_id=proposal.id, person_id=me.person_id, counts=counts, since=clock.now(), until=None)
            )
    except IntegrityError:
        return
    audit.record(SUPPORTED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    if counts:
        _count(proposal, 1)
        _see_whether_reached(me, proposal)


def take_support_back(me: Standing, proposal: Proposal) -> None:
    hold(proposal)
    require(policy.refuse_take_back(me, proposal))
    ended = db.session.execute(
        update(Support)
        .where(Support.proposal_id == proposal.id, Support.person_id == me.person_id, Support.until.is_(None))
        .values(until=clock.now())
        .returning(Support.counts)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        return
    audit.record(SUPPORT_TAKEN_BACK, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    if ended.counts:
        _count(proposal, -1)


def _count(proposal: Proposal, change: int) -> None:
    """In one statement, so that fifty at once are fifty."""
    db.session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id)
        .values(support_count=Proposal.support_count + change)
        .execution_options(synchronize_session=False)
    )
    reread(proposal, "support_count", "support_reached_on")


def _see_whether_reached(me: Standing, proposal: Proposal) -> None:
    """Once only: support that is taken back later does not stop the landlord's clock."""
    settings = config.chosen()
    if proposal.support_reached_on is not None or proposal.support_count < proposal.needed:
        return
    proposal.support_reached_on = clock.today()
    due = rules.promise_due(proposal.support_reached_on, settings.mandate_days)
    audit.record(
        SUPPORT_REACHED,
        by=me,
        kind="proposal",
        thing_id=proposal.id,
        story=proposal.id,
        count=proposal.support_count,
        due=due,
    )
    owners = people_with_role(Role.DECISION_OWNER, proposal.place_id)
    letters.support_reached([*people_with_role(Role.OFFICER, proposal.place_id), *owners], proposal, due)
