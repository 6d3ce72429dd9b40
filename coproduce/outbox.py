"""Letters: queued in the transaction of the deed, put into words in the reader's language and sent by the worker.

A letter's kind is the name of its template, `templates/letters/<kind>.txt`: the subject on its first line, then the
words. Facts may hold what the template needs; links and codes (`secret`) are wiped once the letter has gone.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from coproduce import clock, jobs, texting, words
from coproduce.db import Base, after_commit, choice, db, transaction
from coproduce.words import pack, unpack

LEASE = timedelta(minutes=5)
TRIES = 8
WAITS = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720)]
SECONDS_TO_ANSWER = 20


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    UNWANTED = "unwanted"
    FAILED = "failed"


class Letter(Base):
    """One letter to one person. `mark` makes its Message-ID, so that a second try is the same letter."""

    __tablename__ = "letter"

    person_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    facts: Mapped[dict[str, Any]]
    secret: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[State] = mapped_column(choice(State, "state"))
    queued_at: Mapped[datetime]
    next_try: Mapped[datetime]
    lease: Mapped[datetime | None]
    tries: Mapped[int]
    trouble: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    done_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_letter_state_next_try", "state", "next_try"),)


# Among a letter's secret facts: where this one goes, whatever the person's envelope says.
EMAIL_TO, TEXT_TO = "to email", "to phone"
# Somebody waits for these before a page: they leave before the letters that a vote's opening queues by the thousand.
URGENT = ("confirm_email", "join_by_email", "sign_in_link", "text_code")
NEWS = {
    "action_changed",
    "amendment_settled",
    "answer_given",
    "ballot_counted",
    "comment_reply",
    "mandate_named",
    "proposal_support_reached",
    "question_answered",
    "rating_given",
}


@dataclass(frozen=True)
class Envelope:
    """Where a letter goes: a name, and an email address or a telephone number; neither means paper.

    `news`: whether the person wants letters that ask nothing of them (`NEWS`).
    """

    name: str
    address: str | None
    phone: str | None = None
    news: bool = True


class Post:
    """How letters are written and sent; set once by `create_app`."""

    mail_url: str = ""
    mail_from: str = ""
    sender: str = ""
    text_url: str = ""
    write: Callable[[str, dict[str, Any]], str]
    find: Callable[[Sequence[int]], dict[int, Envelope]]

    @classmethod
    def use(
        cls,
        *,
        mail_url: str,
        mail_from: str,
        sender: str,
        write: Callable[[str, dict[str, Any]], str],
        find: Callable[[Sequence[int]], dict[int, Envelope]],
        text_url: str = "",
    ) -> None:
        cls.mail_url, cls.mail_from, cls.sender, cls.text_url = mail_url, mail_from, sender, text_url
        cls.write, cls.find = staticmethod(write), staticmethod(find)


def queue(person_id: int, kind: str, language: str, *, secret: dict[str, Any] | None = None, **facts: Any) -> None:
    """Queue one letter in the present transaction. `secret` facts are wiped when it has gone."""
    now = clock.now()
    db.session.add(
        Letter(
            person_id=person_id,
            kind=kind,
            facts=pack(facts),
            secret=pack(secret or {}),
            language=language,
            state=State.WAITING,
            queued_at=now,
            next_try=now,
            lease=None,
            tries=0,
            trouble="",
            subject="",
            body="",
            done_at=None,
        )
    )
    after_commit(jobs.wake)


@jobs.every_minute
def deliver(limit: int = 100) -> int:
    """Put what is waiting into words and send it. Says how many letters left.

    After so many the other deeds get their turn, and the worker is woken for the rest. A worker that is told to stop
    leaves them: they are free again when their lease runs out.
    """
    gone = 0
    claimed = _claim(limit)
    for letter_id in claimed:
        if jobs.is_stopping():
            return gone
        gone += _deliver_one(letter_id)
    if len(claimed) == limit:
        jobs.wake()
    return gone


def _claim(limit: int) -> list[int]:
    """Lease what is due. A worker that dies gives its letters back when the lease runs out."""
    with transaction():
        now = clock.now()
        due = (
            select(Letter.id)
            .where(Letter.state == State.WAITING, Letter.next_try <= now)
            .where(or_(Letter.lease.is_(None), Letter.lease < now))
            .order_by(Letter.kind.in_(URGENT).desc(), Letter.next_try, Letter.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = list(db.session.scalars(due))
        if claimed:
            db.session.execute(update(Letter).where(Letter.id.in_(claimed)).values(lease=now + LEASE))
    return claimed


def _deliver_one(letter_id: int) -> int:
    with transaction():
        letter = db.session.get_one(Letter, letter_id)
        envelope = _addressed(letter, Post.find([letter.person_id]).get(letter.person_id) or Envelope("", None))
        if letter.kind in NEWS and not envelope.news:
            letter.state, letter.lease, letter.done_at = State.UNWANTED, None, clock.now()
            return 0
        subject, body = put_into_words(letter)
    trouble = ""
    by_text = bool(envelope.phone and Post.text_url)
    sends = by_text or bool(Post.mail_url and envelope.address)
    if by_text:
        trouble = texting.send(Post.text_url, envelope.phone or "", _as_text(letter, subject, body))
    elif sends:
        trouble = _send(letter, envelope, subject, body)
    with transaction():
        found = db.session.get(Letter, letter_id, populate_existing=True)
        if found is None:  # forgotten while it was on its way
            return 0
        _settle(found, subject, body, trouble, sent=sends and not trouble)
        return int(found.state in {State.SENT, State.KEPT})


def _addressed(letter: Letter, envelope: Envelope) -> Envelope:
    """A letter that is for one address, such as a code, goes there and nowhere else."""
    if email := letter.secret.get(EMAIL_TO):
        return Envelope(envelope.name, email)
    if phone := letter.secret.get(TEXT_TO):
        return Envelope(envelope.name, None, phone=phone)
    return envelope


def _as_text(letter: Letter, subject: str, body: str) -> str:
    """A text message is the whole letter when it was written as one, and else its first line and where to read on."""
    if TEXT_TO in letter.secret:
        return body.strip()
    link = next((line for line in body.splitlines() if line.startswith(("https://", "http://"))), "")
    return f"{subject} {link}".strip()


def forget(person_id: int) -> None:
    """Throw away every letter to this person, sent or not."""
    db.session.execute(delete(Letter).where(Letter.person_id == person_id))


def put_into_words(letter: Letter) -> tuple[str, str]:
    """Subject and words, in the reader's language."""
    with words.speaking(letter.language):
        text = Post.write(f"letters/{letter.kind}.txt", {**unpack(letter.facts), **unpack(letter.secret)})
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


