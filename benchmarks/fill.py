"""A town of any size, the same from the same seed: proposals with their clauses, comments, support and search entries.

Written by whole tables, not through the actions: twenty thousand clauses one by one would take an hour. What the
actions keep in step (counts, fingerprints, search entries) is written as they would.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from coproduce import clock
from coproduce.db import Base, db, table_of
from coproduce.deliberation.models import Comment, CommentText, Thread
from coproduce.deliberation.rules import Shown, Side
from coproduce.duties.rules import Area
from coproduce.proposals.models import (
    Author,
    Choice,
    Clause,
    ClauseVersion,
    Proposal,
    Support,
    Version,
    VersionClause,
)
from coproduce.proposals.queries import KIND
from coproduce.proposals.rules import AuthorState, ClauseText, Option, Preamble, Stage, Stand, Within, mark
from coproduce.search import SearchEntry

SEED = 20261126
WORDS = (
    "bench bin bins stairs lift light lights garden hedge grass path gate fence cat cats dog dogs pet pets bird fish "
    "hens carpet paint kitchen bathroom boiler window door lock key keys shed yard play park parking bike bikes bus "
    "noise quiet hours summer winter rota neighbours children elders wheelchair ramp handrail cleaning windows litter "
    "sweep grit snow frost flood drain gutter roof chimney damp mould fan heater meter cost share budget price repair "
    "visit letter phone notice board meeting hall kettle chairs table tools library books swap market stall flowers "
    "trees apple orchard pond bees compost recycling glass paper plastic charger electric car drop kerb crossing sign"
).split()
JOINS = ("for", "by", "near", "and", "with", "in", "behind", "beside")
CLAUSES, OPTIONS_EVERY = 10, 3


@dataclass(frozen=True)
class Size:
    """How much of each. `busiest` comments stand under the last proposal, the others are spread over all."""

    proposals: int = 2_000
    comments: int = 50_000
    busiest: int = 1_000
    backers: int = 5


@dataclass
class Filled:
    busiest_id: int
    busiest_address: str


def fill(size: Size, *, place_id: int, people: Sequence[int], seed: int = SEED) -> Filled:
    """Write it all in the transaction that is open."""
    chance = random.Random(seed)
    now = clock.now() - timedelta(days=30)
    proposals = list(_proposals(size, chance, now, place_id, people))
    _write(Thread, ({"id": one["thread_id"], "place_id": place_id, "is_open": True} for one in proposals))
    _write(Proposal, proposals)
    _write(Author, (_author(one) for one in proposals))
    clauses = [clause for one in proposals for clause in _clauses(one, chance)]
    _write_clauses(clauses, now, people[0])
    _write_versions(proposals, clauses, now)
    _write_comments(size, chance, now, proposals, people)
    _write(Support, _support(size, proposals, people, now))
    _write(SearchEntry, _entries(proposals, clauses))
    _count_on()
    last = proposals[-1]
    found = db.session.get_one(Proposal, last["id"])
    return Filled(found.id, found.address)


def _write(table: type[Base], rows: Any, at_once: int = 2_000) -> None:
    """Rows of one table, some thousands at a time."""
    part = []
    for row in rows:
        part.append(row)
        if len(part) == at_once:
            db.session.execute(sa.insert(table_of(table)), part)
            part = []
    if part:
        db.session.execute(sa.insert(table_of(table)), part)


def _phrase(chance: random.Random, count: int) -> str:
    said = chance.sample(WORDS, count)
    for at in range(2, count, 3):
        said[at] = f"{chance.choice(JOINS)} {said[at]}"
    return " ".join(said).capitalize()


def _proposals(
    size: Size, chance: random.Random, now: datetime, place_id: int, people: Sequence[int]
) -> Iterator[dict[str, Any]]:
    areas = list(Area)
    for no in range(1, size.proposals + 1):
        raised_at = now - timedelta(hours=size.proposals - no)
        yield {
            "id": no, "thread_id": no, "place_id": place_id, "area": areas[no % len(areas)], "stage": Stage.RAISED,
            "title": _phrase(chance, 5), "summary": f"{_phrase(chance, 9)}.", "reasons": f"{_phrase(chance, 20)}.",
            "raised_by_id": people[no % len(people)], "made_at": raised_at, "raised_at": raised_at,
            "mandate": None, "mandate_words": "", "support_count": min(size.backers, len(people)), "why_ended": "",
            "strengths": "", "differs_why": "", "entered_how": "", "shown": Shown.SHOWN,
        }  # fmt: skip


def _author(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "proposal_id": one["id"], "person_id": one["raised_by_id"], "state": AuthorState.ACCEPTED, "position": 1,
        "since": one["made_at"],
    }  # fmt: skip


def _clauses(one: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    for position in range(1, CLAUSES + 1):
        options = [_phrase(chance, 2) for _ in range(2)] if position % OPTIONS_EVERY == 0 else []
        yield {
            "id": (one["id"] - 1) * CLAUSES + position, "proposal_id": one["id"], "position": position,
            "words": f"{_phrase(chance, 8)}.", "options": options,
        }  # fmt: skip


def _write_clauses(clauses: Sequence[dict[str, Any]], now: datetime, by_id: int) -> None:
    kept = ("id", "proposal_id", "position")
    _write(Clause, ({**{name: one[name] for name in kept}, "removed": False} for one in clauses))
    _write(
        ClauseVersion,
        (
            {
                "id": one["id"], "clause_id": one["id"], "no": 1, "words": one["words"], "stand": Stand.FLEXIBLE,
                "range_words": "", "made_at": now, "by_id": by_id,
            }
            for one in clauses
        ),
    )  # fmt: skip
    _write(
        Choice,
        (
            {
                "clause_id": one["id"], "position": at, "name": name, "meaning": "", "within": Within.YES,
                "departs_why": "", "since_no": 1, "settled_why": "",
            }
            for one in clauses
            for at, name in enumerate(one["options"], start=1)
        ),
    )  # fmt: skip


def _write_versions(proposals: Sequence[dict[str, Any]], clauses: Sequence[dict[str, Any]], now: datetime) -> None:
    of: dict[int, list[ClauseText]] = {}
    for one in clauses:
        options = tuple(Option(name) for name in one["options"])
        of.setdefault(one["proposal_id"], []).append(ClauseText(one["words"], Stand.FLEXIBLE, options=options))
    _write(
        Version,
        (
            {
                "id": one["id"], "proposal_id": one["id"], "no": 1, "title": one["title"], "summary": one["summary"],
                "reasons": one["reasons"], "strengths": "", "why": "", "by_id": one["raised_by_id"], "made_at": now,
                "fingerprint": mark(Preamble(one["title"], one["summary"], one["reasons"], "", None), of[one["id"]]),
            }
            for one in proposals
        ),
    )  # fmt: skip
    _write(
        VersionClause,
        (
            {"version_id": one["proposal_id"], "position": one["position"], "clause_version_id": one["id"]}
            for one in clauses
        ),
    )


def _write_comments(
    size: Size, chance: random.Random, now: datetime, proposals: Sequence[dict[str, Any]], people: Sequence[int]
) -> None:
    """A third are replies: two levels, as the talk has them."""
    busiest, tops = proposals[-1]["thread_id"], dict[int, list[int]]()
    comments, texts = [], []
    sides = (Side.FOR, Side.AGAINST, Side.QUESTION)
    for no in range(1, size.comments + 1):
        thread = busiest if no <= size.busiest else chance.randrange(1, len(proposals) + 1)
        above = tops.setdefault(thread, [])
        parent = chance.choice(above) if above and no % 3 == 0 else None
        if parent is None:
            above.append(no)
        made_at = now + timedelta(seconds=no)
        comments.append(
            {
                "id": no, "thread_id": thread, "parent_id": parent, "person_id": people[no % len(people)],
                "side": Side.PLAIN if parent else sides[no % 3], "about_version": 1, "role_name": "",
                "state": Shown.SHOWN, "made_at": made_at, "adopted_count": no % 7,
            }
        )  # fmt: skip
        texts.append({"comment_id": no, "no": 1, "words": f"{_phrase(chance, 25)}.", "made_at": made_at})
    _write(Comment, comments)
    _write(CommentText, texts)


def _support(
    size: Size, proposals: Sequence[dict[str, Any]], people: Sequence[int], now: datetime
) -> Iterator[dict[str, Any]]:
    for one in proposals:
        for at in range(min(size.backers, len(people))):
            yield {"proposal_id": one["id"], "person_id": people[at], "counts": True, "since": now}


def _entries(proposals: Sequence[dict[str, Any]], clauses: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    said: dict[int, list[str]] = {}
    for one in clauses:
        said.setdefault(one["proposal_id"], []).append(one["words"])
    for one in proposals:
        words = "\n".join([one["summary"], one["reasons"], *said[one["id"]]])
        yield {"kind": KIND, "thing_id": one["id"], "title": one["title"], "words": words}


def _count_on() -> None:
    """PostgreSQL counts ids apart from the rows; and plans by what it has looked at."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in (Thread, Proposal, Clause, ClauseVersion, Version, Comment):
        name = table.__tablename__
        db.session.execute(
            sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        )
    db.session.execute(sa.text("ANALYZE"))
