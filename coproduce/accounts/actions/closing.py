"""Closing an account, and forgetting a person once the tenancy is over too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Select, delete, exists, select, update

from coproduce import audit, clock, outbox
from coproduce.accounts import letters, policy
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.signing_in import end_sign_ins_of
from coproduce.accounts.models import Consent, Occupancy, OneUse, Person, RoleHeld, Seat, SignIn, WayIn
from coproduce.accounts.queries import is_last_administrator
from coproduce.accounts.rules import Purpose, Standing, WayInKind
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.words import say

CLOSED = audit.verb("person.closed_account")
ERASED = audit.verb("person.erased")

# Filled by `app` from the features above: taking somebody's words back, and forgetting what they kept of a person.
withdraw_words: list[Callable[[int], None]] = []
forget_person: list[Callable[[int, str], None]] = []


def close_account(me: Standing, *, withdraw: bool) -> None:
    """Close my account now. Ways in, public name, contacts and letters go at once; votes stay counted.

    `withdraw`: what I wrote is taken back; otherwise it stays, by "a former neighbour".
    """
    require(policy.refuse_close_account(me))
    person = db.session.get_one(Person, me.person_id, with_for_update=True, populate_existing=True)
    if is_last_administrator(person.id):
        raise Conflict(say("You are the only administrator. Give the role to somebody else first."))
    if withdraw:
        for take_back in withdraw_words:
            take_back(person.id)
    emails = db.session.scalars(_emails_of(person.id)).all()
    _shut(person, by=me)
    for email in emails:
        letters.account_closed(person, email)


def _shut(person: Person, *, by: Standing | None) -> None:
    end_sign_ins_of(person.id, why="account closed", by=by)
    db.session.execute(delete(WayIn).where(WayIn.person_id == person.id))
    tokens.drop(person.id, *Purpose)
    today = clock.today()
    for table in (RoleHeld, Seat):
        live = update(table).where(table.person_id == person.id, table.until.is_(None) | (table.until >= today))
        db.session.execute(live.values(until=today - timedelta(days=1)))
    outbox.forget(person.id)
    person.public_name = ""
    person.contact_email = person.contact_phone = ""
    person.wants_news = False
    person.closed_at = clock.now()
    db.session.flush()
    audit.record(CLOSED, by=by, kind="person", thing_id=person.id)


def _emails_of(person_id: int) -> Select[str]:
    mine = (WayIn.person_id == person_id) & (WayIn.kind == WayInKind.EMAIL)
    return select(WayIn.value).where(mine).order_by(WayIn.id)


def erase_those_who_left(limit: int = 200) -> int:
    """Forget everybody whose account is closed and whose tenancy is over. Says how many."""
    living = exists().where(
        Occupancy.person_id == Person.id, Occupancy.until.is_(None) | (Occupancy.until >= clock.today())
    )
    query = select(Person).where(Person.closed_at.is_not(None), Person.erased_at.is_(None), ~living)
    people = db.session.scalars(query.order_by(Person.id).limit(limit).with_for_update(skip_locked=True)).all()
    for person in people:
        erase(person)
    return len(people)


def erase(person: Person) -> None:
    """Wipe everything that says who a person is. The row stays, so that every count stays as it was."""
    if person.closed_at is None:
        raise Conflict(say("Close the account first."))
    ref = person.resident_ref or ""
    for forget in forget_person:
        forget(person.id, ref)
    outbox.forget(person.id)
    for table in (SignIn, OneUse, WayIn, Consent):
        db.session.execute(delete(table).where(table.person_id == person.id))
    person.full_name = person.public_name = person.contact_email = person.contact_phone = person.format_needs = ""
    person.resident_ref = None
    person.language = "en-GB"
    person.erased_at = clock.now()
    db.session.flush()
    audit.record(ERASED, by=None, kind="person", thing_id=person.id)
