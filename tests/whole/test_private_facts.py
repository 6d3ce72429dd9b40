"""What is not for everybody, planted wherever it may stand: no page, fragment, letter, log or error tells another.

Two kinds: one resident's private facts; and words that are not published, hidden, or told in private.
"""

import pytest
from sqlalchemy import select

from coproduce import db as database
from coproduce import outbox, search
from coproduce.access import public
from coproduce.accounts.models import Occupancy, Person, WayIn
from coproduce.accounts.rules import WayInKind
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Shown
from coproduce.moderation.models import Hiding, Report, Told
from coproduce.neighbourhoods.models import Home
from coproduce.proposals import queries as proposals
from coproduce.proposals.models import Amendment, Proposal
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

# Words that are not for everybody, each with the roles that may read it. Asha is the author, Joyce the neighbour.
MODERATE = {"moderator", "administrator"}
WORDS = {
    "a draft": ("zqdraft", {"author"}),
    "a hidden comment": ("zqhiddencomment", {"neighbour", *MODERATE}),
    "a comment that waits": ("zqwaiting", {"neighbour", *MODERATE}),
    "a hidden suggestion": ("zqsuggestion", {"neighbour", *MODERATE}),
    "a hidden proposal": ("zqhiddenproposal", {"author", *MODERATE}),
    "what was told in private": ("zqtold", {"neighbour", "officer", *MODERATE}),
    "a report": ("zqreport", MODERATE),
    "an appeal": ("zqappeal", {"neighbour", *MODERATE}),
    "a letter": ("zqletter", {"neighbour"}),
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
        plant_words(whole.world)
        return marek.id


def plant_words(world):
    """A word of its own in each thing that is not for everybody."""
    session, word = database.db.session, {name: mark for name, (mark, _) in WORDS.items()}
    draft = proposal(world.draft)
    draft.title, draft.summary = f"Bins {word['a draft']}", word["a draft"]
    for clause in proposals.draft_clauses(draft):
        clause.clause_version.words = word["a draft"]
    hiding = session.get_one(Hiding, world.hiding)
    comment = session.get_one(Comment, hiding.thing_id)
    comment.texts[-1].words = word["a hidden comment"]
    session.get_one(Hiding, world.appealed).appeal = word["an appeal"]
    waiting = session.get_one(Comment, world.joyces)
    waiting.state, waiting.texts[-1].words = Shown.WAITING, word["a comment that waits"]
    suggestion = session.get_one(Amendment, world.settled_amendment)
    suggestion.shown, suggestion.words, suggestion.reason = Shown.HIDDEN, word["a hidden suggestion"], "Why."
    hidden = proposal(world.supported)  # its clock runs, so that promises are looked at too
    hidden.title, hidden.summary, hidden.reasons = f"Quiet {word['a hidden proposal']}", "Hush.", "Sleep."
    newest = proposals.latest_version(hidden)
    newest.title = hidden.title
    hidden.shown = Shown.HIDDEN
    search.drop(proposals.KIND, hidden.id)
    session.get_one(Told, world.told).words = word["what was told in private"]
    session.scalars(select(Report)).first().words = word["a report"]
    letter = session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "post_hidden")).first()
    letter.subject, letter.body = word["a letter"], word["a letter"]


def proposal(address):
    return database.db.session.get_one(Proposal, int(address.rpartition("-")[2]))


def told_words(text, role):
    return [name for name, (mark, readers) in WORDS.items() if mark in text and role not in readers]


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
            if row.endpoint != "demo.letters":  # everybody's letters, for whoever looks at the demonstration
                leaks += [f"{row.name} tells {role} {name}" for name in told_words(text, role)]
        if method == "POST" and whole.commits:
            whole.commits = 0
    logged = capfd.readouterr()
    assert leaks == []
    assert told(logged.out + logged.err) == []


def test_no_search_and_no_fragment_tells(whole, planted):
    """The search, what looks alike, and every fragment of a list, a proposal and its talk."""
    draft = whole.world.draft
    leaks = []
    for role in ROLES:
        visitor = whole.browse(role)
        for name, (mark, _) in WORDS.items():
            for path in (f"/proposals/?words={mark}", f"/proposals/?words={mark[:-1]}"):
                for answer in (visitor.get(path), visitor.fragment(path)):
                    cards = answer.text.partition('id="results"')[2]
                    leaks += [f"{path} tells {role} {name}"] if mark in cards.replace(f"“{mark}”", "") else []
        for path in ("/", f"/proposals/{whole.world.raised}", f"/proposals/{whole.world.raised}?sort=oldest", "/mine"):
            leaks += [f"{path} tells {role} {name}" for name in told_words(visitor.fragment(path).text, role)]
    similar = whole.browse("author").get(f"/proposals/{draft}/alike").text
    assert "zqhiddenproposal" not in similar
    assert leaks == []


def test_the_words_are_there_for_those_who_may_read_them(whole, planted):
    """The control: each mark stands on a page of somebody who may read it."""
    world = whole.world
    for role, path, name in (
        ("author", f"/proposals/{world.draft}", "a draft"),
        ("neighbour", f"/moderation/hidden/{world.hiding}", "a hidden comment"),
        ("neighbour", f"/proposals/{world.raised}", "a comment that waits"),
        ("neighbour", f"/proposals/{world.raised}/changes/{world.settled_amendment}", "a hidden suggestion"),
        ("author", f"/proposals/{world.supported}", "a hidden proposal"),
        ("officer", f"/moderation/told/{world.told}", "what was told in private"),
        ("moderator", f"/moderation/posts/comment/{world.comment}", "a report"),
        ("administrator", f"/moderation/hidden/{world.appealed}", "an appeal"),
    ):
        assert WORDS[name][0] in whole.browse(role).get(path).text, name


def test_those_whose_work_needs_them_do_see_them(whole, planted):
    """The control: the marks are where they were planted, and the search for them works."""
    officer = whole.browse("officer")
    page = officer.get(f"/roll/people/{planted}").text
    assert {"full name", "resident number", "address", "email on the list"} <= set(told(page))
    assert told(whole.browse("other_officer").get(f"/roll/people/{planted}").text) == []


def test_no_letter_to_somebody_else_tells(whole, planted):
    letters = database.db.session.scalars(select(outbox.Letter).where(outbox.Letter.person_id != planted)).all()
    assert letters
    people = dict(database.db.session.execute(select(Person.public_name, Person.id)).all())
    roles = {people["Joyce"]: "neighbour", people["Asha"]: "author", people["Nadia Rahman"]: "moderator"}
    for letter in letters:
        said = " ".join(outbox.put_into_words(letter))
        assert told(said) == [], letter.kind
        assert told_words(said, roles.get(letter.person_id, "")) == [], letter.kind
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
