"""The record: whatever is edited, inserted, removed or cut off, `audit.verify` names it."""

import hashlib
import random
import secrets

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from coproduce import audit, clock
from coproduce.audit import Row, Seal
from coproduce.db import db as database
from coproduce.db import transaction

OTHER_KEY = b"b" * 64


@pytest.fixture
def sealed(walsden):
    """A record of some dozens of rows under three seals, and the head as it was written down elsewhere."""
    with transaction():
        audit.BATCH, usual = 10, audit.BATCH
        try:
            while audit.seal():
                pass
        finally:
            audit.BATCH = usual
    last = database.session.scalars(sa.select(Seal).order_by(Seal.last.desc())).first()
    anchor = (last.last, last.head)
    database.session.rollback()
    return anchor


def findings(anchor=None):
    database.session.flush()
    database.session.expire_all()
    return {finding.what for finding in audit.verify(anchor=anchor).findings}


def row(no):
    return database.session.scalars(sa.select(Row).where(Row.no == no)).one()


def change(no, **values):
    database.session.execute(sa.update(Row).where(Row.no == no).values(**values))


def copy_of(old, **values):
    kept = {column.name: getattr(old, column.name) for column in Row.__table__.columns if column.name != "id"}
    return Row(**(kept | {"token": secrets.token_hex(16)} | values))


def re_mark(one, key):
    """What an intruder would do who knows how marks are made, and has another key."""
    right, audit.Keys.audit = audit.Keys.audit, key
    try:
        return audit.mark_of(one)
    finally:
        audit.Keys.audit = right


def signed_by_another(first, last, head):
    return SigningKey(b"9" * 32).sign(audit._signed(first, last, head)).signature.hex()


def test_a_clean_record_has_no_findings(sealed):
    check = audit.verify(anchor=sealed)
    assert check.findings == ()
    assert (check.last, check.head) == sealed
    assert check.rows >= 30
    assert check.unsealed == 0


def test_rows_younger_than_the_last_seal_are_counted(sealed):
    with transaction():
        audit.record(audit._verbs["person.added"], by=None, kind="person", thing_id=1)
    check = audit.verify(anchor=sealed)
    assert check.findings == ()
    assert check.unsealed == 1


EDITS = {
    "verb": {"verb": "role.taken"},
    "who": {"actor_id": 99},
    "role": {"role": "administrator"},
    "thing": {"thing_id": 99},
    "story": {"story": 99},
    "facts": {"facts": {"home": 99}},
    "hidden": {"public": True},
    "token": {"token": "f" * 32},
}


@pytest.mark.parametrize("values", EDITS.values(), ids=EDITS)
def test_an_edited_row_is_named(sealed, values):
    change(7, **values)
    assert findings() == {"edited or inserted"}


def test_an_edited_time_is_named(sealed):
    change(7, at=clock.now())
    assert findings() == {"edited or inserted"}


def test_a_row_marked_again_with_another_key_is_named(sealed):
    one = row(7)
    one.facts = {"home": 99}
    one.mark = re_mark(one, OTHER_KEY)
    assert "edited or inserted" in findings()


def test_a_row_inserted_with_another_key_is_named(sealed):
    new = copy_of(row(7), no=None)
    new.mark = re_mark(new, OTHER_KEY)
    database.session.add(new)
    assert findings() == {"edited or inserted"}


def test_a_row_inserted_under_a_number_of_its_own_is_named(sealed):
    new = copy_of(row(7), no=sealed[0] + 1)
    new.mark = audit.mark_of(new)  # even with the right key
    database.session.add(new)
    assert findings() == {"inserted"}


def test_two_rows_that_changed_places_are_named(sealed):
    one, other = row(7), row(8)
    for no, moved in ((None, one), (7, other), (8, one)):
        moved.no = no
        database.session.flush()
    assert "changed since it was sealed" in findings()


def test_a_removed_row_is_named(sealed):
    database.session.execute(sa.delete(Row).where(Row.no == 7))
    assert "removed" in findings()


def test_a_removed_row_whose_number_is_taken_is_named(sealed):
    new = copy_of(row(7), thing_id=99)
    new.mark = audit.mark_of(new)  # even with the right key
    database.session.execute(sa.delete(Row).where(Row.no == 7))
    database.session.add(new)
    assert "changed since it was sealed" in findings()


def test_a_record_cut_off_under_its_last_seal_is_named(sealed):
    database.session.execute(sa.delete(Row).where(Row.no > sealed[0] - 2))
    assert "removed" in findings()


def cut_off(sealed):
    last = database.session.scalars(sa.select(Seal).order_by(Seal.last.desc())).first()
    database.session.execute(sa.delete(Row).where(Row.no >= last.first))
    database.session.execute(sa.delete(Seal).where(Seal.id == last.id))


