"""Letters about ballots. None of them says what anybody chose."""

from __future__ import annotations

from coproduce import config, outbox
from coproduce.voting import queries
from coproduce.voting.models import Ballot, RollPlace
from coproduce.words import Message


def opened(ballot: Ballot) -> None:
    """To everybody on the roll: there is a vote, and until when."""
    for person_id, language in queries.people_on_roll(ballot.id):
        outbox.queue(
            person_id,
            "ballot_opened",
            language,
            title=ballot.version.title,
            questions=len(ballot.questions),
            closes_at=ballot.closes_at,
            landlord=config.chosen().landlord,
            link=_link(ballot),
        )


def recorded(ballot: Ballot, place: RollPlace, language: str) -> None:
    """To the voter: that their vote is in, so that nobody can vote for them unnoticed."""
    outbox.queue(
        place.person_id,
        "ballot_vote_recorded",
        language,
        title=ballot.version.title,
        closes_at=ballot.closes_at,
        changed=place.times > 1,
        link=_link(ballot),
    )


def counted(ballot: Ballot, outcome: Message, *, voted: int, on_roll: int) -> None:
    """To everybody on the roll: how it came out."""
    for person_id, language in queries.people_on_roll(ballot.id):
        outbox.queue(
            person_id,
            "ballot_counted",
            language,
            title=ballot.version.title,
            outcome=outcome,
            voted=voted,
            on_roll=on_roll,
            link=f"{_link(ballot)}/result",
        )


def _link(ballot: Ballot) -> str:
    return f"{config.chosen().base_url.rstrip('/')}/votes/{ballot.address}"
