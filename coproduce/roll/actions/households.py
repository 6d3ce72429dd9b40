"""People who live in a home and are not tenants of it: added by an officer, adults only."""

from __future__ import annotations

from datetime import timedelta

from coproduce import audit, clock
from coproduce.accounts import actions as people
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import Format, Holder, Standing
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.phones import read_phone
from coproduce.roll import policy
from coproduce.roll.actions import versions
from coproduce.words import say

STAY_ENDED = audit.verb("person.moved_out")


def add_household_member(
    me: Standing,
    beside: Occupancy,
    *,
    full_name: str,
    adult: bool,
    email: str = "",
    phone: str = "",
    formats: frozenset[Format] = frozenset(),
) -> Person:
    """Put somebody on the roll who lives with a tenant (`beside` is the tenant's stay)."""
    require(policy.refuse_keep_roll(me, beside.home.place_id))
    if not adult:
        raise Conflict(say("Only people of 18 or over are added. Tick the box if this person is."))
    number = read_phone(phone) if phone else ""
    if number is None:
        raise Conflict(say("This does not look like a phone number. Write it as 07700 900123."))
    if beside.until is not None and beside.until < clock.today():
        raise Conflict(say("Nobody lives in this home now. Bring the roll up to date first."))
    versions.move_on()
    person = people.add_person(
        full_name=full_name,
        public_name=full_name.split(" ", maxsplit=1)[0],
        format_needs=", ".join(sorted(one.value for one in formats)),
        by=me,
    )
    person.contact_email, person.contact_phone = email, number
    people.move_in(person, beside.home, since=clock.today(), tenure=beside.tenure, holder=Holder.HOUSEHOLD, by=me)
    return person


def end_stay(me: Standing, stay: Occupancy) -> None:
    """Somebody of a household has moved out. Tenancies end by the landlord's own list."""
    require(policy.refuse_keep_roll(me, stay.home.place_id))
    if stay.holder is not Holder.HOUSEHOLD:
        raise Conflict(say("This is a tenancy. It ends with the next list from your housing system."))
    versions.move_on()
    stay.until = max(stay.since, clock.today() - timedelta(days=1))
    db.session.flush()
    audit.record(STAY_ENDED, by=me, kind="person", thing_id=stay.person_id, home=stay.home_id)
