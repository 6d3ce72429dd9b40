"""Hashing and checking passphrases. Slow on purpose, so it is done before a request takes the database's lock."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select

from coproduce import config
from coproduce.accounts.models import WayIn
from coproduce.accounts.rules import WayInKind
from coproduce.accounts.rules.passphrases import LONGEST, settled
from coproduce.db import db, reading

ROUNDS = 2  # OWASP's smallest for argon2id with 19 MiB


@cache
def _hasher(memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=ROUNDS, memory_cost=memory, parallelism=1)


def _ours() -> PasswordHasher:
    return _hasher(config.chosen().passphrase_memory)


@cache
def _nobodys(memory: int) -> str:
    """A hash to check against when there is none, so that an unknown number takes as long as a known one."""
    return _hasher(memory).hash("nobody has these words")


def make(typed: str) -> str:
    """The hash of a passphrase, for keeping."""
    return _ours().hash(settled(typed)[:LONGEST])


def check(number: str, typed: str) -> str | None:
    """The hash kept for this resident number, when the words match it. Takes as long when there is none.

    Holds no lock: the row is read in a transaction of its own before the words are hashed.
    """
    with reading():
        db.session.rollback()
        query = select(WayIn.secret).where(WayIn.kind == WayInKind.PASSPHRASE, WayIn.value == number)
        kept = db.session.scalar(query)
        db.session.rollback()
    right = _matches(kept or _nobodys(config.chosen().passphrase_memory), typed)
    return kept if kept and right else None


def is_right(kept: str, typed: str) -> bool:
    return _matches(kept, typed)


def _matches(kept: str, typed: str) -> bool:
    try:
        return _ours().verify(kept, settled(typed)[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
