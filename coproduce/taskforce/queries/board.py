"""The board: every promise in one list, answers owed and actions alike, with what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import and_, case, func, literal, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from coproduce import clock
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Circle, Standing
from coproduce.db import db
from coproduce.duties.models import DutyVersion
from coproduce.neighbourhoods.models import Place
from coproduce.neighbourhoods.rules import Tree
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import for_all
from coproduce.taskforce import rules
from coproduce.taskforce.models import Action, Answer, AnswerOwed, Departure, RatingGiven
from coproduce.taskforce.rules import ActionState, Cause, Fate, Rating
from coproduce.words import Message, say

PAGE = 25
SOON = timedelta(days=14)
OPEN_STATES = (ActionState.TO_DO, ActionState.DOING)


@dataclass(frozen=True)
class Promise:
    """An answer owed, or an action, as one line of a list."""

    is_action: bool
    id: int
    cause: Cause | None
    words: str
    title: str
    place: str
    owner: str
    first_due_on: date
    due_on: date
    done_on: date | None
    fate: Fate
    today: date

    @classmethod
    def of(cls, action: Action, today: date) -> Promise:
        """An action at hand as such a line."""
        dropped = action.state is ActionState.DROPPED
        days = {"first_due_on": action.first_due_on, "due_on": action.due_on}
        return cls(
            is_action=True,
            id=action.id,
            cause=None,
            words=action.words,
            title=action.proposal.title,
            place=action.proposal.place.name,
            owner=action.owner.public_name,
            done_on=action.finished_on,
            fate=rules.fate(**days, done_on=action.finished_on, dropped=dropped, today=today),
            today=today,
            **days,
        )

    @property
    def moved(self) -> bool:
        return self.due_on != self.first_due_on

    @property
    def state(self) -> Message:
        return rules.how_it_stands(
            self.fate, moved=self.moved, due_on=self.due_on, done_on=self.done_on, today=self.today
        )

    @property
    def fate_name(self) -> Message:
        return rules.FATE_NAMES[self.fate]

    @property
    def what(self) -> Message | None:
        """What is promised, for an answer; an action says it in its own words."""
        return None if self.cause is None else rules.CAUSE_NAMES[self.cause]

    @property
    def url(self) -> str:
        return f"/promises/{'actions' if self.is_action else 'answers'}/{self.id}"


@dataclass(frozen=True)
class Tally:
    """How many promises met which fate, in all and by neighbourhood, and how many reasons are challenged."""

    by_fate: Mapping[Fate, int] = field(default_factory=dict)
    by_place: Mapping[int, Mapping[Fate, int]] = field(default_factory=dict)
    challenged: int = 0

    def count(self, fate: Fate) -> int:
        return self.by_fate.get(fate, 0)

    @property
    def owed(self) -> int:
        """Not done yet, late or not."""
        return self.count(Fate.TO_COME) + self.count(Fate.LATE)

    @property
    def fell_due(self) -> int:
        """All that was done or should have been by now."""
        return self.count(Fate.KEPT) + self.count(Fate.DONE_LATE) + self.count(Fate.LATE)


def _promises(place_ids: Collection[int] | None) -> sa.Subquery:
    """Every promise as a row of one shape. A clock that ran out with its proposal counts as dropped."""
    lapsed = and_(AnswerOwed.settled_on.is_not(None), AnswerOwed.cause == Cause.SUPPORT, Proposal.mandate_at.is_(None))
    answers = (
        select(
            literal(False).label("is_action"),
            AnswerOwed.id.label("id"),
            sa.type_coerce(AnswerOwed.cause, sa.String).label("cause"),
            literal("", sa.String).label("words"),
            AnswerOwed.proposal_id.label("proposal_id"),
            Proposal.place_id.label("place_id"),
            AnswerOwed.owner_id.label("owner_id"),
            AnswerOwed.due_on.label("first_due_on"),
            AnswerOwed.due_on.label("due_on"),
            AnswerOwed.settled_on.label("done_on"),
            _fate(AnswerOwed.due_on, AnswerOwed.due_on, AnswerOwed.settled_on, lapsed).label("fate"),
        )
        .join(AnswerOwed.proposal)
        .where(for_all())
    )
    actions = select(
        literal(True),
        Action.id,
        literal("", sa.String),
        Action.words,
        Action.proposal_id,
        Action.place_id,
        Action.owner_id,
        Action.first_due_on,
        Action.due_on,
        Action.finished_on,
        _fate(Action.first_due_on, Action.due_on, Action.finished_on, Action.state == ActionState.DROPPED),
    )
    if place_ids is not None:
        answers = answers.where(Proposal.place_id.in_(place_ids))
        actions = actions.where(Action.place_id.in_(place_ids))
    return union_all(answers, actions).subquery("promise")


def _fate(first_due_on: Any, due_on: Any, done_on: Any, dropped: Any) -> sa.ColumnElement[str]:
    """`rules.fate`, in SQL; a test holds the two together."""
    return case(
        (dropped, Fate.DROPPED.value),
        (done_on <= first_due_on, Fate.KEPT.value),
        (done_on.is_not(None), Fate.DONE_LATE.value),
        (due_on < clock.today(), Fate.LATE.value),
        else_=Fate.TO_COME.value,
    )


def tally(places: Tree, place_ids: Collection[int] | None = None) -> Tally:
    """The numbers of the board, for these places or for all."""
    promise = _promises(place_ids)
    rows = db.session.execute(
        select(promise.c.place_id, promise.c.fate, func.count())
        .group_by(promise.c.place_id, promise.c.fate)
        .order_by(promise.c.place_id, promise.c.fate)
    )
    by_fate: Counter[Fate] = Counter()
    by_place: dict[int, Counter[Fate]] = {}
    for place_id, fate, count in rows:
        by_fate[Fate(fate)] += count
        by_place.setdefault(places.neighbourhood(place_id).id, Counter())[Fate(fate)] += count
    return Tally(by_fate, by_place, _challenged(place_ids))


def _challenged(place_ids: Collection[int] | None) -> int:
    query = select(func.count(RatingGiven.departure_id.distinct())).where(RatingGiven.rating == Rating.CHALLENGED)
    if place_ids is not None:
        query = (
            query.join(Departure, Departure.id == RatingGiven.departure_id)
            .join(Departure.answer)
            .join(Answer.owed)
            .join(AnswerOwed.proposal)
            .where(Proposal.place_id.in_(place_ids))
        )
    return db.session.scalar(query) or 0


def promises(
    fates: Collection[Fate] = tuple(Fate),
    place_ids: Collection[int] | None = None,
    *,
    only_actions: bool = False,
    limit: int | None = PAGE,
    offset: int = 0,
) -> list[Promise]:
    """Promises with these fates, late ones first, then what is still to come, then the rest; by their day."""
    promise = _promises(place_ids)
    late_first = case((promise.c.fate == Fate.LATE.value, 0), (promise.c.fate == Fate.TO_COME.value, 1), else_=2)
    query = _with_names(promise).where(promise.c.fate.in_([fate.value for fate in fates]))
    query = query.order_by(late_first, promise.c.due_on, promise.c.is_action, promise.c.id)
    if only_actions:
        query = query.where(promise.c.is_action.is_(True))
    return _read(query.limit(limit).offset(offset))


def _with_names(promise: sa.Subquery) -> sa.Select[Any]:
    return (
        select(promise, Proposal.title, Place.name.label("place"), Person.public_name.label("owner"))
        .join(Proposal, Proposal.id == promise.c.proposal_id)
        .join(Place, Place.id == promise.c.place_id)
        .outerjoin(Person, Person.id == promise.c.owner_id)
    )


def _read(query: sa.Select[Any]) -> list[Promise]:
    today = clock.today()
    return [_promise(row, today) for row in db.session.execute(query)]


def _promise(row: Any, today: date) -> Promise:
    return Promise(
        is_action=bool(row.is_action),
        id=row.id,
        cause=Cause(row.cause) if row.cause else None,
        words=row.words,
        title=row.title,
        place=row.place,
        owner=row.owner or "",
        first_due_on=row.first_due_on,
        due_on=row.due_on,
        done_on=row.done_on,
        fate=Fate(row.fate),
        today=today,
    )


def answers_open(place_ids: Collection[int] | None = None, limit: int = 50) -> Sequence[AnswerOwed]:
    """Answers that are still owed, the longest due first."""
    query = (
        select(AnswerOwed)
        .join(AnswerOwed.proposal)
        .where(AnswerOwed.settled_at.is_(None), for_all())
        .options(joinedload(AnswerOwed.proposal).joinedload(Proposal.place), joinedload(AnswerOwed.owner))
        .order_by(AnswerOwed.due_on, AnswerOwed.id)
        .limit(limit)
    )
    if place_ids is not None:
        query = query.where(Proposal.place_id.in_(place_ids))
    return db.session.scalars(query).all()


def reasons(place_ids: Collection[int] | None = None, *, challenged: bool, limit: int = 100) -> Sequence[Departure]:
    """The reasons for answers that differ from what residents chose, newest first."""
    query = (
        select(Departure)
        .join(Departure.answer)
        .join(Answer.owed)
        .join(AnswerOwed.proposal)
        .options(joinedload(Departure.answer).joinedload(Answer.owed).joinedload(AnswerOwed.proposal))
        .options(selectinload(Departure.ratings).joinedload(RatingGiven.person))
        .options(joinedload(Departure.owner), joinedload(Departure.duty_version).joinedload(DutyVersion.duty))
        .order_by(Departure.id.desc())
        .limit(limit)
    )
    if place_ids is not None:
        query = query.where(Proposal.place_id.in_(place_ids))
    if challenged:
        query = query.where(Departure.ratings.any(RatingGiven.rating == Rating.CHALLENGED))
    return db.session.scalars(query).all()


# -- for one person, and for the home page ------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Something that waits for one person. `own_title` is people's own words: mark it data-own."""

    words: Message
    own_title: str
    url: str
    due: date | None
    late: bool


