"""What every walk through the site does at each step: press, look with axe, and see that nothing scrolls sideways."""

import re

from coproduce import db as database
from coproduce import jobs
from coproduce.db import db
from coproduce.outbox import letters
from tests.browser.axe import complaints
from tests.browser.conftest import SMALL


class Walker:
    """Somebody with a phone of 360 pixels. `page` is theirs; `look` runs after each step."""

    def __init__(self, open_page, problems, *, script, size=SMALL):
        self.problems, self.script = problems, script
        self.page = open_page(size, java_script_enabled=script, locale="en-GB")

    def go(self, path):
        self.page.goto(path)
        self.look()
        return self.page

    def press(self, name, exact=True):
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, name):
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, label, text):
        self.page.get_by_label(label, exact=True).fill(text)

    def look(self):
        if self.script:
            before = len(self.problems)
            found = complaints(self.page)
            assert found == [], f"{self.page.url}: {found}"
            del self.problems[before:]  # axe puts a style of its own into the page
            assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), self.page.url

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1)


def newest_letter(person_id):
    """The words of the newest letter to somebody, once the worker has looked."""
    jobs.run_due()
    jobs.run_due()  # the first look answers who asked; its letters leave with the second
    with database.reading():
        body = letters(person_id)[0].body
        db.session.rollback()
    return body


def link_in(text):
    return re.search(r"https?://\S+", text).group()


def digits_in(text):
    return re.search(r"\b\d{6}\b", text).group()
