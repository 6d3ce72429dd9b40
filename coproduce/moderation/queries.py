"""Reads of moderation: a post of any kind, what waits and for whom, the public log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from coproduce.accounts.models import Person, WayIn
from coproduce.accounts.rules import EVERYWHERE, Role, Standing, WayInKind
from coproduce.db import db
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Shown
from coproduce.moderation.models import Hiding, Report, Told
from coproduce.moderation.policy import MODERATORS, PASS_ON
from coproduce.moderation.rules import What
from coproduce.proposals import queries as proposals
from coproduce.proposals.models import Amendment, Proposal
from coproduce.proposals.rules import BEFORE_THE_VOTE, AmendmentState

PAGE = 50
MOST = 100


@dataclass(frozen=True)
class Thing:
    """A post of any kind, as moderation needs to know it."""

    what: What
    row: Comment | Amendment | Proposal
    proposal: Proposal
    writer: Person

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def writer_id(self) -> int:
        return self.writer.id

    @property
    def place_id(self) -> int:
        return self.proposal.place_id

    @property
    def state(self) -> Shown:
        return self.row.state if isinstance(self.row, Comment) else self.row.shown

    @property
    def words(self) -> str:
        if isinstance(self.row, Proposal):
            return "\n\n".join(part for part in (self.row.title, self.row.summary, self.row.reasons) if part)
        if isinstance(self.row, Amendment):
            return "\n\n".join(part for part in (self.row.words, self.row.reason) if part)
        return self.row.words

    @property
    def path(self) -> str:
        base = f"/proposals/{self.proposal.address}"
        if self.what is What.SUGGESTION:
            return f"{base}/changes/{self.id}"
        return f"{base}#comment-{self.id}" if self.what is What.COMMENT else base

    @property
    def is_settled_text(self) -> bool:
        """Whether it is part of what was voted on, or of a text that was published: that stays on the record."""
        if isinstance(self.row, Amendment):
            return self.row.state is AmendmentState.ACCEPTED
        return isinstance(self.row, Proposal) and self.row.stage not in BEFORE_THE_VOTE


def thing(what: What, thing_id: int) -> Thing | None:
    """The post, whoever may read it; None when there is none or it was taken back."""
    if what is What.COMMENT:
        return _comment(thing_id)
    if what is What.SUGGESTION:
        row = db.session.get(Amendment, thing_id, options=[joinedload(Amendment.by)])
        proposal = proposals.whole(row.proposal_id) if row else None
        return Thing(what, row, proposal, row.by) if row and proposal else None
    proposal = proposals.whole(thing_id)
    if proposal is None or not proposal.is_published:
        return None
    return Thing(what, proposal, proposal, db.session.get_one(Person, proposal.raised_by_id))


def _comment(thing_id: int) -> Thing | None:
    row = db.session.get(Comment, thing_id, options=[joinedload(Comment.person)])
    if row is None or row.state is Shown.WITHDRAWN:
        return None
    found = db.session.scalar(select(Proposal.id).where(Proposal.thread_id == row.thread_id))
    proposal = proposals.whole(found) if found else None
    return Thing(What.COMMENT, row, proposal, row.person) if proposal else None


def proposal_of(comment: Comment) -> Proposal | None:
    return db.session.scalars(select(Proposal).where(Proposal.thread_id == comment.thread_id)).first()


# -- what waits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reported:
    """A post with what was said to be wrong with it."""

    what: What
    thing_id: int
    proposal: Proposal
    reports: Sequence[Report]


@dataclass(frozen=True)
class Queue:
    """All that waits in somebody's places. `first_posts` are posts that nobody has read yet."""

    told: Sequence[Told]
    reported: Sequence[Reported]
    appeals: Sequence[Hiding]
    first_posts: Sequence[Thing]

    def __bool__(self) -> bool:
        return bool(self.told or self.reported or self.appeals or self.first_posts)


def queue(me: Standing) -> Queue:
    """What this person may see to, first come first; at most a hundred of each."""
    told = select(Told).where(Told.closed_at.is_(None), _in(Told.place_id, _places(me, PASS_ON)))
    mine = _places(me, MODERATORS)
    appeals = select(Hiding).where(
        Hiding.appealed_at.is_not(None), Hiding.settled_at.is_(None), Hiding.restored_at.is_(None)
    )
    appeals = appeals.where(_in(Hiding.place_id, mine), Hiding.hidden_by_id != (me.person_id or 0))
    return Queue(
        db.session.scalars(told.options(joinedload(Told.proposal)).order_by(Told.due_on, Told.id).limit(MOST)).all(),
        _reported(mine),
        db.session.scalars(
            appeals.options(joinedload(Hiding.proposal)).order_by(Hiding.appealed_at, Hiding.id).limit(MOST)
        ).all(),
        _first_posts(mine),
    )


