"""`coproduce duties`: load, export, import."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from coproduce import cli
from coproduce.duties import queries


@pytest.fixture
def run(app, db, monkeypatch):
    @contextmanager
    def inside():
        db.session.rollback()
        with app.app_context():
            yield app
            db.session.remove()

    monkeypatch.setattr(cli, "inside", inside)

    def command(*words, status=0):
        result = CliRunner().invoke(cli.main, ["duties", *map(str, words)])
        assert result.exit_code == status, result.output
        db.session.rollback()
        db.session.expunge_all()
        return result.stderr if status else result.stdout

    return command


def test_load_export_and_import(run, tmp_path, db):
    assert run("load") == "109 duties were added.\n"
    assert run("load") == "0 duties were added.\n"
    out = tmp_path / "register.json"
    run("export", "--format", "json", "--out", out)
    assert run("export").encode() == out.read_bytes()
    assert json.loads(out.read_bytes()) == queries.export()
    assert run("import", out) == "0 duties and 0 versions were added.\n"


def test_a_bad_file_is_told_line_by_line(run, tmp_path):
    run("load")
    given = queries.export()
    given["duties"][0]["area"] = "dogs"
    given["duties"][1]["versions"][0]["level"] = "must"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(given))
    lines = run("import", bad, status=1).splitlines()
    assert lines[0] == "Nothing was taken in."
    assert lines[1].startswith('Row 1 (PET-01), "area"')
    assert lines[2].startswith('Row 2 (PET-02), version 1, "level"')


def test_a_file_that_is_no_register_is_refused(run, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff\xfe")
    assert "This file is not in UTF-8." in run("import", bad, status=1)
