"""Who may read and join a talk. Whose place it hangs on is for the feature above to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coproduce.accounts.rules import Standing
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.deliberation.models import Thread


def refuse_read(me: Standing, *, open_talk: bool) -> Message | None:
    """Residents' words and names are for people signed in, unless the landlord opens them to all."""
    if me.known or open_talk:
        return None
    return say("Neighbours’ words and names are for people who have signed in.")


def refuse_say(me: Standing, thread: Thread) -> Message | None:
    if not me.known:
        return say("Sign in to add your voice.")
    if not thread.is_open:
        return say("This talk is closed. You can still read it.")
    return None
