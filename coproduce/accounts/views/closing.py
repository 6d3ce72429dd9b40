"""Closing my account: what goes and what stays is said first."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts import actions, policy
from coproduce.accounts.forms.account import CloseForm
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.session import signed_out
from coproduce.errors import Conflict, require
from coproduce.web import page
from coproduce.words import say


@bp.route("/close", methods=["GET", "POST"])
@signed_in
def close() -> ResponseReturnValue:
    require(policy.refuse_close_account(viewer()))
    form = CloseForm()
    if form.validate_on_submit():
        try:
            actions.close_account(viewer(), withdraw=form.words.data == "withdraw")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return signed_out(say("Your account is closed. Thank you for your part in this neighbourhood."))
    return page("accounts/close.html", status=422 if form.errors else 200, form=form)
