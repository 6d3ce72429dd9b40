"""`make test`: the whole suite on SQLite, again on PostgreSQL, then in a real browser.

What this machine lacks is left out, in plain words; with COPRODUCE_REQUIRE_ALL=1 anything left out is a failure.
The last line is the sum of all: "N passed, N failed".
"""

import os
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

from tests import servers
from tests.browser.conftest import chromium

ROOT = Path(__file__).resolve().parent.parent
WORKERS = os.environ.get("COPRODUCE_TEST_WORKERS") or str(min(max(os.cpu_count() or 2, 2), 8))
SIDE_BY_SIDE = ("-n", WORKERS, "--dist", "worksteal")  # whoever is done first takes over what another has left
REQUIRE_ALL = os.environ.get("COPRODUCE_REQUIRE_ALL", "") not in {"", "0"}


@dataclass
class Run:
    """One run of pytest, and what came of it."""

    name: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0
    left_out: list[str] = field(default_factory=list)


def main():
    runs = [on_sqlite(), on_postgres(), in_a_browser()]
    print()
    for one in runs:
        print(f"{one.name}: {one.passed} passed, {one.failed} failed, in {one.seconds:.0f} seconds")
    left_out = [why for one in runs for why in one.left_out]
    for why in sorted(set(left_out)):
        print(f"Left out: {why}" + (f" ({left_out.count(why)} times)" if left_out.count(why) > 1 else ""))
    if left_out and REQUIRE_ALL:
        print("COPRODUCE_REQUIRE_ALL is set, so what was left out counts as failed.")
    failed = sum(one.failed for one in runs) + (len(left_out) if REQUIRE_ALL else 0)
    print(f"{sum(one.passed for one in runs)} passed, {failed} failed")
    return 1 if failed else 0


def on_sqlite():
    return suite("SQLite", "-m", "not browser", *SIDE_BY_SIDE, COPRODUCE_TEST_DATABASE="sqlite")


def on_postgres():
    """One server for all workers, each with databases of its own."""
    its_tools = os.environ.get("COPRODUCE_PG_BIN") or ("" if servers.is_given() else servers.tools())
    url = servers.postgres_url()
    if url is None:
        return Run("PostgreSQL", left_out=["the tests on PostgreSQL: set COPRODUCE_TEST_PG_URL to a server"])
    return suite(
        "PostgreSQL",
        "-m",
        "not browser",
        *SIDE_BY_SIDE,
        COPRODUCE_TEST_DATABASE="postgres",
        COPRODUCE_TEST_PG_URL=url,
        COPRODUCE_PG_BIN=its_tools,
    )


def in_a_browser():
    if chromium() is None:
        return Run("Browser", left_out=["the tests in a browser: set COPRODUCE_CHROMIUM to a Chromium"])
    return suite("Browser", "-m", "browser", *SIDE_BY_SIDE, COPRODUCE_TEST_DATABASE="sqlite")


def suite(name, *options, **settings):
    """Run pytest in a process of its own. What it prints is shown as it comes."""
    print(f"\n== {name} ==", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--show-capture=no", f"--junitxml={report}", *options, *sys.argv[1:]]
        began = time.monotonic()
        code = run(command, cwd=ROOT, env=os.environ | settings, check=False).returncode
        found = read(name, report, code)
        found.seconds = time.monotonic() - began
    return found


def read(name, report, code):
    """What the report says. A run that ended badly has failed even when no test says so."""
    found = Run(name)
    if report.exists():
        for case in ET.parse(report).getroot().iter("testcase"):
            kinds = {child.tag: child for child in case}
            if kinds.keys() & {"failure", "error"}:
                found.failed += 1
            elif "skipped" in kinds:
                found.left_out.append(f"{name}: {kinds['skipped'].get('message')}")
            else:
                found.passed += 1
    ended_well = code == 0 and found.passed
    if not ended_well and not found.failed:
        print(f"{name}: pytest ended with {code}.")
        found.failed = 1
    return found


if __name__ == "__main__":
    sys.exit(main())
