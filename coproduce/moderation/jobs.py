"""What the clock does: words that were told in private are forgotten some weeks after they were passed on."""

from coproduce import jobs
from coproduce.db import transaction
from coproduce.moderation import actions


@jobs.every_minute
def forget_what_was_passed_on() -> int:
    with transaction():
        return actions.wipe_old_words()
