"""Reads of one proposal and its texts. A page takes the same few queries however much hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from coproduce.accounts.models import Person
from coproduce.db import db
from coproduce.duties.models import DutyVersion
from coproduce.duties.queries import newest_numbers
from coproduce.proposals.models import (
    Author,
    Choice,
    Clause,
    ClauseVersion,
    DutyFlag,
    DutyQuestion,
    Proposal,
    Tie,
    Version,
    VersionClause,
)
from coproduce.proposals.queries.duties import flags_on
from coproduce.proposals.rules import (
    AuthorState,
    ClauseFacts,
    ClauseText,
    Option,
    Preamble,
    Stand,
    Verdict,
    Within,
    mark,
    why_not_ready,
)
from coproduce.proposals.rules.money import Line, Sum, a_week, a_year, add_up, wrong_vote
from coproduce.words import Message


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


def draft_mark(proposal: Proposal) -> str:
    """A mark of what a draft says before its clauses: it changes when any of it does."""
    return mark(preamble(proposal), [])


def newest_clause_no(clause: Clause) -> int:
    query = select(func.max(ClauseVersion.no)).where(ClauseVersion.clause_id == clause.id)
    return db.session.scalar(query) or 0


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


def newest_duty_numbers(clauses: Iterable[VersionClause | DraftClause]) -> dict[int, int]:
    """For each duty that holds these clauses, the number of its newest version: it may be newer than the tie's."""
    return newest_numbers({tie.duty_version.duty_id for item in clauses for tie in item.clause_version.ties})
