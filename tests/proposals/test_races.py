"""Fifty at once, with real threads and real connections."""

import multiprocessing
import threading

import pytest
from sqlalchemy import func, select

from coproduce import audit
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Tenure
from coproduce.proposals import actions, queries, rules
from coproduce.proposals.models import Author, Proposal, Support
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import AuthorState
from tests.proposals import amender
from tests.town import SINCE

MANY, TIMES = 50, 100


def at_once(app, deeds):
    """Do all of these at the same moment, each in a thread with its own transaction. Gives what went wrong."""
    start, troubles = threading.Barrier(len(deeds)), []

    def run(deed):
        with app.app_context():
            start.wait()
            try:
                with database.transaction():
                    deed()
            except Exception as trouble:
                troubles.append(trouble)
            finally:
                database.db.session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def by_id(proposal_id, deed, me):
    return lambda: deed(me, database.db.session.get_one(Proposal, proposal_id))


@pytest.fixture
def crowd(walsden):
    home = walsden.asha.occupancies[0].home
    with database.transaction():
        found = []
        for n in range(MANY):
            person = people.add_person(full_name=f"Neighbour {n}", public_name=f"N{n}")
            people.move_in(person, home, since=SINCE, tenure=Tenure.ASSURED)
            found.append(person)
    return [walsden.me(person) for person in found]


def live(db):
    return db.session.scalar(select(func.count()).select_from(Support).where(Support.until.is_(None)))


def count_of(db, raised):
    db.session.rollback()
    return db.session.scalar(select(Proposal.support_count).where(Proposal.id == raised.id))


def test_one_person_fifty_times_at_once_is_one(app, db, walsden, raised):
    me, proposal_id = walsden.me(walsden.joyce), raised.id
    db.session.rollback()
    assert at_once(app, [by_id(proposal_id, actions.support, me)] * MANY) == []
    assert (count_of(db, raised), live(db)) == (1, 1)


def test_fifty_people_at_once_are_fifty_and_reach_it_once(app, db, walsden, raised, crowd):
    proposal_id = raised.id
    db.session.rollback()
    assert at_once(app, [by_id(proposal_id, actions.support, me) for me in crowd]) == []
    assert (count_of(db, raised), live(db)) == (MANY, MANY)
    reached = [item for item in audit.story(proposal_id) if item.verb == "proposal.support_reached"]
    assert len(reached) == 1


def test_backing_and_taking_back_at_once_keeps_count_and_rows_together(app, db, walsden, raised, crowd):
    proposal_id = raised.id
    with database.transaction():
        for me in crowd[:10]:
            actions.support(me, queries.whole(proposal_id))
    deeds = [by_id(proposal_id, actions.take_support_back, me) for me in crowd[:10]]
    deeds += [by_id(proposal_id, actions.support, me) for me in crowd[10:30]]
    assert at_once(app, deeds * 2) == []
    assert count_of(db, raised) == live(db) == 20


def test_two_processes_amend_one_clause_at_once_a_hundred_times(app, db, settings, walsden, raised):
    """No version is lost, no number is used twice, and every fingerprint is of its own text."""
    with database.transaction():
        database.db.session.add(
            Author(proposal_id=raised.id, person_id=walsden.joyce.id, state=AuthorState.ACCEPTED, position=2)
        )
        clause_id = queries.latest_version(raised).clauses[1].clause_version.clause_id
    who, proposal_id = {"Asha": walsden.asha.id, "Joyce": walsden.joyce.id}, raised.id
    db.session.rollback()
    own = multiprocessing.get_context("spawn")
    gate = own.Barrier(2)
    both = [
        own.Process(target=amender.amend, args=(settings, gate, name, proposal_id, person_id, clause_id, TIMES))
        for name, person_id in who.items()
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    proposal = queries.whole(proposal_id)
    made = amending.accepted(proposal)
    assert sorted(one.result_no for one in made) == list(range(2, 2 * TIMES + 2))
    assert {one.words for one in made} == {f"{name} {no}" for name in who for no in range(TIMES)}
    assert [version.no for version in queries.versions(proposal)] == list(range(2 * TIMES + 1, 0, -1))
    for one in made:
        text = queries.version(proposal, one.result_no)
        assert text.clauses[1].clause_version.words == one.words
        assert text.fingerprint == rules.mark(queries.preamble(text), queries.clause_texts(text.clauses))
