"""The whole main job in a real browser at 360 px, as seven people, with script and again without.

A resident raises a proposal, a duty keeper settles what is unclear, neighbours back it and talk, the landlord makes
its promise, an officer opens a vote, neighbours vote, the landlord answers in part, the task force rates the reason,
an action follows, and all of it stands on one public story. After each step axe must find nothing.
"""

import re
from contextlib import contextmanager
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from coproduce import clock, jobs
from coproduce import db as database
from coproduce.duties.actions import load_register
from coproduce.outbox import letters
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal
from coproduce.voting.models import Ballot
from tests.browser.axe import complaints
from tests.browser.conftest import SMALL

TITLE = "Cats in the flats"


@pytest.fixture
def register(db):
    with database.transaction():
        load_register()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walk(request, open_page, walsden, register, problems):
    return Walk(open_page, walsden, problems, script=request.param)


@contextmanager
def looking():
    """Read the database without holding it: the server's threads write to it meanwhile."""
    with database.reading():
        yield
        database.db.session.rollback()


class Walk:
    """Seven people's phones. `look` runs after each step."""

    def __init__(self, open_page, town, problems, *, script):
        self.open_page, self.problems, self.script = open_page, problems, script
        self.pages = {}
        names = ("asha", "joyce", "sam", "marek", "farida", "denise", "priya", "ruth")
        with looking():
            self.people = {name: town.me(getattr(town, name)) for name in names}

    def be(self, name):
        """That person's phone, signed in by the link of a letter the first time."""
        if name not in self.pages:
            page = self.open_page(SMALL, java_script_enabled=self.script, locale="en-GB")
            self.pages[name] = page
            self.sign_in(page, name)
        return self.pages[name]

    def sign_in(self, page, name):
        me = self.people[name]
        page.goto("/")
        page.get_by_role("link", name="Sign in").first.click()
        self.look(page)
        domain = "example.org" if me.is_resident else "landlord.example"
        page.get_by_label("Your email address").fill(f"{name}@{domain}")
        self.press(page, "Send me a link")
        expect(page.get_by_role("heading", level=1)).to_contain_text("letter")
        self.look(page)
        jobs.run_due()  # answers whoever asked
        jobs.run_due()  # and sends the letters
        with looking():
            link = re.search(r"http\S+/account/sign-in/\S+", letters(me.person_id)[0].body).group()
        page.goto(link)
        self.look(page)
        self.press(page, "Sign in")
        if me.is_trusted:
            self.set_up_second_code(page)
        expect(page).to_have_url(re.compile(r"/$"))
        self.look(page)

    def set_up_second_code(self, page):
        """Whoever holds a role shows the code of their phone's app too, the first time they sign in."""
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second code")
        self.look(page)
        seed = page.locator("#seed").inner_text().replace(" ", "")
        page.get_by_label("The code that your phone shows").fill(pyotp.TOTP(seed).now())
        self.press(page, "Go on")
        self.look(page)
        page.get_by_role("link", name="I have them. Go on").click()

    def press(self, page, name, exact=True):
        page.get_by_role("button", name=name, exact=exact).first.click()
        page.wait_for_load_state()

    def look(self, page):
        """Nothing to scroll sideways, nothing that axe complains of, one filled button at most in the main part."""
        if self.script:
            before = len(self.problems)
            assert complaints(page) == [], page.url
            del self.problems[before:]  # axe puts a style of its own into the page
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    def proposal_page(self, name):
        page = self.be(name)
        page.goto("/proposals/")
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        return page


@pytest.fixture(autouse=True)
def photographs(walk, tmp_path):
    """Where the phones were when the test ended: in pytest's own folder, for whoever looks into a failure."""
    yield
    for name, page in walk.pages.items():
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def test_from_idea_to_answer(walk, db):
    write_and_raise(walk)
    settle_what_is_unclear(walk)
    talk_and_back_it(walk)
    promise(walk)
    open_the_vote(walk)
    vote(walk)
    close_and_read_the_result(walk, db)
    answer_in_part(walk)
    rate_the_reason(walk)
    promise_an_action(walk)
    read_the_whole_story(walk)


