"""My ways in: what I have, adding one, taking one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from coproduce import db
from coproduce.access import public, signed_in, viewer
from coproduce.accounts import actions, policy
from coproduce.accounts.forms.account import ChangePassphraseForm, ConfirmEmailForm, ConfirmPhoneForm, RemoveForm
from coproduce.accounts.forms.joining import NewEmailForm, NewPassphraseForm, NewPhoneForm
from coproduce.accounts.queries import mine
from coproduce.accounts.rules.codes import read_digits
from coproduce.accounts.rules.ways import WAY_IN_NAMES, sign_in_number
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.joining import wrong_passphrase
from coproduce.accounts.views.session import my_sign_in, origin
from coproduce.errors import Conflict, require
from coproduce.phones import read_phone
from coproduce.web import beforehand, go, page, prepared, tell
from coproduce.words import say


@bp.get("/ways")
@signed_in
def ways() -> ResponseReturnValue:
    person = mine.person(viewer())
    return page(
        "accounts/ways.html",
        ways=mine.ways(person.id),
        names=WAY_IN_NAMES,
        number=sign_in_number(person.resident_ref, person.id).upper(),
        remove=RemoveForm(),
        refusal=policy.refuse_change_ways(viewer()),
    )


@dataclass(frozen=True)
class Weighed:
    """A new passphrase's hash, and whether the one typed as the present one is right. `has_one`: whether there is."""

    made: str
    has_one: bool
    right: bool


def _weigh(typed: Any) -> Weighed:
    """Holds no lock while it hashes: who is asking is read in a transaction of its own."""
    with db.reading():
        db.db.session.rollback()
        kept = mine.kept_passphrase(current_user.standing.person_id)
        db.db.session.rollback()
    words, current = typed.get("passphrase", "")[:1000], typed.get("current", "")[:1000]
    right = bool(kept) and actions.passphrases.is_right(kept or "", current)
    return Weighed(actions.passphrases.make(words) if words else "", bool(kept), right)


@bp.route("/ways/words", methods=["GET", "POST"])
@signed_in
@beforehand(_weigh)
def change_passphrase() -> ResponseReturnValue:
    me = viewer()
    require(policy.refuse_change_ways(me))
    person = mine.person(me)
    has_one = mine.kept_passphrase(person.id) is not None
    form = ChangePassphraseForm() if has_one else NewPassphraseForm()
    if form.validate_on_submit():
        weighed: Weighed = prepared()
        why = wrong_passphrase(form, person)
        try:
            if has_one:
                actions.note_attempt("passphrase changed", who=str(person.id), origin=origin())
            if has_one and not weighed.right:
                why = say("The words that you have now are not right. Check them, or ask us for a new letter.")
            if why:
                raise Conflict(why)
            actions.ways.set_passphrase(person, weighed.made, this_sign_in=actions.hash_of(my_sign_in()))
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your words are kept. You are signed out everywhere else."))
            return go(url_for(".ways"))
    status = 422 if form.errors else 200
    number = sign_in_number(person.resident_ref, person.id).upper()
    return page("accounts/passphrase.html", status=status, form=form, has_one=has_one, number=number)


@bp.route("/ways/email", methods=["GET", "POST"])
@signed_in
def add_email() -> ResponseReturnValue:
    me = viewer()
    require(policy.refuse_change_ways(me))
    form = NewEmailForm()
    if form.validate_on_submit():
        try:
            actions.note_attempt("email added", who=str(me.person_id), origin=origin())
            actions.ways.ask_to_confirm_email(mine.person(me), form.email.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Open the link in the letter that we sent there. Then you can sign in with it."))
            return go(url_for(".ways"))
    return page("accounts/email.html", status=422 if form.errors else 200, form=form)


@bp.route("/email/<string(minlength=5, maxlength=64):token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> ResponseReturnValue:
    form = ConfirmEmailForm()
    if form.validate_on_submit():
        try:
            actions.ways.confirm_email(token, origin=origin())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Thank you. You can sign in with this address from now on."))
            return go(url_for(".ways") if viewer().known else url_for(".sign_in"))
    status = 422 if form.errors else 200
    return page("accounts/confirm_email.html", status=status, form=form, token=token)


@bp.route("/ways/phone", methods=["GET", "POST"])
@signed_in
def add_phone() -> ResponseReturnValue:
    me = viewer()
    require(policy.refuse_change_ways(me))
    form = NewPhoneForm()
    if form.validate_on_submit():
        try:
            actions.note_attempt("phone added", who=str(me.person_id), origin=origin())
            actions.ways.ask_to_confirm_phone(mine.person(me), read_phone(form.phone.data) or "")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".confirm_phone"))
    return page("accounts/phone.html", status=422 if form.errors else 200, form=form)


@bp.route("/ways/phone/code", methods=["GET", "POST"])
@signed_in
def confirm_phone() -> ResponseReturnValue:
    require(policy.refuse_change_ways(viewer()))
    form = ConfirmPhoneForm()
    if form.validate_on_submit():
        try:
            actions.ways.confirm_phone(viewer(), read_digits(form.code.data), origin=origin())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Thank you. You can sign in with this number from now on."))
            return go(url_for(".ways"))
    return page("accounts/confirm_phone.html", status=422 if form.errors else 200, form=form)


@bp.post("/ways/<id:way_in_id>/remove")
@signed_in
def remove_way(way_in_id: int) -> ResponseReturnValue:
    if RemoveForm().validate_on_submit():
        actions.ways.remove(viewer(), way_in_id)
        tell(say("That way in is gone."))
    return go(url_for(".ways"))
