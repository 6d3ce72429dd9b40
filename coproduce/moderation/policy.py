"""Who may report, hide, appeal and pass on. Each answer is None, or the reason to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coproduce.accounts.rules import Role, Standing
from coproduce.deliberation.rules import Shown
from coproduce.words import Message, say

if TYPE_CHECKING:
    from coproduce.moderation.models import Hiding, Told
    from coproduce.moderation.queries import Thing

# Where no moderator is named, or a second one is needed, an administrator stands in: a report never lies unread.
MODERATORS = (Role.MODERATOR, Role.ADMINISTRATOR)
PASS_ON = (*MODERATORS, Role.OFFICER)


def moderates(me: Standing, place_id: int | None = None) -> bool:
    return any(me.holds(role, place_id) for role in MODERATORS)


def passes_on(me: Standing, place_id: int | None = None) -> bool:
    return any(me.holds(role, place_id) for role in PASS_ON)


def refuse_queue(me: Standing) -> Message | None:
    return None if passes_on(me) else say("Only moderators and the landlord’s officers see what waits here.")


def refuse_report(me: Standing, thing: Thing) -> Message | None:
    if not me.known:
        return say("Sign in to report this.")
    if thing.writer_id == me.person_id:
        return say("These are your own words. You can change them or take them back.")
    if thing.state is not Shown.SHOWN:
        return say("Only what everybody can read can be reported.")
    return None


def refuse_judge(me: Standing, thing: Thing) -> Message | None:
    """Whoever hides a post, or lets it stand."""
    if not moderates(me, thing.place_id):
        return say("Only a moderator for this place can do this.")
    if thing.writer_id == me.person_id:
        return say("These are your own words. Another moderator must look at them.")
    return None


def refuse_appeal(me: Standing, hiding: Hiding) -> Message | None:
    if hiding.writer_id != me.person_id:
        return say("Only the person who wrote this can ask for a second look.")
    if hiding.restored_at is not None:
        return say("This is shown again.")
    if hiding.appealed_at is not None:
        return say("You have asked for a second look already.")
    return None


def refuse_settle_appeal(me: Standing, hiding: Hiding) -> Message | None:
    if not moderates(me, hiding.place_id):
        return say("Only a moderator for this place can do this.")
    if me.person_id == hiding.hidden_by_id:
        return say("You hid this. Another moderator must take the second look.")
    if me.person_id == hiding.writer_id:
        return say("These are your own words. Another moderator must look at them.")
    if not hiding.waits_for_a_second:
        return say("Nobody waits for a second look at this.")
    return None


def refuse_restore(me: Standing, hiding: Hiding) -> Message | None:
    """Without an appeal too: whoever was wrong can put it right."""
    if not moderates(me, hiding.place_id):
        return say("Only a moderator for this place can do this.")
    if me.person_id == hiding.writer_id:
        return say("These are your own words. Another moderator must look at them.")
    if hiding.restored_at is not None:
        return say("This is shown again.")
    return None


def refuse_pass_on(me: Standing, told: Told) -> Message | None:
    if not passes_on(me, told.place_id):
        return say("Only a moderator or an officer for this place can pass this on.")
    if told.by_id == me.person_id:
        return say("You wrote this. Another moderator or an officer must pass it on.")
    return None
