"""Sending a list, matching it, seeing what it would change, and bringing it in."""

from __future__ import annotations

import csv
import io

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from coproduce import texts
from coproduce.access import signed_in, viewer
from coproduce.errors import Conflict, NotFound, require
from coproduce.neighbourhoods import actions as neighbourhoods
from coproduce.neighbourhoods.queries import tree
from coproduce.neighbourhoods.rules import PlaceKind
from coproduce.roll import actions, policy
from coproduce.roll.forms import ConfirmForm, DropForm, PlaceForm, SendForm, matched
from coproduce.roll.models import RollImport
from coproduce.roll.queries import importing
from coproduce.roll.rules.columns import COLUMN_NAMES, NEEDED, suggest
from coproduce.roll.rules.files import MOST_BYTES
from coproduce.roll.rules.states import STATE_NAMES, UNDER_WAY, State, StepKind, ends_too_many
from coproduce.roll.views.blueprint import bp, own_places
from coproduce.web import go, page, page_number, takes, tell
from coproduce.words import say, unpack

ROOM_FOR_THE_FORM = 100_000
SHOWN = {"added": StepKind.ADD, "changed": StepKind.CHANGE, "ended": StepKind.END, "wrong": StepKind.WRONG}


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return page(
        "roll/index.html",
        imports=importing.newest(),
        names=STATE_NAMES,
        places=tree(),
        own=own_places(viewer()),
        living=importing.living_by_place(),
    )


@bp.route("/send", methods=["GET", "POST"])
@signed_in
@takes(MOST_BYTES + ROOM_FOR_THE_FORM)
def send() -> ResponseReturnValue:
    form = SendForm()
    form.offer(tree(), own_places(viewer()))
    if form.validate_on_submit():
        file = form.file.data
        try:
            made = actions.send(
                viewer(),
                content=file.read(MOST_BYTES + 1),
                file_name=file.filename or "",
                place_id=form.place_id,
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".match", import_id=made.id))
    status = 422 if form.errors else 200
    return page("roll/send.html", status=status, form=form, columns=COLUMN_NAMES, needed=NEEDED)


def _find(import_id: int) -> RollImport:
    made = importing.find(import_id)
    if made is None or policy.refuse_send(viewer(), made.place_id):
        raise NotFound
    return made


@bp.route("/lists/<id:import_id>/columns", methods=["GET", "POST"])
@signed_in
def match(import_id: int) -> ResponseReturnValue:
    made = _find(import_id)
    if made.state not in {State.SENT, State.READY, State.FAILED}:
        return go(url_for(".show", import_id=made.id))
    suggested = suggest(made.headings, importing.remembered())
    form = matched(made.headings, suggested, month_first=made.month_first)
    if form.validate_on_submit():
        try:
            actions.match(viewer(), made, form.mapping, month_first=form.month_first.data == "month")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".show", import_id=made.id))
    status = 422 if form.errors else 200
    return page(
        "roll/match.html",
        status=status,
        form=form,
        made=made,
        columns=form.columns(made.headings),
        drop=DropForm(),
    )


@bp.get("/lists/<id:import_id>")
@signed_in
def show(import_id: int) -> ResponseReturnValue:
    made = _find(import_id)
    if made.state is State.SENT:
        return go(url_for(".match", import_id=made.id))
    return _shown(made, ConfirmForm())


def _shown(made: RollImport, form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    asked = request.args.get("show", "")
    shown = asked if asked in SHOWN else next((word for word, kind in SHOWN.items() if made.count(kind)), "added")
    steps = importing.steps(made.id, SHOWN[shown], page_number())
    return page(
        "roll/show.html",
        fragment="state",
        status=status,
        made=made,
        form=form,
        drop=DropForm(),
        state_name=STATE_NAMES[made.state],
        working=made.state in UNDER_WAY,
        shown=shown,
        kinds=[(word, made.count(kind)) for word, kind in SHOWN.items()],
        steps=[(step, unpack(step.facts)) for step in steps],
        places=tree(),
        asks_again=ends_too_many(made.count(StepKind.END), made.living),
        page_number=page_number(),
        pages=max(1, -(-made.count(SHOWN[shown]) // importing.PAGE)),
        url=lambda n: url_for(".show", import_id=made.id, show=shown, page=n),
    )


@bp.post("/lists/<id:import_id>/bring-in")
@signed_in
def confirm(import_id: int) -> ResponseReturnValue:
    made = _find(import_id)
    if made.state is not State.READY:
        return go(url_for(".show", import_id=made.id))
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.confirm(viewer(), made, sure=form.sure.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".show", import_id=made.id))
    return _shown(made, form, 422)


@bp.post("/lists/<id:import_id>/throw-away")
@signed_in
def drop(import_id: int) -> ResponseReturnValue:
    made = _find(import_id)
    if DropForm().validate_on_submit():
        actions.drop(viewer(), made)
        tell(say("The list is thrown away. Nothing was changed."))
    return go(url_for(".index"))


@bp.get("/lists/<id:import_id>/wrong.csv")
@signed_in
def wrong_lines(import_id: int) -> ResponseReturnValue:
    """The wrong lines with their reasons, to go through beside the sheet."""
    made = _find(import_id)
    file = io.StringIO()
    rows = csv.writer(file)
    heads = (say("Line"), say("Resident number"), say("Number of the home"), say("Name"), say("What is wrong"))
    rows.writerow([str(head) for head in heads])
    for step in importing.every_wrong(made.id):
        why = " ".join(str(one) for one in unpack(step.facts)["why"])
        rows.writerow(
            [texts.plain_cell(cell) for cell in (str(step.line), step.person_ref, step.home_ref, step.name, why)]
        )
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="wrong-lines-{made.id}.csv"'
    return response


@bp.route("/places/new", methods=["GET", "POST"])
@signed_in
def new_place() -> ResponseReturnValue:
    require(policy.refuse_send(viewer(), None))
    places = tree()
    form = PlaceForm()
    form.offer(places)
    if form.validate_on_submit():
        try:
            neighbourhoods.add_place_under(
                form.name.data, PlaceKind(form.kind.data), int(form.parent.data) if form.parent.data else None, viewer()
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The place is added."))
            return go(url_for(".index"))
    return page("roll/place.html", status=422 if form.errors else 200, form=form)
