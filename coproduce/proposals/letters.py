"""Who is told what about a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from coproduce import config, outbox
from coproduce.accounts.models import Person
from coproduce.deliberation.models import Comment
from coproduce.proposals.models import Amendment, DutyFlag, MandateChange, MergeOffer, Proposal
from coproduce.proposals.rules import AMENDMENT_STATES, DEED_NAMES, MANDATE_NAMES, STAND_NAMES, VERDICTS, Mandate, Stand


def _write(people: Iterable[Person], kind: str, proposal: Proposal, *, where: str = "", **facts: Any) -> None:
    """One letter each, however often somebody is named. `where` is a page below the proposal's own."""
    base = config.chosen().base_url.rstrip("/")
    link = f"{base}/proposals/{proposal.address}{where}"
    for person in {person.id: person for person in people if person.closed_at is None}.values():
        outbox.queue(person.id, kind, person.language, title=proposal.title, link=link, **facts)


def raised(officers: Iterable[Person], proposal: Proposal) -> None:
    _write(officers, "proposal_raised", proposal, place=proposal.place.name)


def support_reached(people: Iterable[Person], proposal: Proposal, due: date) -> None:
    _write(people, "proposal_support_reached", proposal, count=proposal.support_count, due=due)


def mandate_named(people: Iterable[Person], proposal: Proposal, mandate: Mandate, words: str) -> None:
    landlord = config.chosen().landlord
    _write(people, "mandate_named", proposal, mandate=MANDATE_NAMES[mandate], words=words, landlord=landlord)


def mandate_changed(people: Iterable[Person], proposal: Proposal, change: MandateChange) -> None:
    _write(
        people, "mandate_changed", proposal, landlord=config.chosen().landlord,
        was=MANDATE_NAMES[change.was], now=MANDATE_NAMES[change.now], words=proposal.mandate_words, why=change.why,
    )  # fmt: skip


def question_asked(keeper: Person, proposal: Proposal, *, number: int, words: str, due: date) -> None:
    _write([keeper], "question_asked", proposal, number=number, words=words, due=due)


def question_answered(people: Iterable[Person], proposal: Proposal, *, number: int, answer: str, stand: Stand) -> None:
    _write(people, "question_answered", proposal, number=number, answer=answer, stand=STAND_NAMES[stand])


def amendment_suggested(writers: Iterable[Person], proposal: Proposal, amendment: Amendment) -> None:
    _write(
        writers, "amendment_suggested", proposal,
        deed=DEED_NAMES[amendment.deed], words=amendment.words, reason=amendment.reason,
    )  # fmt: skip


def amendment_settled(people: Iterable[Person], proposal: Proposal, amendment: Amendment) -> None:
    """To whoever suggested it and those who backed it: nobody's words end without an answer."""
    _write(
        people, "amendment_settled", proposal,
        state=AMENDMENT_STATES[amendment.state], changed=bool(amendment.settled_words), number=amendment.result_no,
        why=amendment.why,
    )  # fmt: skip


def flagged(keepers: Iterable[Person], proposal: Proposal, number: int, why: str) -> None:
    _write(keepers, "duty_flagged", proposal, number=number, why=why)


def flag_settled(people: Iterable[Person], proposal: Proposal, number: int, flag: DutyFlag) -> None:
    """To whoever said so and the people who write it."""
    verdict = VERDICTS[flag.verdict] if flag.verdict else ""
    _write(people, "duty_flag_settled", proposal, number=number, verdict=verdict, why=flag.settled_why)


def invited_to_write(person: Person, proposal: Proposal) -> None:
    _write([person], "invited_to_write", proposal, where="/writers")


def merge_offered(writers: Iterable[Person], offer: MergeOffer) -> None:
    where = f"/join/{offer.id}"
    _write(writers, "merge_offered", offer.proposal, where=where, other=offer.into.title, why=offer.why)


def merge_settled(people: Iterable[Person], proposal: Proposal, into: Proposal, *, accepted: bool, why: str) -> None:
    _write(people, "merge_settled", proposal, other=into.title, accepted=accepted, why=why)


def support_asked(people: Iterable[Person], offer: MergeOffer) -> None:
    """One by one: does your support follow? Nothing moves unless they say so."""
    _write(people, "support_asked", offer.proposal, where=f"/join/{offer.id}", other=offer.into.title)


def written_down_for(people: Iterable[Person], proposal: Proposal) -> None:
    """To whoever told a champion: it was written down for them, and how to stop it."""
    _write(people, "written_down_for", proposal, summary=proposal.summary)


def question_put(people: Iterable[Person], proposal: Proposal, comment: Comment, due: date) -> None:
    _write(people, "question_put", proposal, where=f"#comment-{comment.id}", words=comment.words, due=due)
