"""What a comment can be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coproduce.words import Message, say

LONGEST = 3000
DEEPEST = 2  # a reply to a reply stands beside it: two levels are what a phone can show


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"
    QUESTION = "question"
    PLAIN = "plain"


class Shown(StrEnum):
    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


SIDE_NAMES: Mapping[Side, Message] = {
    Side.FOR: say("For"),
    Side.AGAINST: say("Against"),
    Side.QUESTION: say("Question"),
    Side.PLAIN: say("Comment"),
}
