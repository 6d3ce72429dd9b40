"""`coproduce audit`: what it finds, and what it says when it finds nothing."""

import secrets
import subprocess
import sys

import pytest
import sqlalchemy as sa

from coproduce import audit, clock, jobs
from coproduce import db as database
from tests.operations.conftest import whole

WRITE = """
from coproduce import audit, db
from coproduce.app import create_app
from tests.operations.writer import MARKED
with create_app().app_context():
    for number in range(5):
        with db.transaction():
            audit.record(MARKED, by=None, kind="test", thing_id=number)
"""


@pytest.fixture
def written(migrated, env):
    subprocess.run([sys.executable, "-c", WRITE], env=whole(env), check=True)
    return migrated


def change(env, sql):
    engine = sa.create_engine(env["COPRODUCE_DATABASE_URL"])
    with engine.begin() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


def test_the_record_is_checked_sealed_and_held_to_what_was_kept_elsewhere(written, env):
    fresh = written("audit", "verify")
    assert fresh.returncode == 0
    assert "5 rows. 5 are younger than the last seal." in fresh.stdout
    sealed = written("audit", "seal")
    assert "5 rows were sealed." in sealed.stdout
    anchor = sealed.stdout.split("The head is ")[1].split(". ")[0]
    again = written("audit", "verify", "--anchor", anchor)
    assert again.returncode == 0
    assert "0 are younger" in again.stdout
    assert written("audit", "verify", "--anchor", f"5:{'0' * 64}").returncode == 1
    strange = written("audit", "verify", "--public-key", secrets.token_hex(32))
    assert "not signed with our key" in strange.stdout
    assert strange.returncode == 1
    change(env, "UPDATE audit SET role = 'nobody' WHERE thing_id = 3")
    edited = written("audit", "verify")
    assert edited.returncode == 1
    assert "edited or inserted: number 4 (test.marked)" in edited.stdout
    assert "1 things are not as they were written." in edited.stderr


@pytest.mark.parametrize("words", [("--anchor", "five"), ("--anchor", "5:abc"), ("--public-key", "ours")])
def test_what_cannot_be_read_is_told_plainly(coproduce, words):
    done = coproduce("audit", "verify", *words)
    assert done.returncode == 1
    assert "64" in done.stderr


def test_a_command_says_which_key_it_lacks(coproduce):
    done = coproduce("audit", "seal", COPRODUCE_SEAL_KEY="")
    assert done.returncode == 1
    assert done.stderr == "COPRODUCE_SEAL_KEY is not set. Make one with `coproduce keys`.\n"


# -- the worker's part --------------------------------------------------------------------------------------------


def test_the_worker_seals_all_that_is_new(db, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 3)
    with database.transaction():
        for number in range(7):
            audit.record(audit.Verb("test.sealed", "", False, False), by=None, kind="test", thing_id=number)
    assert audit.seal_what_is_new in jobs._deeds
    assert audit.seal_what_is_new() == 7
    assert audit.seal_what_is_new() == 0
    found = audit.verify()
    assert (found.rows, found.unsealed, found.findings) == (7, 0, ())


def test_the_worker_leaves_a_sign_of_life(db):
    assert not jobs.is_alive()
    jobs.beat()
    first = jobs.last_beat()
    jobs.beat()
    assert jobs.last_beat() > first
    assert jobs.is_alive()


def test_a_worker_that_is_silent_for_minutes_is_missed(db):
    with clock.moved_to(clock.now() - 2 * jobs.LATE):
        jobs.beat()
    assert not jobs.is_alive()
