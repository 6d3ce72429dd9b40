"""Whatever is sent to a form: never a 500, nothing half kept, and on a page that says no, what was typed is there.

The forms are found by reading the pages: a new form is tried as soon as its route has a row in
tests/access_matrix.py and a page shows it.
"""

import io
from html import unescape
from urllib.parse import quote, urlsplit

import pytest

from tests import checks
from tests.access_matrix import rows
from tests.conftest import ENGINE, LONG_RUN, Notebook

FINE = {303, 400, 403, 404, 409, 413, 422, 429}
TYPED_IN = {None, "text", "email", "tel", "url", "search", "number", "password"}
LONG = "Bins before seven wake the street. " * 300  # more than 10,000 letters
BIGGEST = 10_000_000

# What is typed into one field, as it travels: percent-encoded bytes.
PAYLOADS = {
    "nothing": "",
    "very long": quote(LONG),
    "one long word": "W" * 10_001,
    "spaces only": "%20%09%20",
    "zero-width only": "%E2%80%8B%E2%80%8B",
    "NUL": "a%00b",
    "half a character": "a%ED%A0%80b",
    "not UTF-8": "a%FF%FE%80b",
    "right-to-left override": "a%E2%80%AEb",
    "a line break": "a%0D%0Ab%0Ac",
    "markup": quote(
        "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} %s {x} "
        "[here](javascript:alert(1)) ![](https://evil.example/x.png) [a][b] `</p>` ***_~~x"
    ),
    "emoji family and letters that look like others": quote("\U0001f468\u200d\U0001f469\u200d\U0001f467 Аѕha Маlіk"),
    "huge number": "9" * 400,
    "below nought": "-1",
    "not a number": "NaN",
    "strange digits": quote("٣٤"),
    "a path": quote("../../../etc/passwd"),
    "a formula": quote('=HYPERLINK("http://evil.example","x")'),
}
WORST = ("very long", "NUL", "markup")
TOGETHER = ("very long", "NUL", "half a character", "not UTF-8", "right-to-left override", "markup", "huge number")


class Shown:
    """One form as a page shows it: its fields, what is filled in, and which of them keep any text."""

    def __init__(self, form=None):
        self.filled, self.kept = [], []
        for element in [] if form is None else form.iter():
            if element.tag in {"textarea", "input", "select"} and element.get("name") not in {None, "csrf_token"}:
                self.take(element, element.get("name"))

    def take(self, element, name):
        kind = "select" if element.tag == "select" else element.get("type")
        if kind == "select":
            options = [option.get("value") or "" for option in element.iter("option")]
            self.filled.append((name, options[-1] if options else ""))
        elif kind in TYPED_IN:
            if kind not in {"number", "password"} and element.get("inputmode") != "numeric":  # a secret is not shown
                self.kept.append(name)
            text = element.get("value") or "".join(element.itertext()).strip("\n")
            self.filled.append((name, text or "12"))
        elif kind != "radio" or name not in dict(self.filled):
            self.filled.append((name, element.get("value") or "on"))

    @property
    def names(self):
        return list(dict.fromkeys(name for name, _ in self.filled))

    def body(self, token, change):
        """The form with some fields changed, as bytes on the wire."""
        parts = [f"csrf_token={quote(token)}"]
        for name, value in self.filled:
            parts.append(f"{quote(name)}={change[name] if name in change else quote(value)}")
        return "&".join(parts).encode()


def forms_in(html):
    root = checks.read(html, html.lstrip()[:9].lower() == "<!doctype")
    return [form for form in root.iter("form") if (form.get("method") or "").lower() == "post"]


def goes_to(form):
    """The addresses that this form can be sent to: its own, and those of its buttons."""
    addresses = [form.get("action"), *(element.get("formaction") or "" for element in form.iter("button"))]
    return {urlsplit(address).path for address in addresses}


@pytest.fixture(scope="module")
def seen():
    return {}


