import re
from datetime import date

import pytest
from sqlalchemy import event

from coproduce import clock
from coproduce.duties import queries, views
from coproduce.duties.rules import PARTS, Leaning
from coproduce.words import say

pytestmark = pytest.mark.once  # what a page says; tests/whole reads every page on PostgreSQL too

POSITION = clock.at(date(2026, 11, 21), 9)


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.moved_to(POSITION):
        yield


@pytest.fixture
def leaning(monkeypatch):
    given = [Leaning("A pet policy we can all live with", "/proposals/pets-12", say("Clause 4 leans on version 1."))]
    monkeypatch.setattr(views, "leaning", [lambda duty: given if duty.code == "PET-23" else []])


def answers(version, **changed):
    """The edit form as it opens, with these fields typed over."""
    said = {part: getattr(version, part) for part in PARTS}
    start, review = said.pop("in_force_from"), said.pop("review_on")
    ticks = {name: "y" for name in ("upcoming", "to_confirm") if said.pop(name)}
    typed = {**said, **ticks, "why": "Clearer words", "based_on": version.no, **changed}
    typed.setdefault("in_force_from", [start.day, start.month, start.year] if start else ["", "", ""])
    typed.setdefault("review_on", [review.day, review.month, review.year])
    return {name: value for name, value in typed.items() if value is not None}


# -- the list -----------------------------------------------------------------------------------------------------


def test_anyone_may_read_the_register(register, browse):
    page = browse().get("/duties/")
    assert page.status_code == 200
    assert "109 duties in the register." in page.text
    assert "Allow assistance dogs" in page.text
    assert "What stays flexible" in page.text


def test_an_empty_register_is_a_page_too(db, browse):
    assert browse().get("/duties/").status_code == 200


def test_what_is_coming_up_stands_apart_and_never_as_law_in_force(register, browse):
    page = browse().get("/duties/").text
    coming, in_force = page[page.index('id="coming"') :].split('id="pets"')
    assert coming.index("X-11") < coming.index("VOID-05") < coming.index("EST-07") < coming.index("X-14")
    assert "It starts on Thursday 1 April 2027." in coming
    assert "No date yet." in coming
    assert "new standard 2035" in coming
    assert "#i-lock" not in coming
    assert "STAIRs 2" not in in_force


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("words=trained+assistance+dog", 1),
        ("area=pets", 24),
        ("area=cross-cutting&level=guidance", 0),
        ("level=flexible", 10),
        ("words=dog&area=voids", 0),
        ("area=estate+services&level=flexible", 2),
    ],
)
def test_search_and_filters(register, browse, query, count):
    page = browse().get(f"/duties/?{query}").text
    assert page.count('class="card opens"') == count
    assert re.search(rf">\s*{count} dut(y fits|ies fit), of 109\.", page)
    assert ("No duty has all of these words" in page) is (count == 0)


