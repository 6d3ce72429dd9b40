"""`coproduce people export`."""

import json
import stat
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from coproduce import cli


@pytest.fixture
def run(app, walsden, db, monkeypatch):
    @contextmanager
    def inside():
        db.session.rollback()
        with app.app_context():
            yield app
            db.session.remove()

    monkeypatch.setattr(cli, "inside", inside)
    return lambda *words: CliRunner().invoke(cli.main, ["people", *map(str, words)])


def test_everything_about_somebody_is_written_out(run, tmp_path):
    said = run("export", "asha@example.org")
    assert said.exit_code == 0
    told = json.loads(said.stdout)
    assert told["person"][0]["full_name"] == "Asha Malik"
    assert told["way_in"][0]["value"] == "asha@example.org"
    assert "Joyce" not in said.stdout
    out = tmp_path / "asha.json"
    assert run("export", "asha@example.org", "--out", out).exit_code == 0
    assert json.loads(out.read_text()) == told
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_nobody_by_that_name_is_told(run):
    said = run("export", "nobody")
    assert said.exit_code == 1
    assert "Nobody has the number or email 'nobody'" in said.stderr
