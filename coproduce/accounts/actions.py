"""Every change to people, their roles and their sign-ins."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, timedelta
from urllib.parse import quote

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select, update

from coproduce import audit, clock, config, texts
from coproduce.accounts import letters, policy
from coproduce.accounts.models import (
    Attempt,
    CircleMade,
    Occupancy,
    OneUse,
    Person,
    RoleHeld,
    Seat,
    SignIn,
    WayIn,
)
from coproduce.accounts.rules import Circle, Holder, Purpose, Role, Standing, Tenure, WayInKind
from coproduce.db import db, keep_at_once
from coproduce.errors import Conflict, require
from coproduce.neighbourhoods.models import Home, Place
from coproduce.words import say

LINK_LASTS = timedelta(minutes=10)
WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 60  # a hall full of people shares one
ADMIN_LINK_LASTS = timedelta(hours=1)
ATTEMPTS_KEPT = timedelta(days=1)
SIGN_INS_LAST = timedelta(days=30)

PERSON_ADDED = audit.verb("person.added")
MOVED_IN = audit.verb("person.moved_in")
ROLE_GIVEN = audit.verb("role.given")
SEAT_TAKEN = audit.verb("seat.taken")
SIGNED_IN = audit.verb("sign_in.made")
SIGN_IN_ENDED = audit.verb("sign_in.ended")
SIGN_INS_ENDED = audit.verb("sign_in.all_ended")
LANGUAGE_CHOSEN = audit.verb("person.chose_language")


# -- people -------------------------------------------------------------------------------------------------------


def add_person(
    *,
    full_name: str,
    public_name: str,
    email: str | None = None,
    resident_ref: str | None = None,
    language: str = "en-GB",
    format_needs: str = "",
) -> Person:
    person = Person(
        full_name=texts.clean_line(full_name),
        public_name=texts.clean_line(public_name),
        resident_ref=resident_ref,
        language=language,
        format_needs=format_needs,
        adult=True,
        closed_at=None,
    )
    db.session.add(person)
    db.session.flush()
    if email:
        db.session.add(WayIn(person_id=person.id, kind=WayInKind.EMAIL, value=texts.clean_line(email).lower()))
        db.session.flush()
    audit.record(PERSON_ADDED, by=None, kind="person", thing_id=person.id)
    return person


def move_in(person: Person, home: Home, *, since: date, tenure: Tenure, holder: Holder = Holder.SOLE) -> Occupancy:
    occupancy = Occupancy(person_id=person.id, home_id=home.id, tenure=tenure, holder=holder, since=since, until=None)
    db.session.add(occupancy)
    db.session.flush()
    audit.record(MOVED_IN, by=None, kind="person", thing_id=person.id, home=home.id)
    return occupancy


def give_role(
    person: Person, role: Role, *, by: Standing | None, place: Place | None = None, since: date | None = None
) -> RoleHeld:
    """Give a role. `by` is None for the command line, which only an engineer of the landlord can reach."""
    if by is not None:
        require(policy.refuse_give_role(by))
    held = RoleHeld(
        person_id=person.id,
        kind=role,
        place_id=place.id if place else None,
        since=since or clock.today(),
        until=None,
        given_by=by.person_id if by else None,
    )
    db.session.add(held)
    db.session.flush()
    audit.record(ROLE_GIVEN, by=by, kind="person", thing_id=person.id, role=role.value, place=held.place_id)
    return held


def init_admin(email: str, full_name: str) -> str:
    """Make this person an administrator, and give a link that signs them in once within the hour.

    For the command line. A person we know keeps their name; asking again gives a new link.
    """
    email = texts.clean_line(email).lower()
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise Conflict(say("{email} does not look like an email address.", email=email)) from None
    person = _known_by(email)
    if person is None:
        person = add_person(full_name=full_name, public_name=full_name, email=email)
    if person.closed_at is not None:
        raise Conflict(say("The account of {email} is closed. Use another address.", email=email))
    if not _is_administrator(person):
        give_role(person, Role.ADMINISTRATOR, by=None)
    return make_link(person, lasts=ADMIN_LINK_LASTS)


def _is_administrator(person: Person) -> bool:
    held = select(RoleHeld).where(RoleHeld.person_id == person.id, RoleHeld.kind == Role.ADMINISTRATOR)
    return db.session.scalars(held.where(RoleHeld.until.is_(None))).first() is not None


def choose_language(me: Standing, code: str) -> None:
    """Write and show everything to me in this language from now on."""
    require(policy.refuse_choose_language(me))
    person = db.session.get_one(Person, me.person_id)
    person.language = code
    audit.record(LANGUAGE_CHOSEN, by=me, kind="person", thing_id=person.id, language=code)


def make_circle(kind: Circle, name: str) -> CircleMade:
    circle = CircleMade(kind=kind, name=name)
    db.session.add(circle)
    db.session.flush()
    return circle


def seat(person: Person, circle: CircleMade, *, name: str, since: date | None = None) -> Seat:
    taken = Seat(person_id=person.id, circle_id=circle.id, seat=name, since=since or clock.today(), until=None)
    db.session.add(taken)
    db.session.flush()
    audit.record(SEAT_TAKEN, by=None, kind="person", thing_id=person.id, circle=circle.id)
    return taken


# -- signing in ---------------------------------------------------------------------------------------------------


def ask_for_link(email: str, *, origin: str, next_path: str | None) -> None:
    """Send a sign-in link if we know the address. Whoever asks learns nothing either way."""
    note_attempt("sign-in link", who=email, origin=origin)
    person = _known_by(email)
    if person is None or person.closed_at is not None:
        return
    letters.sign_in_link(person, make_link(person, next_path=next_path), int(LINK_LASTS.total_seconds() // 60))


def _known_by(email: str) -> Person | None:
    way_in = (WayIn.kind == WayInKind.EMAIL) & (WayIn.value == email)
    return db.session.scalars(select(Person).join(WayIn, WayIn.person_id == Person.id).where(way_in)).first()


def make_link(person: Person, *, next_path: str | None = None, lasts: timedelta = LINK_LASTS) -> str:
    """A link that signs this person in, once."""
    token = secrets.token_urlsafe(16)
    now = clock.now()
    db.session.add(
        OneUse(
            purpose=Purpose.SIGN_IN,
            hash=hash_of(token),
            person_id=person.id,
            made_at=now,
            expires_at=now + lasts,
            used_at=None,
        )
    )
    db.session.flush()
    then = f"?next={quote(next_path, safe='/')}" if next_path else ""
    return f"{config.chosen().base_url.rstrip('/')}/account/sign-in/{token}{then}"


def sign_in_with_link(token: str, *, device: str, origin: str) -> str:
    """Use a link up and begin a sign-in. Gives the secret for the cookie."""
    note_attempt("sign-in token", who=token, origin=origin)
    now = clock.now()
    used = db.session.execute(
        update(OneUse)
        .where(OneUse.hash == hash_of(token), OneUse.purpose == Purpose.SIGN_IN)
        .where(OneUse.used_at.is_(None), OneUse.expires_at > now)
        .values(used_at=now)
        .returning(OneUse.person_id)
    ).first()
    if used is None or db.session.get_one(Person, used.person_id).closed_at is not None:
        raise Conflict(say("This link has been used, or it is too old. Ask for a new one: it takes a minute."))
    return begin_sign_in(used.person_id, device=device)


def begin_sign_in(person_id: int, *, device: str) -> str:
    """A new sign-in row. Gives the 128-bit secret whose hash it keeps."""
    secret = secrets.token_urlsafe(16)
    row = SignIn(
        person_id=person_id, hash=hash_of(secret), made_at=clock.now(), device=device[:80], ended_at=None, why_ended=""
    )
    db.session.add(row)
    db.session.flush()
    audit.record(SIGNED_IN, by=None, kind="person", thing_id=person_id)
    return secret


def end_sign_in(secret: str, *, why: str) -> None:
    row = db.session.scalars(select(SignIn).where(SignIn.hash == hash_of(secret), SignIn.ended_at.is_(None))).first()
    if row is not None:
        row.ended_at, row.why_ended = clock.now(), why
        audit.record(SIGN_IN_ENDED, by=None, kind="person", thing_id=row.person_id, why=why)


def end_all_sign_ins(me: Standing) -> int:
    """Sign me out on every device, this one too. A copied cookie is dead from now on."""
    require(policy.refuse_end_sign_ins(me))
    live = update(SignIn).where(SignIn.person_id == me.person_id, SignIn.ended_at.is_(None))
    ended = db.session.execute(live.values(ended_at=clock.now(), why_ended="everywhere").returning(SignIn.id)).all()
    audit.record(SIGN_INS_ENDED, by=me, kind="person", thing_id=me.person_id, count=len(ended))
    return len(ended)


def note_attempt(what: str, *, who: str, origin: str) -> None:
    """Count a try at a secret, or for one, and stop when there were too many. Kept even when the request is refused.

    It is kept first and counted after, so that of many at the same instant no more get through than one by one.
    """
    now = clock.now()
    who_mark, origin_mark = _mark_of(f"{what} {who}"), _mark_of(f"from {origin}")
    db.session.add(Attempt(what=what, who=who_mark, origin=origin_mark, at=now))
    keep_at_once()
    lately = select(func.count()).select_from(Attempt).where(Attempt.what == what, Attempt.at > now - WINDOW)
    of_account = db.session.scalar(lately.where(Attempt.who == who_mark)) or 0
    of_address = db.session.scalar(lately.where(Attempt.origin == origin_mark)) or 0
    if of_account > TRIES_PER_ACCOUNT or of_address > TRIES_PER_ADDRESS:
        raise Conflict(say("That was too many tries. Wait 15 minutes, then try again, or ring us."))


def tidy() -> int:
    """Forget attempts after a day, links that nobody can use any more, and end sign-ins that are too old."""
    now = clock.now()
    deeds = (
        delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT).returning(Attempt.id),
        delete(OneUse).where(OneUse.expires_at < now - ATTEMPTS_KEPT).returning(OneUse.id),
        update(SignIn)
        .where(SignIn.ended_at.is_(None), SignIn.made_at < now - SIGN_INS_LAST)
        .values(ended_at=now, why_ended="too old")
        .returning(SignIn.id),
    )
    return sum(len(db.session.execute(deed).all()) for deed in deeds)


def _mark_of(text: str) -> str:
    """A mark for an email or network address. They can be guessed, so it is made with a key that the data lacks."""
    return hmac.new(config.chosen().secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def hash_of(secret: str) -> str:
    """Enough for secrets of 128 random bits: there is nothing to guess from the hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
