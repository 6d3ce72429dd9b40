"""CPU a request and queries a request at the size that we promise, in process: `make bench`.

On SQLite in a temporary folder, or on the database that COPRODUCE_MEASURE_URL names (it must be empty). CPU is the
process's own, user and system: on PostgreSQL the server's comes on top, and is printed as the time waited for it.
"""

from __future__ import annotations

import os
import sys
import time
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from sqlalchemy import event, text

from benchmarks.fill import Filled, Size, fill
from coproduce import clock
from coproduce import db as database
from coproduce.accounts.actions import begin_sign_in
from coproduce.app import create_app
from coproduce.config import Settings
from coproduce.db import db
from coproduce.duties.rules import Area
from coproduce.migrating import upgrade
from coproduce.proposals import actions as proposals
from tests import town

TIMES = 60


def main() -> int:
    with TemporaryDirectory() as folder:
        settings = Settings(
            database_url=os.environ.get("COPRODUCE_MEASURE_URL", f"sqlite:///{folder}/bench.db"),
            secret_key="s" * 64,
            audit_key="a" * 64,
            seal_key="ab" * 32,
            base_url="http://localhost",
            huey_url="memory:",
            log_level="WARNING",
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
            filled, secret, draft = build()
            asked: list[str] = []
            event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
            dialect = db.engine.dialect.name
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["used"] = secret, True, int(clock.now().timestamp())
        pages = {
            "list, 20 of 2,000": ("/proposals/", 10),
            "search: two words": ("/proposals/?words=bench+garden", 15),
            "search: mistyped": ("/proposals/?words=bnech+gardn", 15),
            "proposal, 20 of 1,000 comments": (f"/proposals/{filled.busiest_address}", 20),
            "similar to a draft": (f"/proposals/{draft}/alike", 50),
        }
        print(f"\n{dialect}: 2,000 proposals, 20,000 clauses, 50,000 comments\n")
        print(f"{'page':32} {'CPU ms':>7} {'aim':>4} {'waited ms':>10} {'queries':>8} {'kB':>6}")
        for name, (path, aim) in pages.items():
            measure(client, asked, name, path, aim)
    return 0


def build() -> tuple[Filled, str, str]:
    began = time.monotonic()
    with database.transaction():
        people = town.build()
        filled = fill(
            Size(),
            place_id=people.walsden.id,
            people=[people.asha.id, people.joyce.id, people.marek.id, people.sam.id, people.bronwen.id],
        )
    with database.transaction():
        made = proposals.draft(
            people.me(people.farida),
            place_id=people.walsden.id,
            area=Area.ESTATES,
            title="A bench and a light by the path",
            summary="Somewhere to sit near the gate for elders, and light on the stairs.",
            reasons="It is dark in winter.",
        )
        secret = begin_sign_in(people.farida.id, device="bench")
        draft = made.address
    if db.engine.dialect.name == "sqlite":
        with database.transaction():
            db.session.execute(text("ANALYZE"))
    print(f"filled in {time.monotonic() - began:.0f} s")
    return filled, secret, draft


def measure(client: FlaskClient, asked: list[str], name: str, path: str, aim: int) -> None:
    for _ in range(3):
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    asked.clear()
    client.get(path)
    count = len([query for query in asked if not query.startswith(("PRAGMA", "BEGIN", "SET"))])
    cpu, began = time.process_time(), time.monotonic()
    for _ in range(TIMES):
        client.get(path)
    each = (time.process_time() - cpu) / TIMES * 1000
    waited = (time.monotonic() - began) / TIMES * 1000 - each
    print(f"{name:32} {each:7.1f} {aim:4} {max(waited, 0):10.1f} {count:8} {len(answer.data) / 1000:6.1f}")


if __name__ == "__main__":
    sys.exit(main())
