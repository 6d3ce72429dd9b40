"""What the register's words mean: areas, levels, how sure, what changed, and when to check before relying on a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from coproduce import texts
from coproduce.errors import Conflict
from coproduce.words import Message, say, say_n, short_day


class Area(StrEnum):
    PETS = "pets"
    VOIDS = "voids"
    ESTATES = "estate services"
    ALL = "cross-cutting"


class Level(StrEnum):
    """How far a duty fixes things. The first two fix; guidance and flexible rows do not."""

    LAW = "law"
    REGULATION = "regulation"
    GUIDANCE = "guidance"
    FLEXIBLE = "flexible"


class Certainty(StrEnum):
    """Marks of the source register: A official text, B secondary source, M from memory and not verified."""

    A = "A"
    AB = "A/B"
    B = "B"
    AM = "A/M"
    BM = "B/M"
    M = "M"


FIXING = frozenset({Level.LAW, Level.REGULATION})
UNVERIFIED = frozenset({Certainty.AM, Certainty.BM, Certainty.M})

AREA_NAMES: Mapping[Area, Message] = {
    Area.PETS: say("Pets"),
    Area.VOIDS: say("Empty homes"),
    Area.ESTATES: say("Estate services"),
    Area.ALL: say("Across everything"),
}
LEVEL_NAMES: Mapping[Level, Message] = {
    Level.LAW: say("Law"),
    Level.REGULATION: say("Regulation"),
    Level.GUIDANCE: say("Guidance"),
    Level.FLEXIBLE: say("Flexible"),
}
CERTAINTY_NAMES: Mapping[Certainty, Message] = {
    Certainty.A: say("Read in the official text"),
    Certainty.AB: say("Read in the official text and in a second source"),
    Certainty.B: say("Read in a second source"),
    Certainty.AM: say("Read in part in the official text, the rest not checked yet"),
    Certainty.BM: say("Read in part in a second source, the rest not checked yet"),
    Certainty.M: say("Not checked yet"),
}


@dataclass(frozen=True)
class Entry:
    """What one version of a duty says. A version is this, with its number, its moment, who made it and why."""

    title: str
    words: str
    level: Level
    flexible_within: str
    who_decides: str
    instrument: str
    source: str
    certainty: Certainty
    status: str
    to_confirm: bool
    upcoming: bool
    in_force_from: date | None
    review_on: date


class Said(TypedDict, total=False):
    """Those parts of an entry that a change names; the rest stays as it was."""

    title: str
    words: str
    level: Level
    flexible_within: str
    who_decides: str
    instrument: str
    source: str
    certainty: Certainty
    status: str
    to_confirm: bool
    upcoming: bool
    in_force_from: date | None
    review_on: date


PARTS = tuple(part.name for part in fields(Entry))
PART_NAMES: Mapping[str, Message] = {
    "title": say("Title"),
    "words": say("What it says"),
    "level": say("Kind"),
    "flexible_within": say("What stays flexible"),
    "who_decides": say("Who decides"),
    "instrument": say("Which law or rule"),
    "source": say("Where we read it"),
    "certainty": say("How sure we are"),
    "status": say("Where it stands"),
    "to_confirm": say("Something to confirm"),
    "upcoming": say("Coming up"),
    "in_force_from": say("Starts on"),
    "review_on": say("Look at it again on"),
}
LONGEST: Mapping[str, int] = {
    "title": 200,
    "words": 4000,
    "flexible_within": 2000,
    "who_decides": 500,
    "instrument": 2000,
    "source": 2000,
    "status": 200,
    "why": 2000,
}
LINES = frozenset({"title", "status"})


def tidy(part: str, text: str) -> str:
    """This part of an entry as it may be kept. Refuses nothing at all, too much, and what cannot be kept."""
    kept = texts.clean_line(text) if part in LINES else texts.clean(text)
    if not kept:
        raise Conflict(say("There is nothing here. Write something."))
    over = len(kept) - LONGEST[part]
    if over > 0:
        raise Conflict(
            say_n(
                "This is {n} letter too long. Keep it to {longest} or fewer.",
                "This is {n} letters too long. Keep it to {longest} or fewer.",
                over,
                longest=LONGEST[part],
            )
        )
    return kept


def fixes(level: Level) -> bool:
    """Whether a duty of this level fixes a clause. Guidance does not: one may depart from it and say why."""
    return level in FIXING


def reasons_to_check(entry: Entry, today: date) -> list[Message]:
    """Why nobody should rely on this row yet. Empty when there is no reason."""
    reasons = []
    if entry.certainty is Certainty.M:
        reasons.append(say("Nobody has checked it against a source yet."))
    elif entry.certainty in UNVERIFIED:
        reasons.append(say("Part of it has not been checked against a source yet."))
    if entry.to_confirm:
        reasons.append(say("Something in it is still to be confirmed."))
    if entry.upcoming and entry.in_force_from and entry.in_force_from <= today:
        reasons.append(say("Its start day has passed. Nobody has confirmed that it began."))
    if entry.review_on < today:
        reasons.append(say("It should have been looked at again by {day}.", day=entry.review_on))
    return reasons


def start_of(entry: Entry, today: date) -> Message | None:
    """When it starts or started, in a sentence; None when it is in force and nobody says since when."""
    begins = entry.in_force_from
    if not entry.upcoming:
        return say("In force since {day}.", day=begins) if begins else None
    if begins is None:
        return say("Not in force yet. No date yet.")
    if begins <= today:
        return say("It was due to start on {day}.", day=begins)
    return say("Not in force yet. It starts on {day}.", day=begins)


@dataclass(frozen=True)
class Change:
    """One part of an entry that a version changed."""

    part: str
    was: str
    now: str

    @property
    def name(self) -> Message:
        return PART_NAMES[self.part]

    @property
    def difference(self) -> list[tuple[str, str]]:
        return texts.difference(self.was, self.now)


def changes(old: Entry, new: Entry) -> list[Change]:
    """The parts that differ, in the reader's language where they are ours to put into words."""
    return [
        Change(part, in_words(getattr(old, part)), in_words(getattr(new, part)))
        for part in PARTS
        if getattr(old, part) != getattr(new, part)
    ]


