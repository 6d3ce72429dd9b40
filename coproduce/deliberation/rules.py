"""What a comment can be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coproduce.accounts.rules import CIRCLE_NAMES, COLLEAGUES, ROLE_NAMES, Circle
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


class Sort(StrEnum):
    """In which order a talk is read."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SHARED = "shared"
    UNANSWERED = "unanswered"


class PutTo(StrEnum):
    """Whom a question is put to."""

    LANDLORD = "landlord"
    EXPERT = "expert"


class Door(StrEnum):
    """What belongs somewhere else than in a talk: the landlord or others must act on it, and clocks may run."""

    HAZARD = "hazard"
    REPAIR = "repair"
    COMPLAINT = "complaint"
    CRIME = "crime"
    HARM = "harm"


class Private(StrEnum):
    """What tells where somebody lives or how to reach them."""

    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    HOUSE = "house"


SORT_NAMES: Mapping[Sort, Message] = {
    Sort.NEWEST: say("newest"),
    Sort.OLDEST: say("oldest"),
    Sort.SHARED: say("shared by most"),
    Sort.UNANSWERED: say("questions without an answer"),
}
PUT_TO_NAMES: Mapping[PutTo, Message] = {
    PutTo.LANDLORD: say("The landlord"),
    PutTo.EXPERT: say("An expert of the task force"),
}
DOOR_NAMES: Mapping[Door, Message] = {
    Door.HAZARD: say("A danger in a home or in shared parts"),
    Door.REPAIR: say("A repair"),
    Door.COMPLAINT: say("A complaint"),
    Door.CRIME: say("A crime or a threat"),
    Door.HARM: say("Somebody is hurt or may be"),
}
PRIVATE_NAMES: Mapping[Private, Message] = {
    Private.PHONE: say("a phone number"),
    Private.EMAIL: say("an email address"),
    Private.POSTCODE: say("a postcode"),
    Private.HOUSE: say("a house number"),
}
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
LISTENERS = frozenset({*STAFF_WORDS, Circle.TASK_FORCE.value})  # whose reply is an answer


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


# Each list is of words that people use when they report something, not when they talk about a policy. It is better to
# ask once too often: whoever is asked may post all the same, and a moderator looks.
_DOORS: Sequence[tuple[Door, re.Pattern[str]]] = tuple(
    (door, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for door, words in (
        (Door.HARM, r"(?:he|she|they|partner|husband|wife|dad|mum) (?:hits?|beats?|hurts?)\b|abus(?:e|ed|ing)\b|suicid"
                    r"|kill (?:my|him|her)self|self.?harm|not safe at home|scared (?:of|to go) (?:him|her|them|home)"),
        (Door.CRIME, r"stabb|assault(?:ed)?\b|threaten(?:ed|s|ing)?\b|drug deal|dealing drugs|burgl|broke into|mugg"
                     r"|stolen\b|weapons?\b|hate crime"),
        (Door.HAZARD, r"(?:black |damp and |damp or )?mou?ld (?:is |all |in |on )|damp in (?:my|the|our)"
                      r"|smell(?:s|ing)? (?:of )?gas|gas leak|carbon monoxide|no (?:heating|hot water|power)\b"
                      r"|bare wires?|sparks?\b|ceiling (?:fell|came|is coming)|fire (?:door|alarm|exit) (?:is|does|won)"
                      r"|asbestos|rats? in|cannot breathe|can.t breathe|flood(?:ed|ing)\b"),
        (Door.REPAIR, r"(?:leak(?:s|ing|ed)?|broken|blocked|does(?: not|n.t) work|is stuck|fell off|needs? (?:fixing"
                      r"|mending|repair))\b.{0,40}\b(?:boiler|tap|toilet|sink|pipe|roof|window|door|lift|lock|light|"
                      r"radiator|drain|gutter)|(?:boiler|tap|toilet|sink|pipe|roof|window|door|lift|lock|radiator|drain"
                      r"|gutter)s?\b.{0,40}\b(?:leak(?:s|ing|ed)?|broken?|blocked|does(?: not|n.t) work|is stuck"
                      r"|fell off|needs? (?:fixing|mending|repair))"),
        (Door.COMPLAINT, r"i (?:want|wish|would like) to (?:make a )?complain|my complaint|formal complaint|ombudsman"),
    )
)  # fmt: skip
_PRIVATE: Sequence[tuple[Private, re.Pattern[str]]] = (
    (Private.EMAIL, re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    (Private.PHONE, re.compile(r"(?<!\d)(?:\+44|0)[\s()-]*(?:\d[\s()-]*){9,10}(?!\d)")),
    (Private.POSTCODE, re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    (
        Private.HOUSE,
        re.compile(
            r"\b(?:flat|number|no\.?|house)\s+\d+[a-z]?\b|\b\d+[a-z]?\s+(?:[A-Z][\w’'-]+\s+){1,3}"
            r"(?:Road|Rd|Street|St|Row|Lane|Close|Court|Avenue|Terrace|Rise|Drive|Way|Place|Gardens|Square)\b",
            re.IGNORECASE,
        ),
    ),
)


def door_of(words: str) -> Door | None:
    """What these words may be a report of; the gravest first. None for most of what people say."""
    return next((door for door, pattern in _DOORS if pattern.search(words)), None)


def private_details(words: str) -> list[Private]:
    """What in these words may tell where somebody lives or how to reach them."""
    return [kind for kind, pattern in _PRIVATE if pattern.search(words)]


def receipt(*, state: Shown, read: bool, joined_no: int | None, answered: bool, after: Message | None) -> Message:
    """What became of somebody's words so far, in one line. `after` is what became of the whole thing, once it did."""
    if state is not Shown.SHOWN:
        return HIDDEN_WORDS[state]
    if after is not None:
        return after
    if joined_no is not None:
        return say("It went into version {number}.", number=joined_no)
    if answered:
        return say("It was answered.")
    return say("Somebody has read it.") if read else say("It was received.")


def wrong_words(words: str) -> Message | None:
    if not words:
        return say("Write your words first.")
    if len(words) > LONGEST:
        return say("Keep your words to {longest} letters or fewer.", longest=LONGEST)
    return None
