"""The register as a document: there and back without loss, and every mistake named."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coproduce import db as database
from coproduce.accounts.rules import Role
from coproduce.db import Base
from coproduce.duties import actions, queries, rules
from coproduce.duties.rules import Area, Certainty, Entry, Level
from coproduce.duties.rules.document import BadRegister, Kept, Row, from_json, read, read_start, to_json, write
from coproduce.errors import Conflict
from tests import servers


def kept_text(part):
    """Any text that may stand in this part of an entry."""

    def tidied(text):
        try:
            return rules.tidy(part, text)
        except Conflict:
            return "x"

    return st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(tidied)


days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
moments = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
entries = st.builds(
    Entry,
    **{part: kept_text(part) for part in rules.LONGEST if part in rules.PARTS},
    level=st.sampled_from(Level),
    certainty=st.sampled_from(Certainty),
    to_confirm=st.booleans(),
    upcoming=st.booleans(),
    in_force_from=st.none() | days,
    review_on=days,
)
versions = st.lists(
    st.tuples(entries, moments, st.sampled_from(["", *(role.value for role in Role)]), kept_text("why")),
    min_size=1,
    max_size=3,
).map(lambda made: tuple(Kept(no, *one) for no, one in enumerate(made, start=1)))
registers = st.lists(
    st.builds(Row, st.from_regex(r"[A-Z]{1,8}-[0-9]{1,4}", fullmatch=True), st.sampled_from(Area), versions),
    max_size=4,
    unique_by=(lambda row: row.code, lambda row: rules.order(row.area, row.code)),
).map(lambda rows: sorted(rows, key=lambda row: rules.order(row.area, row.code)))


@given(registers)
def test_there_and_back_through_json(rows):
    assert read(from_json(to_json(write(rows)).encode())) == rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registers)
def test_there_and_back_through_the_database(db, rows):
    document = write(rows)
    db.session.remove()
    servers.empty(db.engine, Base.metadata)
    with database.transaction():
        added = actions.import_register(document)
    db.session.expunge_all()
    assert added.versions == sum(len(row.versions) for row in rows)
    assert queries.export() == document
    with database.transaction():
        assert actions.import_register(document) == actions.Added(0, 0)
    assert queries.export() == document


def test_the_whole_register_with_its_history_round_trips(register, change, db):
    change("PET-23", title="How many pets", why="Shorter")
    change("PET-23", level=Level.GUIDANCE, by=register.grace)
    change("X-11", upcoming=False, in_force_from=date(2026, 4, 1))
    document = from_json(to_json(queries.export()).encode())
    db.session.remove()
    servers.empty(db.engine, Base.metadata)
    with database.transaction():
        assert actions.import_register(document) == actions.Added(109, 112)
    db.session.expunge_all()
    assert queries.export() == document
    assert [v.by_role for v in queries.history(queries.current("PET-23").duty)] == ["administrator", "duty keeper", ""]


def test_no_name_leaves_with_the_register(register, change):
    change("PET-23", title="How many pets")
    assert "Ruth" not in to_json(queries.export())


@pytest.fixture
def small():
    """A sound document of two duties."""
    entry = read_start({"duties": actions.starting_rows()})[0][2]
    moment = datetime(2026, 11, 21, 9, tzinfo=UTC)
    rows = [Row(f"PET-{n}", Area.PETS, (Kept(1, entry, moment, "", "First"),)) for n in (1, 2)]
    return write(rows)


def put(document, path, value):
    *way, last = path
    for step in way:
        document = document[step]
    document[last] = value


VERSION = ("duties", 1, "versions", 0)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("format",), "something else", "format"),
        (("duties",), None, '"duties"'),
        (("duties",), {}, '"duties"'),
        (("duties", 1), None, "Row 2"),
        (("duties", 1), [], "Row 2"),
        (("duties", 1, "code"), "pet-1", 'Row 2, "code"'),
        (("duties", 1, "code"), "PET-1", 'Row 2 (PET-1), "code": This code stands in the register twice'),
        (("duties", 1, "code"), "PET-\u0661", 'Row 2, "code"'),
        (("duties", 1, "code"), "PET-2\n", 'Row 2, "code"'),
        (("duties", 1, "area"), "dogs", 'Row 2 (PET-2), "area": This must be one of: pets'),
        (("duties", 1, "area"), ["pets"], '"area"'),
        (("duties", 1, "versions"), [], '"versions"'),
        (("duties", 1, "versions"), "one", '"versions"'),
        (("duties", 1, "versions", 0), 3, "Row 2 (PET-2)"),
        (("duties", 1, "surprise"), 1, '"surprise": We do not know this field'),
        (("duties", 1, "\ud800"), 1, "We do not know this field"),
        ((*VERSION, "title"), 12, 'Row 2 (PET-2), version 1, "title": This must be text'),
        ((*VERSION, "title"), "", '"title": There is nothing here'),
        ((*VERSION, "title"), "x" * 201, '"title": This is 1 letter too long'),
        ((*VERSION, "title"), "a\x00b", '"title": This text has a character'),
        ((*VERSION, "words"), "a\ud800b", '"words": This text has a character'),
        ((*VERSION, "words"), "x" * 4003, '"words": This is 3 letters too long'),
        ((*VERSION, "level"), "must", '"level": This must be one of: law, regulation'),
        ((*VERSION, "level"), True, '"level"'),
        ((*VERSION, "certainty"), "C", '"certainty"'),
        ((*VERSION, "upcoming"), "no", '"upcoming": This must be true or false'),
        ((*VERSION, "upcoming"), 0, '"upcoming"'),
        ((*VERSION, "to_confirm"), None, '"to_confirm"'),
        ((*VERSION, "in_force_from"), "1 April", '"in_force_from": This must be a day'),
        ((*VERSION, "review_on"), None, '"review_on"'),
        ((*VERSION, "review_on"), "2027-02-30", '"review_on"'),
        ((*VERSION, "review_on"), "0001-01-01", '"review_on"'),
        ((*VERSION, "review_on"), "2027-W01-1", '"review_on"'),
        ((*VERSION, "made_at"), "2026-11-21T09:00:00", '"made_at": This must be a moment with its time zone'),
        ((*VERSION, "made_at"), "9999-12-31T23:59:00-12:00", '"made_at"'),
        ((*VERSION, "made_at"), 5, '"made_at"'),
        ((*VERSION, "by"), "somebody", '"by"'),
        ((*VERSION, "why"), "", '"why"'),
        ((*VERSION, "no"), 2, '"no": Versions must be numbered'),
        ((*VERSION, "no"), True, '"no"'),
        ((*VERSION, "no"), 10**30, '"no"'),
        ((*VERSION, "no"), 1.0, '"no"'),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(db, small, path, value, words):
    put(small, path, value)
    with pytest.raises(BadRegister) as caught, database.transaction():
        actions.import_register(small)
    assert any(words in str(problem) for problem in caught.value.problems), [str(p) for p in caught.value.problems]
    assert "Nothing was taken in" in str(caught.value.message)
    str(caught.value.message).encode()
    assert queries.everything() == []


def test_all_mistakes_are_named_at_once(small):
    small["duties"][0]["area"] = "dogs"
    del small["duties"][1]["versions"][0]["why"]
    small["duties"][1]["versions"][0]["level"] = None
    with pytest.raises(BadRegister) as caught:
        read(small)
    assert [str(problem) for problem in caught.value.problems] == [
        'Row 1 (PET-1), "area": This must be one of: pets, voids, estate services, cross-cutting.',
        'Row 2 (PET-2), version 1, "level": This must be one of: law, regulation, guidance, flexible.',
        'Row 2 (PET-2), version 1, "why": This is missing.',
    ]
    assert "There are 3 things to put right" in str(caught.value.message)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
)


@given(
    json_values,
    st.sampled_from([(), ("duties",), ("duties", 0), ("duties", 0, "versions"), ("duties", 0, "versions", 0)]),
)
def test_whatever_stands_in_a_document_the_answer_is_a_message(value, path):
    document = json.loads(json.dumps({"format": "coproduce duties 1", "duties": [{"code": "A-1", "versions": [{}]}]}))
    if path:
        put(document, path, value)
    else:
        document = value
    try:
        read(document)
    except BadRegister as bad:
        assert [str(problem).encode() for problem in bad.problems]  # noqa: PT017


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{\x00}\x00", b"[" * 100_000, b"\x00", b'{"a": 1}x'])
def test_a_file_that_is_no_json_is_refused(content):
    with pytest.raises(BadRegister):
        read(from_json(content))


def test_a_byte_order_mark_is_no_mistake(small):
    assert read(from_json(b"\xef\xbb\xbf" + to_json(small).encode()))
