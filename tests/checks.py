"""What must be true of every answer, whatever the test is about: `look_at` is called on each by tests/client.py.

A page is read as the web's own rules read it (html5lib, strict). Reading costs, so a page whose bare bones were
found good before is not read again: only its words are looked at.
"""

import gzip
import hashlib
import re
from html import unescape
from itertools import pairwise
from urllib.parse import urlsplit

import html5lib

NEEDED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEEDED_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
NEVER_SHOWN = (
    "Traceback (most recent",
    "sqlalchemy",
    "psycopg.errors",
    "sqlite3.",
    "<coproduce.",
    "&lt;coproduce.",
    "Undefined",
)
NOT_TYPED = {"hidden", "submit", "button", "reset", "image"}
POINTERS = (
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "aria-details",
    "for",
)
DEEDS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")
WHERE = {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "option": "select", "optgroup": "select"}


class Wrong(AssertionError):
    """An answer that some person could not use, or that tells too much."""


def look_at(response):
    """Fails the test when an answer lacks a header, or its page is not one that everybody can use."""
    path = response.request.path
    try:
        if path.startswith("/static/"):
            need(response.headers.get("X-Content-Type-Options") == "nosniff", "a file without nosniff")
            return
        look_at_headers(response)
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            need({"Cookie", "HX-Request"} <= set(response.vary), f"Vary is {response.headers.get('Vary')}")
            packed = response.content_encoding == "gzip"
            look_at_html(gzip.decompress(response.data).decode() if packed else response.text)
    except Wrong as wrong:
        raise Wrong(f"{response.request.method} {path} ({response.status_code}): {wrong}") from None


def look_at_headers(response):
    for name, value in NEEDED_HEADERS.items():
        need(response.headers.get(name) == value, f"{name} is {response.headers.get(name)!r}, not {value!r}")
    policy = response.headers.get("Content-Security-Policy", "")
    parts = {part.strip() for part in policy.split(";")}
    need(parts >= NEEDED_POLICY, f"Content-Security-Policy lacks {sorted(NEEDED_POLICY - parts)}")
    need("unsafe" not in policy and "*" not in policy, f"Content-Security-Policy is open: {policy}")
    need("Permissions-Policy" in response.headers, "no Permissions-Policy")
    need("Access-Control-Allow-Origin" not in response.headers, "other sites may read this")
    need("cookie" in {name.lower() for name in response.vary}, "no Vary: Cookie")
    if _has_session(response):
        need(response.headers.get("Cache-Control") == "no-store", "a personal answer may be kept by a cache")
    for cookie in response.headers.getlist("Set-Cookie"):
        need("HttpOnly" in cookie and "SameSite=Lax" in cookie, f"an open cookie: {cookie.partition('=')[0]}")


def _has_session(response):
    sent = response.request.environ.get("HTTP_COOKIE", "")
    return re.search(r"coproduce=[^;]{40,}", sent) is not None or "Set-Cookie" in response.headers


def look_at_html(html):
    """Everything about a page or a fragment that its HTML shows."""
    for secret in NEVER_SHOWN:
        need(secret not in html, f"it shows {secret!r}")
    whole = html.lstrip()[:9].lower() == "<!doctype"
    if whole:
        _look_at_title(html)
    _look_at_words(html)
    bones = hashlib.sha256(_bones(html).encode()).digest()
    if bones not in _found_good:
        Page(html, whole).look()
        _found_good.add(bones)


_found_good = set()
_TOKEN = re.compile(r'(name="csrf_token" value=|"?X-CSRFToken"?: ?)"[^"]*"')
_SHOWN_BETWEEN = re.compile(r">[^<]+<")
_VALUES = re.compile(r' (value|content|datetime|data-[a-z-]+)=(?:"[^"]*"|\'[^\']*\')')


def _bones(html):
    """The page without its words: what decides whether it is well made."""
    html = _TOKEN.sub(r"\1", html)
    return _SHOWN_BETWEEN.sub(_space_or_words, _VALUES.sub(r' \1=""', html))


