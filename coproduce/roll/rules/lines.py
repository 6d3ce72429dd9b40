"""One row of a list of residents: read into a line that can be compared, or said to be wrong and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from coproduce import texts
from coproduce.accounts.rules import Format, Holder, Tenure
from coproduce.errors import Conflict
from coproduce.phones import read_phone
from coproduce.roll.rules.columns import Column
from coproduce.words import Message, say

LONGEST = {Column.REF: 40, Column.HOME_REF: 40, Column.NAME: 160, Column.ADDRESS: 300, Column.EMAIL: 254}
YES = frozenset({"yes", "y", "true", "t", "1", "x", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "-", "off"})
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TENURES: Sequence[tuple[Tenure, tuple[str, ...]]] = (
    (Tenure.SHARED_OWNERSHIP, ("shared owner", "part buy", "s/o")),
    (Tenure.LEASEHOLD, ("lease",)),
    (Tenure.SECURE, ("secure", "lifetime")),
    (Tenure.ASSURED, ("assured", "affordable", "social rent", "general needs", "starter", "ast")),
    (Tenure.OTHER, ("other", "licen", "freehold", "market", "temporary", "intermediate")),
)
# What Excel shows when a column is too narrow or a formula is broken.
BROKEN = re.compile(r"#{2,}|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!)", re.IGNORECASE)
POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})")
LANGUAGES = {
    "english": "en-GB", "arabic": "ar", "bengali": "bn", "bangla": "bn", "welsh": "cy", "persian": "fa", "farsi": "fa",
    "punjabi": "pa", "panjabi": "pa", "polish": "pl", "romanian": "ro", "somali": "so", "ukrainian": "uk",
    "urdu": "ur", "en": "en-GB", "en-gb": "en-GB",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A resident in a home, as one row of the file says it."""

    no: int
    ref: str
    name: str
    home_ref: str
    address: str
    postcode: str
    place_id: int
    tenure: Tenure
    since: date
    adult: bool = True
    holder: Holder = Holder.SOLE
    until: date | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    formats: frozenset[Format] | None = None
    do_not_write: bool | None = None


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be used. Its numbers are kept, so that nobody is taken to have left because of a slip."""

    no: int
    ref: str
    home_ref: str
    name: str
    why: tuple[Message, ...]


class _Cells:
    """The cells of one row by their column. Empty where the file has no such column."""

    def __init__(self, cells: Sequence[str], mapping: Mapping[int, Column]) -> None:
        self._found: dict[Column, list[str]] = {}
        for position, column in sorted(mapping.items()):
            text = cells[position] if position < len(cells) else ""
            if text:
                self._found.setdefault(column, []).append(text)

    def __getitem__(self, column: Column) -> str:
        return ", ".join(self._found.get(column, []))

    @property
    def name(self) -> str:
        return self[Column.NAME] or f"{self[Column.FIRST_NAME]} {self[Column.LAST_NAME]}".strip()


@dataclass(frozen=True)
class Reader:
    """How to read this file: which column is where, how days are written, and which places there are."""

    mapping: Mapping[int, Column]
    places: Mapping[str, int | None]
    month_first: bool = False

    def has(self, *columns: Column) -> bool:
        return any(column in self.mapping.values() for column in columns)

    def read(self, no: int, cells: Sequence[str]) -> Line | Wrong:
        row = _Cells(cells, self.mapping)
        trouble: list[Message] = []

        def take(column: Column, read: Callable[[str], Any]) -> Any:
            try:
                return read(row[column])
            except Conflict as conflict:
                trouble.append(conflict.message)
                return None

        facts = {
            "ref": take(Column.REF, lambda text: _needed(text, Column.REF, say("The resident number is missing."))),
            "name": take(Column.NAME, lambda _: _needed(row.name, Column.NAME, say("The name is missing."))),
            "home_ref": take(
                Column.HOME_REF, lambda text: _needed(text, Column.HOME_REF, say("The number of the home is missing."))
            ),
            "address": take(Column.ADDRESS, lambda text: _needed(text, Column.ADDRESS, say("The address is missing."))),
            "postcode": take(Column.POSTCODE, read_postcode),
            "place_id": take(Column.PLACE, self._place),
            "tenure": take(Column.TENURE, read_tenure),
            "since": take(Column.SINCE, self._since),
            "until": take(Column.UNTIL, lambda text: read_day(text, self.month_first) if text else None),
            "adult": take(Column.ADULT, lambda text: _yes_or_no(text) if text else True),
            "holder": take(Column.HOLDER, read_holder),
            "email": take(Column.EMAIL, _email) if self.has(Column.EMAIL) else None,
            "phone": take(Column.PHONE, _phone) if self.has(Column.PHONE) else None,
            "language": take(Column.LANGUAGE, _language) if self.has(Column.LANGUAGE) else None,
            "formats": self._formats(row, take),
            "do_not_write": take(Column.DO_NOT_WRITE, _yes_or_no) if self.has(Column.DO_NOT_WRITE) else None,
        }
        if facts["since"] and facts["until"] and facts["until"] < facts["since"]:
            trouble.append(say("The tenancy ends before it begins."))
        if trouble:
            ref, home_ref = texts.printable(row[Column.REF][:40]), texts.printable(row[Column.HOME_REF][:40])
            return Wrong(no, ref, home_ref, texts.printable(row.name[:160]), tuple(trouble))
        return Line(no, **facts)

    def _since(self, text: str) -> date:
        if not text:
            raise Conflict(say("The day the tenancy began is missing."))
        return read_day(text, self.month_first)

    def _place(self, text: str) -> int:
        if not text:
            raise Conflict(say("The place is missing."))
        key = text.casefold()
        if key not in self.places:
            raise Conflict(say("There is no place called “{place}” here. Add it first, or correct it.", place=text))
        found = self.places[key]
        if found is None:
            raise Conflict(
                say("There are two places called “{place}”. Write what it lies in too: Walsden / {place}.", place=text)
            )
        return found

    def _formats(self, row: _Cells, take: Callable[..., Any]) -> frozenset[Format] | None:
        columns = {
            Column.LARGE_PRINT: Format.LARGE_PRINT,
            Column.EASY_READ: Format.EASY_READ,
            Column.INTERPRETER: Format.INTERPRETER,
        }
        if not self.has(Column.FORMATS, *columns):
            return None
        said = row[Column.FORMATS].casefold()
        found = {one for one in Format if one.value in said}
        found |= {one for column, one in columns.items() if take(column, _yes_or_no)}
        return frozenset(found)


def _needed(text: str, column: Column, missing: Message) -> str:
    if not text:
        raise Conflict(missing)
    if BROKEN.fullmatch(text):
        raise Conflict(say("“{text}” is a mistake that Excel shows. Correct it in the sheet.", text=text))
    if len(text) > LONGEST[column]:
        raise Conflict(say("“{text}…” is too long.", text=text[:30]))
    if column in {Column.REF, Column.HOME_REF} and re.fullmatch(r"\d[.,]\d+E\+?\d+", text, re.IGNORECASE):
        raise Conflict(say("Excel has shortened the number {text}. Format that column as text.", text=text))
    return texts.clean_line(text)


def read_day(text: str, month_first: bool = False) -> date:
    """A day as Excel and housing systems write it: 2024-04-01, 1/4/2024, 1.4.24, 1-Apr-2024, with or without a time.

    Two digits of a year: up to 40 is this century, the rest the last one.
    """
    said = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?Z?$", "", text.strip(), flags=re.IGNORECASE)
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", said):
        year, month, day = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{1,2})[-/. ]([A-Za-z]{3,9})\.?[-/. ](\d{2,4})", said):
        month = MONTHS.index(found[2][:3].lower()) + 1 if found[2][:3].lower() in MONTHS else 0
        day, year = int(found[1]), _year(found[3])
    elif found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", said):
        day, month, year = int(found[1]), int(found[2]), _year(found[3])
        if month_first:
            day, month = month, day
    else:
        raise Conflict(say("“{text}” is not a day we can read. Write it as 27/3/2027.", text=text[:40]))
    try:
        read = date(year, month, day)
    except ValueError:
        raise Conflict(say("There is no such day as “{text}”.", text=text[:40])) from None
    if not 1900 <= read.year <= 2200:
        raise Conflict(say("The year of “{text}” cannot be right.", text=text[:40]))
    return read


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= 40 else 1900)


def read_postcode(text: str) -> str:
    """In capitals with one space, as the Post Office writes it."""
    found = POSTCODE.fullmatch(text.upper().replace("  ", " "))
    if not found:
        raise Conflict(say("“{text}” is not a postcode.", text=text[:20]) if text else say("The postcode is missing."))
    return f"{found[1]} {found[2]}"


def read_tenure(text: str) -> Tenure:
    said = text.casefold()
    for tenure, words in TENURES:
        if any(said == word if len(word) < 4 else word in said for word in words):
            return tenure
    if not text:
        raise Conflict(say("The tenure is missing."))
    raise Conflict(
        say(
            "We do not know the tenure “{text}”. Write assured, secure, shared ownership, leasehold or other.",
            text=text[:40],
        )
    )


def read_holder(text: str) -> Holder:
    said = text.casefold()
    if "joint" in said or said in YES:
        return Holder.JOINT
    if not said or "sole" in said or "single" in said or said in NO:
        return Holder.SOLE
    raise Conflict(say("“{text}” is neither sole nor joint.", text=text[:40]))


def _yes_or_no(text: str) -> bool:
    said = text.casefold()
    if said in YES:
        return True
    if not said or said in NO:
        return False
    raise Conflict(say("“{text}” is neither yes nor no.", text=text[:40]))


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise Conflict(say("“{text}” is not an email address.", text=text[:60])) from None
    if len(text) > LONGEST[Column.EMAIL]:
        raise Conflict(say("“{text}…” is too long.", text=text[:30]))
    return text.lower()


def _phone(text: str) -> str:
    """A number that can be rung; what cannot be read as one is left out, for it keeps nobody off the roll."""
    return read_phone(text) or ""


def _language(text: str) -> str:
    """The code of a language that we know by its code or its English name; a guess is worse than none."""
    said = text.casefold()
    return LANGUAGES.get(said, said if said in LANGUAGES.values() else "")