class Forms:
    """The forms that a role meets, by the address that each goes to: each page is asked for once, when needed."""

    def __init__(self, whole, role):
        self.whole, self.role, self.by_address = whole, role, {}
        self.pages = (
            whole.ask(role, row, method)
            for method in ("GET", "POST")
            for row in rows(method)
            if row.asks[method][role] == 200
        )

    def read(self, answer):
        if answer.mimetype == "text/html" and answer.status_code in {200, 422}:
            for form in forms_in(answer.text):
                found = Shown(form)
                for address in goes_to(form):
                    before = self.by_address.get(address)
                    if before is None or len(found.filled) > len(before.filled):
                        self.by_address[address] = found

    def to(self, row):
        """The form that goes to this row's address: on the page it comes back on, or on any other; None: on none."""
        address = urlsplit(row.path(self.whole.world)).path
        self.read(self.whole.ask(self.role, row, "POST"))
        self.whole.put_back()
        while address not in self.by_address:
            answer = next(self.pages, None)
            if answer is None:
                return None
            self.read(answer)
        return self.by_address[address]


def shown(whole, seen, row, role):
    if role not in seen:
        seen[role] = Forms(whole, role)
    seen[role].whole = whole
    return seen[role].to(row)


def sender(whole, row):
    """A role whose form is read; else one who may press the button; None where nobody may."""
    return whole.somebody_who_gets(row, "POST", (422,)) or whole.somebody_who_gets(row, "POST", (200, 303))


def send(visitor, path, body, content_type="application/x-www-form-urlencoded"):
    visitor.keep_token()
    return visitor.post(path, data=body, content_type=content_type)


def fails_well(whole, answer, before, what):
    """As it must be: said no, and nothing changed; or kept, and the world is put back for the next."""
    assert answer.status_code in FINE | {200}, f"{what}: {answer.status_code}"
    assert not Notebook.errors, f"{what}: {Notebook.errors[0]['event']}"
    changed = whole.has_changed(before)
    assert not changed or answer.status_code == 303, (
        f"{what}: refused ({answer.status_code}), and yet the database changed"
    )
    if changed:
        whole.put_back()


@pytest.mark.parametrize("row", rows("POST"), ids=lambda row: row.name)
def test_whatever_is_typed(whole, row, seen):
    role = sender(whole, row)
    if role is None:
        return
    form = shown(whole, seen, row, role)
    path, visitor, before = row.path(whole.world), whole.browse(role), whole.mark()
    if form is None:
        assert row.asks["POST"][role] == 303, f"no page shows the form that goes to {path}"
        form = Shown()
    whole_table = form.kept[:1]  # the other fields get the worst of it: each alone in the long run, together in any
    alone = form.names if LONG_RUN else whole_table
    for name in alone if ENGINE == "sqlite" else []:  # what a database may choke on comes below
        for what in PAYLOADS if name in whole_table else WORST:
            answer = send(visitor, path, form.body(visitor.token(), {name: PAYLOADS[what]}))
            fails_well(whole, answer, before, f"{name}: {what}")
            if answer.status_code == 422 and what == "very long" and name in form.kept:
                assert LONG[:60].lower() in unescape(answer.text).lower(), f"{name}: what was typed is gone"
    for what in TOGETHER:
        answer = send(visitor, path, form.body(visitor.token(), dict.fromkeys(form.names, PAYLOADS[what])))
        fails_well(whole, answer, before, f"everywhere: {what}")


def most_taken(whole, row):
    """More than this address takes, also where it takes files."""
    return max(BIGGEST, getattr(whole.app.view_functions[row.endpoint], "takes", 0)) + 1


# What is too large is refused before it is known which view it is for: one of each feature, and those that take files.
FIRST_OF_EACH = [
    row
    for at, row in enumerate(rows("POST"))
    if row.endpoint == "roll.send"
    or all(row.endpoint.partition(".")[0] != other.endpoint.partition(".")[0] for other in rows("POST")[:at])
]


