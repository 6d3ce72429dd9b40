"""The fingerprint of a text: SHA-256 over its one canonical form, printed on ballots and papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coproduce import texts
from coproduce.proposals.rules.clauses import Hold, Option, Stand


@dataclass(frozen=True)
class ClauseText:
    """All that a clause says in a published text."""

    words: str
    stand: Stand
    range_words: str = ""
    cost_pence: int | None = None
    options: tuple[Option, ...] = ()
    duties: tuple[tuple[str, int, Hold], ...] = ()
    question: str = ""
    times: int | None = None
    homes: int | None = None


@dataclass(frozen=True)
class Preamble:
    """What a text says before its clauses. `budget_pence` is what each home may cost."""

    title: str
    summary: str
    reasons: str
    strengths: str = ""
    budget_pence: int | None = None


def whole_text(preamble: Preamble, clauses: Sequence[ClauseText]) -> dict[str, Any]:
    """A published text in the one form that is fingerprinted. Clauses count in their order; duties in any.

    What came to the form later stands in it only where it says something, so that older texts keep their mark.
    """
    return {
        "title": preamble.title,
        "summary": preamble.summary,
        "reasons": preamble.reasons,
        **_only_said(strengths=preamble.strengths, budget=preamble.budget_pence),
        "clauses": [
            {
                "words": clause.words,
                "stand": clause.stand.value,
                "range": clause.range_words,
                "cost": clause.cost_pence,
                "options": [_as_list(option) for option in clause.options],
                "duties": sorted([code, no, hold.value] for code, no, hold in clause.duties),
                "question": clause.question,
                **_only_said(times=clause.times, homes=clause.homes),
            }
            for clause in clauses
        ],
    }


def _only_said(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in ("", None)}


def _as_list(option: Option) -> list[Any]:
    more = _only_said(departs=option.departs_why, times=option.times)
    said = [option.name, option.meaning, option.cost_pence]
    return [*said, more] if more else said


def mark(preamble: Preamble, clauses: Sequence[ClauseText]) -> str:
    """The fingerprint of a published text."""
    return texts.fingerprint(whole_text(preamble, clauses))
