"""Who may keep the roll."""

from __future__ import annotations

from coproduce.accounts.rules import EVERYWHERE, Role, Standing
from coproduce.words import Message, say


def refuse_keep_roll(me: Standing, place_id: int | None = None) -> Message | None:
    """Officers keep the roll of their own places, administrators of all. No place: of any at all."""
    if me.holds(Role.ADMINISTRATOR) or me.holds(Role.OFFICER, place_id):
        return None
    if me.holds(Role.OFFICER):
        return say("This is not one of the places that you keep the roll of.")
    return say("Only housing officers and administrators keep the roll.")


def refuse_send(me: Standing, place_id: int | None) -> Message | None:
    """A list of everybody everywhere is for those who keep the roll everywhere."""
    if place_id is not None:
        return refuse_keep_roll(me, place_id)
    everywhere = me.holds(Role.ADMINISTRATOR) or (me.holds(Role.OFFICER) and me.roles[Role.OFFICER] is EVERYWHERE)
    return None if everywhere else refuse_keep_roll(me) or say("Choose the place that this list is for.")


def refuse_merge(me: Standing, place_ids: frozenset[int]) -> Message | None:
    """Whoever keeps the roll of every place that the two people live in."""
    refusals = [refuse_keep_roll(me, place_id) for place_id in sorted(place_ids)]
    return next((refusal for refusal in refusals if refusal), None) or refuse_keep_roll(me)
