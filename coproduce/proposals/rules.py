"""Stages, mandates and clauses: what may follow what, and what stops a vote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coproduce.words import Message, say


class Stage(StrEnum):
    DRAFT = "draft"
    RAISED = "raised"
    SHAPING = "shaping"
    SETTLED = "settled"
    VOTING = "voting"
    ANSWERED = "answered"
    DOING = "doing"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    NOT_TAKEN_UP = "not taken up"


NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.RAISED, Stage.WITHDRAWN}),
    Stage.RAISED: frozenset({Stage.SHAPING, Stage.WITHDRAWN, Stage.MERGED, Stage.NOT_TAKEN_UP}),
    Stage.SHAPING: frozenset({Stage.SETTLED, Stage.VOTING, Stage.WITHDRAWN, Stage.MERGED}),
    Stage.SETTLED: frozenset({Stage.VOTING, Stage.SHAPING, Stage.WITHDRAWN}),
    Stage.VOTING: frozenset({Stage.ANSWERED, Stage.SETTLED}),
    Stage.ANSWERED: frozenset({Stage.DOING, Stage.DONE, Stage.NOT_TAKEN_UP}),
    Stage.DOING: frozenset({Stage.DONE}),
}
STAGE_NAMES: Mapping[Stage, Message] = {
    Stage.DRAFT: say("Being written"),
    Stage.RAISED: say("Gathering support"),
    Stage.SHAPING: say("Writing it together"),
    Stage.SETTLED: say("Ready for a vote"),
    Stage.VOTING: say("Neighbours vote"),
    Stage.ANSWERED: say("Answered"),
    Stage.DOING: say("Being done"),
    Stage.DONE: say("Done"),
    Stage.WITHDRAWN: say("Withdrawn"),
    Stage.MERGED: say("Joined with another"),
    Stage.NOT_TAKEN_UP: say("Not taken up"),
}
OPEN = (Stage.RAISED, Stage.SHAPING, Stage.SETTLED, Stage.VOTING, Stage.ANSWERED, Stage.DOING)
TAKES_SUPPORT = frozenset({Stage.RAISED, Stage.SHAPING, Stage.SETTLED})
TAKES_TALK = frozenset({Stage.RAISED, Stage.SHAPING, Stage.SETTLED, Stage.VOTING, Stage.ANSWERED, Stage.DOING})


class Mandate(StrEnum):
    INFORM = "inform"
    CONSULT = "consult"
    CO_DESIGN = "co-design"
    DELEGATE = "delegate"
    RESIDENT_LED = "resident-led"


MANDATE_NAMES: Mapping[Mandate, Message] = {
    Mandate.INFORM: say("Inform"),
    Mandate.CONSULT: say("Consult"),
    Mandate.CO_DESIGN: say("Co-design"),
    Mandate.DELEGATE: say("Delegate"),
    Mandate.RESIDENT_LED: say("Resident-led"),
}
# The promise of each mandate, in the landlord's voice: ../docs/domain.md, mandate levels.
PROMISES: Mapping[Mandate, Message] = {
    Mandate.INFORM: say("We will tell you clearly and answer your questions."),
    Mandate.CONSULT: say("We will ask first, listen, and say what changed."),
    Mandate.CO_DESIGN: say("We will work it up together and take the joint version forward."),
    Mandate.DELEGATE: say("You decide within the limits we have stated. Then we do it."),
    Mandate.RESIDENT_LED: say("You start it, run it and decide. We support you."),
}
ONLY_LAW_OR_SAFETY_MAY_DECLINE = frozenset({Mandate.DELEGATE, Mandate.RESIDENT_LED})
MAY_BALLOT = frozenset({Mandate.CONSULT, Mandate.CO_DESIGN, Mandate.DELEGATE, Mandate.RESIDENT_LED})


class Stand(StrEnum):
    """Where a clause stands towards the law."""

    FIXED = "fixed"
    FLEXIBLE = "flexible"
    UNCLEAR = "unclear"


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


class AuthorState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


def may_move(now: Stage, to: Stage) -> bool:
    return to in NEXT.get(now, frozenset())


@dataclass(frozen=True)
class ClauseFacts:
    """What stops or allows a vote on one clause."""

    number: int
    stand: Stand
    options: int = 0
    options_not_inside: int = 0


def why_not_ready(mandate: Mandate | None, clauses: Iterable[ClauseFacts]) -> Message | None:
    """Why no ballot may open on this text yet; None when one may. Never a ballot with an option that breaks a duty."""
    clauses = list(clauses)
    if mandate is None:
        return say("The landlord has not made its promise yet. A vote opens only after it.")
    if mandate not in MAY_BALLOT:
        return say("The promise here is to inform. There is nothing to vote on.")
    if not clauses:
        return say("There are no clauses yet. Add at least one.")
    for clause in clauses:
        if clause.stand is Stand.UNCLEAR:
            return say(
                "Clause {number} is still unclear. Its question must be answered before a vote.", number=clause.number
            )
        if clause.options_not_inside:
            return say(
                "An option of clause {number} may break a duty. A duty keeper must settle it before a vote.",
                number=clause.number,
            )
    return None
