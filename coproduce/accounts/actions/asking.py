"""Asking to be let in by a letter or a text message: the same for people we know and for strangers."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import delete, select

from coproduce import clock, config, jobs
from coproduce.accounts import letters
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.attempts import note_attempt
from coproduce.accounts.models import Asked, Person, WayIn
from coproduce.accounts.rules import Purpose, WayInKind
from coproduce.db import after_commit, db, transaction

MINUTES = int(tokens.LASTS[Purpose.SIGN_IN].total_seconds() // 60)


def ask_for_link(email: str, *, origin: str, next_path: str | None, browser: str = "") -> None:
    """Ask for a sign-in link. The worker sends one if we know the address; this request cannot tell."""
    note_attempt("sign-in link", who=email, origin=origin, browser=browser)
    _ask(WayInKind.EMAIL, email, next_path)


def ask_for_text(number: str, *, origin: str, next_path: str | None, browser: str = "") -> None:
    """Ask for a code by text message. The worker sends one if we know the number; this request cannot tell."""
    note_attempt("text code asked", who=number, origin=origin, browser=browser)
    _ask(WayInKind.PHONE, number, next_path)


def _ask(kind: WayInKind, value: str, next_path: str | None) -> None:
    db.session.add(Asked(kind=kind, value=value, next_path=next_path or "", at=clock.now()))
    after_commit(jobs.wake)


def answer_asked() -> int:
    """Send each person who asked what lets them in, and forget that anybody asked. Says how many asked."""
    with transaction():
        asked = db.session.execute(delete(Asked).returning(Asked.kind, Asked.value, Asked.next_path, Asked.id)).all()
        for kind, value, next_path, _ in sorted(asked, key=lambda row: row.id):
            _answer(kind, value, next_path or None)
    return len(asked)


def _answer(kind: WayInKind, value: str, next_path: str | None) -> None:
    person = known_by(kind, value)
    if person is None and kind is WayInKind.EMAIL:
        _ask_to_join(value)
    elif person is not None and person.closed_at is None:
        if kind is WayInKind.EMAIL:
            letters.sign_in_link(person, value, make_link(person, next_path=next_path), MINUTES)
        else:
            letters.text_code(person, value, make_text_code(person, value), MINUTES)


def _ask_to_join(email: str) -> None:
    """The landlord's list has this address for one person, who has not joined: the letter asks them to."""
    query = select(Person).where(Person.contact_email == email, Person.joined_at.is_(None), Person.closed_at.is_(None))
    found = db.session.scalars(query.order_by(Person.id).limit(2)).all()
    if len(found) == 1 and found[0].adult:
        (code,) = tokens.make_join_codes([found[0].id], lasts=tokens.LASTS[Purpose.CONFIRM_EMAIL]).values()
        letters.join_by_email(found[0], email, join_link(code.row_id))


def join_link(one_use_id: int) -> str:
    """The address of a join code, for a letter or a QR code."""
    return f"{config.chosen().base_url.rstrip('/')}/join/{tokens.code_of(one_use_id)}"


def known_by(kind: WayInKind, value: str) -> Person | None:
    way_in = (WayIn.kind == kind) & (WayIn.value == value)
    return db.session.scalars(select(Person).join(WayIn, WayIn.person_id == Person.id).where(way_in)).first()


def make_link(person: Person, *, next_path: str | None = None, lasts: object = None) -> str:
    """A link that signs this person in, once."""
    token = tokens.new_secret()
    tokens.make(Purpose.SIGN_IN, person.id, token, lasts=lasts)  # type: ignore[arg-type]
    then = f"?next={quote(next_path, safe='/')}" if next_path else ""
    return f"{config.chosen().base_url.rstrip('/')}/account/sign-in/{token}{then}"


def make_text_code(person: Person, number: str) -> str:
    """A code of six digits that signs this person in, once; an older one is dead."""
    tokens.drop(person.id, Purpose.TEXT_CODE)
    code = tokens.new_digits()
    tokens.make(Purpose.TEXT_CODE, person.id, f"{number} {code}")
    return code
