"""Text as people type it: made safe to keep, compared word by word, and given a fingerprint."""

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from coproduce.errors import Conflict
from coproduce.words import say

# Left-to-right and right-to-left overrides and isolates can make a line read as something it is not (Unicode TR36).
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080)])
_KEPT_CONTROLS = {"\n", "\t"}
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def clean(text: str) -> str:
    """Composed (NFC), one kind of line end, no control or steering characters, no space at the ends.

    Refuses what no keyboard types and databases choke on: NUL and half characters (lone surrogates).
    """
    if "\x00" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise Conflict(say("This text has a character we cannot keep. Type it again, or paste it as plain text."))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_STEERING).translate(_INVISIBLE)
    return "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc").strip()


def printable(text: str) -> str:
    """What can be shown again of something that could not be read: without NUL, controls and half characters."""
    return "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"})


def clean_line(text: str) -> str:
    """As `clean`, on one line."""
    return " ".join(clean(text).split())


def plain_cell(text: str) -> str:
    """Text for a cell of a table: a spreadsheet must not take people's words for a sum to do (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0")) else text


def slug(text: str, longest: int = 60) -> str:
    """Words for an address: lower case, hyphens, ASCII. Empty when nothing of that is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:longest].strip("-")


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def canonical(value: Any) -> bytes:
    """One byte string for one meaning: sorted keys, no spaces, UTF-8 (RFC 8785 without its number rules: we
    put only strings, whole numbers, true, false and null in)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(value: Any) -> str:
    """SHA-256 over the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def short_mark(print_: str) -> str:
    """The first twelve digits of a fingerprint in groups of four, to read aloud: 7c1e 09ab 44d2."""
    return " ".join(print_[start : start + 4] for start in (0, 4, 8))


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """What changed, in runs of whole words: ("same" | "out" | "in", text). Texts are limited where they are typed."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    return list(_joined(_runs(before, after)))


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for deed, a1, a2, b1, b2 in matcher.get_opcodes():
        if deed == "equal":
            run = "".join(before[a1:a2])
            # A lone space between two changes would cut one change into crumbs that are hard to hear.
            yield ("space", run) if run.isspace() else ("same", run)
        else:
            yield "out", "".join(before[a1:a2])
            yield "in", "".join(after[b1:b2])


def _joined(runs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    out = put = ""
    for kind, text in runs:
        if kind == "out":
            out += text
        elif kind == "in":
            put += text
        elif kind == "space" and (out or put):
            out, put = out + text, put + text
        else:
            yield from _change(out, put)
            out = put = ""
            yield "same", text
    yield from _change(out, put)


def _change(out: str, put: str) -> Iterator[tuple[str, str]]:
    shared = ""
    while out and put and out[-1].isspace() and out[-1] == put[-1]:
        shared, out, put = out[-1] + shared, out[:-1], put[:-1]
    if out:
        yield "out", out
    if put:
        yield "in", put
    if shared:
        yield "same", shared
