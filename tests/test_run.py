"""The runner of the suite counts what came of it, and never calls a bad end good."""

import pytest

from tests import run

pytestmark = pytest.mark.once

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped message="no Chromium here"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path):
    def make(text):
        (tmp_path / "report.xml").write_text(text)
        return tmp_path / "report.xml"

    return make


def test_it_counts(report):
    found = run.read("SQLite", report(REPORT), 1)
    assert (found.passed, found.failed, found.left_out) == (1, 2, ["SQLite: no Chromium here"])


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, -9])
def test_a_run_that_ended_badly_has_failed(report, code, capsys):
    assert run.read("SQLite", report("<testsuites/>"), code).failed == 1


def test_a_run_without_a_report_has_failed(tmp_path, capsys):
    assert run.read("SQLite", tmp_path / "none.xml", 0).failed == 1


@pytest.mark.parametrize(
    ("required", "code", "line"), [(True, 1, "5 passed, 1 failed"), (False, 0, "5 passed, 0 failed")]
)
def test_what_is_left_out_fails_only_where_all_is_required(monkeypatch, capsys, required, code, line):
    monkeypatch.setattr(run, "REQUIRE_ALL", required)
    monkeypatch.setattr(run, "on_sqlite", lambda: run.Run("SQLite", passed=3))
    monkeypatch.setattr(run, "on_postgres", lambda: run.Run("PostgreSQL", passed=2))
    monkeypatch.setattr(run, "in_a_browser", lambda: run.Run("Browser", left_out=["no browser"]))
    assert run.main() == code
    said = capsys.readouterr().out
    assert "Left out: no browser" in said
    assert said.splitlines()[-1] == line