def _space_or_words(found):
    return "> <" if found.group().strip("<>").isspace() else ">x<"


_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S)
_H1 = re.compile(r"<h1[ >].*?</h1>", re.S)
_TAG = re.compile(r"<[^>]*>")
_HIDDEN = re.compile(r"<(script|style|textarea|template)\b.*?</\1>", re.S)
_NOT_FILLED = re.compile(r"%\([a-z_]+\)[sd]|>\s*None\s*<|=\"None\"")


def _plain(html):
    return " ".join(unescape(_TAG.sub("", html)).split())


def _look_at_title(html):
    titles, headings = _TITLE.findall(html), _H1.findall(html)
    need(len(titles) == 1 and _plain(titles[0]), f"{len(titles)} titles")
    need(len(headings) == 1, f"{len(headings)} h1")
    title, heading = _plain(titles[0]), _plain(headings[0])
    heading = heading.strip(".").strip()
    starts = title.partition(": ")[2] if not title.startswith(heading) else title
    need(heading and starts.startswith(heading), f"the title {title!r} does not start with the h1 {heading!r}")


def _look_at_words(html):
    """Words that a program forgot to fill in."""
    found = _NOT_FILLED.search(_VALUES.sub("", _HIDDEN.sub("", html)))
    need(not found, f"a value was not filled in: {found and found.group()!r}")


