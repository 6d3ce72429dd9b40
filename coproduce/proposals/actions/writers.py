"""Co-designers: inviting somebody to write with us, by name or by a link; joining, declining and leaving."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import func, select

from coproduce import audit, clock
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy
from coproduce.proposals.actions.publishing import hold
from coproduce.proposals.models import Author, Proposal
from coproduce.proposals.rules import AuthorState
from coproduce.words import say

INVITED = audit.verb("author.invited")
JOINED = audit.verb("author.joined", "Somebody joined the people who write this.")
DECLINED = audit.verb("author.declined")
LEFT = audit.verb("author.left", "Somebody stopped writing this. The texts of their time still credit them.")
LINK_MADE = audit.verb("author.link_made")

LINK_LASTS = timedelta(days=14)


def invite(me: Standing, proposal: Proposal, person: Person) -> Author:
    """Ask somebody to write with us. Asked again after they declined, they are asked once more."""
    hold(proposal)
    require(policy.refuse_invite(me, proposal))
    if person.closed_at is not None:
        raise Conflict(say("This person has left. Nobody can be asked for them."))
    found = _of(proposal, person.id)
    if found is not None and found.state is AuthorState.ACCEPTED:
        raise Conflict(say("They write this with you already."))
    if found is not None and found.state is AuthorState.INVITED:
        raise Conflict(say("They have been asked already. They have not answered yet."))
    author = found or _new(proposal, person.id)
    author.state, author.invited_by_id, author.until = AuthorState.INVITED, me.person_id, None
    db.session.flush()
    audit.record(INVITED, by=me, kind="author", thing_id=author.id, story=proposal.id)
    letters.invited_to_write(person, proposal)
    return author


def _of(proposal: Proposal, person_id: int | None) -> Author | None:
    return db.session.scalars(select(Author).filter_by(proposal_id=proposal.id, person_id=person_id)).first()


def _new(proposal: Proposal, person_id: int) -> Author:
    last = db.session.scalar(select(func.max(Author.position)).where(Author.proposal_id == proposal.id)) or 0
    author = Author(
        person_id=person_id,
        state=AuthorState.INVITED,
        position=last + 1,
        invited_by_id=None,
        since=None,
        until=None,
    )
    proposal.authors.append(author)
    return author


def make_link(me: Standing, proposal: Proposal) -> str:
    """The secret of a link that lets whoever lives here join as a co-designer. A new one ends the one before."""
    hold(proposal)
    require(policy.refuse_invite(me, proposal))
    secret = secrets.token_urlsafe(16)
    proposal.join_hash, proposal.join_until = _hash(secret), clock.now() + LINK_LASTS
    audit.record(LINK_MADE, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    return secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def link_opens(proposal: Proposal, secret: str) -> bool:
    """Whether this link is the newest one and still good."""
    good = proposal.join_hash is not None and secrets.compare_digest(proposal.join_hash, _hash(secret))
    return good and proposal.join_until is not None and clock.now() < proposal.join_until


def join(me: Standing, proposal: Proposal, secret: str = "") -> None:
    """Say yes: to an invitation, or by the link. From now on the texts credit them."""
    hold(proposal)
    require(policy.refuse_join(me, proposal))
    author = _of(proposal, me.person_id)
    invited = author is not None and author.state is AuthorState.INVITED
    if not invited and not link_opens(proposal, secret):
        raise Conflict(say("This link no longer works. Ask for a new one."))
    author = author or _new(proposal, me.person_id or 0)
    author.state, author.since, author.until = AuthorState.ACCEPTED, clock.now(), None
    db.session.flush()
    audit.record(JOINED, by=me, kind="author", thing_id=author.id, story=_story(proposal))


def join_writers(proposal: Proposal, person_ids: list[int]) -> None:
    """The people who wrote what was joined with this may write it too: they are credited from now on."""
    for person_id in person_ids:
        author = _of(proposal, person_id) or _new(proposal, person_id)
        if author.state is not AuthorState.ACCEPTED:
            author.state, author.since, author.until = AuthorState.ACCEPTED, clock.now(), None
    db.session.flush()


def _story(proposal: Proposal) -> int | None:
    """What is done to a draft is on the record, and not in any public story."""
    return proposal.id if proposal.is_published else None


def decline(me: Standing, proposal: Proposal) -> None:
    hold(proposal)
    author = _of(proposal, me.person_id)
    if author is None or author.state is not AuthorState.INVITED:
        raise Conflict(say("You have not been asked, or you have answered already."))
    author.state = AuthorState.DECLINED
    audit.record(DECLINED, by=me, kind="author", thing_id=author.id, story=proposal.id)


def leave(me: Standing, proposal: Proposal) -> None:
    """Stop writing it. Somebody must be left to write it."""
    hold(proposal)
    require(policy.refuse_leave(me, proposal))
    author = _of(proposal, me.person_id)
    if author is None:
        raise Conflict(say("You do not write this."))
    author.state, author.until = AuthorState.DECLINED, clock.now()
    db.session.flush()
    db.session.expire(proposal, ["authors"])
    audit.record(LEFT, by=me, kind="author", thing_id=author.id, story=_story(proposal))
