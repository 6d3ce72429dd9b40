"""What may be said to be wrong with a post, what can become of it, and by when a report must be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum

from coproduce import clock
from coproduce.words import Message, say

LONGEST = 1000
LONGEST_TO = 120
OFFICE_CLOSES = time(17)  # what is told later in the day is passed on the next working day
WORDS_KEPT_DAYS = 30  # a report's words are kept here for so long after it was passed on


class What(StrEnum):
    """What somebody wrote."""

    COMMENT = "comment"
    SUGGESTION = "suggestion"
    PROPOSAL = "proposal"


class Rule(StrEnum):
    """The rules of the talk, as the page about them has them."""

    PRIVATE = "private"
    PERSONAL = "personal"
    HATE = "hate"
    THREAT = "threat"
    SELLING = "selling"
    UNLAWFUL = "unlawful"
    ELSEWHERE = "elsewhere"


class Verdict(StrEnum):
    """What a moderator does with a post."""

    HIDE = "hide"
    LEAVE = "leave"


class AppealVerdict(StrEnum):
    RESTORE = "restore"
    STAY = "stay"


class Passed(StrEnum):
    """What became of what was told to the landlord and not to the neighbours."""

    PASSED = "passed"
    NOTHING = "nothing"


WHAT_NAMES: Mapping[What, Message] = {
    What.COMMENT: say("A comment"),
    What.SUGGESTION: say("A suggested change"),
    What.PROPOSAL: say("A proposal"),
}
RULE_NAMES: Mapping[Rule, Message] = {
    Rule.PRIVATE: say("It tells private things about somebody"),
    Rule.PERSONAL: say("It attacks a person, not an idea"),
    Rule.HATE: say("It is against people for what they are"),
    Rule.THREAT: say("It threatens somebody"),
    Rule.SELLING: say("It sells something, or is not about this place"),
    Rule.UNLAWFUL: say("It seems to be against the law"),
    Rule.ELSEWHERE: say("It belongs somewhere else, such as a repair or a danger"),
}
VERDICT_NAMES: Mapping[Verdict, Message] = {
    Verdict.HIDE: say("Hide it"),
    Verdict.LEAVE: say("Let it stand"),
}
APPEAL_NAMES: Mapping[AppealVerdict, Message] = {
    AppealVerdict.RESTORE: say("Show it again"),
    AppealVerdict.STAY: say("It stays hidden"),
}
PASSED_NAMES: Mapping[Passed, Message] = {
    Passed.PASSED: say("I have passed it on"),
    Passed.NOTHING: say("There is nothing to pass on"),
}


def pass_on_by(told_at: datetime) -> date:
    """The day on which a report must be passed on: the working day it was told on, or the next one."""
    day = clock.day_of(told_at)
    in_hours = told_at.astimezone(clock.LONDON).time() < OFFICE_CLOSES
    return day if in_hours and clock.is_working_day(day) else clock.add_working_days(day, 1)
