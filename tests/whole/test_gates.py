"""What may never stand in the program, its templates or its built files."""

import ast
import re
import tomllib

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once

PYTHON = sorted((ROOT / "coproduce").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
BUILT = sorted(
    path for path in (ROOT / "coproduce" / "static").rglob("*") if path.suffix in {".css", ".js", ".svg", ".json"}
)
SET_UP = [
    ROOT / name
    for name in ("Makefile", "pyproject.toml", "package.json", "requirements.lock", ".npmrc")
    if (ROOT / name).exists()
]

NOT_IN_PYTHON = {
    "unsafe reading": r"\bpickle\b|\bmarshal\b|yaml\.(load|unsafe_load|full_load)\(|\bshelve\b",
    "code from text": r"(?<![\w.])(eval|exec)\(|__import__\(",
    "a shell": r"shell=True|os\.system\(|os\.popen\(",
    "markup by hand": r"\bMarkup\((?![\"'][^\"']*[\"']\))",  # a plain text of our own is fine
    "SQL put together by hand": r"(?:sa\.)?\btext\(\s*f[\"']|execute\(\s*f[\"']",
    "a form without its guard": r"csrf\.exempt|csrf_exempt|WTF_CSRF_ENABLED",
    "everybody's random": r"(?<!\w)random\.(random|choice|randint|shuffle)\(",
    "the naive clock": r"datetime\.now\(\)|utcnow\(|date\.today\(",
}
# Where a rule above does not hold, and why.
MAY = {
    ("SQL put together by hand", "db.py"): "pragmas take no parameters",
    ("SQL put together by hand", "backups.py"): "names of our own tables, in SQLite's own words",
    ("SQL put together by hand", "checks.py"): "names of our own settings",
    ("markup by hand", "printing.py"): "a letter is a whole template of ours, rendered in its reader's language",
    ("markup by hand", "markup.py"): "what comes out of nh3 has been cleaned, and plain words are escaped by format",
    ("markup by hand", "room.py"): "a panel is a whole template of ours, rendered and escaped already",
}
NOT_IN_TEMPLATES = {
    "words that are not escaped": r"(?<!['\"])\|\s*safe\b|autoescape\s+false",
    "style in place": r"\sstyle\s*=|<style\b",
    "script in place": r"\son[a-z]+\s*=\s*[\"']|hx-on|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "another host": r"(?:src|action)\s*=\s*[\"'](?:https?:)?//|<(?!a\b)[a-z]+[^>]*\shref\s*=\s*[\"'](?:https?:)?//",
}
CROWN = r"GDS Transport|govuk-crest|govuk-frontend|crown\b"
REGISTRIES = (
    r"registry\.npmjs\.org|registry\.yarnpkg\.com|//pypi\.org|files\.pythonhosted\.org|--index-url|--extra-index-url"
)


def found(pattern, paths, may=()):
    for path in paths:
        text = path.read_text(errors="replace")
        if path.name in may:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if re.search(pattern, line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"


@pytest.mark.parametrize("what", NOT_IN_PYTHON)
def test_python_has_no(what):
    may = {name for rule, name in MAY if rule == what}
    assert list(found(NOT_IN_PYTHON[what], PYTHON, may)) == []


@pytest.mark.parametrize("what", NOT_IN_TEMPLATES)
def test_templates_have_no(what):
    pages = [path for path in TEMPLATES if path.suffix == ".html"]
    assert list(found(NOT_IN_TEMPLATES[what], pages)) == []


def test_nothing_wears_the_crown():
    assert list(found(CROWN, [*TEMPLATES, *BUILT])) == []


def test_no_registry_is_named():
    assert list(found(REGISTRIES, SET_UP)) == []


def test_built_files_ask_no_other_host():
    outside = r"url\(\s*[\"']?(?:https?:)?//|@import\s|sourceMappingURL"
    assert list(found(outside, [path for path in BUILT if path.suffix == ".css"])) == []


def test_the_database_file_is_opened_only_through_sqlite():
    """Closing any other handle on it would drop the locks of this process (docs/adr/0003): no open, no copy."""
    copying = r"shutil\.(copy|move)|send_file\(|\bopen\([^)]*(database|\.db\b)"
    assert list(found(copying, PYTHON, may={"backups.py", "assets.py", "static.py", "views.py"})) == []


CONTROLS = {
    "unsafe reading": "import pickle",
    "code from text": "eval(x)",
    "a shell": "run(x, shell=True)",
    "markup by hand": "return Markup(x)",
    "SQL put together by hand": 'execute(f"SELECT {x}")',
    "a form without its guard": "csrf.exempt(view)",
    "everybody's random": "random.choice(x)",
    "the naive clock": "datetime.now()",
    "words that are not escaped": "{{ x|safe }}",
    "style in place": '<p style="x">',
    "script in place": '<a onclick="x">',
    "another host": '<img src="https://example.org/x.png">',
}


@pytest.mark.parametrize("what", [*NOT_IN_PYTHON, *NOT_IN_TEMPLATES])
def test_the_control_each_gate_sees_what_it_is_for(what):
    assert re.search((NOT_IN_PYTHON | NOT_IN_TEMPLATES)[what], CONTROLS[what])


# -- words that can be translated ---------------------------------------------------------------------------------

SAYERS = {"say": 1, "say_n": 2}


def sayings():
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYERS:
                yield path, node


def test_every_message_is_a_plain_sentence():
    """A sentence that is put together while the program runs is found by nobody who translates."""
    for path, node in sayings():
        if path.name == "words.py":
            continue
        for argument in node.args[: SAYERS[node.func.id]]:
            is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            assert is_text, f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:100]}"


def test_every_value_of_a_message_is_given():
    for path, node in sayings():
        named = {keyword.arg for keyword in node.keywords}
        if None in named or path.name == "words.py":
            continue
        named |= {"n"} if node.func.id == "say_n" else set()
        texts = [a.value for a in node.args[: SAYERS[node.func.id]] if isinstance(a, ast.Constant)]
        needed = {name for text in texts for name in re.findall(r"\{(\w+)", text)}
        assert needed <= named, f"{path.relative_to(ROOT)}:{node.lineno}: {needed - named}"


# -- sizes --------------------------------------------------------------------------------------------------------


def test_there_is_no_attic():
    """No `utils`, `helpers`, `common`, `misc` or `manager` anywhere."""
    attic = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "services", "service"}
    assert [path for path in [*PYTHON, *TEMPLATES] if path.stem in attic or path.parent.name in attic] == []


def test_every_dependency_is_locked_with_its_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text().split("\n")
        pins = [n for n, line in enumerate(lines) if re.match(r"[a-z0-9].*==", line)]
        assert pins
        for number in pins:
            assert "--hash=sha256:" in "".join(lines[number : number + 2]), lines[number]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
