"""Beginning and ending sign-ins."""

from __future__ import annotations

from sqlalchemy import select, update

from coproduce import audit, clock
from coproduce.accounts import policy
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.attempts import note_attempt
from coproduce.accounts.models import Person, SignIn, WayIn
from coproduce.accounts.rules import Purpose, Standing, WayInKind
from coproduce.db import db
from coproduce.errors import Conflict, NotFound, require
from coproduce.words import say

SIGNED_IN = audit.verb("sign_in.made")
SIGN_IN_ENDED = audit.verb("sign_in.ended")
SIGN_INS_ENDED = audit.verb("sign_in.all_ended")


def sign_in_with_link(token: str, *, device: str, origin: str) -> str:
    """Use a link up and begin a sign-in. Gives the secret for the cookie."""
    note_attempt("sign-in token", who=None, origin=origin)
    used = tokens.use(Purpose.SIGN_IN, token)
    if used is None:
        raise Conflict(say("This link has been used, or it is too old. Ask for a new one: it takes a minute."))
    return begin_sign_in(used.person_id, device=device)


def sign_in_with_text_code(number: str, code: str, *, device: str, origin: str, browser: str = "") -> str:
    """Use a code up that came by text message. Gives the secret for the cookie."""
    note_attempt("text code", who=number, origin=origin, browser=browser)
    used = tokens.use(Purpose.TEXT_CODE, f"{number} {code}")
    if used is None:
        raise Conflict(say("This code is wrong, used or too old. Check it, or ask for a new one."))
    return begin_sign_in(used.person_id, device=device)


def sign_in_with_passphrase(
    number: str, checked: str | None, *, device: str, origin: str, browser: str = ""
) -> tuple[str, int]:
    """Sign in with a resident number and a passphrase. `checked` is the hash that the passphrase was found to match,
    before this transaction (`actions.passphrases.check`); it must be theirs still. Gives the cookie's secret and the
    person's id."""
    note_attempt("passphrase", who=number, origin=origin, browser=browser)
    query = select(WayIn).where(WayIn.kind == WayInKind.PASSPHRASE, WayIn.value == number)
    way = db.session.scalars(query).first() if checked else None
    if way is None or way.secret != checked or db.session.get_one(Person, way.person_id).closed_at is not None:
        raise Conflict(say("This number and these words do not go together. Check both, then try again."))
    return begin_sign_in(way.person_id, device=device), way.person_id


def begin_sign_in(person_id: int, *, device: str, strong: bool = False) -> str:
    """A new sign-in row. Gives the 128-bit secret whose hash it keeps. `strong`: the second code was given too."""
    secret = tokens.new_secret()
    now = clock.now()
    row = SignIn(
        person_id=person_id,
        hash=tokens.hash_of(secret),
        made_at=now,
        strong_at=now if strong else None,
        device=device[:80],
        ended_at=None,
        why_ended="",
    )
    db.session.add(row)
    db.session.flush()
    audit.record(SIGNED_IN, by=None, kind="person", thing_id=person_id)
    return secret


def end_sign_in(secret: str, *, why: str) -> None:
    """End the sign-in that this secret belongs to."""
    row = db.session.scalars(select(SignIn).where(SignIn.hash == tokens.hash_of(secret))).first()
    if row is not None and row.ended_at is None:
        row.ended_at, row.why_ended = clock.now(), why
        audit.record(SIGN_IN_ENDED, by=None, kind="person", thing_id=row.person_id, why=why)


def end_one_sign_in(me: Standing, sign_in_id: int) -> None:
    """End one of my own sign-ins: a phone that was lost, a computer in the library."""
    require(policy.refuse_end_sign_ins(me))
    mine = (SignIn.id == sign_in_id) & (SignIn.person_id == me.person_id) & (SignIn.ended_at.is_(None))
    row = db.session.scalars(select(SignIn).where(mine)).first()
    if row is None:
        raise NotFound
    row.ended_at, row.why_ended = clock.now(), "ended by the person"
    audit.record(SIGN_IN_ENDED, by=me, kind="person", thing_id=me.person_id, why=row.why_ended)


def end_all_sign_ins(me: Standing) -> int:
    """Sign out everywhere: every copied cookie is dead from now on."""
    require(policy.refuse_end_sign_ins(me))
    return end_sign_ins_of(me.person_id or 0, why="everywhere", by=me)


def end_sign_ins_of(person_id: int, *, why: str, by: Standing | None, but: str | None = None) -> int:
    """End every sign-in of a person, but for the one with this hash."""
    live = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.hash != (but or ""))
    ended = db.session.execute(live.values(ended_at=clock.now(), why_ended=why).returning(SignIn.id)).all()
    if ended:
        audit.record(SIGN_INS_ENDED, by=by, kind="person", thing_id=person_id, count=len(ended))
    return len(ended)
