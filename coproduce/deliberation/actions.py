"""Every change to a talk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from coproduce import audit, clock, texts
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.deliberation import letters, policy, queries, rules
from coproduce.deliberation.models import Comment, CommentText, Thread
from coproduce.deliberation.rules import Shown, Side
from coproduce.errors import Conflict, require
from coproduce.roll.actions.merging import Follower
from coproduce.words import say as words_for

COMMENT_SAID = audit.verb("comment.said")


@dataclass(frozen=True)
class About:
    """What a talk hangs on, as far as talk needs to know: the story on the record, and what a letter says of it."""

    story: int | None = None
    title: str = ""
    path: str = ""
    version: int | None = None


def open_thread(place_id: int) -> Thread:
    thread = Thread(place_id=place_id, is_open=True)
    db.session.add(thread)
    db.session.flush()
    return thread


def say(
    me: Standing,
    thread: Thread,
    *,
    words: str,
    side: Side,
    parent_id: int | None = None,
    about: About = About(),
) -> Comment:
    """Add a comment, or a reply when `parent_id` names one."""
    require(policy.refuse_say(me, thread))
    words = texts.clean(words)
    if wrong := rules.wrong_words(words):
        raise Conflict(wrong)
    parent = _parent(thread, parent_id)
    now = clock.now()
    comment = Comment(
        thread_id=thread.id,
        parent_id=rules.stands_under(parent.id, parent.parent_id) if parent else None,
        person_id=me.person_id,
        entered_by_id=None,
        side=side,
        about_version=about.version,
        role_name="" if me.role_word == "resident" else me.role_word,
        state=Shown.SHOWN,
        made_at=now,
        texts=[CommentText(no=1, words=words, made_at=now)],
    )
    db.session.add(comment)
    db.session.flush()
    audit.record(COMMENT_SAID, by=me, kind="comment", thing_id=comment.id, story=about.story, side=side.value)
    if parent and parent.person_id != me.person_id:
        _tell(parent.person, comment, about)
    return comment


def _parent(thread: Thread, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = queries.comment_in(thread.id, parent_id)
    if parent is None:
        raise Conflict(words_for("The comment you reply to is no longer here. You can add your words on their own."))
    return parent


def _tell(person: Person, comment: Comment, about: About) -> None:
    if person.closed_at is None:
        letters.comment_reply(person, title=about.title, path=about.path, anchor=f"comment-{comment.id}")


# -- when a person changes ----------------------------------------------------------------------------------------


def withdraw_all(person_id: int) -> None:
    """Take back everything that somebody said: the place in the talk stays, the words are gone."""
    mine = select(Comment.id).where(Comment.person_id == person_id)
    db.session.execute(update(CommentText).where(CommentText.comment_id.in_(mine)).values(words=""))
    db.session.execute(update(Comment).where(Comment.person_id == person_id).values(state=Shown.WITHDRAWN))
    db.session.expire_all()


def _follow(keep_id: int, gone_id: int) -> None:
    db.session.execute(update(Comment).where(Comment.person_id == gone_id).values(person_id=keep_id))


merging = Follower(why_not=lambda keep_id, gone_id: None, follow=_follow)
