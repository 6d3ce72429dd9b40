import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock
from coproduce import db as database
from coproduce.duties import actions, queries
from coproduce.duties.models import Duty
from coproduce.duties.rules import Level
from coproduce.duties.rules.document import BadRegister, from_json, to_json
from coproduce.errors import Conflict, Refused


def rows_of(db, verb):
    return db.session.scalars(select(audit.Row).where(audit.Row.verb == verb).order_by(audit.Row.id)).all()


def test_a_change_is_a_new_version_and_the_old_one_stays(register, pets, change):
    before = pets.entry
    made = change("PET-23", flexible_within="How many, and of what size.", why="  The old words\r\nsaid too little. ")
    assert (made.no, made.flexible_within, made.title) == (2, "How many, and of what size.", before.title)
    assert (made.by_id, made.by_role, made.why) == (register.ruth.id, "duty keeper", "The old words\nsaid too little.")
    assert queries.by_version_id(pets.id).entry == before


def test_the_record_says_which_parts_changed_and_not_how(register, change, db):
    change("PET-23", title="How many pets", level=Level.GUIDANCE)
    row = rows_of(db, "duty.changed")[0]
    assert (row.facts["code"], row.facts["no"], row.facts["parts"]) == ("PET-23", 2, ["title", "level"])
    assert row.actor_id == register.ruth.id
    assert not row.public
    assert "How many pets" not in str(row.facts)


def test_an_administrator_may_change_it_too(register, change):
    assert change("PET-23", title="How many pets", by=register.grace).by_role == "administrator"


@pytest.mark.parametrize("name", ["asha", "farida", "bronwen", "denise", "priya", "owen"])
def test_nobody_else_may(register, change, name):
    with pytest.raises(Refused, match="Only a duty keeper"):
        change("PET-23", title="Mine", by=getattr(register, name))
    assert queries.current("PET-23").no == 1


def test_the_second_of_two_keepers_is_told(register, change):
    change("PET-23", title="How many pets", based_on=1)
    with pytest.raises(Conflict, match="Somebody else changed this duty"):
        change("PET-23", title="Numbers of pets", based_on=1)
    assert queries.current("PET-23").title == "How many pets"


def test_of_two_keepers_at_once_one_wins(register, app, change):
    """Real connections at the same moment: on both databases one version 2, and one who is told."""
    duty_id, me = queries.current("PET-23").duty_id, register.me(register.ruth)
    start, results = threading.Barrier(2), []

    def keeper(title):
        with app.app_context():
            start.wait()
            try:
                with database.transaction():
                    duty = database.db.session.get(Duty, duty_id)
                    actions.change(me, duty, title=title, why="At once", based_on=1)
                results.append("kept")
            except Conflict:
                results.append("told")
            finally:
                database.db.session.remove()

    database.db.session.rollback()
    keepers = [threading.Thread(target=keeper, args=(title,)) for title in ("One", "Two")]
    for one in keepers:
        one.start()
    for one in keepers:
        one.join()
    assert sorted(results) == ["kept", "told"]
    assert [v.no for v in queries.history(queries.current("PET-23").duty)] == [2, 1]


def test_nothing_to_change_is_said(register, change, pets):
    with pytest.raises(Conflict, match="Nothing is different"):
        change("PET-23", title=f"  {pets.title} ", words=pets.words)
    with pytest.raises(Conflict, match="Nothing is different"):
        change("PET-23")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"why": " "}, "Say why"),
        ({"why": "x" * 2001}, "Why: This is 1 letter too long"),
        ({"title": ""}, "Title: There is nothing here"),
        ({"title": "x" * 201}, "too long"),
        ({"words": "a\x00"}, "character we cannot keep"),
        ({"words": "a\ud800"}, "character we cannot keep"),
        ({"upcoming": False, "in_force_from": date(2200, 1, 1)}, "Say that it is coming up"),
    ],
)
def test_what_cannot_stand_is_refused(register, change, said, words):
    with pytest.raises(Conflict, match=words):
        change("PET-23", **said)
    assert queries.current("PET-23").no == 1


def test_the_next_look_must_lie_ahead(register, change, pets):
    for day in (clock.today(), clock.today() - timedelta(days=1)):
        with pytest.raises(Conflict, match="after today"):
            change("PET-23", review_on=day)
    with clock.moved_to(clock.at(pets.review_on + timedelta(days=3), 9)):
        assert change("PET-23", title="Overdue, and still to be looked at").check_first(clock.now())


def test_a_load_keeps_what_keepers_made(register, change):
    change("PET-23", title="How many pets")
    with database.transaction():
        assert actions.load_register() == 0
    assert queries.current("PET-23").title == "How many pets"


def test_a_load_of_other_rows_adds_only_what_is_new(register, db):
    row = {**actions.starting_rows()[0], "code": "PET-99"}
    with database.transaction():
        assert actions.load_register([actions.starting_rows()[0], row], why="One more") == 1
    assert queries.current("PET-99").why == "One more"
    assert [row.facts["duties"] for row in rows_of(db, "register.loaded")] == [109, 1]


def test_a_bad_row_loads_nothing(db):
    rows = actions.starting_rows()
    rows[50]["level"] = "must"
    with pytest.raises(BadRegister, match="Row 51"), database.transaction():
        actions.load_register(rows)
    assert queries.everything() == []


def copy():
    return from_json(to_json(queries.export()).encode())


def test_an_import_of_what_is_here_changes_nothing(register, change, db):
    change("PET-23", title="How many pets")
    with database.transaction():
        assert actions.import_register(copy()) == actions.Added(0, 0)
    assert rows_of(db, "register.imported") == []
    assert queries.current("PET-23").by_id == register.ruth.id


def test_an_import_adds_the_versions_that_are_not_here(register, change, db):
    document = copy()
    newer = {**document["duties"][0]["versions"][0], "no": 2, "title": "From elsewhere", "by": "duty keeper"}
    document["duties"][0]["versions"].append(newer)
    with database.transaction():
        assert actions.import_register(document) == actions.Added(0, 1)
    db.session.expunge_all()
    assert queries.current("PET-01").title == "From elsewhere"
    assert queries.export() == document
    assert rows_of(db, "register.imported")[0].facts["versions"] == 1


def test_an_import_never_changes_a_version(register, change):
    document = copy()
    document["duties"][3]["versions"][0]["title"] = "Something else"
    document["duties"][4]["area"] = "voids"
    before = queries.export()
    with pytest.raises(BadRegister) as caught, database.transaction():
        actions.import_register(document)
    assert [str(problem) for problem in caught.value.problems] == [
        "PET-04, version 1: ours says something else. Versions never change.",
        "PET-05 is here already, in another area.",
    ]
    assert queries.export() == before


def test_an_older_copy_takes_nothing_back(register, change):
    document = copy()
    change("PET-23", title="How many pets")
    with database.transaction():
        assert actions.import_register(document) == actions.Added(0, 0)
    assert queries.current("PET-23").title == "How many pets"


def test_an_import_by_a_person_needs_the_right(register):
    with pytest.raises(Refused), database.transaction():
        actions.import_register(copy(), by=register.me(register.denise))
    with database.transaction():
        assert actions.import_register(copy(), by=register.me(register.ruth)) == actions.Added(0, 0)


def test_a_number_stands_once(register, pets, db):
    """The database keeps the promise even when the code forgets."""
    with database.transaction():
        duty = db.session.get(Duty, pets.duty_id)
        db.session.add(actions._version(duty, queries.as_kept(pets)))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
    assert [v.no for v in queries.history(duty)] == [1]
