"""Whether a vote may open on a text, and what stops it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coproduce.proposals.rules.clauses import Stand
from coproduce.proposals.rules.stages import MAY_BALLOT, Mandate
from coproduce.words import Message, say


@dataclass(frozen=True)
class ClauseFacts:
    """What stops or allows a vote on one clause. `options` are those that a ballot may offer; `options_not_inside`
    those that nobody has settled yet. An option that was found to break a duty is in neither. `flagged`: somebody
    says that it, or an option of it, may break a duty, and no duty keeper has looked. `outside`: one has, and it
    does, in these words."""

    number: int
    stand: Stand
    options: int = 0
    options_not_inside: int = 0
    flagged: bool = False
    outside: bool = False


def why_not_ready(mandate: Mandate | None, clauses: Iterable[ClauseFacts]) -> Message | None:
    """Why no ballot may open on this text yet; None when one may. Never a ballot with an option that breaks a duty."""
    clauses = list(clauses)
    if mandate is None:
        return say("The landlord has not made its promise yet. A vote opens only after it.")
    if mandate not in MAY_BALLOT:
        return say("The promise here is to inform. There is nothing to vote on.")
    if not clauses:
        return say("There are no clauses yet. Add at least one.")
    return next((reason for clause in clauses if (reason := _why_it_waits(clause))), None)


def _why_it_waits(clause: ClauseFacts) -> Message | None:
    number, reason = clause.number, None
    if clause.stand is Stand.UNCLEAR:
        reason = say("Clause {number} is still unclear. Its question must be answered before a vote.", number=number)
    elif clause.flagged:
        reason = say(
            "Somebody says that clause {number} may break a duty. A duty keeper must look before a vote.",
            number=number,
        )
    elif clause.outside:
        reason = say(
            "Clause {number} would break a duty as it stands. Change it or take it out before a vote.", number=number
        )
    elif clause.options_not_inside:
        reason = say(
            "An option of clause {number} may break a duty. A duty keeper must settle it before a vote.",
            number=number,
        )
    return reason
