"""What is kept of sign-ins, tokens and attempts, and for how long: docs/security.md has the table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from coproduce import clock
from coproduce.accounts.actions.closing import erase_those_who_left
from coproduce.accounts.models import Attempt, OneUse, SignIn
from coproduce.db import db

ATTEMPTS_KEPT = timedelta(days=1)
SIGN_INS_LAST = timedelta(days=30)
SIGN_INS_KEPT = timedelta(days=90)


def tidy() -> int:
    """Forget attempts after a day, tokens that nobody can use any more and sign-ins long ended; end those too old;
    and erase those who have left for good."""
    now = clock.now()
    deeds = (
        delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT).returning(Attempt.id),
        delete(OneUse).where(OneUse.expires_at < now - ATTEMPTS_KEPT).returning(OneUse.id),
        update(SignIn)
        .where(SignIn.ended_at.is_(None), SignIn.made_at < now - SIGN_INS_LAST)
        .values(ended_at=now, why_ended="too old")
        .returning(SignIn.id),
        delete(SignIn).where(SignIn.ended_at < now - SIGN_INS_KEPT).returning(SignIn.id),
    )
    return sum(len(db.session.execute(deed).all()) for deed in deeds) + erase_those_who_left()
