"""While a vote is open nothing that anybody can read changes with the votes, but for a voter that they have voted."""

import re

import pytest
from flask import render_template
from sqlalchemy import select

from coproduce import audit, clock, outbox
from coproduce.db import db as session_db
from coproduce.voting import views
from tests.client import HTMX
from tests.voting import making
from tests.voting.making import WHILE_OPEN

TOKENS = re.compile(r'(name="csrf_token" value=|X-CSRFToken"?: ?"?)"?[^"]*"')
PEOPLE = (None, "joyce", "ella", "bronwen", "farida", "denise", "owen", "priya", "ruth", "grace")


@pytest.fixture
def ballot(walsden):
    return making.ballot(walsden)


def seen(walsden, browse, ballot, name):
    """Everything about a ballot that this person can read, by address and kind."""
    visitor = browse(name and getattr(walsden, name))
    visitor.check = False  # other tests look at how these pages are made; here only at whether they change
    address, proposal = ballot.address, ballot.version.proposal.address
    paths = (
        "/",
        "/votes/",
        f"/proposals/{proposal}",
        *(f"/votes/{address}{end}" for end in ("", "/result", "/receipt")),
    )
    found = {}
    for path in paths:
        for kind, headers in (("page", {}), ("fragment", HTMX)):
            answer = visitor.get(path, headers=headers)
            found[path, kind] = (answer.status_code, answer.location, TOKENS.sub("", answer.text))
    return found


def told(walsden):
    """What has been written to anybody but the voter, and what stands on the timeline."""
    letters = session_db.session.scalars(select(outbox.Letter).order_by(outbox.Letter.id))
    return (
        [outbox.put_into_words(letter) for letter in letters if letter.person_id != walsden.asha.id],
        [
            (str(item.words), item.at)
            for item in audit.story(session_db.session.scalars(select(making.Proposal.id)).one())
        ],
    )


def panel(app, walsden, ballot, name):
    me = walsden.me(getattr(walsden, name))
    with app.test_request_context("/proposals/"):
        panel = views.panel_of(ballot.version.proposal, me)
        template, facts = panel.template, panel.facts
        return render_template(template, **facts)


@pytest.fixture
def everything(app, walsden, browse, ballot):
    def look():
        pages = {name: seen(walsden, browse, ballot, name) for name in PEOPLE}
        return pages, told(walsden), {name: panel(app, walsden, ballot, name) for name in PEOPLE if name}

    return look


def test_nothing_changes_for_anybody_else_when_somebody_votes(walsden, db, ballot, everything):
    with clock.moved_to(WHILE_OPEN):
        before = everything()
        making.vote(walsden, ballot, walsden.asha, "yes", 1)
        making.vote(walsden, ballot, walsden.asha, "no", 0)
        after = everything()
    for name in PEOPLE:
        for where, answer in before[0][name].items():
            assert after[0][name][where] == answer, (name, where)
    assert after[1:] == before[1:]


def test_the_voter_sees_that_they_have_voted_and_no_count(app, walsden, browse, db, ballot):
    with clock.moved_to(WHILE_OPEN):
        making.vote(walsden, ballot, walsden.asha)
        alone = seen(walsden, browse, ballot, "asha"), panel(app, walsden, ballot, "asha")
        for person in (walsden.joyce, walsden.marek, walsden.sam):
            making.vote(walsden, ballot, person, "no", 1)
        assert (seen(walsden, browse, ballot, "asha"), panel(app, walsden, ballot, "asha")) == alone
    assert "You have voted" in alone[1]


def test_nothing_is_shown_between_closing_and_the_count(walsden, db, ballot, everything):
    making.vote(walsden, ballot, walsden.joyce, "yes", 1)
    with clock.moved_to(making.CLOSES):
        pages, _, _ = everything()
        for name in PEOPLE:
            status, location, _ = pages[name][f"/votes/{ballot.address}/result", "page"]
            assert (status, location) == (303, f"/votes/{ballot.address}")
            assert "Neighbours said" not in "".join(text for _, _, text in pages[name].values())
