"""My account: what is known of me, my name, my letters, and where I am signed in."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from coproduce import clock
from coproduce.access import signed_in, viewer
from coproduce.accounts import actions, queries
from coproduce.accounts.forms.account import LettersForm, NameForm
from coproduce.accounts.forms.signing_in import EndSignInForm, SignOutEverywhereForm, SignOutForm
from coproduce.accounts.queries import holdings, mine
from coproduce.accounts.rules import LettersBy
from coproduce.accounts.rules.ways import WAY_IN_NAMES
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.session import LASTS, my_sign_in
from coproduce.web import go, page, tell
from coproduce.words import say


@bp.get("/")
@signed_in
def me() -> ResponseReturnValue:
    my = viewer()
    is_trusted = my.is_trusted or my.needs_code
    person = mine.person(my)
    return page(
        "accounts/me.html",
        about=queries.about(person.id, signed_in_since=clock.now() - LASTS[is_trusted]),
        person=person,
        ways=[WAY_IN_NAMES[way.kind] for way in mine.ways(person.id)],
        this_one=actions.hash_of(my_sign_in()),
        out=SignOutForm(),
        out_everywhere=SignOutEverywhereForm(),
        end=EndSignInForm(),
    )


@bp.route("/name", methods=["GET", "POST"])
@signed_in
def name() -> ResponseReturnValue:
    form = NameForm()
    if not form.is_submitted():
        form.public_name.data = viewer().public_name
    if form.validate_on_submit():
        actions.choose_name(viewer(), form.public_name.data)
        tell(say("That is your name here from now on."))
        return go(url_for(".me"))
    return page("accounts/name.html", status=422 if form.errors else 200, form=form)


@bp.route("/letters", methods=["GET", "POST"])
@signed_in
def letters() -> ResponseReturnValue:
    person = mine.person(viewer())
    form = LettersForm()
    form.offer_languages()
    if not form.is_submitted():
        form.by.data, form.news.data = person.letters_by.value, person.wants_news
        form.formats.data = [one.value for one in person.formats]
        form.language.data = person.language
    if form.validate_on_submit():
        actions.choose_letters(
            viewer(),
            by=LettersBy(form.by.data),
            news=form.news.data,
            formats=form.wanted,
            language=form.language.data,
        )
        tell(say("We will write to you like that."))
        return go(url_for(".me"))
    status = 422 if form.errors else 200
    return page("accounts/letters.html", status=status, form=form, person=person)


@bp.get("/held")
@signed_in
def held() -> ResponseReturnValue:
    """What we hold of me, why, and for how long."""
    person = mine.person(viewer())
    return page("accounts/held.html", person=person, held=holdings.counted(person.id))


@bp.post("/sign-ins/<id:sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    if EndSignInForm().validate_on_submit():
        actions.end_one_sign_in(viewer(), sign_in_id)
        tell(say("That device is signed out."))
    return go(url_for(".me"))
