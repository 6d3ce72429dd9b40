"""Who may change the register."""

from __future__ import annotations

from coproduce.accounts.rules import Role, Standing
from coproduce.words import Message, say


def refuse_change(me: Standing) -> Message | None:
    if me.holds(Role.DUTY_KEEPER) or me.holds(Role.ADMINISTRATOR):
        return None
    return say("Only a duty keeper can change what the register says. If something in it is wrong, ring us.")
