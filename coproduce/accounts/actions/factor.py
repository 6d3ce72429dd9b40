"""The second code of people who hold a role: from an app on their phone, or from a sheet of paper codes.

Time-based codes as in RFC 6238, with six digits and steps of 30 seconds. The seed is kept sealed (XSalsa20-Poly1305)
with a key that the database does not have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import delete, select, update

from coproduce import audit, clock, config
from coproduce.accounts import letters, policy
from coproduce.accounts.actions import tokens
from coproduce.accounts.actions.attempts import note_attempt
from coproduce.accounts.actions.signing_in import begin_sign_in, end_sign_in, end_sign_ins_of
from coproduce.accounts.models import OneUse, Person, WayIn
from coproduce.accounts.rules import Purpose, Standing, WayInKind
from coproduce.accounts.rules.codes import long_code
from coproduce.accounts.rules.ways import WAY_IN_NAMES
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.words import say

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1  # a phone's clock may be half a minute off
PAPER_CODES = 8

FACTOR_SET_UP = audit.verb("second_code.set_up")
FACTOR_RESET = audit.verb("second_code.reset")
PAPER_CODE_USED = audit.verb("second_code.paper_used")
PAPER_CODES_MADE = audit.verb("second_code.paper_made")
WRONG = say("This code is not right. Wait for the next one on your phone, then type that.")


def is_set_up(person_id: int) -> bool:
    return _way(person_id, WayInKind.SECOND_CODE) is not None


def offered_seed(person_id: int, sign_in: str) -> str:
    """The seed that is offered while somebody sets their code up: the same for as long as they are signed in, so that
    looking at the page keeps nothing."""
    key = config.chosen().secret_key.encode()
    digest = hmac.new(key, f"second code seed {person_id} {sign_in}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def address_for_the_app(seed: str, name: str) -> str:
    """What the QR code holds (the key URI format that authenticator apps read)."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=config.chosen().name)


