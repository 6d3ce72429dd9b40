"""Letters about answers, reasons and actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coproduce import config, outbox
from coproduce.accounts.models import Person
from coproduce.taskforce.models import Action, Answer, AnswerOwed, Departure
from coproduce.taskforce.rules import ANSWER_NAMES, RATING_NAMES, REASON_NAMES, Cause, Rating
from coproduce.words import Message


def answer_owed(owed: AnswerOwed) -> None:
    _to_owner(owed, "answer_owed")


def answer_due_soon(owed: AnswerOwed, left: Message) -> None:
    _to_owner(owed, "answer_due_soon", left=left)


def answer_late(owed: AnswerOwed, late: Message) -> None:
    _to_owner(owed, "answer_late", late=late)


def answer_given(answer: Answer, readers: Iterable[tuple[int, str]], when: Message) -> None:
    """One letter to each reader: (person id, language)."""
    facts = _facts(f"/promises/answers/{answer.owed_id}", answer.owed.proposal.title)
    for person_id, language in readers:
        outbox.queue(person_id, "answer_given", language, answer=ANSWER_NAMES[answer.kind], when=when, **facts)


def rating_given(departure: Departure, rating: Rating, owner: Person) -> None:
    owed = departure.answer.owed
    facts = _facts(f"/promises/answers/{owed.id}", owed.proposal.title)
    facts |= {"rating": RATING_NAMES[rating], "reason": REASON_NAMES[departure.reason]}
    outbox.queue(owner.id, "rating_given", owner.language, **facts)


def action_given(action: Action, owner: Person) -> None:
    facts = _facts(f"/promises/actions/{action.id}", action.proposal.title)
    outbox.queue(owner.id, "action_given", owner.language, words=action.words, due=action.due_on, **facts)


def action_changed(action: Action, readers: Iterable[tuple[int, str]], change: Message) -> None:
    facts = _facts(f"/promises/actions/{action.id}", action.proposal.title)
    for person_id, language in readers:
        outbox.queue(person_id, "action_changed", language, words=action.words, change=change, **facts)


def _to_owner(owed: AnswerOwed, kind: str, **more: Any) -> None:
    if owed.owner is not None:
        facts = _facts(f"/promises/answers/{owed.id}", owed.proposal.title)
        after_vote = owed.cause is not Cause.SUPPORT
        outbox.queue(owed.owner.id, kind, owed.owner.language, due=owed.due_on, after_vote=after_vote, **more, **facts)


def _facts(path: str, title: str) -> dict[str, Any]:
    settings = config.chosen()
    return {"link": settings.base_url.rstrip("/") + path, "title": title, "landlord": settings.landlord}
