"""What one person said and did here, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from coproduce.db import db
from coproduce.deliberation import queries as talk
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Shown, receipt
from coproduce.home import rules
from coproduce.moderation import queries as decency
from coproduce.moderation.models import Hiding
from coproduce.proposals.models import Amendment, Author, Proposal, Support
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import AuthorState
from coproduce.voting.models import Ballot, RollPlace
from coproduce.words import Message

LONGEST_LIST = 50


@dataclass(frozen=True)
class Mine:
    """What one person did here: newest first. Of a vote, that they voted and never what."""

    proposals: Sequence[Proposal]
    comments: Sequence[tuple[Comment, Proposal]]
    backed: Sequence[tuple[Support, Proposal]]
    votes: Sequence[tuple[RollPlace, Ballot]]
    suggestions: Sequence[Amendment]
    hidden: Sequence[Hiding]
    answered: frozenset[int]

    def status(self, comment: Comment, proposal: Proposal) -> Message:
        """What became of a comment so far, in one line."""
        after = rules.AFTERWARDS.get(proposal.stage)
        return receipt(
            state=comment.state,
            read=comment.read_at is not None,
            joined_no=comment.joined_no,
            answered=comment.id in self.answered,
            after=after,
        )

    @property
    def is_empty(self) -> bool:
        return not (self.proposals or self.comments or self.backed or self.votes or self.suggestions or self.hidden)


def mine(person_id: int) -> Mine:
    wrote = (
        select(Proposal)
        .join(Author, Author.proposal_id == Proposal.id)
        .where(Author.person_id == person_id, Author.state == AuthorState.ACCEPTED)
        .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    )
    said = (
        select(Comment, Proposal)
        .join(Proposal, Proposal.thread_id == Comment.thread_id)
        .where(Comment.person_id == person_id, Comment.state != Shown.WITHDRAWN)
        .options(selectinload(Comment.texts))
        .order_by(Comment.id.desc())
    )
    backed = (
        select(Support, Proposal)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .where(Support.person_id == person_id, Support.until.is_(None))
        .order_by(Support.since.desc(), Support.id.desc())
    )
    voted = (
        select(RollPlace, Ballot)
        .join(Ballot, Ballot.id == RollPlace.ballot_id)
        .where(RollPlace.person_id == person_id, RollPlace.voted_on.is_not(None))
        .options(joinedload(Ballot.version))
        .order_by(RollPlace.voted_on.desc(), RollPlace.id.desc())
    )
    comments = _pairs(said)
    return Mine(
        db.session.scalars(wrote.limit(LONGEST_LIST)).all(),
        comments,
        _pairs(backed),
        _pairs(voted),
        amending.mine(person_id, limit=LONGEST_LIST),
        decency.hidden_of(person_id),
        talk.answered_among([comment.id for comment, _ in comments]),
    )


def _pairs(query: Any) -> list[Any]:
    return [tuple(row) for row in db.session.execute(query.limit(LONGEST_LIST))]
