"""The record: one story, checkable. What was done, by which role, to what; never people's words or names.

Each row carries its own HMAC (`mark`), made as it is written with a key outside the database, so an edited or
inserted row shows at once. A job numbers the rows and chains them in batches; each batch's head is signed
(Ed25519), so a removed or cut-off row shows too. The public timeline is this table, by `story` (a proposal's id).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from coproduce import clock, db, jobs, texts
from coproduce.db import Base
from coproduce.words import Message, pack, say, unpack

START = "0" * 64
BATCH = 500


@dataclass(frozen=True)
class Verb:
    """A deed that the record knows: `noun.past_tense`, and its sentence on the public timeline."""

    key: str
    sentence: str
    public: bool
    is_key: bool


_verbs: dict[str, Verb] = {}


def verb(key: str, sentence: str = "", *, turning_point: bool = False) -> Verb:
    """Declare a deed, once, at the top of the actions that do it. No sentence: it is not on any public timeline."""
    if key in _verbs:
        raise ValueError(f"{key} is declared twice")
    _verbs[key] = Verb(key, sentence, bool(sentence), turning_point)
    return _verbs[key]


class Row(Base):
    """One deed. Facts are ids, numbers, days, hashes and message keys."""

    __tablename__ = "audit"

    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(sa.String(40))
    verb: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[int | None]
    story: Mapped[int | None] = mapped_column(index=True)
    public: Mapped[bool]
    facts: Mapped[dict[str, Any]]
    mark: Mapped[str] = mapped_column(sa.String(64))
    no: Mapped[int | None] = mapped_column(unique=True)

    __table_args__ = (sa.Index("ix_audit_kind_thing_id", "kind", "thing_id"),)


class Seal(Base):
    """A signed batch: rows `first` to `last`, chained on to the seal before it."""

    __tablename__ = "seal"

    first: Mapped[int]
    last: Mapped[int] = mapped_column(unique=True)
    head: Mapped[str] = mapped_column(sa.String(64))
    signature: Mapped[str] = mapped_column(sa.String(128))
    at: Mapped[datetime]


class Actor(Protocol):
    """Whoever did it, as far as the record needs to know."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def role_word(self) -> str: ...


class Keys:
    """The two keys, set once by `create_app`; both live outside the database."""

    audit: bytes = b""
    seal: SigningKey | None = None

    @classmethod
    def use(cls, *, audit_key: str, seal_key: str) -> None:
        cls.audit = audit_key.encode()
        cls.seal = SigningKey(bytes.fromhex(seal_key)) if seal_key else None

    @classmethod
    def public(cls) -> str:
        """The public half of the seal key, in hexadecimal, for anyone who wants to check a signature."""
        return bytes(_signing_key().verify_key).hex()


def record(
    deed: Verb, *, by: Actor | None, kind: str, thing_id: int | None, story: int | None = None, **facts: Any
) -> None:
    """Write one row, in the transaction of the deed itself. `by` is None when the clock did it."""
    row = Row(
        token=secrets.token_hex(16),
        at=clock.now(),
        actor_id=by.person_id if by else None,
        role=by.role_word if by else "clock",
        verb=deed.key,
        kind=kind,
        thing_id=thing_id,
        story=story,
        public=deed.public,
        facts=pack(facts),
        no=None,
    )
    row.mark = mark_of(row)
    db.db.session.add(row)


def mark_of(row: Row) -> str:
    """HMAC-SHA-256 over everything that the row says, in one canonical form."""
    said = {
        "token": row.token,
        "at": row.at.isoformat(timespec="microseconds"),
        "actor": row.actor_id,
        "role": row.role,
        "verb": row.verb,
        "kind": row.kind,
        "thing": row.thing_id,
        "story": row.story,
        "public": row.public,
        "facts": row.facts,
    }
    return hmac.new(Keys.audit, texts.canonical(said), hashlib.sha256).hexdigest()


# -- the public timeline ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """One item of a timeline, ready to be put into the reader's language."""

    words: Message
    at: datetime
    role: str
    kind: str
    thing_id: int | None
    verb: str
    is_key: bool


def story(story_id: int, *, newest_first: bool = True, limit: int = 200) -> list[Telling]:
    """The public timeline of one proposal."""
    order = (Row.id.desc(),) if newest_first else (Row.id,)
    rows = db.db.session.scalars(select(Row).where(Row.story == story_id, Row.public).order_by(*order).limit(limit))
    return [tell(row) for row in rows]


def tell(row: Row) -> Telling:
    known = _verbs.get(row.verb)
    words = Message(known.sentence, unpack(row.facts)) if known else say("Something was done")
    return Telling(words, row.at, row.role, row.kind, row.thing_id, row.verb, bool(known and known.is_key))


# -- sealing ------------------------------------------------------------------------------------------------------


