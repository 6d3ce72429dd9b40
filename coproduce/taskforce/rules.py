"""Answers, reasons, ratings and actions: what each may be, and when something is late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coproduce.accounts.rules import Role
from coproduce.clock import working_days_between
from coproduce.duties.rules import Level, fixes
from coproduce.proposals.rules import ONLY_LAW_OR_SAFETY_MAY_DECLINE, Mandate, Stage
from coproduce.words import Message, say, say_n

REMIND_AT = 3  # working days left
LONGEST_ACTION = 300
GONE = frozenset({Stage.WITHDRAWN, Stage.MERGED, Stage.NOT_TAKEN_UP})
TAKE_ACTIONS = (Role.DECISION_OWNER, Role.OFFICER)
LONGEST_AHEAD = timedelta(days=5 * 365 + 1)


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
# What each clock waits for: on lists for everybody, and for the one who owes it.
CAUSE_NAMES: Mapping[Cause, Message] = {
    Cause.SUPPORT: say("Say what residents may decide"),
    Cause.BALLOT: say("Answer the vote"),
    Cause.CHALLENGE: say("Answer the challenge"),
    Cause.RECOMMENDATION: say("Answer the recommendation"),
    Cause.REVIEW: say("Answer the review"),
}
WAITING_NAMES: Mapping[Cause, Message] = {
    Cause.SUPPORT: say("Make your promise"),
    Cause.BALLOT: say("Answer the vote"),
    Cause.CHALLENGE: say("Answer the challenge"),
    Cause.RECOMMENDATION: say("Answer the recommendation"),
    Cause.REVIEW: say("Answer the review"),
}
ACTION_NEWS: Mapping[ActionState, Message] = {
    ActionState.TO_DO: say("It is still to do."),
    ActionState.DOING: say("It has been started."),
    ActionState.DONE: say("It is done."),
    ActionState.DROPPED: say("It was dropped. The reason stands on its page."),
}
NEXT_STATES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.TO_DO: frozenset({ActionState.DOING, ActionState.DONE, ActionState.DROPPED}),
    ActionState.DOING: frozenset({ActionState.DONE, ActionState.DROPPED}),
    ActionState.DONE: frozenset(),
    ActionState.DROPPED: frozenset(),
}


class Fate(StrEnum):
    """What became of a promise: an answer owed, or an action."""

    TO_COME = "to come"
    LATE = "late"
    KEPT = "kept"
    DONE_LATE = "done late"
    DROPPED = "dropped"


FATE_NAMES: Mapping[Fate, Message] = {
    Fate.TO_COME: say("Still to come"),
    Fate.LATE: say("Late now"),
    Fate.KEPT: say("Kept on time"),
    Fate.DONE_LATE: say("Done late"),
    Fate.DROPPED: say("Dropped"),
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


def wrong_law(level: Level, *, upcoming: bool) -> Message | None:
    """Why this duty is no reason of law: guidance may be departed from, and what is not in force binds nobody yet."""
    if not fixes(level):
        return say("The register says this duty is not law. Choose the duty that is, or another kind of reason.")
    if upcoming:
        return say("This law is not in force yet. Choose one that is, or another kind of reason.")
    return None


def reasons_left_open(mandate: Mandate | None) -> list[ReasonKind]:
    """The kinds of reason that the promise leaves open for a "no"."""
    return [reason for reason in ReasonKind if wrong_answer(AnswerKind.DECLINE, mandate, reason) is None]


def wrong_day(due_on: date, today: date) -> Message | None:
    """Why nothing can be promised for this day."""
    if due_on < today:
        return say("This day has passed. Choose today or a later day.")
    if due_on > today + LONGEST_AHEAD:
        return say("This is more than five years away. Choose an earlier day, or promise a first step.")
    return None


def wrong_move(was: ActionState, to: ActionState, *, was_due: date, due_on: date, today: date) -> Message | None:
    """Why an action cannot go on like this."""
    if not NEXT_STATES[was]:
        return say("This action is finished. It does not change any more.")
    if to is was and due_on == was_due:
        return say("Nothing changes. Choose how it stands now, or another day.")
    if to is not was and to not in NEXT_STATES[was]:
        return say("It has been started already. Choose how it stands now.")
    if due_on != was_due and not NEXT_STATES[to]:
        return say("It is finished: its day cannot move as well.")
    return wrong_day(due_on, today) if due_on != was_due else None


def working_days_late(due_on: date, today: date) -> int:
    """How many working days something is late; nought on the day it is due and before, and over the next weekend."""
    return working_days_between(due_on, today)


def is_late(due_on: date, today: date) -> bool:
    return today > due_on


def late_by(due_on: date, today: date) -> Message:
    """In words, at any time after the day it was due: over a weekend no working day has gone by, and it is late."""
    days = working_days_late(due_on, today)
    if not days:
        return say("Late since {day}", day=due_on)
    return say_n("Late by {n} working day", "Late by {n} working days", days)


def days_left(due_on: date, today: date) -> Message:
    days = working_days_between(today, due_on)
    if due_on == today:
        return say("Due today")
    return say_n("{n} working day left", "{n} working days left", days) if days else say("No working day left")


@dataclass(frozen=True)
class Clock:
    """How an answer or an action stands towards its day: in words, and as the share of the time that is used up."""

    late: bool
    words: Message
    share: int

    @property
    def kind(self) -> str:
        return "late" if self.late else "due"


def clock_of(starts_on: date, due_on: date, today: date) -> Clock:
    if is_late(due_on, today):
        return Clock(late=True, words=late_by(due_on, today), share=100)
    whole = working_days_between(starts_on, due_on)
    used = whole - working_days_between(today, due_on)
    return Clock(late=False, words=days_left(due_on, today), share=max(0, 100 * used // whole) if whole else 100)


def fate(*, first_due_on: date, due_on: date, done_on: date | None, dropped: bool, today: date) -> Fate:
    """What became of a promise. On time means by the day that was promised first: moving it does not win it back."""
    if dropped:
        return Fate.DROPPED
    if done_on is not None:
        return Fate.KEPT if done_on <= first_due_on else Fate.DONE_LATE
    return Fate.LATE if is_late(due_on, today) else Fate.TO_COME


def how_it_stands(fate: Fate, *, moved: bool, due_on: date, done_on: date | None, today: date) -> Message:
    """The state of a promise as its tag says it."""
    if fate is Fate.LATE:
        return late_by(due_on, today)
    if fate is Fate.TO_COME:
        return say("Due today") if due_on == today else say("Due {day}", day=due_on)
    if fate is Fate.DONE_LATE and moved and done_on is not None and done_on <= due_on:
        return say("Done, after its day was moved")
    return FATE_NAMES[fate]


def needs_reminder(due_on: date, today: date) -> bool:
    return not is_late(due_on, today) and working_days_between(today, due_on) <= REMIND_AT


def is_finished(states: Iterable[ActionState]) -> bool:
    """Whether nothing is left to do of all that was promised, and something was done."""
    states = list(states)
    return ActionState.DONE in states and all(not NEXT_STATES[state] for state in states)


def count_ratings(ratings: Iterable[Rating]) -> list[tuple[Rating, int]]:
    """How many members gave each rating, most first; the order of the list breaks a tie."""
    count = Counter(ratings)
    order = list(Rating)
    return sorted(count.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
