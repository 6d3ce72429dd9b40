"""One resident's private facts, planted wherever they may stand: no page, letter, log or error tells another."""

import pytest
from sqlalchemy import select

from coproduce import db as database
from coproduce import outbox
from coproduce.access import public
from coproduce.accounts.models import Occupancy, Person, WayIn
from coproduce.accounts.rules import WayInKind
from coproduce.neighbourhoods.models import Home
from tests.access_matrix import ROLES, rows
from tests.client import Visitor

# Of Marek, who is none of the roles that ask. His public name is for everybody who is signed in.
MARKS = {
    "full name": "Markedfullname",
    "email on the list": "marked-list@example.org",
    "email he signs in with": "marked-signin@example.org",
    "phone on the list": "+447700911911",
    "phone he signs in with": "+447700922922",
    "resident number": "MARKEDREF",
    "address": "77 Marked Lane",
}
# Where somebody's work needs them: those who keep the roll, those who give roles, a helper with consent.
KEEPERS = {"officer", "administrator"}
MAY_SEE = {
    "roll.listed": KEEPERS,
    "roll.person": KEEPERS,
    "roll.add_member": KEEPERS,
    "roll.end_stay": KEEPERS,
    "roll.merge": KEEPERS,
    "roll.batch": KEEPERS,
    "roll.twice": KEEPERS,
}

pytestmark = pytest.mark.sqlite  # what a page says does not depend on the database


@pytest.fixture
def planted(whole):
    session = database.db.session
    with database.transaction():
        marek = session.scalars(select(Person).where(Person.public_name == "Marek")).one()
        marek.full_name, marek.resident_ref = MARKS["full name"], MARKS["resident number"]
        marek.contact_email, marek.contact_phone = MARKS["email on the list"], MARKS["phone on the list"]
        for kind, name in ((WayInKind.EMAIL, "email he signs in with"), (WayInKind.PHONE, "phone he signs in with")):
            session.add(WayIn(person_id=marek.id, kind=kind, value=MARKS[name], secret="", last_step=0))
        stay = session.scalars(select(Occupancy).where(Occupancy.person_id == marek.id)).first()
        session.get_one(Home, stay.home_id).address = MARKS["address"]
        return marek.id


def told(text):
    return [name for name, mark in MARKS.items() if mark.lower() in text.lower()]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_page_tells_another_role(whole, planted, method, capfd):
    """Every address as every role, what is refused too; and what our program logged meanwhile."""
    leaks = []
    for row in rows(method):
        for role in ROLES:
            if role in MAY_SEE.get(row.endpoint, ()):
                continue
            answer = whole.ask(role, row, method)
            text = answer.text + " ".join(f"{name}: {value}" for name, value in answer.headers)
            leaks += [f"{row.name} tells {role} the {name}" for name in told(text)]
        if method == "POST" and whole.commits:
            whole.commits = 0
    logged = capfd.readouterr()
    assert leaks == []
    assert told(logged.out + logged.err) == []


def test_those_whose_work_needs_them_do_see_them(whole, planted):
    """The control: the marks are where they were planted, and the search for them works."""
    officer = whole.browse("officer")
    page = officer.get(f"/roll/people/{planted}").text
    assert {"full name", "resident number", "address", "email on the list"} <= set(told(page))
    assert told(whole.browse("other_officer").get(f"/roll/people/{planted}").text) == []


def test_no_letter_to_somebody_else_tells(whole, planted):
    letters = database.db.session.scalars(select(outbox.Letter).where(outbox.Letter.person_id != planted)).all()
    assert letters
    for letter in letters:
        assert told(" ".join(outbox.put_into_words(letter))) == [], letter.kind
    database.db.session.rollback()


@pytest.mark.trouble
def test_no_error_tells(whole, planted, another_app, capfd):
    """A page that breaks while it holds his row: neither the page nor the log has it."""

    def breaks():
        person = database.db.session.get_one(Person, planted)
        raise RuntimeError(person.id)

    other = another_app(lambda app: app.add_url_rule("/breaks", "breaks", public(breaks)))
    other.test_client_class = Visitor
    answer = other.test_client().get("/breaks")
    assert answer.status_code == 500
    logged = capfd.readouterr()
    assert told(answer.text + logged.out + logged.err) == []
