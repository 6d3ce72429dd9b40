"""Signing in with the landlord's own account, where the landlord offers that."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from coproduce import config, sso
from coproduce.access import public
from coproduce.accounts import actions
from coproduce.accounts.forms.signing_in import UseLinkForm
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.session import device, origin, signed_in_now
from coproduce.errors import Conflict, NotFound
from coproduce.sso import Claims
from coproduce.web import beforehand, go, page, prepared, safe_path, tell
from coproduce.words import Message

ASKED = "work"


def _offered() -> None:
    if not sso.is_offered(config.chosen()):
        raise NotFound


def _back() -> str:
    """Where the provider leads back to: the address in our settings, whatever the request says of itself."""
    return config.chosen().base_url.rstrip("/") + url_for("accounts.from_work")


@bp.get("/work")
@public
def to_work() -> ResponseReturnValue:
    """Off to the landlord's sign-in, with three secrets of this browser to know the answer by."""
    _offered()
    asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        address = sso.way_there(config.chosen(), _back(), **asked)
    except Conflict as conflict:
        tell(conflict.message)
        return go(url_for(".sign_in"))
    session[ASKED] = asked | {"next": safe_path(request.args.get("next")) or ""}
    return redirect(address)


def _who(typed: Any) -> Claims | Message:
    """Ask the provider who it is, before the request takes the database's lock. A message says why nobody."""
    asked = session.get(ASKED, {})
    said = str(typed.get("state", "")).encode(errors="replace")
    if not asked or not hmac.compare_digest(asked["state"].encode(), said):
        return sso.REFUSED
    try:
        return sso.claims_of(
            config.chosen(),
            _back(),
            code=str(typed.get("code", ""))[:2000],
            nonce=asked["nonce"],
            verifier=asked["verifier"],
        )
    except Conflict as conflict:
        return conflict.message


@bp.route("/work/back", methods=["GET", "POST"])
@public
@beforehand(_who)
def from_work() -> ResponseReturnValue:
    """A button stands between the provider's answer and the sign-in, as with the link in a letter."""
    _offered()
    form = UseLinkForm()
    if form.validate_on_submit():
        who, next_path = prepared(), session.pop(ASKED, {}).get("next") or None
        try:
            if isinstance(who, Message):
                raise Conflict(who)
            secret = actions.ways.sign_in_from_work(who.subject, who.email, device=device(), origin=origin())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return signed_in_now(secret, next_path)
    facts = {name: request.values.get(name, "")[:2000] for name in ("code", "state")}
    return page("accounts/from_work.html", status=422 if form.errors else 200, form=form, facts=facts)
