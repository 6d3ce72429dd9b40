"""The vote as a part of the proposal's page."""

import pytest
from flask import render_template

from coproduce import clock
from coproduce import db as database
from coproduce.accounts.rules import STRANGER
from coproduce.proposals.rules import Stage, Stand
from coproduce.voting import views
from tests.voting import making
from tests.voting.making import CLOSES, WHILE_OPEN


@pytest.fixture
def panel(app, walsden):
    def draw(proposal, name, at=WHILE_OPEN):
        me = walsden.me(getattr(walsden, name)) if name else STRANGER
        with clock.moved_to(at), app.test_request_context("/proposals/"):
            found = views.panel_of(proposal, me)
            return found and render_template(found.template, facts=found.facts, **found.facts)

    return draw


def proposal(walsden, **how):
    with database.transaction():
        return making.proposal(walsden, **how)


def test_before_a_vote_only_an_officer_of_the_place_sees_it(walsden, db, panel):
    made = proposal(walsden)
    for name in (None, "asha", "owen", "priya", "grace"):
        assert panel(made, name) is None
    assert f'href="/votes/new/{made.address}"' in panel(made, "denise")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"third": Stand.UNCLEAR}, "Clause 3 is still unclear"),
        ({"mandate": None, "stage": Stage.RAISED}, "has not made its promise yet"),
    ],
)
def test_the_officer_reads_why_a_vote_cannot_open(walsden, db, panel, how, words):
    drawn = panel(proposal(walsden, **how), "denise")
    assert words in drawn
    assert "/votes/new/" not in drawn


def test_an_open_vote_is_for_those_on_the_roll(walsden, db, panel):
    ballot = making.ballot(walsden)
    made = ballot.version.proposal
    assert "Vote now" in panel(made, "asha")
    for name in (None, "ella", "denise"):
        drawn = panel(made, name)
        assert "Vote now" not in drawn
        assert "See what is asked" in drawn
        assert "open until Monday 16 November 2026, 8pm" in drawn
    making.vote(walsden, ballot, walsden.asha)
    assert "See or change my vote" in panel(made, "asha")
    assert "We are counting" in panel(made, "asha", at=CLOSES)


def test_afterwards_it_says_how_it_came_out_and_an_officer_can_put_it_again(walsden, db, panel):
    ballot = making.ballot(walsden)
    for person, whole in ((walsden.asha, "yes"), (walsden.sam, "no")):
        making.vote(walsden, ballot, person, whole)
    making.close(ballot)
    made = ballot.version.proposal
    for name in (None, "asha", "denise"):
        drawn = panel(made, name, at=CLOSES)
        assert "A tie: 1 yes and 1 no." in drawn
        assert f'href="/votes/{ballot.address}/result"' in drawn
        assert ("/votes/new/" in drawn) is (name == "denise")
