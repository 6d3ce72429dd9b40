"""The ways in, in words, and the number that goes with a passphrase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from coproduce import texts
from coproduce.accounts.rules.standing import WayInKind
from coproduce.words import Message, say

OPEN_THE_DOOR = (WayInKind.EMAIL, WayInKind.PHONE, WayInKind.PASSPHRASE, WayInKind.SINGLE_SIGN_ON)
WAY_IN_NAMES: Mapping[WayInKind, Message] = {
    WayInKind.EMAIL: say("A link by email"),
    WayInKind.PHONE: say("A code by text message"),
    WayInKind.PASSPHRASE: say("Your number and three words"),
    WayInKind.SINGLE_SIGN_ON: say("Your work sign-in"),
    WayInKind.SECOND_CODE: say("A second code from your phone"),
    WayInKind.PAPER_CODES: say("Codes on paper"),
}


def sign_in_number(resident_ref: str | None, person_id: int) -> str:
    """What somebody types beside their passphrase: their resident number; one of ours where they have none."""
    return read_number(resident_ref or f"C{person_id}")


def read_number(typed: str) -> str:
    """A number as it is compared: without spaces, in lower case."""
    return "".join(texts.printable(typed).split()).casefold()[:60]


HELP_TO_JOIN = "help to join"  # what a consent is for
HELP_LASTS = timedelta(minutes=30)
