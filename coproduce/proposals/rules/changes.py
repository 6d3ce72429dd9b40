"""Suggestions, and what a duty keeper says of what may break a duty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from coproduce.duties.rules import Level, fixes
from coproduce.proposals.rules.clauses import C, Stand
from coproduce.words import Message, say


class Verdict(StrEnum):
    """What a duty keeper says of what was flagged."""

    INSIDE = "inside"
    IF_REWORDED = "inside if reworded"
    OUTSIDE = "outside"


VERDICTS: Mapping[Verdict, Message] = {
    Verdict.INSIDE: say("It keeps inside the law"),
    Verdict.IF_REWORDED: say("It keeps inside the law in other words"),
    Verdict.OUTSIDE: say("It would break a duty"),
}


class Deed(StrEnum):
    """What an amendment would do to the text."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"


DEED_NAMES: Mapping[Deed, Message] = {
    Deed.REPLACE: say("Change its words"),
    Deed.ADD: say("Add a clause"),
    Deed.REMOVE: say("Take it out"),
    Deed.MOVE: say("Move it"),
}


class AmendmentState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


AMENDMENT_STATES: Mapping[AmendmentState, Message] = {
    AmendmentState.OPEN: say("Waits for the people who write it"),
    AmendmentState.ACCEPTED: say("Taken into the text"),
    AmendmentState.DECLINED: say("Not taken in"),
    AmendmentState.WITHDRAWN: say("Taken back"),
}


def wrong_verdict(verdict: Verdict, *, level: Level | None, mended: str, was: str) -> Message | None:
    """Why a flag cannot be settled like this; None when it can. Nothing breaks a duty that nobody names."""
    if verdict is not Verdict.INSIDE and level is None:
        return say("Name the duty that it would break as it stands.")
    if verdict is Verdict.OUTSIDE and level is not None and not fixes(level):
        return say("Only law or regulation can be broken. Guidance may be departed from with a reason.")
    if verdict is Verdict.IF_REWORDED and (not mended or mended == was):
        return say("Write the words in which it keeps inside the law.")
    return None


def amended(order: Sequence[C], deed: Deed, *, at: int | None, new: C | None = None, to: int | None = None) -> list[C]:
    """The clauses of a text after an amendment. `at` is where its clause stands now (from 0), `to` where one that is
    added or moved shall stand; past the end means at the end. Nothing else changes its place."""
    clauses = list(order)
    if deed is Deed.REPLACE and at is not None and new is not None:
        clauses[at] = new
    elif deed is Deed.REMOVE and at is not None:
        del clauses[at]
    elif deed is Deed.MOVE and at is not None and to is not None:
        clauses.insert(to, clauses.pop(at))
    elif deed is Deed.ADD and new is not None:
        clauses.insert(len(clauses) if to is None else to, new)
    return clauses


def wrong_amendment(deed: Deed, *, stand: Stand | None, words: str, was: str, places: int) -> Message | None:
    """Why an amendment makes no sense; None when it does. `stand` and `was` are those of its clause, as it is now."""
    if deed is Deed.ADD:
        return None if words else say("Write the words that you suggest.")
    if stand is None:
        return say("This clause is no longer in the text.")
    return _wrong_for_clause(deed, stand, words, was) or (
        say("This is the only clause. A text needs one.") if deed is Deed.REMOVE and places == 1 else None
    )


def _wrong_for_clause(deed: Deed, stand: Stand, words: str, was: str) -> Message | None:
    if stand is Stand.UNCLEAR:
        return say("A duty keeper is asked about this clause. Suggest a change once that is answered.")
    if stand is Stand.FIXED and deed is Deed.REMOVE:
        return say("The law fixes this clause, so it cannot be taken out. You can suggest clearer words for it.")
    if deed is Deed.REPLACE and not words:
        return say("Write the words that you suggest.")
    if deed is Deed.REPLACE and words == was:
        return say("These are the words that stand there now. Change something, or leave it as it is.")
    return None
