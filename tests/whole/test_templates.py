"""Every template is there and used, and every block that is sent alone can stand alone."""

import ast
import re
from functools import cache

import pytest
from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from tests.conftest import ROOT

pytestmark = pytest.mark.once

FOLDER = ROOT / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
PYTHON = sorted((ROOT / "coproduce").rglob("*.py"))
SHOWN_TO_US_ONLY = {"styleguide.html"}
FRAME = ("base.html", "components/", "errors/")  # these may import and set on top: no block of theirs is sent alone


@cache
def trees():
    return [ast.parse(path.read_text()) for path in PYTHON]


@cache
def texts():
    """Every text that stands in the program."""
    return {
        n.value for tree in trees() for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


def pages():
    """(template, fragment) of every `page(...)` in the program whose names are plain texts."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "page":
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                fragment = node.args[1] if len(node.args) > 1 else named.get("fragment")
                if node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value, fragment.value if isinstance(fragment, ast.Constant) else None


def parsed(app, name):
    return app.jinja_env.parse((FOLDER / name).read_text(), name)


def html():
    return [name for name in NAMES if name.endswith(".html")]


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith((".html", ".txt"))])
def test_it_can_be_read(app, name):
    try:
        app.jinja_env.get_template(name)
    except TemplateSyntaxError as error:
        pytest.fail(f"{name}:{error.lineno}: {error.message}")


def test_every_template_that_is_asked_for_is_there():
    wanted = {template for template, _ in pages()} | {name for name in texts() if re.fullmatch(r"[\w/]+\.html", name)}
    assert sorted(wanted - set(NAMES)) == []


def test_every_template_is_used(app):
    used = texts() | {f"letters/{kind}.txt" for kind in texts()} | SHOWN_TO_US_ONLY
    for name in html() + [n for n in NAMES if n.endswith(".txt")]:
        tree = parsed(app, name)
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            used |= {part.value for part in node.template.find_all(nodes.Const)} | {getattr(node.template, "value", "")}
    drawn = {name for name in NAMES if name.startswith("components/drawings/")}
    assert sorted(set(NAMES) - used - drawn) == []


def test_every_fragment_is_a_block_of_its_template(app):
    for template, fragment in set(pages()):
        if template in NAMES and fragment:
            blocks = {block.name for block in parsed(app, template).find_all(nodes.Block)}
            assert fragment in blocks, f"{template} has no block {fragment!r}"


def test_no_template_imports_or_sets_outside_its_blocks(app):
    """A block that is sent alone would not see it."""
    for name in html():
        if name.startswith(FRAME) or name in SHOWN_TO_US_ONLY:
            continue
        on_top = [n for n in parsed(app, name).body if isinstance(n, (nodes.Import, nodes.FromImport, nodes.Assign))]
        extends = any(isinstance(n, nodes.Extends) for n in parsed(app, name).body)
        assert not (on_top and extends), f"{name}:{on_top[0].lineno}"


def test_every_page_stands_in_the_frame(app):
    sent = {template for template, _ in pages()}
    for name in sent & set(html()):
        assert any(isinstance(n, nodes.Extends) for n in parsed(app, name).body), f"{name} extends nothing"


def test_every_letter_has_its_words(app):
    """A letter's kind is a template; the first line is its subject, and it speaks plainly, without HTML."""
    for name in NAMES:
        if name.startswith("letters/"):
            text = (FOLDER / name).read_text()
            assert text.splitlines()[0].strip(), f"{name} begins with an empty line: no subject"
            assert not re.search(r"</?[a-z]+>", text), f"{name} has HTML"
