"""Many at once, with real threads and connections: one vote each, and none that was acknowledged is lost."""

import random
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from coproduce import audit, clock, outbox
from coproduce import db as database
from coproduce.accounts.queries import standing
from coproduce.errors import Told
from coproduce.voting import actions, policy, queries
from coproduce.voting.actions import casting
from coproduce.voting.models import Ballot, RollPlace
from tests.voting import making

CLIENTS = 24
ROUNDS = 3


def at_once(app, deeds):
    """Do all of these at the same moment, each in a thread with a connection of its own. Gives what each returned."""
    gate = threading.Barrier(len(deeds))
    found = [None] * len(deeds)

    def run(no, deed):
        gate.wait()
        with app.app_context():
            try:
                found[no] = deed()
            except Exception as error:  # told to the test
                found[no] = error
            finally:
                database.db.session.remove()

    threads = [threading.Thread(target=run, args=(no, deed)) for no, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def open_for(walsden):
    now = clock.now()
    return making.ballot(walsden, opens=now - timedelta(days=2), closes=now + timedelta(days=2))


def a_vote(me, ballot_id, choices):
    def deed():
        with database.transaction():
            actions.cast(me, database.db.session.get_one(Ballot, ballot_id), choices)
            return choices

    return deed


def test_fifty_papers_of_one_person_at_once_are_one_vote(app, walsden, db):
    ballot = open_for(walsden)
    me = walsden.me(walsden.asha)
    papers = [making.paper(ballot, ("yes", "no", "abstain")[no % 3], no % 4) for no in range(50)]
    ballot_id = ballot.id
    db.session.rollback()
    found = at_once(app, [a_vote(me, ballot_id, choices) for choices in papers])
    assert [result for result in found if isinstance(result, Exception)] == []
    rows = db.session.scalars(
        select(RollPlace).where(RollPlace.ballot_id == ballot_id, RollPlace.voted_on.is_not(None))
    ).all()
    assert len(rows) == 1
    assert rows[0].choices in papers
    changes = db.session.scalar(select(func.count()).where(audit.Row.verb == "ballot.vote_recorded"))
    letters = db.session.scalar(select(func.count()).where(outbox.Letter.kind == "ballot_vote_recorded"))
    assert 1 <= rows[0].times == changes == letters <= 50
    steps = db.session.scalars(select(audit.Row).where(audit.Row.verb == "ballot.vote_recorded").order_by(audit.Row.id))
    assert sorted(row.facts["times"] for row in steps) == list(range(1, rows[0].times + 1))


def close_in_the_middle(app, walsden, db, standings, clients=CLIENTS):
    """Clients cast while the ballot closes; gives how many were told that their vote is in, counted, and kept."""
    ballot = open_for(walsden)
    ballot_id = ballot.id
    choices = making.paper(ballot)
    with database.transaction():
        closes_at = clock.now() + timedelta(seconds=0.3)
        db.session.execute(update(Ballot).where(Ballot.id == ballot.id).values(closes_at=closes_at))
    db.session.expire_all()
    db.session.rollback()

    def client(mine):
        def deed():
            taken = 0
            for me in mine:
                try:
                    a_vote(me, ballot_id, choices)()
                    taken += 1
                except Told:
                    pass
            return taken

        return deed

    def closer():
        while clock.now() < closes_at:
            time.sleep(0.001)
        with database.transaction():
            actions.close(database.db.session.get_one(Ballot, ballot_id))
        return 0

    found = at_once(app, [*(client(standings[no::clients]) for no in range(clients)), closer])
    assert [result for result in found if isinstance(result, Exception)] == []
    db.session.rollback()
    db.session.expire_all()
    ballot = db.session.get_one(Ballot, ballot.id)
    counted = queries.counts_of([ballot])[ballot.whole.id].took_part
    kept = db.session.scalar(
        select(func.count()).where(RollPlace.ballot_id == ballot.id, RollPlace.voted_on.is_not(None))
    )
    return sum(found), counted, kept


def test_no_vote_is_lost_when_the_ballot_closes_while_people_cast(app, walsden, db):
    people = [standing(person_id) for person_id in making.neighbours(walsden, 4 * CLIENTS)]
    closed_in_the_middle = 0
    for _ in range(ROUNDS):
        acknowledged, counted, kept = close_in_the_middle(app, walsden, db, people)
        assert acknowledged == counted == kept
        closed_in_the_middle += 0 < acknowledged < len(people)
    assert closed_in_the_middle


@pytest.fixture
def slow_votes(monkeypatch):
    """Makes each vote rest between looking at the ballot and being kept, so that a close can fall in between."""
    luck, write = random.Random(7), casting.letters.recorded

    def recorded(*args):
        write(*args)
        time.sleep(luck.uniform(0.02, 0.2))

    monkeypatch.setattr(casting.letters, "recorded", recorded)


def without_the_lock(ballot):
    row = database.db.session.execute(select(Ballot.state, Ballot.closes_at).where(Ballot.id == ballot.id)).one()
    return row.state, row.closes_at


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the lock"])
def test_it_is_the_lock_that_keeps_every_vote(app, walsden, db, monkeypatch, slow_votes, locked):
    """A control: the same race with the shared lock taken out loses votes that were acknowledged."""
    if not locked:
        monkeypatch.setattr(casting, "hold_open", without_the_lock)
    people = [standing(person_id) for person_id in making.neighbours(walsden, 4 * CLIENTS)]
    lost = 0
    for _ in range(ROUNDS):
        acknowledged, counted, _ = close_in_the_middle(app, walsden, db, people, clients=8)
        lost += acknowledged - counted
    assert (lost == 0) is locked


def test_it_is_the_look_at_the_ballot_that_keeps_late_votes_out(walsden, db, monkeypatch):
    """A control: with the look taken out, a late vote is acknowledged and counts for nothing."""
    ballot = making.ballot(walsden)
    making.close(ballot)
    with pytest.raises(Told):
        making.vote(walsden, ballot, walsden.asha, at=making.CLOSES)
    monkeypatch.setattr(policy, "refuse_late", lambda *_: None)
    assert making.vote(walsden, ballot, walsden.asha, at=making.CLOSES).voted_on
    assert queries.counts_of([ballot])[ballot.whole.id].took_part == 0


def test_two_workers_close_one_ballot_once(app, walsden, db):
    ballot = open_for(walsden)
    ballot_id = ballot.id
    making.vote(walsden, ballot, walsden.asha, at=clock.now())
    with database.transaction():
        db.session.execute(update(Ballot).values(closes_at=clock.now()))
    db.session.expire_all()
    db.session.rollback()

    def close():
        with database.transaction():
            actions.close(database.db.session.get_one(Ballot, ballot_id))

    assert at_once(app, [close] * 6) == [None] * 6
    assert db.session.scalar(select(func.count()).where(audit.Row.verb == "ballot.closed")) == 1
    assert db.session.scalar(select(func.count()).where(outbox.Letter.kind == "ballot_counted")) == 6


def test_two_officers_open_one_ballot(app, walsden, db):
    with database.transaction():
        made = making.proposal(walsden)
        ids = making.clause_ids(made)
    me, closes_at, proposal_id = walsden.me(walsden.denise), clock.now() + timedelta(days=3), made.id
    db.session.rollback()

    def open_it():
        with database.transaction():
            proposal = queries.proposal_to_vote_on(proposal_id)
            actions.open_ballot(me, proposal, closes_at=closes_at, clause_ids=ids, quorum_percent=30)
            return "opened"

    found = at_once(app, [open_it] * 6)
    assert found.count("opened") == 1
    assert all(isinstance(result, Told) for result in found if result != "opened")
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 1
