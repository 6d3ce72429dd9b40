"""Every change to a talk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, config, texts
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.deliberation import letters, policy, queries, rules
from coproduce.deliberation.models import Adoption, Comment, CommentText, PutQuestion, Thread
from coproduce.deliberation.rules import PUT_TO_NAMES, PutTo, Shown, Side
from coproduce.errors import Conflict, require
from coproduce.roll.actions.merging import Follower
from coproduce.words import say as words_for

COMMENT_SAID = audit.verb("comment.said")
COMMENT_EDITED = audit.verb("comment.edited")
COMMENT_TAKEN_BACK = audit.verb("comment.taken_back")
ADOPTED = audit.verb("comment.adopted")
ADOPTED_NO_MORE = audit.verb("comment.adopted_no_more")
COMMENT_READ = audit.verb("comment.read")
COMMENT_JOINED = audit.verb("comment.joined", "What a neighbour said went into version {number}.")
QUESTION_PUT = audit.verb("talk_question.put", "A neighbour’s question was put to: {to}.")
QUESTION_ANSWERED = audit.verb("talk_question.answered", "A neighbour’s question was answered.")


# Called where words may be a report that belongs elsewhere: the feature that passes on hears of it.
noticed: list[Callable[[Standing, Comment], None]] = []
# Called with the talk under which something waits to be read first.
waiting: list[Callable[[int], None]] = []


@dataclass(frozen=True)
class About:
    """What a talk hangs on, as far as talk needs to know: the story on the record, and what a letter says of it."""

    story: int | None = None
    title: str = ""
    path: str = ""
    version: int | None = None
    part: int | None = None


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
        state=first_state(me),
        made_at=now,
        part_id=None if parent else about.part,
        door=rules.door_of(words),
        adopted_count=0,
        read_at=None,
        read_by_id=None,
        joined_no=None,
        texts=[CommentText(no=1, words=words, made_at=now)],
    )
    db.session.add(comment)
    db.session.flush()
    audit.record(COMMENT_SAID, by=me, kind="comment", thing_id=comment.id, story=about.story, side=side.value)
    if parent and parent.person_id != me.person_id and comment.state is Shown.SHOWN:
        _tell(parent.person, comment, about)
    _notice(me, comment)
    tell_if_it_waits(comment.state, thread.id)
    return comment


def tell_if_it_waits(state: Shown, thread_id: int) -> None:
    """Whoever reads first posts hears of one, under this talk or of the thing that it hangs on."""
    if state is Shown.WAITING:
        for tell in waiting:
            tell(thread_id)


def first_state(me: Standing) -> Shown:
    """How something that they write begins: the first posts of residents wait for a moderator, where the landlord
    chose so."""
    first = config.chosen().first_posts_wait
    is_new = first > 0 and not me.is_trusted and queries.posts_shown(me.person_id or 0, most=first) < first
    return Shown.WAITING if is_new else Shown.SHOWN


def _notice(me: Standing, comment: Comment) -> None:
    if comment.door is not None:
        for tell in noticed:
            tell(me, comment)


def let_show(comment: Comment, about: About) -> None:
    """A moderator let it show: for the first time, or again."""
    waited = comment.state is Shown.WAITING
    comment.state = Shown.SHOWN
    db.session.flush()
    parent = db.session.get(Comment, comment.parent_id) if comment.parent_id else None
    if waited and parent is not None and parent.person_id != comment.person_id:
        _tell(parent.person, comment, about)


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


# -- what becomes of it --------------------------------------------------------------------------------------------


def edit(me: Standing, comment: Comment, *, words: str) -> None:
    """Say it in other words. What it said before stays there to read."""
    require(policy.refuse_edit(me, comment))
    words = texts.clean(words)
    if wrong := rules.wrong_words(words):
        raise Conflict(wrong)
    reread(comment, lock=True)
    before = queries.history(comment)[-1]
    if before.words == words:
        return
    db.session.add(CommentText(comment_id=comment.id, no=before.no + 1, words=words, made_at=clock.now()))
    comment.door = rules.door_of(words)
    db.session.flush()
    db.session.expire(comment, ["texts"])
    audit.record(COMMENT_EDITED, by=me, kind="comment", thing_id=comment.id, no=before.no + 1)
    _notice(me, comment)


def take_back(me: Standing, comment: Comment) -> None:
    """Take one's words back: the place in the talk stays, the words are gone."""
    require(policy.refuse_edit(me, comment))
    db.session.execute(update(CommentText).where(CommentText.comment_id == comment.id).values(words=""))
    comment.state = Shown.WITHDRAWN
    db.session.expire(comment, ["texts"])
    audit.record(COMMENT_TAKEN_BACK, by=me, kind="comment", thing_id=comment.id)


def adopt(me: Standing, comment: Comment, *, wants: bool) -> None:
    """Say that it is one's own reason too, or no longer. Saying so twice changes nothing."""
    require(policy.refuse_adopt(me, comment))
    if wants:
        try:
            with db.session.begin_nested():
                db.session.add(Adoption(comment_id=comment.id, person_id=me.person_id, at=clock.now()))
        except IntegrityError:
            return
        change = 1
    else:
        mine = delete(Adoption).where(Adoption.comment_id == comment.id, Adoption.person_id == me.person_id)
        gone = db.session.execute(mine.returning(Adoption.id).execution_options(synchronize_session=False)).all()
        change = -len(gone)
    count = update(Comment).where(Comment.id == comment.id).values(adopted_count=Comment.adopted_count + change)
    db.session.execute(count.execution_options(synchronize_session=False))
    reread(comment, "adopted_count")
    audit.record(ADOPTED if wants else ADOPTED_NO_MORE, by=me, kind="comment", thing_id=comment.id)


