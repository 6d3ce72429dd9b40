import pytest
from sqlalchemy import event

from coproduce.duties import queries
from coproduce.duties.rules import Area, Level


def codes(versions):
    return [version.duty.code for version in versions]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("trained assistance dog", ["PET-04"]),
        ("DOG ASSISTANCE pet-04", ["PET-04"]),
        ("pet-04", ["PET-04"]),
        ("Regulations 1998 reg 36", ["VOID-06", "X-16"]),
        ("hand weeding", ["EST-20"]),
        ("80%", ["EST-09"]),
        ("_", []),
        ("\\", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
    ],
)
def test_search_finds_all_the_words(register, words, found):
    assert codes(queries.search(words)) == found


def test_search_keeps_to_its_area_and_level(register):
    found = queries.search(area=Area.PETS, level=Level.FLEXIBLE)
    assert codes(found) == ["PET-01", "PET-22", "PET-23", "PET-24"]
    assert all(v.level is Level.FLEXIBLE for v in queries.search(level=Level.FLEXIBLE))
    assert len(queries.search()) == 109


def test_search_reads_what_the_register_says_now(register, change):
    change("PET-23", words="Ferrets are welcome.")
    assert codes(queries.search("ferrets")) == ["PET-23"]
    assert codes(queries.search("household limit")) == []


def test_the_list_stands_in_its_own_order(register):
    found = codes(queries.everything())
    assert found[:2] == ["PET-01", "PET-02"]
    assert found[-1] == "X-30"


def test_the_list_takes_one_query(register, db):
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    db.session.rollback()
    db.session.expunge_all()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for version in queries.search("dog"):
            assert version.duty.code
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([s for s in asked if s.startswith("SELECT")]) == 1


def test_the_newest_is_what_it_says_now(register, change):
    first = queries.current("PET-23")
    second = change("PET-23", title="How many pets")
    assert queries.current("pet-23").id == second.id
    assert [v.no for v in queries.history(first.duty)] == [2, 1]
    assert queries.by_version_id(first.id).title == "Numbers, types and sizes of pet"
    assert queries.by_version_id(first.id).duty.code == "PET-23"
    assert queries.by_version_id(10**6) is None
    assert queries.current("PET-99") is None
    assert queries.newest_numbers([first.duty_id]) == {first.duty_id: 2}


def test_there_is_one_to_pick_of_each_duty(register, change):
    second = change("PET-23", title="How many pets")
    picks = queries.current_versions()
    assert len(picks) == 109
    assert (second.id, "PET-23", "How many pets") in picks
