"""Each kind of token at each place that takes one: only the right one works, for the right person, once."""

import dataclasses
import threading
from datetime import timedelta

import pyotp
import pytest
from flask import current_app
from sqlalchemy import func, select

from coproduce import clock, config
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.actions import factor, tokens
from coproduce.accounts.models import OneUse, Person, SignIn, WayIn
from coproduce.accounts.rules import Purpose, WayInKind
from coproduce.db import db
from coproduce.errors import Conflict

PHONE = "+447700900111"


def make(kind, person):
    """A fresh token of this kind for this person, as they would get it."""
    if kind is Purpose.SIGN_IN:
        return actions.make_link(person).rpartition("/")[2]
    if kind is Purpose.TEXT_CODE:
        return actions.make_text_code(person, PHONE)
    if kind is Purpose.JOIN:
        (code,) = tokens.make_join_codes([person.id]).values()
        return tokens.code_of(code.row_id)
    if kind is Purpose.PAPER_CODE:
        tokens.make(kind, person.id, f"{person.id} ACDEFGHJKM")
        return "ACDEFGHJKM"
    token = tokens.new_secret() if kind is Purpose.CONFIRM_EMAIL else tokens.new_digits()
    value = "new@example.org" if kind is Purpose.CONFIRM_EMAIL else "+447700900222"
    tokens.make(kind, person.id, token if kind is Purpose.CONFIRM_EMAIL else f"{person.id} {token}", value=value)
    return token


def use(place, token, person):
    """Take this token to the place for tokens of that kind, as this person's browser would."""
    me = actions.people.Standing(person_id=person.id)
    if place is Purpose.SIGN_IN:
        return actions.sign_in_with_link(token, device="d", origin="o")
    if place is Purpose.TEXT_CODE:
        return actions.sign_in_with_text_code(PHONE, token, device="d", origin="o")
    if place is Purpose.JOIN:
        row_id = actions.show_code(token, origin="o")
        return actions.join(row_id, public_name="New")
    if place is Purpose.CONFIRM_EMAIL:
        return actions.ways.confirm_email(token, origin="o")
    if place is Purpose.CONFIRM_PHONE:
        return actions.ways.confirm_phone(me, token, origin="o")
    sign_in = actions.begin_sign_in(person.id, device="d")
    return factor.give_paper_code(me, sign_in=sign_in, code=token, device="d", origin="o")


FOR_ONE_BROWSER = (Purpose.CONFIRM_PHONE, Purpose.PAPER_CODE)


@pytest.mark.parametrize("place", Purpose)
@pytest.mark.parametrize("kind", Purpose)
@pytest.mark.parametrize("state", ["fresh", "used", "expired", "dropped"])
def test_a_token_works_at_its_own_place_once_while_it_is_fresh(walsden, kind, place, state):
    with database.transaction():
        token = make(kind, walsden.asha)
        if state == "used":
            db.session.execute(OneUse.__table__.update().values(used_at=clock.now()))
        if state == "dropped":
            tokens.drop(walsden.asha.id, kind)
    later = clock.now() + (tokens.LASTS[kind] + timedelta(seconds=1) if state == "expired" else timedelta())
    with clock.moved_to(later):
        if state == "fresh" and kind is place:
            with database.transaction():
                use(place, token, walsden.asha)
        with database.transaction(), pytest.raises(Conflict):
            use(place, token, walsden.asha)


@pytest.mark.parametrize("kind", FOR_ONE_BROWSER)
def test_a_code_for_one_person_is_worth_nothing_to_another(walsden, kind):
    with database.transaction():
        token = make(kind, walsden.asha)
    with database.transaction(), pytest.raises(Conflict):
        use(kind, token, walsden.joyce)
    with database.transaction():
        use(kind, token, walsden.asha)


@pytest.mark.parametrize("kind", Purpose)
def test_a_token_of_a_closed_account_opens_nothing(walsden, kind):
    with database.transaction():
        token = make(kind, walsden.asha)
        db.session.get_one(Person, walsden.asha.id).closed_at = clock.now()
    with database.transaction(), pytest.raises(Conflict):
        use(kind, token, walsden.asha)


@pytest.mark.parametrize("kind", Purpose)
def test_no_token_stands_in_the_database(walsden, kind):
    with database.transaction():
        token = make(kind, walsden.asha)
    for row in db.session.execute(select(OneUse.__table__)):
        assert token not in map(str, row)


