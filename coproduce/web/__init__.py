"""HTTP, for every feature: whole pages and fragments from one handler, where to go after a write, addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from flask_htmx import make_response as make_htmx_response
from jinja2_fragments.flask import render_block
from werkzeug.routing import BaseConverter

from coproduce.words import Message

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

htmx = HTMX()
LONGEST_PATH = 500


def wants_fragment() -> bool:
    """htmx asks for part of a page, not all of it: neither boosted nor going back."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, fragment: str | None = None, status: int = 200, **facts: Any) -> Response:
    """The whole page, or only the block named `fragment` when htmx asks for it."""
    if fragment and wants_fragment():
        html = render_block(template, fragment, **facts)
        said = get_flashed_messages()
        response = make_response(html, status)
        if said:
            response.headers["HX-Trigger"] = _said(" ".join(str(words) for words in said))
    else:
        response = make_response(render_template(template, **facts), status)
    response.vary.add("HX-Request")
    return response


def go(url: str) -> ResponseReturnValue:
    """Where to go after a write. htmx must be told, or it would swap the next page into this one."""
    if wants_fragment():
        answer: Response = make_htmx_response(redirect=url)
        return answer
    return redirect(url, code=303)


def tell(message: Message) -> None:
    """Say what happened, once, on the next page or in the fragment that answers."""
    flash(str(message))


def here() -> str:
    """The page that is open, as a path: for coming back after signing in."""
    path = request.full_path.rstrip("?")
    if request.method not in {"GET", "HEAD"}:
        came_from = urlsplit(request.referrer or "")
        path = came_from.path if came_from.netloc == request.host else "/"
    return path


def safe_path(path: str | None) -> str | None:
    """A path of this site to go on to, or None: never another site, however it is written."""
    if not path or len(path) > LONGEST_PATH or not path.startswith("/") or path.startswith("//"):
        return None
    if "\\" in path or not path.isascii() or not path.isprintable() or " " in path:
        return None
    return path


def takes(most: int) -> Callable[[View], View]:
    """A view that takes larger requests than usual, such as a file; `most` in bytes."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return mark


def beforehand(deed: Callable[[Any], Any]) -> Callable[[View], View]:
    """A view whose slow work on what was typed is done before the request takes the database's lock.

    The deed gets the form as it came; the view finds what it gave in `prepared()`.
    """

    def mark(view: View) -> View:
        view.beforehand = deed  # type: ignore[attr-defined]
        return view

    return mark


def prepare() -> None:
    """Runs before every view, once the request is known not to be forged, and before who is asked for."""
    deed = getattr(current_app.view_functions.get(request.endpoint or ""), "beforehand", None)
    if deed and request.method == "POST":
        g.prepared = deed(request.form)


def prepared() -> Any:
    return g.get("prepared")


def page_number(limit: int = 10_000) -> int:
    """The page asked for by `?page=`; the first when that makes no sense."""
    text = request.args.get("page", "1")
    return min(int(text), limit) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _said(text: str) -> str:
    return json.dumps({"said": text})


class IdConverter(BaseConverter):
    """A whole number that both databases can hold."""

    regex = r"[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(getattr(value, "id", value))


class ThingConverter(IdConverter):
    """An address with words for reading and the id for finding: pets-at-walsden-12. The words may be out of date."""

    regex = r"(?:[a-z0-9-]{1,80}-)?[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value.rpartition("-")[2])

    def to_url(self, value: Any) -> str:
        return str(getattr(value, "address", value))
