"""Reads of proposals. A page takes the same few queries however much hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from coproduce import config, search
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db
from coproduce.deliberation.models import Comment, PutQuestion
from coproduce.deliberation.queries import counts as comment_counts
from coproduce.deliberation.rules import Shown
from coproduce.duties.models import DutyVersion
from coproduce.duties.queries import newest_numbers
from coproduce.duties.rules import Area
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import (
    Amendment,
    Author,
    Choice,
    Clause,
    ClauseVersion,
    DutyFlag,
    DutyQuestion,
    MandateChange,
    Proposal,
    Support,
    SupportNeeded,
    Tie,
    Version,
    VersionClause,
)
from coproduce.proposals.rules import (
    BEFORE_THE_VOTE,
    OPEN,
    TAKES_TALK,
    AuthorState,
    ClauseFacts,
    ClauseText,
    Option,
    Preamble,
    Stage,
    Stand,
    Verdict,
    Within,
    why_not_ready,
)
from coproduce.proposals.rules.money import Line, Sum, a_week, a_year, add_up, wrong_vote
from coproduce.words import Message

PAGE = 20
KIND = "proposal"  # what the search knows them as


def for_all() -> ColumnElement[bool]:
    """Proposals that everybody may read: published, not hidden, and not waiting for a moderator."""
    return Proposal.raised_at.is_not(None) & (Proposal.shown == Shown.SHOWN)


# -- lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A page of proposals, with what their cards count."""

    proposals: Sequence[Proposal]
    comments: Mapping[int, int]
    questions: Mapping[int, int]
    total: int
    page: int
    pages: int
    mended: str = ""


