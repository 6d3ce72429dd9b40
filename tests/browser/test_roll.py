"""An officer brings a list in, prints letters and finds somebody twice: at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from coproduce import jobs
from tests.browser.conftest import DESK, SMALL
from tests.browser.steps import Walker
from tests.roll.making import as_csv, row


@pytest.mark.parametrize(
    ("script", "size"), [(True, SMALL), (False, SMALL), (True, DESK)], ids=["phone", "bare", "desk"]
)
def test_a_list_from_file_to_letters(open_page, problems, walsden, as_person, tmp_path, script, size):
    officer = Walker(open_page, problems, script=script, size=size)
    as_person(officer.page, walsden.denise)
    rows = [row(1, Name="Zoë Quill"), row(2, Name="Zoe Quill", **{"Home reference": "P00001"}), row(3, Postcode="?")]
    rows[1]["Address"] = rows[0]["Address"]
    file = tmp_path / "residents.csv"
    file.write_bytes(as_csv(rows, delimiter=";").encode("cp1252"))
    officer.go("/roll/")
    officer.follow("Send a new list")
    officer.press("Send this list")
    expect(officer.page.get_by_text("Choose the file").first).to_be_visible()
    officer.page.get_by_label("Which homes is this list for?").select_option(label="Walsden")
    officer.page.get_by_label("The list, as a CSV file").set_input_files(file)
    officer.press("Send this list")
    expect(officer.page.get_by_label("Resident reference")).to_have_value("ref")
    officer.press("Work out what would change")
    expect(officer.page.get_by_text("Being worked out")).to_be_visible()
    jobs.run_due()
    if not script:
        officer.follow("See how far it is")
    expect(officer.page.get_by_text("Nothing has changed so far")).to_be_visible()
    officer.look()
    officer.follow(re.compile("Wrong"))
    expect(officer.page.get_by_text("is not a postcode")).to_be_visible()
    officer.press("Bring this in")
    jobs.run_due()
    if not script:
        officer.follow("See how far it is")
    expect(officer.page.get_by_text("Brought in").first).to_be_visible()
    officer.look()
    officer.go("/roll/twice")
    officer.follow(re.compile("Zo.* Quill"))
    officer.page.get_by_label("Zoë Quill, 000001").check()
    officer.press("Make them one")
    expect(officer.page.get_by_text("They are one person now.")).to_be_visible()
    officer.follow("Add an adult who lives with them")
    officer.fill("Full name", "Cy Member")
    officer.page.get_by_label("This person is 18 or over").check()
    officer.press("Add this person")
    officer.go("/roll/letters")
    officer.page.locator("li", has=officer.page.get_by_text("Ridge Row", exact=True)).get_by_role("button").click()
    officer.page.wait_for_load_state()
    officer.look()
    expect(officer.page.locator(".letter")).to_have_count(2)
