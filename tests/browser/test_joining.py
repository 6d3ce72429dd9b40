"""Joining, signing in in three ways, being helped, holding a role and leaving: on a phone, with script and without."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.rules import Tenure
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from tests.browser.steps import Walker, digits_in, link_in, newest_letter

WORDS = "otter violin marble"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walker(request, open_page, problems, walsden):
    return lambda: Walker(open_page, problems, script=request.param)


@pytest.fixture
def nell(walsden):
    """On the roll, with a letter, and no email: her id and the code of her letter."""
    with database.transaction():
        person = actions.people.add_person(full_name="Nell Carter", public_name="Nell", resident_ref="00077")
        home = db.session.scalars(select(Home).where(Home.place_id == walsden.ridge_row.id).order_by(Home.id)).first()
        actions.move_in(person, home, since=clock.today() - timedelta(days=90), tenure=Tenure.SECURE)
        (code,) = actions.tokens.make_join_codes([person.id]).values()
        return person.id, actions.tokens.code_of(code.row_id)


def join(walker, code):
    """As far as the choice of a way in."""
    walker.go("/join/")
    walker.press("Go on")
    expect(walker.page.get_by_text("Write the code from your letter").first).to_be_visible()
    walker.fill("The code in your letter", f"{code[:5]} {code[5:]}".lower())
    walker.press("Go on")
    expect(walker.page.get_by_text("Nell Carter")).to_be_visible()
    walker.press("Go on")  # no way in was chosen
    expect(walker.page.get_by_text("Choose how you want to sign in").first).to_be_visible()


def test_join_by_letter_with_no_email_and_come_back(walker, nell):
    phone = walker()
    join(phone, nell[1])
    phone.page.get_by_label(re.compile("Your number and three words")).check()
    phone.press("Go on")
    phone.fill("Three words or more that only you know", "my home street")
    phone.fill("The same words again", "my home street")
    phone.press("Keep these words")
    expect(phone.page.get_by_text("This is too short").first).to_be_visible()
    phone.fill("Three words or more that only you know", WORDS)
    phone.fill("The same words again", WORDS)
    phone.press("Keep these words")
    expect(phone.page.get_by_text("with the number 00077")).to_be_visible()
    phone.go("/account/")
    phone.press("Sign out")
    phone.go("/account/sign-in")
    phone.follow("My resident number and my words")
    phone.fill("Your resident number", "00077")
    phone.fill("Your three words or more", "wrong words here")
    phone.press("Sign in")
    expect(phone.page.get_by_text("do not go together").first).to_be_visible()
    phone.fill("Your three words or more", WORDS)
    phone.press("Sign in")
    expect(phone.page.get_by_text("You are signed in.")).to_be_visible()


def test_join_from_the_square_code_and_sign_in_by_text(walker, nell):
    phone = walker()
    phone.go(f"/join/{nell[1]}")
    phone.press("Go on")
    phone.page.get_by_label(re.compile("A code by text message")).check()
    phone.press("Go on")
    phone.fill("Your mobile number", "07700 900123")
    phone.press("Send me the code")
    phone.fill("The code in the text message", digits_in(newest_letter(nell[0])))
    phone.press("This is my number")
    expect(phone.page.get_by_text("You can sign in with this number")).to_be_visible()
    phone.go("/account/")
    phone.press("Sign out")
    phone.go("/account/sign-in")
    phone.follow("A code by text message")
    phone.fill("Your mobile number", "07700 900123")
    phone.press("Send me a code")
    phone.fill("The code in the text message", digits_in(newest_letter(nell[0])))
    phone.press("Sign in")
    expect(phone.page.get_by_text("You are signed in.")).to_be_visible()


def test_join_with_an_email_and_sign_in_by_its_link(walker, nell):
    phone = walker()
    join(phone, nell[1])
    phone.page.get_by_label(re.compile("A link by email")).check()
    phone.press("Go on")
    phone.fill("Your email address", "nell@example.org")
    phone.press("Send me the link")
    expect(phone.page.get_by_text("You have no way in yet.")).to_be_visible()
    phone.go(link_in(newest_letter(nell[0])))
    phone.press("This is my address")
    expect(phone.page.get_by_text("nell@example.org")).to_be_visible()
    phone.go("/account/")
    phone.press("Sign out")
    phone.go("/account/sign-in")
    phone.fill("Your email address", "nell@example.org")
    phone.press("Send me a link")
    phone.go(link_in(newest_letter(nell[0])))
    phone.press("Sign in")
    expect(phone.page.get_by_text("You are signed in.")).to_be_visible()


def test_a_champion_helps_somebody_join_on_her_own_phone(walker, nell, walsden, as_person):
    phone = walker()
    as_person(phone.page, walsden.bronwen)
    phone.go("/join/help")
    phone.press("Get them a code")
    expect(phone.page.get_by_text("Choose how they said so").first).to_be_visible()
    phone.fill("Their full name, as on their tenancy", "Nell Carter")
    phone.fill("Their postcode", "OL14 0AA")
    phone.page.get_by_label("They said so, here in the room").check()
    phone.page.get_by_label(re.compile("asked me to help them join")).check()
    phone.press("Get them a code")
    expect(phone.heading).to_have_text("A code for the person beside you")
    phone.press("Sign me out and hand this over")
    expect(phone.page.get_by_text("You join as")).to_be_visible()
    phone.page.get_by_label(re.compile("Your number and three words")).check()
    phone.press("Go on")
    phone.fill("Three words or more that only you know", WORDS)
    phone.fill("The same words again", WORDS)
    phone.press("Keep these words")
    phone.go("/account/")
    expect(phone.page.get_by_role("main").get_by_text("Nell", exact=True).first).to_be_visible()
    expect(phone.page.get_by_text("Bronwen")).to_have_count(0)


def test_a_role_needs_the_second_code_and_paper_when_the_phone_is_lost(walker, walsden):
    with database.reading():
        denise = walsden.denise.id
        db.session.rollback()
    phone = walker()
    by_link(phone, denise, "denise@landlord.example")
    expect(phone.heading).to_have_text("Set up your second code")
    seed = phone.page.locator("#seed").inner_text().replace(" ", "")
    phone.fill("The code that your phone shows", "000000")
    phone.press("Go on")
    expect(phone.page.get_by_text("This code is not right").first).to_be_visible()
    phone.fill("The code that your phone shows", pyotp.TOTP(seed).now())
    phone.press("Go on")
    expect(phone.heading).to_have_text("Your paper codes")
    paper = phone.page.locator(".codes code").first.inner_text()
    phone.follow("I have them. Go on")
    phone.go("/account/")
    phone.press("Sign out")
    by_link(phone, denise, "denise@landlord.example")
    phone.fill("The code that your phone shows", paper)
    phone.press("Go on")
    phone.go("/roll/")
    expect(phone.heading).to_have_text("The roll")


def by_link(phone, person_id, email):
    phone.go("/account/sign-in")
    phone.fill("Your email address", email)
    phone.press("Send me a link")
    phone.go(link_in(newest_letter(person_id)))
    phone.press("Sign in")


def test_signing_out_everywhere_ends_a_copied_cookie(walker, walsden, as_person):
    own, thief = walker(), walker()
    with database.transaction():
        secret = actions.begin_sign_in(walsden.asha.id, device="Android")
    as_person(own.page, secret=secret)
    thief.page.context.add_cookies(own.page.context.cookies())
    thief.go("/account/")
    expect(thief.heading).to_have_text("Your account")
    other = walker()
    as_person(other.page, walsden.asha)
    other.go("/account/")
    other.press("Sign out everywhere")
    thief.go("/account/")
    expect(thief.heading).to_have_text("Sign in")


def test_leaving(walker, walsden, as_person):
    phone = walker()
    as_person(phone.page, walsden.asha)
    phone.go("/account/")
    phone.follow("What we hold of you, and why")
    phone.go("/account/letters")
    phone.page.get_by_label("By post, on paper").check()
    phone.press("Keep this")
    expect(phone.page.get_by_text("On paper")).to_be_visible()
    phone.follow("Close your account")
    expect(phone.page.get_by_text("Votes that you cast stay counted")).to_be_visible()
    phone.press("Close my account")
    expect(phone.page.get_by_text("Choose what shall become").first).to_be_visible()
    phone.page.get_by_label(re.compile("It stays, by")).check()
    phone.page.get_by_label("Yes, close my account now").check()
    phone.press("Close my account")
    expect(phone.page.get_by_text("Your account is closed.")).to_be_visible()
    phone.go("/account/")
    expect(phone.heading).to_have_text("Sign in")
