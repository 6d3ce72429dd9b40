"""Timed deeds of the roll: working lists out, bringing them in, throwing away what is done with."""

from coproduce import clock, jobs
from coproduce.db import db, reading, transaction
from coproduce.roll import actions
from coproduce.roll.models import RollImport
from coproduce.roll.queries import importing
from coproduce.roll.rules.states import State


@jobs.every_minute
def work_on_imports() -> int:
    """Work out or bring in each list that waits. Says how many."""
    done = 0
    for import_id in _waiting():
        if jobs.is_stopping():
            break
        with reading():
            made = db.session.get_one(RollImport, import_id, populate_existing=True)
            state = made.state
            db.session.rollback()
        done += actions.apply(import_id) if state is State.CONFIRMED else actions.work_out(import_id)
    return done


def _waiting() -> list[int]:
    with reading():
        db.session.rollback()
        found = list(importing.under_way(clock.now()))
        db.session.rollback()
    return found


@jobs.every_minute
def tidy() -> int:
    with transaction():
        return actions.tidy()
