"""Voting as a person meets it: read, choose, check, send; and what a wrong or a late paper is told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coproduce import audit, clock, outbox
from coproduce.voting import queries
from coproduce.voting.models import Ballot, RollPlace
from tests.voting import making
from tests.voting.making import CLOSES, OPENED, WHILE_OPEN, paper

pytestmark = pytest.mark.once  # what a page says; tests/whole reads every page on PostgreSQL too

SECOND = timedelta(seconds=1)


@pytest.fixture
def ballot(walsden):
    return making.ballot(walsden)


@pytest.fixture
def then():
    """It is three days into the vote."""
    with clock.moved_to(WHILE_OPEN):
        yield


def url(ballot, step=""):
    return f"/votes/{ballot.address}" + (f"/{step}" if step else "")


def filled_in(ballot, whole="yes", option=0):
    return {f"q{question}": key for question, key in paper(ballot, whole, option).items()}


def is_chosen(page, value):
    return f'value="{value}" checked' in page.text


def votes(db):
    return db.session.scalar(select(func.count()).where(RollPlace.voted_on.is_not(None)))


def test_choose_check_send_without_script(walsden, browse, db, ballot, then):
    asha = browse(walsden.asha)
    page = asha.get(url(ballot))
    assert page.status_code == 200
    assert "Step 1 of 3" in page.text
    assert "checked" not in page.text
    review = asha.send(url(ballot, "check"), filled_in(ballot, "yes", 1))
    assert review.status_code == 200
    assert "Is this what you mean?" in review.text
    assert ">Yes</p>" in review.text
    assert ">Two</bdi></p>" in review.text
    assert votes(db) == 0
    sent = asha.send(url(ballot, "cast"), filled_in(ballot, "yes", 1))
    assert (sent.status_code, sent.location) == (303, url(ballot, "receipt"))
    receipt = asha.get(sent.location)
    assert "Your vote is in" in receipt.text
    assert "Monday 16 November 2026, 8pm" in receipt.text
    assert queries.place_on_roll(ballot.id, walsden.asha.id).choices == paper(ballot, "yes", 1)


def test_change_brings_the_paper_back_as_it_was(walsden, browse, db, ballot, then):
    page = browse(walsden.asha).send(url(ballot, "change"), filled_in(ballot, "no", 1))
    assert page.status_code == 200
    assert is_chosen(page, "no")
    assert is_chosen(page, paper(ballot, "no", 1)[str(ballot.questions[1].id)])
    assert page.text.count(" checked") == 2
    assert "thing to put right" not in page.text
    assert votes(db) == 0


def test_who_has_voted_finds_their_answers_and_can_change_them(walsden, browse, db, ballot, then):
    making.vote(walsden, ballot, walsden.asha, "no", 1)
    asha = browse(walsden.asha)
    page = asha.get(url(ballot))
    assert "You have voted." in page.text
    assert is_chosen(page, "no")
    assert asha.send(url(ballot, "cast"), filled_in(ballot, "yes", "abstain")).status_code == 303
    place = queries.place_on_roll(ballot.id, walsden.asha.id)
    assert (place.choices, place.times) == (paper(ballot, "yes", "abstain"), 2)
    assert votes(db) == 1


def test_a_retry_answers_the_same(walsden, browse, db, ballot, then):
    asha = browse(walsden.asha)
    first, second = (asha.send(url(ballot, "cast"), filled_in(ballot)) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert queries.place_on_roll(ballot.id, walsden.asha.id).times == 1
    making.close(ballot)
    with clock.moved_to(CLOSES + SECOND):
        third = asha.send(url(ballot, "cast"), filled_in(ballot))
        assert (third.status_code, third.location) == (303, first.location)
        assert "Your vote counts" in asha.get(third.location).text


WRONG = {
    "an unknown option": lambda sent, other: sent | {"q1": "maybe"},
    "nothing on a question": lambda sent, other: {key: value for key, value in sent.items() if key != "q1"},
    "two answers to a question": lambda sent, other: sent | {"q1": ["yes", "no"]},
    "the option of another ballot": lambda sent, other: sent | {"q1": other.questions[1].options[0].key},
    "an empty answer": lambda sent, other: sent | {"q1": ""},
    "NUL": lambda sent, other: sent | {"q1": "yes\x00"},
    "a lone surrogate": lambda sent, other: sent | {"q1": "\ud800".encode("utf-8", "surrogatepass")},
    "a very long answer": lambda sent, other: sent | {"q1": "y" * 100_000},
}


@pytest.mark.parametrize("step", ["check", "cast"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_paper_says_what_to_do_and_keeps_the_rest(walsden, browse, db, ballot, then, step, wrong):
    other = making.ballot(walsden, title="Another")
    first, second = (f"q{question.id}" for question in ballot.questions)
    sent = filled_in(ballot, "yes", 1)
    spoilt = {first if key == "q1" else key: value for key, value in WRONG[wrong]({"q1": "yes"}, other).items()}
    answer = browse(walsden.asha).send(url(ballot, step), {second: sent[second], **spoilt})
    assert answer.status_code == 422
    assert "There is 1 thing to put right" in answer.text
    assert "question 1" in answer.text.lower()
    assert is_chosen(answer, sent[second])
    assert answer.text.count(" checked") == 1
    assert votes(db) == 0
    assert not db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "ballot_vote_recorded")).all()


def test_a_late_paper_is_told_so(walsden, browse, db, ballot):
    with clock.moved_to(CLOSES):
        asha = browse(walsden.asha)
        for step in ("check", "cast", "change"):
            answer = asha.send(url(ballot, step), filled_in(ballot))
            assert answer.status_code == 409
            assert "The vote closed on Monday 16 November 2026, 8pm. Your paper was not counted." in answer.text
        page = asha.get(url(ballot))
        assert "We are counting" in page.text
        assert "Check my answers" not in page.text
    assert votes(db) == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (None, "Sign in to vote"),
        ("ella", "lived here on the day it opened"),
        ("denise", "This vote is for residents"),
        ("grace", "This vote is for residents"),
    ],
)
def test_others_can_read_it_all_and_are_told_why_they_cannot_vote(walsden, browse, ballot, then, name, reason):
    visitor = browse(name and getattr(walsden, name))
    page = visitor.get(url(ballot))
    assert page.status_code == 200
    assert reason in page.text
    assert "Check my answers" not in page.text
    assert 'type="radio"' not in page.text
    for words in ("As many as are looked after", "Not up for vote", "not a secret vote", "A tie stays a tie"):
        assert words in page.text
    for step in ("check", "cast", "change"):
        assert visitor.send(url(ballot, step), filled_in(ballot)).status_code == 403
    assert visitor.get(url(ballot, "receipt")).status_code == 303


def test_it_says_what_is_not_up_for_vote_and_because_of_which_duty(walsden, browse, ballot, then):
    page = browse().get(url(ballot))
    assert "Nobody is refused a pet without a good reason." in page.text
    assert 'href="/duties/pet-01"' in page.text
    assert "We will write this with you." in page.text
    assert "7c1e 09ab 44d2" in page.text


def test_the_steps_lead_back_to_the_paper_when_they_are_only_looked_at(walsden, browse, ballot, then):
    asha = browse(walsden.asha)
    for step in ("check", "cast", "change", "receipt", "result"):
        answer = asha.get(url(ballot, step))
        assert (answer.status_code, answer.location) == (303, url(ballot))


def test_a_ballot_that_is_not_there(browse, walsden):
    for path in ("/votes/pets-999", "/votes/999/result", "/votes/new/999"):
        assert browse(walsden.denise).get(path).status_code == 404


def test_the_list_has_mine_first_then_others_then_results(walsden, browse, db, ballot):
    done = making.ballot(walsden, title="Paint", opens=OPENED - timedelta(days=30), closes=OPENED - timedelta(days=9))
    making.close(done, at=OPENED)
    with clock.moved_to(WHILE_OPEN):
        mine = browse(walsden.asha).get("/votes/").text
        assert mine.index("Open for you") < mine.index(making.TITLE) < mine.index("Results") < mine.index("Paint")
        assert "Vote now" in mine
        assert "Too few took part" in mine
        ella = browse(walsden.ella).get("/votes/").text
        assert "Open for others" in ella
        assert "Open for you" not in ella
        assert "Open now" in browse().get("/votes/").text
        making.vote(walsden, ballot, walsden.asha)
        assert "You have voted" in browse(walsden.asha).get("/votes/").text


# -- the result ---------------------------------------------------------------------------------------------------


def test_the_result_in_words_figures_and_tables(walsden, browse, db, ballot):
    for person, whole, option in ((walsden.asha, "yes", 1), (walsden.joyce, "yes", 1), (walsden.sam, "no", "abstain")):
        making.vote(walsden, ballot, person, whole, option)
    making.close(ballot)
    page = browse().get(url(ballot, "result"))
    assert page.status_code == 200
    for words in (
        "Neighbours said yes: 2 yes, 1 no.",
        "of those who voted said yes: 2 of 3",
        "of everyone who could vote said yes: 2 of 6",
        "took part: 3 of 6",
        "Yes, enough people voted.",
        "Yes, more said yes than no.",
        ">Two</bdi> got most: 2 of 3.",
        "Text mark",
    ):
        assert words in page.text
    for cell in ("2 of 3", "2 of 6", "1 of 3", "1 of 6", "0 of 3"):
        assert f">{cell}</td>" in page.text
    assert "This vote has closed." in browse(walsden.asha).get(url(ballot)).text


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        ((), "Too few took part: 0 people voted and 2 were needed."),
        (("yes", "no"), "A tie: 1 yes and 1 no. Nothing is decided."),
        (("abstain", "abstain"), "A tie: 0 yes and 0 no. Nothing is decided."),
        (("no", "no", "yes"), "Neighbours said no: 1 yes, 2 no."),
    ],
)
def test_every_outcome_has_its_words(walsden, browse, db, ballot, papers, words):
    for person, whole in zip((walsden.asha, walsden.joyce, walsden.sam), papers, strict=False):
        making.vote(walsden, ballot, person, whole, "abstain")
    making.close(ballot)
    assert words in browse().get(url(ballot, "result")).text


def test_an_officer_can_ask_for_a_recount_on_the_page(walsden, browse, db, ballot):
    making.vote(walsden, ballot, walsden.asha)
    making.close(ballot)
    denise = browse(walsden.denise)
    assert "Count again" in denise.get(url(ballot, "result")).text
    assert "Count again" not in browse(walsden.asha).get(url(ballot, "result")).text
    assert denise.send(url(ballot, "recount")).status_code == 303
    page = denise.get(url(ballot, "result"))
    assert "The count is the same." in page.text
    assert ": the same." in page.text
    assert browse(walsden.asha).send(url(ballot, "recount")).status_code == 403


# -- opening ------------------------------------------------------------------------------------------------------

OPENING = {"closes_on": ["16", "11", "2026"], "closes_hour": "20", "quorum_percent": "30", "whole_prompt": ""}


@pytest.fixture
def made(walsden):
    with clock.moved_to(OPENED), making.database.transaction():
        return making.proposal(walsden)


def test_an_officer_opens_a_vote(walsden, browse, db, made):
    clause = str(making.clause_ids(made)[0])
    path = f"/votes/new/{made.address}"
    with clock.moved_to(OPENED):
        denise = browse(walsden.denise)
        page = denise.get(path)
        assert "6 people would be on the roll today" in page.text
        assert "Nobody is refused a pet without a good reason." in page.text
        assert f'value="{clause}" checked' in page.text
        sent = denise.send(path, OPENING | {"clauses": clause})
        assert sent.status_code == 303
        ballot = db.session.scalars(select(Ballot)).one()
        assert sent.location == url(ballot)
        assert ballot.closes_at == CLOSES
        assert [question.clause_number for question in ballot.questions] == [None, 2]
        assert "The vote is open." in denise.get(sent.location).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"closes_on": ["", "", ""]}, "Write the day", id="no day"),
        pytest.param({"closes_on": ["31", "2", "2027"]}, "no such day", id="no such day"),
        pytest.param({"closes_on": ["2", "11", "2026"], "closes_hour": "10"}, "at least one hour", id="too soon"),
        pytest.param({"closes_on": ["1", "3", "2027"]}, "within 92 days", id="too late"),
        pytest.param({"closes_hour": "3"}, "Choose a time", id="no such hour"),
        pytest.param({"closes_hour": "x" * 10_000}, "Choose a time", id="no hour at all"),
        pytest.param({"clauses": ["999"]}, "Choose clauses from the list", id="no such clause"),
        pytest.param({"clauses": ["\x00"]}, "Choose clauses from the list", id="NUL"),
        pytest.param({"quorum_percent": "0"}, "from 1 to 100", id="nought"),
        pytest.param({"quorum_percent": "٣"}, "whole number", id="other digits"),
        pytest.param({"quorum_percent": ""}, "from 1 to 100", id="empty"),
        pytest.param({"whole_prompt": "p" * 201}, "too long", id="too long"),
        pytest.param({"whole_prompt": "Shall\x00 we?"}, "cannot keep", id="NUL in words"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(walsden, browse, db, made, change, words):
    with clock.moved_to(OPENED):
        sent = {**OPENING, "whole_prompt": "Shall pets be welcome?", **change}
        answer = browse(walsden.denise).send(f"/votes/new/{made.address}", sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Error: Open a vote" in answer.text
    if "whole_prompt" not in change:
        assert 'value="Shall pets be welcome?"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0
    assert not db.session.scalars(select(audit.Row).where(audit.Row.verb == "ballot.opened")).all()


def test_a_text_that_is_not_ready_shows_the_reason_in_place_of_the_form(walsden, browse, db):
    with making.database.transaction():
        made = making.proposal(walsden, third=making.Stand.UNCLEAR)
    page = browse(walsden.denise).get(f"/votes/new/{made.address}")
    assert page.status_code == 200
    assert "Clause 3 is still unclear" in page.text
    assert "Open the vote" not in page.text


def test_only_an_officer_of_the_place_finds_the_form(walsden, browse, db, made):
    for name in ("asha", "bronwen", "owen", "priya", "grace"):
        assert browse(getattr(walsden, name)).get(f"/votes/new/{made.address}").status_code == 403
    with making.database.transaction():
        draft = making.proposal(walsden, stage=making.Stage.DRAFT)
    assert browse(walsden.denise).get(f"/votes/new/{draft.address}").status_code == 404
