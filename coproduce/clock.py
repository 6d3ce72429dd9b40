"""The one clock. Moments are in UTC; days are London days, as residents see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")
_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    return day_of(now())


def day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment when London's clocks show this time on this day."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Pretend that it is this moment: for the demo's invented year and for tests."""
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def add_working_days(start: date, count: int) -> date:
    """The day that is `count` working days after `start`: not weekends, not bank holidays in England."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`. Nought when `end` is not later."""
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, span + 1))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
