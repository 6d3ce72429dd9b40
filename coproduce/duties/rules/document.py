"""The register as a document (plain dicts, for JSON): written without loss, read with every row checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from coproduce.accounts.rules import Role
from coproduce.duties.rules import LONGEST, PARTS, Area, Certainty, Entry, Level, tidy
from coproduce.errors import Conflict
from coproduce.words import Message, say, say_n

FORMAT = "coproduce duties 1"
ABOUT = {
    "what": "A register of duties: what is fixed, what is flexible, who says so. Every version of every duty.",
    "note": "Not legal advice. Of who made a version, the role is kept and no name.",
}
CODE = re.compile(r"[A-Z]{1,8}-[0-9]{1,4}")
YEARS = range(1900, 2200)
HIGHEST = 100_000


@dataclass(frozen=True)
class Kept:
    """One version as it is kept: what it says, and its place in the history. No role: it came with the register."""

    no: int
    entry: Entry
    made_at: datetime
    by_role: str
    why: str


@dataclass(frozen=True)
class Row:
    """One duty with its versions, oldest first."""

    code: str
    area: Area
    versions: tuple[Kept, ...]


class BadRegister(Conflict):
    """A document that cannot be taken in. `problems` has all of them; the message has the first."""

    def __init__(self, problems: list[Message]) -> None:
        super().__init__(
            say_n(
                "Nothing was taken in. There is {n} thing to put right: {first}",
                "Nothing was taken in. There are {n} things to put right. The first: {first}",
                len(problems),
                first=problems[0],
            )
        )
        self.problems = problems


# -- writing ------------------------------------------------------------------------------------------------------


def write(rows: Iterable[Row]) -> dict[str, Any]:
    return {"_about": ABOUT, "format": FORMAT, "duties": [_write_row(row) for row in rows]}


def to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _write_row(row: Row) -> dict[str, Any]:
    return {"code": row.code, "area": row.area.value, "versions": [_write_version(kept) for kept in row.versions]}


def _write_version(kept: Kept) -> dict[str, Any]:
    said = {"made_at": kept.made_at.astimezone(UTC).isoformat(), "by": kept.by_role or None, "why": kept.why}
    return {"no": kept.no, **write_entry(kept.entry), **said}


def write_entry(entry: Entry) -> dict[str, Any]:
    return {part: _plain(value) for part, value in asdict(entry).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


# -- reading ------------------------------------------------------------------------------------------------------

Reader = Callable[[Any], Any]


def _text(part: str) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Conflict(say("This must be text."))
        return tidy(part, value)

    return read


def _one_of(kinds: type[StrEnum]) -> Reader:
    def read(value: Any) -> StrEnum:
        for kind in kinds:
            if kind.value == value:
                return kind
        known = ", ".join(kind.value for kind in kinds)
        raise Conflict(say("This must be one of: {known}.", known=known))

    return read


def _or_nothing(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Conflict(say("This must be true or false."))
    return value


def _day(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if day.year in YEARS:
            return day
    raise Conflict(say("This must be a day such as 2027-05-21."))


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = datetime.min  # noqa: DTZ901
    if moment.tzinfo is None or moment.year not in YEARS:
        raise Conflict(say("This must be a moment with its time zone, such as 2026-11-21T09:00:00+00:00."))
    return moment.astimezone(UTC)


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= HIGHEST:
        raise Conflict(say("This must be a whole number from 1 up."))
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise Conflict(say("This must be capital letters, a hyphen and a number, such as PET-04."))
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Conflict(say("This must be a list with something in it."))
    return value


ENTRY: Mapping[str, Reader] = {
    **{part: _text(part) for part in LONGEST if part in PARTS},
    "level": _one_of(Level),
    "certainty": _one_of(Certainty),
    "to_confirm": _yes_or_no,
    "upcoming": _yes_or_no,
    "in_force_from": _or_nothing(_day),
    "review_on": _day,
}
NAMED: Mapping[str, Reader] = {"code": _code, "area": _one_of(Area)}
HISTORY: Mapping[str, Reader] = {
    "no": _number,
    "made_at": _moment,
    "by": _or_nothing(_one_of(Role)),
    "why": _text("why"),
}


def from_json(content: bytes) -> Any:
    """What a file holds, whatever it is; `read` looks at it."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRegister([say("This file is not in UTF-8.")]) from None
    except (ValueError, RecursionError):
        raise BadRegister([say("This file is not JSON that we can read.")]) from None


