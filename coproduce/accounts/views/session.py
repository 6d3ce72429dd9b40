"""What a browser carries: the cookie of one sign-in, and the mark of a browser that an account knows."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadData, URLSafeSerializer

from coproduce import clock, config
from coproduce.accounts import actions, queries
from coproduce.accounts.rules import STRANGER, Standing
from coproduce.web import go, tell
from coproduce.words import Message, say

# A colleague's sign-in is worth more to a thief than a resident's: docs/security.md has the reasons.
LASTS = {True: timedelta(hours=12), False: timedelta(days=30)}
IDLE = {True: timedelta(hours=2), False: timedelta(days=14)}
KNOWN_FOR = timedelta(days=400)
MOST_KNOWN = 10  # people who share one computer


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds: one sign-in. Its id is the cookie's secret, never the person's number."""

    def __init__(self, secret: str, standing: Standing) -> None:
        self.secret = secret
        self.standing = standing

    def get_id(self) -> str:
        return self.secret


class Stranger(AnonymousUserMixin):  # type: ignore[misc]
    standing = STRANGER


def remember_people(app: Flask) -> None:
    """Let Flask-Login find who is signed in by the row of their sign-in."""
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Stranger
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)  # it would ask the database for every error page too


def _load(secret: str) -> SignedIn | None:
    found = queries.signed_in_as(actions.hash_of(secret))
    if found is None:
        return None
    row, standing = found
    is_trusted = standing.is_trusted or standing.needs_code
    last_used = session.get("used", 0)
    now = clock.now()
    if now - row.made_at > LASTS[is_trusted] or now.timestamp() - last_used > IDLE[is_trusted].total_seconds():
        return None
    if now.timestamp() - last_used > 60:
        session["used"] = int(now.timestamp())
    return SignedIn(secret, standing)


def remember(secret: str, *, known_as: str = "") -> None:
    """Begin a new session for this sign-in: nothing of the one before is kept. `known_as` is what was typed to sign
    in: this browser is known to that account from now on."""
    session.clear()
    session.permanent = True
    session["used"] = int(clock.now().timestamp())
    login_user(SignedIn(secret, STRANGER))
    if known_as:
        _know_browser(known_as)


def my_sign_in() -> str:
    """The secret of the sign-in that this request came with."""
    return str(current_user.get_id())


def end_this_sign_in(*, why: str) -> None:
    """End the row of this browser's sign-in, so that a copy of its cookie is dead too."""
    secret = session.get("_user_id")
    if secret:
        actions.end_sign_in(secret, why=why)


def signed_in_now(secret: str, next_path: str | None, *, known_as: str = "") -> ResponseReturnValue:
    """Go on as the person who has just signed in: to the second code first, where they have a role."""
    end_this_sign_in(why="signed in again")
    remember(secret, known_as=known_as)
    tell(say("You are signed in."))
    found = queries.signed_in_as(actions.hash_of(secret))
    if found and found[1].needs_code:
        return go(url_for("accounts.second_code", next=next_path))
    return go(next_path or url_for("home.index"))


def signed_out(message: Message) -> ResponseReturnValue:
    logout_user()
    session.clear()
    tell(message)
    response = current_app.make_response(go(url_for("home.index")))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def device() -> str:
    """A word for the device, from what the browser says of itself: enough to know one's own phone by. Or nothing."""
    agent = request.user_agent.string
    kinds = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac": "Mac"}
    return next((name for word, name in kinds.items() if word in agent), "")


def origin() -> str:
    """The network address that this request came from."""
    return request.remote_addr or ""


# -- browsers that an account knows -------------------------------------------------------------------------------


def _cookie_name() -> str:
    return "__Host-coproduce-known" if current_app.config["SESSION_COOKIE_SECURE"] else "coproduce-known"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(config.chosen().secret_key, salt="a browser that an account knows")


def _known() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadData:
        return {"id": "", "who": []}
    return found if isinstance(found, dict) and {"id", "who"} <= found.keys() else {"id": "", "who": []}


def browser_of(who: str) -> str:
    """The mark of this browser, when this account has signed in on it before; else nothing."""
    known = _known()
    return str(known["id"]) if actions.mark_of(f"known as {who}")[:16] in known["who"] else ""


def _know_browser(who: str) -> None:
    known = _known()
    mark = actions.mark_of(f"known as {who}")[:16]
    marks = [mark, *(one for one in known["who"] if one != mark)][:MOST_KNOWN]
    value = _signer().dumps({"id": known["id"] or secrets.token_hex(8), "who": marks})

    @after_this_request
    def _(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            str(value),
            max_age=int(KNOWN_FOR.total_seconds()),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response
