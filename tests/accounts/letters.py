"""Reading one's letters, in tests: the link that a letter holds."""

from urllib.parse import urlsplit

from sqlalchemy import select

from coproduce import outbox
from coproduce.accounts import actions
from coproduce.db import db


def newest_link(person):
    """The path of the link in this person's newest letter, as they would open it. The worker has looked before."""
    db.session.rollback()
    actions.answer_asked()
    letter = db.session.scalars(
        select(outbox.Letter)
        .where(outbox.Letter.person_id == person.id, outbox.Letter.kind == "sign_in_link")
        .order_by(outbox.Letter.id.desc())
    ).first()
    return path_of(letter.secret["link"]) if letter else None


def path_of(link):
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links_to(person):
    db.session.rollback()
    actions.answer_asked()
    return len(db.session.scalars(select(outbox.Letter).where(outbox.Letter.person_id == person.id)).all())
