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


def _refuse_stranger(me: Standing) -> Message | None:
    return None if me.known else say("Sign in first.")
