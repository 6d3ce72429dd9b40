"""Letters to join: making them place by place, and printing them."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coproduce import config, words
from coproduce.access import signed_in, viewer
from coproduce.accounts.actions.tokens import join_code
from coproduce.accounts.rules import codes
from coproduce.accounts.rules.ways import sign_in_number
from coproduce.errors import Conflict, NotFound
from coproduce.neighbourhoods.queries import tree
from coproduce.neighbourhoods.rules import Tree
from coproduce.roll import actions
from coproduce.roll.forms import LettersForm, ReplaceForm
from coproduce.roll.models import LetterBatch
from coproduce.roll.queries import letters
from coproduce.roll.queries.letters import ToPrint
from coproduce.roll.views.blueprint import bp, own_places
from coproduce.roll.views.people import find_person
from coproduce.web import go, page, qr, tell
from coproduce.words import say


@bp.route("/letters", methods=["GET", "POST"])
@signed_in
def to_join() -> ResponseReturnValue:
    form, places, own = LettersForm(), tree(), own_places(viewer())
    if form.validate_on_submit():
        asked = form.place.data or ""
        place_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
        if place_id not in places.spots:
            raise NotFound
        try:
            batch = actions.make_letters(viewer(), place_id)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".batch", batch_id=batch.id))
    mine = [(batch, count) for batch, count in letters.batches() if may_see(batch, own, places)]
    return page(
        "roll/letters.html",
        status=422 if form.errors else 200,
        form=form,
        places=places,
        own=own,
        waiting=_waiting_within(places),
        batches=mine,
    )


def _waiting_within(places: Tree) -> dict[int, int]:
    """How many letters each place needs, with all that lies in it."""
    own = letters.waiting_by_place()
    return {spot_id: sum(own.get(inside, 0) for inside in places.within(spot_id)) for spot_id in places.spots}


def may_see(batch: LetterBatch, own: frozenset[int] | None, places: Tree) -> bool:
    if own is None or (batch.place_id is not None and batch.place_id in own):
        return True
    return batch.place_id is None and batch.made_by_id == viewer().person_id


@bp.get("/letters/<id:batch_id>")
@signed_in
def batch(batch_id: int) -> ResponseReturnValue:
    """The letters, one on each page, to be printed and put into envelopes."""
    found = letters.find(batch_id)
    if found is None or not may_see(found, own_places(viewer()), tree()):
        raise NotFound
    to_print = letters.to_print(found.id)
    sheets = [Markup(_in_their_language(letter)) for letter in to_print]  # noqa: S704 - a whole template of ours
    return page("roll/batch.html", batch=found, sheets=sheets, all=len(letters.people_of(found.id)))


def _in_their_language(letter: ToPrint) -> str:
    code = join_code(letter.one_use_id, letter.nonce)
    base = config.chosen().base_url.rstrip("/")
    with words.speaking(letter.language):
        return render_template(
            "roll/letter.html",
            letter=letter,
            code=codes.shown(code),
            qr=qr.draw(f"{base}/join/{code}"),
            address=f"{base.partition('//')[2]}/join",
            number=sign_in_number(letter.ref, letter.person_id).upper(),
        )


@bp.post("/people/<id:person_id>/letter")
@signed_in
def replace(person_id: int) -> ResponseReturnValue:
    person = find_person(person_id)
    if ReplaceForm().validate_on_submit():
        made = actions.replace_letter(viewer(), person)
        tell(say("Here is the new letter. The code of the old one does not work any more."))
        return go(url_for(".batch", batch_id=made.id))
    return go(url_for(".person", person_id=person_id))
