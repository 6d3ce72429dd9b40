"""What the clock does: ballots whose time is up are closed and counted."""

from __future__ import annotations

import structlog

from coproduce import clock, jobs
from coproduce.db import db, transaction
from coproduce.voting import actions, queries
from coproduce.voting.models import Ballot

log = structlog.get_logger(__name__)


@jobs.every_minute
def close_due() -> int:
    """Close what is due, each ballot in a transaction of its own, so that one in trouble does not hold up the rest."""
    closed = 0
    with transaction():
        due = list(queries.due_to_close(clock.now()))
    for ballot_id in due:
        try:
            with transaction():
                actions.close(db.session.get_one(Ballot, ballot_id))
            closed += 1
        except Exception:  # logged, and tried again next minute
            log.exception("ballot.close_failed", ballot=ballot_id)
    return closed