class Page:
    """One page or fragment, read strictly."""

    def __init__(self, html, whole):
        self.whole = whole
        self.elements = []
        root = read(html, whole)
        self._walk(root, ())
        self.ids = [e.get("id") for e, _ in self.elements if e.get("id") is not None]

    def _walk(self, element, above):
        if not isinstance(element.tag, str):
            return
        self.elements.append((element, above))
        for child in element:
            self._walk(child, (*above, element))

    def named(self, *tags):
        return [(e, above) for e, above in self.elements if e.tag in tags]

    def look(self):
        if self.whole:
            self.look_at_frame()
        self.look_at_ids()
        self.look_at_scripts()
        self.look_at_addresses()
        self.look_at_forms()
        self.look_at_pictures()
        self.look_at_headings()

    def look_at_frame(self):
        (html, _), *_ = self.named("html")
        need(html.get("lang"), "html has no lang")
        need(html.get("dir") in {"ltr", "rtl"}, "html has no dir")
        need(len(self.named("main")) == 1, "there must be one main")

    def look_at_ids(self):
        twice = sorted({i for i in self.ids if self.ids.count(i) > 1})
        need(not twice, f"ids used twice: {twice}")
        need(all(i and not re.search(r"\s", i) for i in self.ids), "an id is empty or has a space")
        if not self.whole:
            return
        known = set(self.ids)
        for element, _ in self.elements:
            for name in POINTERS:
                lost = set((element.get(name) or "").split()) - known
                need(not lost, f"{element.tag} {name} points to nothing: {sorted(lost)}")
            href = element.get("href") or ""
            if element.tag == "a" and len(href) > 1 and href.startswith("#"):
                need(href[1:] in known, f"a link goes to {href}, which is not there")

    def look_at_scripts(self):
        need(not self.named("style"), "a style element")
        for element, _ in self.elements:
            if element.tag == "script":
                need(element.get("src") or element.get("type") == "application/json", "a script without src")
            for key, value in element.attrib.items():
                name = key if isinstance(key, str) else key[-1]
                need(not name.startswith(("on", "hx-on")), f"{name} on {element.tag}")
                need(name != "style", f"style= on {element.tag}")
                need(not value.lstrip().lower().startswith(("javascript:", "js:", "vbscript:")), f"script in {name}")

    def look_at_addresses(self):
        for element, above in self.elements:
            for name in ("src", "href", "action", "formaction", "data", "poster", *DEEDS):
                address = element.get(name)
                if address is None:
                    continue
                parts = urlsplit(address)
                need(parts.scheme in {"", "http", "https", "mailto", "tel"}, f"{name}={address!r}")
                outside = bool(parts.netloc) and parts.hostname not in {"localhost", "127.0.0.1"}
                if outside:
                    may = element.tag == "a" and name == "href" and _is_own(element, above)
                    need(may, f"{element.tag} {name} leaves this site: {address}")
        for element, above in self.elements:
            if any(element.get(name) for name in DEEDS):
                works = element.tag in {"form", "a"} or any(e.tag == "form" for e in above)
                need(works, f"{element.tag} acts only with script")

    def look_at_forms(self):
        labels = {e.get("for") for e, _ in self.named("label")}
        for form, _ in self.named("form"):
            need((form.get("method") or "").lower() in {"get", "post"}, "a form without a method")
            need(form.get("action"), "a form without an action")
            if form.get("method").lower() == "post":
                tokens = [e for e in form.iter("input") if e.get("name") == "csrf_token" and e.get("value")]
                need(tokens, f"the form to {form.get('action')} has no csrf_token")
        for element, above in self.named("input", "select", "textarea", "meter", "progress"):
            if element.get("type") in NOT_TYPED:
                continue
            named = element.get("aria-label") or element.get("aria-labelledby")
            named = named or any(e.tag == "label" for e in above) or element.get("id") in labels
            need(named, f"{element.tag} {element.get('name')!r} has no label")
        for element, above in self.named("button", "a", "summary"):
            need(_name_of(element), f"{element.tag} {element.get('href') or element.get('name')!r} has no words")
            need(not any(e.tag in {"a", "button"} for e in above), f"{element.tag} inside another control")

    def look_at_pictures(self):
        for element, above in self.elements:
            if element.tag == "img":
                need(element.get("alt") is not None, f"img {element.get('src')} has no alt")
            elif _is_svg(element) and not any(_is_svg(e) for e in above):
                titled = element.get("role") == "img" and (element.get("aria-label") or _has_title(element))
                hidden = element.get("aria-hidden") == "true" or any(e.get("aria-hidden") == "true" for e in above)
                need(hidden or titled, "an svg is neither hidden nor named")
            elif element.tag in {"video", "audio", "iframe", "object", "embed", "marquee", "blink"}:
                need(False, f"a {element.tag}")

    def look_at_headings(self):
        levels = [int(e.tag[1]) for e, _ in self.elements if e.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
        for one, following in pairwise(levels):
            need(following - one <= 1, f"an h{following} comes right after an h{one}")
        for element, _ in self.named("table"):
            need(any(True for _ in element.iter("th")), "a table without headings")


def read(html, whole=True):
    """The tree of a page or fragment. Fails on anything that a browser would have to guess at."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    try:
        if whole:
            return parser.parse(html)
        first = re.search(r"<([a-z0-9]+)", html)
        return parser.parseFragment(html, container=WHERE.get(first.group(1) if first else "", "div"))
    except html5lib.html5parser.ParseError as error:
        (line, column), code, values = parser.errors[-1]
        text = html.splitlines()[line - 1] if html.splitlines() else ""
        raise Wrong(f"not HTML: {code} {values} at line {line}: …{text[max(0, column - 80) : column + 20]}") from error


def need(is_so, otherwise):
    if not is_so:
        raise Wrong(otherwise)


def _is_own(element, above):
    """Somebody's own words, or a link that says that it goes elsewhere."""
    rel = set((element.get("rel") or "").split())
    around = any(e.get("data-own") is not None for e in (element, *above, *element.iter()))
    return around or bool(rel & {"external", "noopener", "noreferrer"})


def _name_of(element):
    pictures = [e.get("alt") or e.get("aria-label") or "" for e in element.iter() if isinstance(e.tag, str)]
    return "".join(element.itertext()).strip() or "".join(pictures) or element.get("aria-labelledby")


def _is_svg(element):
    return element.tag in {"svg", "{http://www.w3.org/2000/svg}svg"}


def _has_title(svg):
    return any(e.tag.rpartition("}")[2] == "title" for e in svg if isinstance(e.tag, str))
