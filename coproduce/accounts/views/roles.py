"""Roles and seats: who holds which, giving them and ending them. For administrators."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts import actions, policy
from coproduce.accounts.actions import factor
from coproduce.accounts.forms.account import EndRoleForm, GiveRoleForm, GiveSeatForm, ResetCodeForm
from coproduce.accounts.models import Person
from coproduce.accounts.queries import trusted
from coproduce.accounts.rules import CIRCLE_NAMES, ROLE_NAMES
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.errors import Conflict, NotFound, require
from coproduce.neighbourhoods.queries import tree
from coproduce.web import go, page, tell
from coproduce.words import say


@bp.get("/roles")
@signed_in
def roles() -> ResponseReturnValue:
    require(policy.refuse_give_role(viewer()))
    words = " ".join(request.args.get("find", "").split())[:100]
    return page(
        "accounts/roles.html",
        people=trusted.holders(),
        words=words,
        found=trusted.search(words) if words else [],
        places=tree(),
        role_names=ROLE_NAMES,
        circle_names=CIRCLE_NAMES,
    )


def _find(person_id: int) -> Person:
    require(policy.refuse_give_role(viewer()))
    person = trusted.find(person_id)
    if person is None:
        raise NotFound
    return person


@bp.get("/roles/<id:person_id>")
@signed_in
def roles_of(person_id: int) -> ResponseReturnValue:
    return _roles_of(_find(person_id), GiveRoleForm(formdata=None), GiveSeatForm(formdata=None))


def _roles_of(person: Person, give: GiveRoleForm, sit: GiveSeatForm, status: int = 200) -> ResponseReturnValue:
    give.offer(tree())
    sit.offer(trusted.circles())
    return page(
        "accounts/roles_of.html",
        status=status,
        person=person,
        held=trusted.live_roles(person),
        seats=trusted.live_seats(person),
        places=tree(),
        role_names=ROLE_NAMES,
        circle_names=CIRCLE_NAMES,
        give=give,
        sit=sit,
        end=EndRoleForm(),
        reset=ResetCodeForm(),
        has_code=factor.is_set_up(person.id),
        refuse_reset=policy.refuse_reset_code(viewer(), person.id),
        form=give if give.errors else sit,
    )


@bp.post("/roles/<id:person_id>/give")
@signed_in
def give_role(person_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    form = GiveRoleForm()
    form.offer(tree())
    if form.validate_on_submit():
        place = trusted.place(int(form.place.data)) if form.place.data else None
        try:
            actions.give_role(
                person, form.chosen_role, by=viewer(), place=place, since=form.since.data, until=form.until.data
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The role is given, and a letter is on its way."))
            return go(url_for(".roles_of", person_id=person_id))
    return _roles_of(person, form, GiveSeatForm(formdata=None), 422)


@bp.post("/roles/<id:person_id>/seat")
@signed_in
def give_seat(person_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    form = GiveSeatForm()
    form.offer(trusted.circles())
    if form.validate_on_submit():
        try:
            circle = trusted.circle(int(form.circle.data))
            actions.seat(person, circle, name=form.seat.data, until=form.last_day.data, by=viewer())
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The seat is given, and a letter is on its way."))
            return go(url_for(".roles_of", person_id=person_id))
    return _roles_of(person, GiveRoleForm(formdata=None), form, 422)


@bp.post("/roles/<id:person_id>/end/<id:held_id>")
@signed_in
def end_role(person_id: int, held_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    held = next((row for row in trusted.live_roles(person) if row.id == held_id), None)
    if held is None:
        raise NotFound
    if EndRoleForm().validate_on_submit():
        actions.end_role(viewer(), held)
        tell(say("The role has ended."))
    return go(url_for(".roles_of", person_id=person_id))


@bp.post("/roles/<id:person_id>/leave/<id:seat_id>")
@signed_in
def leave_seat(person_id: int, seat_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    taken = next((row for row in trusted.live_seats(person) if row.id == seat_id), None)
    if taken is None:
        raise NotFound
    if EndRoleForm().validate_on_submit():
        actions.leave_seat(viewer(), taken)
        tell(say("The seat is empty now."))
    return go(url_for(".roles_of", person_id=person_id))


@bp.post("/roles/<id:person_id>/reset-code")
@signed_in
def reset_code(person_id: int) -> ResponseReturnValue:
    person = _find(person_id)
    if ResetCodeForm().validate_on_submit():
        factor.reset(viewer(), person)
        tell(say("They set up a new second code when they sign in next."))
    return go(url_for(".roles_of", person_id=person_id))
