"""A vote is taken. No acknowledged vote is lost, and none counts twice.

A vote holds the ballot's row while it is written and a close waits until nobody holds it; the roll has one place for
each person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from coproduce import audit, clock
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.errors import Conflict, Refused
from coproduce.voting import letters, policy, queries, rules
from coproduce.voting.models import Ballot, RollPlace
from coproduce.voting.rules import Channel, State
from coproduce.words import Message

VOTE_RECORDED = audit.verb("ballot.vote_recorded")


def cast(me: Standing, ballot: Ballot, choices: Mapping[str, str]) -> RollPlace:
    """Take one person's paper: option keys by question id. It can be changed until the vote closes.

    The same paper twice is the same vote, also when the second comes after closing: whoever could not know whether
    the first arrived gets the same answer.
    """
    place = queries.place_on_roll(ballot.id, me.person_id, to_change=True)
    if place is not None and place.choices == dict(choices):
        return place
    # A first look without holding the ballot, so that a crowd of late papers cannot keep it from closing.
    _stop(policy.refuse_late(ballot.state, ballot.closes_at, clock.now()))
    state, closes_at = hold_open(ballot)
    now = clock.now()
    _stop(policy.refuse_late(state, closes_at, now))
    if place is None:
        raise Refused(policy.why_not_on_roll(me))
    _stop(rules.wrong_paper(choices, allowed={str(question.id): question.keys for question in ballot.questions}))
    place.choices = dict(choices)
    place.channel = Channel.ONLINE
    place.voted_on = clock.day_of(now)
    place.times += 1
    audit.record(
        VOTE_RECORDED,
        by=me,
        kind="ballot",
        thing_id=ballot.id,
        story=ballot.version.proposal_id,
        times=place.times,
    )
    letters.recorded(ballot, place, me.language)
    db.session.flush()
    return place


def hold_open(ballot: Ballot) -> tuple[State, datetime]:
    """Hold the ballot's row, shared with other voters, so that it cannot close until this vote is kept.

    On SQLite the transaction holds the whole file already.
    """
    held = db.session.execute(
        select(Ballot.state, Ballot.closes_at).where(Ballot.id == ballot.id).with_for_update(read=True)
    ).one()
    return held.state, held.closes_at


def _stop(reason: Message | None) -> None:
    """Stop here when this paper cannot be taken."""
    if reason is not None:
        raise Conflict(reason)
