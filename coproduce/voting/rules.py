"""What a ballot asks, who may vote, and how votes are counted. Whole numbers only; nothing here draws lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coproduce.words import Message, say


class Unit(StrEnum):
    PERSON = "person"
    HOME = "home"


class Secrecy(StrEnum):
    NAMED = "named"
    ONE_LOCK = "one lock"
    TWO_LOCKS = "two locks"


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Method(StrEnum):
    YES_NO = "yes no abstain"
    ONE_OF = "one of"


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"
    PHONE = "phone"
    ROOM = "room"


class Outcome(StrEnum):
    PASSED = "passed"
    NOT_PASSED = "not passed"
    CHOSEN = "chosen"
    TIE = "tie"
    TOO_FEW = "too few"


ABSTAIN = "abstain"


@dataclass(frozen=True)
class Line:
    """One option's count."""

    key: str
    votes: int


@dataclass(frozen=True)
class Count:
    """The count of one question.

    `on_roll` people could vote, `took_part` sent a paper with this question answered, `decided` of them did not
    abstain. A tie is reported, never broken here.
    """

    lines: tuple[Line, ...]
    on_roll: int
    took_part: int
    decided: int
    quorum: int
    outcome: Outcome
    winner: str | None

    @property
    def quorum_met(self) -> bool:
        return self.took_part >= self.quorum


def quorum_of(on_roll: int, percent: int) -> int:
    """The smallest whole number of people that is at least this percentage of the roll."""
    return -(-on_roll * percent // 100)


def count_yes_no(answers: Iterable[str], *, on_roll: int, quorum: int) -> Count:
    """Yes, no or abstain. Passes with more yes than no; abstaining counts as taking part. Even is a tie."""
    tally = Counter({"yes": 0, "no": 0, ABSTAIN: 0})
    tally.update(answers)
    decided = tally["yes"] + tally["no"]
    took_part = decided + tally[ABSTAIN]
    if took_part < quorum or took_part == 0:
        outcome = Outcome.TOO_FEW
    elif tally["yes"] == tally["no"]:
        outcome = Outcome.TIE
    else:
        outcome = Outcome.PASSED if tally["yes"] > tally["no"] else Outcome.NOT_PASSED
    lines = tuple(Line(key, tally[key]) for key in ("yes", "no", ABSTAIN))
    winner = {Outcome.PASSED: "yes", Outcome.NOT_PASSED: "no"}.get(outcome)
    return Count(lines, on_roll, took_part, decided, quorum, outcome, winner)


def count_one_of(answers: Iterable[str], *, options: Sequence[str], on_roll: int, quorum: int) -> Count:
    """One option each; the most votes wins. Abstaining counts as taking part. Equal at the top is a tie."""
    tally = Counter(dict.fromkeys([*options, ABSTAIN], 0))
    tally.update(answers)
    decided = sum(tally[option] for option in options)
    took_part = decided + tally[ABSTAIN]
    top = max((tally[option] for option in options), default=0)
    ahead = [option for option in options if tally[option] == top]
    winner = None
    if took_part < quorum or decided == 0:
        outcome = Outcome.TOO_FEW
    elif len(ahead) > 1:
        outcome = Outcome.TIE
    else:
        outcome, winner = Outcome.CHOSEN, ahead[0]
    lines = tuple(Line(key, tally[key]) for key in (*options, ABSTAIN))
    return Count(lines, on_roll, took_part, decided, quorum, outcome, winner)


def wrong_paper(choices: Mapping[str, str], *, allowed: Mapping[str, Sequence[str]]) -> Message | None:
    """Why this paper cannot be taken: a question that is not on the ballot, or an option that is not on the question.

    `choices` and `allowed` are by question id, as text. Every question must be answered; abstaining is an answer.
    """
    if set(choices) != set(allowed):
        return say("Answer every question. If you have no view, choose “Abstain”.")
    if any(choices[question] not in (*allowed[question], ABSTAIN) for question in choices):
        return say("That choice is not on this ballot. Load the page again and choose from the list.")
    return None
