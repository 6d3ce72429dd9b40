"""Signing in, in three ways, and out."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import public, signed_in, viewer
from coproduce.accounts import actions
from coproduce.accounts.forms.signing_in import (
    AskForLinkForm,
    AskForTextForm,
    PassphraseForm,
    SignOutEverywhereForm,
    SignOutForm,
    TextCodeForm,
    UseLinkForm,
)
from coproduce.accounts.rules.codes import read_digits
from coproduce.accounts.rules.ways import read_number
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.session import (
    browser_of,
    device,
    end_this_sign_in,
    origin,
    signed_in_now,
    signed_out,
)
from coproduce.errors import Conflict
from coproduce.phones import read_phone
from coproduce.web import beforehand, go, page, prepared, safe_path
from coproduce.words import say

ASKED = "text_to"


def _next() -> str | None:
    return safe_path(request.args.get("next"))


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form, next_path = AskForLinkForm(), _next()
    if viewer().known:
        return go(next_path or url_for("home.index"))
    if form.validate_on_submit():
        email = form.email.data
        try:
            actions.ask_for_link(email, origin=origin(), next_path=next_path, browser=browser_of(email))
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
    form, next_path = UseLinkForm(), _next()
    if form.validate_on_submit():
        try:
            secret = actions.sign_in_with_link(token, device=device(), origin=origin())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return signed_in_now(secret, next_path)
    status = 422 if form.errors else 200
    return page("accounts/use_link.html", fragment="form", status=status, form=form, token=token, next_path=next_path)


# -- by text message ----------------------------------------------------------------------------------------------


@bp.route("/sign-in/by/text", methods=["GET", "POST"])
@public
def by_text() -> ResponseReturnValue:
    form, next_path = AskForTextForm(), _next()
    if form.validate_on_submit():
        number = read_phone(form.phone.data) or ""
        try:
            actions.ask_for_text(number, origin=origin(), next_path=next_path, browser=browser_of(number))
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            session[ASKED] = number
            return go(url_for(".text_code", next=next_path))
    status = 422 if form.errors else 200
    return page("accounts/by_text.html", status=status, form=form, next_path=next_path)


@bp.route("/sign-in/by/text/code", methods=["GET", "POST"])
@public
def text_code() -> ResponseReturnValue:
    number, next_path = session.get(ASKED), _next()
    if not number:
        return go(url_for(".by_text", next=next_path))
    form = TextCodeForm()
    if form.validate_on_submit():
        code = read_digits(form.code.data)
        try:
            secret = actions.sign_in_with_text_code(
                number, code, device=device(), origin=origin(), browser=browser_of(number)
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return signed_in_now(secret, next_path, known_as=number)
    status = 422 if form.errors else 200
    return page("accounts/text_code.html", status=status, form=form, next_path=next_path)


# -- by resident number and passphrase ----------------------------------------------------------------------------


def _check(typed: Any) -> str | None:
    return actions.passphrases.check(read_number(typed.get("number", "")), typed.get("passphrase", "")[:1000])


@bp.route("/sign-in/by/words", methods=["GET", "POST"])
@public
@beforehand(_check)
def by_passphrase() -> ResponseReturnValue:
    form, next_path = PassphraseForm(), _next()
    if form.validate_on_submit():
        number = read_number(form.number.data)
        try:
            secret, _ = actions.sign_in_with_passphrase(
                number, prepared(), device=device(), origin=origin(), browser=browser_of(number)
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return signed_in_now(secret, next_path, known_as=number)
    status = 422 if form.errors else 200
    return page("accounts/by_passphrase.html", status=status, form=form, next_path=next_path)


# -- out ----------------------------------------------------------------------------------------------------------


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if SignOutForm().validate_on_submit():
        end_this_sign_in(why="signed out")
    return signed_out(say("You are signed out."))


@bp.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    if SignOutEverywhereForm().validate_on_submit():
        actions.end_all_sign_ins(viewer())
    return signed_out(say("You are signed out on every device."))
