"""Moving the roll on by one, so that two changes at once cannot both build on what was there before."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from coproduce.db import db
from coproduce.roll.models import RollVersion


def move_on(seen: int | None = None) -> bool:
    """Count one more change, and hold the row until the end of the transaction. With `seen`, only if nobody else
    changed the roll since: False when somebody did."""
    with suppress(IntegrityError), db.session.begin_nested():
        if db.session.get(RollVersion, 1) is None:
            db.session.add(RollVersion(id=1, no=0))
    row = update(RollVersion).where(RollVersion.id == 1)
    if seen is not None:
        row = row.where(RollVersion.no == seen)
    moved = row.values(no=RollVersion.no + 1).returning(RollVersion.no).execution_options(synchronize_session=False)
    return db.session.execute(moved).first() is not None
