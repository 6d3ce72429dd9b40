"""Codes that people type: how they look on paper and on a phone, and how they are read when typed."""

from __future__ import annotations

import hashlib
import hmac
import re

ALPHABET = "ACDEFGHJKMNPQRTUVWXY3479"  # nothing that looks like another: no 0 O, 1 I L, 2 Z, 5 S, 6, 8 B
LONG = 10  # 24 ** 10: 45 bits, and every guess is counted
DIGITS = 6


def long_code(key: bytes, *parts: object) -> str:
    """Ten letters worked out from what they are for, so that a letter can be printed again and nothing is kept."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in _even(key, *parts))[:LONG]


def _even(key: bytes, *parts: object) -> bytes:
    """Bytes under 240, which is ten times 24: each letter of the alphabet is as likely as any other."""
    found = b""
    turn = 0
    while len(found) < LONG:
        text = "|".join(str(part) for part in (*parts, turn)).encode()
        found += bytes(byte for byte in hmac.new(key, text, hashlib.sha256).digest() if byte < 240)
        turn += 1
    return found


def shown(code: str) -> str:
    """In two groups, to read from paper: ACDEF GHJKM."""
    return f"{code[:5]} {code[5:]}"


def read_long(typed: str) -> str:
    """A code as it was typed, without spaces and hyphens, in capitals."""
    return re.sub(r"[\s\-–.]+", "", typed).upper()[:40]


def read_digits(typed: str) -> str:
    """The digits of a code as it was typed, also where a phone puts a space or another script's digits in."""
    found = [str(int(letter)) for letter in re.sub(r"\s+", "", typed) if letter.isdecimal()]
    return "".join(found)[:20]
