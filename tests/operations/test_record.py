"""`coproduce audit`: what it finds, and what it says when it finds nothing."""

import secrets
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from coproduce import audit, cli, clock, jobs
from coproduce import db as database

MARKED = audit.Verb("test.marked", "", False, False)


@pytest.fixture
def say_to(db, monkeypatch):
    """The command, on the database of the tests: `say_to("audit", "verify")`."""

    @contextmanager
    def here():
        yield

    monkeypatch.setattr(cli, "inside", here)
    return lambda *words: CliRunner().invoke(cli.main, words)


@pytest.fixture
def five_rows(db):
    with database.transaction():
        for number in range(1, 6):
            audit.record(MARKED, by=None, kind="test", thing_id=number)


def test_rows_that_are_not_sealed_yet_are_counted(five_rows, say_to):
    done = say_to("audit", "verify")
    assert done.exit_code == 0
    assert "5 rows. 5 are younger than the last seal." in done.output


def test_the_head_that_seal_prints_is_the_anchor_that_verify_takes(five_rows, say_to):
    sealed = say_to("audit", "seal").output
    assert "5 rows were sealed." in sealed
    anchor = sealed.split("The head is ")[1].split(". ")[0]
    done = say_to("audit", "verify", "--anchor", anchor, "--public-key", audit.Keys.public())
    assert done.exit_code == 0
    assert "0 are younger" in done.output
    assert f"The head is {anchor}." in done.output


def test_an_edited_row_is_named(five_rows, say_to):
    say_to("audit", "seal")
    with database.transaction():
        database.db.session.execute(update(audit.Row).where(audit.Row.thing_id == 3).values(role="nobody"))
    done = say_to("audit", "verify")
    assert done.exit_code == 1
    assert "edited or inserted: number 3 (test.marked)" in done.output
    assert "1 things are not as they were written." in done.output


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        (("--anchor", f"5:{'0' * 64}"), "not the one kept elsewhere"),
        (("--anchor", f"900:{'0' * 64}"), "cut off"),
        (("--public-key", secrets.token_hex(32)), "not signed with our key"),
    ],
)
def test_the_record_is_held_to_what_was_kept_elsewhere(five_rows, say_to, words, finding):
    say_to("audit", "seal")
    done = say_to("audit", "verify", *words)
    assert done.exit_code == 1
    assert finding in done.output


@pytest.mark.parametrize("words", [("--anchor", "five"), ("--anchor", "5:abc"), ("--public-key", "ours")])
def test_what_cannot_be_read_is_told_plainly(say_to, words):
    done = say_to("audit", "verify", *words)
    assert done.exit_code == 1
    assert "64" in done.output


def test_a_command_says_which_key_it_lacks(coproduce):
    done = coproduce("audit", "seal", COPRODUCE_SEAL_KEY="")
    assert done.returncode == 1
    assert done.stderr == "COPRODUCE_SEAL_KEY is not set. Make one with `coproduce keys`.\n"


# -- the worker's part --------------------------------------------------------------------------------------------


def test_the_worker_seals_all_that_is_new(db, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 3)
    with database.transaction():
        for number in range(7):
            audit.record(MARKED, by=None, kind="test", thing_id=number)
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
