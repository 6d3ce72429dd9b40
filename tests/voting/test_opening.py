"""What opens a ballot, what is frozen with it, and what refuses."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from coproduce import audit, clock, outbox, texts
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Role, Tenure
from coproduce.errors import Conflict, Refused
from coproduce.proposals.models import Author
from coproduce.proposals.rules import AuthorState, Mandate, Stage, Stand, Within
from coproduce.voting import actions
from coproduce.voting.models import Ballot, RollPlace
from coproduce.voting.rules import State
from coproduce.words import say
from tests.voting import making
from tests.voting.making import CLOSES, OPENED


def opening(town, made, **changes):
    how = {"closes_at": CLOSES, "clause_ids": making.clause_ids(made), "quorum_percent": 30, **changes}
    with clock.moved_to(OPENED), database.transaction():
        return actions.open_ballot(town.me(how.pop("by", town.denise)), made, **how)


@pytest.fixture
def made(walsden):
    with database.transaction():
        return making.proposal(walsden)


def test_a_ballot_asks_about_the_whole_and_about_each_clause_named(walsden, db):
    ballot = making.ballot(walsden)
    whole, pets = ballot.questions
    assert [option.key for option in whole.options] == ["yes", "no", "abstain"]
    assert (whole.clause_id, whole.prompt) == (None, "")
    assert pets.clause_number == 2
    assert [option.name for option in pets.options] == ["One", "Two", "As many as are looked after", "Abstain"]
    assert [option.key for option in pets.options[:3]] == [f"c{option.choice_id}" for option in pets.options[:3]]
    assert pets.options[1].cost_pence == 650
    assert ballot.version.proposal.stage is Stage.VOTING


def test_it_can_ask_about_the_whole_alone_in_the_officers_words(walsden, db, made):
    ballot = opening(walsden, made, clause_ids=[], whole_prompt="  Shall pets\u202e be welcome?  ")
    assert [question.prompt for question in ballot.questions] == ["Shall pets be welcome?"]


def test_rules_and_words_are_frozen_with_their_hash(walsden, db):
    ballot = making.ballot(walsden)
    db.session.expire_all()
    rules = ballot.rules
    assert texts.fingerprint(rules) == ballot.rules_hash
    assert (rules["on_roll"], rules["quorum_percent"], rules["quorum"]) == (6, 30, 2)
    assert rules["version"] == {"no": 1, "fingerprint": ballot.version.fingerprint}
    assert (rules["unit"], rules["secrecy"]) == ("person", "named")
    assert [entry["clause"] for entry in rules["not_up_for_vote"]] == [1]
    assert rules["not_up_for_vote"][0]["duties"] == ["PET-01"]
    assert [len(question["options"]) for question in rules["questions"]] == [3, 4]
    assert "tie" in rules["words"]


def test_the_roll_is_every_adult_who_lives_there_that_day_and_does_not_change(walsden, db):
    with database.transaction():
        child = people.add_person(full_name="Kit Malik", public_name="Kit")
        child.adult = False
        home = walsden.asha.occupancies[0].home
        people.move_in(child, home, since=date(2020, 1, 1), tenure=Tenure.ASSURED)
        gone = people.add_person(full_name="Gone Away", public_name="Gone")
        people.move_in(gone, home, since=date(2020, 1, 1), tenure=Tenure.ASSURED).until = date(2026, 11, 1)
        people.give_role(walsden.sam, Role.OFFICER, by=None, since=date(2020, 1, 1))
    ballot = making.ballot(walsden)
    with database.transaction():
        late = people.add_person(full_name="Late Comer", public_name="Late")
        people.move_in(late, home, since=date(2026, 11, 3), tenure=Tenure.ASSURED)
    on_roll = set(db.session.scalars(select(RollPlace.person_id).where(RollPlace.ballot_id == ballot.id)))
    names = ("asha", "joyce", "marek", "bronwen", "farida")
    assert on_roll == {getattr(walsden, name).id for name in names}
    assert ballot.rules["on_roll"] == 5
    places = db.session.execute(select(RollPlace.person_id, RollPlace.place_id)).all()
    assert dict(map(tuple, places))[walsden.marek.id] == walsden.lockside.id


def test_opening_is_told_once_to_all_and_sealed_at_once(walsden, db):
    ballot = making.ballot(walsden)
    letters = db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "ballot_opened")).all()
    assert len(letters) == 6
    subject, body = outbox.put_into_words(letters[0])
    assert making.TITLE in subject
    assert f"http://localhost/votes/{ballot.address}" in body
    assert "Monday 16 November 2026, 8pm" in body
    told = [item for item in audit.story(ballot.version.proposal_id) if item.verb == "ballot.opened"]
    assert [str(item.words) for item in told] == [
        "The vote opened. It closes on Monday 16 November 2026, 8pm. 6 people may vote."
    ]
    assert told[0].is_key
    assert db.session.scalars(select(audit.Row.verb).where(audit.Row.no.is_(None))).all() == []


PERSONAS = ("asha", "bronwen", "farida", "denise", "owen", "priya", "ruth", "grace")


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize(
    "stage", [Stage.RAISED, Stage.SHAPING, Stage.SETTLED, Stage.VOTING, Stage.ANSWERED, Stage.DONE]
)
def test_who_may_open_at_which_stage(walsden, db, name, stage):
    with database.transaction():
        made = making.proposal(walsden, stage=stage)
    may = name == "denise" and stage in {Stage.SHAPING, Stage.SETTLED}
    if may:
        assert opening(walsden, made, by=walsden.denise).is_open
    else:
        with pytest.raises(Refused):
            opening(walsden, made, by=getattr(walsden, name))
        assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_an_officer_does_not_open_a_vote_on_what_they_proposed_or_wrote(walsden, db):
    with database.transaction():
        own = making.proposal(walsden, raised_by=walsden.denise)
        written = making.proposal(walsden)
        db.session.add(
            Author(proposal_id=written.id, person_id=walsden.denise.id, state=AuthorState.ACCEPTED, position=2)
        )
    for made in (own, written):
        with pytest.raises(Refused, match="another officer"):
            opening(walsden, made)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        pytest.param({"mandate": None}, "made its promise", id="no promise yet"),
        pytest.param({"mandate": Mandate.INFORM}, "to inform", id="only to inform"),
        pytest.param({"third": Stand.UNCLEAR}, "Clause 3 is still unclear", id="an unclear clause"),
        pytest.param({"within": Within.NOT_SETTLED}, "may break a duty", id="an option that nobody has checked"),
    ],
)
def test_a_text_that_is_not_ready_is_not_put_to_a_vote(walsden, db, how, words):
    with database.transaction():
        made = making.proposal(walsden, **how)
    with pytest.raises(Conflict, match=words):
        opening(walsden, made)
    assert made.stage is Stage.SHAPING
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_an_option_that_breaks_a_duty_is_never_offered(walsden, db):
    ballot = making.ballot(walsden, within=Within.NO)
    assert [option.name for option in ballot.questions[1].options] == ["One", "Two", "Abstain"]


@pytest.mark.parametrize("position", [1, 3], ids=["a fixed clause", "a flexible clause without options"])
def test_only_clauses_with_two_options_can_be_asked_about(walsden, db, made, position):
    with pytest.raises(Conflict, match="Choose from the clauses"):
        opening(walsden, made, clause_ids=making.clause_ids(made, position))


def test_a_clause_of_another_proposal_cannot_be_asked_about(walsden, db, made):
    with database.transaction():
        other = making.proposal(walsden)
    with pytest.raises(Conflict, match="Choose from the clauses"):
        opening(walsden, made, clause_ids=making.clause_ids(other))


@pytest.mark.parametrize(
    ("closes_at", "words"),
    [
        pytest.param(OPENED + timedelta(hours=1), None, id="one hour on"),
        pytest.param(OPENED + timedelta(minutes=59, seconds=59), "at least one hour", id="just under"),
        pytest.param(OPENED - timedelta(days=1), "at least one hour", id="in the past"),
        pytest.param(OPENED + timedelta(days=92), None, id="92 days on"),
        pytest.param(OPENED + timedelta(days=92, seconds=1), "within 92 days", id="just over"),
    ],
)
def test_when_a_vote_may_close(walsden, db, made, closes_at, words):
    if words is None:
        assert opening(walsden, made, closes_at=closes_at).closes_at == closes_at
    else:
        with pytest.raises(Conflict, match=words):
            opening(walsden, made, closes_at=closes_at)


@pytest.mark.parametrize(
    "wall",
    [
        pytest.param(datetime(2027, 3, 28, 1, 30, tzinfo=clock.LONDON), id="the hour that does not come"),
        pytest.param(datetime(2027, 10, 31, 1, 30, tzinfo=clock.LONDON), id="the hour that comes twice"),
    ],
)
def test_an_hour_in_which_the_clocks_change_is_refused(walsden, db, made, wall):
    with (
        clock.moved_to(wall - timedelta(days=10)),
        database.transaction(),
        pytest.raises(Conflict, match="clocks change"),
    ):
        actions.open_ballot(walsden.me(walsden.denise), made, closes_at=wall, clause_ids=[], quorum_percent=30)


def test_eight_in_the_evening_stays_eight_across_the_change(walsden, db):
    opens = clock.at(date(2027, 3, 20), 10)
    closes = datetime(2027, 4, 3, 20, tzinfo=clock.LONDON)
    ballot = making.ballot(walsden, opens=opens, closes=closes)
    db.session.expire_all()
    assert ballot.closes_at.isoformat() == "2027-04-03T19:00:00+00:00"
    assert str(say("{at}", at=ballot.closes_at)) == "Saturday 3 April 2027, 8pm"


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_quorum_is_a_percentage(walsden, db, made, percent):
    with pytest.raises(Conflict, match="1 to 100"):
        opening(walsden, made, quorum_percent=percent)


def test_a_second_ballot_cannot_open_while_the_first_is_open(walsden, db):
    ballot = making.ballot(walsden)
    assert ballot.state is State.OPEN
    with pytest.raises(Refused, match="put to a vote already"):
        opening(walsden, ballot.version.proposal)