@pytest.mark.once  # none of it comes as far as a database
@pytest.mark.parametrize("row", rows("POST"), ids=lambda row: row.name)
def test_whatever_is_sent(whole, row, seen):
    """Bodies that no form makes."""
    role = sender(whole, row)
    if role is None:
        return
    form = shown(whole, seen, row, role) or Shown()
    path, visitor, before = row.path(whole.world), whole.browse(role), whole.mark()
    token = visitor.token()
    field = form.names[0] if form.names else "words"
    plain = form.body(token, {})
    bodies = {
        "each field twice": plain + b"&" + plain,
        "fields inside fields": plain + b"".join(b"&a" + b"[b]" * 200 + b"=1" for _ in range(20)),
        "columns of tables": plain + b"&id=1&person_id=1&stage=done&state=shown&role=administrator&public_name=x",
        "broken percent signs": plain + b"&%=%&%zz=%1",
        "no fields": f"csrf_token={quote(token)}".encode(),
    }
    if row in FIRST_OF_EACH:
        bodies["60,000 fields"] = plain + b"&a=1" * 60_000
    for what, body in bodies.items():
        fails_well(whole, send(visitor, path, body), before, what)
    for what, body, kind in (
        ()
        if row not in FIRST_OF_EACH
        else (
            ("10 MB", plain + f"&{field}=".encode() + b"x" * BIGGEST, "application/x-www-form-urlencoded"),
            ("too much in parts", b"x" * most_taken(whole, row), "multipart/form-data; boundary=b"),
        )
    ):
        answer = send(visitor, path, body, kind)
        assert answer.status_code == 413, f"{what}: {answer.status_code}"
        assert not whole.has_changed(before)
    for what, body, kind in (
        ("deep JSON", b"[" * 100_000, "application/json"),
        (
            "parts without an end",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
            "multipart/form-data; boundary=b",
        ),
        ("no content type", plain, ""),
        ("UTF-16", plain.decode().encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    ):
        fails_well(whole, send(visitor, path, body, kind), before, what)
    file = {"csrf_token": token, field: (io.BytesIO(b"\x89PNG\r\n\x00"), "../../x.png")}
    visitor.keep_token()
    fails_well(whole, visitor.post(path, data=file), before, "a file where words belong")


ODD_QUERIES = (
    "page=-1&words=%00&next=//evil.example&place=9223372036854775808&stage=nonsense",
    "page=99999999999999999999&words=%ED%A0%80&next=https://evil.example&place=-1&version=-1&reply_to=%D9%A3",
    "page=%D9%A3&words=%FF&sort=id;drop&place=0&to=9223372036854775808&reply_to=9223372036854775808",
    "page=abc&page=2&words=_%25%5C%27%22%3B--&area=nonsense&level=nonsense&show=nonsense&place=abc",
    "page=0&words=" + "x" * 3000 + "&a[]=1&%00=%00&stand=nonsense&reply_to=-1",
    "page=9999&words=%E2%80%AE&next=/%5Cevil.example&place=99999999&sort=oldest&to=%00",
)


@pytest.mark.parametrize("row", rows("GET"), ids=lambda row: row.name)
def test_whatever_is_asked_in_the_address(whole, row):
    role = whole.somebody_who_gets(row, "GET")
    if role is None:
        return
    visitor, path = whole.browse(role), row.path(whole.world).partition("?")[0]
    for number, query in enumerate(ODD_QUERIES):
        ask = visitor.fragment if number % 3 == 2 else visitor.get
        answer = ask(f"{path}?{query}")
        assert answer.status_code in {200, 303, 400, 404, 422}, f"{query}: {answer.status_code}"
        assert "evil.example" not in answer.headers.get("Location", "").partition("?")[0]
        assert not Notebook.errors, f"{query}: {Notebook.errors[0]['event']}"
