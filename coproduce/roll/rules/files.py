"""Reading a CSV file as Excel and housing systems save them: which letters, which comma, which row is the first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coproduce.errors import Conflict
from coproduce.words import say

MOST_BYTES = 20_000_000
MOST_LINES = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 500
DELIMITERS = ",;\t|"
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Sheet:
    """A file as rows of cells. `rows` gives (line of the file, cells), without rows that are empty."""

    headings: tuple[str, ...]
    text: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        heading_seen = False
        line = 1
        for cells in reader:
            began, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if heading_seen:
                yield began, [tidy(cell) for cell in cells]
            heading_seen = True


def read(content: bytes) -> Sheet:
    """The file's text, its separator and its headings. A `Conflict` says what is wrong with it as a file."""
    if len(content) > MOST_BYTES:
        raise Conflict(say("This file is larger than 20 MB. Save it as CSV without other sheets, or send it in parts."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Conflict(say("This is an Excel workbook. In Excel, choose Save as, then CSV, and send that file."))
    text = decoded(content)
    if "\x00" in text:
        raise Conflict(say("This file cannot be read as text. Save it again as CSV and send that."))
    text = _without_sep_line(text)
    delimiter = separator(text)
    first = next(
        (cells for cells in _cells(text, delimiter) if any(cell.strip() for cell in cells)),
        None,
    )
    if first is None:
        raise Conflict(say("This file is empty. Send one with a row of headings and a row for each resident."))
    headings = tuple(tidy(cell)[:120] for cell in first)
    if len(headings) < 2:
        raise Conflict(say("We found one column only. Save the file as CSV, with commas or semicolons."))
    if len(headings) > MOST_COLUMNS:
        raise Conflict(say("This file has more than 100 columns. Send the ones that we ask for."))
    return Sheet(headings, text, delimiter)


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise Conflict(say("This file cannot be read as CSV. Save it again as CSV and send that.")) from None


def decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 where the file says so or it can be nothing else; otherwise Windows-1252, as Excel saves."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _without_sep_line(text: str) -> str:
    """Excel may put `sep=;` on a line of its own before the headings."""
    return re.sub(r"\A\s*\"?sep=[,;|\t]\"?\r?\n", "", text, flags=re.IGNORECASE)


def separator(text: str) -> str:
    """The sign that cuts the first row with words into most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside_quotes = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=outside_quotes.count)


def tidy(cell: str) -> str:
    """A cell without what Excel adds to keep leading noughts (`="00123"`, `'00123`) and without odd spaces."""
    text = cell.replace("\u00a0", " ").strip()
    if found := re.fullmatch(r'="([^"]*)"', text):
        text = found[1]
    return " ".join(text.removeprefix("'").split())


def samples(sheet: Sheet, most: int = 3) -> list[list[str]]:
    """The first cells of each column that have something in them, to recognise it by."""
    found: list[list[str]] = [[] for _ in sheet.headings]
    for count, (_, cells) in enumerate(sheet.rows()):
        for position, cell in enumerate(cells[: len(found)]):
            if cell and len(found[position]) < most:
                found[position].append(cell[:60])
        if count > 50:
            break
    return found


DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{2,4})")


def month_comes_first(days: Sequence[str]) -> bool | None:
    """Whether days are written month first, as one of them shows; None when none of them shows it."""
    found = [(int(match[1]), int(match[2])) for day in days if (match := DAY.match(day))]
    if any(first > 12 for first, _ in found):
        return False
    if any(second > 12 for _, second in found):
        return True
    return None