def write_and_raise(walk):
    page = walk.be("asha")
    page.goto("/proposals/")
    page.get_by_role("link", name="Start a proposal").first.click()
    walk.look(page)
    walk.press(page, "Save and go on")  # empty: what is missing is said, and focus is on it
    expect(page.get_by_text("Give it a title").first).to_be_visible()
    if walk.script:
        expect(page.locator(".error-summary")).to_be_focused()
    walk.look(page)
    page.get_by_label("What would you like to change?").fill(TITLE)
    page.get_by_label("Where is it for?").select_option(label="Walsden")
    page.get_by_label("Pets", exact=True).check()
    page.get_by_label("In one sentence, what would be different?").fill("A fair rule on cats in flats.")
    walk.press(page, "Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("What looks like it")
    walk.look(page)
    page.get_by_role("link", name="Go on", exact=True).click()
    page.get_by_label("Why does it matter?").fill("People hide their cats. A clear rule is kinder.")
    if walk.script:
        expect(page.locator("#kept")).to_contain_text("Saved by itself")
    walk.look(page)
    walk.press(page, "Save and go on")
    walk.look(page)
    add_clause(walk, page, "It is ours to decide", "How many cats may live in a flat.", options=("One cat", "Two cats"))
    add_clause(walk, page, "The law fixes it", "Assistance dogs are always welcome.", duty="PET-04")
    add_clause(walk, page, "I am not sure", "Cats are chipped before they move in.", question="Does the law ask this?")
    page.get_by_role("link", name="Check and publish").first.click()
    walk.look(page)
    walk.press(page, "Publish my proposal")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    walk.look(page)


def add_clause(walk, page, stand, words, *, options=(), duty=None, question=None):
    page.get_by_role("link", name=re.compile("Add .*clause")).first.click()
    walk.look(page)
    page.get_by_role("link", name=stand).click()
    walk.look(page)
    page.get_by_label("What should the clause say?").fill(words)
    if duty:
        value = page.locator("select option", has_text=duty).first.get_attribute("value")
        page.get_by_label("Which duty fixes it?").select_option(value)
    if question:
        page.get_by_label("What must be answered first?").fill(question)
    for number, option in enumerate(options):
        page.get_by_label(f"Option {number + 1}", exact=True).fill(option)
    walk.press(page, "Save this clause")
    expect(page.get_by_text(words).first).to_be_attached()
    walk.look(page)


def settle_what_is_unclear(walk):
    page = walk.be("ruth")
    page.goto("/")
    walk.look(page)
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    walk.look(page)
    page.get_by_label("What is the answer?").fill("Yes: owners must chip a cat by 20 weeks.")
    page.get_by_label("Fixed: law or regulation settles it").check()
    value = page.locator("select option", has_text="PET-12").first.get_attribute("value")
    page.get_by_label("Which duty is it?").select_option(value)
    walk.press(page, "Publish the answer")
    expect(page.get_by_text("version 2").first).to_be_visible()
    walk.look(page)


def talk_and_back_it(walk):
    page = walk.proposal_page("joyce")
    walk.look(page)
    walk.press(page, "Back this proposal")
    expect(page.get_by_role("button", name="You back this")).to_be_visible()
    if walk.script:
        expect(page.get_by_role("button", name="You back this")).to_be_focused()
    walk.look(page)
    page.locator("#add-voice").get_by_label("For", exact=True).check()
    page.locator("#add-voice").get_by_label("Your words").fill("My cat is better company than the telly.")
    walk.press(page, "Post my words")
    expect(page.get_by_text("better company than the telly")).to_be_visible()
    walk.look(page)
    with database.transaction():
        proposal = database.db.session.scalars(database.sa.select(Proposal)).one()
        for name in ("sam", "marek"):
            proposals.support(walk.people[name], proposal)
    jobs.run_due()


def promise(walk):
    page = walk.be("denise")
    page.goto("/")
    walk.look(page)
    page = walk.proposal_page("denise")
    walk.look(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("promise", re.I)).first.click()
    walk.look(page)
    page.get_by_role("radio", name="Co-design").check()
    page.get_by_label(re.compile("words", re.I)).first.fill("We will write it with you, and say why if we differ.")
    walk.press(page, "Publish the promise")
    expect(page.get_by_text("say why if we differ").first).to_be_visible()
    walk.look(page)


def open_the_vote(walk):
    page = walk.proposal_page("denise")
    page.get_by_role("link", name="Open a vote").first.click()
    walk.look(page)
    closes = clock.today() + timedelta(days=14)
    day = page.get_by_role("group", name="On which day does the vote close?")
    for label, value in (("Day", closes.day), ("Month", closes.month), ("Year", closes.year)):
        day.get_by_label(label).fill(str(value))
    page.get_by_role("checkbox", name=re.compile("How many cats may live in a flat")).check()
    walk.press(page, "Open the vote")
    expect(page.get_by_text("Vote open").first).to_be_visible()
    walk.look(page)


def vote(walk):
    page = walk.be("joyce")
    page.goto("/")
    walk.look(page)
    page.get_by_role("link", name=re.compile("Vote now")).first.click()
    expect(page.get_by_text("Not up for vote")).to_be_visible()
    walk.look(page)
    walk.press(page, "Check my answers")
    expect(page.get_by_text("Choose an answer to question 1").first).to_be_visible()
    walk.look(page)
    page.get_by_role("group", name=re.compile(r"^\s*1")).get_by_role("radio", name="Yes").check()
    page.get_by_role("group", name=re.compile(r"^\s*2")).get_by_role("radio", name="Two cats").check()
    walk.press(page, "Check my answers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this what you mean?")
    walk.look(page)
    walk.press(page, "Send my vote")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in")
    walk.look(page)
    page = walk.be("asha")
    page.goto(walk.pages["joyce"].url.replace("/receipt", ""))
    page.get_by_role("group", name=re.compile(r"^\s*1")).get_by_role("radio", name="Yes").check()
    page.get_by_role("group", name=re.compile(r"^\s*2")).get_by_role("radio", name="One cat").check()
    walk.press(page, "Check my answers")
    page.get_by_role("button", name="Change answer 2").click()
    page.get_by_role("group", name=re.compile(r"^\s*2")).get_by_role("radio", name="Two cats").check()
    walk.press(page, "Check my answers")
    walk.press(page, "Send my vote")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in")


def close_and_read_the_result(walk, db):
    with looking():
        closes_at = db.session.scalars(database.sa.select(Ballot.closes_at)).one()
    with clock.moved_to(closes_at + timedelta(minutes=1)):
        jobs.run_due()
        jobs.run_due()
    page = walk.be("joyce")
    page.goto("/votes/")
    walk.look(page)
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="See the result").or_(page.get_by_text("Neighbours said yes")).first.wait_for()
    expect(page.get_by_text("2 yes").first).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    walk.look(page)


