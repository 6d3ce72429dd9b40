"""Letters, over a real mail server on this machine: each leaves once, whatever stops it on the way."""

import socket
import sys
import threading
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from coproduce import clock, jobs, outbox
from coproduce.db import db as database
from coproduce.db import transaction
from coproduce.outbox import Letter, State

CODE = "one-use-code-4711"


class PostOffice:
    """Takes letters; says "not now" as often as it is told to."""

    def __init__(self, refusals=0):
        self.refusals, self.taken, self.tries = refusals, [], []

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode()
        self.tries.append(message_id(text))
        if self.refusals:
            self.refusals -= 1
            return "451 Not now"
        self.taken.append(text)
        return "250 Taken"


def message_id(text):
    return next(line for line in text.splitlines() if line.lower().startswith("message-id:"))


@pytest.fixture
def post_office(monkeypatch):
    """Open, with letters addressed to it. `monkeypatch` writes them: what they say is not this test's business."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setattr(outbox.Post, "mail_url", f"smtp://127.0.0.1:{port}")
    monkeypatch.setattr(
        outbox.Post, "write", staticmethod(lambda template, facts: f"Your code\n\n{facts.get('code', '')}\n")
    )
    yield office
    controller.stop()


@pytest.fixture
def closed(monkeypatch):
    """No mail server answers."""
    monkeypatch.setattr(outbox.Post, "mail_url", "smtp://127.0.0.1:1")
    monkeypatch.setattr(outbox.Post, "write", staticmethod(lambda template, facts: "Your code\n\nWords\n"))


def queue(walsden, how_many=1):
    with transaction():
        for _ in range(how_many):
            outbox.queue(walsden.asha.id, "test", "en-GB", secret={"code": CODE})


def letter():
    database.session.rollback()
    database.session.expire_all()
    return database.session.scalars(select(Letter).order_by(Letter.id)).first()


def deliver_at(moment):
    with clock.moved_to(moment):
        return outbox.deliver()


def test_a_letter_refused_twice_leaves_once_and_its_code_is_wiped(walsden, post_office):
    post_office.refusals = 2
    queue(walsden)
    start = clock.now()
    assert deliver_at(start) == 0
    assert CODE in str(letter().secret)
    assert deliver_at(start) == 0, "too early for another try"
    assert deliver_at(start + timedelta(minutes=2)) == 0
    assert deliver_at(start + timedelta(minutes=10)) == 1
    assert deliver_at(start + timedelta(days=10)) == 0
    assert len(post_office.taken) == 1
    assert len(post_office.tries) == 3
    assert len(set(post_office.tries)) == 1, "each try is the same letter"
    assert "asha@example.org" in post_office.taken[0]
    one = letter()
    assert one.state is State.SENT
    assert CODE not in f"{one.secret} {one.facts} {one.subject} {one.body}"


def test_while_the_server_is_away_the_waits_grow_and_end(walsden, closed):
    queue(walsden)
    moment = clock.now()
    waits = []
    for _ in range(outbox.TRIES):
        assert deliver_at(moment) == 0
        one = letter()
        waits.append(one.next_try - moment)
        moment = max(one.next_try, moment) + timedelta(seconds=1)
    assert waits[: len(outbox.WAITS)] == outbox.WAITS
    assert waits == sorted(waits)
    one = letter()
    assert (one.state, one.tries, one.secret) == (State.FAILED, outbox.TRIES, {})
    assert one.trouble


def test_a_worker_that_dies_with_a_letter_in_hand_gives_it_back(walsden, post_office, monkeypatch):
    queue(walsden)
    start = clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_deliver_one", lambda letter_id: sys.exit())
        with pytest.raises(SystemExit):
            deliver_at(start)
    assert deliver_at(start + timedelta(minutes=1)) == 0, "another worker may still have it"
    assert post_office.taken == []
    assert deliver_at(start + outbox.LEASE + timedelta(seconds=1)) == 1
    assert len(post_office.taken) == 1


def work_twice(app):
    """Two workers, each with its own connection, that both look before either sends."""
    both_have_looked = threading.Barrier(2, timeout=20)
    usual, one_at_a_time = outbox._claim, threading.Lock()

    def claim(limit):
        with one_at_a_time:
            found = usual(limit)
        both_have_looked.wait()
        return found

    def work():
        with app.app_context():
            outbox.deliver()
            database.session.remove()

    outbox._claim = claim
    try:
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        outbox._claim = usual


def test_two_workers_send_one_copy_of_each(app, walsden, post_office):
    queue(walsden, 5)
    work_twice(app)
    assert len(post_office.taken) == 5
    assert len(set(post_office.tries)) == 5


def test_the_control_without_the_lease_they_send_two(app, walsden, post_office, monkeypatch):
    monkeypatch.setattr(outbox, "LEASE", timedelta(minutes=-1))
    queue(walsden, 5)
    work_twice(app)
    assert len(post_office.taken) > 5


def test_two_workers_that_look_at_the_same_moment_share_the_letters(app, walsden):
    """Real threads and real locks: no letter is claimed by both."""
    queue(walsden, 20)
    start, claimed = threading.Barrier(4, timeout=20), []

    def look():
        with app.app_context():
            start.wait()
            claimed.extend(outbox._claim(7))
            database.session.remove()

    workers = [threading.Thread(target=look) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) >= 7


def test_whoever_waits_before_a_page_is_written_to_first(walsden):
    with transaction():
        for _ in range(5):
            outbox.queue(walsden.joyce.id, "joined", "en-GB", phone="")
        outbox.queue(walsden.asha.id, "sign_in_link", "en-GB", secret={"link": "x"}, minutes=10)
    outbox.deliver(limit=1)
    gone = [letter.kind for letter in outbox.letters() if letter.state is not State.WAITING]
    assert gone == ["sign_in_link"]


def test_a_worker_with_many_letters_gives_the_others_a_turn_and_comes_back(walsden, monkeypatch):
    woken = []
    monkeypatch.setattr(jobs, "wake", lambda: woken.append(1))
    with transaction():
        for _ in range(3):
            outbox.queue(walsden.joyce.id, "joined", "en-GB", phone="")
    woken.clear()
    assert outbox.deliver(limit=2) == 2
    assert woken == [1]
    assert outbox.deliver(limit=2) == 1
    assert woken == [1]
