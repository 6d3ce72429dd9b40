"""Every change to places and homes."""

from coproduce import audit
from coproduce.db import db
from coproduce.neighbourhoods.models import Home, Place
from coproduce.neighbourhoods.rules import PlaceKind

PLACE_ADDED = audit.verb("place.added")


def add_place(name: str, kind: PlaceKind, parent: Place | None = None) -> Place:
    place = Place(name=name, kind=kind, parent_id=parent.id if parent else None)
    db.session.add(place)
    db.session.flush()
    audit.record(PLACE_ADDED, by=None, kind="place", thing_id=place.id)
    return place


def add_home(place: Place, *, reference: str, address: str, postcode: str, do_not_write: bool = False) -> Home:
    home = Home(
        place_id=place.id, reference=reference, address=address, postcode=postcode, do_not_write=do_not_write
    )
    db.session.add(home)
    db.session.flush()
    return home