def read(document: Any) -> list[Row]:
    """Every duty of an exported register, or `BadRegister` with all that is wrong with it."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadRegister([say('This is not a register. Its "format" must be "{format}".', format=FORMAT)])
    return _read_rows(document, _read_row)


def read_start(document: Any) -> list[tuple[str, Area, Entry]]:
    """The starting register: one flat row a duty, without a history."""
    return _read_rows(document, _read_start_row)


def _read_rows(document: Any, read_one: Callable[[Any, _Problems], Any]) -> list[Any]:
    given = document.get("duties") if isinstance(document, dict) else None
    if not isinstance(given, list):
        raise BadRegister([say('This is not a register. It needs a list named "duties".')])
    problems = _Problems()
    rows = []
    for number, row in enumerate(given, start=1):
        problems.at(number, row)
        rows.append(read_one(row, problems))
    if problems.found:
        raise BadRegister(problems.found)
    return rows


class _Problems:
    """All that is wrong so far, each with its row and field."""

    def __init__(self) -> None:
        self.found: list[Message] = []
        self.codes: set[str] = set()
        self.where: Message = say("The register")

    def at(self, number: int, row: Any) -> None:
        code = row.get("code") if isinstance(row, dict) else None
        named = isinstance(code, str) and CODE.fullmatch(code)
        self.where = say("Row {number} ({code})", number=number, code=code) if named else say("Row {n}", n=number)

    def add(self, field: str, trouble: Message, version: int | None = None) -> None:
        named = say("{row}, version {version}", row=self.where, version=version) if version else self.where
        shown = field if field.isascii() and field.isprintable() else ascii(field)
        self.found.append(say('{row}, "{field}": {trouble}', row=named, field=shown[:60], trouble=trouble))

    def read(self, given: Any, readers: Mapping[str, Reader], version: int | None = None) -> dict[str, Any] | None:
        """Each field by its reader; None when any of them is missing, wrong or not known."""
        before = len(self.found)
        if not isinstance(given, dict):
            self.found.append(say("{row}: this must be an object with named fields.", row=self.where))
            return None
        values = {}
        for name, reader in readers.items():
            if name not in given:
                self.add(name, say("This is missing."), version)
                continue
            try:
                values[name] = reader(given[name])
            except Conflict as conflict:
                self.add(name, conflict.message, version)
        for name in given.keys() - readers.keys():
            self.add(str(name), say("We do not know this field."), version)
        return values if len(self.found) == before else None

    def read_code(self, values: dict[str, Any]) -> None:
        if values["code"] in self.codes:
            self.add("code", say("This code stands in the register twice."))
        self.codes.add(values["code"])


def _read_row(given: Any, problems: _Problems) -> Row | None:
    values = problems.read(given, {**NAMED, "versions": _list})
    if values is None:
        return None
    problems.read_code(values)
    versions = [_read_version(one, number, problems) for number, one in enumerate(values["versions"], start=1)]
    return Row(values["code"], values["area"], tuple(kept for kept in versions if kept))


def _read_version(given: Any, number: int, problems: _Problems) -> Kept | None:
    values = problems.read(given, {**ENTRY, **HISTORY}, number)
    if values is None:
        return None
    if values["no"] != number:
        problems.add("no", say("Versions must be numbered 1, 2, 3 and so on, in order."), number)
    entry = Entry(**{part: values[part] for part in PARTS})
    role = values["by"].value if values["by"] else ""
    return Kept(values["no"], entry, values["made_at"], role, values["why"])


def _read_start_row(given: Any, problems: _Problems) -> tuple[str, Area, Entry] | None:
    values = problems.read(given, {**NAMED, **ENTRY})
    if values is None:
        return None
    problems.read_code(values)
    return values["code"], values["area"], Entry(**{part: values[part] for part in PARTS})
