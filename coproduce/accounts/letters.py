"""Letters about accounts."""

from __future__ import annotations

from datetime import date

from coproduce import config, outbox
from coproduce.accounts.models import Person
from coproduce.outbox import EMAIL_TO, TEXT_TO
from coproduce.words import Message


def sign_in_link(person: Person, email: str, link: str, minutes: int) -> None:
    secret = {"link": link, EMAIL_TO: email}
    outbox.queue(person.id, "sign_in_link", person.language, secret=secret, minutes=minutes)


def text_code(person: Person, number: str, code: str, minutes: int) -> None:
    secret = {"code": code, TEXT_TO: number}
    outbox.queue(person.id, "text_code", person.language, secret=secret, minutes=minutes)


def confirm_email(person: Person, email: str, link: str) -> None:
    secret = {"link": link, EMAIL_TO: email}
    outbox.queue(person.id, "confirm_email", person.language, secret=secret)


def join_by_email(person: Person, email: str, link: str) -> None:
    secret = {"link": link, EMAIL_TO: email}
    outbox.queue(person.id, "join_by_email", person.language, secret=secret, landlord=_landlord())


def joined(person: Person) -> None:
    """To where the landlord's list says they are reached: if it was not them who joined, they must hear of it."""
    outbox.queue(person.id, "joined", person.language, phone=_phone())


def way_in_changed(person: Person, what: Message, old_email: str | None = None) -> None:
    secret = {EMAIL_TO: old_email} if old_email else None
    outbox.queue(person.id, "way_in_changed", person.language, secret=secret, what=what, phone=_phone())


def role_given(person: Person, role: Message, place: str, until: date | None) -> None:
    outbox.queue(person.id, "role_given", person.language, role=role, place=place, until=until, link=_link("/account/"))


def role_ended(person: Person, role: Message, place: str) -> None:
    outbox.queue(person.id, "role_ended", person.language, role=role, place=place, phone=_phone())


def account_closed(person: Person, email: str) -> None:
    outbox.queue(person.id, "account_closed", person.language, secret={EMAIL_TO: email}, phone=_phone())


def _landlord() -> str:
    return config.chosen().landlord


def _phone() -> str:
    return config.chosen().help_phone


def _link(path: str) -> str:
    return f"{config.chosen().base_url.rstrip('/')}{path}"
