"""Letters about talk."""

from __future__ import annotations

from coproduce import config, outbox
from coproduce.accounts.models import Person


def comment_reply(person: Person, *, title: str, path: str, anchor: str) -> None:
    """To whoever was replied to. Their neighbour's words stay on the page."""
    link = f"{config.chosen().base_url.rstrip('/')}{path}#{anchor}"
    outbox.queue(person.id, "comment_reply", person.language, title=title, link=link)
