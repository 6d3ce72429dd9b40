"""Reads of ballots. While a ballot is open, nothing here tells how many have voted, nor how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from coproduce.accounts import queries as people
from coproduce.accounts.models import Person
from coproduce.accounts.rules import COLLEAGUES
from coproduce.db import db
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals.models import Proposal, Version, VersionClause
from coproduce.proposals.queries import version
from coproduce.proposals.rules import Stand
from coproduce.voting import rules
from coproduce.voting.models import Ballot, BallotOption, Question, Result, RollPlace
from coproduce.voting.rules import Count, State


@dataclass(frozen=True)
class Voter:
    """One voter to be: who, and the place of their home."""

    person_id: int
    place_id: int


def ballot(ballot_id: int) -> Ballot | None:
    """A ballot with its questions, its options and the text it is about."""
    return db.session.scalars(_with_text(select(Ballot)).where(Ballot.id == ballot_id)).first()


def _with_text(query: Select[Ballot]) -> Select[Ballot]:
    text = joinedload(Ballot.version)
    return query.options(
        text.joinedload(Version.proposal).joinedload(Proposal.place),
        selectinload(Ballot.questions).selectinload(Question.options),
    )


def open_now(now: datetime) -> Sequence[Ballot]:
    """Ballots that take papers, the soonest to close first."""
    query = _with_text(select(Ballot)).where(Ballot.state == State.OPEN, Ballot.closes_at > now)
    return db.session.scalars(query.order_by(Ballot.closes_at, Ballot.id)).all()


def being_counted(now: datetime) -> Sequence[Ballot]:
    """Ballots whose time is up and that the worker has not counted yet."""
    query = _with_text(select(Ballot)).where(Ballot.state == State.OPEN, Ballot.closes_at <= now)
    return db.session.scalars(query.order_by(Ballot.closes_at, Ballot.id)).all()


def counted(*, page: int, size: int) -> tuple[Sequence[Ballot], int]:
    """One page of the ballots that are closed, newest first, and how many pages there are."""
    total = db.session.scalar(select(func.count()).select_from(Ballot).where(Ballot.state == State.CLOSED)) or 0
    query = _with_text(select(Ballot)).where(Ballot.state == State.CLOSED)
    query = query.order_by(Ballot.closed_at.desc(), Ballot.id.desc()).limit(size).offset((page - 1) * size)
    return db.session.scalars(query).all(), -(-total // size)


def due_to_close(now: datetime) -> Sequence[int]:
    query = select(Ballot.id).where(Ballot.state == State.OPEN, Ballot.closes_at <= now)
    return db.session.scalars(query.order_by(Ballot.closes_at, Ballot.id)).all()


def newest_ballot_of(proposal: Proposal) -> Ballot | None:
    query = _with_text(select(Ballot)).join(Version, Version.id == Ballot.version_id)
    query = query.where(Version.proposal_id == proposal.id)
    return db.session.scalars(query.order_by(Ballot.id.desc()).limit(1)).first()


def place_on_roll(ballot_id: int, person_id: int | None, *, to_change: bool = False) -> RollPlace | None:
    """A person's own place on the roll. `to_change` holds it until the transaction ends."""
    query = select(RollPlace).where(RollPlace.ballot_id == ballot_id, RollPlace.person_id == person_id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).first()


def my_places(person_id: int | None, ballots: Sequence[Ballot]) -> dict[int, RollPlace]:
    """A person's own places on the rolls of these ballots, by ballot."""
    if person_id is None or not ballots:
        return {}
    query = select(RollPlace).where(
        RollPlace.person_id == person_id, RollPlace.ballot_id.in_([ballot.id for ballot in ballots])
    )
    return {place.ballot_id: place for place in db.session.scalars(query.order_by(RollPlace.id))}


def who_may_vote(place_id: int) -> list[Voter]:
    """Every adult who lives in the place today, but for the landlord's colleagues."""
    colleagues = {person.id for role in COLLEAGUES for person in people.people_with_role(role)}
    living = people.adults_living_in(sorted(tree().within(place_id)))
    return [Voter(person_id, home) for person_id, home in living if person_id not in colleagues]


def people_on_roll(ballot_id: int) -> Sequence[tuple[int, str]]:
    """Who stands on a ballot's roll, and the language each is written to in."""
    query = (
        select(Person.id, Person.language)
        .join(RollPlace, RollPlace.person_id == Person.id)
        .where(RollPlace.ballot_id == ballot_id)
        .order_by(Person.id)
    )
    return [(row.id, row.language) for row in db.session.execute(query)]


def papers_of(ballot_id: int) -> tuple[list[Mapping[str, str]], int]:
    """What was chosen by everybody who voted, and how many stand on the roll. For the count only."""
    query = select(RollPlace.choices, RollPlace.voted_on).where(RollPlace.ballot_id == ballot_id)
    rows = db.session.execute(query.order_by(RollPlace.id)).all()
    return [row.choices for row in rows if row.voted_on is not None], len(rows)


def counts_of(ballots: Sequence[Ballot], *, run: int = 1) -> dict[int, Count]:
    """The count of each question of these ballots, by question. Empty for ballots that are open."""
    query = (
        select(Result)
        .join(Question, Question.id == Result.question_id)
        .where(Question.ballot_id.in_([ballot.id for ballot in ballots if not ballot.is_open]), Result.run == run)
        .order_by(Result.question_id)
    )
    return {result.question_id: rules.from_kept(result.rounds) for result in db.session.scalars(query)}


def runs_of(ballot: Ballot) -> list[tuple[int, datetime, bool]]:
    """Each count of a ballot: its number, when it was made, and whether it came out as the first."""
    query = select(Result).join(Question).where(Question.ballot_id == ballot.id)
    runs: dict[int, dict[int, Result]] = {}
    for result in db.session.scalars(query.order_by(Result.run, Result.question_id)):
        runs.setdefault(result.run, {})[result.question_id] = result
    first = {question: result.rounds for question, result in runs.get(1, {}).items()}
    return [
        (run, found[ballot.whole.id].counted_at, {q: r.rounds for q, r in found.items()} == first)
        for run, found in runs.items()
    ]


# -- the text ---------------------------------------------------------------------------------------------------------


def proposal_to_vote_on(proposal_id: int) -> Proposal | None:
    query = select(Proposal).where(Proposal.id == proposal_id)
    return db.session.scalars(query.options(joinedload(Proposal.place), selectinload(Proposal.authors))).first()


def clauses_of(ballot: Ballot) -> Sequence[VersionClause]:
    """The clauses of the text that a ballot is about, with their options and the duties that hold them."""
    text = version(ballot.version.proposal, ballot.version.no)
    return text.clauses if text else []


def fixed(clauses: Sequence[VersionClause]) -> list[VersionClause]:
    """What is not up for vote, because a duty fixes it."""
    return [entry for entry in clauses if entry.stand is Stand.FIXED]


def may_be_asked(clauses: Sequence[VersionClause]) -> list[VersionClause]:
    """Flexible clauses with two options or more inside the duties."""
    return [
        entry for entry in clauses if entry.stand is Stand.FLEXIBLE and len(entry.clause_version.clause.offered) > 1
    ]


def chosen(ballot: Ballot, choices: Mapping[str, str]) -> list[tuple[Question, BallotOption | None]]:
    """A paper in words: each question with the option chosen on it."""
    return [(question, question.option(choices.get(str(question.id)))) for question in ballot.questions]
