"""One row of a list: read, or said to be wrong and why."""

from datetime import date

import pytest

from coproduce.accounts.rules import Format, Holder, Tenure
from coproduce.errors import Conflict
from coproduce.phones import is_mobile, read_phone
from coproduce.roll.rules import lines
from coproduce.roll.rules.columns import Column
from coproduce.roll.rules.lines import Line, Reader, Wrong

PLACES = {"ridge row": 2, "walsden / ridge row": 2, "twice": None}
USUAL = {
    Column.REF: "00123",
    Column.NAME: "Zoë Quill",
    Column.HOME_REF: "H1",
    Column.ADDRESS: "3 Ridge Row",
    Column.POSTCODE: "ol140aa",
    Column.PLACE: "RIDGE ROW",
    Column.TENURE: "Assured shorthold",
    Column.SINCE: "1/2/2024",
}


def read(month_first=False, **changes):
    cells = USUAL | {Column[name]: text for name, text in changes.items()}
    reader = Reader(dict(enumerate(cells)), PLACES, month_first)
    return reader.read(2, list(cells.values()))


def why(**changes):
    found = read(**changes)
    assert isinstance(found, Wrong), found
    return " ".join(str(one) for one in found.why)


def test_a_row_becomes_a_line():
    found = read()
    assert found == Line(
        no=2,
        ref="00123",
        name="Zoë Quill",
        home_ref="H1",
        address="3 Ridge Row",
        postcode="OL14 0AA",
        place_id=2,
        tenure=Tenure.ASSURED,
        since=date(2024, 2, 1),
    )


def test_a_list_may_say_nothing_of_contacts_and_needs():
    found = read()
    assert (found.email, found.phone, found.formats, found.do_not_write, found.language) == (None,) * 5
    assert read(EMAIL="").email == ""


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"EMAIL": "Zoe@Example.org"}, "email", "zoe@example.org"),
        ({"PHONE": "07700 900123"}, "phone", "+447700900123"),
        ({"PHONE": "ask her son"}, "phone", ""),
        ({"LANGUAGE": "Polish"}, "language", "pl"),
        ({"LANGUAGE": "Klingon"}, "language", ""),
        ({"FORMATS": "Large print; interpreter"}, "formats", frozenset({Format.LARGE_PRINT, Format.INTERPRETER})),
        ({"LARGE_PRINT": "Y", "EASY_READ": "n"}, "formats", frozenset({Format.LARGE_PRINT})),
        ({"DO_NOT_WRITE": "x"}, "do_not_write", True),
        ({"ADULT": "No"}, "adult", False),
        ({"HOLDER": "Joint tenant"}, "holder", Holder.JOINT),
        ({"TENURE": "Shared Ownership"}, "tenure", Tenure.SHARED_OWNERSHIP),
        ({"TENURE": "Leaseholder"}, "tenure", Tenure.LEASEHOLD),
        ({"TENURE": "Secure lifetime"}, "tenure", Tenure.SECURE),
        ({"PLACE": "Walsden / Ridge Row"}, "place_id", 2),
        ({"SINCE": "2024-04-01 00:00:00"}, "since", date(2024, 4, 1)),
        ({"SINCE": "1-Apr-24"}, "since", date(2024, 4, 1)),
        ({"SINCE": "01.04.1998"}, "since", date(1998, 4, 1)),
        ({"SINCE": "1/4/98"}, "since", date(1998, 4, 1)),
        ({"SINCE": "4/1/2024", "month_first": True}, "since", date(2024, 4, 1)),
    ],
)
def test_cells_as_people_write_them(changes, field, value):
    assert getattr(read(**changes), field) == value


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"REF": ""}, "resident number is missing"),
        ({"NAME": ""}, "name is missing"),
        ({"REF": "1.23E+05"}, "Excel has shortened"),
        ({"REF": "#REF!"}, "mistake that Excel shows"),
        ({"NAME": "x" * 161}, "too long"),
        ({"POSTCODE": "HELLO"}, "not a postcode"),
        ({"PLACE": "Atlantis"}, "no place called “Atlantis”"),
        ({"PLACE": "Twice"}, "two places called"),
        ({"TENURE": "blue"}, "do not know the tenure"),
        ({"SINCE": "soon"}, "not a day"),
        ({"SINCE": "30/2/2024"}, "no such day"),
        ({"SINCE": "1/1/1066"}, "cannot be right"),
        ({"SINCE": "13/1/2024", "month_first": True}, "no such day"),
        ({"UNTIL": "1/1/2020"}, "ends before it begins"),
        ({"EMAIL": "not an address"}, "not an email"),
        ({"ADULT": "perhaps"}, "neither yes nor no"),
        ({"HOLDER": "both"}, "neither sole nor joint"),
    ],
)
def test_what_is_wrong_is_said(changes, says):
    assert says in why(**changes)


def test_everything_that_is_wrong_is_said_at_once():
    said = why(REF="", POSTCODE="?", SINCE="")
    assert all(part in said for part in ("resident number", "postcode", "began is missing"))


def test_a_wrong_row_keeps_its_numbers_so_that_nobody_is_taken_to_have_left():
    found = read(POSTCODE="?")
    assert (found.ref, found.home_ref, found.name) == ("00123", "H1", "Zoë Quill")


def test_a_name_in_two_columns_is_put_together():
    cells = {Column.FIRST_NAME: "Zoë", Column.LAST_NAME: "Quill"} | {
        column: text for column, text in USUAL.items() if column is not Column.NAME
    }
    assert Reader(dict(enumerate(cells)), PLACES).read(2, list(cells.values())).name == "Zoë Quill"


def test_a_short_row_is_read_as_far_as_it_goes():
    assert isinstance(Reader(dict(enumerate(USUAL)), PLACES).read(2, ["00123"]), Wrong)


@pytest.mark.parametrize("text", ["", "x", "1/2", "2024", "45383", "1/2/3/4"])
def test_what_is_no_day_is_no_day(text):
    with pytest.raises(Conflict):
        lines.read_day(text)


# -- telephone numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900-123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("01706 555 123", "+441706555123"),
        ("+48 601 234 567", "+48601234567"),
        ("12345", None),
        ("0", None),
        ("+", None),
        ("07700", None),
        ("ask at number 3", None),
        ("", None),
    ],
)
def test_telephone_numbers(typed, number):
    assert read_phone(typed) == number


def test_a_text_message_reaches_mobiles_only():
    assert is_mobile("+447700900123")
    assert is_mobile("+48601234567")
    assert not is_mobile("+441706555123")
