"""A vote is taken from those on the roll until the moment of closing, kept once, and can be changed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.accounts.rules import STRANGER
from coproduce.errors import Conflict, Refused
from coproduce.voting import actions, policy, queries
from coproduce.voting.models import RollPlace
from coproduce.voting.rules import Channel
from tests.voting import making
from tests.voting.making import CLOSES, OPENED, WHILE_OPEN, paper

SECOND = timedelta(seconds=1)


@pytest.fixture
def ballot(walsden):
    return making.ballot(walsden)


def place_of(ballot, person):
    return queries.place_on_roll(ballot.id, person.id)


def letters(db, kind="ballot_vote_recorded"):
    return db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == kind)).all()


def recorded(db):
    return db.session.scalars(select(audit.Row).where(audit.Row.verb == "ballot.vote_recorded")).all()


def test_a_vote_is_kept_with_the_place_on_the_roll(walsden, db, ballot):
    making.vote(walsden, ballot, walsden.asha, "yes", 1)
    place = place_of(ballot, walsden.asha)
    assert place.choices == paper(ballot, "yes", 1)
    assert (place.channel, place.voted_on, place.times) == (Channel.ONLINE, clock.day_of(WHILE_OPEN), 1)


def test_a_changed_vote_takes_the_place_of_the_first(walsden, db, ballot):
    making.vote(walsden, ballot, walsden.asha, "yes", 1)
    making.vote(walsden, ballot, walsden.asha, "no", "abstain")
    place = place_of(ballot, walsden.asha)
    assert (place.choices, place.times) == (paper(ballot, "no", "abstain"), 2)
    assert len(letters(db)) == len(recorded(db)) == 2


def test_the_same_paper_twice_is_the_same_vote(walsden, db, ballot):
    for _ in range(3):
        making.vote(walsden, ballot, walsden.asha)
    assert place_of(ballot, walsden.asha).times == 1
    assert len(letters(db)) == len(recorded(db)) == 1


def test_a_retry_after_closing_gets_the_same_answer(walsden, db, ballot):
    """The first try was kept and its answer lost on the way: whoever asks again is not told that it came too late."""
    making.vote(walsden, ballot, walsden.asha, at=CLOSES - SECOND)
    making.close(ballot)
    assert making.vote(walsden, ballot, walsden.asha, at=CLOSES + SECOND).times == 1
    with pytest.raises(Conflict, match="not counted"):
        making.vote(walsden, ballot, walsden.asha, "no", at=CLOSES + SECOND)


def test_neither_the_record_nor_the_letter_says_what_was_chosen(walsden, db, ballot):
    making.vote(walsden, ballot, walsden.asha, "no", 1)
    (row,), (letter,) = recorded(db), letters(db)
    assert (row.public, row.facts, row.actor_id) == (False, {"times": 1}, walsden.asha.id)
    subject, body = outbox.put_into_words(letter)
    said = f"{subject} {body}".replace(making.TITLE, "")
    keys = [option.key for question in ballot.questions for option in question.options]
    assert not {"no", "two", *keys} & set(said.lower().split())
    assert set(letter.facts) == {"title", "closes_at", "changed", "link"}


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        pytest.param(CLOSES - timedelta(microseconds=1), True, id="just before"),
        pytest.param(CLOSES, False, id="at closing itself"),
        pytest.param(CLOSES + timedelta(microseconds=1), False, id="just after"),
        pytest.param(OPENED, True, id="as it opens"),
    ],
)
def test_the_moment_of_closing_is_late(walsden, db, ballot, at, taken):
    if taken:
        assert making.vote(walsden, ballot, walsden.asha, at=at).times == 1
    else:
        with pytest.raises(Conflict, match=r"closed on Monday 16 November 2026, 8pm\. Your paper was not counted"):
            making.vote(walsden, ballot, walsden.asha, at=at)
        assert place_of(ballot, walsden.asha).voted_on is None


def test_a_closed_vote_stays_closed_when_the_clock_goes_back(walsden, db, ballot):
    making.close(ballot)
    with pytest.raises(Conflict, match="not counted"):
        making.vote(walsden, ballot, walsden.asha, at=CLOSES - timedelta(minutes=5))


PERSONAS = {
    "asha": None,
    "marek": None,
    "bronwen": None,
    "farida": None,
    "ella": "lived here on the day it opened",
    "denise": "for residents",
    "owen": "for residents",
    "priya": "for residents",
    "grace": "for residents",
}


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("state", ["open", "due", "closed"])
def test_who_may_vote_when(walsden, db, ballot, name, state):
    person, reason = getattr(walsden, name), PERSONAS[name]
    at = {"open": WHILE_OPEN, "due": CLOSES, "closed": CLOSES + SECOND}[state]
    if state == "closed":
        making.close(ballot)
    if state == "open" and reason is None:
        assert making.vote(walsden, ballot, person, at=at).voted_on
        return
    expected = (Refused, reason) if state == "open" else (Conflict, "not counted")
    with pytest.raises(expected[0], match=expected[1]):
        making.vote(walsden, ballot, person, at=at)
    assert db.session.scalar(select(func.count()).where(RollPlace.voted_on.is_not(None))) == 0


def test_a_stranger_is_asked_to_sign_in(ballot):
    assert "Sign in" in str(policy.refuse_vote(STRANGER, None))
    with clock.moved_to(WHILE_OPEN), database.transaction(), pytest.raises(Refused, match="Sign in"):
        actions.cast(STRANGER, ballot, paper(ballot))


def test_the_page_and_the_action_give_the_same_reason(walsden, ballot):
    for name, reason in PERSONAS.items():
        person = getattr(walsden, name)
        refusal = policy.refuse_vote(walsden.me(person), place_of(ballot, person))
        assert (refusal is None) is (reason is None)
        assert reason is None or reason in str(refusal)


@pytest.mark.parametrize("wrong", ["missing", "unknown", "other", "extra"])
def test_a_wrong_paper_changes_nothing(walsden, db, ballot, wrong):
    choices = paper(ballot)
    first, second = choices
    other = making.ballot(walsden, title="Another").questions[1]
    if wrong == "missing":
        del choices[second]
    elif wrong == "unknown":
        choices[first] = "maybe"
    elif wrong == "other":
        choices[second] = other.options[0].key
    else:
        choices[str(other.id)] = other.options[0].key
    with clock.moved_to(WHILE_OPEN), database.transaction(), pytest.raises(Conflict):
        actions.cast(walsden.me(walsden.asha), ballot, choices)
    assert place_of(ballot, walsden.asha).voted_on is None
    assert not letters(db)
