"""Where one may be sent on to after signing in: a path of this site, and nothing that a browser reads otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce.web import LONGEST_PATH, safe_path
from tests.accounts.letters import newest_link

ELSEWHERE = [
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://EVIL.EXAMPLE",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2e%2e",
    "//evil.example:443/",
    "//user@evil.example",
    "//localhost@evil.example",
    "//[::1]",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/ /evil.example",
    "/\x0b/evil.example",
    "/\x7f/evil.example",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "\uff0f\uff0fevil.example",
    "/\uff0fevil.example",
    "/\ufe68evil.example",
    "/\u0085/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:ann@evil.example",
    "evil.example",
    "www.evil.example/",
    "evil.example/account",
    "@evil.example",
    ".evil.example",
    ":evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "%2f%2fevil.example",
    "http:evil.example",
    "https:/evil.example",
    "localhost//evil.example",
    "",
    "/" + "a" * LONGEST_PATH,
]
HERE = ["/", "/proposals/pets-at-walsden-12", "/votes/12?page=2", "/duties/?words=cats%20and%20dogs#results", "/a//b"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_another_site_is_never_gone_to(path):
    assert safe_path(path) is None


@pytest.mark.parametrize("path", HERE)
def test_a_page_of_ours_is(path):
    assert safe_path(path) == path


def test_nothing_is_nothing():
    assert safe_path(None) is None


@given(st.text(max_size=40).map(lambda text: "/" + text))
def test_what_is_gone_to_starts_with_one_slash_and_is_plain(path):
    safe = safe_path(path)
    assert safe is None or (safe[:2] != "//" and "\\" not in safe and safe.isascii() and safe.isprintable())


@pytest.mark.parametrize("path", [one for one in ELSEWHERE if one and "\x00" not in one])
def test_signing_in_never_ends_elsewhere(walsden, browse, path):
    visitor = browse()
    visitor.send("/account/sign-in", {"email": "asha@example.org"}, query_string={"next": path})
    assert "next" not in newest_link(walsden.asha)
    link = newest_link(walsden.asha).partition("?")[0]
    answer = visitor.send(link, query_string={"next": path})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_signing_in_leads_back_to_where_one_was(walsden, browse):
    visitor = browse()
    asked = visitor.get("/mine")
    assert asked.location == "/account/sign-in?next=/mine"
    visitor.send(asked.location, {"email": "asha@example.org"})
    assert visitor.send(newest_link(walsden.asha)).location == "/mine"


def test_a_query_comes_back_whole(walsden, browse):
    visitor = browse()
    wanted = "/duties/?words=cats%20and%20dogs&page=2"
    visitor.send("/account/sign-in", {"email": "asha@example.org"}, query_string={"next": wanted})
    assert visitor.send(newest_link(walsden.asha)).location == wanted
