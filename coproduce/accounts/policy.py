"""Who may do what to accounts."""

from __future__ import annotations

from coproduce.accounts.rules import Role, Standing
from coproduce.words import Message, say


def refuse_give_role(me: Standing) -> Message | None:
    if not me.holds(Role.ADMINISTRATOR):
        return say("Only an administrator can give roles.")
    return None


def refuse_choose_language(me: Standing) -> Message | None:
    return _refuse_stranger(me)


def refuse_end_sign_ins(me: Standing) -> Message | None:
    return _refuse_stranger(me)


def refuse_change_account(me: Standing) -> Message | None:
    return _refuse_stranger(me)


def refuse_change_ways(me: Standing) -> Message | None:
    """Ways in of somebody with a role are changed only once the second code was given."""
    if me.needs_code:
        return say("Give your second code first.")
    return _refuse_stranger(me)


def refuse_close_account(me: Standing) -> Message | None:
    return refuse_change_ways(me)


def refuse_set_up_code(me: Standing) -> Message | None:
    if not (me.needs_code or me.is_trusted):
        return say("Only people with a role here use a second code.")
    return None


def refuse_reset_code(me: Standing, person_id: int) -> Message | None:
    if not me.holds(Role.ADMINISTRATOR):
        return say("Only an administrator can reset a second code.")
    if me.person_id == person_id:
        return say("You cannot reset your own second code. Ask another administrator to.")
    return None


def refuse_help_to_join(me: Standing) -> Message | None:
    if not (me.holds(Role.CHAMPION) or me.holds(Role.OFFICER) or me.holds(Role.ADMINISTRATOR)):
        return say("Only champions, housing officers and administrators can help somebody join.")
    return None


def _refuse_stranger(me: Standing) -> Message | None:
    return None if me.known else say("Sign in first.")
