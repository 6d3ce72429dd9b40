"""Reads of questions and flags: what waits for a duty keeper, what a duty holds, what a neighbour asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.deliberation.models import Comment, PutQuestion
from coproduce.deliberation.rules import Shown
from coproduce.duties.models import DutyVersion
from coproduce.proposals.models import (
    Clause,
    DutyFlag,
    DutyQuestion,
    Proposal,
    Tie,
    Version,
    VersionClause,
)
from coproduce.proposals.queries.lists import for_all
from coproduce.proposals.rules import (
    BEFORE_THE_VOTE,
    TAKES_TALK,
    Stage,
)


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
