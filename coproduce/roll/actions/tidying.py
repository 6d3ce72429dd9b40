"""What is thrown away of an import, and when: docs/security.md has the days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from coproduce import clock
from coproduce.db import db
from coproduce.roll.models import BatchedLetter, LetterBatch, RollImport, RollStep
from coproduce.roll.rules.states import SETTLED, State

STEPS_KEPT = timedelta(days=14)
WAITS_FOR = timedelta(days=30)
BATCHES_KEPT = timedelta(days=60)


def tidy() -> int:
    """Forget the rows of imports that are settled, lists that nobody came back to, and old batches of letters."""
    now = clock.now()
    old = update(RollImport).where(RollImport.state.not_in([*SETTLED, State.CONFIRMED]))
    left = old.where(RollImport.sent_at < now - WAITS_FOR).values(state=State.DROPPED, settled_at=now, content=None)
    settled = select(RollImport.id).where(RollImport.settled_at < now - STEPS_KEPT)
    batches = select(LetterBatch.id).where(LetterBatch.made_at < now - BATCHES_KEPT)
    deeds = (
        left.returning(RollImport.id),
        delete(RollStep).where(RollStep.import_id.in_(settled)).returning(RollStep.id),
        delete(BatchedLetter).where(BatchedLetter.batch_id.in_(batches)).returning(BatchedLetter.id),
    )
    return sum(len(db.session.execute(deed).all()) for deed in deeds)


def forget_person(person_id: int, ref: str) -> None:
    """Take one person out of what is left of imports and letters: nothing may say that they were here."""
    if ref:
        db.session.execute(delete(RollStep).where(RollStep.person_ref == ref))
    db.session.execute(delete(BatchedLetter).where(BatchedLetter.person_id == person_id))
