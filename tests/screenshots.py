"""Photograph the main pages of the demo at 360 and 1200 px: `make screenshots`, into screenshots/."""

import os
import re
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from coproduce.app import create_app
from coproduce.config import Settings
from coproduce.demo.actions import fill
from coproduce.migrating import upgrade
from tests.browser.conftest import FLAGS, chromium

TARGET = Path(__file__).resolve().parent.parent / "screenshots"
WIDTHS = (360, 1200)


def pages(base):
    """(name, whom to be, address, link to follow from there) for each photograph."""
    return [
        ("home-stranger", None, "/", None),
        ("home", "Asha", "/", None),
        ("home-officer", "Denise Okafor", "/", None),
        ("demo", None, "/demo/", None),
        ("letters", None, "/demo/letters", None),
        ("sign-in", None, "/account/sign-in", None),
        ("by-words", None, "/account/sign-in/by/words", None),
        ("join", None, "/join/", None),
        ("account", "Asha", "/account/", None),
        ("ways", "Asha", "/account/ways", None),
        ("letters-wanted", "Asha", "/account/letters", None),
        ("held", "Asha", "/account/held", None),
        ("close", "Asha", "/account/close", None),
        ("help", "Bronwen", "/join/help", None),
        ("roles", "Grace Lim", "/account/roles", None),
        ("roles-of", "Grace Lim", "/account/roles", "Bronwen Hughes"),
        ("roll", "Denise Okafor", "/roll/", None),
        ("roll-send", "Denise Okafor", "/roll/send", None),
        ("roll-list", "Denise Okafor", "/roll/", "november"),
        ("roll-people", "Denise Okafor", "/roll/people", None),
        ("roll-person", "Denise Okafor", "/roll/people?find=hargreaves", "Hargreaves"),
        ("roll-twice", "Denise Okafor", "/roll/twice", "Tariq"),
        ("roll-letters", "Denise Okafor", "/roll/letters", None),
        ("roll-batch", "Denise Okafor", "/roll/letters", "45 letters"),
        ("duties", None, "/duties/", None),
        ("duty", None, "/duties/pet-04", None),
        ("proposals", "Asha", "/proposals/", None),
        ("proposal", "Asha", "/proposals/", "A pet policy we can all live with"),
        ("proposal-done", "Asha", "/proposals/", "A clean bin store"),
        ("proposal-new", "Asha", "/proposals/new", None),
        ("proposal-voids", "Ella", "/proposals/?words=mill+bank+650", "What £650 buys"),
        ("proposal-services", "Sam", "/proposals/?words=service+charge", "What our service charge buys"),
        ("proposal-joined", "Sam", "/proposals/?words=towpath+sit", "Somewhere to sit"),
        ("changes", "Joyce", "/proposals/?words=pet+policy", "A pet policy"),
        ("mine", "Sam", "/mine", None),
        ("support-needed", "Priya Nair", "/proposals/support-needed", None),
        ("moderation", "Nadia Rahman", "/moderation/", None),
        ("moderation-post", "Nadia Rahman", "/moderation/", "A comment"),
        ("moderation-pass-on", "Nadia Rahman", "/moderation/", "A danger"),
        ("moderation-log", None, "/moderation/log", None),
        ("moderation-rules", None, "/moderation/rules", None),
        ("votes", "Asha", "/votes/", None),
        ("ballot", "Asha", "/votes/", "Empty homes"),
        ("result", "Asha", "/votes/", "Wildflowers on the shared green"),
        ("promises", "Farida", "/promises/", None),
        ("promises-officer", "Priya Nair", "/promises/", None),
        ("record", None, "/record", None),
        ("styleguide", None, "/styleguide", None),
    ]


def serve(folder, port=0):
    settings = Settings(
        database_url=f"sqlite:///{folder}/shots.db",
        secret_key="s" * 64,
        audit_key="a" * 64,
        seal_key="ab" * 32,
        demo=True,
        huey_url="memory:",
        log_level="WARNING",
    )
    app = create_app(settings)
    with app.app_context():
        upgrade()
        fill()
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def photograph(only=""):
    TARGET.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = serve(folder)
        base = f"http://127.0.0.1:{server.server_port}"
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, who, path, link in pages(base):
            if only and not re.search(only, name):
                continue
            for width in WIDTHS:
                context = browser.new_context(viewport={"width": width, "height": 800}, base_url=base, locale="en-GB")
                page = context.new_page()
                if who:
                    page.goto("/demo/")
                    page.get_by_role("button", name=f"Be {who}", exact=True).click()
                    page.wait_for_url("**/")
                page.goto(path)
                if link:
                    page.get_by_role("link", name=re.compile(link)).first.click()
                    page.wait_for_load_state()
                page.screenshot(path=TARGET / f"{name}-{width}.png", full_page=True)
                context.close()
        browser.close()
        server.shutdown()
    print(f"Look into {TARGET.relative_to(Path.cwd())}/" if TARGET.is_relative_to(Path.cwd()) else "Done")


if __name__ == "__main__":
    os.environ.setdefault("COPRODUCE_QUIET", "1")
    photograph(sys.argv[1] if len(sys.argv) > 1 else "")