def seal() -> int:
    """Number the rows that have no number yet, chain them and sign the head. Says how many rows that were.

    Called by a job each minute, and in the same transaction by deeds that must be sealed at once.
    """
    db.db.session.flush()
    last = db.db.session.scalars(select(Seal).order_by(Seal.last.desc()).limit(1).with_for_update()).first()
    rows = db.db.session.scalars(select(Row).where(Row.no.is_(None)).order_by(Row.id).limit(BATCH)).all()
    if not rows:
        return 0
    first = (last.last if last else 0) + 1
    for no, row in enumerate(rows, start=first):
        row.no = no
    head = chain(last.head if last else START, [row.mark for row in rows])
    end = first + len(rows) - 1
    signature = _signing_key().sign(_signed(first, end, head)).signature.hex()
    db.db.session.add(Seal(first=first, last=end, head=head, signature=signature, at=clock.now()))
    db.db.session.flush()
    return len(rows)


@jobs.every_minute
def seal_what_is_new() -> int:
    """Seal all that has been written, batch by batch. Says how many rows that were."""
    sealed = 0
    while True:
        with db.transaction():
            rows = seal()
        sealed += rows
        if rows < BATCH:
            return sealed


def chain(head: str, marks: Iterable[str]) -> str:
    for mark in marks:
        head = hashlib.sha256(f"{head}{mark}".encode()).hexdigest()
    return head


def seals(limit: int = 50) -> Sequence[Seal]:
    return db.db.session.scalars(select(Seal).order_by(Seal.last.desc()).limit(limit)).all()


# -- checking -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something in the record that is not as it was written."""

    what: str
    where: str


@dataclass(frozen=True)
class Check:
    rows: int
    unsealed: int
    last: int
    head: str
    findings: tuple[Finding, ...]


def verify(*, anchor: tuple[int, str] | None = None, public_key: str | None = None) -> Check:
    """Read the whole record and name what was edited, inserted, removed or cut off.

    `anchor` is a number and head that was kept elsewhere (a letter, a print): without one, rows and seals cut off
    together at the end cannot be told from rows that were never there.
    """
    rows = _read_rows()
    key = VerifyKey(bytes.fromhex(public_key or Keys.public()))
    found = list(rows.findings)
    head, last = START, 0
    all_seals = db.db.session.scalars(select(Seal).order_by(Seal.last)).all()
    for one in all_seals:
        found += _check_seal(one, rows.marks, key, head, last)
        head, last = one.head, one.last
    found += [Finding("inserted", f"number {no} is under no seal") for no in sorted(rows.marks) if no > last]
    if anchor:
        found += _against(anchor, all_seals, last)
    return Check(rows.total, rows.unsealed, last, head, tuple(found))


@dataclass
class _Rows:
    """The rows as they were read: the mark under each number, and what was wrong with a row by itself."""

    marks: dict[int, str]
    findings: list[Finding]
    total: int = 0
    unsealed: int = 0


def _read_rows() -> _Rows:
    read = _Rows({}, [])
    for row in db.db.session.scalars(select(Row).order_by(Row.id).execution_options(yield_per=1000)):
        read.total += 1
        where = f"number {row.no}" if row.no else f"row {row.id}"
        if not hmac.compare_digest(row.mark, mark_of(row)):
            read.findings.append(Finding("edited or inserted", f"{where} ({row.verb})"))
        if row.no is None:
            read.unsealed += 1
        elif row.no in read.marks:
            read.findings.append(Finding("inserted", f"{where} stands twice"))
        else:
            read.marks[row.no] = row.mark
    return read


def _check_seal(one: Seal, marks: dict[int, str], key: VerifyKey, head: str, last: int) -> list[Finding]:
    """What is wrong with one seal, which must follow on `head` at number `last`."""
    found = []
    if one.first != last + 1:
        found.append(Finding("removed", f"the seal of numbers {last + 1} to {one.first - 1}"))
    missing = [no for no in range(one.first, one.last + 1) if no not in marks]
    found += [Finding("removed", f"number {no}") for no in missing]
    if not missing and chain(head, [marks[no] for no in range(one.first, one.last + 1)]) != one.head:
        found.append(Finding("changed since it was sealed", f"among numbers {one.first} to {one.last}"))
    if not _is_signed(key, one):
        found.append(Finding("not signed with our key", f"the seal of numbers {one.first} to {one.last}"))
    return found


def _against(anchor: tuple[int, str], all_seals: Sequence[Seal], last: int) -> list[Finding]:
    number, head = anchor
    if last < number:
        return [Finding("cut off", f"the record ends at number {last}, and number {number} was sealed")]
    if not any(one.last == number and one.head == head for one in all_seals):
        return [Finding("changed since it was sealed", f"the head at number {number} is not the one kept elsewhere")]
    return []


def _is_signed(key: VerifyKey, one: Seal) -> bool:
    try:
        key.verify(_signed(one.first, one.last, one.head), bytes.fromhex(one.signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def _signed(first: int, last: int, head: str) -> bytes:
    return f"coproduce record {first} {last} {head}".encode()


def _signing_key() -> SigningKey:
    if Keys.seal is None:
        raise RuntimeError("Set COPRODUCE_SEAL_KEY: `coproduce keys` makes one.")
    return Keys.seal
