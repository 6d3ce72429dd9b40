"""Letters about talk."""

from __future__ import annotations

from coproduce import config, outbox
from coproduce.accounts.models import Person
from coproduce.words import Message


def comment_moved(person: Person, status: Message, *, title: str, path: str, anchor: str) -> None:
    """To whoever said it, and those whose reason it is too: what became of their words."""
    link = f"{config.chosen().base_url.rstrip('/')}{path}#{anchor}"
    outbox.queue(person.id, "comment_moved", person.language, title=title, link=link, status=status)


def comment_reply(person: Person, *, title: str, path: str, anchor: str) -> None:
    """To whoever was replied to. Their neighbour's words stay on the page."""
    link = f"{config.chosen().base_url.rstrip('/')}{path}#{anchor}"
    outbox.queue(person.id, "comment_reply", person.language, title=title, link=link)