def _places(me: Standing, roles: Iterable[Role]) -> Collection[int] | None:
    """Where this person holds one of these roles; None: everywhere."""
    held = [me.roles[role] for role in roles if role in me.roles]
    if EVERYWHERE in held:
        return None
    return frozenset[int]().union(*(places for places in held if places is not None))


def _in(column: InstrumentedAttribute[int], places: Collection[int] | None) -> ColumnElement[bool]:
    return column.is_not(None) if places is None else column.in_(places)


def _reported(places: Collection[int] | None) -> list[Reported]:
    query = select(Report).where(Report.settled_at.is_(None), _in(Report.place_id, places))
    found: dict[tuple[What, int], list[Report]] = {}
    for report in db.session.scalars(query.options(joinedload(Report.proposal)).order_by(Report.id).limit(MOST)):
        found.setdefault((report.what, report.thing_id), []).append(report)
    return [Reported(what, thing_id, reports[0].proposal, reports) for (what, thing_id), reports in found.items()]


def _first_posts(places: Collection[int] | None) -> list[Thing]:
    comments = (
        select(Comment, Proposal)
        .join(Proposal, Proposal.thread_id == Comment.thread_id)
        .where(Comment.state == Shown.WAITING, _in(Proposal.place_id, places))
        .options(joinedload(Comment.person), selectinload(Comment.texts))
    )
    changes = (
        select(Amendment, Proposal)
        .join(Proposal, Proposal.id == Amendment.proposal_id)
        .where(Amendment.shown == Shown.WAITING, _in(Proposal.place_id, places))
        .options(joinedload(Amendment.by))
    )
    whole = select(Proposal).where(Proposal.shown == Shown.WAITING, _in(Proposal.place_id, places))
    whole = whole.options(joinedload(Proposal.raised_by))
    return [
        *(Thing(What.PROPOSAL, row, row, row.raised_by) for row in db.session.scalars(whole.order_by(Proposal.id))),
        *(Thing(What.SUGGESTION, row, on, row.by) for row, on in db.session.execute(changes.order_by(Amendment.id))),
        *(Thing(What.COMMENT, row, on, row.person) for row, on in db.session.execute(comments.order_by(Comment.id))),
    ][:MOST]


def reports_on(what: What, thing_id: int) -> Sequence[Report]:
    """What was said to be wrong with a post and waits for a moderator."""
    query = select(Report).where(Report.what == what, Report.thing_id == thing_id, Report.settled_at.is_(None))
    return db.session.scalars(query.options(joinedload(Report.by)).order_by(Report.id)).all()


def hiding(hiding_id: int) -> Hiding | None:
    query = select(Hiding).where(Hiding.id == hiding_id).options(joinedload(Hiding.proposal))
    return db.session.scalars(query).first()


def live_hiding(what: What, thing_id: int) -> Hiding | None:
    query = select(Hiding).where(Hiding.what == what, Hiding.thing_id == thing_id, Hiding.restored_at.is_(None))
    return db.session.scalars(query).first()


def hidden_of(person_id: int) -> Sequence[Hiding]:
    """What of theirs is hidden now, newest first."""
    query = select(Hiding).where(Hiding.writer_id == person_id, Hiding.restored_at.is_(None))
    return db.session.scalars(query.options(joinedload(Hiding.proposal)).order_by(Hiding.id.desc()).limit(MOST)).all()


def told(told_id: int) -> Told | None:
    options = (joinedload(Told.proposal), joinedload(Told.place), joinedload(Told.by), joinedload(Told.closed_by))
    return db.session.scalars(
        select(Told).where(Told.id == told_id).options(*options, joinedload(Told.comment).selectinload(Comment.texts))
    ).first()


def told_with(comment: Comment) -> Told | None:
    return db.session.scalars(select(Told).where(Told.comment_id == comment.id)).first()


@dataclass(frozen=True)
class Reach:
    """How to reach whoever told of something: what the landlord needs to act on it."""

    name: str
    homes: Sequence[str]
    ways: Sequence[str]


def reach(person: Person) -> Reach:
    """Their name, where they live now and the ways to write or ring. Shown after a look that is on the record."""
    ways = db.session.scalars(
        select(WayIn.value)
        .where(WayIn.person_id == person.id, WayIn.kind.in_([WayInKind.EMAIL, WayInKind.PHONE]))
        .order_by(WayIn.id)
    )
    known = dict.fromkeys([*ways, person.contact_phone, person.contact_email])
    homes = [f"{stay.home.address}, {stay.home.postcode}" for stay in person.occupancies if stay.until is None]
    return Reach(person.full_name or person.public_name, homes, [way for way in known if way])


# -- the public log ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Log:
    rows: Sequence[Hiding]
    total: int
    page: int
    pages: int


def log(page: int = 1) -> Log:
    """What was hidden, newest first: for anybody to read, without the words."""
    total = db.session.scalar(select(func.count()).select_from(Hiding)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    query = select(Hiding).options(joinedload(Hiding.place)).order_by(Hiding.id.desc())
    return Log(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all(), total, page, pages)
