"""Every change to a ballot: it opens, takes votes, closes and is counted; a count can be repeated, never changed.

No acknowledged vote is lost, and none counts twice: a vote holds the ballot's row while it is written, a close waits
until nobody holds it, and the roll has one place for each person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import insert, select

from coproduce import audit, clock, texts
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.errors import Conflict, Refused, require
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal, Version, VersionClause
from coproduce.proposals.queries import clause_facts, latest_version
from coproduce.proposals.rules import Hold, Stage, why_not_ready
from coproduce.voting import letters, policy, queries, rules
from coproduce.voting.models import Ballot, BallotOption, Question, Result, RollPlace
from coproduce.voting.rules import ABSTAIN, Channel, Count, Method, Outcome, Secrecy, State, Unit
from coproduce.words import Message, pack, say

BALLOT_OPENED = audit.verb(
    "ballot.opened", "The vote opened. It closes on {closes}. {on_roll} people may vote.", turning_point=True
)
VOTE_RECORDED = audit.verb("ballot.vote_recorded")
BALLOT_CLOSED = audit.verb(
    "ballot.closed", "The vote closed. {voted} of {on_roll} people voted. {outcome}", turning_point=True
)
QUESTION_COUNTED = audit.verb("ballot.counted")
COUNTED_AGAIN = audit.verb("ballot.counted_again", "The votes were counted again. {found}")

SAME = say("The count is the same.")
NOT_SAME = say("The count is not the same. Somebody must look into it.")


# -- opening ------------------------------------------------------------------------------------------------------


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
    _stop(why_not_ready(proposal.mandate, clause_facts(version.clauses)))
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


# -- voting -------------------------------------------------------------------------------------------------------


def cast(me: Standing, ballot: Ballot, choices: Mapping[str, str]) -> RollPlace:
    """Take one person's paper: option keys by question id. It can be changed until the vote closes.

    The same paper twice is the same vote, also when the second comes after closing: whoever could not know whether
    the first arrived gets the same answer.
    """
    place = queries.place_on_roll(ballot.id, me.person_id, to_change=True)
    if place is not None and place.choices == dict(choices):
        return place
    # A first look without holding the ballot, so that a crowd of late papers cannot keep it from closing.
    _stop(policy.refuse_late(ballot.state, ballot.closes_at, clock.now()))
    state, closes_at = hold_open(ballot)
    now = clock.now()
    _stop(policy.refuse_late(state, closes_at, now))
    if place is None:
        raise Refused(policy.why_not_on_roll(me))
    _stop(rules.wrong_paper(choices, allowed={str(question.id): question.keys for question in ballot.questions}))
    place.choices = dict(choices)
    place.channel = Channel.ONLINE
    place.voted_on = clock.day_of(now)
    place.times += 1
    audit.record(
        VOTE_RECORDED,
        by=me,
        kind="ballot",
        thing_id=ballot.id,
        story=ballot.version.proposal_id,
        times=place.times,
    )
    letters.recorded(ballot, place, me.language)
    db.session.flush()
    return place


def hold_open(ballot: Ballot) -> tuple[State, datetime]:
    """Hold the ballot's row, shared with other voters, so that it cannot close until this vote is kept.

    On SQLite the transaction holds the whole file already.
    """
    held = db.session.execute(
        select(Ballot.state, Ballot.closes_at).where(Ballot.id == ballot.id).with_for_update(read=True)
    ).one()
    return held.state, held.closes_at


# -- closing and counting -----------------------------------------------------------------------------------------


def close(ballot: Ballot) -> None:
    """Close and count, once its time is up. Doing it twice is doing it once."""
    reread(ballot, lock=True)
    if ballot.state is State.CLOSED:
        return
    now = clock.now()
    if now < ballot.closes_at:
        raise Conflict(say("This vote is open until {moment}.", moment=ballot.closes_at))
    ballot.state = State.CLOSED
    ballot.closed_at = now
    proposal = ballot.version.proposal
    counts = _count(ballot)
    _keep_results(ballot, counts, run=1)
    whole = counts[ballot.whole.id]
    outcome = rules.outcome_sentence(whole)
    audit.record(
        BALLOT_CLOSED,
        by=None,
        kind="ballot",
        thing_id=ballot.id,
        story=proposal.id,
        voted=whole.took_part,
        on_roll=whole.on_roll,
        outcome=outcome,
    )
    letters.counted(ballot, outcome, voted=whole.took_part, on_roll=whole.on_roll)
    if whole.outcome in {Outcome.TIE, Outcome.TOO_FEW}:
        _let_it_be_put_again(proposal)
    audit.seal()


def _let_it_be_put_again(proposal: Proposal) -> None:
    """Nothing was decided, so there is nothing to answer: the text stands ready for another vote."""
    reread(proposal, lock=True)
    if proposal.stage is Stage.VOTING:
        proposals.move(proposal, Stage.SETTLED, by=None)


@dataclass(frozen=True)
class Recount:
    """Another count, and whether it came out as the first."""

    run: int
    equal: bool


def recount(me: Standing, ballot: Ballot) -> Recount:
    """Count the same votes again and keep that count beside the first."""
    reread(ballot, lock=True)
    require(policy.refuse_recount(me, ballot.state))
    counts = _count(ballot)
    equal = counts == queries.counts_of([ballot], run=1)
    run = len(queries.runs_of(ballot)) + 1
    _keep_results(ballot, counts, run=run)
    audit.record(
        COUNTED_AGAIN,
        by=me,
        kind="ballot",
        thing_id=ballot.id,
        story=ballot.version.proposal_id,
        run=run,
        found=SAME if equal else NOT_SAME,
    )
    audit.seal()
    return Recount(run, equal)


def _count(ballot: Ballot) -> dict[int, Count]:
    """Each question's count, by its id."""
    papers, on_roll = queries.papers_of(ballot.id)
    return {
        question.id: rules.count(
            question.method,
            [paper[str(question.id)] for paper in papers],
            keys=question.keys,
            on_roll=on_roll,
            quorum=ballot.rules["quorum"],
        )
        for question in ballot.questions
    }


def _keep_results(ballot: Ballot, counts: Mapping[int, Count], *, run: int) -> None:
    now = clock.now()
    for question in ballot.questions:
        kept = rules.as_kept(counts[question.id])
        db.session.add(Result(question_id=question.id, run=run, counted_at=now, rounds=kept))
        audit.record(
            QUESTION_COUNTED,
            by=None,
            kind="ballot",
            thing_id=ballot.id,
            story=ballot.version.proposal_id,
            question=question.position,
            run=run,
            votes={line.key: line.votes for line in counts[question.id].lines},
            result=texts.fingerprint(kept),
        )
    db.session.flush()


def _stop(reason: Message | None) -> None:
    """Stop here when the facts do not fit together."""
    if reason is not None:
        raise Conflict(reason)
