"""Joining with the code from a letter, and helping somebody to."""

from __future__ import annotations

from typing import Any

from flask import session, url_for
from flask.typing import ResponseReturnValue

from coproduce import config
from coproduce.access import public, signed_in, viewer
from coproduce.accounts import actions, policy
from coproduce.accounts.forms.joining import NEW_WAY, CodeForm, HandOverForm, HelpForm, YouForm
from coproduce.accounts.models import Person
from coproduce.accounts.queries import helping
from coproduce.accounts.rules import WayInKind, codes
from coproduce.accounts.rules import passphrases as rules
from coproduce.accounts.rules.ways import sign_in_number
from coproduce.accounts.views.blueprint import joining_bp as bp
from coproduce.accounts.views.session import device, end_this_sign_in, origin, remember
from coproduce.errors import Conflict, NotFound, Refused, require
from coproduce.phones import read_phone
from coproduce.web import beforehand, go, page, prepared, qr, tell
from coproduce.words import Message, say

JOINING = "joining"


@bp.route("/", methods=["GET", "POST"])
@bp.route("/<string(minlength=5, maxlength=40):code>", methods=["GET", "POST"])
@public
def start(code: str = "") -> ResponseReturnValue:
    """The code is typed, or comes with the QR code of the letter. Nothing is used up yet."""
    form = CodeForm()
    if not form.is_submitted() and code:
        form.code.data = codes.shown(codes.read_long(code)).strip()
    if form.validate_on_submit():
        try:
            row_id = actions.show_code(codes.read_long(form.code.data), origin=origin())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            session[JOINING] = {"row": row_id}
            return go(url_for(".you"))
    return page("accounts/join.html", status=422 if form.errors else 200, form=form)


def _person() -> Person | None:
    """Whose place the code in this browser claims."""
    return actions.claimed(session.get(JOINING, {}).get("row"))


@bp.route("/you", methods=["GET", "POST"])
@public
def you() -> ResponseReturnValue:
    person = _person()
    if person is None:
        return go(url_for(".start"))
    form = YouForm()
    if not form.is_submitted():
        form.public_name.data = session[JOINING].get("name") or person.public_name
        form.way.data = session[JOINING].get("way")
    if form.validate_on_submit():
        session[JOINING] = {"row": session[JOINING]["row"], "name": form.public_name.data, "way": form.way.data}
        return go(url_for(".way"))
    return page("accounts/join_you.html", status=422 if form.errors else 200, form=form, person=person)


def _hash(typed: Any) -> str:
    words = typed.get("passphrase", "")[:1000]
    return actions.passphrases.make(words) if words else ""


@bp.route("/way", methods=["GET", "POST"])
@public
@beforehand(_hash)
def way() -> ResponseReturnValue:
    chosen, person = session.get(JOINING, {}), _person()
    if person is None or "way" not in chosen:
        return go(url_for(".start"))
    kind = WayInKind(chosen["way"])
    form = NEW_WAY[kind]()
    if form.validate_on_submit():
        try:
            if kind is WayInKind.PASSPHRASE and (why := wrong_passphrase(form, person)):
                raise Conflict(why)
            joined = actions.join(chosen["row"], public_name=chosen["name"])
            said, then = _give_way(kind, form, joined)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            end_this_sign_in(why="joined")
            remember(
                actions.begin_sign_in(joined.id, device=device()),
                known_as=sign_in_number(joined.resident_ref, joined.id),
            )
            tell(said)
            return go(then)
    return page(
        "accounts/join_way.html",
        status=422 if form.errors else 200,
        form=form,
        kind=kind.value,
        number=sign_in_number(person.resident_ref, person.id).upper(),
    )


def wrong_passphrase(form: Any, person: Person) -> Message | None:
    """Why these words cannot be kept: the rule's reason, or that they were not typed alike."""
    if rules.settled(form.passphrase.data) != rules.settled(form.again.data):
        return say("The two are not the same. Write the same words in both boxes.")
    return rules.wrong(form.passphrase.data, helping.local_words(person))


def _give_way(kind: WayInKind, form: Any, person: Person) -> tuple[Message, str]:
    """Add the way in that they chose. Gives what to say and where to go."""
    if kind is WayInKind.PASSPHRASE:
        actions.ways.set_passphrase(person, prepared(), this_sign_in=None)
        number = sign_in_number(person.resident_ref, person.id).upper()
        said = say("Welcome. Next time you sign in with the number {number} and your words.", number=number)
        return said, url_for("home.index")
    if kind is WayInKind.EMAIL:
        actions.ways.ask_to_confirm_email(person, form.email.data)
        return say("Welcome. Now open the link in the letter that we sent you."), url_for("accounts.ways")
    actions.ways.ask_to_confirm_phone(person, read_phone(form.phone.data) or "")
    return say("Welcome. Now type the code that we sent you."), url_for("accounts.confirm_phone")


# -- helping ------------------------------------------------------------------------------------------------------


@bp.route("/help", methods=["GET", "POST"])
@signed_in
def help_someone() -> ResponseReturnValue:
    require(policy.refuse_help_to_join(viewer()))
    form = HelpForm()
    if form.validate_on_submit():
        try:
            row_id = _help(form)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".helped", row_id=row_id))
    return page("accounts/help.html", status=422 if form.errors else 200, form=form)


def _help(form: HelpForm) -> int:
    if not form.agreed.data:
        raise Conflict(say("Ask them first, and tick the box when they have said yes."))
    if not form.number.data and not (form.name.data and form.postcode.data):
        raise Conflict(say("Write their resident number, or their full name and postcode."))
    return actions.help_to_join(
        viewer(),
        number=form.number.data or "",
        name=form.name.data or "",
        postcode=form.postcode.data or "",
        how=form.how.data,
    )


@bp.get("/help/<id:row_id>")
@signed_in
def helped(row_id: int) -> ResponseReturnValue:
    """The code for the person in the room: only its helper sees it, and only while it works."""
    person = _helped_by_me(row_id)
    code = actions.tokens.code_of(row_id)
    base = config.chosen().base_url.rstrip("/")
    return page(
        "accounts/helped.html",
        person=person,
        code=codes.shown(code),
        qr=qr.draw(f"{base}/join/{code}"),
        address=f"{base.partition('//')[2]}/join",
        form=HandOverForm(),
        row_id=row_id,
    )


def _helped_by_me(row_id: int) -> Person:
    person = actions.claimed(row_id)
    if person is None or not helping.has_consent(person.id, viewer().person_id or 0):
        raise NotFound
    return person


@bp.post("/help/<id:row_id>/hand-over")
@signed_in
def hand_over(row_id: int) -> ResponseReturnValue:
    """Sign the helper out, so that what is typed on this device from here on is the other person's own."""
    _helped_by_me(row_id)
    if not HandOverForm().validate_on_submit():
        raise Refused(say("Go back and press the button again."))
    end_this_sign_in(why="handed over")
    session.clear()
    session[JOINING] = {"row": row_id}
    return go(url_for(".you"))
