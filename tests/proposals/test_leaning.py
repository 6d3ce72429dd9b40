"""A changed duty lists what leans on it."""

from coproduce import db as database
from coproduce.duties import actions as register
from coproduce.duties import queries as duties
from coproduce.duties.rules import Area
from coproduce.proposals import actions
from coproduce.proposals.rules import Stand


def propose(walsden, code, title):
    me = walsden.me(walsden.asha)
    made = actions.draft(me, place_id=walsden.walsden.id, area=Area.PETS, title=title, summary="S", reasons="R")
    actions.add_clause(me, made, words="Fixed.", stand=Stand.FIXED, duty_version_id=duties.current(code).id)
    return made


def test_a_clause_shows_on_the_duty_that_fixes_it_and_says_when_the_duty_has_changed(walsden, browse):
    with database.transaction():
        register.load_register()
        actions.raise_it(walsden.me(walsden.asha), propose(walsden, "PET-04", "Dogs that help"))
        propose(walsden, "PET-04", "A draft nobody else sees")
    page = browse().get("/duties/pet-04").text
    assert "Dogs that help" in page
    assert "Clause 1" in page
    assert "said something else" not in page
    assert "A draft nobody else sees" not in page
    with database.transaction():
        duty = duties.current("PET-04").duty
        register.change(walsden.me(walsden.ruth), duty, title="Welcome helping dogs", why="Plainer", based_on=1)
    assert "written when this duty said something else" in browse().get("/duties/pet-04").text
    assert "No proposal leans on this yet." in browse().get("/duties/pet-09").text
