"""Letters about moderation. None carries the words that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coproduce import config, outbox
from coproduce.accounts.models import Person
from coproduce.deliberation.rules import DOOR_NAMES
from coproduce.moderation.models import Hiding, Told
from coproduce.moderation.rules import RULE_NAMES
from coproduce.proposals.models import Proposal


def _write(people: Iterable[Person], letter: str, path: str, **facts: Any) -> None:
    link = f"{config.chosen().base_url.rstrip('/')}{path}"
    for person in people:
        if person.closed_at is None:
            outbox.queue(person.id, letter, person.language, link=link, **facts)


def waits(moderators: Iterable[Person], proposal: Proposal) -> None:
    """To those who moderate: a report, a first post or an appeal waits."""
    _write(moderators, "moderation_waits", "/moderation/", title=proposal.title)


def hidden(writer: Person, hiding: Hiding) -> None:
    """To whoever wrote it: which rule, why, and how to ask for a second look."""
    path = f"/moderation/hidden/{hiding.id}"
    _write([writer], "post_hidden", path, title=hiding.proposal.title, rule=RULE_NAMES[hiding.rule], why=hiding.why)


def appeal_settled(writer: Person, hiding: Hiding) -> None:
    shown = hiding.restored_at is not None
    path = f"/moderation/hidden/{hiding.id}"
    _write([writer], "appeal_settled", path, title=hiding.proposal.title, shown=shown, why=hiding.settled_why)


def report_settled(person: Person, proposal: Proposal, *, hidden: bool) -> None:
    """To whoever reported it: that somebody looked, and what came of it."""
    _write([person], "report_settled", "/moderation/rules", title=proposal.title, hidden=hidden)


def to_pass_on(people: Iterable[Person], told: Told) -> None:
    _write(people, "to_pass_on", f"/moderation/told/{told.id}", door=DOOR_NAMES[told.door], due=told.due_on)


def passed_on(writer: Person, told: Told) -> None:
    """To whoever told of it: to whom it was passed on, or that nobody saw what to pass on, and the numbers to ring."""
    settings = config.chosen()
    _write(
        [writer], "passed_on", f"/proposals/{told.proposal.address}", door=DOOR_NAMES[told.door],
        who=told.passed_to, repairs=settings.repairs_phone, safety=settings.safety_phone,
    )  # fmt: skip