def mark_read(me: Standing, comment: Comment, about: About) -> None:
    """Tell its writer that somebody who must listen has read it."""
    require(policy.refuse_mark_read(me, comment))
    if comment.read_at is not None:
        return
    comment.read_at, comment.read_by_id = clock.now(), me.person_id
    audit.record(COMMENT_READ, by=me, kind="comment", thing_id=comment.id, story=None)
    _moved(comment, about)


def join_text(me: Standing, comment: Comment, *, no: int, about: About) -> None:
    """Say that it went into version `no` of the text. Whether `me` writes that text is for the feature above to say."""
    comment.joined_no = no
    audit.record(COMMENT_JOINED, by=me, kind="comment", thing_id=comment.id, story=about.story, number=no)
    _moved(comment, about)


def put(me: Standing, comment: Comment, to: PutTo, *, due_on: date, about: About) -> PutQuestion:
    """Put a question to the landlord or to an expert. The answer is public, and due on a day."""
    if comment.side is not Side.QUESTION or comment.state is not Shown.SHOWN:
        raise Conflict(words_for("Only a question that everybody can read can be put to somebody."))
    if queries.put_question(comment.id) is not None:
        raise Conflict(words_for("This question has been put already."))
    made = PutQuestion(
        comment_id=comment.id,
        to=to,
        put_by_id=me.person_id,
        put_at=clock.now(),
        due_on=due_on,
        answer="",
        answered_at=None,
        answered_by_id=None,
        answered_role="",
    )
    db.session.add(made)
    db.session.flush()
    audit.record(QUESTION_PUT, by=me, kind="comment", thing_id=comment.id, story=about.story, to=PUT_TO_NAMES[to])
    return made


def answer(me: Standing, question: PutQuestion, *, words: str, about: About) -> None:
    """Answer in public. Whoever asked, and those whose question it is too, get a letter."""
    reread(question, lock=True)
    if question.answered_at is not None:
        raise Conflict(words_for("This question has been answered."))
    words = texts.clean(words)
    if wrong := rules.wrong_words(words):
        raise Conflict(wrong)
    question.answer, question.answered_at, question.answered_by_id = words, clock.now(), me.person_id
    question.answered_role = me.role_word
    db.session.flush()
    audit.record(QUESTION_ANSWERED, by=me, kind="comment", thing_id=question.comment_id, story=about.story)
    _moved(question.comment, about, answered=True)


def _moved(comment: Comment, about: About, *, answered: bool = False) -> None:
    """A letter to its writer, and once it is answered to everybody who shares it: what became of their words."""
    status = rules.receipt(
        state=comment.state,
        read=comment.read_at is not None,
        joined_no=None if answered else comment.joined_no,
        answered=answered,
        after=None,
    )
    people = {comment.person.id: comment.person}
    if answered or comment.joined_no is not None:
        people |= {person.id: person for person in queries.sharers(comment)}
    for person in people.values():
        if person.closed_at is None:
            letters.comment_moved(person, status, title=about.title, path=about.path, anchor=f"comment-{comment.id}")


# -- when a person changes ----------------------------------------------------------------------------------------


def withdraw_all(person_id: int) -> None:
    """Take back everything that somebody said: the place in the talk stays, the words are gone."""
    mine = select(Comment.id).where(Comment.person_id == person_id)
    db.session.execute(update(CommentText).where(CommentText.comment_id.in_(mine)).values(words=""))
    db.session.execute(update(Comment).where(Comment.person_id == person_id).values(state=Shown.WITHDRAWN))
    db.session.expire_all()


def _follow(keep_id: int, gone_id: int) -> None:
    for who in (
        Comment.person_id,
        Comment.entered_by_id,
        Comment.read_by_id,
        PutQuestion.put_by_id,
        PutQuestion.answered_by_id,
    ):
        moved = update(who.class_).where(who == gone_id).values({who: keep_id})
        db.session.execute(moved.execution_options(synchronize_session=False))
    _share_once(keep_id, gone_id)


def _share_once(keep_id: int, gone_id: int) -> None:
    """What both shared counts once."""
    kept = select(Adoption.comment_id).where(Adoption.person_id == keep_id)
    both = db.session.scalars(
        select(Adoption.comment_id).where(Adoption.person_id == gone_id, Adoption.comment_id.in_(kept))
    ).all()
    now = {"synchronize_session": False}
    twice = delete(Adoption).where(Adoption.person_id == gone_id, Adoption.comment_id.in_(both))
    db.session.execute(twice.execution_options(**now))
    fewer = update(Comment).where(Comment.id.in_(both)).values(adopted_count=Comment.adopted_count - 1)
    db.session.execute(fewer.execution_options(**now))
    rest = update(Adoption).where(Adoption.person_id == gone_id).values(person_id=keep_id)
    db.session.execute(rest.execution_options(**now))
    db.session.expire_all()


merging = Follower(why_not=lambda keep_id, gone_id: None, follow=_follow)