def _settle(letter: Letter, subject: str, body: str, trouble: str, *, sent: bool) -> None:
    letter.lease = None
    letter.tries += 1
    letter.trouble = trouble[:200]
    if trouble:
        gives_up = letter.tries >= TRIES
        letter.state = State.FAILED if gives_up else State.WAITING
        letter.next_try = clock.now() + WAITS[min(letter.tries, len(WAITS)) - 1]
        if gives_up:
            letter.secret = {}
        return
    letter.done_at = clock.now()
    letter.state = State.SENT if sent else State.KEPT
    letter.subject = subject
    if sent:
        letter.secret = {}  # and no body: a code must not outlive its letter
    else:
        letter.body = body


def _send(letter: Letter, envelope: Envelope, subject: str, body: str) -> str:
    """Hand one letter to the mail server. Says what went wrong, or nothing."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = formataddr((Post.sender, Post.mail_from))
    message["To"] = formataddr((envelope.name, envelope.address or ""))
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<letter-{letter.id}@{Post.mail_from.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        with _server() as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _server() -> smtplib.SMTP:
    parts = urlsplit(Post.mail_url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SECONDS_TO_ANSWER, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS_TO_ANSWER)
    try:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        with suppress(OSError, smtplib.SMTPException):
            server.close()
        raise
    return server


def letters(person_id: int | None = None, limit: int = 100) -> Sequence[Letter]:
    """The newest letters, for one person or for all."""
    query = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if person_id is not None:
        query = query.where(Letter.person_id == person_id)
    return db.session.scalars(query).all()
