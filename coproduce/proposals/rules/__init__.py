"""Stages, mandates and clauses: what may follow what, and what stops a vote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from coproduce import clock, texts
from coproduce.duties.rules import Level, fixes
from coproduce.words import Message, say

LONGEST_TITLE = 120
LONGEST_SUMMARY = 400
LONGEST_REASONS = 4000
LONGEST_STRENGTHS = 2000
LONGEST_CLAUSE = 1500
LONGEST_QUESTION = 1000
LONGEST_OPTION = 120
LONGEST_MEANING = 300
LONGEST_RANGE = 300
LONGEST_PROMISE = 1000
LONGEST_ANSWER = 3000
MOST_OPTIONS = 8


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
BEFORE_THE_VOTE = frozenset({Stage.RAISED, Stage.SHAPING, Stage.SETTLED})
TAKES_SUPPORT = BEFORE_THE_VOTE
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
# What each level promises, in the landlord's voice.
PROMISES: Mapping[Mandate, Message] = {
    Mandate.INFORM: say("We will tell you clearly and answer your questions."),
    Mandate.CONSULT: say("We will ask first, listen, and say what changed."),
    Mandate.CO_DESIGN: say("We will work it up together and take the joint version forward."),
    Mandate.DELEGATE: say("You decide within the limits we have stated. Then we do it."),
    Mandate.RESIDENT_LED: say("You start it, run it and decide. We support you."),
}
MOST_SUPPORT = 10_000
ONLY_LAW_OR_SAFETY_MAY_DECLINE = frozenset({Mandate.DELEGATE, Mandate.RESIDENT_LED})
MAY_BALLOT = frozenset({Mandate.CONSULT, Mandate.CO_DESIGN, Mandate.DELEGATE, Mandate.RESIDENT_LED})


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


class AuthorState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class OfferState(StrEnum):
    """What became of an offer to join two proposals."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


ENTERED_HOW: Mapping[str, Message] = {
    "voice": say("They told me"),
    "paper": say("They wrote it on paper"),
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


def may_move(now: Stage, to: Stage) -> bool:
    return to in NEXT.get(now, frozenset())


# -- where a proposal is -------------------------------------------------------------------------------------------


class Step(StrEnum):
    """The five steps that the stage bar shows."""

    IDEA = "idea"
    SUPPORT = "support"
    SHAPING = "shaping"
    VOTE = "vote"
    ANSWER = "answer"


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    TO_COME = "to-come"


_AT: Mapping[Stage, Step] = {
    Stage.DRAFT: Step.IDEA,
    Stage.RAISED: Step.SUPPORT,
    Stage.SHAPING: Step.SHAPING,
    Stage.SETTLED: Step.VOTE,
    Stage.VOTING: Step.VOTE,
    Stage.ANSWERED: Step.ANSWER,
    Stage.DOING: Step.ANSWER,
}


def steps(stage: Stage) -> list[tuple[Step, StepState]]:
    """The five steps and which of them is now. None for a proposal that was let go; all done for one that is done."""
    if stage is Stage.DONE:
        return [(step, StepState.DONE) for step in Step]
    if stage not in _AT:
        return []
    order = list(Step)
    now = order.index(_AT[stage])
    return [
        (step, StepState.NOW if no == now else StepState.DONE if no < now else StepState.TO_COME)
        for no, step in enumerate(order)
    ]


def promise_due(support_reached_on: date, mandate_days: int) -> date:
    """The day by which the landlord must have made its promise."""
    return clock.add_working_days(support_reached_on, mandate_days)


# -- clauses -------------------------------------------------------------------------------------------------------


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


def wrong_verdict(verdict: Verdict, *, level: Level | None, mended: str, was: str) -> Message | None:
    """Why a flag cannot be settled like this; None when it can. Nothing breaks a duty that nobody names."""
    if verdict is not Verdict.INSIDE and level is None:
        return say("Name the duty that it would break as it stands.")
    if verdict is Verdict.OUTSIDE and level is not None and not fixes(level):
        return say("Only law or regulation can be broken. Guidance may be departed from with a reason.")
    if verdict is Verdict.IF_REWORDED and (not mended or mended == was):
        return say("Write the words in which it keeps inside the law.")
    return None


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


# -- amendments ----------------------------------------------------------------------------------------------------


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


# -- the text and its fingerprint ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClauseText:
    """All that a clause says in a published text."""

    words: str
    stand: Stand
    range_words: str = ""
    cost_pence: int | None = None
    options: tuple[Option, ...] = ()
    duties: tuple[tuple[str, int, Hold], ...] = ()
    question: str = ""
    times: int | None = None
    homes: int | None = None


@dataclass(frozen=True)
class Preamble:
    """What a text says before its clauses. `budget_pence` is what each home may cost."""

    title: str
    summary: str
    reasons: str
    strengths: str = ""
    budget_pence: int | None = None


def whole_text(preamble: Preamble, clauses: Sequence[ClauseText]) -> dict[str, Any]:
    """A published text in the one form that is fingerprinted. Clauses count in their order; duties in any.

    What came to the form later stands in it only where it says something, so that older texts keep their mark.
    """
    return {
        "title": preamble.title,
        "summary": preamble.summary,
        "reasons": preamble.reasons,
        **_only_said(strengths=preamble.strengths, budget=preamble.budget_pence),
        "clauses": [
            {
                "words": clause.words,
                "stand": clause.stand.value,
                "range": clause.range_words,
                "cost": clause.cost_pence,
                "options": [_as_list(option) for option in clause.options],
                "duties": sorted([code, no, hold.value] for code, no, hold in clause.duties),
                "question": clause.question,
                **_only_said(times=clause.times, homes=clause.homes),
            }
            for clause in clauses
        ],
    }


def _only_said(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in ("", None)}


def _as_list(option: Option) -> list[Any]:
    more = _only_said(departs=option.departs_why, times=option.times)
    said = [option.name, option.meaning, option.cost_pence]
    return [*said, more] if more else said


def mark(preamble: Preamble, clauses: Sequence[ClauseText]) -> str:
    """The fingerprint of a published text."""
    return texts.fingerprint(whole_text(preamble, clauses))


# -- ready for a vote ----------------------------------------------------------------------------------------------


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
