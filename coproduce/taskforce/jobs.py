"""What the clock does: start and stop clocks, and remind those who owe an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coproduce import jobs
from coproduce.db import reading, transaction
from coproduce.taskforce import actions, queries


@jobs.every_minute
def owe_answers() -> int:
    """Start a clock for each proposal with enough support and each vote that closed; stop those that are met."""
    return (
        _each(queries.support_not_owed_yet, actions.owe_for_support)
        + _each(queries.ballots_not_owed_yet, actions.owe_for_ballot)
        + _each(queries.support_to_settle, actions.settle_support)
    )


@jobs.every_minute
def remind_owners() -> int:
    """Find an owner for what has none; one letter when few days are left, and one when it is late."""
    return (
        _each(queries.without_owner, actions.name_owner)
        + _each(lambda: queries.to_remind(actions.DUE_SOON.key, late=False), actions.remind_of)
        + _each(lambda: queries.to_remind(actions.FELL_LATE.key, late=True), actions.say_late)
    )


def _each(find: Callable[[], Sequence[int]], do: Callable[[int], bool]) -> int:
    """Do it for each that is due, in a transaction of its own. Says how many it was done for."""
    with transaction(), reading():
        due = list(find())
    done = 0
    for one in due:
        with transaction():
            done += do(one)
    return done
