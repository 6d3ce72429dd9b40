"""Guessing is slow, whoever guesses; the real person gets in all the same; strangers learn nothing."""

import contextlib
import dataclasses
import re
import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coproduce import clock, config
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.models import Attempt, Person
from coproduce.accounts.rules.ways import sign_in_number
from coproduce.db import db
from coproduce.errors import Conflict
from tests.accounts.letters import newest_link

WORDS = "otter violin marble"
PHONE = "07700 900111"
WRONG = "These words are not hers"


@pytest.fixture
def joyce(walsden):
    """Joyce has words, an email and a mobile; her number is C followed by her id."""
    with database.transaction():
        person = db.session.get_one(Person, walsden.joyce.id)
        actions.ways.set_passphrase(person, actions.passphrases.make(WORDS), this_sign_in=None)
        actions.ways._add(person.id, actions.people.WayInKind.PHONE, "+447700900111")
    return sign_in_number(None, walsden.joyce.id)


def by_words(visitor, number, words=WRONG, address="10.0.0.1"):
    form = {"number": number, "passphrase": words}
    return visitor.send("/account/sign-in/by/words", form, environ_base={"REMOTE_ADDR": address})


def refused_for_trying(answer):
    return answer.status_code == 422 and "too many tries" in answer.text


@pytest.mark.parametrize("addresses", [1, 1000])
def test_a_thousand_guesses_at_one_account_are_held_to_five(joyce, walsden, browse, monkeypatch, addresses):
    """From one address and from many; counted in the database, so a restart changes nothing."""
    tried = []
    usual = actions.signing_in.note_attempt

    def count(*args, **kwargs):
        usual(*args, **kwargs)
        tried.append(1)

    monkeypatch.setattr(actions.signing_in, "note_attempt", count)
    for n in range(1000):
        origin = f"10.0.{n % addresses // 250}.{n % addresses % 250}"
        with contextlib.suppress(Conflict), database.transaction():
            actions.sign_in_with_passphrase(joyce, None, device="d", origin=origin)
    assert len(tried) == 5
    assert refused_for_trying(by_words(browse(), joyce, WORDS, "10.9.9.9")), "not even with the right words"
    with clock.moved_to(clock.now() + timedelta(minutes=16)):
        assert by_words(browse(), joyce, WORDS).status_code == 303, "and never for good"


def test_a_thousand_guesses_from_one_address_at_many_accounts_are_held_to_sixty(walsden, browse):
    let = 0
    for n in range(1000):
        with database.transaction():
            try:
                actions.show_code(f"CODE{n:06}", origin="10.0.0.1")
            except Conflict as conflict:
                let += "too many" not in str(conflict)
    assert let == 60


def test_the_real_person_gets_in_on_her_own_phone_while_strangers_guess(joyce, walsden, browse):
    own = browse()
    assert by_words(own, joyce, WORDS).status_code == 303
    own.send("/account/sign-out")
    for n in range(8):
        by_words(browse(), joyce, address=f"10.1.0.{n}")
    assert refused_for_trying(by_words(browse(), joyce, WORDS, "10.1.1.1"))
    assert by_words(own, joyce, WORDS).status_code == 303


def test_the_mark_of_a_known_browser_cannot_be_made_up(joyce, walsden, browse):
    for n in range(6):
        by_words(browse(), joyce, address=f"10.1.0.{n}")
    forged = browse()
    forged.set_cookie("coproduce-known", "eyJpZCI6ImEiLCJ3aG8iOltdfQ.forged")
    assert refused_for_trying(by_words(forged, joyce, WORDS))


def test_she_gets_in_another_way_while_strangers_guess(joyce, walsden, browse):
    for n in range(8):
        by_words(browse(), joyce, address=f"10.1.0.{n}")
    visitor = browse()
    visitor.send("/account/sign-in", {"email": "joyce@example.org"})
    assert visitor.send(newest_link(walsden.joyce)).status_code == 303


