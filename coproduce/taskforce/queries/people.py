"""Who answers, who is given an action, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Select, or_, select

from coproduce import clock
from coproduce.accounts.models import Person, RoleHeld
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import ROLE_NAMES, Role
from coproduce.db import db
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Shown
from coproduce.proposals.models import Amendment, Author, Proposal, Support
from coproduce.proposals.rules import AmendmentState, AuthorState
from coproduce.taskforce import rules
from coproduce.voting.models import RollPlace
from coproduce.words import Message


def proposed_by(proposal_id: int) -> frozenset[int]:
    """Everybody who raised or wrote it."""
    raised = select(Proposal.raised_by_id).where(Proposal.id == proposal_id)
    wrote = select(Author.person_id).where(Author.proposal_id == proposal_id, Author.state == AuthorState.ACCEPTED)
    return frozenset(db.session.scalars(raised.union(wrote)))


def owner_for(proposal: Proposal) -> Person | None:
    """Who answers for the landlord here: a decision owner, else an officer; nobody answers their own proposal."""
    writers = proposed_by(proposal.id)
    for role in (Role.DECISION_OWNER, Role.OFFICER):
        for person in people_with_role(role, proposal.place_id):
            if person.id not in writers:
                return person
    return None


def colleagues_at(place_id: int) -> list[Person]:
    """Who may be given an action here."""
    found = {person.id: person for role in rules.TAKE_ACTIONS for person in people_with_role(role, place_id)}
    return sorted(found.values(), key=lambda person: (person.public_name, person.id))


def role_names(person_ids: Collection[int]) -> dict[int, Message]:
    """What stands beside the names of the landlord's people: the strongest role each holds today."""
    today = clock.today()
    rows = db.session.execute(
        select(RoleHeld.person_id, RoleHeld.kind)
        .where(RoleHeld.person_id.in_(person_ids), RoleHeld.since <= today)
        .where(or_(RoleHeld.until.is_(None), RoleHeld.until >= today))
        .order_by(RoleHeld.person_id, RoleHeld.id)
    ).all()
    held = {person_id: {kind for other, kind in rows if other == person_id} for person_id, _ in rows}
    order = (*rules.TAKE_ACTIONS, *ROLE_NAMES)
    return {person_id: ROLE_NAMES[next(role for role in order if role in kinds)] for person_id, kinds in held.items()}


def authors(proposal_id: int) -> list[tuple[int, str]]:
    """Everybody who raised or wrote it: (person id, language)."""
    return _readers(proposed_by(proposal_id))


def with_a_part_in(proposal_id: int, ballot_id: int | None) -> list[tuple[int, str]]:
    """Everybody who wrote it, backs it, spoke about it, suggested a change or voted on it, once each: (person id,
    language). Nobody's words end without an answer."""
    backed = select(Support.person_id).where(Support.proposal_id == proposal_id, Support.until.is_(None))
    voted = select(RollPlace.person_id).where(RollPlace.ballot_id == ballot_id, RollPlace.voted_on.is_not(None))
    return _readers([*proposed_by(proposal_id), *db.session.scalars(backed.union(voted, *_spoke(proposal_id)))])


def with_words_in(proposal_id: int) -> list[tuple[int, str]]:
    """Everybody who wrote it, spoke about it or suggested a change: (person id, language)."""
    spoke, suggested = _spoke(proposal_id)
    return _readers([*proposed_by(proposal_id), *db.session.scalars(spoke.union(suggested))])


def _spoke(proposal_id: int) -> tuple[Select[int], Select[int]]:
    spoke = (
        select(Comment.person_id)
        .join(Proposal, Proposal.thread_id == Comment.thread_id)
        .where(Proposal.id == proposal_id, Comment.state == Shown.SHOWN)
    )
    suggested = select(Amendment.by_id).where(
        Amendment.proposal_id == proposal_id,
        Amendment.shown == Shown.SHOWN,
        Amendment.state != AmendmentState.WITHDRAWN,
    )
    return spoke, suggested


def _readers(person_ids: Iterable[int]) -> list[tuple[int, str]]:
    people = select(Person.id, Person.language).where(Person.id.in_(set(person_ids)), Person.closed_at.is_(None))
    return [(row.id, row.language) for row in db.session.execute(people.order_by(Person.id))]
