"""What becomes of places on the roll of a vote when two people turn out to be one: one person, one place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from coproduce.db import db
from coproduce.roll.actions.merging import Follower
from coproduce.voting.models import Ballot, RollPlace
from coproduce.voting.rules import State
from coproduce.words import Message, say


def _both_on(keep_id: int, gone_id: int, *, only_open: bool) -> Sequence[tuple[RollPlace, RollPlace]]:
    """The places of the two on the same ballot: the one that stays first. Held until the end of the transaction."""
    kept, gone = aliased(RollPlace), aliased(RollPlace)
    query = (
        select(kept, gone)
        .join(gone, gone.ballot_id == kept.ballot_id)
        .join(Ballot, Ballot.id == kept.ballot_id)
        .where(kept.person_id == keep_id, gone.person_id == gone_id)
        .order_by(kept.ballot_id)
        .with_for_update(of=[kept, gone])
    )
    if only_open:
        query = query.where(Ballot.state == State.OPEN)
    return [(one, other) for one, other in db.session.execute(query)]


def _why_not(keep_id: int, gone_id: int) -> Message | None:
    if any(one.voted_on and other.voted_on for one, other in _both_on(keep_id, gone_id, only_open=True)):
        return say("Both have voted in a vote that is open. Wait until it is counted, then make them one.")
    return None


def _follow(keep_id: int, gone_id: int) -> None:
    """In an open vote the place without a vote goes; a counted one stays as it was counted."""
    for kept, gone in _both_on(keep_id, gone_id, only_open=True):
        spare, used = (kept, gone) if gone.voted_on else (gone, kept)
        db.session.delete(spare)
        db.session.flush()
        used.person_id = keep_id
    db.session.flush()
    on_both = {kept.ballot_id for kept, _ in _both_on(keep_id, gone_id, only_open=False)}
    alone = select(RollPlace).where(RollPlace.person_id == gone_id, RollPlace.ballot_id.not_in(on_both))
    for place in db.session.scalars(alone.order_by(RollPlace.id)):
        place.person_id = keep_id
    db.session.flush()


merging = Follower(why_not=_why_not, follow=_follow)