def set_up(me: Standing, *, sign_in: str, code: str, device: str, origin: str) -> str:
    """Keep the offered seed once a code shows that the phone has it. Gives the secret of a new, stronger sign-in."""
    require(policy.refuse_set_up_code(me))
    person_id = me.person_id or 0
    note_attempt("second code", who=str(person_id), origin=origin)
    if is_set_up(person_id):
        raise Conflict(say("Your second code is set up already. Type the code that your phone shows."))
    seed = offered_seed(person_id, sign_in)
    step = _step_of(seed, code)
    if step is None:
        raise Conflict(WRONG)
    made = WayIn(
        person_id=person_id,
        kind=WayInKind.SECOND_CODE,
        value=str(person_id),
        secret=_sealed(seed),
        last_step=step,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    make_paper_codes(me)
    audit.record(FACTOR_SET_UP, by=me, kind="person", thing_id=person_id)
    letters.way_in_changed(db.session.get_one(Person, person_id), WAY_IN_NAMES[WayInKind.SECOND_CODE])
    return _stronger(person_id, sign_in, device)


def give_code(me: Standing, *, sign_in: str, code: str, device: str, origin: str) -> str:
    """Check the code from the phone; each works once. Gives the secret of a new, stronger sign-in."""
    person_id = me.person_id or 0
    note_attempt("second code", who=str(person_id), origin=origin, browser=sign_in)
    way = _way(person_id, WayInKind.SECOND_CODE)
    step = _step_of(_unsealed(way.secret), code) if way else None
    if way is None or step is None or not _use_step(way, step):
        raise Conflict(WRONG)
    return _stronger(person_id, sign_in, device)


def give_paper_code(me: Standing, *, sign_in: str, code: str, device: str, origin: str) -> str:
    """Use one of the codes on paper up, for when the phone is lost."""
    person_id = me.person_id or 0
    note_attempt("second code", who=str(person_id), origin=origin, browser=sign_in)
    used = tokens.use(Purpose.PAPER_CODE, f"{person_id} {code}")
    if used is None:
        raise Conflict(say("This paper code is wrong or used. Try the next one on your sheet."))
    audit.record(PAPER_CODE_USED, by=me, kind="person", thing_id=person_id)
    return _stronger(person_id, sign_in, device)


def _stronger(person_id: int, sign_in: str, device: str) -> str:
    """A new id from here on: a copy of the weaker cookie must not become a stronger one."""
    end_sign_in(sign_in, why="second code given")
    return begin_sign_in(person_id, device=device, strong=True)


def _use_step(way: WayIn, step: int) -> bool:
    """Of two with the same code at the same instant, one gets in."""
    later = update(WayIn).where(WayIn.id == way.id, WayIn.last_step < step).values(last_step=step)
    return db.session.execute(later.returning(WayIn.id)).first() is not None


def _step_of(seed: str, code: str) -> int | None:
    """The time step that this code belongs to, near enough to now."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed)
    for step in range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), code):
            return step
    return None


# -- codes on paper -----------------------------------------------------------------------------------------------


def make_paper_codes(me: Standing) -> None:
    """A fresh sheet; what is left of an older one is worth nothing."""
    person_id = me.person_id or 0
    tokens.drop(person_id, Purpose.PAPER_CODE)
    way = _way(person_id, WayInKind.PAPER_CODES)
    if way is None:
        way = WayIn(person_id=person_id, kind=WayInKind.PAPER_CODES, value=str(person_id), made_at=clock.now())
        db.session.add(way)
    way.secret = secrets.token_hex(8)
    way.made_at = clock.now()
    for code in _sheet(person_id, way.secret):
        tokens.make(Purpose.PAPER_CODE, person_id, f"{person_id} {code}")
    audit.record(PAPER_CODES_MADE, by=me, kind="person", thing_id=person_id)


def paper_codes(person_id: int) -> list[str]:
    """The codes of the sheet, worked out again to be printed: they are kept nowhere."""
    way = _way(person_id, WayInKind.PAPER_CODES)
    return _sheet(person_id, way.secret) if way else []


def paper_codes_left(person_id: int) -> int:
    unused = (OneUse.person_id == person_id) & (OneUse.purpose == Purpose.PAPER_CODE) & OneUse.used_at.is_(None)
    return len(db.session.scalars(select(OneUse.id).where(unused)).all())


def _sheet(person_id: int, salt: str) -> list[str]:
    key = config.chosen().secret_key.encode()
    return [long_code(key, "paper", person_id, salt, number) for number in range(PAPER_CODES)]


# -- losing it ----------------------------------------------------------------------------------------------------


def reset(me: Standing, person: Person) -> None:
    """Somebody lost phone and paper: an administrator who knows that it is them lets them set a new one up."""
    require(policy.refuse_reset_code(me, person.id))
    forget(person.id)
    end_sign_ins_of(person.id, why="second code reset", by=me)
    audit.record(FACTOR_RESET, by=me, kind="person", thing_id=person.id)
    letters.way_in_changed(person, WAY_IN_NAMES[WayInKind.SECOND_CODE])


def forget(person_id: int) -> None:
    tokens.drop(person_id, Purpose.PAPER_CODE)
    kinds = (WayInKind.SECOND_CODE, WayInKind.PAPER_CODES)
    db.session.execute(delete(WayIn).where(WayIn.person_id == person_id, WayIn.kind.in_(kinds)))


def _way(person_id: int, kind: WayInKind) -> WayIn | None:
    query = select(WayIn).where(WayIn.person_id == person_id, WayIn.kind == kind)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


# -- sealing ------------------------------------------------------------------------------------------------------


def _box(key: str) -> SecretBox:
    return SecretBox(hashlib.sha256(f"second code {key}".encode()).digest())


def _sealed(seed: str) -> str:
    return _box(config.chosen().secret_key).encrypt(seed.encode()).hex()


def _unsealed(sealed: str) -> str:
    """With the key of now, else with the one before it."""
    settings = config.chosen()
    for key in (settings.secret_key, settings.secret_key_before):
        try:
            return _box(key).decrypt(bytes.fromhex(sealed)).decode()
        except CryptoError:
            continue
    raise Conflict(say("Your second code cannot be read any more. Ask an administrator to reset it."))