@pytest.mark.parametrize("kind", Purpose)
def test_of_fifty_at_the_same_instant_one_gets_in(walsden, kind, monkeypatch):
    """In eight threads: as many as the pool has connections."""
    monkeypatch.setattr(actions.attempts, "TRIES_PER_ACCOUNT", 1000)
    monkeypatch.setattr(actions.attempts, "TRIES_PER_ADDRESS", 1000)
    with database.transaction():
        token = make(kind, walsden.asha)
    app, person_id = current_app._get_current_object(), walsden.asha.id
    db.session.remove()
    got_in, together = [], threading.Barrier(8)

    def try_it():
        together.wait()
        for _ in range(7):
            with app.app_context():
                try:
                    with database.transaction():
                        use(kind, token, db.session.get_one(Person, person_id))
                    got_in.append(1)
                except Conflict:
                    pass
                db.session.remove()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got_in) == 1


# -- the second code ----------------------------------------------------------------------------------------------


def colleague(walsden):
    """An officer who has signed in by email and not given her second code."""
    with database.transaction():
        secret = actions.begin_sign_in(walsden.denise.id, device="d")
    return secret, actions.people.Standing(person_id=walsden.denise.id, needs_code=True)


def code_now(seed, steps=0):
    return pyotp.TOTP(seed).at(int(clock.now().timestamp()) + 30 * steps)


def set_up(walsden):
    secret, me = colleague(walsden)
    seed = factor.offered_seed(me.person_id, secret)
    with database.transaction():
        strong = factor.set_up(me, sign_in=secret, code=code_now(seed), device="d", origin="o")
    return seed, strong


def test_a_second_code_works_once(walsden):
    seed, _ = set_up(walsden)
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        code = code_now(seed)
        secret, me = colleague(walsden)
        with database.transaction():
            assert factor.give_code(me, sign_in=secret, code=code, device="d", origin="o")
        secret, me = colleague(walsden)
        with database.transaction(), pytest.raises(Conflict):
            factor.give_code(me, sign_in=secret, code=code, device="d", origin="o")


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(walsden, steps, works):
    seed, _ = set_up(walsden)
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        secret, me = colleague(walsden)
        code = code_now(seed, steps)
        if works:
            with database.transaction():
                assert factor.give_code(me, sign_in=secret, code=code, device="d", origin="o")
        else:
            with database.transaction(), pytest.raises(Conflict):
                factor.give_code(me, sign_in=secret, code=code, device="d", origin="o")


def test_the_sign_in_of_before_the_second_code_is_dead(walsden):
    secret, me = colleague(walsden)
    seed = factor.offered_seed(me.person_id, secret)
    with database.transaction():
        strong = factor.set_up(me, sign_in=secret, code=code_now(seed), device="d", origin="o")
    old = db.session.scalars(select(SignIn).where(SignIn.hash == actions.hash_of(secret))).one()
    assert old.ended_at is not None
    new = db.session.scalars(select(SignIn).where(SignIn.hash == actions.hash_of(strong))).one()
    assert new.strong_at is not None


def test_the_seed_is_kept_sealed(walsden):
    seed, _ = set_up(walsden)
    way = db.session.scalars(select(WayIn).where(WayIn.kind == WayInKind.SECOND_CODE)).one()
    assert seed not in way.secret


def test_eight_paper_codes_each_work_once_and_a_new_sheet_kills_the_old(walsden):
    set_up(walsden)
    sheet = factor.paper_codes(walsden.denise.id)
    assert len(set(sheet)) == 8
    secret, me = colleague(walsden)
    with database.transaction():
        factor.give_paper_code(me, sign_in=secret, code=sheet[0], device="d", origin="o")
    assert factor.paper_codes_left(walsden.denise.id) == 7
    with database.transaction():
        factor.make_paper_codes(me)
    secret, me = colleague(walsden)
    with database.transaction(), pytest.raises(Conflict):
        factor.give_paper_code(me, sign_in=secret, code=sheet[1], device="d", origin="o")
    left = select(func.count()).where(OneUse.purpose == Purpose.PAPER_CODE, OneUse.used_at.is_(None))
    assert db.session.scalar(left) == 8


def test_a_seed_sealed_with_the_key_before_still_opens(walsden, settings):
    seed, _ = set_up(walsden)
    changed = dataclasses.replace(settings, secret_key="n" * 64, secret_key_before=settings.secret_key)
    config.use(changed)
    try:
        with clock.moved_to(clock.now() + timedelta(minutes=5)):
            secret, me = colleague(walsden)
            with database.transaction():
                assert factor.give_code(me, sign_in=secret, code=code_now(seed), device="d", origin="o")
    finally:
        config.use(settings)
