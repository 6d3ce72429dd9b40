"""Who may answer for the landlord, rate a reason, promise an action and say how it goes."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from coproduce.accounts.rules import Circle, Role, Standing
from coproduce.proposals.rules import Stage
from coproduce.taskforce.rules import Cause
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.proposals.models import Proposal
    from coproduce.taskforce.models import Action, AnswerOwed, Departure


def refuse_answer(me: Standing, owed: AnswerOwed, *, proposed_by: Collection[int]) -> Message | None:
    """`proposed_by` holds the ids of everybody who wrote or raised the proposal."""
    if not me.holds(Role.DECISION_OWNER, owed.proposal.place_id):
        return say("Only the person who answers for the landlord here can do this.")
    if owed.cause is Cause.SUPPORT:
        return say("This clock waits for the landlord's promise. Make it on the proposal's page.")
    if owed.settled_at is not None:
        return say("This has been answered already.")
    if me.person_id in proposed_by:
        return say("You put this proposal forward. Somebody else must answer it.")
    return None


def refuse_rate(me: Standing, departure: Departure) -> Message | None:
    if not me.sits_on(Circle.TASK_FORCE):
        return say("Only members of the task force rate reasons.")
    if me.person_id in {departure.owner_id, departure.answer.by_id}:
        return say("You gave this reason. Others must rate it.")
    return None


def refuse_promise(me: Standing, proposal: Proposal) -> Message | None:
    if not _acts_for_the_landlord(me, proposal.place_id):
        return say("Only the landlord's own people for this place can promise something here.")
    if proposal.stage not in {Stage.ANSWERED, Stage.DOING}:
        return say("An action can be promised once the vote has been answered, and until all is done.")
    return None


def refuse_move_action(me: Standing, action: Action) -> Message | None:
    if me.known and me.person_id == action.owner_id:
        return None
    if not _acts_for_the_landlord(me, action.place_id):
        return say("Only the person who promised this, or the landlord's people for this place, can change it.")
    return None


def _acts_for_the_landlord(me: Standing, place_id: int) -> bool:
    return any(me.holds(role, place_id) for role in (Role.OFFICER, Role.DECISION_OWNER))
