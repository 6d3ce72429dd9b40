"""Be anybody of the cast, and read the letters. These routes do not exist outside the demo."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from coproduce import outbox
from coproduce.access import public
from coproduce.accounts.actions import begin_sign_in
from coproduce.accounts.queries import envelopes
from coproduce.accounts.views import device, remember
from coproduce.demo import queries
from coproduce.demo.forms import BeForm
from coproduce.demo.rules import BY_WORDS, WORDS
from coproduce.errors import NotFound
from coproduce.web import go, page, tell
from coproduce.words import say

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("demo/index.html", cast=queries.cast(), form=BeForm(), number=queries.number_of(BY_WORDS), words=WORDS)


@bp.post("/be/<id:person_id>")
@public
def be(person_id: int) -> ResponseReturnValue:
    """Sign in as one of the cast. Nobody outside the cast can be stepped into, even here."""
    found = {person.id: player for player, person in queries.cast()}
    if person_id not in found:
        raise NotFound
    if not BeForm().validate_on_submit():
        return go(url_for(".index"))
    remember(begin_sign_in(person_id, device=device(), strong=True))
    tell(say("You are {name} now.", name=found[person_id].public_name))
    return go(url_for("home.index"))


@bp.get("/letters")
@public
def letters() -> ResponseReturnValue:
    """The newest letters to everybody, or to one person."""
    asked = request.args.get("to", "")
    person_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    found = outbox.letters(person_id, limit=50)
    names = envelopes([letter.person_id for letter in found])
    return page("demo/letters.html", letters=found, names=names, cast=queries.cast(), chosen=person_id)