def test_a_record_cut_off_with_its_seal_is_named_by_a_head_kept_elsewhere(sealed):
    cut_off(sealed)
    assert findings(sealed) == {"cut off"}


def test_the_control_without_the_head_kept_elsewhere_a_cut_is_not_seen(sealed):
    """Why the head goes into letters and prints."""
    cut_off(sealed)
    assert findings() == set()


def test_a_record_written_again_with_every_key_is_named_by_the_head_kept_elsewhere(sealed):
    one = row(7)
    one.facts = {"home": 99}
    one.mark = audit.mark_of(one)
    database.session.flush()
    head = audit.START
    for seal in database.session.scalars(sa.select(Seal).order_by(Seal.last)):
        marks = database.session.scalars(
            sa.select(Row.mark).where(Row.no.between(seal.first, seal.last)).order_by(Row.no)
        )
        head = audit.chain(head, marks)
        seal.head = head
        seal.signature = audit._signing_key().sign(audit._signed(seal.first, seal.last, head)).signature.hex()
    assert findings() == set()
    assert findings(sealed) == {"changed since it was sealed"}


SEAL_EDITS = {
    "head": lambda seal: {"head": hashlib.sha256(b"x").hexdigest()},
    "signature": lambda seal: {"signature": signed_by_another(seal.first, seal.last, seal.head)},
    "no signature": lambda seal: {"signature": "zz"},
    "first": lambda seal: {"first": seal.first + 1},
    "last": lambda seal: {"last": seal.last + 1000},
}


@pytest.mark.parametrize("values", SEAL_EDITS.values(), ids=SEAL_EDITS)
def test_a_changed_seal_is_named(sealed, values):
    seal = database.session.scalars(sa.select(Seal).order_by(Seal.last.desc())).first()
    database.session.execute(sa.update(Seal).where(Seal.id == seal.id).values(**values(seal)))
    assert findings(sealed) != set()


def test_a_removed_seal_is_named(sealed):
    first = database.session.scalars(sa.select(Seal).order_by(Seal.last)).first()
    database.session.execute(sa.delete(Seal).where(Seal.id == first.id))
    assert "removed" in findings(sealed)


# -- any change at all --------------------------------------------------------------------------------------------


def harm(choose):
    """Do one harm to the record, of any kind, anywhere."""
    numbers = database.session.scalars(sa.select(Row.no).order_by(Row.no)).all()
    no = choose.choice(numbers)
    one = row(no)
    kind = choose.choice(["edit", "remove", "insert", "swap", "re-mark", "seal"])
    if kind == "edit":
        change(no, **choose.choice([v for v in EDITS.values() if any(getattr(one, k) != x for k, x in v.items())]))
    elif kind == "remove":
        database.session.execute(sa.delete(Row).where(Row.no == no))
    elif kind == "insert":
        new = copy_of(one, no=choose.choice([None, numbers[-1] + 1]), thing_id=choose.randrange(10**6))
        new.mark = re_mark(new, OTHER_KEY)
        database.session.add(new)
    elif kind == "swap":
        other = row(choose.choice([n for n in numbers if n != no]))
        database.session.execute(sa.update(Row).where(Row.id == one.id).values(thing_id=10**6))
        one.mark, other.mark = other.mark, one.mark
    elif kind == "re-mark":
        one.facts = {"home": choose.randrange(10**6)}
        one.mark = re_mark(one, choose.randbytes(32))
    else:
        seal = choose.choice(database.session.scalars(sa.select(Seal).order_by(Seal.id)).all())
        edit = choose.choice(list(SEAL_EDITS.values()))
        database.session.execute(sa.update(Seal).where(Seal.id == seal.id).values(**edit(seal)))
    return kind


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_harm_is_found(sealed, seed):
    try:
        kind = harm(random.Random(seed))
        assert findings(sealed) != set(), kind
    finally:
        database.session.rollback()
        database.session.expire_all()


def test_the_control_without_marks_an_edit_is_not_seen(sealed, monkeypatch):
    """The marks are what finds an edit: were they not looked at, nothing else would."""
    change(7, facts={"home": 99})
    monkeypatch.setattr(audit, "mark_of", lambda one: one.mark)
    assert findings(sealed) == set()


def test_the_control_without_signatures_a_forged_seal_is_not_seen(sealed, monkeypatch):
    last = database.session.scalars(sa.select(Seal).order_by(Seal.last.desc())).first()
    last.signature = signed_by_another(last.first, last.last, last.head)
    monkeypatch.setattr(audit, "_is_signed", lambda key, one: True)
    assert findings(sealed) == set()
