"""Answers, reasons, ratings and actions: what each may be, and when something is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from coproduce.clock import working_days_between
from coproduce.proposals.rules import ONLY_LAW_OR_SAFETY_MAY_DECLINE, Mandate
from coproduce.words import Message, say


class Cause(StrEnum):
    """What an answer is owed for."""

    SUPPORT = "support reached"
    BALLOT = "ballot result"
    CHALLENGE = "challenge"
    RECOMMENDATION = "recommendation"
    REVIEW = "review asked"


class AnswerKind(StrEnum):
    ACCEPT = "accept"
    PART = "part"
    DECLINE = "decline"


class ReasonKind(StrEnum):
    LAW = "law"
    SAFETY = "safety"
    MONEY = "money"
    CONTRACT = "contract"
    FAIRNESS = "fairness"
    OTHER = "other"


class Rating(StrEnum):
    ACCEPTED = "accepted"
    CHALLENGED = "challenged"
    NEEDS_EVIDENCE = "needs evidence"


class ActionState(StrEnum):
    TO_DO = "to do"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


ANSWER_NAMES: Mapping[AnswerKind, Message] = {
    AnswerKind.ACCEPT: say("Yes"),
    AnswerKind.PART: say("Yes in part"),
    AnswerKind.DECLINE: say("No"),
}
REASON_NAMES: Mapping[ReasonKind, Message] = {
    ReasonKind.LAW: say("The law"),
    ReasonKind.SAFETY: say("Safety"),
    ReasonKind.MONEY: say("Money"),
    ReasonKind.CONTRACT: say("A contract we are bound by"),
    ReasonKind.FAIRNESS: say("Fairness to other neighbours"),
    ReasonKind.OTHER: say("Something else"),
}
RATING_NAMES: Mapping[Rating, Message] = {
    Rating.ACCEPTED: say("We accept this reason"),
    Rating.CHALLENGED: say("We challenge this reason"),
    Rating.NEEDS_EVIDENCE: say("We need to see more"),
}
ACTION_NAMES: Mapping[ActionState, Message] = {
    ActionState.TO_DO: say("To do"),
    ActionState.DOING: say("Being done"),
    ActionState.DONE: say("Done"),
    ActionState.DROPPED: say("Dropped"),
}
NEXT_STATES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.TO_DO: frozenset({ActionState.DOING, ActionState.DONE, ActionState.DROPPED}),
    ActionState.DOING: frozenset({ActionState.DONE, ActionState.DROPPED}),
    ActionState.DONE: frozenset(),
    ActionState.DROPPED: frozenset(),
}


def wrong_answer(kind: AnswerKind, mandate: Mandate | None, reason: ReasonKind | None) -> Message | None:
    """Why this answer cannot be given: a "no" without a reason, or one that the mandate does not leave open."""
    if kind is AnswerKind.ACCEPT:
        return None
    if reason is None:
        return say("Say what kind of reason it is. People are owed one.")
    if mandate in ONLY_LAW_OR_SAFETY_MAY_DECLINE and reason not in {ReasonKind.LAW, ReasonKind.SAFETY}:
        return say(
            "You promised that residents decide here. Only the law or safety can stand in the way of what they chose."
        )
    return None


def working_days_late(due_on: date, today: date) -> int:
    """How many working days something is late; nought on the day it is due and before."""
    return working_days_between(due_on, today)
