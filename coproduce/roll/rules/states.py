"""How far an import of the roll is, and what its steps are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coproduce.words import Message, say


class State(StrEnum):
    SENT = "sent"
    MATCHED = "matched"
    READY = "ready"
    CONFIRMED = "confirmed"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class StepKind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    END = "end"
    WRONG = "wrong"


STATE_NAMES: Mapping[State, Message] = {
    State.SENT: say("Waits for you to match its columns"),
    State.MATCHED: say("Being worked out"),
    State.READY: say("Waits for you to check it"),
    State.CONFIRMED: say("Being brought in"),
    State.DONE: say("Brought in"),
    State.FAILED: say("Stopped"),
    State.DROPPED: say("Thrown away"),
}
UNDER_WAY = frozenset({State.MATCHED, State.CONFIRMED})
SETTLED = frozenset({State.DONE, State.FAILED, State.DROPPED})

SHARE_THAT_ASKS_AGAIN = 10  # per cent of those who live there now


def ends_too_many(ending: int, living: int) -> bool:
    """Whether an import would end so many tenancies that the file may be the wrong one, or cut short."""
    return ending * 100 > living * SHARE_THAT_ASKS_AGAIN
