"""What the home page and the site's own files say, worked out from plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from coproduce.clock import day_of
from coproduce.config import SMALLEST_CONTRAST, contrast, mix
from coproduce.proposals.rules import STAGE_NAMES, Stage
from coproduce.taskforce.rules import late_by
from coproduce.words import Message, say, say_n

DARK_GROUND, DARK_CARD, WHITE, BLACK = "#1b171e", "#25202a", "#ffffff", "#000000"  # as in assets/_tokens.scss
MINUTES_A_QUESTION = 2


# What became of everything that was said on a proposal, once that is known: the last line of its receipts.
AFTERWARDS: Mapping[Stage, Message] = {
    Stage.ANSWERED: say("It was decided. The landlord has answered."),
    Stage.DOING: say("It was decided, and is being done."),
    Stage.DONE: say("It is done."),
    Stage.NOT_TAKEN_UP: say("The proposal was not taken up."),
    Stage.WITHDRAWN: say("The proposal was withdrawn."),
    Stage.MERGED: say("The proposal was joined with another."),
}


@dataclass(frozen=True)
class Need:
    """Something that waits for this person. `title` is in somebody's own words, `about` in ours."""

    icon: str
    title: str
    about: Message
    url: str
    due: date | None = None
    late: bool = False


def size_of_the_task(votes: int, others: Collection[Need]) -> Message:
    """One line under the greeting that says how much waits."""
    late = sum(need.late for need in others)
    if late:
        return say_n("{n} thing that waits for you is late.", "{n} things that wait for you are late.", late)
    if votes and others:
        return say_n("One vote needs you first. The rest can wait for a brew.", "{n} votes need you first.", votes)
    if votes:
        return say_n("One vote needs you. Then it is time for a brew.", "{n} votes need you.", votes)
    if others:
        return say_n("One thing waits for you. It is not late.", "{n} things wait for you. None is late.", len(others))
    return say("Nothing waits for you today. See what your neighbours are up to.")


def minutes_for(questions: int) -> int:
    """About how long a ballot takes: what somebody with a brew going cold wants to know."""
    return MINUTES_A_QUESTION * questions


def first_name(public_name: str) -> str:
    """What to greet somebody by; nothing for those who go by "a neighbour in Walsden"."""
    words = public_name.split()
    if not words or (len(words) > 1 and words[0].islower()):
        return ""
    return words[0]


@dataclass(frozen=True)
class Tag:
    """How a proposal stands, as a tag and a note beside it."""

    kind: str
    icon: str
    words: Message
    note: Message | None = None


STAGE_LOOKS: Mapping[Stage, tuple[str, str]] = {
    Stage.RAISED: ("", "people"),
    Stage.SHAPING: ("flex", "pencil"),
    Stage.SETTLED: ("", "check"),
    Stage.VOTING: ("live", "vote"),
    Stage.ANSWERED: ("", "letter"),
    Stage.DOING: ("", "tool"),
}


def tag_of(
    stage: Stage, *, more_needed: int, closes_at: datetime | None, late_since: date | None, now: datetime
) -> Tag:
    """What a card says of a proposal. That an answer is late comes before everything else."""
    if late_since is not None:
        return Tag("late", "clock", say("Answer late"), late_by(late_since, day_of(now)))
    kind, icon = STAGE_LOOKS.get(stage, ("", "talk"))
    if stage is Stage.RAISED and more_needed > 0:
        return Tag(kind, icon, STAGE_NAMES[stage], say_n("{n} more needed", "{n} more needed", more_needed))
    if stage is Stage.VOTING and closes_at is not None and closes_at > now:
        return Tag(kind, icon, say("Vote open"), days_left(closes_at, now))
    return Tag(kind, icon, STAGE_NAMES[stage])


def days_left(closes_at: datetime, now: datetime) -> Message:
    """How long a vote stays open: in days, and on its last day in hours."""
    left = closes_at - now
    if left.days >= 1:
        return say_n("{n} day left", "{n} days left", left.days)
    hours = left.seconds // 3600
    return say_n("{n} hour left", "{n} hours left", hours) if hours else say("Less than an hour left")


def brand_sheet(tokens: Mapping[str, str]) -> str:
    """The landlord's colour as a style sheet: once for light ground, once lightened until it can be read on dark."""
    if not tokens:
        return ""
    dark = "@media screen and (prefers-color-scheme: dark) {\n" + _rule(on_dark(tokens["--brand"])) + "}\n"
    return _rule(tokens) + dark


def on_dark(colour: str) -> dict[str, str]:
    """The five brand tokens for dark ground. Words in this colour reach 4.5 to 1 on all that they stand on."""
    tint = mix(colour, DARK_CARD, 0.2)
    for step in range(21):
        light = mix(colour, WHITE, 1 - step / 20)
        if all(contrast(light, ground) >= SMALLEST_CONTRAST for ground in (DARK_GROUND, DARK_CARD, tint)):
            break
    return {
        "--brand": light,
        "--brand-deep": mix(light, WHITE, 0.6),
        "--brand-tint": tint,
        "--brand-line": mix(colour, DARK_CARD, 0.5),
        "--on-brand": mix(colour, BLACK, 0.2),
    }


def _rule(tokens: Mapping[str, str]) -> str:
    return ":root {\n" + "".join(f"  {name}: {value};\n" for name, value in tokens.items()) + "}\n"


def security_txt(*, contact: str, until: date, address: str, languages: Collection[str]) -> str:
    """RFC 9116."""
    return (
        f"Contact: {contact}\n"
        f"Expires: {until.isoformat()}T00:00:00Z\n"
        f"Preferred-Languages: {', '.join(languages)}\n"
        f"Canonical: {address}/.well-known/security.txt\n"
    )


ROBOTS = """User-agent: *
Disallow: /account/
Disallow: /mine
Disallow: /demo/
Disallow: /proposals/new
Disallow: /proposals/*/edit
"""
