"""Joining with a code from a letter, in each of three ways, and being helped to."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coproduce import clock, outbox
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.models import Consent, OneUse, Person, SignIn, WayIn
from coproduce.accounts.rules import Purpose, Tenure, WayInKind
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from tests.accounts.letters import path_of

WORDS = "otter violin marble"


@pytest.fixture
def newcomer(walsden):
    """Somebody on the roll who has not joined, and the code of their letter."""
    with database.transaction():
        person = actions.people.add_person(full_name="Nell Carter", public_name="Nell", resident_ref="00077")
        home = db.session.scalars(select(Home).where(Home.place_id == walsden.ridge_row.id).order_by(Home.id)).first()
        actions.move_in(person, home, since=clock.today() - timedelta(days=90), tenure=Tenure.SECURE)
        (code,) = actions.tokens.make_join_codes([person.id]).values()
        return person.id, actions.tokens.code_of(code.row_id)


def letter(kind):
    db.session.rollback()
    query = select(outbox.Letter).where(outbox.Letter.kind == kind).order_by(outbox.Letter.id.desc())
    return db.session.scalars(query).first()


def show(visitor, code):
    return visitor.send("/join/", {"code": code})


def choose(visitor, code, way, name="Nell"):
    assert show(visitor, code).location == "/join/you"
    assert visitor.send("/join/you", {"public_name": name, "way": way}).location == "/join/way"


def is_in(visitor):
    return visitor.get("/account/").status_code == 200


# -- three ways ---------------------------------------------------------------------------------------------------


def test_joining_without_an_email(newcomer, browse):
    person_id, code = newcomer
    visitor = browse()
    choose(visitor, f" {code[:5].lower()} - {code[5:]}", "passphrase")
    page = visitor.get("/join/way").text
    assert "00077" in page
    answer = visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS.title()})
    assert answer.location == "/"
    home = visitor.get("/").text
    assert "sign in with the number 00077" in home
    assert "Hello Nell" in home.replace('<bdi data-own="">', "").replace("<bdi data-own>", "").replace("</bdi>", "")
    other = browse()
    assert other.send("/account/sign-in/by/words", {"number": "00077", "passphrase": WORDS.upper()}).location == "/"
    assert is_in(other)
    assert db.session.get(Person, person_id).joined_at is not None


def test_joining_with_an_email_that_is_confirmed(newcomer, browse):
    person_id, code = newcomer
    visitor = browse()
    choose(visitor, code, "email")
    assert visitor.send("/join/way", {"email": "Nell@Example.org"}).location == "/account/ways"
    assert "You have no way in yet" in visitor.get("/account/ways").text
    sent = letter("confirm_email")
    assert sent.secret[outbox.EMAIL_TO] == "nell@example.org"
    link = path_of(sent.secret["link"])
    assert browse().get(link).status_code == 200
    assert browse().send(link).location == "/account/sign-in"
    assert "nell@example.org" in visitor.get("/account/ways").text
    actions.ask_for_link("nell@example.org", origin="x", next_path=None)
    db.session.commit()
    actions.answer_asked()
    assert letter("sign_in_link").person_id == person_id


def test_joining_with_a_mobile_that_is_confirmed(newcomer, browse):
    _, code = newcomer
    visitor = browse()
    choose(visitor, code, "phone")
    assert visitor.send("/join/way", {"phone": "07700 900456"}).location == "/account/ways/phone/code"
    sent = letter("text_code")
    assert sent.secret[outbox.TEXT_TO] == "+447700900456"
    digits = sent.secret["code"]
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    assert visitor.send("/account/ways/phone/code", {"code": wrong}).status_code == 422
    assert visitor.send("/account/ways/phone/code", {"code": f"{digits[:3]} {digits[3:]}"}).location == "/account/ways"
    visitor.send("/account/sign-out")
    other = browse()
    assert other.send("/account/sign-in/by/text", {"phone": "+44 7700 900456"}).location.endswith("/text/code")
    actions.answer_asked()
    assert other.send("/account/sign-in/by/text/code", {"code": letter("text_code").secret["code"]}).location == "/"
    assert is_in(other)


# -- the code -----------------------------------------------------------------------------------------------------


def test_a_code_is_used_up_by_joining_and_not_by_looking(newcomer, browse):
    _, code = newcomer
    for _ in range(3):
        assert show(browse(), code).location == "/join/you"
    assert browse().get(f"/join/{code}").status_code == 200
    visitor = browse()
    choose(visitor, code, "passphrase")
    visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS})
    assert show(browse(), code).status_code == 422
    late = browse()
    assert late.get("/join/you").location == "/join/"


def test_somebody_who_showed_the_code_first_is_too_late_once_another_joined(newcomer, browse):
    _, code = newcomer
    slow, fast = browse(), browse()
    choose(slow, code, "passphrase", "Slow")
    choose(fast, code, "passphrase", "Fast")
    assert fast.send("/join/way", {"passphrase": WORDS, "again": WORDS}).location == "/"
    assert slow.send("/join/way", {"passphrase": WORDS, "again": WORDS}).location == "/join/"
    assert db.session.scalars(select(Person).where(Person.resident_ref == "00077")).one().public_name == "Fast"


def test_the_landlords_own_address_for_them_hears_of_it(newcomer, browse):
    person_id, code = newcomer
    with database.transaction():
        db.session.get_one(Person, person_id).contact_email = "nell@list.example"
    visitor = browse()
    choose(visitor, code, "passphrase")
    visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS})
    assert letter("joined").person_id == person_id


def test_a_code_lets_somebody_back_in_and_everybody_else_out(newcomer, browse):
    person_id, code = newcomer
    with database.transaction():
        old = actions.begin_sign_in(person_id, device="a thief's")
    visitor = browse()
    choose(visitor, code, "passphrase")
    visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS})
    row = db.session.scalars(select(SignIn).where(SignIn.hash == actions.hash_of(old))).one()
    assert row.ended_at is not None


def test_an_email_on_the_landlords_list_is_asked_to_join_and_opens_nothing(newcomer, browse):
    person_id, _ = newcomer
    with database.transaction():
        db.session.get_one(Person, person_id).contact_email = "nell@list.example"
    browse().send("/account/sign-in", {"email": "nell@list.example"})
    actions.answer_asked()
    assert letter("sign_in_link") is None
    sent = letter("join_by_email")
    assert "/join/" in sent.secret["link"]
    visitor = browse()
    choose(visitor, sent.secret["link"].rpartition("/")[2], "passphrase")


def test_two_people_with_one_email_on_the_list_get_no_letter(newcomer, browse, walsden):
    with database.transaction():
        for person in (db.session.get_one(Person, newcomer[0]), walsden.marek):
            person.contact_email, person.joined_at = "both@list.example", None
    browse().send("/account/sign-in", {"email": "both@list.example"})
    actions.answer_asked()
    assert letter("join_by_email") is None


# -- passphrases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "again", "why"),
    [
        ("otter violin", "otter violin", "three words or more"),
        ("a b c", "a b c", "too short"),
        ("otter violin marble", "otter violin marbles", "not the same"),
        ("correct horse battery staple", "correct horse battery staple", "Many people use these"),
        ("password letmein welcome", "password letmein welcome", "easy to guess"),
        ("nell carter walsden", "nell carter walsden", "easy to guess"),
        ("heatherlock homes ridge row", "heatherlock homes ridge row", "easy to guess"),
        ("otter otter otter otter", "otter otter otter otter", "easy to guess"),
        ("111111 222222 333333", "111111 222222 333333", "easy to guess"),
    ],
)
def test_words_that_are_easy_to_guess_are_refused_and_never_shown_again(newcomer, browse, words, again, why):
    visitor = browse()
    choose(visitor, newcomer[1], "passphrase")
    answer = visitor.send("/join/way", {"passphrase": words, "again": again})
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{words}"' not in answer.text
    assert db.session.scalar(select(func.count()).select_from(WayIn).where(WayIn.kind == WayInKind.PASSPHRASE)) == 0


LONG = "antidisestablishmentarianism and honorificabilitudinitatibus beside floccinaucinihilipilification"


@pytest.mark.parametrize("words", ["otter violin marble", "Drzewo krzesło żaba", "🦦 otter violin marble", LONG])
def test_words_of_any_script_and_length_are_fine(newcomer, browse, words):
    visitor = browse()
    choose(visitor, newcomer[1], "passphrase")
    assert visitor.send("/join/way", {"passphrase": words, "again": words}).status_code == 303
    assert (
        browse().send("/account/sign-in/by/words", {"number": "00077", "passphrase": f" {words} "}).status_code == 303
    )


def test_a_passphrase_is_kept_as_argon2id(newcomer, browse):
    visitor = browse()
    choose(visitor, newcomer[1], "passphrase")
    visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS})
    way = db.session.scalars(select(WayIn).where(WayIn.kind == WayInKind.PASSPHRASE)).one()
    assert way.secret.startswith("$argon2id$")
    assert "otter" not in way.secret


# -- being helped -------------------------------------------------------------------------------------------------


def help_form(**changes):
    return {"number": "00077", "name": "", "postcode": "", "how": "aloud", "agreed": "y"} | changes


def test_a_champion_helps_somebody_join_and_never_learns_the_words(newcomer, browse, walsden):
    person_id, _ = newcomer
    champion = browse(walsden.bronwen)
    helped = champion.send("/join/help", help_form()).location
    page = champion.get(helped).text
    assert "Nell Carter" in page
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.person_id, consent.recorded_by_id, consent.how) == (person_id, walsden.bronwen.id, "aloud")
    assert champion.send(f"{helped}/hand-over").location == "/join/you"
    assert champion.get("/account/").status_code == 303, "the champion is signed out of the device"
    champion.send("/join/you", {"public_name": "Nell", "way": "passphrase"})
    assert champion.send("/join/way", {"passphrase": WORDS, "again": WORDS}).location == "/"
    assert "Nell" in champion.get("/account/").text


def test_the_code_works_on_the_persons_own_phone_for_half_an_hour(newcomer, browse, walsden):
    helped = browse(walsden.bronwen).send("/join/help", help_form(number="", name="nell CARTER", postcode="ol140aa"))
    row_id = int(helped.location.rpartition("/")[2])
    with database.reading():
        code = actions.tokens.code_of(row_id)
        db.session.rollback()
    assert show(browse(), code).location == "/join/you"
    with clock.moved_to(clock.now() + timedelta(minutes=31)):
        assert show(browse(), code).status_code == 422


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"agreed": ""}, "Ask them first"),
        ({"number": ""}, "resident number, or their full name"),
        ({"number": "00078"}, "found nobody"),
        ({"number": "", "name": "Nell", "postcode": "OL14 0AA"}, "found nobody"),
        ({"number": "", "name": "Nell Carter", "postcode": "OL14 0AB"}, "found nobody"),
        ({"how": ""}, "Choose"),
    ],
)
def test_help_needs_consent_and_the_whole_name(newcomer, browse, walsden, changes, why):
    answer = browse(walsden.bronwen).send("/join/help", help_form(**changes))
    assert answer.status_code == 422
    assert why in answer.text
    assert db.session.scalars(select(Consent)).all() == []


def test_a_champion_of_elsewhere_finds_nobody_here(newcomer, browse, walsden):
    answer = browse(walsden.owen).send("/join/help", help_form())
    assert "found nobody" in answer.text


def test_who_has_joined_needs_no_help(newcomer, browse, walsden):
    with database.transaction():
        db.session.get_one(Person, newcomer[0]).joined_at = clock.now()
    assert "has joined already" in browse(walsden.bronwen).send("/join/help", help_form()).text


def test_a_champion_cannot_go_through_the_roll_by_guessing(newcomer, browse, walsden):
    champion = browse(walsden.bronwen)
    for n in range(60):
        champion.send("/join/help", help_form(number=f"9{n}"))
    assert "too many tries" in champion.send("/join/help", help_form()).text


def test_another_helper_does_not_see_the_code(newcomer, browse, walsden):
    helped = browse(walsden.bronwen).send("/join/help", help_form()).location
    assert browse(walsden.grace).get(helped).status_code == 404


def test_no_code_is_left_when_the_person_has_joined(newcomer, browse):
    visitor = browse()
    choose(visitor, newcomer[1], "passphrase")
    visitor.send("/join/way", {"passphrase": WORDS, "again": WORDS})
    left = select(func.count()).where(OneUse.purpose == Purpose.JOIN, OneUse.used_at.is_(None))
    assert db.session.scalar(left) == 0
