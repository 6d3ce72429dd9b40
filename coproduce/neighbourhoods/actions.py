"""Every change to places and homes."""

from sqlalchemy import select

from coproduce import audit, texts
from coproduce.db import db
from coproduce.errors import Conflict
from coproduce.neighbourhoods.models import Home, Place
from coproduce.neighbourhoods.rules import PlaceKind, wrong_parent
from coproduce.words import say

PLACE_ADDED = audit.verb("place.added")
HOME_ADDED = audit.verb("home.added")


def add_place_under(name: str, kind: PlaceKind, parent_id: int | None, by: audit.Actor) -> Place:
    """As `add_place`, in the place with this id. Who may is for those above to say."""
    parent = db.session.get(Place, parent_id) if parent_id is not None else None
    return add_place(name, kind, parent, by=by)


def add_place(name: str, kind: PlaceKind, parent: Place | None = None, *, by: audit.Actor | None = None) -> Place:
    name = texts.clean_line(name)
    if trouble := wrong_parent(kind, parent.kind if parent else None):
        raise Conflict(trouble)
    parent_id = parent.id if parent else None
    if db.session.scalars(select(Place.id).where(Place.parent_id == parent_id, Place.name == name)).first():
        raise Conflict(say("There is a place called {name} there already.", name=name))
    place = Place(name=name, kind=kind, parent_id=parent_id)
    db.session.add(place)
    db.session.flush()
    audit.record(PLACE_ADDED, by=by, kind="place", thing_id=place.id)
    return place


def add_home(place: Place, *, reference: str, address: str, postcode: str, do_not_write: bool = False) -> Home:
    home = Home(
        place_id=place.id,
        reference=texts.clean_line(reference),
        address=texts.clean_line(address),
        postcode=texts.clean_line(postcode),
        do_not_write=do_not_write,
    )
    db.session.add(home)
    db.session.flush()
    audit.record(HOME_ADDED, by=None, kind="home", thing_id=home.id, place=place.id)
    return home
