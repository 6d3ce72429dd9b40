"""Who may do what with a ballot. Each answer is None, or the reason to refuse."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from coproduce.accounts.rules import Role, Standing
from coproduce.proposals.rules import Stage, may_move
from coproduce.voting.rules import State
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.proposals.models import Proposal
    from coproduce.voting.models import RollPlace


def refuse_open(me: Standing, proposal: Proposal) -> Message | None:
    """Officers of the place open votes, but never on what they proposed themselves."""
    if not me.holds(Role.OFFICER, proposal.place_id):
        return say("Only a housing officer for this place can open a vote.")
    if me.person_id == proposal.raised_by_id or proposal.is_written_by(me.person_id):
        return say("You helped to write this proposal, so another officer must open its vote.")
    if proposal.stage is Stage.VOTING:
        return say("This proposal has been put to a vote already.")
    if proposal.stage is Stage.RAISED:
        return say("The landlord has not made its promise yet. A vote opens only after it.")
    if not may_move(proposal.stage, Stage.VOTING):
        return say("This proposal is not at a stage where a vote can open.")
    return None


def refuse_late(state: State, closes_at: datetime, now: datetime) -> Message | None:
    """A vote that closes at 8pm takes nothing that comes at 8pm or later, whatever a clock says afterwards."""
    if state is not State.OPEN or now >= closes_at:
        return say("The vote closed on {moment}. Your paper was not counted.", moment=closes_at)
    return None


def refuse_vote(me: Standing, place: RollPlace | None) -> Message | None:
    """Whoever has a place on the roll may vote: the roll was made when the vote opened, and does not change."""
    return None if me.known and place is not None else why_not_on_roll(me)


def why_not_on_roll(me: Standing) -> Message:
    if not me.known:
        return say("Sign in to vote. Anyone may read this page.")
    if me.is_colleague:
        return say("This vote is for residents. People who work for the landlord do not vote in it.")
    if me.is_resident:
        return say("This vote is for the people who lived here on the day it opened.")
    return say("This vote is for residents of this place. You are not on its roll.")


def refuse_recount(me: Standing, state: State, proposal: Proposal) -> Message | None:
    """Tellers and officers; nobody who put the proposal forward or answers for it counts its votes."""
    if not (me.holds(Role.TELLER) or me.holds(Role.OFFICER)):
        return say("Only a teller or a housing officer can ask for another count.")
    if state is not State.CLOSED:
        return say("There is nothing to count until the vote has closed.")
    wrote = me.person_id == proposal.raised_by_id or proposal.is_written_by(me.person_id)
    if wrote or me.holds(Role.DECISION_OWNER, proposal.place_id):
        return say("You put this proposal forward or answer for it, so somebody else must count.")
    return None
