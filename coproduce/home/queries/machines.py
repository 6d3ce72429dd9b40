"""Whether this site can serve people: for a balancer or a watch."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from coproduce import clock, jobs, migrating, outbox
from coproduce.db import db

STUCK_AFTER = timedelta(minutes=15)


def readiness() -> tuple[bool, list[str]]:
    """Whether we can serve people, and why not. A worker that is behind is told, and no reason to turn people away."""
    try:
        now, wanted = migrating.heads()
        current = now == wanted
        stuck, silent = (_letters_stuck(), not jobs.is_alive()) if current else (0, False)
    except SQLAlchemyError:
        return False, ["The database does not answer."]
    if not current:
        return False, ["The tables are not up to date. Run: coproduce migrate"]
    if stuck:
        return True, ["ready", f"Letters have waited for more than 15 minutes: {stuck}. Is the worker running?"]
    if silent:
        return True, ["ready", "No worker has looked for what is due in the last minutes. Run: coproduce worker"]
    return True, ["ready"]


def _letters_stuck() -> int:
    waiting = select(func.count()).select_from(outbox.Letter).where(outbox.Letter.state == outbox.State.WAITING)
    return db.session.scalar(waiting.where(outbox.Letter.next_try < clock.now() - STUCK_AFTER)) or 0
