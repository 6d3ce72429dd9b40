"""The main pages fit a small phone, in English and in two made-up languages: one long, one from right to left.

Add a page by its row in tests/access_matrix.py: every address that can be read is looked at, as one role that may.
"""

import pytest
from playwright.sync_api import Error

from coproduce.accounts.models import Person
from coproduce.db import Base, transaction
from coproduce.db import db as database
from tests import languages, servers
from tests import world as town_world
from tests.access_matrix import STRANGER, rows
from tests.browser.conftest import NARROW, SMALL

READERS = ("author", "neighbour", "officer", "decision_owner", "administrator", STRANGER)

# Wider than the screen, or words cut off by a box around them. Boxes that scroll on purpose and hidden text are let be.
LOOK = """() => {
  const screen = document.documentElement
  const faults = screen.scrollWidth > screen.clientWidth ? [`the page is ${screen.scrollWidth} wide`] : []
  const cuts = style => ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY)
  const scrolls = style => ['auto', 'scroll'].includes(style.overflowX)
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (words.nextNode()) {
    const text = words.currentNode, element = text.parentElement
    if (!text.textContent.trim() || element.closest('.hidden-text, .skip, svg, script, template')) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const box = range.getBoundingClientRect()
    if (!box.width || !box.height) continue
    let edge = { left: 0, right: screen.clientWidth, top: -Infinity, bottom: Infinity }
    for (let around = element; around; around = around.parentElement) {
      const style = getComputedStyle(around)
      if (scrolls(style)) { edge = null; break }
      if (!cuts(style) || around === document.body || around === screen) continue
      const its = around.getBoundingClientRect()
      edge = { left: Math.max(edge.left, its.left), right: Math.min(edge.right, its.right),
               top: Math.max(edge.top, its.top), bottom: Math.min(edge.bottom, its.bottom) }
    }
    const out = edge && (box.right > edge.right + 1 || box.left < edge.left - 1)
    const under = edge && (box.top < edge.top - 4 || box.bottom > edge.bottom + 4)
    if (out || under) faults.push(`cut off: ${text.textContent.trim().slice(0, 60)}`)
  }
  return [...new Set(faults)].slice(0, 8)
}"""


@pytest.fixture(scope="module")
def made():
    return {}


@pytest.fixture
def world(app, db, made):
    if not made:
        made["world"] = town_world.build(app)
        database.session.remove()
        made["rows"] = servers.rows_of(database.engine, Base.metadata)
    else:
        servers.put_back(database.engine, Base.metadata, made["rows"])
    return made["world"]


def reader(row):
    return next((role for role in READERS if row.asks["GET"][role] == 200), None)


def pages(world):
    """(path, role) of every address that can be read as a page."""
    for row in rows("GET"):
        if role := reader(row):
            yield row.path(world), role


def goes_to_a_page(page, path):
    """Whether there is a page at this address: not a file for a spreadsheet, nor a line for a machine."""
    try:
        return "html" in page.goto(path).headers.get("content-type", "")
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False


def faults_of(open_page, as_person, world, **options):
    found, opened, screen = {}, {}, options.pop("screen", SMALL)
    for path, role in pages(world):
        if role not in opened:
            opened[role] = open_page(screen, **options)
            if role != STRANGER:
                as_person(opened[role], secret=world.secrets[role])
        page = opened[role]
        if not goes_to_a_page(page, path):
            continue
        faults = page.evaluate(LOOK)
        if faults:
            found[path] = faults
    return found


def test_every_page_fits_in_english(open_page, as_person, world):
    assert faults_of(open_page, as_person, world) == {}


@pytest.mark.parametrize("code", ["xa", "xb"])
def test_every_page_fits_in_a_made_up_language(open_page, as_person, world, code):
    with languages.offered(code):
        with transaction():
            database.session.execute(Person.__table__.update().values(language=code))
        headers = {"Accept-Language": code}
        assert faults_of(open_page, as_person, world, extra_http_headers=headers) == {}


def test_every_page_fits_when_magnified_four_times(open_page, as_person, world):
    """A screen of 1280 at 400 % is 320 wide: WCAG 2.2, 1.4.10."""
    assert faults_of(open_page, as_person, world, screen=NARROW) == {}


def test_the_control_words_that_do_not_fit_are_seen(open_page, world):
    page = open_page(SMALL)
    page.goto("/")
    assert page.evaluate(LOOK) == []
    page.evaluate("""() => {
      const title = document.querySelector('h1')
      title.textContent = 'W'.repeat(200)
      title.style.overflowWrap = 'normal'
    }""")
    assert page.evaluate(LOOK) != []
