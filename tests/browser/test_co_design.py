"""Co-design in a real browser at 360 px, as each of the people in it, with script and again without.

Each walk makes what it begins from through the actions, and does what it is about by hand. After each step axe must
find nothing and nothing may scroll sideways.
"""

import re

import pytest
from playwright.sync_api import expect

from coproduce import db as database
from coproduce.deliberation.rules import Side
from coproduce.duties.actions import load_register
from coproduce.duties.queries import everything
from coproduce.duties.rules import Area
from coproduce.moderation import queries as decency
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import Mandate
from tests.browser.steps import Walker
from tests.proposals import making

WORDS = "There is black mould all over my daughter’s room."


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request):
    return request.param


@pytest.fixture
def town(walsden):
    return walsden


@pytest.fixture
def be(town, open_page, problems, script, as_person, tmp_path):
    """Somebody's phone, signed in: `be("joyce")`. Where each one was at the end is photographed, for failures."""
    phones = {}

    def somebody(name):
        if name not in phones:
            phones[name] = Walker(open_page, problems, script=script)
            as_person(phones[name].page, getattr(town, name))
        return phones[name]

    yield somebody
    for name, walker in phones.items():
        walker.page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def do(deed, *given, **named):
    with database.transaction():
        return deed(*given, **named)


def published(town, title=making.TITLE, **more):
    with database.transaction():
        duties = {one.duty.code: one for one in everything()} or making.duties()
        made = making.raised(town, duties, title=title, **more)
        return made.address


def test_a_clause_goes_from_unclear_to_ours(be, town):
    path = f"/proposals/{published(town)}"
    ruth = be("ruth")
    ruth.go(path)
    expect(ruth.page.get_by_text("Still asking").first).to_be_visible()
    ruth.follow("Answer this question: clause 3")
    ruth.press("Publish the answer")  # empty: what is missing is said
    expect(ruth.page.get_by_text("Write the answer").first).to_be_visible()
    ruth.fill("What is the answer?", "No law says so. Neighbours may agree between them.")
    ruth.page.get_by_label("Ours to decide: residents can choose").check()
    ruth.press("Publish the answer")
    expect(ruth.page.get_by_text("version 2").first).to_be_visible()
    joyce = be("joyce")
    joyce.go(path)
    frame = joyce.page.locator("#frame")
    expect(frame.get_by_text("Hens only with neighbours’ agreement.")).to_be_visible()
    expect(frame.get_by_text("Still asking")).to_have_count(0)
    frame.get_by_text("Open clause 3").click()
    joyce.look()
    expect(frame.get_by_text("Neighbours may agree between them.")).to_be_visible()


def test_a_suggestion_is_taken_in_with_changes_and_both_are_named(be, town):
    path = f"/proposals/{published(town)}"
    joyce, asha = be("joyce"), be("asha")
    joyce.go(path)
    joyce.follow("Suggest a change to clause 2")
    joyce.page.get_by_label("Change its words").check()
    joyce.fill("The words that you suggest", "How many pets a flat may have.")
    joyce.fill("Why?", "Most of us live in flats.")
    joyce.press("Suggest this")
    asha.go(path)
    asha.follow("1 change suggested")
    asha.follow(re.compile("clause 2"))
    change = asha.page.locator("section", has_text="What would change").first
    assert "taken out:" in change.inner_text()
    assert "put in:" in change.inner_text()
    asha.fill("The words as they will stand", "How many pets a flat or a house may have.")
    asha.press("Take it into the text")
    expect(asha.page.get_by_text("How many pets a flat or a house may have.").first).to_be_visible()
    text = asha.page.locator("main").inner_text()
    assert "Joyce" in text
    assert "Asha" in text
    joyce.go("/mine")
    expect(joyce.page.get_by_text("What you suggested")).to_be_visible()


