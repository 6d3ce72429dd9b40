"""People: adding them, their homes, and what they choose for themselves."""

from __future__ import annotations

from datetime import date, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from coproduce import audit, clock, texts
from coproduce.accounts import policy
from coproduce.accounts.actions.asking import known_by, make_link
from coproduce.accounts.actions.roles import give_role
from coproduce.accounts.models import Occupancy, Person, RoleHeld, WayIn
from coproduce.accounts.rules import Format, Holder, LettersBy, Role, Standing, Tenure, WayInKind
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.neighbourhoods.models import Home
from coproduce.words import say

ADMIN_LINK_LASTS = timedelta(hours=1)

PERSON_ADDED = audit.verb("person.added")
MOVED_IN = audit.verb("person.moved_in")
LANGUAGE_CHOSEN = audit.verb("person.chose_language")
NAME_CHOSEN = audit.verb("person.chose_name")
LETTERS_CHOSEN = audit.verb("person.chose_letters")


def add_person(
    *,
    full_name: str,
    public_name: str,
    email: str | None = None,
    resident_ref: str | None = None,
    language: str = "en-GB",
    format_needs: str = "",
    by: Standing | None = None,
) -> Person:
    """Put somebody on our list. With an email they can sign in by it, and so have joined."""
    now = clock.now()
    person = Person(
        full_name=texts.clean_line(full_name),
        public_name=texts.clean_line(public_name),
        resident_ref=resident_ref,
        language=language,
        format_needs=format_needs,
        adult=True,
        contact_email="",
        contact_phone="",
        letters_by=LettersBy.EMAIL,
        wants_news=True,
        joined_at=now if email else None,
        closed_at=None,
        erased_at=None,
        merged_into_id=None,
    )
    db.session.add(person)
    db.session.flush()
    if email:
        address = texts.clean_line(email).lower()
        db.session.add(WayIn(person_id=person.id, kind=WayInKind.EMAIL, value=address, made_at=now))
        db.session.flush()
    audit.record(PERSON_ADDED, by=by, kind="person", thing_id=person.id)
    return person


def move_in(
    person: Person,
    home: Home,
    *,
    since: date,
    tenure: Tenure,
    holder: Holder = Holder.SOLE,
    by: Standing | None = None,
) -> Occupancy:
    occupancy = Occupancy(person_id=person.id, home_id=home.id, tenure=tenure, holder=holder, since=since, until=None)
    db.session.add(occupancy)
    db.session.flush()
    audit.record(MOVED_IN, by=by, kind="person", thing_id=person.id, home=home.id)
    return occupancy


def init_admin(email: str, full_name: str) -> str:
    """Make this person an administrator, and give a link that signs them in once within the hour.

    For the command line. A person we know keeps their name; asking again gives a new link.
    """
    email = texts.clean_line(email).lower()
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise Conflict(say("{email} does not look like an email address.", email=email)) from None
    person = known_by(WayInKind.EMAIL, email)
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


def choose_name(me: Standing, public_name: str) -> None:
    """Be called this from now on, also beside what I wrote before."""
    require(policy.refuse_change_account(me))
    person = db.session.get_one(Person, me.person_id)
    person.public_name = texts.clean_line(public_name)
    audit.record(NAME_CHOSEN, by=me, kind="person", thing_id=person.id)


def choose_letters(
    me: Standing, *, by: LettersBy, news: bool, formats: frozenset[Format], language: str | None = None
) -> None:
    """How our letters reach me, which ones, and in what shape."""
    require(policy.refuse_change_account(me))
    person = db.session.get_one(Person, me.person_id)
    person.letters_by, person.wants_news = by, news
    person.format_needs = ", ".join(sorted(one.value for one in formats))
    person.language = language or person.language
    audit.record(LETTERS_CHOSEN, by=me, kind="person", thing_id=person.id, way=by.value, news=news)
