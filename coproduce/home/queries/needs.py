"""What needs somebody now: votes, promises, questions, flags, what must be passed on, drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from coproduce import clock, config
from coproduce.accounts.rules import EVERYWHERE, Circle, Role, Standing
from coproduce.db import db
from coproduce.deliberation.rules import DOOR_NAMES
from coproduce.home.rules import Need
from coproduce.moderation import queries as decency
from coproduce.moderation.policy import refuse_queue
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import Author, Clause, DutyQuestion, Proposal
from coproduce.proposals.policy import refuse_answer_put
from coproduce.proposals.queries import flags_to_settle, for_all, joining, put_questions
from coproduce.proposals.rules import AuthorState, Stage, promise_due
from coproduce.taskforce import queries as taskforce
from coproduce.taskforce.models import AnswerOwed
from coproduce.taskforce.rules import Cause
from coproduce.voting.models import Ballot, RollPlace
from coproduce.voting.rules import State
from coproduce.words import Message, say, say_n

MAKES_PROMISES = (Role.OFFICER, Role.DECISION_OWNER)


def places_of(me: Standing) -> frozenset[int] | None:
    """The places that are this person's to follow: their neighbourhood, and where they hold a role. None: all."""
    held = list(me.roles.values())
    if EVERYWHERE in held:
        return None
    places = frozenset[int]().union(*(where for where in held if where is not None))
    if me.neighbourhood_id is not None:
        places |= tree().within(me.neighbourhood_id)
    return places or None


def votes_for(me: Standing, now: datetime) -> Sequence[Ballot]:
    """Open ballots on whose roll I stand and in which I have not voted, the soonest to close first."""
    query = (
        select(Ballot)
        .join(RollPlace, RollPlace.ballot_id == Ballot.id)
        .where(RollPlace.person_id == me.person_id, RollPlace.voted_on.is_(None))
        .where(Ballot.state == State.OPEN, Ballot.opens_at <= now, Ballot.closes_at > now)
        .options(joinedload(Ballot.version), selectinload(Ballot.questions))
        .order_by(Ballot.closes_at, Ballot.id)
    )
    return db.session.scalars(query).all()


def needs(me: Standing) -> list[Need]:
    """All else that waits for me: late things first, then by the day they are due, then my drafts."""
    found = [
        *_promises_to_make(me),
        *_questions_to_answer(me),
        *_flags_to_settle(me),
        *_questions_put(me),
        *_support_asked(me),
        *_from_the_task_force(me),
        *_to_moderate(me),
        *_drafts(me),
    ]
    return sorted(found, key=lambda need: (not need.late, need.due or date.max))


def _promises_to_make(me: Standing) -> list[Need]:
    """Proposals with enough support whose promise I may make, but for those whose clock runs in my name already."""
    if not any(me.holds(role) for role in MAKES_PROMISES):
        return []
    mine_already = select(AnswerOwed.cause_id).where(
        AnswerOwed.cause == Cause.SUPPORT, AnswerOwed.owner_id == me.person_id, AnswerOwed.settled_at.is_(None)
    )
    query = (
        select(Proposal)
        .where(Proposal.stage == Stage.RAISED, Proposal.support_reached_on.is_not(None), Proposal.mandate.is_(None))
        .where(for_all())
        .where(Proposal.id.not_in(mine_already))
        .order_by(Proposal.support_reached_on, Proposal.id)
    )
    found = []
    for proposal in db.session.scalars(query):
        if proposal.support_reached_on and any(me.holds(role, proposal.place_id) for role in MAKES_PROMISES):
            due = promise_due(proposal.support_reached_on, config.chosen().mandate_days)
            about = say("Say what residents may decide, by {day}.", day=due)
            found.append(_need("promise", proposal.title, about, f"/proposals/{proposal.address}/promise", due))
    return found


