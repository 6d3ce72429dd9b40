"""Sums that several features share: shares with two denominators, and the small-number rule."""

from coproduce.words import Message, number, say, say_n

SMALLEST_BASE = 10  # docs/sources.md, small numbers
FEWER_THAN = 5


def share(part: int, whole: int) -> Message:
    """A share in words: "52 of 95 (55%)"; without the percentage where the base is too small to mean much."""
    if whole < SMALLEST_BASE:
        return say("{part} of {whole}", part=number(part), whole=number(whole))
    percent = (200 * part + whole) // (2 * whole)  # rounded half up, in whole numbers
    return say("{part} of {whole} ({percent}%)", part=number(part), whole=number(whole), percent=percent)


def small(count: int) -> Message:
    """A count of people, hidden where it is small enough to point at somebody."""
    if 0 < count < FEWER_THAN:
        return say("fewer than 5")
    return say_n("{n}", "{n}", count)
