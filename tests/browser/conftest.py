"""A real browser on a real server: the site served from threads of this process, on a port of this machine.

Skipped, with the reason, where there is no Chromium: set COPRODUCE_CHROMIUM to one. `phone()` and `desk()` give a
page of each size; `as_person(page, person)` signs somebody in without the letter.
"""

import contextlib
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import sync_playwright
from waitress.server import create_server

from coproduce import clock
from coproduce.accounts import actions as people
from coproduce.config import Settings
from coproduce.db import transaction
from tests.conftest import KEYS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
SMALL, NARROW = {"width": 360, "height": 800}, {"width": 320, "height": 640}
HERE = Path(__file__).parent


def chromium():
    """The browser on this machine, or None."""
    given = os.environ.get("COPRODUCE_CHROMIUM")
    return given or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not chromium():
                item.add_marker(pytest.mark.skip(reason="no Chromium here: set COPRODUCE_CHROMIUM"))


@pytest.fixture(scope="session")
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def base_url(port):
    return f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def settings(database_url, base_url):
    return Settings(
        database_url=database_url,
        demo=True,
        huey_url="memory:",
        base_url=base_url,
        support_needed=3,
        passphrase_memory=64,
        **KEYS,
    )


@pytest.fixture(scope="session")
def server(app, port):
    """The site, served as `make demo` serves it."""
    made = create_server(app, host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=serve, args=[made], daemon=True)
    thread.start()
    yield
    made.close()
    thread.join(timeout=5)


def serve(made):
    with contextlib.suppress(OSError):  # the sockets close under its feet when the tests end
        made.run()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield found
        found.close()


def complains(said):
    """An error in the console; not the browser's own note that a form came back with something to put right."""
    return said.type == "error" and "status of 422" not in said.text


class Problems(list):
    """What the browser complains of: errors of scripts, refused by the policy, answers of 500."""

    def watch(self, page):
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("console", lambda said: self.append(f"console: {said.text}") if complains(said) else None)
        page.on("response", lambda got: self.append(f"{got.status} {got.url}") if got.status >= 500 else None)


@pytest.fixture
def problems():
    """Empty at the end of every test; take out what a test expects."""
    found = Problems()
    yield found
    assert list(found) == []


@pytest.fixture
def open_page(browser, server, db, base_url, problems):
    """Gives a new page: `open_page(viewport=PHONE, java_script_enabled=False, locale=…)`."""
    contexts = []

    def make(viewport=None, **options):
        context = browser.new_context(base_url=base_url, viewport=viewport or DESK, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        problems.watch(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page):
    return lambda **options: open_page(PHONE, **options)


@pytest.fixture
def desk(open_page):
    return lambda **options: open_page(DESK, **options)


@pytest.fixture
def as_person(app, base_url):
    """Sign somebody in on this page's browser, by cookie: `as_person(page, walsden.asha)`."""

    def sign_in(page, person=None, *, secret=None):
        if secret is None:
            with transaction():
                secret = people.begin_sign_in(person.id, device="test", strong=True)
        kept = {"_user_id": secret, "_fresh": True, "used": int(clock.now().timestamp())}
        value = SecureCookieSessionInterface().get_signing_serializer(app).dumps(kept)
        page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": value, "url": base_url}])
        return page

    return sign_in
