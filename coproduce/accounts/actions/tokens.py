"""Tokens that work once. Each is of one kind and for one person, expires, and is kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from coproduce import clock, config
from coproduce.accounts.actions.attempts import mark_of
from coproduce.accounts.models import OneUse, Person
from coproduce.accounts.rules import Purpose
from coproduce.accounts.rules.codes import DIGITS, long_code
from coproduce.db import db, table_of

LASTS = {
    Purpose.SIGN_IN: timedelta(minutes=10),
    Purpose.TEXT_CODE: timedelta(minutes=10),
    Purpose.CONFIRM_EMAIL: timedelta(hours=24),
    Purpose.CONFIRM_PHONE: timedelta(minutes=10),
    Purpose.JOIN: timedelta(days=28),
    Purpose.PAPER_CODE: timedelta(days=3650),
}


@dataclass(frozen=True)
class Used:
    """A token that has just been used up, for good."""

    person_id: int
    value: str


def make(purpose: Purpose, person_id: int, token: str, *, value: str = "", lasts: timedelta | None = None) -> OneUse:
    now = clock.now()
    made = OneUse(
        purpose=purpose,
        hash=_hash(purpose, token),
        person_id=person_id,
        made_at=now,
        expires_at=now + (lasts or LASTS[purpose]),
        used_at=None,
        value=value,
    )
    db.session.add(made)
    db.session.flush()
    return made


def use(purpose: Purpose, token: str) -> Used | None:
    """Use a token up: of many at the same instant, one gets it. None when it is used, expired, unknown, or of another
    kind, or when its person's account is closed."""
    now = clock.now()
    fresh = (OneUse.used_at.is_(None)) & (OneUse.expires_at > now)
    mine = update(OneUse).where(OneUse.hash == _hash(purpose, token), OneUse.purpose == purpose, fresh)
    row = db.session.execute(mine.values(used_at=now).returning(OneUse.person_id, OneUse.value)).first()
    if row is None or db.session.get_one(Person, row.person_id, populate_existing=True).closed_at is not None:
        return None
    return Used(row.person_id, row.value)


def look_up(purpose: Purpose, token: str) -> OneUse | None:
    """A token that would work now, left as it is."""
    fresh = (OneUse.used_at.is_(None)) & (OneUse.expires_at > clock.now())
    query = select(OneUse).where(OneUse.hash == _hash(purpose, token), OneUse.purpose == purpose, fresh)
    return db.session.scalars(query).first()


def drop(person_id: int, *purposes: Purpose) -> None:
    """What was not used yet is worth nothing from now on."""
    unused = delete(OneUse).where(OneUse.person_id == person_id, OneUse.used_at.is_(None))
    db.session.execute(unused.where(OneUse.purpose.in_(purposes)))


def hash_of(secret: str) -> str:
    """Enough for secrets of 128 random bits: there is nothing to guess from the hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _hash(purpose: Purpose, token: str) -> str:
    """Of a code that is short enough to type, the hash is made with a key that the data lacks."""
    return hash_of(token) if purpose is Purpose.SIGN_IN else mark_of(f"{purpose.value} {token}")


def new_secret() -> str:
    """128 random bits, in letters that an address can hold."""
    return secrets.token_urlsafe(16)


def new_digits() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


# -- codes to join ------------------------------------------------------------------------------------------------


def join_code(one_use_id: int, nonce: str) -> str:
    """The code that belongs to this row: worked out again whenever its letter is printed, and kept nowhere."""
    return long_code(config.chosen().secret_key.encode(), "join", one_use_id, nonce)


@dataclass(frozen=True)
class JoinCode:
    """The row that a code to join stands in, and what its code is worked out from beside the row's number."""

    row_id: int
    nonce: str


def make_join_codes(person_ids: Iterable[int], *, lasts: timedelta | None = None) -> dict[int, JoinCode]:
    """A fresh code to join for each of these people; any older one of theirs is dead."""
    wanted = sorted(set(person_ids))
    now = clock.now()
    for start in range(0, len(wanted), 1000):
        some = wanted[start : start + 1000]
        old = delete(OneUse).where(OneUse.purpose == Purpose.JOIN, OneUse.used_at.is_(None))
        db.session.execute(old.where(OneUse.person_id.in_(some)))
    if not wanted:
        return {}
    rows = [
        {
            "purpose": Purpose.JOIN,
            "hash": secrets.token_hex(32),
            "person_id": person_id,
            "made_at": now,
            "expires_at": now + (lasts or LASTS[Purpose.JOIN]),
            "used_at": None,
            "value": secrets.token_hex(8),
        }
        for person_id in wanted
    ]
    table = table_of(OneUse)
    made = db.session.execute(insert(table).returning(table.c.id, table.c.person_id, table.c.value), rows).all()
    hashes = [{"at": id_, "new": _hash(Purpose.JOIN, join_code(id_, nonce))} for id_, _, nonce in made]
    _set_hashes(hashes)
    return {person_id: JoinCode(id_, nonce) for id_, person_id, nonce in made}


def _set_hashes(hashes: list[dict[str, object]]) -> None:
    table = table_of(OneUse)
    change = table.update().where(table.c.id == bindparam("at")).values(hash=bindparam("new"))
    db.session.connection().execute(change, hashes)


def code_of(one_use_id: int) -> str:
    """The code to join that a row stands for."""
    row = db.session.get_one(OneUse, one_use_id)
    return join_code(row.id, row.value)
