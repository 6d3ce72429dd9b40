"""Two made-up languages, and the list of all that is said.

`xa` is English with every letter accented and two fifths longer; `xb` is written from right to left. Whatever is
still in plain letters when a page is shown in one of them was never marked for translation.

`make words` (python -m tests.languages) writes every message to coproduce/translations/coproduce.pot.
"""

import re
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from babel.support import NullTranslations
from jinja2 import Environment

from coproduce import words

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"say": None, "say_n": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2), "verb": (2,)}
LEFT_OUT = {"styleguide.html"}

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = str.maketrans(PLAIN, "àƀçđéƒğĥíĵķļɱñóþɋŕšţûṽŵẋýžÀƁÇĐÉƑĞĤÍĴĶĻṀÑÓÞɊŔŠŢÛṼŴẊÝŽ")
HEBREW = str.maketrans(PLAIN, "אבגדהוזחטיכלמנסעפצקרשתאבגד" * 2)
KEPT = re.compile(r"(\{[^{}]*\}|%\(\w+\)[sd]|%%|<[^>]*>|&\w+;)")  # values, and HTML inside a sentence
LONGER = 0.4


# -- what is said -------------------------------------------------------------------------------------------------


def messages():
    """(file, line, message or (one, many)) for every sentence of the program and of the templates."""
    for path in sorted((ROOT / "coproduce").rglob("*.py")):
        with path.open("rb") as file:
            for line, message, _, _ in extract("python", file, KEYWORDS):
                yield path.relative_to(ROOT), line, message
    env = template_reader()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".svg"} and path.name not in LEFT_OUT:
            for line, _, message in env.extract_translations(path.read_text()):
                yield path.relative_to(ROOT), line, message if isinstance(message, str) else pair(message)


def template_reader():
    env = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
    )
    env.install_null_translations(newstyle=True)
    return env


def pair(message):
    texts = tuple(text for text in message if isinstance(text, str))
    return texts if len(texts) > 1 else texts[0]


@cache
def said():
    """Every message once: an English text, or (one, many)."""
    return frozenset(message for _, _, message in messages() if message and all(message))


# -- made-up languages --------------------------------------------------------------------------------------------


def longer(text):
    return translated(text, ACCENTED) + filling(text)


def from_right_to_left(text):
    return translated(text, HEBREW)


def translated(text, letters):
    parts = KEPT.split(text)
    return "".join(part if KEPT.fullmatch(part) else part.translate(letters) for part in parts)


def filling(text):
    """Some more words, so that this is as long as the longest of the real languages."""
    wanted = max(1, round(LONGER * len(KEPT.sub("", text))))
    return "".join(" ẋ"[place % 6 > 0] for place in range(wanted))


class MadeUp(NullTranslations):
    """Knows only what is marked: anything else stays English, and is seen."""

    def __init__(self, change):
        super().__init__()
        self.known = {}
        for message in said():
            for text in (message,) if isinstance(message, str) else message:
                self.known[text] = change(text)

    def ugettext(self, message):
        return self.known.get(message, message)

    def ungettext(self, one, many, n):
        return self.known.get(one if n == 1 else many, one if n == 1 else many)


@cache
def made_up(code):
    return MadeUp({"xa": longer, "xb": from_right_to_left}[code])


LOCALES = {"xa": "el", "xb": "he"}


@contextmanager
def offered(*codes):
    """Offer these languages, as a landlord would."""
    for code in codes:
        words.install(code, name=code, locale=LOCALES[code], catalogue=made_up(code))
    try:
        yield
    finally:
        for code in codes:
            words.forget(code)
        words.speak(words.ENGLISH)


# -- plain letters that are left ----------------------------------------------------------------------------------

READ_OUT = ("aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt")
READ_OUT += ("hx-confirm", "hx-prompt", "label", "data-left", "data-over", "data-error-title", "data-said")
NOT_WORDS = {"script", "style", "code", "kbd", "samp", "template"}
LETTERS = re.compile(r"[A-Za-z]+")
VALUES = re.compile(r"\{\w*\}")


def english_left(root):
    """Texts of this tree (html5lib's) that still have plain letters, outside people's own words."""
    return [text for text in texts_of(root) if LETTERS.search(VALUES.sub("", text))]


def texts_of(element):
    """What is seen or read out, but not what is marked `data-own`."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in NOT_WORDS:
        return
    if element.get("data-own") is not None:
        return
    yield from (element.get(name) for name in READ_OUT if element.get(name))
    if element.tag == "input" and element.get("type") in {"submit", "button", "reset"}:
        yield element.get("value") or ""
    if element.text:
        yield element.text
    for child in element:
        yield from texts_of(child)
        if child.tail:
            yield child.tail


# -- for people who translate -------------------------------------------------------------------------------------


def catalogue():
    """Every message with the places where it is said. The same words make the same file."""
    found = Catalog(project="Coproduce", charset="utf-8", fuzzy=False)
    for path, line, message in messages():
        if message and all(message):
            found.add(message, locations=[(str(path), line)])
    return found


def template():
    file = BytesIO()
    write_po(file, catalogue(), width=100, omit_header=True, sort_output=True)
    return file.getvalue()


def main():
    path = words.CATALOGUES / "coproduce.pot"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(template())
    print(f"{len(said())} messages in {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
