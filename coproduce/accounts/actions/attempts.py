"""Counting guesses at secrets, per account and per network address, and stopping when there are too many."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import func, select

from coproduce import clock, config
from coproduce.accounts.models import Attempt
from coproduce.db import db, keep_at_once
from coproduce.errors import Conflict
from coproduce.words import say

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 60  # a hall full of people shares one


def note_attempt(what: str, *, who: str | None, origin: str, browser: str = "") -> None:
    """Count a try at a secret, or for one, and stop when there were too many. Kept even when the request is refused.

    It is kept first and counted after, so that of many at the same instant no more get through than one by one.
    `who` is the account that is tried, as it was typed; None for a token that names nobody and is too long to guess.
    `browser` is the mark of a browser that this account has signed in on before: its tries are counted apart, so that
    strangers who guess cannot lock the real person out (OWASP, device cookies).
    """
    now = clock.now()
    who_mark = mark_of(f"{what} {who} {browser}".rstrip()) if who is not None else ""
    origin_mark = mark_of(f"from {browser or origin}")
    db.session.add(Attempt(what=what, who=who_mark, origin=origin_mark, at=now))
    keep_at_once()
    lately = select(func.count()).select_from(Attempt).where(Attempt.what == what, Attempt.at > now - WINDOW)
    of_account = db.session.scalar(lately.where(Attempt.who == who_mark)) or 0 if who_mark else 0
    of_address = db.session.scalar(lately.where(Attempt.origin == origin_mark)) or 0
    if of_account > TRIES_PER_ACCOUNT or of_address > TRIES_PER_ADDRESS:
        raise Conflict(say("That was too many tries. Wait 15 minutes, then try again, or ring us."))


def mark_of(text: str) -> str:
    """A mark for an email or network address. They can be guessed, so it is made with a key that the data lacks."""
    return hmac.new(config.chosen().secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
