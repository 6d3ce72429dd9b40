"""Who may read and join a talk. Whose place it hangs on is for the feature above to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coproduce.accounts.rules import Circle, Standing
from coproduce.deliberation.rules import Shown
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.deliberation.models import Comment, Thread


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


def refuse_edit(me: Standing, comment: Comment) -> Message | None:
    """Their own words, unless somebody has hidden them. Whether the talk is open is for the feature above to say."""
    if not me.known or comment.person_id != me.person_id:
        return say("Only the person who wrote this can change it.")
    if comment.state not in {Shown.SHOWN, Shown.WAITING}:
        return say("This can no longer be changed.")
    return None


def refuse_adopt(me: Standing, comment: Comment) -> Message | None:
    if not me.known:
        return say("Sign in to say that it is your reason too.")
    if comment.person_id == me.person_id:
        return say("These are your own words.")
    if comment.state is not Shown.SHOWN:
        return say("This is not there to be shared.")
    return None


def refuse_mark_read(me: Standing, comment: Comment) -> Message | None:
    """Those who must listen: the landlord's people and the task force."""
    if comment.person_id == me.person_id:
        return say("These are your own words.")
    if me.is_colleague or me.sits_on(Circle.TASK_FORCE):
        return None
    return say("Only the landlord’s people and the task force tell people that they have read this.")
