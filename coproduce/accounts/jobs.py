"""Timed deeds of accounts."""

from coproduce import jobs
from coproduce.accounts import actions
from coproduce.db import transaction


@jobs.every_minute
def tidy() -> int:
    with transaction():
        return actions.tidy()
