"""A ballot closes once, at its time, and its count stands."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Role
from coproduce.db import db as session_db
from coproduce.errors import Conflict, Refused
from coproduce.proposals.rules import Stage
from coproduce.voting import actions, jobs, policy, queries
from coproduce.voting.actions import closing
from coproduce.voting.models import Ballot, Result, RollPlace
from coproduce.voting.rules import Outcome, State
from tests.voting import making
from tests.voting.making import CLOSES


@pytest.fixture
def voted(walsden):
    """Four of six voted: three yes, one no; one pet twice, two pets once, one abstains."""
    ballot = making.ballot(walsden)
    for person, whole, option in (
        (walsden.asha, "yes", 0),
        (walsden.joyce, "yes", 1),
        (walsden.marek, "no", "abstain"),
        (walsden.sam, "yes", 0),
    ):
        making.vote(walsden, ballot, person, whole, option)
    return ballot


def counts(ballot):
    return [queries.counts_of([ballot])[question.id] for question in ballot.questions]


def test_closing_counts_each_question_of_what_was_cast(walsden, db, voted):
    making.close(voted)
    whole, pets = counts(voted)
    assert [(line.key, line.votes) for line in whole.lines] == [("yes", 3), ("no", 1), ("abstain", 0)]
    assert (whole.on_roll, whole.took_part, whole.quorum, whole.outcome) == (6, 4, 2, Outcome.PASSED)
    assert [line.votes for line in pets.lines] == [2, 1, 0, 1]
    assert voted.questions[1].option(pets.winner).name == "One"
    assert (voted.state, voted.closed_at) == (State.CLOSED, CLOSES)
    assert voted.version.proposal.stage is Stage.VOTING


def test_it_is_told_on_the_timeline_and_by_letter_and_sealed(walsden, db, voted):
    making.close(voted)
    told = [item for item in audit.story(voted.version.proposal_id) if item.verb.startswith("ballot.")]
    assert str(told[0].words) == "The vote closed. 4 of 6 people voted. Neighbours said yes: 3 yes, 1 no."
    assert told[0].is_key
    letters = db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "ballot_counted")).all()
    assert len(letters) == 6
    subject, body = outbox.put_into_words(letters[0])
    assert making.TITLE in subject
    assert "Neighbours said yes: 3 yes, 1 no." in body
    assert "4 of 6 people on the roll voted." in body
    assert not db.session.scalars(select(audit.Row.id).where(audit.Row.no.is_(None))).all()
    assert audit.verify().findings == ()


def test_closing_twice_is_closing_once(walsden, db, voted):
    making.close(voted)
    before = db.session.scalar(select(func.count()).select_from(audit.Row))
    making.close(voted, at=CLOSES + timedelta(days=1))
    assert db.session.scalar(select(func.count()).select_from(Result)) == 2
    assert db.session.scalar(select(func.count()).select_from(audit.Row)) == before
    assert voted.closed_at == CLOSES


def test_it_does_not_close_before_its_time(walsden, db, voted):
    with pytest.raises(Conflict, match="open until"):
        making.close(voted, at=CLOSES - timedelta(seconds=1))
    assert voted.is_open


@pytest.mark.parametrize(
    ("papers", "outcome"),
    [(("yes", "no"), Outcome.TIE), (("yes",), Outcome.TOO_FEW), ((), Outcome.TOO_FEW)],
)
def test_when_nothing_is_decided_the_text_can_be_put_again(walsden, db, papers, outcome):
    ballot = making.ballot(walsden)
    for person, whole in zip((walsden.asha, walsden.joyce), papers, strict=False):
        making.vote(walsden, ballot, person, whole)
    making.close(ballot)
    assert counts(ballot)[0].outcome is outcome
    proposal = ballot.version.proposal
    assert proposal.stage is Stage.SETTLED
    again = making.ballot(walsden, proposal, opens=CLOSES + timedelta(days=1), closes=CLOSES + timedelta(days=9))
    assert again.id != ballot.id
    assert queries.newest_ballot_of(proposal).id == again.id


def test_the_worker_closes_what_is_due_and_nothing_else(walsden, db, voted):
    later = making.ballot(walsden, closes=CLOSES + timedelta(hours=2), title="Later")
    with clock.moved_to(CLOSES - timedelta(seconds=1)):
        assert jobs.close_due() == 0
    with clock.moved_to(CLOSES):
        assert jobs.close_due() == 1
        assert jobs.close_due() == 0
    db.session.expire_all()
    assert [db.session.get(Ballot, b.id).state for b in (voted, later)] == [State.CLOSED, State.OPEN]


@pytest.mark.trouble
def test_a_ballot_in_trouble_does_not_hold_up_the_next(walsden, db, voted, monkeypatch):
    other = making.ballot(walsden, title="Another")
    count = closing._count

    def stumble(ballot):
        if ballot.id == voted.id:
            raise RuntimeError("in trouble")
        return count(ballot)

    monkeypatch.setattr(closing, "_count", stumble)
    with clock.moved_to(CLOSES):
        assert jobs.close_due() == 1
    db.session.expire_all()
    assert db.session.get(Ballot, voted.id).is_open
    assert not db.session.get(Ballot, other.id).is_open


def recount(walsden, ballot, by=None):
    with clock.moved_to(CLOSES + timedelta(hours=1)), database.transaction():
        return actions.recount(walsden.me(by or walsden.denise), session_db.session.get_one(Ballot, ballot.id))


def test_a_recount_stands_beside_the_first(walsden, db, voted):
    making.close(voted)
    assert recount(walsden, voted) == actions.Recount(run=2, equal=True)
    assert recount(walsden, voted) == actions.Recount(run=3, equal=True)
    assert [(run, same) for run, _, same in queries.runs_of(voted)] == [(1, True), (2, True), (3, True)]
    assert (
        str(audit.story(voted.version.proposal_id)[0].words) == "The votes were counted again. The count is the same."
    )


def test_a_recount_says_when_it_is_not_the_same(walsden, db, voted):
    making.close(voted)
    with database.transaction():
        place = queries.place_on_roll(voted.id, walsden.asha.id)
        place.choices = making.paper(voted, "no")
    assert recount(walsden, voted) == actions.Recount(run=2, equal=False)
    assert counts(voted)[0].votes_for("yes") == 3  # the first count stands


def test_who_may_ask_for_a_recount(walsden, db, voted):
    with pytest.raises(Refused, match="closed"):
        recount(walsden, voted)
    making.close(voted)
    for name in ("asha", "bronwen", "priya", "grace"):
        with pytest.raises(Refused, match="teller"):
            recount(walsden, voted, by=getattr(walsden, name))
    assert db.session.scalar(select(func.count()).select_from(RollPlace)) == 6


@pytest.mark.parametrize(
    ("who", "roles", "may"),
    [
        ("denise", (), True),
        ("farida", (Role.TELLER,), True),
        ("asha", (Role.TELLER,), False),  # she raised it
        ("priya", (Role.TELLER,), False),  # she answers for the landlord there
        ("joyce", (), False),
    ],
)
def test_nobody_counts_a_vote_that_they_proposed_or_answer_for(walsden, who, roles, may):
    ballot = making.ballot(walsden)
    making.close(ballot)
    with database.transaction():
        person = getattr(walsden, who)
        for role in roles:
            people.give_role(person, role, by=None)
        found = session_db.session.get_one(Ballot, ballot.id)
        refusal = policy.refuse_recount(walsden.me(person), found.state, found.version.proposal)
    assert (refusal is None) is may