def find(
    words: str = "",
    place: int | None = None,
    area: Area | None = None,
    stage: Stage | None = None,
    page: int = 1,
) -> Found:
    """Published proposals, in this place and all that lies in it: the newest first, or those that fit the words best.

    Where nothing has all of the words, they are read as if mistyped: `mended` says what was looked for instead.
    """
    asked = search.looking_for(KIND, words)
    wanted: list[ColumnElement[bool]] = [for_all()]
    if place is not None:
        wanted.append(Proposal.place_id.in_(tree().within(place)))
    if area is not None:
        wanted.append(Proposal.area == area)
    if stage is not None:
        wanted.append(Proposal.stage == stage)
    query = select(Proposal).where(*wanted)
    if asked is not None:
        query = query.join(asked.hits, asked.hits.c.thing_id == Proposal.id).order_by(asked.hits.c.rank)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        query.options(joinedload(Proposal.place))
        .order_by(Proposal.raised_at.desc(), Proposal.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    comments = comment_counts(proposal.thread_id for proposal in rows)
    questions = _open_questions(proposal.id for proposal in rows)
    return Found(rows, comments, questions, total, page, pages, asked.mended if asked else "")


@dataclass(frozen=True)
class Similar:
    """A published proposal that looks like what somebody writes."""

    proposal: Proposal
    score: int


def similar(title: str, words: str, *, leave_out: int | None = None, limit: int = 5) -> list[Similar]:
    """Published proposals that are still open and look like this, the most alike first."""
    found = search.alike(KIND, title, words, limit=4 * limit)
    query = select(Proposal).where(Proposal.id.in_([hit.thing_id for hit in found]), Proposal.stage.in_(OPEN))
    query = query.where(for_all()).options(joinedload(Proposal.place))
    rows = {row.id: row for row in db.session.scalars(query.order_by(Proposal.id))}
    near = [Similar(rows[hit.thing_id], hit.score) for hit in found if hit.thing_id in rows]
    return [one for one in near if one.proposal.id != leave_out][:limit]


def _open_questions(proposal_ids: Iterable[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Clause.proposal_id, func.count())
        .join(DutyQuestion, DutyQuestion.clause_id == Clause.id)
        .where(Clause.proposal_id.in_(list(proposal_ids)), DutyQuestion.answered_at.is_(None), ~Clause.removed)
        .group_by(Clause.proposal_id)
        .order_by(Clause.proposal_id)
    )
    return {proposal_id: count for proposal_id, count in rows}


def known_to(proposal: Proposal, limit: int = 40) -> Sequence[Person]:
    """Neighbours who could be asked to write it too: those who spoke, suggested a change or back it, and the place's
    champions, by public name. Whoever writes it, or was asked already, is left out."""
    said = select(Comment.person_id).where(Comment.thread_id == proposal.thread_id, Comment.state == Shown.SHOWN)
    changed = select(Amendment.by_id).where(Amendment.proposal_id == proposal.id, Amendment.shown == Shown.SHOWN)
    backed = select(Support.person_id).where(Support.proposal_id == proposal.id, Support.until.is_(None))
    champions = [person.id for person in people_with_role(Role.CHAMPION, proposal.place_id)]
    there = select(Author.person_id).where(Author.proposal_id == proposal.id, Author.state != AuthorState.DECLINED)
    query = select(Person).where(
        Person.id.in_(said) | Person.id.in_(changed) | Person.id.in_(backed) | Person.id.in_(champions),
        Person.id.not_in(there),
        Person.closed_at.is_(None),
        Person.public_name != "",
    )
    return db.session.scalars(query.order_by(Person.public_name, Person.id).limit(limit)).all()


def mine(me: Standing) -> Sequence[Proposal]:
    """What they write or wrote, newest first, drafts too."""
    return db.session.scalars(
        select(Proposal)
        .join(Author, Author.proposal_id == Proposal.id)
        .where(Author.person_id == me.person_id, Author.state == AuthorState.ACCEPTED)
        .options(joinedload(Proposal.place))
        .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    ).all()


def writes_another(me: Standing, proposal: Proposal) -> bool:
    """Whether they write another proposal that could still take this one in."""
    query = select(Proposal.id).join(Author, Author.proposal_id == Proposal.id)
    mine_ = query.where(Author.person_id == me.person_id, Author.state == AuthorState.ACCEPTED)
    another = mine_.where(Proposal.id != proposal.id, Proposal.stage.in_(BEFORE_THE_VOTE)).limit(1)
    return db.session.scalar(another) is not None


# -- one proposal --------------------------------------------------------------------------------------------------


def whole(proposal_id: int) -> Proposal | None:
    """A proposal with its place, its talk and its authors."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(
            joinedload(Proposal.place),
            joinedload(Proposal.thread),
            joinedload(Proposal.entered_by),
            selectinload(Proposal.authors).joinedload(Author.person).selectinload(Person.roles),
        )
    ).first()


def authors(proposal: Proposal) -> Sequence[Author]:
    """Those who write it, in the order that credit is given."""
    return db.session.scalars(
        select(Author)
        .where(Author.proposal_id == proposal.id, Author.state == AuthorState.ACCEPTED)
        .options(joinedload(Author.person))
        .order_by(Author.position, Author.id)
    ).all()


def latest_version(proposal: Proposal) -> Version | None:
    """The newest published text, with its clauses, their duties, options and questions. None for a draft."""
    return db.session.scalars(
        select(Version)
        .where(Version.proposal_id == proposal.id)
        .options(*_with_clauses())
        .order_by(Version.no.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def version(proposal: Proposal, no: int) -> Version | None:
    return db.session.scalars(
        select(Version).where(Version.proposal_id == proposal.id, Version.no == no).options(*_with_clauses())
    ).first()


def versions(proposal: Proposal) -> Sequence[Version]:
    """Every published text, newest first, without its clauses."""
    return db.session.scalars(
        select(Version).where(Version.proposal_id == proposal.id).order_by(Version.no.desc())
    ).all()


def newest_no(proposal: Proposal) -> int:
    return db.session.scalar(select(func.max(Version.no)).where(Version.proposal_id == proposal.id)) or 0


def number_of(proposal: Proposal, clause_id: int) -> int:
    """The number that a clause has in the newest text; nought when it is not in it."""
    return (
        db.session.scalar(
            select(VersionClause.position)
            .join(Version, Version.id == VersionClause.version_id)
            .join(ClauseVersion, ClauseVersion.id == VersionClause.clause_version_id)
            .where(Version.proposal_id == proposal.id, ClauseVersion.clause_id == clause_id)
            .order_by(Version.no.desc())
            .limit(1)
        )
        or 0
    )


@cache
def _with_clauses() -> tuple[ORMOption, ...]:
    clause_version = selectinload(Version.clauses).joinedload(VersionClause.clause_version)
    return (*_with_ties(clause_version), *_with_clause(clause_version.joinedload(ClauseVersion.clause)))


def _with_ties(to_clause_version: ORMOption) -> tuple[ORMOption, ...]:
    ties = to_clause_version.selectinload(ClauseVersion.ties)  # type: ignore[attr-defined]
    return (ties.joinedload(Tie.duty_version).joinedload(DutyVersion.duty),)


def _with_clause(to_clause: ORMOption) -> tuple[ORMOption, ...]:
    questions = to_clause.selectinload(Clause.questions)  # type: ignore[attr-defined]
    return (
        to_clause.selectinload(Clause.choices),  # type: ignore[attr-defined]
        questions.joinedload(DutyQuestion.keeper),
        questions.joinedload(DutyQuestion.duty_version),
    )


@dataclass(frozen=True)
class DraftClause:
    """A clause of a text that is not published yet, numbered as it will be. Reads like a VersionClause."""

    position: int
    clause_version: ClauseVersion

    @property
    def stand(self) -> Stand:
        return self.clause_version.stand

    @property
    def options(self) -> list[Choice]:
        return self.clause_version.clause.options if self.stand is Stand.FLEXIBLE else []


def draft_clauses(proposal: Proposal) -> list[DraftClause]:
    """The clauses as they stand now in a draft, in order."""
    later = aliased(ClauseVersion)
    newest = select(func.max(later.no)).where(later.clause_id == ClauseVersion.clause_id).scalar_subquery()
    to_clause = joinedload(ClauseVersion.clause)
    ties = selectinload(ClauseVersion.ties).joinedload(Tie.duty_version).joinedload(DutyVersion.duty)
    rows = db.session.scalars(
        select(ClauseVersion)
        .join(Clause, Clause.id == ClauseVersion.clause_id)
        .where(Clause.proposal_id == proposal.id, ~Clause.removed, ClauseVersion.no == newest)
        .options(ties, *_with_clause(to_clause))
        .order_by(Clause.position, Clause.id)
        .execution_options(populate_existing=True)
    )
    return [DraftClause(no, row) for no, row in enumerate(rows, start=1)]


def clause_of(proposal: Proposal, clause_id: int) -> DraftClause | None:
    return next((c for c in draft_clauses(proposal) if c.clause_version.clause_id == clause_id), None)


def question(proposal: Proposal, question_id: int) -> DutyQuestion | None:
    return db.session.scalars(
        select(DutyQuestion)
        .join(Clause, Clause.id == DutyQuestion.clause_id)
        .where(DutyQuestion.id == question_id, Clause.proposal_id == proposal.id, ~Clause.removed)
        .options(joinedload(DutyQuestion.clause), joinedload(DutyQuestion.keeper))
    ).first()


def choice(proposal: Proposal, choice_id: int) -> Choice | None:
    return db.session.scalars(
        select(Choice)
        .join(Clause, Clause.id == Choice.clause_id)
        .where(Choice.id == choice_id, Clause.proposal_id == proposal.id, ~Clause.removed)
        .options(joinedload(Choice.clause))
    ).first()


def clause_facts(clauses: Iterable[VersionClause | DraftClause]) -> list[ClauseFacts]:
    """What `rules.why_not_ready` asks about each clause of a text that is loaded."""
    clauses = list(clauses)
    flags = flags_on(item.clause_version.clause_id for item in clauses)
    return [
        ClauseFacts(
            number=item.position,
            stand=item.stand,
            options=sum(choice.within is Within.YES for choice in item.options),
            options_not_inside=sum(choice.within is Within.NOT_SETTLED for choice in item.options),
            flagged=any(flag.is_open for flag in flags.get(item.clause_version.clause_id, [])),
            outside=any(breaks(flag, item.clause_version) for flag in flags.get(item.clause_version.clause_id, [])),
        )
        for item in clauses
    ]


def breaks(flag: DutyFlag, said: ClauseVersion) -> bool:
    """Whether these very words of a clause were found to break a duty."""
    return flag.verdict is Verdict.OUTSIDE and flag.choice_id is None and flag.clause_version_id == said.id


def clause_texts(clauses: Iterable[VersionClause | DraftClause]) -> list[ClauseText]:
    """What `rules.mark` takes the fingerprint of, from clauses that are loaded."""
    return [_text_of(item) for item in clauses]


def _text_of(item: VersionClause | DraftClause) -> ClauseText:
    said = item.clause_version
    questions = said.clause.questions if said.stand is Stand.UNCLEAR else []
    return ClauseText(
        words=said.words,
        stand=said.stand,
        range_words=said.range_words,
        cost_pence=said.cost_pence,
        options=tuple(Option(o.name, o.meaning, o.cost_pence, o.departs_why, o.times) for o in item.options),
        duties=tuple((tie.duty_version.duty.code, tie.duty_version.no, tie.hold) for tie in said.ties),
        question=questions[-1].words if questions else "",
        times=said.times,
        homes=said.homes,
    )


def preamble(text: Version | Proposal) -> Preamble:
    """What a published text, or a draft, says before its clauses."""
    return Preamble(text.title, text.summary, text.reasons, text.strengths, text.budget_pence)


def searched(proposal: Proposal, clauses: Iterable[VersionClause | DraftClause]) -> str:
    """All that the search looks through beside the title."""
    said = [proposal.summary, proposal.reasons, proposal.strengths]
    for item in clauses:
        said += [item.clause_version.words, *(f"{option.name} {option.meaning}" for option in item.options)]
    return "\n".join(part for part in said if part)


def price_lines(clauses: Iterable[VersionClause | DraftClause]) -> list[Line]:
    """What each clause costs each home, from clauses that are loaded; an option without a cost costs nothing."""
    return [
        Line(
            item.position,
            item.clause_version.cost_pence or 0,
            [option.cost_pence or 0 for option in item.options if option.within is not Within.NO],
        )
        for item in clauses
    ]


@dataclass(frozen=True)
class Service:
    """A service that homes share: what it costs a year, and each home a week; None where nobody says how many."""

    number: int
    words: str
    times: int | None
    homes: int | None
    yearly: int
    weekly: int | None


def services(clauses: Iterable[VersionClause | DraftClause]) -> list[Service]:
    """The priced services of a text, in its order. One with options is priced at its cheapest."""
    found = []
    for item in clauses:
        said = item.clause_version
        costs = [(said.cost_pence, said.times), *((one.cost_pence, one.times or said.times) for one in item.options)]
        known = [(a_year(cost, times), times) for cost, times in costs if cost is not None]
        if known:
            yearly, times = min(known, key=lambda pair: pair[0])
            weekly = a_week(yearly, said.homes) if said.homes else None
            found.append(Service(item.position, said.words, times, said.homes, yearly, weekly))
    return found


def near(proposal: Proposal) -> Sequence[Proposal]:
    """Published proposals that this one differs from, or that say in what they differ from this one."""
    either = (Proposal.differs_from_id == proposal.id) | (Proposal.id == (proposal.differs_from_id or 0))
    query = select(Proposal).where(either, for_all(), Proposal.id != proposal.id)
    return db.session.scalars(query.order_by(Proposal.id).limit(10)).all()


def writers_at(proposal: Proposal, moment: datetime) -> Sequence[Author]:
    """Those who wrote it when a text was published, in the order of credit, also those who have left since."""
    query = select(Author).where(
        Author.proposal_id == proposal.id,
        or_(Author.since.is_(None) & (Author.state == AuthorState.ACCEPTED), Author.since <= moment),
        or_(Author.until.is_(None), Author.until > moment),
    )
    return db.session.scalars(query.options(joinedload(Author.person)).order_by(Author.position, Author.id)).all()


def total(text: Version | Proposal, clauses: Iterable[VersionClause | DraftClause]) -> Sum:
    return add_up(price_lines(clauses), text.budget_pence)


def why_no_vote(proposal: Proposal, text: Version) -> Message | None:
    """Why no ballot may open on this text, which is loaded; None when one may."""
    reason = why_not_ready(proposal.mandate, clause_facts(text.clauses))
    return reason or wrong_vote(total(text, text.clauses))


def mandate_changes(proposal: Proposal) -> Sequence[MandateChange]:
    """How the landlord's promise changed, with the reasons, the newest first."""
    query = select(MandateChange).where(MandateChange.proposal_id == proposal.id)
    return db.session.scalars(query.order_by(MandateChange.id.desc())).all()


# -- support -------------------------------------------------------------------------------------------------------


def supports(me: Standing, proposal: Proposal) -> bool:
    return me.known and live_support(me, proposal) is not None


def live_support(me: Standing, proposal: Proposal) -> Support | None:
    return db.session.scalars(
        select(Support).where(
            Support.proposal_id == proposal.id, Support.person_id == me.person_id, Support.until.is_(None)
        )
    ).first()


def needed_in(place_id: int, area: Area) -> int:
    """How many must back a proposal of this area here: what is set for the nearest place around it, for the area
    before any; else the landlord's number for all."""
    around = [spot.id for spot in tree().around(place_id)]
    rows = db.session.scalars(select(SupportNeeded).where(SupportNeeded.place_id.in_(around)))
    fitting = [row for row in rows if row.area in {area, None}]
    nearest = min(fitting, key=lambda row: (around.index(row.place_id), row.area is None), default=None)
    return nearest.needed if nearest else config.chosen().support_needed


def support_needed_row(place_id: int, area: Area | None) -> SupportNeeded | None:
    same = SupportNeeded.area.is_(None) if area is None else SupportNeeded.area == area
    return db.session.scalars(select(SupportNeeded).where(SupportNeeded.place_id == place_id, same)).first()


def support_needed_everywhere() -> Sequence[SupportNeeded]:
    """All that is set, for the page that sets it."""
    query = select(SupportNeeded).options(joinedload(SupportNeeded.place))
    return db.session.scalars(query.order_by(SupportNeeded.place_id, SupportNeeded.id)).all()


def supporters(proposal: Proposal, limit: int | None = None) -> Sequence[Person]:
    """Those who back it now, first come first."""
    return db.session.scalars(
        select(Person)
        .join(Support, Support.person_id == Person.id)
        .where(Support.proposal_id == proposal.id, Support.until.is_(None))
        .order_by(Support.id)
        .limit(limit)
    ).all()


# -- questions of the talk ------------------------------------------------------------------------------------------


def put_questions() -> Sequence[tuple[PutQuestion, Proposal]]:
    """Questions of talks that wait for an answer, each with its proposal, the first due first."""
    rows = db.session.execute(
        select(PutQuestion, Proposal)
        .join(PutQuestion.comment)
        .join(Proposal, Proposal.thread_id == Comment.thread_id)
        .where(PutQuestion.answered_at.is_(None), Comment.state == Shown.SHOWN, for_all())
        .where(Proposal.stage.in_(TAKES_TALK))
        .options(joinedload(PutQuestion.comment))
        .order_by(PutQuestion.due_on, PutQuestion.id)
        .limit(100)
    )
    return [(question, proposal) for question, proposal in rows]


# -- duties and questions ------------------------------------------------------------------------------------------


def questions_for(keeper: Standing) -> Sequence[DutyQuestion]:
    """Published questions that wait for this duty keeper, the first due first."""
    return db.session.scalars(
        select(DutyQuestion)
        .join(Clause, Clause.id == DutyQuestion.clause_id)
        .join(Proposal, Proposal.id == Clause.proposal_id)
        .where(DutyQuestion.keeper_id == keeper.person_id, DutyQuestion.answered_at.is_(None))
        .where(for_all(), Proposal.stage != Stage.WITHDRAWN, ~Clause.removed)
        .options(joinedload(DutyQuestion.clause).joinedload(Clause.proposal).joinedload(Proposal.place))
        .order_by(DutyQuestion.due_on, DutyQuestion.id)
    ).all()


def flags_on(clause_ids: Iterable[int]) -> dict[int, list[DutyFlag]]:
    """What was flagged as perhaps breaking a duty, by clause, in one query; the newest last."""
    wanted = list(clause_ids)
    found: dict[int, list[DutyFlag]] = {}
    if not wanted:
        return found
    query = select(DutyFlag).where(DutyFlag.clause_id.in_(wanted)).order_by(DutyFlag.id)
    for flag in db.session.scalars(query.options(joinedload(DutyFlag.duty_version).joinedload(DutyVersion.duty))):
        found.setdefault(flag.clause_id, []).append(flag)
    return found


def flag(proposal: Proposal, flag_id: int) -> DutyFlag | None:
    query = select(DutyFlag).join(Clause, Clause.id == DutyFlag.clause_id)
    query = query.where(DutyFlag.id == flag_id, Clause.proposal_id == proposal.id)
    return db.session.scalars(query.options(joinedload(DutyFlag.choice), joinedload(DutyFlag.by))).first()


def flags_to_settle() -> Sequence[DutyFlag]:
    """What was flagged and waits for a duty keeper, in every place, oldest first."""
    return db.session.scalars(
        select(DutyFlag)
        .join(Clause, Clause.id == DutyFlag.clause_id)
        .join(Proposal, Proposal.id == Clause.proposal_id)
        .where(DutyFlag.settled_at.is_(None), Proposal.stage.in_(BEFORE_THE_VOTE), ~Clause.removed, for_all())
        .options(joinedload(DutyFlag.clause).joinedload(Clause.proposal).joinedload(Proposal.place))
        .order_by(DutyFlag.id)
    ).all()


def newest_duty_numbers(clauses: Iterable[VersionClause | DraftClause]) -> dict[int, int]:
    """For each duty that holds these clauses, the number of its newest version: it may be newer than the tie's."""
    return newest_numbers({tie.duty_version.duty_id for item in clauses for tie in item.clause_version.ties})


def leaning_on(duty_id: int) -> Sequence[tuple[Proposal, int, bool]]:
    """Clauses of newest texts that a duty holds: (proposal, clause's number, whether the duty still says the same)."""
    texts, other = aliased(Version), aliased(DutyVersion)
    newest_text = (
        select(func.max(texts.no)).where(texts.proposal_id == Proposal.id).correlate(Proposal).scalar_subquery()
    )
    newest_duty = select(func.max(other.no)).where(other.duty_id == duty_id).scalar_subquery()
    query = (
        select(Proposal, VersionClause.position, DutyVersion.no == newest_duty)
        .join(Version, Version.proposal_id == Proposal.id)
        .join(VersionClause, VersionClause.version_id == Version.id)
        .join(Tie, Tie.clause_version_id == VersionClause.clause_version_id)
        .join(DutyVersion, DutyVersion.id == Tie.duty_version_id)
        .where(DutyVersion.duty_id == duty_id, Version.no == newest_text, Proposal.stage != Stage.DRAFT, for_all())
        .order_by(Proposal.id.desc(), VersionClause.position)
    )
    return [(proposal, position, bool(same)) for proposal, position, same in db.session.execute(query)]
