"""Stages and mandates: what may follow what, and how far residents decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from coproduce import clock
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
ONLY_LAW_OR_SAFETY_MAY_DECLINE = frozenset({Mandate.DELEGATE, Mandate.RESIDENT_LED})
MAY_BALLOT = frozenset({Mandate.CONSULT, Mandate.CO_DESIGN, Mandate.DELEGATE, Mandate.RESIDENT_LED})


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


def may_move(now: Stage, to: Stage) -> bool:
    return to in NEXT.get(now, frozenset())


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
