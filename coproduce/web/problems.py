"""What a person sees when something cannot be done: what happened, what to do, and everything they typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError, generate_csrf
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException

from coproduce import db
from coproduce.errors import Conflict, NotFound, Refused
from coproduce.web import wants_fragment
from coproduce.words import Message, say

log = structlog.get_logger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
NOT_KEPT = {"csrf_token", "token", "code", "secret", "password", "passphrase"}
CANNOT_BE_READ = 413  # what was sent is too much to take in, so there is nothing to show again
BUSY = (
    say("We are busy for a moment"),
    say("Nothing is lost. Wait a few seconds, then press Try again."),
)
WORDS: dict[int, tuple[Message, Message]] = {
    400: (say("We could not read that"), say("Go back, load the page again, and send it once more.")),
    403: (say("This is not open to you"), say("If you think it should be, ring us or ask a champion.")),
    404: (
        say("We cannot find that page"),
        say("It may have moved. Check the address, or start again from the home page."),
    ),
    405: (say("That cannot be done here"), say("Start again from the home page.")),
    409: (say("That cannot be done now"), say("Go back and look at the page again: something has changed.")),
    413: (
        say("That is too much to send at once"),
        say("Nothing was saved. Press Back: your words are still there. Make them shorter and send them again."),
    ),
    429: (say("That was too many tries in a short time"), say("Wait a minute, then try again.")),
    500: (
        say("Something went wrong on our side"),
        say("We have made a note of it. Try again; if it happens twice, ring us."),
    ),
    503: BUSY,
}
MAY_BE_SENT_AGAIN = {400, 429, 500, 503}
WAITS = {429: "60", 503: "5"}


def handle(app: Flask) -> None:
    app.register_error_handler(Refused, lambda error: answer(403, what_to_do=error.message))
    app.register_error_handler(Conflict, lambda error: answer(409, what_to_do=error.message))
    app.register_error_handler(NotFound, lambda error: answer(404))
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


@dataclass(frozen=True)
class Way:
    """A way on from a problem. A new tab keeps the page with what was typed open."""

    href: str
    words: Message
    new_tab: bool = False


def answer(
    status: int,
    *,
    title: Message | None = None,
    what_to_do: Message | None = None,
    way: Way | None = None,
    again: bool | None = None,
) -> Response:
    """A page for this status. It asks nothing of the database, which may be what is wrong.

    `again` says whether the same may be sent once more from this page; when nobody says, the status decides.
    """
    g.without_database = True
    db.db.session.rollback()
    usual_title, usual_words = WORDS.get(status, WORDS[500])
    facts = {
        "title": title or usual_title,
        "what_to_do": what_to_do or usual_words,
        "request_id": g.get("request_id", ""),
        "way": way,
        **_kept(status, status in MAY_BE_SENT_AGAIN if again is None else again),
    }
    if request.method not in SAFE_METHODS:
        session.pop("_flashes", None)  # what a view said it had done is undone
    if wants_fragment():
        response = make_response(render_block("errors/bare.html", "main", **facts), status)
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        response = make_response(render_template("errors/bare.html", **facts), status)
    response.vary.add("HX-Request")
    if status in WAITS:
        response.headers["Retry-After"] = WAITS[status]
    return response


def signed_out(sign_in_url: str) -> Response:
    """For a write by somebody whose sign-in has run out: nothing that they typed may be lost."""
    return answer(
        403,
        title=say("You were signed out"),
        what_to_do=say("Nothing was sent. Keep this page open and sign in in a new tab. Then come back and try again."),
        way=Way(sign_in_url, say("Sign in (opens in a new tab)"), new_tab=True),
        again=True,
    )


def _kept(status: int, again: bool) -> dict[str, Any]:
    """What was typed, to send again or to copy: for a write that failed through no fault of the person's."""
    if request.method in SAFE_METHODS or status == CANNOT_BE_READ:
        return {"kept": [], "fields": [], "action": None, "csrf": None}
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    typed = [(name.replace("_", " ").replace("-", " "), value) for name, value in fields if _looks_typed(value)]
    return {
        "kept": typed,
        "fields": fields if again else [],
        "action": request.full_path.rstrip("?") if again else None,
        "csrf": generate_csrf() if again else None,
    }


def _looks_typed(value: str) -> bool:
    """Words, and not the value of a button or a radio."""
    return len(value) > 20 or " " in value.strip() or "@" in value


def _stale_form(error: CSRFError) -> Response:
    return answer(
        400,
        title=say("This page was open for too long"),
        what_to_do=say("Nothing was sent, and nothing is lost. Press Try again to send it now."),
    )


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return make_response(error.get_response())
    response = answer(status if status in WORDS else (400 if status < 500 else 500))
    response.status_code = status
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    if db.is_busy(error):
        log.warning("database.busy", error=type(error).__name__)
        return answer(503)
    log.exception("request.failed", page=request.endpoint)
    return answer(500)
