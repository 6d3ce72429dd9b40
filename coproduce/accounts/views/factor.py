"""The second code of people who hold a role."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts import policy
from coproduce.accounts.actions import factor
from coproduce.accounts.forms.signing_in import NewPaperForm, SecondCodeForm
from coproduce.accounts.rules import codes
from coproduce.accounts.rules.codes import DIGITS
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.session import device, my_sign_in, origin, remember
from coproduce.errors import Conflict, require
from coproduce.web import go, page, qr, safe_path, tell
from coproduce.words import say


@bp.route("/second-code", methods=["GET", "POST"])
@signed_in
def second_code() -> ResponseReturnValue:
    """Where the code is typed after signing in; whoever has none yet sets one up first."""
    me, next_path = viewer(), safe_path(request.args.get("next"))
    if not me.needs_code:
        return go(next_path or url_for("home.index"))
    if not factor.is_set_up(me.person_id or 0):
        return go(url_for(".set_up_code", next=next_path))
    form = SecondCodeForm()
    if form.validate_on_submit():
        typed = form.code.data
        facts = {"sign_in": my_sign_in(), "device": device(), "origin": origin()}
        try:
            if len(codes.read_digits(typed)) == DIGITS and len(codes.read_long(typed)) == DIGITS:
                secret = factor.give_code(me, code=codes.read_digits(typed), **facts)
            else:
                secret = factor.give_paper_code(me, code=codes.read_long(typed), **facts)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            remember(secret)
            tell(say("Your role is open to you now."))
            return go(next_path or url_for("home.index"))
    status = 422 if form.errors else 200
    return page("accounts/second_code.html", status=status, form=form, next_path=next_path)


@bp.route("/second-code/set-up", methods=["GET", "POST"])
@signed_in
def set_up_code() -> ResponseReturnValue:
    me, next_path = viewer(), safe_path(request.args.get("next"))
    require(policy.refuse_set_up_code(me))
    if factor.is_set_up(me.person_id or 0):
        return go(url_for(".second_code", next=next_path))
    form = SecondCodeForm()
    seed = factor.offered_seed(me.person_id or 0, my_sign_in())
    if form.validate_on_submit():
        try:
            secret = factor.set_up(
                me, sign_in=my_sign_in(), code=codes.read_digits(form.code.data), device=device(), origin=origin()
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            remember(secret)
            tell(say("Your second code is set up. Now print or write down your paper codes."))
            return go(url_for(".paper_codes"))
    return page(
        "accounts/set_up_code.html",
        status=422 if form.errors else 200,
        form=form,
        next_path=next_path,
        seed=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        qr=qr.draw(factor.address_for_the_app(seed, me.public_name)),
    )


@bp.route("/second-code/paper", methods=["GET", "POST"])
@signed_in
def paper_codes() -> ResponseReturnValue:
    """The sheet of codes to print: only for whoever has just shown that they hold the phone."""
    me = viewer()
    if me.needs_code:
        return go(url_for(".second_code", next=url_for(".paper_codes")))
    require(policy.refuse_set_up_code(me))
    form = NewPaperForm()
    if form.validate_on_submit():
        factor.make_paper_codes(me)
        tell(say("Here is a new sheet. The old one does not work any more."))
        return go(url_for(".paper_codes"))
    return page(
        "accounts/paper_codes.html",
        form=form,
        codes=[codes.shown(code) for code in factor.paper_codes(me.person_id or 0)],
        left=factor.paper_codes_left(me.person_id or 0),
    )
