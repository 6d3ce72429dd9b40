"""Signing in and out, and my account."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user

from coproduce import clock
from coproduce.access import public, signed_in, viewer
from coproduce.accounts import actions, queries
from coproduce.accounts.forms import AskForLinkForm, SignOutEverywhereForm, SignOutForm, UseLinkForm
from coproduce.accounts.rules import STRANGER, Standing
from coproduce.errors import Conflict
from coproduce.web import go, page, safe_path, tell
from coproduce.words import Message, say

bp = Blueprint("accounts", __name__, url_prefix="/account")

# A colleague's sign-in is worth more to a thief than a resident's: docs/security.md has the reasons.
LASTS = {True: timedelta(hours=12), False: timedelta(days=30)}
IDLE = {True: timedelta(hours=2), False: timedelta(days=14)}


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
    staff = bool(standing.roles)
    last_used = session.get("used", 0)
    now = clock.now()
    if now - row.made_at > LASTS[staff] or now.timestamp() - last_used > IDLE[staff].total_seconds():
        return None
    if now.timestamp() - last_used > 60:
        session["used"] = int(now.timestamp())
    return SignedIn(secret, standing)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = AskForLinkForm()
    next_path = safe_path(request.args.get("next"))
    if viewer().known:
        return go(next_path or url_for("home.index"))
    if form.validate_on_submit():
        try:
            actions.ask_for_link(form.email.data, origin=request.remote_addr or "", next_path=next_path)
            return go(url_for(".look_for_letter"))
        except Conflict as conflict:
            form.refuse(conflict.message)
    status = 422 if form.errors else 200
    return page("accounts/sign_in.html", fragment="form", status=status, form=form, next_path=next_path)


@bp.get("/sign-in/sent")
@public
def look_for_letter() -> ResponseReturnValue:
    return page("accounts/look_for_letter.html")


@bp.route("/sign-in/<string(minlength=5, maxlength=64):token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    """A button stands between the link and the sign-in: mail scanners open links, and would use them up."""
    form = UseLinkForm()
    next_path = safe_path(request.args.get("next"))
    if form.validate_on_submit():
        try:
            secret = actions.sign_in_with_link(token, device=device(), origin=request.remote_addr or "")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            end_this_sign_in(why="signed in again")
            remember(secret)
            tell(say("You are signed in."))
            return go(next_path or url_for("home.index"))
    status = 422 if form.errors else 200
    return page("accounts/use_link.html", fragment="form", status=status, form=form, token=token, next_path=next_path)


def remember(secret: str) -> None:
    """Begin a new session for this sign-in: nothing of the one before is kept."""
    session.clear()
    session.permanent = True
    session["used"] = int(clock.now().timestamp())
    login_user(SignedIn(secret, STRANGER))


def end_this_sign_in(*, why: str) -> None:
    """End the row of this browser's sign-in, so that a copy of its cookie is dead too."""
    secret = session.get("_user_id")
    if secret:
        actions.end_sign_in(secret, why=why)


@bp.get("/")
@signed_in
def me() -> ResponseReturnValue:
    my = viewer()
    about = queries.about(my.person_id or 0, signed_in_since=clock.now() - LASTS[bool(my.roles)])
    return page(
        "accounts/me.html",
        about=about,
        this_one=actions.hash_of(current_user.get_id()),
        out=SignOutForm(),
        out_everywhere=SignOutEverywhereForm(),
    )


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if SignOutForm().validate_on_submit():
        end_this_sign_in(why="signed out")
    return _signed_out(say("You are signed out."))


@bp.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    if SignOutEverywhereForm().validate_on_submit():
        actions.end_all_sign_ins(viewer())
    return _signed_out(say("You are signed out on every device."))


def _signed_out(message: Message) -> ResponseReturnValue:
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