def test_two_proposals_are_joined_and_support_follows_only_on_a_yes(be, town):
    stays, goes = published(town), published(town, title="Pets in the flats")
    with database.transaction():
        other = _by_address(goes)
        other.raised_by_id = town.joyce.id
        making.back(town, other)
        proposals.invite(town.me(town.asha), other, town.bronwen)
    _hand_over(town, goes)
    asha, bronwen, marek = be("asha"), be("bronwen"), be("marek")
    asha.go(f"/proposals/{goes}")
    asha.follow("Join it with a proposal of mine")
    asha.page.get_by_label("Which of yours shall stay?").select_option(label=making.TITLE)
    asha.fill("Why do they belong together?", "They ask for the same.")
    asha.press("Ask the people who write it")
    bronwen.go(f"/proposals/{goes}")
    bronwen.follow("Read both and answer")
    bronwen.press("Yes, join them")
    assert _support(stays) == 0
    marek.go("/")
    marek.follow("Pets in the flats")
    marek.press("Yes, I back it too")
    assert _support(stays) == 1
    joyce = be("joyce")
    joyce.go(f"/proposals/{stays}")
    expect(joyce.page.get_by_role("button", name="Back this proposal")).to_be_visible()


def _hand_over(town, address):
    """The second proposal is Bronwen's alone."""
    with database.transaction():
        made = _by_address(address)
        proposals.join(town.me(town.bronwen), made)
        proposals.leave(town.me(town.asha), made)


def _by_address(address):
    return database.db.session.get_one(Proposal, int(address.rpartition("-")[2]), populate_existing=True)


def _support(address):
    with database.reading():
        count = _by_address(address).support_count
        database.db.session.rollback()
    return count


def test_an_option_is_flagged_settled_and_offered(be, town):
    address = published(town, unclear=False)
    with database.transaction():
        made = _by_address(address)
        making.back(town, made)
        proposals.name_mandate(town.me(town.priya), made, Mandate.CO_DESIGN, "We work it up with you.")
    path = f"/proposals/{address}"
    joyce, ruth, denise = be("joyce"), be("ruth"), be("denise")
    joyce.go(path)
    joyce.follow(re.compile("May this break a duty.*Option 1 of clause 2"))
    joyce.fill("What could be wrong with it?", "May a landlord limit it to one?")
    joyce.press("Ask a duty keeper to look")
    denise.go(f"/votes/new/{address}")
    expect(denise.page.locator("main")).to_contain_text(re.compile("duty|clause 2", re.IGNORECASE))
    ruth.go("/")
    ruth.follow(making.TITLE)
    ruth.page.get_by_label("It keeps inside the law", exact=True).check()
    ruth.fill("Why?", "No law sets a number.")
    ruth.press("Publish this")
    ruth.go(path)
    for name in ("One pet", "Two pets"):
        link = ruth.page.get_by_role("link", name=f"Check this option: {name}")
        if link.count():
            link.click()
            ruth.page.get_by_label("Yes, a ballot may offer it").check()
            ruth.fill("Why?", "No law sets a number.")
            ruth.press("Save")
    denise.go(f"/votes/new/{address}")
    expect(denise.page.get_by_text("How many pets a home may have.").first).to_be_visible()


def test_a_danger_is_passed_on_and_no_neighbour_reads_it(be, town):
    path = f"/proposals/{published(town)}"
    joyce, nadia, marek = be("joyce"), be("nadia"), be("marek")
    joyce.go(path)
    voice = joyce.page.locator("#add-voice")
    voice.get_by_label("Against", exact=True).check()
    voice.get_by_label("Your words").fill(WORDS)
    joyce.press("Post my words")
    expect(joyce.page.get_by_text("Before you post this")).to_be_visible()
    assert joyce.page.get_by_label("Your words").input_value() == WORDS
    joyce.press("Tell the landlord, not the neighbours")
    expect(joyce.heading).to_have_text("What you told the landlord")
    marek.go(path)
    expect(marek.page.get_by_text("mould")).to_have_count(0)
    nadia.go("/")
    nadia.follow(making.TITLE)
    expect(nadia.page.get_by_text(WORDS)).to_be_visible()
    nadia.press("Show me how to reach them")
    expect(nadia.page.get_by_text("Joyce Whitworth")).to_be_visible()
    nadia.page.get_by_label("I have passed it on").check()
    nadia.press("Save")  # to whom is missing
    expect(nadia.page.get_by_text("Say whom you passed it on to").first).to_be_visible()
    nadia.fill("Whom did you pass it on to?", "The damp and mould team")
    nadia.press("Save")
    expect(nadia.page.get_by_text("Nothing waits")).to_be_visible()
    joyce.page.reload()
    expect(joyce.page.get_by_text("The damp and mould team")).to_be_visible()
    joyce.look()


