"""What joining needs to know of a person: who may help them, and which words are too close to them."""

from __future__ import annotations

from sqlalchemy import select

from coproduce import clock, config
from coproduce.accounts.models import Consent, Occupancy, Person
from coproduce.accounts.rules.ways import HELP_LASTS, HELP_TO_JOIN
from coproduce.db import db
from coproduce.neighbourhoods.models import Home
from coproduce.neighbourhoods.queries import tree


def has_consent(person_id: int, helper_id: int) -> bool:
    """Whether this helper has recorded, a moment ago, that this person agreed to be helped."""
    query = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.recorded_by_id == helper_id,
        Consent.what == HELP_TO_JOIN,
        Consent.at > clock.now() - HELP_LASTS,
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalars(query.limit(1)).first() is not None


def local_words(person: Person) -> list[str]:
    """Words that somebody who knows them would try first: names, number, address, places, the landlord's name."""
    query = select(Home).join(Occupancy, Occupancy.home_id == Home.id).where(Occupancy.person_id == person.id)
    homes = db.session.scalars(query.order_by(Home.id)).all()
    places = tree()
    around = [spot.name for home in homes for spot in places.around(home.place_id)]
    settings = config.chosen()
    own = [person.full_name, person.public_name, person.resident_ref or "", person.contact_email]
    near = [*(home.address for home in homes), *(home.postcode for home in homes), *around]
    return [*own, *near, settings.landlord, settings.name]
