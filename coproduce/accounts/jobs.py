"""Timed deeds of accounts."""

from coproduce import jobs
from coproduce.accounts import actions
from coproduce.db import transaction


@jobs.every_minute
def answer_asked() -> int:
    """The letters that it queues wake the worker again."""
    return actions.answer_asked()


@jobs.every_minute
def tidy() -> int:
    with transaction():
        return actions.tidy()
