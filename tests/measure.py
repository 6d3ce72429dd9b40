"""CPU a request, in process: `make measure`. The figures in docs/performance.md come from here.

Builds 200 proposals, one of them with 20 threads of comments, on SQLite in a temporary folder; asks for each page
many times with the app's own test client, and takes the process's CPU time (user and system), not the clock's.
"""

import os
import sys
import time
from datetime import timedelta
from tempfile import TemporaryDirectory

from sqlalchemy import event

from coproduce import clock
from coproduce import db as database
from coproduce.accounts.actions import begin_sign_in
from coproduce.app import create_app
from coproduce.config import Settings
from coproduce.deliberation.rules import Side
from coproduce.duties.rules import Area
from coproduce.migrating import upgrade
from coproduce.proposals import actions as proposals
from coproduce.proposals.rules import Mandate, Option, Stand
from coproduce.voting import actions as voting
from tests import town

PROPOSALS, THREADS, REPLIES, TIMES = 200, 20, 40, 200


def main():
    with TemporaryDirectory() as folder:
        settings = Settings(
            database_url=os.environ.get("COPRODUCE_MEASURE_URL", f"sqlite:///{folder}/measure.db"),
            secret_key="s" * 64,
            audit_key="a" * 64,
            seal_key="ab" * 32,
            base_url="http://localhost",
            huey_url="memory:",
            support_needed=3,
            log_level="WARNING",
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
            people, busy, ballot = build()
            with database.transaction():
                secret = begin_sign_in(people.asha.id, device="measure")
            asked = []
            event.listen(database.db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
            addresses = (f"/proposals/{busy.address}", f"/votes/{ballot.address}")
        measure(app, secret, asked, *addresses)  # outside the context, so that each request has one of its own


def build():
    with database.transaction():
        people = town.build()
        me = people.me(people.asha)
        for number in range(PROPOSALS):
            busy = propose(me, people, number)
        threads = [
            proposals.comment(people.me(people.joyce), busy, words=f"Thread {n}. " + "Some words. " * 20, side=Side.FOR)
            for n in range(THREADS)
        ]
        for n in range(REPLIES):
            parent = threads[n % THREADS].id
            proposals.comment(people.me(people.sam), busy, words=f"Reply {n}", side=Side.PLAIN, parent_id=parent)
        for person in (people.joyce, people.sam, people.marek):
            proposals.support(people.me(person), busy)
        proposals.name_mandate(people.me(people.priya), busy, Mandate.CO_DESIGN, "We work it up together.")
        voted = propose(me, people, PROPOSALS)
        for person in (people.joyce, people.sam, people.marek):
            proposals.support(people.me(person), voted)
        proposals.name_mandate(people.me(people.priya), voted, Mandate.DELEGATE, "You decide.")
        ballot = voting.open_ballot(
            people.me(people.denise),
            voted,
            closes_at=clock.now() + timedelta(days=7),
            clause_ids=[],
            quorum_percent=30,
        )
    return people, busy, ballot


def propose(me, people, number):
    proposal = proposals.draft(
        me,
        place_id=people.walsden.id,
        area=Area.ESTATES,
        title=f"Proposal number {number}",
        summary="A sentence or two that says what it is about.",
        reasons="Why it matters, in a few words.",
    )
    for n in range(12 if number == PROPOSALS - 1 else 2):
        proposals.add_clause(
            me,
            proposal,
            words=f"Clause {n} says one thing.",
            stand=Stand.FLEXIBLE,
            options=(Option("One way"), Option("Another way")),
        )
    proposals.raise_it(me, proposal)
    return proposal


def measure(app, secret, queries, proposal, ballot):
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"], session["used"] = secret, True, int(clock.now().timestamp())
    print(f"{'page':34} {'CPU ms':>7} {'queries':>8} {'kB':>6}")
    for name, path in (
        ("home, signed in", "/"),
        ("list of proposals", "/proposals/"),
        ("proposal, 20 threads", proposal),
        ("register, 109 rows", "/duties/"),
        ("ballot", ballot),
        ("promises", "/promises/"),
    ):
        for _ in range(5):
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        queries.clear()
        client.get(path)
        count = len([q for q in queries if not q.startswith(("PRAGMA", "BEGIN"))])
        started = time.process_time()
        for _ in range(TIMES):
            client.get(path)
        each = (time.process_time() - started) / TIMES * 1000
        print(f"{name:34} {each:7.1f} {count:8} {len(answer.data) / 1000:6.1f}")


if __name__ == "__main__":
    sys.exit(main())