def needs_me(me: Standing) -> list[Waiting]:
    """The answers I owe, my actions that are due soon, and the reasons that wait for my rating; late ones first."""
    if not me.known:
        return []
    found = [*_answers_i_owe(me), *_my_actions(me), *_reasons_to_rate(me)]
    return sorted(found, key=lambda one: (not one.late, one.due or date.max))


def _answers_i_owe(me: Standing) -> list[Waiting]:
    today = clock.today()
    owed = db.session.scalars(
        select(AnswerOwed)
        .join(AnswerOwed.proposal)
        .where(AnswerOwed.owner_id == me.person_id, AnswerOwed.settled_at.is_(None), for_all())
        .options(joinedload(AnswerOwed.proposal))
        .order_by(AnswerOwed.due_on, AnswerOwed.id)
    )
    return [
        Waiting(
            rules.WAITING_NAMES[one.cause],
            one.proposal.title,
            f"/promises/answers/{one.id}",
            one.due_on,
            rules.is_late(one.due_on, today),
        )
        for one in owed
    ]


def _my_actions(me: Standing) -> list[Waiting]:
    today = clock.today()
    mine = db.session.scalars(
        select(Action)
        .where(Action.owner_id == me.person_id, Action.state.in_(OPEN_STATES), Action.due_on <= today + SOON)
        .order_by(Action.due_on, Action.id)
    )
    return [
        Waiting(
            say("Do what you promised"),
            one.words,
            f"/promises/actions/{one.id}",
            one.due_on,
            rules.is_late(one.due_on, today),
        )
        for one in mine
    ]


