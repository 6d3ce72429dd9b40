"""Full-text search in whichever database there is: SQLite's FTS5 or PostgreSQL's text search, kept in step by it.

A feature puts in what everybody may find, and nothing else: what is not published is not here to be found. Words are
matched by their English stems, so that "cats" finds "cat"; mistyped ones by how close they are to words of titles
(Damerau-Levenshtein, by rapidfuzz).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from coproduce.db import Base, db

MOST_WORDS = 12
CLOSE = 0.7  # one letter in four may be wrong, or two swapped
TITLE_WEIGHT, WORDS_WEIGHT = 6.0, 1.0
ALIKE = 45  # of 100: below this two texts have little more than small words in common
SMALL_WORDS = frozenset({
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do", "for",
    "from", "had", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "more", "my", "no", "not",
    "of", "on", "or", "our", "out", "should", "so", "that", "the", "their", "them", "there", "they", "this",
    "to", "up", "us", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "would",
    "you", "your",
})  # fmt: skip


class SearchEntry(Base):
    """What can be found of one thing. The database keeps its index of `title` and `words` in step (migration 0004)."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "thing_id"),)

    kind: Mapped[str] = mapped_column(sa.String(20))
    thing_id: Mapped[int]
    title: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True)
class Asked:
    """What a search finds: `hits` has `thing_id` and `rank` (less is better). `mended` is what was looked for instead
    of words that are nowhere."""

    hits: sa.Subquery
    mended: str = ""


@dataclass(frozen=True)
class Hit:
    """Something that looks like a text, from 0 to 100."""

    thing_id: int
    title: str
    score: int


def put(kind: str, thing_id: int, title: str, words: str) -> None:
    """Let it be found by these words, in place of those before."""
    found = db.session.scalars(select(SearchEntry).filter_by(kind=kind, thing_id=thing_id)).first()
    if found is None:
        db.session.add(SearchEntry(kind=kind, thing_id=thing_id, title=title, words=words))
    else:
        found.title, found.words = title, words
    db.session.flush()


def drop(kind: str, thing_id: int) -> None:
    """Let it be found no more."""
    db.session.execute(delete(SearchEntry).filter_by(kind=kind, thing_id=thing_id))


def terms(words: str, *, most: int = MOST_WORDS) -> list[str]:
    """The words that say something, in small letters, each once."""
    found = re.findall(r"\w+", words.casefold())
    return list(dict.fromkeys(term for term in found if term not in SMALL_WORDS))[:most]


def looking_for(kind: str, words: str) -> Asked | None:
    """Whatever has all of these words; None when there is nothing to look for."""
    asked = terms(words)
    if not asked:
        return None
    hits = _hits(kind, asked, every=True)
    if db.session.execute(select(hits.c.thing_id).limit(1)).first():
        return Asked(hits)
    mended = _mended(kind, asked)
    return Asked(hits) if mended == asked else Asked(_hits(kind, mended, every=True), " ".join(mended))


def alike(kind: str, title: str, words: str, *, limit: int) -> list[Hit]:
    """What looks like this text: shares its telling words, or has a title that reads like its title."""
    asked = terms(f"{title} {words}")
    if not asked:
        return []
    titles = _titles(kind)
    mended = _mended_among(asked, _vocabulary(titles.values()))
    hits = _hits(kind, list(dict.fromkeys([*asked, *mended])), every=False)
    query = select(hits.c.thing_id, SearchEntry.words).join(SearchEntry, SearchEntry.id == hits.c.entry_id)
    rows = db.session.execute(query.order_by(hits.c.rank).limit(limit)).all()
    stems = {stem(term) for term in mended}
    scores = {thing_id: _score(title, titles[thing_id], f"{titles[thing_id]} {said}", stems) for thing_id, said in rows}
    for thing_id, score in _titles_like(title, titles):
        scores.setdefault(thing_id, score)
    found = [Hit(thing_id, titles[thing_id], score) for thing_id, score in scores.items() if score >= ALIKE]
    return sorted(found, key=lambda hit: (-hit.score, -hit.thing_id))[:limit]


def _titles_like(title: str, titles: dict[int, str]) -> list[tuple[int, int]]:
    close = process.extract(title.casefold(), titles, scorer=fuzz.token_set_ratio, processor=str.casefold, limit=5,
                            score_cutoff=75)  # fmt: skip
    return [(thing_id, round(0.6 * score)) for _, score, thing_id in close]


def _score(title: str, other: str, text: str, stems: set[str]) -> int:
    """Half how alike the titles read, half how many of the telling words it has."""
    has = {stem(term) for term in re.findall(r"\w+", text.casefold())}
    shared = len(stems & has) / max(len(stems), 1)
    return round(50 * shared + fuzz.token_set_ratio(title.casefold(), other.casefold()) / 2)


def stem(term: str) -> str:
    """The same word in one form, near enough to count by."""
    return re.sub(r"(?:ies|es|s|ing|ed|y|e)$", "", term) if len(term) > 3 else term


def _titles(kind: str) -> dict[int, str]:
    rows = db.session.execute(select(SearchEntry.thing_id, SearchEntry.title).filter_by(kind=kind))
    return {thing_id: title for thing_id, title in rows}


def _mended(kind: str, asked: list[str]) -> list[str]:
    return _mended_among(asked, _vocabulary(_titles(kind).values()))


def _vocabulary(titles: Any) -> set[str]:
    return set(re.findall(r"\w{3,}", " ".join(titles).casefold())) - SMALL_WORDS


def _mended_among(asked: list[str], known: set[str]) -> list[str]:
    return [_closest(term, known) for term in asked]


def _closest(term: str, known: set[str]) -> str:
    if term in known or len(term) < 4:
        return term
    found = process.extractOne(term, known, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=CLOSE)
    return found[0] if found else term


# -- each database's own way ---------------------------------------------------------------------------------------


def _hits(kind: str, asked: list[str], *, every: bool) -> sa.Subquery:
    """`asked` holds letters and digits only, so nothing in it can steer a query."""
    rank, matches = _postgres(asked, every) if db.engine.dialect.name == "postgresql" else _sqlite(asked, every)
    query = select(SearchEntry.id.label("entry_id"), SearchEntry.thing_id, rank.label("rank"))
    if db.engine.dialect.name == "sqlite":
        index = sa.table("search_index", sa.column("rowid"))
        query = query.join(index, index.c.rowid == SearchEntry.id)
    return query.where(SearchEntry.kind == kind, matches).subquery("hits")


def _sqlite(asked: list[str], every: bool) -> tuple[sa.ColumnElement[float], sa.ColumnElement[bool]]:
    said = (" AND " if every else " OR ").join(f'"{term}"*' for term in asked)
    index: sa.ColumnElement[str] = sa.literal_column("search_index")
    return func.bm25(index, TITLE_WEIGHT, WORDS_WEIGHT), index.op("MATCH")(said)


def _postgres(asked: list[str], every: bool) -> tuple[sa.ColumnElement[float], sa.ColumnElement[bool]]:
    said = (" & " if every else " | ").join(f"'{term}':*" for term in asked)
    query = func.to_tsquery(sa.literal_column("'english'"), said)
    vector: sa.ColumnElement[str] = sa.literal_column("search_entry.search_vector")
    return -func.ts_rank(vector, query), vector.op("@@")(query)
