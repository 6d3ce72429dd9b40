"""Letters about accounts."""

from coproduce import outbox
from coproduce.accounts.models import Person


def sign_in_link(person: Person, link: str, minutes: int) -> None:
    outbox.queue(person.id, "sign_in_link", person.language, secret={"link": link}, minutes=minutes)
