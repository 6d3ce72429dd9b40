"""A person's ways in: adding, confirming and taking away."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, config
from coproduce.accounts import letters, policy
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.attempts import note_attempt
from coproduce.accounts.actions.signing_in import begin_sign_in, end_sign_ins_of
from coproduce.accounts.models import Person, WayIn
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Purpose, Standing, WayInKind
from coproduce.accounts.rules.ways import OPEN_THE_DOOR, WAY_IN_NAMES, sign_in_number
from coproduce.db import db
from coproduce.errors import Conflict, NotFound, require
from coproduce.words import Message, say

WAY_IN_ADDED = audit.verb("way_in.added")
WAY_IN_REMOVED = audit.verb("way_in.removed")
TAKEN = say("This already signs somebody in. Use another one, or ring us.")


def ask_to_confirm_email(person: Person, email: str) -> None:
    """Write to the new address: it is a way in once the link in that letter was pressed."""
    tokens.drop(person.id, Purpose.CONFIRM_EMAIL)
    token = tokens.new_secret()
    tokens.make(Purpose.CONFIRM_EMAIL, person.id, token, value=email)
    letters.confirm_email(person, email, f"{config.chosen().base_url.rstrip('/')}/account/email/{token}")


def confirm_email(token: str, *, origin: str) -> int:
    """Use the link up and add the address. Gives the person's id."""
    note_attempt("email confirmed", who=None, origin=origin)
    used = tokens.use(Purpose.CONFIRM_EMAIL, token)
    if used is None:
        raise Conflict(say("This link has been used, or it is too old. Add the address again to get a new one."))
    _add(used.person_id, WayInKind.EMAIL, used.value)
    return used.person_id


def ask_to_confirm_phone(person: Person, number: str) -> None:
    """Send a code to the new number: it is a way in once the code was typed."""
    tokens.drop(person.id, Purpose.CONFIRM_PHONE)
    code = tokens.new_digits()
    tokens.make(Purpose.CONFIRM_PHONE, person.id, f"{person.id} {code}", value=number)
    minutes = int(tokens.LASTS[Purpose.CONFIRM_PHONE].total_seconds() // 60)
    letters.text_code(person, number, code, minutes)


def confirm_phone(me: Standing, code: str, *, origin: str) -> None:
    """Use the code up and add the number that it was sent to."""
    require(policy.refuse_change_ways(me))
    note_attempt("phone confirmed", who=str(me.person_id), origin=origin)
    used = tokens.use(Purpose.CONFIRM_PHONE, f"{me.person_id} {code}")
    if used is None:
        raise Conflict(say("This code is wrong, used or too old. Check it, or ask for a new one."))
    _add(used.person_id, WayInKind.PHONE, used.value)


def set_passphrase(person: Person, made: str, *, this_sign_in: str | None) -> None:
    """Take these words from now on (`made` is their hash). Whoever else is signed in as this person is out."""
    db.session.execute(delete(WayIn).where(WayIn.person_id == person.id, WayIn.kind == WayInKind.PASSPHRASE))
    end_sign_ins_of(person.id, why="passphrase changed", by=None, but=this_sign_in)
    _add(person.id, WayInKind.PASSPHRASE, sign_in_number(person.resident_ref, person.id), secret=made)


def sign_in_from_work(subject: str, email: str, *, device: str, origin: str) -> str:
    """Sign in somebody whom the landlord's own sign-in vouches for. Gives the secret for the cookie.

    The first time they are found by the email that the landlord confirmed, among people who hold a role here; after
    that by the name that never changes. The second code is asked for all the same.
    """
    note_attempt("work sign-in", who=None, origin=origin)
    known = (WayIn.kind == WayInKind.SINGLE_SIGN_ON) & (WayIn.value == subject)
    person = db.session.scalars(select(Person).join(WayIn, WayIn.person_id == Person.id).where(known)).first()
    if person is None and email:
        by_email = (WayIn.kind == WayInKind.EMAIL) & (WayIn.value == email)
        found = db.session.scalars(select(Person).join(WayIn, WayIn.person_id == Person.id).where(by_email)).first()
        if found is not None and standing(found.id).is_trusted:
            person = found
            _add(person.id, WayInKind.SINGLE_SIGN_ON, subject)
    if person is None or person.closed_at is not None:
        raise Conflict(say("Your work account holds no role here yet. Ask an administrator to give you one first."))
    return begin_sign_in(person.id, device=device)


def _add(person_id: int, kind: WayInKind, value: str, *, secret: str = "") -> None:
    person = db.session.get_one(Person, person_id)
    there = db.session.scalars(select(WayIn).where(WayIn.kind == kind, WayIn.value == value)).first()
    if there is not None and there.person_id == person_id:
        return
    before = _emails(person_id)
    try:
        with db.session.begin_nested():
            db.session.add(WayIn(person_id=person_id, kind=kind, value=value, secret=secret, made_at=clock.now()))
    except IntegrityError:
        raise Conflict(TAKEN) from None
    audit.record(WAY_IN_ADDED, by=None, kind="person", thing_id=person_id, way=kind.value)
    _tell(person, WAY_IN_NAMES[kind], before)


def _emails(person_id: int) -> list[str]:
    query = select(WayIn.value).where(WayIn.person_id == person_id, WayIn.kind == WayInKind.EMAIL)
    return list(db.session.scalars(query.order_by(WayIn.id)))


def _tell(person: Person, what: Message, emails: list[str]) -> None:
    """To every address they had before, so that a thief cannot change the locks unseen."""
    for email in emails or [None]:  # type: ignore[list-item]
        letters.way_in_changed(person, what, email)


def remove(me: Standing, way_in_id: int) -> None:
    """Take one of my ways in away; one is left."""
    require(policy.refuse_change_ways(me))
    query = select(WayIn).where(WayIn.person_id == me.person_id, WayIn.kind.in_(OPEN_THE_DOOR)).order_by(WayIn.id)
    mine = db.session.scalars(query.with_for_update()).all()
    gone = next((way for way in mine if way.id == way_in_id), None)
    if gone is None:
        raise NotFound
    if len(mine) == 1:
        raise Conflict(say("This is your only way in. Add another one first, or you could not sign in again."))
    person = db.session.get_one(Person, me.person_id)
    before = _emails(person.id)
    db.session.delete(gone)
    tokens.drop(person.id, Purpose.SIGN_IN, Purpose.TEXT_CODE, Purpose.CONFIRM_EMAIL, Purpose.CONFIRM_PHONE)
    db.session.flush()
    audit.record(WAY_IN_REMOVED, by=me, kind="person", thing_id=person.id, way=gone.kind.value)
    _tell(person, WAY_IN_NAMES[gone.kind], before)
