"""What duty keepers do: answer what is unclear, and say whether an option keeps inside the law."""

from __future__ import annotations

from collections.abc import Sequence

from coproduce import audit, clock, texts
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.actions.publishing import hold, publish
from coproduce.proposals.actions.writing import needed, put_words
from coproduce.proposals.models import Choice, ClauseVersion, DutyQuestion, Proposal, Version, VersionClause
from coproduce.proposals.rules import STAND_NAMES, Option, Stand, Within, Wording
from coproduce.words import say

ANSWERED = audit.verb("question.answered", "The question on clause {number} was answered. It is now: {stand}.")
OPTION_SETTLED = audit.verb("option.settled", "A duty keeper checked an option of clause {number}: {within}.")

SETTLED_WORDS = {Within.YES: say("it keeps inside the law"), Within.NO: say("it would break a duty, so it is left out")}


def answer_question(
    me: Standing,
    question: DutyQuestion,
    *,
    answer: str,
    stand: Stand,
    duty_version_id: int | None = None,
    options: Sequence[Option] = (),
) -> Version:
    """Settle an unclear clause, in public: it becomes fixed or flexible in a new version of the text."""
    proposal = question.clause.proposal
    hold(proposal)
    reread(question)
    require(policy.refuse_answer(me, question, proposal))
    if stand is Stand.UNCLEAR:
        raise Conflict(say("Say whether the clause is fixed or ours to decide."))
    answer = needed(texts.clean(answer), say("Write the answer."), rules.LONGEST_ANSWER)
    now, clauses = _place_of(question, proposal)
    before = now.clause_version
    said = put_words(
        me,
        question.clause,
        Wording(
            before.words,
            stand,
            duty_version_id,
            options=options,
            range_words=before.range_words,
            cost_pence=before.cost_pence,
            times=before.times,
            homes=before.homes,
        ),
    )
    question.answer, question.answered_at, question.answered_by_id = answer, clock.now(), me.person_id
    question.duty_version_id = duty_version_id
    audit.record(
        ANSWERED, by=me, kind="question", thing_id=question.id, story=proposal.id,
        number=now.position, stand=STAND_NAMES[stand],
    )  # fmt: skip
    version = publish(me, proposal, why=answer, clauses=[said if item is before else item for item in clauses])
    _tell(question, proposal, number=now.position, stand=stand)
    return version


def _place_of(question: DutyQuestion, proposal: Proposal) -> tuple[VersionClause, list[ClauseVersion]]:
    """Where the clause stands in the newest text, and all that the text says."""
    latest = queries.latest_version(proposal)
    items = latest.clauses if latest else []
    now = next((item for item in items if item.clause_version.clause_id == question.clause_id), None)
    if now is None:
        raise Conflict(say("This clause is no longer in the text."))
    return now, [item.clause_version for item in items]


def _tell(question: DutyQuestion, proposal: Proposal, *, number: int, stand: Stand) -> None:
    asker = db.session.get_one(Person, question.asked_by_id)
    people = [asker, *(author.person for author in queries.authors(proposal))]
    letters.question_answered(people, proposal, number=number, answer=question.answer, stand=stand)


def settle_option(me: Standing, choice: Choice, within: Within, why: str) -> None:
    """Say, with the reason, whether an option keeps inside the duties. One that does not is left off any ballot."""
    proposal = choice.clause.proposal
    hold(proposal)
    require(policy.refuse_settle(me, choice, proposal))
    if within is Within.NOT_SETTLED:
        raise Conflict(say("Say yes or no: does this option keep inside the law?"))
    choice.settled_why = needed(texts.clean(why), say("Say why. Everybody can read it."), rules.LONGEST_PROMISE)
    choice.within, choice.settled_by_id = within, me.person_id
    number = queries.number_of(proposal, choice.clause_id)
    audit.record(
        OPTION_SETTLED, by=me, kind="choice", thing_id=choice.id, story=proposal.id,
        number=number, within=SETTLED_WORDS[within],
    )  # fmt: skip
