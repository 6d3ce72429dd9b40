"""Files as Excel and housing systems save them."""

from datetime import date

import pytest

from coproduce.errors import Conflict
from coproduce.roll.rules import files
from coproduce.roll.rules.columns import Column, suggest, wrong_match

HEAD = "Ref;Name;Tenancy start"
LINE = "00123;Zoë O’Neill;1/2/2024"


def rows(content):
    return list(files.read(content).rows())


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{LINE}\n".encode(),
        f"\ufeff{HEAD}\r\n{LINE}\r\n".encode(),
        f"{HEAD}\r\n{LINE}".encode("cp1252"),
        f"{HEAD}\n{LINE}\n".encode("utf-16"),
        f"\ufeff{HEAD}\n{LINE}\n".encode("utf-16-be"),
        f"sep=;\r\n{HEAD}\r\n{LINE}\r\n".encode(),
        f"\n\n{HEAD}\n\n{LINE}\n;;\n".encode(),
        f"{HEAD}\r{LINE}\r".encode(),
        (HEAD.replace(";", "\t") + "\n" + LINE.replace(";", "\t")).encode(),
        (HEAD.replace(";", ",") + '\n="00123","Zoë O’Neill",1/2/2024\n').encode(),
        (HEAD.replace(";", "|") + "\n'00123|  Zoë O’Neill\u00a0|1/2/2024\n").encode(),
    ],
    ids=["utf-8", "bom", "windows-1252", "utf-16", "utf-16-be", "sep", "gaps", "old mac", "tabs", "formula", "pipes"],
)
def test_ugly_files_are_read(content):
    sheet = files.read(content)
    assert sheet.headings == ("Ref", "Name", "Tenancy start")
    ((_, cells),) = list(sheet.rows())
    assert cells == ["00123", "Zoë O’Neill", "1/2/2024"]


def test_a_line_break_inside_a_cell_is_one_row_and_the_next_has_its_own_number():
    found = rows(b'Ref,Address\n1,"3 Ridge Row\nWalsden"\n2,4 Ridge Row\n')
    assert found == [(2, ["1", "3 Ridge Row Walsden"]), (4, ["2", "4 Ridge Row"])]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"a,b\n1,\x002\n", "cannot be read as text"),
        (b"one heading\n1\n", "one column only"),
        (("a," * 101).encode(), "more than 100 columns"),
    ],
)
def test_what_is_no_list_is_told_from_one(content, why):
    with pytest.raises(Conflict, match=why):
        files.read(content)


def test_a_file_over_twenty_megabytes_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(Conflict, match="20 MB"):
        files.read(b"a,b\n" + b"1,2\n" * 10)


@pytest.mark.parametrize(
    ("days", "month_first"),
    [(["1/2/2024", "13/2/2024"], False), (["2/13/2024"], True), (["1/2/2024"], None), (["2024-02-13"], None)],
)
def test_days_say_themselves_which_way_round_they_are(days, month_first):
    assert files.month_comes_first(days) is month_first


# -- headings -----------------------------------------------------------------------------------------------------


def test_headings_of_other_systems_are_known():
    headings = ["Person Ref", "Surname", "Forename", "Property Ref", "Address Line 1", "Address Line 2", "Post Code"]
    assert suggest(headings, {}) == {
        0: Column.REF,
        1: Column.LAST_NAME,
        2: Column.FIRST_NAME,
        3: Column.HOME_REF,
        4: Column.ADDRESS,
        5: Column.ADDRESS,
        6: Column.POSTCODE,
    }


def test_what_was_said_last_time_comes_first():
    assert suggest(["Mystery", "Name"], {"mystery": Column.REF}) == {0: Column.REF, 1: Column.NAME}


def test_a_heading_that_stands_twice_is_taken_once():
    assert suggest(["Email", "E-mail"], {}) == {0: Column.EMAIL}


NEEDED = [
    Column.REF,
    Column.NAME,
    Column.HOME_REF,
    Column.ADDRESS,
    Column.POSTCODE,
    Column.PLACE,
    Column.TENURE,
    Column.SINCE,
]


def test_a_match_needs_what_the_roll_cannot_do_without():
    assert wrong_match(NEEDED) is None
    assert wrong_match([*NEEDED, Column.ADDRESS]) is None
    for column in NEEDED:
        left = [one for one in NEEDED if one is not column]
        assert "No column is matched" in str(wrong_match(left))
    assert "for two columns" in str(wrong_match([*NEEDED, Column.REF]))


@pytest.mark.parametrize("text", ["1", date(2024, 1, 2).isoformat(), "", "x" * 60])
def test_a_cell_stays_as_it_is(text):
    assert files.tidy(f"  {text} ") == text
