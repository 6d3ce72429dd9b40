"""A ballot opens: its questions, its frozen rules and its roll."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import insert

from coproduce import audit, clock, texts
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.errors import Conflict, require
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal, Version, VersionClause
from coproduce.proposals.queries import latest_version, why_no_vote
from coproduce.proposals.rules import Hold, Stage
from coproduce.voting import letters, policy, queries, rules
from coproduce.voting.models import Ballot, BallotOption, Question, RollPlace
from coproduce.voting.rules import ABSTAIN, Method, Secrecy, State, Unit
from coproduce.words import Message, pack, say

BALLOT_OPENED = audit.verb(
    "ballot.opened", "The vote opened. It closes on {closes}. {on_roll} people may vote.", turning_point=True
)


def open_ballot(
    me: Standing,
    proposal: Proposal,
    *,
    closes_at: datetime,
    clause_ids: Sequence[int],
    quorum_percent: int,
    whole_prompt: str = "",
) -> Ballot:
    """Put a proposal's newest text to the people of its place: the whole of it, and the clauses named."""
    reread(proposal, lock=True)
    require(policy.refuse_open(me, proposal))
    version = latest_version(proposal)
    if version is None:
        raise Conflict(say("There is no published text to vote on yet."))
    _stop(why_no_vote(proposal, version))
    _stop(rules.refuse_closing_time(closes_at, clock.now()))
    _stop(rules.refuse_quorum(quorum_percent))
    asked = _asked(version.clauses, clause_ids)
    voters = queries.who_may_vote(proposal.place_id)
    if not voters:
        raise Conflict(say("Nobody is on the roll of this place, so nobody could vote."))
    ballot = _new_ballot(me, proposal, version, closes_at)
    _add_questions(ballot, texts.clean_line(whole_prompt), asked)
    ballot.rules = _frozen(ballot, version, voters=len(voters), quorum_percent=quorum_percent)
    ballot.rules_hash = texts.fingerprint(ballot.rules)
    _make_roll(ballot, voters)
    proposals.move(proposal, Stage.VOTING, by=me)
    audit.record(
        BALLOT_OPENED,
        by=me,
        kind="ballot",
        thing_id=ballot.id,
        story=proposal.id,
        closes=ballot.closes_at,
        on_roll=len(voters),
        quorum=ballot.rules["quorum"],
        version=version.no,
        text_mark=version.fingerprint,
        rules_mark=ballot.rules_hash,
    )
    letters.opened(ballot)
    audit.seal()
    return ballot


def _asked(clauses: Sequence[VersionClause], clause_ids: Sequence[int]) -> list[VersionClause]:
    """The clauses to ask about, in the order of the text."""
    wanted = set(clause_ids)
    asked = [entry for entry in queries.may_be_asked(clauses) if entry.clause_version.clause_id in wanted]
    if len(asked) != len(wanted):
        raise Conflict(say("Choose from the clauses that are ours to decide and have two options or more."))
    return asked


def _new_ballot(me: Standing, proposal: Proposal, version: Version, closes_at: datetime) -> Ballot:
    ballot = Ballot(
        version=version,
        place_id=proposal.place_id,
        unit=Unit.PERSON,
        secrecy=Secrecy.NAMED,
        state=State.OPEN,
        opens_at=clock.now(),
        closes_at=closes_at.astimezone(UTC),
        closed_at=None,
        opened_by_id=me.person_id,
        rules={},
        rules_hash="",
    )
    db.session.add(ballot)
    db.session.flush()
    return ballot


def _add_questions(ballot: Ballot, whole_prompt: str, asked: Sequence[VersionClause]) -> None:
    whole = Question(position=1, method=Method.YES_NO, clause_id=None, clause_number=None, prompt=whole_prompt)
    whole.options = [_usual_option(position, key) for position, key in enumerate(rules.YES_NO_KEYS, start=1)]
    ballot.questions = [whole]
    for position, entry in enumerate(asked, start=2):
        said = entry.clause_version
        question = Question(
            position=position,
            method=Method.ONE_OF,
            clause_id=said.clause_id,
            clause_number=entry.position,
            prompt=said.words,
        )
        question.options = [
            BallotOption(
                position=place,
                key=f"c{choice.id}",
                name=choice.name,
                meaning=choice.meaning,
                cost_pence=choice.cost_pence,
                choice_id=choice.id,
            )
            for place, choice in enumerate(said.clause.offered, start=1)
        ]
        question.options.append(_usual_option(len(question.options) + 1, ABSTAIN))
        ballot.questions.append(question)
    db.session.flush()


def _usual_option(position: int, key: str) -> BallotOption:
    name, meaning = rules.ANSWER_NAMES[key].text, rules.ANSWER_MEANINGS[key].text
    return BallotOption(position=position, key=key, name=name, meaning=meaning, cost_pence=None, choice_id=None)


def _frozen(ballot: Ballot, version: Version, *, voters: int, quorum_percent: int) -> dict[str, Any]:
    """Everything that a voter was told when the vote opened, as plain JSON."""
    return {
        "version": {"no": version.no, "fingerprint": version.fingerprint},
        "place": ballot.place_id,
        "unit": ballot.unit.value,
        "secrecy": ballot.secrecy.value,
        "opens_at": ballot.opens_at.isoformat(),
        "closes_at": ballot.closes_at.isoformat(),
        "on_roll": voters,
        "quorum_percent": quorum_percent,
        "quorum": rules.quorum_of(voters, quorum_percent),
        "words": pack(
            {
                "who": rules.WHO,
                "to_pass": rules.TO_PASS,
                "to_be_chosen": rules.TO_BE_CHOSEN,
                "tie": rules.ON_A_TIE,
                "too_few": rules.ON_TOO_FEW,
                "named": rules.NAMED,
            }
        ),
        "questions": [_frozen_question(question) for question in ballot.questions],
        "not_up_for_vote": [
            {
                "clause": entry.position,
                "words": entry.clause_version.words,
                "duties": [
                    tie.duty_version.duty.code for tie in entry.clause_version.ties if tie.hold is not Hold.GUIDES
                ],
            }
            for entry in queries.fixed(version.clauses)
        ],
    }


def _frozen_question(question: Question) -> dict[str, Any]:
    return {
        "position": question.position,
        "method": question.method.value,
        "clause": question.clause_number,
        "prompt": question.prompt or str(pack(question.usual_heading)["$say"]),
        "options": [
            {
                "key": option.key,
                "name": option.name,
                "meaning": option.meaning,
                "cost_pence": option.cost_pence,
                "choice": option.choice_id,
            }
            for option in question.options
        ],
    }


def _make_roll(ballot: Ballot, voters: Sequence[queries.Voter]) -> None:
    """One place for each voter, in one statement. It does not change afterwards: moving in or out changes nothing."""
    empty = {"channel": None, "voted_on": None, "times": 0, "helper_id": None, "choices": sa.null()}
    db.session.execute(
        insert(RollPlace),
        [{"ballot_id": ballot.id, "person_id": v.person_id, "place_id": v.place_id, **empty} for v in voters],
    )


def _stop(reason: Message | None) -> None:
    """Stop here when the facts do not fit together."""
    if reason is not None:
        raise Conflict(reason)
