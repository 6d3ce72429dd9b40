"""Talking about a proposal: adding a voice, sharing one, putting a question, and saying what became of words."""

from __future__ import annotations

from coproduce import clock, config
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_in_circle, people_with_role
from coproduce.accounts.rules import Circle, Role, Standing
from coproduce.deliberation import actions as talk
from coproduce.deliberation.models import Comment, PutQuestion
from coproduce.deliberation.rules import PutTo, Side
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries
from coproduce.proposals.models import Proposal
from coproduce.words import say


def comment(
    me: Standing, proposal: Proposal, *, words: str, side: Side, parent_id: int | None = None, part: int | None = None
) -> Comment:
    """Add a voice to the talk, or reply to one. `part` is the clause that it is about."""
    require(policy.refuse_comment(me, proposal))
    if part is not None and not queries.number_of(proposal, part):
        raise Conflict(say("This clause is no longer in the text. Your words can stand without it."))
    return talk.say(me, proposal.thread, words=words, side=side, parent_id=parent_id, about=about(proposal, part))


def about(proposal: Proposal, part: int | None = None) -> talk.About:
    """What the talk of a proposal hangs on."""
    return talk.About(
        story=proposal.id,
        title=proposal.title,
        path=f"/proposals/{proposal.address}",
        version=queries.newest_no(proposal),
        part=part,
    )


def adopt(me: Standing, proposal: Proposal, comment: Comment, *, wants: bool) -> None:
    """Say that it is one's reason too. Whoever may speak here may share what another said."""
    require(policy.refuse_comment(me, proposal))
    talk.adopt(me, comment, wants=wants)


def mark_read(me: Standing, proposal: Proposal, comment: Comment) -> None:
    talk.mark_read(me, comment, about(proposal))


def join_text(me: Standing, proposal: Proposal, comment: Comment) -> None:
    """The people who write it say that these words went into the text as it is now."""
    require(policy.refuse_join_text(me, proposal, comment))
    talk.join_text(me, comment, no=queries.newest_no(proposal), about=about(proposal))


def put_question(me: Standing, proposal: Proposal, comment: Comment, to: PutTo) -> PutQuestion:
    """Put a neighbour's question to those who can answer it. They get a letter with the day it is due."""
    require(policy.refuse_put(me, proposal))
    due_on = clock.add_working_days(clock.today(), config.chosen().question_days)
    made = talk.put(me, comment, to, due_on=due_on, about=about(proposal))
    letters.question_put(_who_answers(proposal, to), proposal, comment, due_on)
    return made


def _who_answers(proposal: Proposal, to: PutTo) -> list[Person]:
    """The place's officers; or the duty keepers and the task force."""
    if to is PutTo.LANDLORD:
        return list(people_with_role(Role.OFFICER, proposal.place_id))
    return [*people_with_role(Role.DUTY_KEEPER, proposal.place_id), *people_in_circle(Circle.TASK_FORCE)]


def answer_put(me: Standing, proposal: Proposal, question: PutQuestion, *, words: str) -> None:
    require(policy.refuse_answer_put(me, proposal, question))
    talk.answer(me, question, words=words, about=about(proposal))
