"""Making letters that ask people to join, each with a code that works once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert

from coproduce import audit, clock
from coproduce.accounts.actions import tokens
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.errors import Conflict, require
from coproduce.neighbourhoods.queries import tree
from coproduce.roll import policy
from coproduce.roll.models import BatchedLetter, LetterBatch
from coproduce.roll.queries import letters, people
from coproduce.words import say

LETTERS_MADE = audit.verb("letters.made")
LETTER_REPLACED = audit.verb("letters.replaced")
MOST_AT_ONCE = 500


def make_letters(me: Standing, place_id: int) -> LetterBatch:
    """Letters for everybody in a place who has not joined and has no letter that still works. 500 at a time."""
    require(policy.refuse_keep_roll(me, place_id))
    waiting = letters.waiting_in(tree().within(place_id))[:MOST_AT_ONCE]
    if not waiting:
        raise Conflict(say("Nobody here needs a letter now: all have joined, or have a letter that still works."))
    return _batch(me, waiting, place_id, LETTERS_MADE)


def replace_letter(me: Standing, person: Person) -> LetterBatch:
    """A new letter for somebody who lost theirs or cannot get in. The code of the old one is dead."""
    require(policy.refuse_merge(me, people.places_of(person)))
    if why := letters.why_no_letter(person):
        raise Conflict(why)
    return _batch(me, [person.id], None, LETTER_REPLACED)


def _batch(me: Standing, person_ids: Sequence[int], place_id: int | None, deed: audit.Verb) -> LetterBatch:
    codes = tokens.make_join_codes(person_ids)
    batch = LetterBatch(made_by_id=me.person_id, place_id=place_id, made_at=clock.now())
    db.session.add(batch)
    db.session.flush()
    rows = [
        {"batch_id": batch.id, "person_id": person_id, "one_use_id": code.row_id, "nonce": code.nonce}
        for person_id, code in codes.items()
    ]
    db.session.execute(insert(BatchedLetter), rows)
    audit.record(deed, by=me, kind="letters", thing_id=batch.id, count=len(rows), place=place_id)
    return batch
