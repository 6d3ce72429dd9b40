"""A ballot closes and is counted. A count can be repeated, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coproduce import audit, clock, texts
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.errors import Conflict, require
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import Stage
from coproduce.voting import letters, policy, queries, rules
from coproduce.voting.models import Ballot, Result
from coproduce.voting.rules import Count, Outcome, State
from coproduce.words import say

BALLOT_CLOSED = audit.verb(
    "ballot.closed", "The vote closed. {voted} of {on_roll} people voted. {outcome}", turning_point=True
)
QUESTION_COUNTED = audit.verb("ballot.counted")
COUNTED_AGAIN = audit.verb("ballot.counted_again", "The votes were counted again. {found}")

SAME = say("The count is the same.")
NOT_SAME = say("The count is not the same. Somebody must look into it.")


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
    require(policy.refuse_recount(me, ballot.state, ballot.version.proposal))
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