def in_words(value: Any) -> str:
    """A part's value as people read it."""
    if isinstance(value, Level):
        return str(LEVEL_NAMES[value])
    if isinstance(value, Certainty):
        return str(CERTAINTY_NAMES[value])
    if isinstance(value, bool):
        return str(say("Yes") if value else say("No"))
    if isinstance(value, date):
        return short_day(value)
    return value or str(say("No date yet"))


def order(area: Area, code: str) -> tuple[int, str, int]:
    """Where a duty stands in every list: by area, then PET-2 before PET-10."""
    prefix, _, number = code.rpartition("-")
    return list(Area).index(area), prefix, int(number)


def matches(words: str, among: Iterable[str]) -> bool:
    """Whether each of these words stands somewhere in the texts, whatever their capitals. No words match all."""
    text = "\n".join(among).casefold()
    return all(word in text for word in words.casefold().split())


@dataclass(frozen=True)
class Tally:
    """How many duties are of which kind. What is coming up counts as nothing else."""

    fixed: int
    guidance: int
    flexible: int
    coming: int


def tally(entries: Sequence[Entry]) -> Tally:
    now = [entry.level for entry in entries if not entry.upcoming]
    return Tally(
        fixed=sum(fixes(level) for level in now),
        guidance=now.count(Level.GUIDANCE),
        flexible=now.count(Level.FLEXIBLE),
        coming=len(entries) - len(now),
    )


class Pick(NamedTuple):
    """A duty as a list to pick from shows it; `id` is that of its newest version."""

    id: int
    code: str
    title: str


@dataclass(frozen=True)
class Leaning:
    """Something that leans on a duty, as a feature above names it: its own title, where it is, and how it leans."""

    title: str
    url: str
    note: Message