def test_six_digits_of_a_text_message_are_guessed_five_times(joyce, walsden, browse):
    visitor = browse()
    visitor.send("/account/sign-in/by/text", {"phone": PHONE})
    actions.answer_asked()
    for n in range(5):
        assert "wrong, used or too old" in visitor.send("/account/sign-in/by/text/code", {"code": f"00000{n}"}).text
    assert "too many tries" in visitor.send("/account/sign-in/by/text/code", {"code": "000009"}).text


# -- what a stranger learns ---------------------------------------------------------------------------------------

ASKING = {
    "email": ("/account/sign-in", "email", "joyce@example.org", "nobody@example.org"),
    "phone": ("/account/sign-in/by/text", "phone", PHONE, "07700 900999"),
}


@pytest.mark.parametrize("way", ASKING)
def test_asking_by_a_known_and_an_unknown_address_looks_the_same(joyce, walsden, browse, way):
    path, field, known, unknown = ASKING[way]
    answers = []
    for value in (known, unknown):
        visitor = browse()
        answer = visitor.send(path, {field: value})
        after = visitor.get(answer.location)
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", after.text)  # it has the second in it
        answers.append((answer.status_code, answer.location, len(answer.data), after.status_code, page))
    assert answers[0] == answers[1]


def test_a_wrong_number_and_wrong_words_look_the_same(joyce, walsden, browse):
    known, unknown = by_words(browse(), joyce), by_words(browse(), "99999")
    assert known.status_code == unknown.status_code == 422
    plain = [re.sub(r'name="csrf_token" value="[^"]*"', "", one.text) for one in (known, unknown)]
    assert plain[0].replace(joyce, "") == plain[1].replace("99999", "")


def auc(one, other):
    """How well the one can be told from the other by time alone: 0.5 is not at all (Mann and Whitney)."""
    return sum((a > b) + (a == b) / 2 for a in one for b in other) / (len(one) * len(other))


@pytest.mark.sqlite
@pytest.mark.parametrize("what", ["email", "phone", "words", "code"])
def test_no_time_tells_a_stranger_who_is_known(joyce, walsden, browse, monkeypatch, settings, what):
    """200 tries of each kind, turn by turn. CPU time: the machine that runs the tests does other things too."""
    monkeypatch.setattr(actions.attempts, "TRIES_PER_ACCOUNT", 10_000)
    monkeypatch.setattr(actions.attempts, "TRIES_PER_ADDRESS", 10_000)
    config.use(dataclasses.replace(settings, passphrase_memory=1024))
    visitor = browse()
    visitor.check = False
    with database.transaction():
        person = db.session.get_one(Person, walsden.joyce.id)
        actions.ways.set_passphrase(person, actions.passphrases.make(WORDS), this_sign_in=None)

    def ask(known):
        if what == "words":
            form = {"number": joyce if known else "c99999", "passphrase": WRONG}
            return visitor.send("/account/sign-in/by/words", form)
        if what == "code":
            return visitor.send("/join/", {"code": "ACDEFGHJKM" if known else "MKJHGFEDCA"})
        path, field, yes, no = ASKING[what]
        return visitor.send(path, {field: yes if known else no})

    times = {True: [], False: []}
    try:
        for turn in range(220):
            for known in (True, False) if turn % 2 else (False, True):
                began = time.thread_time()
                ask(known)
                if turn >= 20:
                    times[known].append(time.thread_time() - began)
    finally:
        config.use(settings)
    apart = abs(statistics.median(times[True]) - statistics.median(times[False]))
    found = auc(times[True], times[False])
    print(f"{what}: medians {apart * 1000:.2f} ms apart, AUC {found:.2f}")
    assert apart < 0.010
    assert 0.40 < found < 0.60, f"a stranger can tell: AUC {found:.2f}"


def test_attempts_hold_no_address_in_clear(joyce, walsden, browse):
    by_words(browse(), joyce, address="10.20.30.40")
    for row in db.session.execute(select(Attempt.__table__)):
        assert "10.20.30.40" not in map(str, row)
        assert joyce not in map(str, row)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
