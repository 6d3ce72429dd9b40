"""What the register's words mean: areas, levels, how sure, and when to check before relying on a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from coproduce.words import Message, say


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


def fixes(level: Level) -> bool:
    """Whether a duty of this level fixes a clause. Guidance does not: one may depart from it and say why."""
    return level in FIXING


def check_first(*, certainty: Certainty, review_on: date, today: date) -> bool:
    """Whether the row says "check before relying on this": unverified in any part, or past its review."""
    return certainty in UNVERIFIED or review_on < today
