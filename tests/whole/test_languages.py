"""Everything that is said can be said in another language: pages, problems, letters and the timeline."""

import re

import pytest
from jinja2.lexer import TOKEN_DATA
from sqlalchemy import select, update

from coproduce import audit, outbox, words
from coproduce.accounts.models import Person
from coproduce.db import db as database
from coproduce.db import transaction
from coproduce.words import Message, unpack
from tests import checks, languages
from tests.access_matrix import ROLES, rows
from tests.conftest import ROOT
from tests.languages import english_left

pytestmark = pytest.mark.once

CODES = ("xa", "xb")
TEMPLATES = ROOT / "templates"


@pytest.fixture(params=CODES)
def code(request):
    with languages.offered(request.param):
        yield request.param


@pytest.fixture
def abroad(whole, code):
    """The world, in which everybody reads this language."""
    with transaction():
        database.session.execute(update(Person).values(language=code))
    return whole


def look(answer, code):
    root = checks.read(answer.text, answer.text.lstrip()[:9].lower() == "<!doctype")
    left = english_left(root)
    assert left == [], f"{answer.request.method} {answer.request.path}: still in English"
    html = next(root.iter("html"), None)
    if html is not None:
        assert html.get("lang") == code
        assert html.get("dir") == {"xa": "ltr", "xb": "rtl"}[code]


def kinds_of(row, method):
    """Roles that get a page of this address: one of each status is enough to send a form as; all read it."""
    return [role for role in ROLES if 200 <= row.asks[method][role] < 300 or row.asks[method][role] >= 400]


FOR_PEOPLE = [row for row in rows("GET") if row.endpoint != "home.styleguide"]


@pytest.mark.parametrize("row", FOR_PEOPLE, ids=lambda row: row.name)
def test_every_page_is_in_the_readers_language(abroad, row, code):
    readers = kinds_of(row, "GET")
    for role in readers if code == "xa" else readers[-1:]:  # the other one is about the direction: one reader is enough
        answer = abroad.ask(role, row, "GET", headers={"Accept-Language": code})
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            look(answer, code)


@pytest.mark.parametrize("row", rows("POST"), ids=lambda row: row.name)
def test_what_is_wrong_with_a_form_is_in_the_readers_language(abroad, row, code):
    if code != "xa":
        return  # the sentences are the same; the page around them is looked at above
    seen = set()
    for role in kinds_of(row, "POST"):
        status = row.asks["POST"][role]
        if status in seen and status != 422:
            continue
        seen.add(status)
        answer = abroad.ask(role, row, "POST", headers={"Accept-Language": code})
        if answer.status_code >= 400 and answer.mimetype == "text/html":
            look(answer, code)


@pytest.mark.parametrize("path", ["/no-such-page", "/account/sign-out"])
def test_problems_are_in_the_readers_language(abroad, code, path):
    answer = abroad.browse("neighbour").get(path, headers={"Accept-Language": code})
    assert answer.status_code in {404, 405}
    look(answer, code)


def test_a_stale_form_is_in_the_readers_language(abroad, code):
    answer = abroad.browse("neighbour").post("/account/sign-out", headers={"Accept-Language": code})
    assert answer.status_code == 400
    look(answer, code)


# -- the timeline -------------------------------------------------------------------------------------------------


def test_every_sentence_of_the_timeline_can_be_translated(app):
    missing = [
        verb.sentence for verb in audit._verbs.values() if verb.sentence and verb.sentence not in languages.said()
    ]
    assert missing == []


def test_the_story_is_told_in_the_readers_language(whole, code, settings):
    with words.speaking(code):
        told = [
            str(audit.tell(row).words) for row in database.session.scalars(select(audit.Row).where(audit.Row.public))
        ]
    assert told
    assert [text for text in told if re.search(r"[A-Za-z]", text.replace(settings.landlord, ""))] == []


# -- letters ------------------------------------------------------------------------------------------------------


def own_texts(value):
    """People's own words among the facts of a letter: what stands there as plain text."""
    if isinstance(value, Message):
        yield from own_texts(dict(value.values))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from own_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from own_texts(item)


LINK = re.compile(r"https?://\S+|\S+@\S+|(?<=\s)/\S+")


def test_every_letter_is_in_the_readers_language(whole, code, settings):
    seen = set()
    for letter in database.session.scalars(select(outbox.Letter).order_by(outbox.Letter.id)):
        letter.language = code
        text = LINK.sub("", "\n".join(outbox.put_into_words(letter)))
        own = [*own_texts(unpack(letter.facts)), *own_texts(unpack(letter.secret)), settings.landlord, settings.name]
        for word in sorted({" ".join(text.split()) for text in own if text.strip()}, key=len, reverse=True):
            text = " ".join(text.split()).replace(word, "")
        assert not re.search(r"[A-Za-z]", text), f"letters/{letter.kind}.txt: {text}"
        seen.add(letter.kind)
    database.session.rollback()


def untranslated(env, text):
    """Words of a template that stand neither in `_()` nor in a trans block."""
    inside, left = False, []
    tokens = list(env.lexer.tokenize(text))
    for place, token in enumerate(tokens):
        after = tokens[place + 1].value if place + 1 < len(tokens) else ""
        if token.type == "block_begin":
            inside = True if after == "trans" else False if after == "endtrans" else inside
        if token.type == TOKEN_DATA and not inside:
            left.append(token.value)
    return left


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.txt")), ids=lambda path: path.stem)
def test_no_letter_has_words_outside_its_translations(app, path):
    """Also for letters that the world of these tests never sends."""
    left = " ".join(untranslated(app.jinja_env, path.read_text()))
    assert not re.search(r"[A-Za-z]", left), left


def test_the_control_words_outside_a_translation_are_seen(app):
    left = untranslated(app.jinja_env, "{% trans %}Dear{% endtrans %} neighbour, {{ _('hello') }}")
    assert "".join(left).strip() == "neighbour,"


def test_the_control_a_page_with_a_plain_sentence_is_seen():
    good = f"<p>{languages.longer('Vote now')} <b data-own>Asha</b></p>"
    assert english_left(checks.read(good, False)) == []
    for bad in ("<p>Vote now</p>", '<p><img alt="A cat" src="/x"></p>', '<p><input type="submit" value="Go"></p>'):
        assert english_left(checks.read(bad, False)), bad


# -- the catalogue ------------------------------------------------------------------------------------------------


def test_the_made_up_languages_keep_values_and_lose_letters():
    for message in languages.said():
        for text in (message,) if isinstance(message, str) else message:
            for change in (languages.longer, languages.from_right_to_left):
                new = change(text)
                assert sorted(languages.KEPT.findall(new)) == sorted(languages.KEPT.findall(text))
                assert not re.search(r"[A-Za-z]", languages.KEPT.sub("", new)), new


def test_the_template_for_translators_has_every_message():
    template = languages.template().decode()
    assert template.count("\nmsgid ") == len({m if isinstance(m, str) else m[0] for m in languages.said()})


def test_messages_are_whole_sentences():
    """No message begins or ends with a space: it would be glued to another."""
    glued = [m for m in languages.said() for text in ((m,) if isinstance(m, str) else m) if text != text.strip()]
    assert glued == []
