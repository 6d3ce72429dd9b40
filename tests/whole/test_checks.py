"""The checks of every answer see what they are for: a good page passes, and each fault in it is found."""

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder, TestResponse

from coproduce import security
from tests import checks
from tests.checks import Wrong

pytestmark = pytest.mark.once

GOOD = """<!doctype html>
<html lang="en-GB" dir="ltr"><head><meta charset="utf-8"><title>Vote - Walsden</title></head><body>
<svg aria-hidden="true"><path d="M0 0"/></svg>
<main id="main"><h1>Vote</h1><img src="/x.png" alt="">
<form method="post" action="/vote"><input type="hidden" name="csrf_token" value="t">
<label for="a">Which?</label><input id="a" name="a" aria-describedby="hint"><p id="hint">One.</p>
<button>Send</button></form>
<p data-own><a href="https://example.org/">a neighbour's link</a> <a href="#main">up</a></p>
<a href="/more" hx-get="/more">More</a>
</main></body></html>"""

FAULTS = {
    "not HTML": ("<h1>Vote</h1>", "<h1>Vote</h1><p><div></p>"),
    "a stray end": ("</main>", "</b></main>"),
    "two h1": ("<h1>Vote</h1>", "<h1>Vote</h1><h1>Vote</h1>"),
    "a title of its own": ("<title>Vote", "<title>Ballot"),
    "no lang": (' lang="en-GB"', ""),
    "no dir": (' dir="ltr"', ""),
    "an id twice": ('<p id="hint">', '<p id="hint"></p><p id="hint">'),
    "no label": ('<label for="a">Which?</label>', ""),
    "a lost label": ('for="a"', 'for="b"'),
    "a lost description": ('id="hint"', 'id="other"'),
    "a lost link": ('href="#main"', 'href="#gone"'),
    "no method": (' method="post"', ""),
    "no action": (' action="/vote"', ""),
    "no token": ('<input type="hidden" name="csrf_token" value="t">', ""),
    "style in place": ("<h1>", '<h1 style="color:red">'),
    "a style element": ("<h1>", "<style>h1{}</style><h1>"),
    "script in place": ("<h1>", "<script>1</script><h1>"),
    "an event": ("<h1>", '<h1 onclick="x()">'),
    "an event of htmx": ("<h1>", '<h1 hx-on:click="x()">'),
    "a script address": ('href="/more"', 'href="javascript:x()"'),
    "a picture of elsewhere": ('src="/x.png"', 'src="https://example.org/x.png"'),
    "a form to elsewhere": ('action="/vote"', 'action="https://example.org/"'),
    "a link of ours to elsewhere": ("<p data-own>", "<p>"),
    "no alt": (' alt=""', ""),
    "an unnamed drawing": (' aria-hidden="true"', ""),
    "only with script": ('<a href="/more" hx-get="/more">More</a>', '<div hx-get="/more">More</div>'),
    "a trace": ("One.", "Traceback (most recent call last)"),
    "a database's words": ("One.", "(sqlalchemy.exc.OperationalError)"),
    "nothing filled in": ("One.", "<b>None</b>"),
    "a value left": ("One.", "Closes %(day)s"),
    "a level left out": ("<img", "<h3>x</h3><img"),
    "a button without words": ("<button>Send</button>", "<button></button>"),
    "a link without words": (">up<", "><"),
}


def test_a_good_page_passes():
    checks.look_at_html(GOOD)
    checks.look_at_html(GOOD.replace("<title>Vote", "<title>Error: Vote"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault):
    good, bad = FAULTS[fault]
    assert good in GOOD
    with pytest.raises(Wrong):
        checks.look_at_html(GOOD.replace(good, bad, 1))


FRAGMENT_FAULTS = {
    "not HTML": "<ul><li>One</ul></li>",
    "an id twice": '<li id="a">1</li><li id="a">2</li>',
    "no label": '<input name="a">',
    "no token": '<form method="post" action="/x"><button>Go</button></form>',
    "script in place": "<b onclick='x'>1</b>",
}


@pytest.mark.parametrize("fault", FRAGMENT_FAULTS)
def test_a_fault_in_a_fragment_is_found(fault):
    with pytest.raises(Wrong):
        checks.look_at_html(FRAGMENT_FAULTS[fault])


def test_a_good_fragment_passes():
    checks.look_at_html('<li id="a"><label>Words <input name="a"></label></li>')
    checks.look_at_html('<tr id="row-1"><td>1</td></tr>')


def answer(headers=None, cookie="", **changes):
    usual = {**security.HEADERS, "Vary": "Cookie, HX-Request", "Content-Type": "text/html", "Cache-Control": "no-cache"}
    request = EnvironBuilder(headers={"Cookie": cookie} if cookie else {}).get_request()
    kept = {name: value for name, value in (usual | (headers or {})).items() if value is not None}
    return TestResponse(iter([GOOD.encode()]), "200 OK", Response(headers=kept).headers, request)


def test_a_good_answer_passes():
    checks.look_at(answer())
    checks.look_at(answer({"Cache-Control": "no-store"}, cookie="coproduce=" + "x" * 60))


@pytest.mark.parametrize(
    "name", ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Vary", "Permissions-Policy"]
)
def test_a_missing_header_is_found(name):
    with pytest.raises(Wrong):
        checks.look_at(answer({name: None}))


def test_an_open_answer_is_found():
    for headers, cookie in (
        ({"Content-Security-Policy": security.POLICY + "; script-src 'self' 'unsafe-inline'"}, ""),
        ({"Access-Control-Allow-Origin": "*"}, ""),
        ({"Vary": "Cookie"}, ""),
        ({"Cache-Control": "no-cache"}, "coproduce=" + "x" * 60),
        ({"Set-Cookie": "coproduce=1; Path=/", "Cache-Control": "no-store"}, ""),
    ):
        with pytest.raises(Wrong):
            checks.look_at(answer(headers, cookie))
