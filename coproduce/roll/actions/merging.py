"""Two people on the roll who are one: made one by an officer, with one place on any roll afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from coproduce import audit, clock
from coproduce.accounts.models import Consent, Occupancy, OneUse, Person, RoleHeld, Seat, SignIn, WayIn
from coproduce.accounts.rules import Standing, WayInKind
from coproduce.db import db, reread
from coproduce.errors import Conflict, require
from coproduce.roll import policy
from coproduce.roll.actions import versions
from coproduce.roll.queries import people
from coproduce.words import Message, say

MERGED = audit.verb("person.merged")
ONE_EACH = frozenset({WayInKind.SECOND_CODE, WayInKind.PAPER_CODES})


@dataclass(frozen=True)
class Follower:
    """How a feature above takes part: why two people cannot be made one now, and moving what is theirs."""

    why_not: Callable[[int, int], Message | None]
    follow: Callable[[int, int], None]


followers: list[Follower] = []  # filled by `app`


def why_not_merge(keep: Person, gone: Person) -> Message | None:
    if keep.id == gone.id:
        return say("Choose two people.")
    if keep.closed_at or gone.closed_at:
        return say("One of these accounts is closed. Only people with open accounts can be made one.")
    if gone.roles or gone.seats:
        return say("The one that goes holds a role. End the role first, or keep that one.")
    return next((why for one in followers if (why := one.why_not(keep.id, gone.id))), None)


def merge(me: Standing, keep: Person, gone: Person) -> None:
    """Everything of `gone` becomes `keep`'s. The row of `gone` stays, points to the other, and opens nothing."""
    require(policy.refuse_merge(me, people.places_of(keep) | people.places_of(gone)))
    versions.move_on()
    for person in sorted((keep, gone), key=lambda one: one.id):
        reread(person, lock=True)
    if gone.merged_into_id or keep.merged_into_id:
        raise Conflict(say("These two were made one already."))
    if why := why_not_merge(keep, gone):
        raise Conflict(why)
    for one in followers:
        one.follow(keep.id, gone.id)
    _move_stays(keep, gone)
    _move_ways_in(keep, gone)
    db.session.execute(update(Consent).where(Consent.person_id == gone.id).values(person_id=keep.id))
    _take_contacts(keep, gone)
    gone.merged_into_id, gone.closed_at = keep.id, clock.now()
    db.session.flush()
    audit.record(MERGED, by=me, kind="person", thing_id=keep.id, gone=gone.id)


def _move_stays(keep: Person, gone: Person) -> None:
    """A home where both live is lived in once."""
    homes = {stay.home_id for stay in people.live_stays(keep)}
    yesterday = clock.today() - timedelta(days=1)
    for stay in db.session.scalars(select(Occupancy).where(Occupancy.person_id == gone.id).order_by(Occupancy.id)):
        if stay.home_id in homes and (stay.until is None or stay.until > yesterday):
            stay.until = max(stay.since, yesterday)
        else:
            stay.person_id = keep.id
    db.session.flush()
    db.session.expire(keep, ["occupancies"])
    db.session.expire(gone, ["occupancies"])


def _move_ways_in(keep: Person, gone: Person) -> None:
    now = clock.now()
    live = update(SignIn).where(SignIn.person_id == gone.id, SignIn.ended_at.is_(None))
    db.session.execute(live.values(ended_at=now, why_ended="made one"))
    db.session.execute(delete(OneUse).where(OneUse.person_id == gone.id, OneUse.used_at.is_(None)))
    db.session.execute(delete(WayIn).where(WayIn.person_id == gone.id, WayIn.kind.in_(ONE_EACH)))
    db.session.execute(update(WayIn).where(WayIn.person_id == gone.id).values(person_id=keep.id))
    for table in (RoleHeld, Seat):
        db.session.execute(update(table).where(table.person_id == gone.id).values(person_id=keep.id))


def _take_contacts(keep: Person, gone: Person) -> None:
    """What only the other had. A number goes over too, so that the landlord's next list finds the one that stays."""
    keep.contact_email = keep.contact_email or gone.contact_email
    keep.contact_phone = keep.contact_phone or gone.contact_phone
    keep.format_needs = ", ".join(sorted(one.value for one in keep.formats | gone.formats))
    keep.joined_at = keep.joined_at or gone.joined_at
    if keep.resident_ref is None and gone.resident_ref is not None:
        number, gone.resident_ref = gone.resident_ref, None
        db.session.flush()
        keep.resident_ref = number
    gone.contact_email = gone.contact_phone = ""
