"""What a clause can be, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from coproduce import texts
from coproduce.duties.rules import Level, fixes
from coproduce.proposals.rules.limits import MOST_OPTIONS
from coproduce.words import Message, say


class Stand(StrEnum):
    """Where a clause stands towards the law."""

    FIXED = "fixed"
    FLEXIBLE = "flexible"
    UNCLEAR = "unclear"


STAND_NAMES: Mapping[Stand, Message] = {
    Stand.FIXED: say("Fixed"),
    Stand.FLEXIBLE: say("Ours to decide"),
    Stand.UNCLEAR: say("Still asking"),
}


class Hold(StrEnum):
    """How a duty holds a clause."""

    FIXES = "fixes"
    LIMITS = "limits"
    GUIDES = "guides"


class Within(StrEnum):
    """Whether an option keeps inside the duties."""

    YES = "yes"
    NO = "no"
    NOT_SETTLED = "not settled"


@dataclass(frozen=True)
class Option:
    """One option of a flexible clause, as somebody writes it."""

    name: str
    meaning: str = ""
    cost_pence: int | None = None
    departs_why: str = ""
    times: int | None = None


@dataclass(frozen=True)
class Wording:
    """All that somebody writes of a clause."""

    words: str
    stand: Stand
    duty_version_id: int | None = None
    hold: Hold | None = None
    options: Sequence[Option] = ()
    question: str = ""
    range_words: str = ""
    cost_pence: int | None = None
    times: int | None = None
    homes: int | None = None


class Standing(Protocol):
    @property
    def stand(self) -> Stand: ...


C = TypeVar("C", bound=Standing)


@dataclass(frozen=True)
class Frame(Generic[C]):
    """The clauses in their three bands: what we must do, what we can decide, what we are still asking."""

    must: tuple[C, ...]
    decide: tuple[C, ...]
    asking: tuple[C, ...]

    @property
    def count(self) -> int:
        return len(self.must) + len(self.decide) + len(self.asking)


def frame(clauses: Iterable[C]) -> Frame[C]:
    """Group clauses by where they stand, each band in the order of the text."""
    clauses = list(clauses)

    def band(stand: Stand) -> tuple[C, ...]:
        return tuple(clause for clause in clauses if clause.stand is stand)

    return Frame(band(Stand.FIXED), band(Stand.FLEXIBLE), band(Stand.UNCLEAR))


def usual_hold(stand: Stand, level: Level) -> Hold:
    """How a duty holds a clause when nobody has said: guidance guides, law fixes a fixed clause and limits others."""
    if level is Level.GUIDANCE:
        return Hold.GUIDES
    return Hold.FIXES if stand is Stand.FIXED else Hold.LIMITS


def wrong_clause(
    stand: Stand, *, level: Level | None, hold: Hold | None, options: Sequence[Option], question: str
) -> Message | None:
    """Why a clause cannot stand like this; None when it can. `level` is its duty's, where it has one."""
    if stand is Stand.FIXED and (level is None or not fixes(level)):
        return say("A fixed clause needs the law or regulation that fixes it. Guidance does not fix anything.")
    if hold is Hold.FIXES and (level is None or not fixes(level)):
        return say("Only law or regulation can fix a clause. Choose another duty, or say that it guides.")
    if stand is Stand.UNCLEAR and not question:
        return say("Write the question that must be answered.")
    if stand is not Stand.FLEXIBLE and options:
        return say("Only a clause that is ours to decide can have options.")
    return wrong_options(options)


def wrong_options(options: Sequence[Option]) -> Message | None:
    if len(options) == 1:
        return say("One option is no choice. Write at least two, or none.")
    if len(options) > MOST_OPTIONS:
        return say("Keep it to {most} options or fewer.", most=MOST_OPTIONS)
    names = [texts.clean_line(option.name).casefold() for option in options]
    if not all(names):
        return say("Give each option a name.")
    if len(set(names)) < len(names):
        return say("Two options have the same name. Give each its own.")
    return None


def starts_within(ties: Iterable[tuple[Hold, Level]]) -> Within:
    """Whether a new option may be taken as inside the duties. Not when a tie fixes: by its hold, or by law's level."""
    settled = all(hold is Hold.GUIDES or (hold is Hold.LIMITS and not fixes(level)) for hold, level in ties)
    return Within.YES if settled else Within.NOT_SETTLED