def answer_in_part(walk):
    page = walk.be("priya")
    page.goto("/")
    walk.look(page)
    page.goto("/promises/")
    walk.look(page)
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    walk.look(page)
    page.get_by_role("radio", name="Yes in part").check()
    page.get_by_label("What do you say to them?").fill("Two cats from spring, one until then.")
    walk.press(page, "Publish the answer")
    expect(page.get_by_text("Say what kind of reason it is").first).to_be_visible()
    walk.look(page)
    expect(page.get_by_label("What do you say to them?")).to_have_value("Two cats from spring, one until then.")
    page.get_by_role("radio", name="Money").check()
    page.get_by_label("What is the reason?").fill("New carpets in the hall come first.")
    walk.press(page, "Publish the answer")
    expect(page.get_by_text("Two cats from spring").first).to_be_visible()
    walk.look(page)


def rate_the_reason(walk):
    page = walk.be("farida")
    page.goto("/")
    walk.look(page)
    page.goto("/promises/reasons")
    walk.look(page)
    page.goto(walk.pages["priya"].url)
    page.get_by_role("radio", name="We challenge this reason").check()
    page.get_by_label("Why do you say so?").fill("The carpets were paid for last year.")
    page.get_by_role("button", name="Publish what you say").first.click()
    expect(page.get_by_text("The carpets were paid for last year.").first).to_be_visible()
    walk.look(page)


def promise_an_action(walk):
    page = walk.be("priya")
    page.reload()
    due = clock.today() + timedelta(days=60)
    page.get_by_label("What will be done?").fill("Write the new rule into the pet form")
    page.get_by_label("Who will see to it?").select_option(index=1)
    day = page.get_by_role("group", name="By when?")
    for label, value in (("Day", due.day), ("Month", due.month), ("Year", due.year)):
        day.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Promise this").click()
    expect(page.get_by_text("Write the new rule into the pet form").first).to_be_visible()
    walk.look(page)


def read_the_whole_story(walk):
    """A stranger reads it all, and no neighbour's name or comment."""
    page = walk.open_page(SMALL, java_script_enabled=walk.script)
    page.goto("/proposals/")
    walk.look(page)
    page.get_by_role("link", name=TITLE).first.click()
    story = page.locator(".story")
    for words in (
        "raised",
        "Version 2",
        "Enough neighbours",
        "promise",
        "vote opened",
        "vote closed",
        "answer",
        "action",
    ):
        expect(story.get_by_text(re.compile(words, re.I)).first).to_be_visible()
    expect(page.get_by_text("Being done").first).to_be_visible()
    body = page.content()
    assert "Joyce" not in body
    assert "better company than the telly" not in body
    walk.look(page)