def _questions_to_answer(me: Standing) -> list[Need]:
    """Questions put to me, or to nobody yet while I keep duties."""
    if not me.holds(Role.DUTY_KEEPER):
        return []
    query = (
        select(DutyQuestion)
        .join(DutyQuestion.clause)
        .join(Clause.proposal)
        .where(DutyQuestion.answered_at.is_(None), for_all())
        .where(or_(DutyQuestion.keeper_id == me.person_id, DutyQuestion.keeper_id.is_(None)))
        .options(joinedload(DutyQuestion.clause).joinedload(Clause.proposal))
        .order_by(DutyQuestion.due_on, DutyQuestion.id)
    )
    found = []
    for question in db.session.scalars(query):
        clause, due = question.clause, question.due_on
        about = say("Answer a question about clause {number}, by {day}.", number=clause.position, day=due)
        url = f"/proposals/{clause.proposal.address}/questions/{question.id}"
        found.append(_need("ask", clause.proposal.title, about, url, due))
    return found


def _flags_to_settle(me: Standing) -> list[Need]:
    """What somebody says may break a duty, where I keep them: as due as a question."""
    if not me.holds(Role.DUTY_KEEPER):
        return []
    found = []
    for flag in flags_to_settle():
        proposal = flag.clause.proposal
        if me.holds(Role.DUTY_KEEPER, proposal.place_id):
            due = clock.add_working_days(clock.day_of(flag.made_at), config.chosen().question_days)
            about = say("Say whether clause {number} keeps inside the law, by {day}.",
                        number=flag.clause.position, day=due)  # fmt: skip
            found.append(_need("ask", proposal.title, about, f"/proposals/{proposal.address}/flags/{flag.id}", due))
    return found


def _questions_put(me: Standing) -> list[Need]:
    """Neighbours' questions of a talk that I may answer."""
    if not (me.is_colleague or me.sits_on(Circle.TASK_FORCE)):
        return []
    found = []
    for question, proposal in put_questions():
        if refuse_answer_put(me, proposal, question) is None:
            about = say("A neighbour asks. Answer by {day}.", day=question.due_on)
            url = f"/proposals/{proposal.address}/comments/{question.comment_id}/answer"
            found.append(_need("ask", proposal.title, about, url, question.due_on))
    return found


def _support_asked(me: Standing) -> list[Need]:
    """Whether my support follows a proposal that was joined with another."""
    return [
        Need(
            "heart",
            asked.offer.proposal.title,
            say("It was joined with another proposal. Say whether you back that one too."),
            f"/proposals/{asked.offer.proposal.address}/join/{asked.offer_id}",
        )
        for asked in joining.asked_of(me.person_id)
    ]


def _to_moderate(me: Standing) -> list[Need]:
    """What must be passed on, each with its day; and how much else waits for a moderator, in one line."""
    if refuse_queue(me) is not None:
        return []
    waiting = decency.queue(me)
    found = [
        _need(
            "alert",
            told.proposal.title,
            say("{what}: pass it on by {day}.", what=DOOR_NAMES[told.door], day=told.due_on),
            f"/moderation/told/{told.id}",
            told.due_on,
        )
        for told in waiting.told
        if told.by_id != me.person_id
    ]
    others = len(waiting.reported) + len(waiting.appeals) + len(waiting.first_posts)
    if others:
        words = say_n("{n} post waits for a moderator.", "{n} posts wait for a moderator.", others)
        found.append(Need("talk", str(say("What waits for a moderator")), words, "/moderation/"))
    return found


def _from_the_task_force(me: Standing) -> list[Need]:
    return [
        Need("promise", one.own_title, _with_day(one.words, one.due, late=one.late), one.url, one.due, one.late)
        for one in taskforce.needs_me(me)
    ]


def _with_day(words: Message, due: date | None, *, late: bool) -> Message:
    if due is None:
        return words
    if late:
        return say("{what}. It was due on {day}.", what=words, day=due)
    return say("{what}, by {day}.", what=words, day=due)


def _drafts(me: Standing) -> list[Need]:
    query = (
        select(Proposal)
        .join(Author, Author.proposal_id == Proposal.id)
        .where(Author.person_id == me.person_id, Author.state == AuthorState.ACCEPTED)
        .where(Proposal.stage == Stage.DRAFT)
        .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    )
    about = say("You are still writing this. Nobody else can see it.")
    return [Need("pencil", draft.title, about, f"/proposals/{draft.address}") for draft in db.session.scalars(query)]


def _need(icon: str, title: str, about: Message, url: str, due: date) -> Need:
    return Need(icon, title, about, url, due, late=due < clock.today())
