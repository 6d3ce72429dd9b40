"""What a person sees when something cannot be done: what happened, what to do, and everything they typed."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException

from coproduce import db
from coproduce.errors import Conflict, NotFound, Refused
from coproduce.web import wants_fragment
from coproduce.words import Message, say

log = structlog.get_logger(__name__)

NOT_KEPT = {"csrf_token"}
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


def handle(app: Flask) -> None:
    app.register_error_handler(Refused, lambda error: answer(403, what_to_do=error.message))
    app.register_error_handler(Conflict, lambda error: answer(409, what_to_do=error.message))
    app.register_error_handler(NotFound, lambda error: answer(404))
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, *, title: Message | None = None, what_to_do: Message | None = None) -> Response:
    """A page for this status. It asks nothing of the database, which may be what is wrong."""
    g.without_database = True
    db.db.session.rollback()
    usual_title, usual_words = WORDS.get(status, WORDS[500])
    facts = {
        "title": title or usual_title,
        "what_to_do": what_to_do or usual_words,
        "request_id": g.get("request_id", ""),
        **_kept(status),
    }
    if wants_fragment():
        response = make_response(render_block("errors/bare.html", "main", **facts), status)
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        response = make_response(render_template("errors/bare.html", **facts), status)
    response.vary.add("HX-Request")
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _kept(status: int) -> dict[str, Any]:
    """What was typed, to send again or to copy: for a write that failed through no fault of the person's."""
    nothing: dict[str, Any] = {"kept": [], "fields": [], "action": None, "csrf": None}
    if request.method in {"GET", "HEAD", "OPTIONS"} or status in {404, 405, 413}:
        return nothing
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    typed = [(name.replace("_", " ").replace("-", " "), value) for name, value in fields if len(value) > 20]
    again = status in {400, 429, 500, 503}
    return {
        "kept": typed,
        "fields": fields if again else [],
        "action": request.full_path.rstrip("?") if again else None,
        "csrf": generate_csrf() if again else None,
    }


def _stale_form(error: CSRFError) -> Response:
    return answer(
        400,
        title=say("This page was open for too long"),
        what_to_do=say("What you typed is below. Press Try again to send it."),
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
