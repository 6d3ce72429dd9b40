"""What a ballot asks, who may vote, and how votes are counted. Whole numbers only; nothing here draws lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from coproduce.numbers import share
from coproduce.words import Message, number, say, say_n


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
YES_NO_KEYS = ("yes", "no", ABSTAIN)
SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=92)
USUAL_QUORUM = 30

ANSWER_NAMES: Mapping[str, Message] = {"yes": say("Yes"), "no": say("No"), ABSTAIN: say("Abstain")}
ANSWER_MEANINGS: Mapping[str, Message] = {
    "yes": say("Take it up as it is written"),
    "no": say("Leave things as they are"),
    ABSTAIN: say("I have no view. Count me as taking part"),
}
# The rules of every ballot so far, frozen with it when it opens.
WHO = say("Every adult who lived here when the vote opened. One person, one vote.")
TO_PASS = say("More yes than no. Abstaining counts as taking part, not as yes or no.")
TO_BE_CHOSEN = say("The option with the most votes.")
ON_A_TIE = say("A tie stays a tie. We tell residents and the landlord, and it can be put to a vote again.")
ON_TOO_FEW = say("If fewer people vote than are needed, nothing is decided. It can be put to a vote again.")
NAMED = say("We keep your vote with your place on the roll, so that you can change it until the vote closes.")


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

    @property
    def percent_needed(self) -> float:
        """Where the line of the people needed stands on a bar of the whole roll."""
        return round(100 * self.quorum / self.on_roll, 1) if self.on_roll else 0.0

    def votes_for(self, key: str) -> int:
        return next(line.votes for line in self.lines if line.key == key)

    def of_voters(self, votes: int) -> Message:
        """The share among those who voted."""
        return share(votes, self.took_part)


def quorum_of(on_roll: int, percent: int) -> int:
    """The smallest whole number of people that is at least this percentage of the roll."""
    return -(-on_roll * percent // 100)


def count_yes_no(answers: Iterable[str], *, on_roll: int, quorum: int) -> Count:
    """Yes, no or abstain. Passes with more yes than no; abstaining counts as taking part. Even is a tie."""
    tally = _tally(answers, YES_NO_KEYS)
    took_part = sum(tally.values())
    if took_part < quorum or took_part == 0:
        outcome = Outcome.TOO_FEW
    elif tally["yes"] == tally["no"]:
        outcome = Outcome.TIE
    else:
        outcome = Outcome.PASSED if tally["yes"] > tally["no"] else Outcome.NOT_PASSED
    winner = {Outcome.PASSED: "yes", Outcome.NOT_PASSED: "no"}.get(outcome)
    return Count(_lines(tally), on_roll, took_part, took_part - tally[ABSTAIN], quorum, outcome, winner)


def count_one_of(answers: Iterable[str], *, options: Sequence[str], on_roll: int, quorum: int) -> Count:
    """One option each; the most votes wins. Abstaining counts as taking part. Equal at the top is a tie."""
    tally = _tally(answers, (*options, ABSTAIN))
    took_part = sum(tally.values())
    top = max(tally[option] for option in options)
    ahead = [option for option in options if tally[option] == top]
    winner = None
    if took_part < quorum or took_part == 0:
        outcome = Outcome.TOO_FEW
    elif len(ahead) > 1:
        outcome = Outcome.TIE
    else:
        outcome, winner = Outcome.CHOSEN, ahead[0]
    return Count(_lines(tally), on_roll, took_part, took_part - tally[ABSTAIN], quorum, outcome, winner)


def count(method: Method, answers: Iterable[str], *, keys: Sequence[str], on_roll: int, quorum: int) -> Count:
    """Count one question by its method. `keys` are its options in the order of the ballot, abstaining with them."""
    if method is Method.YES_NO:
        return count_yes_no(answers, on_roll=on_roll, quorum=quorum)
    options = [key for key in keys if key != ABSTAIN]
    return count_one_of(answers, options=options, on_roll=on_roll, quorum=quorum)


def _tally(answers: Iterable[str], keys: Sequence[str]) -> dict[str, int]:
    """How often each was given. An answer that is not on the ballot stops the count: none may fall under the table."""
    found = Counter(answers)
    strange = set(found) - set(keys)
    if strange:
        raise ValueError(f"answers that are not on the ballot: {sorted(strange)}")
    return {key: found[key] for key in keys}


def _lines(tally: Mapping[str, int]) -> tuple[Line, ...]:
    return tuple(Line(key, votes) for key, votes in tally.items())


def as_kept(counted: Count) -> dict[str, Any]:
    """A count as plain JSON, for the result's row."""
    return {**asdict(counted), "lines": [asdict(line) for line in counted.lines], "outcome": counted.outcome.value}


def from_kept(kept: Mapping[str, Any]) -> Count:
    lines = tuple(Line(line["key"], line["votes"]) for line in kept["lines"])
    return Count(**{**kept, "lines": lines, "outcome": Outcome(kept["outcome"])})


def outcome_sentence(counted: Count) -> Message:
    """How the question on the whole came out, in one sentence."""
    votes = {line.key: line.votes for line in counted.lines}
    if counted.outcome is Outcome.TOO_FEW:
        return too_few_sentence(counted)
    if counted.outcome is Outcome.TIE:
        return say("A tie: {yes} yes and {no} no. Nothing is decided.", yes=votes["yes"], no=votes["no"])
    if counted.outcome is Outcome.PASSED:
        return say("Neighbours said yes: {yes} yes, {no} no.", yes=votes["yes"], no=votes["no"])
    return say("Neighbours said no: {yes} yes, {no} no.", yes=votes["yes"], no=votes["no"])


def too_few_sentence(counted: Count) -> Message:
    return say_n(
        "Too few took part: {n} person voted and {quorum} were needed. Nothing is decided.",
        "Too few took part: {n} people voted and {quorum} were needed. Nothing is decided.",
        counted.took_part,
        quorum=counted.quorum,
    )


def part_of(part: int, whole: int) -> Message:
    """The figure that stands large: a percentage, or "3 of 5" where the base is too small for one."""
    percent = share(part, whole).values.get("percent")
    if percent is None:
        return say("{part} of {whole}", part=number(part), whole=number(whole))
    return say("{percent}%", percent=percent)


def refuse_closing_time(closes_at: datetime, now: datetime) -> Message | None:
    """Why a vote cannot close then. Clocks on the wall are London's; an hour that does not come, or comes twice, is
    refused."""
    if closes_at.replace(fold=0).utcoffset() != closes_at.replace(fold=1).utcoffset():
        return say("The clocks change in that hour. Choose another hour.")
    if closes_at - now < SHORTEST:
        return say("Choose a day and an hour at least one hour from now.")
    if closes_at - now > LONGEST:
        return say_n("Choose a day within {n} day from now.", "Choose a day within {n} days from now.", LONGEST.days)
    return None


def refuse_quorum(percent: int) -> Message | None:
    if not 1 <= percent <= 100:
        return say("Write a number from 1 to 100.")
    return None


def wrong_paper(choices: Mapping[str, str], *, allowed: Mapping[str, Sequence[str]]) -> Message | None:
    """Why this paper cannot be taken: a question that is not on the ballot, or an option that is not on the question.

    `choices` and `allowed` are by question id, as text. Every question must be answered; abstaining is an answer, and
    among what is allowed.
    """
    if set(choices) != set(allowed):
        return say("Answer every question. If you have no view, choose “Abstain”.")
    if any(choices[question] not in allowed[question] for question in choices):
        return say("That choice is not on this ballot. Load the page again and choose from the list.")
    return None