@pytest.mark.parametrize(
    "query",
    [
        "area=dogs",
        "level=must",
        "level=law&level=guidance&area=",
        "words=%00",
        "words=%ff%fe",
        "words=%ED%A0%80",
        "words=" + "x" * 3000,
        "words=%25%5F%5C%27",
        "words=%E2%80%AEdog",
        "area[]=pets&words[]=dog&page=-1",
        "words=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_bad_addresses_never_fail(register, browse, query):
    page = browse().get(f"/duties/?{query}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert browse().fragment(f"/duties/?{query}").status_code == 200


def test_htmx_gets_only_the_results(register, browse):
    answer = browse().fragment("/duties/?words=hand+weeding")
    assert "<html" not in answer.text
    assert 'id="found"' in answer.text
    assert 'id="results"' in answer.text
    assert "EST-20" in answer.text
    assert "HX-Request" in answer.vary


def test_what_was_searched_for_stays_in_the_form(register, browse):
    page = browse().get('/duties/?words=cats+"&area=voids&level=guidance').text
    assert 'value="cats &#34;"' in page
    assert '<option value="voids" selected>' in page
    assert '<option value="guidance" selected>' in page


# -- one duty -----------------------------------------------------------------------------------------------------


def test_a_duty_says_all_we_know(register, browse):
    page = browse().get("/duties/pet-04").text
    for words in (
        "Allow assistance dogs",
        "What we must do",
        "Only how to ask, proportionately, what adjustment is needed.",
        "Nobody: fixed",
        "Equality Act 2010 ss.20-21, 36, Sch 4; s.29",
        "assistancedogs.org.uk",
        "Read in a second source",
        "in force",
        "Friday 21 May 2027",
        "Version 1",
        "taken in with the register",
    ):
        assert words in page
    assert "Check before relying on this" not in page
    assert "Change this duty" not in page


def test_what_is_flexible_is_not_called_a_must(register, browse):
    page = browse().get("/duties/pet-23").text
    assert "What we must do" not in page
    assert "No rule fixes this." in page


def test_what_is_coming_up_is_not_called_a_must(register, browse):
    page = browse().get("/duties/x-11").text
    assert "What we must do" not in page
    assert "Not in force yet. It starts on Thursday 1 April 2027." in page
    with clock.moved_to(clock.at(date(2027, 4, 1), 9)):
        later = browse().get("/duties/x-11").text
    assert "Nobody has confirmed that it began." in later


def test_an_unsure_duty_says_so(register, browse):
    page = browse().get("/duties/pet-05").text
    assert "Check before relying on this." in page
    assert "Nobody has checked it against a source yet." in page
    with clock.moved_to(clock.at(date(2027, 6, 1), 9)):
        late = browse().get("/duties/pet-04").text
    assert "It should have been looked at again by Friday 21 May 2027." in late


@pytest.mark.parametrize("code", ["pet-99", "PET-04", "pet", "pet-04-x", "12", "%00", "abcdefghijk-1"])
def test_an_unknown_code_is_not_found(register, browse, code):
    assert browse().get(f"/duties/{code}").status_code == 404
    assert browse(register.ruth).get(f"/duties/{code}/edit").status_code == 404


def test_the_history_shows_what_changed_and_why(register, browse, change):
    change("PET-23", title="How many pets", why="Residents asked for <plain> words")
    page = browse().get("/duties/pet-23").text
    history = page[page.index('id="history"') :]
    assert history.index("Version 2") < history.index("Version 1")
    assert "Residents asked for &lt;plain&gt; words" in history
    assert "taken out:" in history
    assert "put in:" in history
    assert "What stays flexible" not in history


def test_a_stranger_sees_the_role_and_a_neighbour_the_name(register, browse, change):
    change("PET-23", title="How many pets")
    stranger, neighbour = browse().get("/duties/pet-23").text, browse(register.asha).get("/duties/pet-23").text
    assert "Duty keeper" in stranger
    assert "Ruth" not in stranger
    assert "Ruth Adeyemi" in neighbour


def test_what_leans_on_it_is_listed(register, browse, leaning):
    assert "A pet policy we can all live with" in browse().get("/duties/pet-23").text
    assert "A pet policy we can all live with" in browse(register.ruth).get("/duties/pet-23/edit").text
    assert "No proposal leans on this yet." in browse().get("/duties/pet-04").text


def test_a_page_takes_a_fixed_number_of_queries(register, browse, change, db):
    asked = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    def count(path):
        asked.clear()
        db.session.rollback()
        db.session.expunge_all()
        assert visitor.get(path).status_code == 200
        return len(asked)

    visitor = browse()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert count("/duties/") == 1
        assert count("/duties/?words=dog") == 1
        before = count("/duties/pet-23")
        for number in range(3):
            change("PET-23", title=f"Title {number}")
        assert count("/duties/pet-23") == before <= 3
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# -- changing it --------------------------------------------------------------------------------------------------


def test_who_may_open_the_form(register, browse):
    assert browse().get("/duties/pet-23/edit").status_code == 303
    for person, status in ((register.asha, 403), (register.denise, 403), (register.ruth, 200), (register.grace, 200)):
        assert browse(person).get("/duties/pet-23/edit").status_code == status
    assert "Change this duty" in browse(register.ruth).get("/duties/pet-23").text
    assert "Change this duty" not in browse(register.asha).get("/duties/pet-23").text


def test_a_keeper_changes_a_duty(register, browse, pets):
    ruth = browse(register.ruth)
    answer = ruth.send("/duties/pet-23/edit", answers(pets, title="How many pets", review_on=[1, 12, 2026]))
    assert (answer.status_code, answer.location) == (303, "/duties/pet-23")
    assert "The new version is saved." in ruth.get("/duties/pet-23").text
    newest = queries.current("PET-23")
    assert (newest.no, newest.title, newest.review_on) == (2, "How many pets", date(2026, 12, 1))
    assert newest.words == pets.words


def test_ticks_and_days_can_be_set_and_cleared(register, browse):
    ruth = browse(register.ruth)
    ruth.send("/duties/x-11/edit", answers(queries.current("X-11"), upcoming=None, in_force_from=[1, 11, 2026]))
    made = queries.current("X-11")
    assert (made.upcoming, made.in_force_from) == (False, date(2026, 11, 1))
    ruth.send("/duties/x-11/edit", answers(made, to_confirm="y", in_force_from=["", "", ""]))
    made = queries.current("X-11")
    assert (made.no, made.to_confirm, made.in_force_from) == (3, True, None)


def test_others_cannot_send_the_form(register, browse, pets):
    assert browse(register.asha).send("/duties/pet-23/edit", answers(pets, title="Mine")).status_code == 403
    assert browse().send("/duties/pet-23/edit", answers(pets, title="Mine")).status_code == 403
    assert queries.current("PET-23").no == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"why": ""}, "Say why you change it"),
        ({"why": "x" * 2001}, "1 letter too long"),
        ({"title": ""}, "Give it a name"),
        ({"title": "x" * 300}, "100 letters too long"),
        ({"words": "  "}, "Say what it says"),
        ({"words": "a\x00b"}, "a character we cannot keep"),
        ({"flexible_within": ""}, "If nothing is, write None."),
        ({"level": "must"}, "Choose how fixed it is"),
        ({"certainty": "C"}, "Choose how sure we are"),
        ({"review_on": ["", "", ""]}, "Choose a day to look at it again"),
        ({"review_on": ["31", "2", "2027"]}, "There is no such day"),
        ({"review_on": ["1", "1", "2026"]}, "must come after today"),
        ({"in_force_from": ["soon", "", ""]}, "in numbers"),
        ({"in_force_from": ["1", "4", "2027"]}, "Say that it is coming up"),
        ({"based_on": "x"}, "whole number"),
        ({"based_on": None}, "Load this page again"),
        ({"based_on": "7"}, "Somebody else changed this duty"),
        ({}, "Nothing is different"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(register, browse, pets, typed, words):
    kept = {"source": "A letter from the regulator"} if typed else {}
    answer = browse(register.ruth).send("/duties/pet-23/edit", answers(pets, **{**kept, **typed}))
    assert answer.status_code == 422
    assert words in answer.text
    assert "A letter from the regulator" in answer.text or not kept
    assert queries.current("PET-23").no == 1


def test_the_second_keeper_sees_what_changed_and_keeps_what_they_typed(register, browse, pets, change):
    change("PET-23", title="How many pets", why="First")
    grace = browse(register.grace)
    answer = grace.send("/duties/pet-23/edit", answers(pets, words="Ferrets are welcome.", why="Second"))
    assert answer.status_code == 422
    assert "Somebody else changed this duty" in answer.text
    assert "What changed while you were writing" in answer.text
    assert "How many" in answer.text
    assert "Ferrets are welcome." in answer.text
    assert 'name="based_on" value="2"' in answer.text
    assert queries.current("PET-23").no == 2
    again = answers(pets, title="How many pets", words="Ferrets are welcome.", why="Second", based_on=2)
    assert grace.send("/duties/pet-23/edit", again).status_code == 303
    newest = queries.current("PET-23")
    assert (newest.no, newest.title, newest.words) == (3, "How many pets", "Ferrets are welcome.")


# -- inside other pages -------------------------------------------------------------------------------------------

BOX = "{% from 'duties/box.html' import duty_box %}{{ duty_box(version, now) }}"


@pytest.mark.parametrize(
    ("code", "there", "missing"),
    [
        (
            "PET-04",
            ["Law", "Only how to ask", "Nobody: fixed", "21 May 2027", "/duties/pet-04"],
            ["Check before", "When"],
        ),
        ("PET-05", ["Check before relying on this."], ["When"]),
        ("X-11", ["Not in force yet. It starts on Thursday 1 April 2027."], ["Check before"]),
    ],
)
def test_a_duty_stands_in_a_box_on_other_pages(register, app, code, there, missing):
    with app.test_request_context():
        html = app.jinja_env.from_string(BOX).render(version=queries.current(code), now=clock.now())
    assert all(words in html for words in there)
    assert not any(words in html for words in missing)
