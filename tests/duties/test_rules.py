from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce import words
from coproduce.duties import rules
from coproduce.duties.rules import Area, Certainty, Entry, Level
from coproduce.errors import Conflict
from coproduce.words import NullTranslations

TODAY = date(2026, 11, 21)
ENTRY = Entry(
    title="Allow assistance dogs",
    words="Waive a no-pet rule for an assistance dog.",
    level=Level.LAW,
    flexible_within="Only how to ask.",
    who_decides="Nobody: fixed",
    instrument="Equality Act 2010",
    source="assistancedogs.org.uk",
    certainty=Certainty.B,
    status="in force",
    to_confirm=False,
    upcoming=False,
    in_force_from=None,
    review_on=date(2027, 5, 21),
)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        pytest.param({}, 0, id="checked and in time"),
        pytest.param({"review_on": TODAY}, 0, id="due today is still in time"),
        pytest.param({"review_on": YESTERDAY}, 1, id="past its review"),
        pytest.param({"certainty": Certainty.A}, 0, id="official text"),
        pytest.param({"certainty": Certainty.AB}, 0, id="official and second"),
        pytest.param({"certainty": Certainty.AM}, 1, id="half unchecked"),
        pytest.param({"certainty": Certainty.BM}, 1, id="other half unchecked"),
        pytest.param({"certainty": Certainty.M}, 1, id="unchecked"),
        pytest.param({"to_confirm": True}, 1, id="to be confirmed"),
        pytest.param({"upcoming": True}, 0, id="coming, no date"),
        pytest.param({"upcoming": True, "in_force_from": TOMORROW}, 0, id="coming tomorrow"),
        pytest.param({"upcoming": True, "in_force_from": TODAY}, 1, id="came today and nobody confirmed it"),
        pytest.param({"certainty": Certainty.M, "review_on": YESTERDAY, "to_confirm": True}, 3, id="all at once"),
    ],
)
def test_when_to_check_first(facts, reasons):
    assert len(rules.reasons_to_check(replace(ENTRY, **facts), TODAY)) == reasons


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "None"),
        ({"in_force_from": date(2026, 10, 1)}, "In force since Thursday 1 October 2026."),
        ({"upcoming": True}, "Not in force yet. No date yet."),
        (
            {"upcoming": True, "in_force_from": date(2027, 4, 1)},
            "Not in force yet. It starts on Thursday 1 April 2027.",
        ),
        ({"upcoming": True, "in_force_from": TODAY}, "It was due to start on Saturday 21 November 2026."),
    ],
)
def test_when_it_starts(facts, said):
    assert str(rules.start_of(replace(ENTRY, **facts), TODAY)) == said


def test_only_law_and_regulation_fix():
    assert [level for level in Level if rules.fixes(level)] == [Level.LAW, Level.REGULATION]


def test_every_kind_has_a_name():
    assert set(rules.AREA_NAMES) == set(Area)
    assert set(rules.LEVEL_NAMES) == set(Level)
    assert set(rules.CERTAINTY_NAMES) == set(Certainty)
    assert set(rules.PART_NAMES) == set(rules.PARTS) == set(rules.Said.__annotations__)


def test_changes_name_only_what_differs():
    new = replace(ENTRY, title="Allow assistance animals", level=Level.GUIDANCE, in_force_from=TODAY, upcoming=True)
    changed = rules.changes(ENTRY, new)
    assert [one.part for one in changed] == ["title", "level", "upcoming", "in_force_from"]
    assert changed[0].difference == [("same", "Allow assistance "), ("out", "dogs"), ("in", "animals")]
    assert (changed[1].was, changed[1].now) == ("Law", "Guidance")
    assert (changed[2].was, changed[2].now) == ("No", "Yes")
    assert (changed[3].was, changed[3].now) == ("No date yet", "21 November 2026")


def test_changes_speak_the_readers_language():
    class Other(NullTranslations):
        def ugettext(self, text):
            return text.upper()

    words.install("xx", name="X", locale="cy", catalogue=Other())
    try:
        with words.speaking("xx"):
            assert rules.changes(ENTRY, replace(ENTRY, level=Level.GUIDANCE))[0].was == "LAW"
    finally:
        words.forget("xx")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("   ", True),
        ("DOGS", True),
        ("dogs équality", True),
        ("dogs cats", False),
        ("%", False),
        ("_", False),
        ("pet-04", True),
        ("act 2010", True),
        ("STRASSE", True),
    ],
)
def test_words_must_all_stand_somewhere(words, found):
    assert rules.matches(words, ("PET-04", "Allow dogs", "Équality Act 2010, Straße")) is found


@given(st.text(), st.lists(st.text()))
def test_searching_never_fails(words, among):
    rules.matches(words, among)


@given(st.text(alphabet=st.characters(categories=("L", "Zs")), min_size=1))
def test_a_text_holds_its_own_words(text):
    assert rules.matches(text, (text,))


def test_duties_stand_by_area_and_number():
    given = [(Area.ALL, "X-01"), (Area.PETS, "PET-10"), (Area.PETS, "PET-2"), (Area.VOIDS, "VOID-01")]
    assert sorted(given, key=lambda row: rules.order(*row)) == [given[2], given[1], given[3], given[0]]


def test_what_is_coming_up_counts_as_nothing_else():
    entries = [ENTRY, replace(ENTRY, upcoming=True), replace(ENTRY, level=Level.FLEXIBLE)]
    assert rules.tally(entries) == rules.Tally(fixed=1, guidance=0, flexible=1, coming=1)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "a\ud800", "x" * 201])
def test_what_cannot_be_kept_is_refused(text):
    with pytest.raises(Conflict):
        rules.tidy("title", text)


def test_a_title_is_one_line():
    assert rules.tidy("title", " Allow\n dogs ") == "Allow dogs"
    assert rules.tidy("words", " One.\r\nTwo. ") == "One.\nTwo."
