"""What is open in somebody's places, and what was promised there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from coproduce import clock
from coproduce.db import db
from coproduce.deliberation import queries as talk
from coproduce.home import rules
from coproduce.home.rules import Tag
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import Proposal, Version
from coproduce.proposals.queries import for_all
from coproduce.proposals.rules import OPEN
from coproduce.taskforce import queries as taskforce
from coproduce.taskforce.models import AnswerOwed
from coproduce.taskforce.queries import Promise, Tally
from coproduce.taskforce.rules import Fate
from coproduce.voting.models import Ballot
from coproduce.voting.rules import State

CARDS = 5
PROMISES = 3


@dataclass(frozen=True)
class Card:
    """One proposal as a card."""

    proposal: Proposal
    tag: Tag
    comments: int

    @property
    def url(self) -> str:
        return f"/proposals/{self.proposal.address}"


@dataclass(frozen=True)
class OpenHere:
    cards: Sequence[Card]
    total: int


def open_in(places: Collection[int] | None) -> OpenHere:
    """The newest proposals that are open in these places, or anywhere."""
    is_open = [Proposal.stage.in_(OPEN), for_all()] + ([Proposal.place_id.in_(places)] if places is not None else [])
    total = db.session.scalar(select(func.count()).select_from(Proposal).where(*is_open)) or 0
    newest = (
        select(Proposal)
        .where(*is_open)
        .options(joinedload(Proposal.place))
        .order_by(Proposal.raised_at.desc(), Proposal.id.desc())
        .limit(CARDS)
    )
    proposals = db.session.scalars(newest).all()
    ids = [proposal.id for proposal in proposals]
    comments = talk.counts(proposal.thread_id for proposal in proposals)
    closes, late = _closing(ids), _answers_late(ids)
    now = clock.now()
    cards = [
        Card(
            proposal,
            rules.tag_of(
                proposal.stage,
                more_needed=proposal.needed - proposal.support_count,
                closes_at=closes.get(proposal.id),
                late_since=late.get(proposal.id),
                now=now,
            ),
            comments.get(proposal.thread_id, 0),
        )
        for proposal in proposals
    ]
    return OpenHere(cards, total)


def _closing(proposal_ids: Collection[int]) -> dict[int, datetime]:
    query = (
        select(Version.proposal_id, func.max(Ballot.closes_at))
        .join(Ballot, Ballot.version_id == Version.id)
        .where(Version.proposal_id.in_(proposal_ids), Ballot.state == State.OPEN)
        .group_by(Version.proposal_id)
        .order_by(Version.proposal_id)
    )
    return {proposal_id: closes_at for proposal_id, closes_at in db.session.execute(query)}


def _answers_late(proposal_ids: Collection[int]) -> dict[int, date]:
    query = (
        select(AnswerOwed.proposal_id, func.min(AnswerOwed.due_on))
        .where(AnswerOwed.proposal_id.in_(proposal_ids), AnswerOwed.settled_at.is_(None))
        .where(AnswerOwed.due_on < clock.today())
        .group_by(AnswerOwed.proposal_id)
        .order_by(AnswerOwed.proposal_id)
    )
    return {proposal_id: due_on for proposal_id, due_on in db.session.execute(query)}


@dataclass(frozen=True)
class Promised:
    tally: Tally
    shown: Sequence[Promise]

    @property
    def kept(self) -> int:
        return self.tally.count(Fate.KEPT)

    @property
    def done_late(self) -> int:
        return self.tally.count(Fate.DONE_LATE)

    @property
    def late(self) -> int:
        return self.tally.count(Fate.LATE)

    @property
    def to_come(self) -> int:
        return self.tally.count(Fate.TO_COME)


def promised(places: Collection[int] | None) -> Promised:
    """The numbers, and a few promises: what is late is never left out for what is newer."""
    late = taskforce.promises([Fate.LATE], places, limit=PROMISES - 1)
    found = taskforce.promised(tree(), places, limit=PROMISES)
    shown = {(one.is_action, one.id): one for one in [*late, *found.newest]}
    return Promised(found.tally, list(shown.values())[:PROMISES])
