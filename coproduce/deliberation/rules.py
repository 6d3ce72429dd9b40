"""What a comment can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from coproduce.accounts.rules import CIRCLE_NAMES, COLLEAGUES, ROLE_NAMES
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
HIDDEN_WORDS: Mapping[Shown, Message] = {
    Shown.WAITING: say("Waiting to be read. Only you can see this."),
    Shown.HIDDEN: say("Hidden by a moderator."),
    Shown.WITHDRAWN: say("Taken back by the person who wrote it."),
}
STAFF_WORDS = frozenset(role.value for role in COLLEAGUES)


@dataclass(frozen=True)
class Balance:
    """How many comments are on each side."""

    on_side: Mapping[Side, int]

    def count(self, side: Side) -> int:
        return self.on_side.get(side, 0)

    @property
    def all(self) -> int:
        return sum(self.on_side.values())


def stands_under(comment_id: int, parent_id: int | None) -> int:
    """The comment that a reply to this one hangs on: the first of the two levels."""
    return parent_id or comment_id


def role_name(word: str) -> Message:
    """What stands beside a name, from the word kept with the comment: "neighbour" when none is."""
    for role, name in ROLE_NAMES.items():
        if role.value == word:
            return name
    for circle, name in CIRCLE_NAMES.items():
        if circle.value == word:
            return name
    return say("guest") if word == "guest" else say("neighbour")


def wrong_words(words: str) -> Message | None:
    if not words:
        return say("Write your words first.")
    if len(words) > LONGEST:
        return say("Keep your words to {longest} letters or fewer.", longest=LONGEST)
    return None
