"""Joining: somebody who is on the roll shows the code from their letter, chooses a name, and has a way in."""

from __future__ import annotations

from sqlalchemy import select, update

from coproduce import audit, clock, texts
from coproduce.accounts import letters, policy
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.attempts import note_attempt
from coproduce.accounts.actions.signing_in import end_sign_ins_of
from coproduce.accounts.models import Consent, OneUse, Person
from coproduce.accounts.queries import helped
from coproduce.accounts.rules import Purpose, Standing
from coproduce.accounts.rules.ways import HELP_LASTS, HELP_TO_JOIN
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.words import say

JOINED = audit.verb("person.joined")
HELPED = audit.verb("person.helped_to_join")
WRONG_CODE = say("This code is wrong, used or too old. Check it against your letter, or ring us for a new one.")


def show_code(code: str, *, origin: str) -> int:
    """Check a code to join, and leave it as it is. Gives the row to hold on to while the person chooses."""
    note_attempt("join code", who=None, origin=origin)
    row = tokens.look_up(Purpose.JOIN, code)
    if row is None or db.session.get_one(Person, row.person_id).closed_at is not None:
        raise Conflict(WRONG_CODE)
    return row.id


def claimed(one_use_id: int | None) -> Person | None:
    """Whose place a code that was shown claims, while it is still good."""
    if one_use_id is None:
        return None
    fresh = (OneUse.id == one_use_id) & OneUse.used_at.is_(None) & (OneUse.expires_at > clock.now())
    query = select(Person).join(OneUse, OneUse.person_id == Person.id)
    return db.session.scalars(query.where(fresh, OneUse.purpose == Purpose.JOIN, Person.closed_at.is_(None))).first()


def join(one_use_id: int, *, public_name: str) -> Person:
    """Use the code up, for good, and take the name. The place on the roll was there before."""
    now = clock.now()
    fresh = (OneUse.id == one_use_id) & OneUse.used_at.is_(None) & (OneUse.expires_at > now)
    mine = update(OneUse).where(fresh, OneUse.purpose == Purpose.JOIN).values(used_at=now).returning(OneUse.person_id)
    row = db.session.execute(mine).first()
    person = db.session.get_one(Person, row.person_id, populate_existing=True) if row else None
    if person is None or person.closed_at is not None:
        raise Conflict(WRONG_CODE)
    end_sign_ins_of(person.id, why="joined again", by=None)
    person.public_name = texts.clean_line(public_name)
    letters.joined(person)
    person.joined_at = person.joined_at or now
    db.session.flush()
    audit.record(JOINED, by=None, kind="person", thing_id=person.id)
    return person


def help_to_join(me: Standing, *, number: str, name: str, postcode: str, how: str) -> int:
    """Give somebody in the room a code that works for half an hour, with their consent on record.

    The helper names the person by what these say of themselves: nobody can look through the roll. What the person
    chooses then, they type themselves, on their own phone or on this one once the helper is signed out of it.
    """
    require(policy.refuse_help_to_join(me))
    note_attempt("help to join", who=f"{number} {name} {postcode}", origin=f"helper {me.person_id}")
    person = helped.find(me, number=number, name=name, postcode=postcode)
    if person is None:
        raise Conflict(
            say("We found nobody with that number or name and postcode in your places. Check the spelling, or ring us.")
        )
    if person.joined_at is not None:
        raise Conflict(say("This person has joined already. They can sign in, or ring us if they cannot get in."))
    consent = Consent(
        person_id=person.id,
        what=HELP_TO_JOIN,
        how=how,
        recorded_by_id=me.person_id,
        at=clock.now(),
        withdrawn_at=None,
    )
    db.session.add(consent)
    (code,) = tokens.make_join_codes([person.id], lasts=HELP_LASTS).values()
    db.session.flush()
    audit.record(HELPED, by=me, kind="person", thing_id=person.id, consent=consent.id)
    return code.row_id
