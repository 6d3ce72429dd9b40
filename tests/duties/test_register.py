"""The starting register itself: what the repository ships."""

from collections import Counter
from datetime import date

from coproduce.duties import actions, queries, rules
from coproduce.duties.rules import Area, Certainty, Level
from coproduce.duties.rules.document import read_start

START = {code: entry for code, _, entry in read_start({"duties": actions.starting_rows()})}
POSITION = date(2026, 11, 21)


def test_it_has_every_row():
    rows = actions.starting_rows()
    assert Counter(row["area"] for row in rows) == {
        Area.PETS: 24,
        Area.VOIDS: 27,
        Area.ESTATES: 28,
        Area.ALL: 30,
    }
    assert Counter(entry.level for entry in START.values()) == {
        Level.LAW: 63,
        Level.REGULATION: 30,
        Level.GUIDANCE: 6,
        Level.FLEXIBLE: 10,
    }
    assert [row["code"] for row in rows if row["certainty"] == Certainty.AM] == ["PET-03", "VOID-18", "EST-24", "X-14"]


def test_what_is_on_its_way_is_not_law_in_force():
    coming = {code: entry.in_force_from for code, entry in START.items() if entry.upcoming}
    assert coming == {
        "VOID-05": date(2030, 4, 1),
        "EST-07": None,
        "X-11": date(2027, 4, 1),
        "X-14": None,
    }


def test_what_was_to_be_confirmed_says_check_first():
    for code in ("EST-07", "X-10", "X-12", "X-14", "X-22"):
        assert START[code].to_confirm
        assert rules.reasons_to_check(START[code], POSITION)


def test_what_must_not_be_got_wrong_is_not():
    """Section 0 of the domain findings: these were the traps."""
    assert START["PET-01"].level is Level.FLEXIBLE
    assert "21 hazards" in START["VOID-03"].words
    assert "NOT to require floor coverings" in START["VOID-24"].words
    assert START["X-14"].in_force_from is None


def test_loading_twice_changes_nothing(register):
    before = queries.export()
    assert actions.load_register() == 0
    assert queries.export() == before
    assert len(before["duties"]) == 109


def test_every_version_says_where_it_came_from(register):
    first = queries.current("pet-04")
    assert (first.no, first.by_id, first.by_role) == (1, None, "")
    assert "Position on 21 November 2026" in first.why
