"""Signing in with the landlord's own account, against a small provider on this machine."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt
from sqlalchemy import select

from coproduce import db as database
from coproduce import sso
from coproduce.accounts.models import WayIn
from coproduce.accounts.rules import WayInKind
from tests.client import Visitor

KEY = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
CLIENT = "coproduce"

pytestmark = pytest.mark.once  # what is new in it is between us and the provider


class Provider(HTTPServer):
    """Discovery, a token for each code it gave out, and its keys. `claims` and `key` may be spoilt by a test."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Doors)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.asked, self.claims, self.key, self.away = {}, {}, KEY, False

    def agree(self, address, **claims):
        """The person signs in at the provider: gives the query that the browser is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "denise-1", "exp": now + 60, "iat": now}
        usual |= {"nonce": asked["nonce"], "email": "denise@landlord.example", "email_verified": True}
        self.claims[code] = usual | claims
        return {"code": code, "state": asked["state"]}


class Doors(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, facts, status=200):
        body = json.dumps(facts).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        at = self.server.issuer
        if self.path == "/.well-known/openid-configuration":
            doors = {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token"}
            self.answer(doors | {"issuer": at, "jwks_uri": f"{at}/keys"})
        elif self.path == "/keys":
            self.answer({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code = form["code"][0]
        asked = self.server.asked.pop(code, None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=")
        if self.server.away or asked is None or asked["code_challenge"] != challenge.decode():
            self.answer({"error": "invalid_grant"}, 400)
            return
        token = jwt.encode({"alg": "RS256", "kid": "one"}, self.server.claims[code], self.server.key)
        self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider():
    made = Provider()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    sso._doors.clear()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def visitor(another_app, walsden, provider):
    app = another_app(sso_issuer=provider.issuer, sso_client_id=CLIENT, sso_client_secret="s")
    app.test_client_class = Visitor
    return app.test_client


def go(visitor, provider, **claims):
    """To the provider and back. Gives the answer to the button."""
    there = visitor.get("/account/work?next=/roll/")
    back = provider.agree(there.location, **claims)
    assert "Your work account says" in visitor.get("/account/work/back", query_string=back).text
    return visitor.send("/account/work/back", back)


def test_a_colleague_signs_in_and_still_gives_the_second_code(visitor, provider, walsden):
    browser = visitor()
    assert "my work account" in browser.get("/account/sign-in").text
    answer = go(browser, provider)
    assert answer.location == "/account/second-code?next=/roll/"
    assert browser.get("/roll/").status_code == 403
    way = database.db.session.scalars(select(WayIn).where(WayIn.kind == WayInKind.SINGLE_SIGN_ON)).one()
    assert (way.person_id, way.value) == (walsden.denise.id, f"{provider.issuer} denise-1")


def test_the_second_time_the_name_that_never_changes_is_enough(visitor, provider):
    go(visitor(), provider)
    assert go(visitor(), provider, email="new-name@landlord.example").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "asha@example.org"},  # a resident without a role
        {"email": "nobody@landlord.example"},
        {"email_verified": False},
        {"email": None},
    ],
)
def test_who_holds_no_role_is_not_let_in(visitor, provider, claims):
    answer = go(visitor(), provider, **claims)
    assert answer.status_code == 422
    assert "holds no role here yet" in answer.text


@pytest.mark.parametrize(
    "claims", [{"iss": "https://evil.example"}, {"aud": "another site"}, {"nonce": "of another"}, {"exp": 1_000_000}]
)
def test_a_token_that_is_not_for_us_is_refused(visitor, provider, claims):
    answer = go(visitor(), provider, **claims)
    assert answer.status_code == 422
    assert "did not say who you are" in answer.text


def test_a_token_signed_by_somebody_else_is_refused(visitor, provider):
    provider.key = OTHER_KEY
    assert "did not say who you are" in go(visitor(), provider).text


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(visitor, provider):
    """Somebody slips their own answer into another person's browser."""
    thief, victim = visitor(), visitor()
    back = provider.agree(thief.get("/account/work").location)
    assert "did not say who you are" in victim.send("/account/work/back", back).text
    victim.get("/account/work")
    assert "did not say who you are" in victim.send("/account/work/back", back).text


def test_an_answer_works_once(visitor, provider):
    browser = visitor()
    there = browser.get("/account/work")
    back = provider.agree(there.location)
    assert browser.send("/account/work/back", back).status_code == 303
    assert browser.send("/account/work/back", back).status_code == 422


def test_a_provider_that_is_away_is_told(visitor, provider):
    browser = visitor()
    provider.away = True
    assert go(browser, provider).status_code == 422
    provider.server_close()
    provider.shutdown()
    sso._doors.clear()
    answer = browser.get("/account/work")
    assert answer.location == "/account/sign-in"
    assert "does not answer" in browser.get("/account/sign-in").text


def test_there_is_no_such_way_where_the_landlord_has_none(walsden, browse):
    assert "work account" not in browse().get("/account/sign-in").text
    assert browse().get("/account/work").status_code == 404
