"""What clauses cost: each home against a budget (empty homes), or a year shared by homes (estate services).

All sums are in whole pence. A line may cost less than nothing: it saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from coproduce.duties.rules import Area
from coproduce.words import Message, money, say

WEEKS = 52
MOST_PENCE = 100_000_000  # a million pounds a line: more is a slip of the finger
MOST_TIMES = 1000
MOST_HOMES = 100_000


class Way(StrEnum):
    """How the clauses of a proposal are priced."""

    EACH_HOME = "each home"
    SHARED = "shared"
    PLAIN = "plain"


def way_of(area: Area) -> Way:
    """The standard for an empty home is priced by home, an estate's services by the year and who shares them."""
    return {Area.VOIDS: Way.EACH_HOME, Area.ESTATES: Way.SHARED}.get(area, Way.PLAIN)


@dataclass(frozen=True)
class Line:
    """What one clause costs: `cost` when there is nothing to choose, else the cost of each option, in their order."""

    number: int
    cost: int = 0
    options: Sequence[int] = ()

    @property
    def least(self) -> int:
        return min(self.options, default=self.cost)

    @property
    def most(self) -> int:
        return max(self.options, default=self.cost)


@dataclass(frozen=True)
class Sum:
    """What the whole list costs, whatever is chosen: between `least` and `most`, of `budget` when there is one."""

    least: int
    most: int
    budget: int | None

    @property
    def left(self) -> int | None:
        """What the dearest choices leave over; less than nothing when they go over the budget."""
        return None if self.budget is None else self.budget - self.most

    @property
    def over(self) -> int:
        """By how much even the cheapest choices go over the budget; nought when they do not."""
        return 0 if self.budget is None else max(self.least - self.budget, 0)


def add_up(lines: Iterable[Line], budget: int | None) -> Sum:
    lines = list(lines)
    return Sum(sum(line.least for line in lines), sum(line.most for line in lines), budget)


def leaves_over(lines: Iterable[Line], budget: int, *, number: int, option: int) -> int:
    """What is left of the budget when clause `number` takes its option `option` (from 0) and all else the cheapest."""
    return budget - sum(line.options[option] if line.number == number else line.least for line in lines)


def a_year(cost_each: int, times: int | None) -> int:
    """What a service costs in a year: each time, so many times; once when nobody says how often."""
    return cost_each * (1 if times is None else times)


def a_week(yearly: int, homes: int) -> int:
    """What each home that shares it pays a week, to the nearest penny; a half goes to the even one, so that many lines
    are not all rounded up."""
    return round(Fraction(yearly, homes * WEEKS))


def wrong_budget(total: Sum) -> Message | None:
    """Why this list cannot be published; None when its cheapest choices keep within the budget."""
    if not total.over:
        return None
    return say(
        "This costs {cost} for each home. That is {over} more than the budget of {budget}. Take something out.",
        cost=money(total.least), over=money(total.over), budget=money(total.budget or 0),
    )  # fmt: skip


def wrong_vote(total: Sum) -> Message | None:
    """Why no vote may open on this list: residents must not be able to choose what cannot be paid."""
    if total.left is None or total.left >= 0:
        return None
    return say(
        "The dearest choices together cost {cost}, which is {over} over the budget of {budget}. "
        "Change the options so that whatever people choose can be paid.",
        cost=money(total.most), over=money(-total.left), budget=money(total.budget or 0),
    )  # fmt: skip