def _reasons_to_rate(me: Standing) -> list[Waiting]:
    if not me.sits_on(Circle.TASK_FORCE):
        return []
    rated = select(RatingGiven.departure_id).where(RatingGiven.person_id == me.person_id)
    waiting = db.session.scalars(
        select(Departure)
        .join(Departure.answer)
        .where(Departure.id.not_in(rated))
        .where(Departure.owner_id != me.person_id, Answer.by_id != me.person_id)
        .options(joinedload(Departure.answer).joinedload(Answer.owed).joinedload(AnswerOwed.proposal))
        .order_by(Departure.id)
    )
    return [
        Waiting(
            say("Rate a reason: {kind}", kind=rules.REASON_NAMES[one.reason]),
            one.answer.owed.proposal.title,
            f"/promises/answers/{one.answer.owed_id}#reason-{one.id}",
            None,
            late=False,
        )
        for one in waiting
    ]


@dataclass(frozen=True)
class Promised:
    """What was promised here: the numbers, and the newest actions."""

    tally: Tally
    newest: list[Promise]


def promised(places: Tree, place_ids: Collection[int] | None = None, limit: int = 3) -> Promised:
    """For the home page: these places, or all."""
    promise = _promises(place_ids)
    newest = _with_names(promise).where(promise.c.is_action.is_(True)).order_by(promise.c.id.desc()).limit(limit)
    return Promised(tally(places, place_ids), _read(newest))
