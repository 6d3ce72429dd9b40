"""The lines that code may not cross (pyproject.toml, tool.importlinter) are kept; and a breach of each is seen."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once

BREACHES = {
    "upwards": ("accounts/queries.py", "from coproduce.voting import rules as votes", "Features stand in one line"),
    "trunk to feature": ("audit.py", "from coproduce.accounts.models import Person", "Features stand in one line"),
    "attic": ("helpers.py", "ANYTHING = 1", "Features stand in one line"),
    "attic in a feature": ("accounts/utils.py", "ANYTHING = 1", "Rooms of a feature"),
    "queries to actions": ("accounts/queries.py", "from coproduce.accounts import actions", "Rooms of a feature"),
    "a rule that knows the database": ("accounts/rules.py", "import sqlalchemy", "Rules and policies"),
    "a policy that loads rows": (
        "accounts/policy.py",
        "from coproduce.accounts.models import Person",
        "Rules and policies",
    ),
    "an action that reads the request": ("accounts/actions.py", "from flask import request", "Only views, forms"),
    "another feature's form": (
        "voting/queries.py",
        "from coproduce.accounts.forms import SignOutForm",
        "Views and forms",
    ),
}


def lint(folder):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The program and its contracts, to plant breaches in."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "coproduce", folder / "coproduce", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_line_is_kept(copied):
    code, said = lint(copied)
    assert code == 0, said
    assert not re.search(r"\b[1-9]\d* broken", said)


def test_every_breach_is_seen(copied):
    """The control. All are planted at once: reading the program takes seconds."""
    kept = {}
    for number, (file, line, _) in enumerate(BREACHES.values()):
        path = copied / "coproduce" / file
        path = path.parent / "__init__.py" if path.is_dir() else path
        if not path.exists() and path.with_suffix("").is_dir():  # a room that has become a package
            path = path.with_suffix("") / "__init__.py"
        kept.setdefault(path, path.read_text() if path.exists() else None)
        before = kept[path] or ""
        now = path.read_text() if path.exists() else before
        path.write_text(f"{now}\n{line}  # {number}\n")
    try:
        code, said = lint(copied)
    finally:
        for path, text in kept.items():
            path.unlink() if text is None else path.write_text(text)
    assert code != 0
    for name, (_, _, contract) in BREACHES.items():
        assert re.search(rf"{contract}.* BROKEN", said), f"{name}: {said}"
    for crossing in ("helpers", "utils", "coproduce.voting.rules", "coproduce.accounts.actions", "sqlalchemy", "flask"):
        assert crossing in said
