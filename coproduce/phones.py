"""Telephone numbers as people write them, in the one form that a text message needs (ITU-T E.164)."""

from __future__ import annotations

import re


def read_phone(text: str) -> str | None:
    """+447700900123 from 07700 900123, 0044 7700 900123 or (0)7700-900123; None when it is no number.

    A number without a country is taken to be of the United Kingdom: Ofcom's plan has 10 digits after the 0, or 9.
    """
    said = re.sub(r"[\s().\-–]", "", text)
    said = re.sub(r"^\+440", "+44", re.sub(r"^00", "+", said))
    if said.startswith("+"):
        digits = said[1:]
    elif said.startswith("0"):
        digits = "44" + said[1:]
    else:
        return None
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15) or digits.startswith("0"):
        return None
    if digits.startswith("44") and len(digits) not in {11, 12}:
        return None
    return f"+{digits}"


def is_mobile(number: str) -> bool:
    """Whether a text message reaches it: a mobile of the United Kingdom, or any number of elsewhere."""
    return not number.startswith("+44") or number.startswith("+447")


def shown(number: str) -> str:
    """As people here write it: 07700 900123."""
    if number.startswith("+44") and len(number) == 13:
        return f"0{number[3:7]} {number[7:]}"
    return number
