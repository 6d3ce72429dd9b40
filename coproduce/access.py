"""Who may open which page. Closed by default: a view without a mark answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from coproduce import web
from coproduce.web import problems
from coproduce.words import say

if TYPE_CHECKING:
    from coproduce.accounts.rules import Standing

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Access(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Anyone on the web may open this."""
    return _mark(view, Access.PUBLIC)


def signed_in(view: View) -> View:
    """Anyone who has signed in may open this; what they may do there is for the policies."""
    return _mark(view, Access.SIGNED_IN)


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(endpoint: str) -> Access | None:
    return getattr(current_app.view_functions[endpoint], "access", None)


def viewer() -> Standing:
    """Who is asking, and what they are here: never None; a stranger is a standing too."""
    return cast("Standing", current_user.standing)


def guard() -> ResponseReturnValue | None:
    """Runs before every view."""
    if request.endpoint is None:  # no such page: let Flask answer 404, or 405
        return None
    access = access_of(request.endpoint)
    if access is Access.PUBLIC:
        return None
    if access is None:
        abort(403)
    if viewer().known:
        return None
    sign_in = url_for("accounts.sign_in", next=web.here())
    if request.method not in problems.SAFE_METHODS:
        return problems.signed_out(sign_in)
    flash(str(say("Sign in to go on. We will bring you back here.")))
    return web.go(sign_in)