def test_a_report_a_hiding_and_a_second_look(be, town):
    address = published(town)
    with database.transaction():
        said = proposals.comment(
            town.me(town.joyce), _by_address(address), words="Only fools keep a goat upstairs.", side=Side.AGAINST
        )
        said_id = said.id
    path = f"/proposals/{address}"
    marek, nadia, joyce, grace = be("marek"), be("nadia"), be("joyce"), be("grace")
    marek.go(path)
    marek.follow(f"Report comment {said_id}")
    marek.page.get_by_label("It attacks a person, not an idea").check()
    marek.press("Send the report")
    nadia.go("/moderation/")
    nadia.follow(re.compile("A comment"))
    nadia.page.get_by_label("Hide it").check()
    nadia.press("Save")  # the rule and the reason are missing
    expect(nadia.page.get_by_text("Choose which rule it breaks").first).to_be_visible()
    nadia.page.get_by_label("It attacks a person, not an idea").check()
    nadia.fill("Your reason", "It calls neighbours fools.")
    nadia.press("Save")
    marek.go(path)
    expect(marek.page.get_by_text("Hidden by a moderator.")).to_be_visible()
    expect(marek.page.get_by_text("goat upstairs")).to_have_count(0)
    joyce.go("/mine")
    joyce.follow(re.compile("A comment,"))
    expect(joyce.page.get_by_text("It calls neighbours fools.")).to_be_visible()
    joyce.fill("Why should it be shown?", "I mean nobody but myself.")
    joyce.press("Ask for a second look")
    grace.go("/moderation/")
    grace.follow(re.compile("A comment"))
    grace.page.get_by_label("Show it again").check()
    grace.fill("Your reason", "She speaks of herself.")
    grace.press("Save")
    marek.go(path)
    expect(marek.page.get_by_text("goat upstairs")).to_be_visible()
    marek.go("/moderation/log")
    expect(marek.page.get_by_text("Shown again on")).to_be_visible()
    with database.reading():
        assert decency.log().total == 1
        database.db.session.rollback()


def test_an_empty_homes_standard_stays_within_650_pounds(be, town):
    with database.transaction():
        load_register()
        made = proposals.draft(
            town.me(town.asha),
            place_id=town.walsden.id,
            area=Area.VOIDS,
            title="What an empty home gets",
            summary="The same for every home.",
            reasons="Some of us moved into bare boards.",
        )
        address = made.address
    path = f"/proposals/{address}"
    asha = be("asha")
    asha.go(path)
    asha.press(re.compile("empty home", re.IGNORECASE), exact=False)
    expect(asha.page.get_by_text("£650").first).to_be_visible()
    asha.go(f"{path}/check")
    asha.press("Publish my proposal")
    expect(asha.page.locator(".error-summary")).to_contain_text("£310")
    assert not _is_published(address)
    asha.go(path)
    item = asha.page.locator(".clause", has_text="Wipe-clean floors")
    number = int(
        item.locator("..").get_by_role("link", name=re.compile("Change clause")).get_attribute("aria-label").split()[-1]
    )
    asha.press(f"Take out clause {number}")
    asha.go(f"{path}/check")
    asha.press("Publish my proposal")
    expect(asha.page.get_by_text("£30").first).to_be_visible()  # what is left of the budget
    assert _is_published(address)


def _is_published(address):
    with database.reading():
        found = _by_address(address).is_published
        database.db.session.rollback()
    return found
