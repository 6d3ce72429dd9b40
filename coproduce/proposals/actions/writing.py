"""Writing a draft: its text and its clauses. Nobody but its authors sees any of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from coproduce import audit, clock, config, texts
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db
from coproduce.deliberation.actions import open_thread
from coproduce.duties.models import DutyVersion
from coproduce.duties.rules import Area
from coproduce.errors import Conflict, require
from coproduce.proposals import policy, queries, rules
from coproduce.proposals.models import Author, Choice, Clause, ClauseVersion, DutyQuestion, Proposal, Tie
from coproduce.proposals.rules import AuthorState, Hold, Option, Stage, Stand, Within, Wording
from coproduce.words import Message, say

DRAFTED = audit.verb("proposal.drafted")
REDRAFTED = audit.verb("proposal.redrafted")
CLAUSE_ADDED = audit.verb("clause.added")
CLAUSE_CHANGED = audit.verb("clause.changed")
CLAUSE_REMOVED = audit.verb("clause.removed")


def draft(me: Standing, *, place_id: int, area: Area, title: str, summary: str, reasons: str) -> Proposal:
    """Begin a proposal. It is a draft until it is raised."""
    require(policy.refuse_draft(me, place_id))
    proposal = Proposal(
        place_id=place_id,
        area=area,
        stage=Stage.DRAFT,
        raised_by_id=me.person_id,
        entered_by_id=None,
        made_at=clock.now(),
        raised_at=None,
        mandate=None,
        mandate_words="",
        mandate_at=None,
        support_count=0,
        support_reached_on=None,
        thread_id=open_thread(place_id).id,
        merged_into_id=None,
        why_ended="",
        authors=[Author(person_id=me.person_id, state=AuthorState.ACCEPTED, position=1)],
    )
    _put_text(proposal, title, summary, reasons)
    db.session.add(proposal)
    db.session.flush()
    audit.record(DRAFTED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    return proposal


def redraft(me: Standing, proposal: Proposal, *, title: str, summary: str, reasons: str) -> None:
    require(policy.refuse_edit(me, proposal))
    _put_text(proposal, title, summary, reasons)
    audit.record(REDRAFTED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)


def _put_text(proposal: Proposal, title: str, summary: str, reasons: str) -> None:
    proposal.title = needed(texts.clean_line(title), say("Give it a title."), rules.LONGEST_TITLE)
    proposal.summary = needed(
        texts.clean(summary), say("Say in one sentence what would change."), rules.LONGEST_SUMMARY
    )
    proposal.reasons = at_most(texts.clean(reasons), rules.LONGEST_REASONS)


def needed(text: str, missing: Message, longest: int) -> str:
    if not text:
        raise Conflict(missing)
    return at_most(text, longest)


def at_most(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Conflict(say("Keep this to {longest} letters or fewer.", longest=longest))
    return text


def add_clause(  # noqa: PLR0913 - a clause is all of these at once, and each is named
    me: Standing,
    proposal: Proposal,
    *,
    words: str,
    stand: Stand,
    duty_version_id: int | None = None,
    hold: Hold | None = None,
    options: Sequence[Option] = (),
    question: str = "",
    range_words: str = "",
    cost_pence: int | None = None,
) -> Clause:
    """Add a clause at the end. An unclear one puts its question to a duty keeper once the proposal is raised."""
    require(policy.refuse_edit(me, proposal))
    last = db.session.scalar(select(func.max(Clause.position)).where(Clause.proposal_id == proposal.id)) or 0
    clause = Clause(proposal_id=proposal.id, position=last + 1, removed=False)
    db.session.add(clause)
    db.session.flush()
    wording = Wording(words, stand, duty_version_id, hold, options, question, range_words, cost_pence)
    said = put_words(me, clause, wording)
    _ask(me, proposal, clause, question if stand is Stand.UNCLEAR else "")
    audit.record(
        CLAUSE_ADDED, by=me, kind="clause", thing_id=clause.id, story=proposal.id, stand=said.stand.value, no=said.no
    )
    return clause


def change_clause(  # noqa: PLR0913
    me: Standing,
    clause: Clause,
    *,
    words: str,
    stand: Stand,
    duty_version_id: int | None = None,
    hold: Hold | None = None,
    options: Sequence[Option] = (),
    question: str = "",
    range_words: str = "",
    cost_pence: int | None = None,
) -> None:
    """Write a clause of a draft anew. What it said before stays in its versions."""
    proposal = clause.proposal
    require(policy.refuse_edit(me, proposal))
    wording = Wording(words, stand, duty_version_id, hold, options, question, range_words, cost_pence)
    said = put_words(me, clause, wording)
    _ask(me, proposal, clause, question if stand is Stand.UNCLEAR else "")
    audit.record(
        CLAUSE_CHANGED, by=me, kind="clause", thing_id=clause.id, story=proposal.id, stand=said.stand.value, no=said.no
    )


def remove_clause(me: Standing, clause: Clause) -> None:
    proposal = clause.proposal
    require(policy.refuse_edit(me, proposal))
    clause.removed = True
    audit.record(CLAUSE_REMOVED, by=me, kind="clause", thing_id=clause.id, story=proposal.id)


def put_words(me: Standing, clause: Clause, wording: Wording) -> ClauseVersion:
    """A new version of a clause, with its duty and its options, after checking that it can stand like this."""
    duty = _duty(wording.duty_version_id)
    options = clean_options(wording.options)
    _check(wording, duty, options)
    said = ClauseVersion(
        clause_id=clause.id,
        no=len(clause.versions) + 1,
        words=needed(texts.clean(wording.words), say("Write the words of the clause."), rules.LONGEST_CLAUSE),
        stand=wording.stand,
        range_words=at_most(texts.clean(wording.range_words), rules.LONGEST_RANGE),
        cost_pence=wording.cost_pence,
        made_at=clock.now(),
        by_id=me.person_id,
        ties=[Tie(duty_version=duty, hold=wording.hold or rules.usual_hold(wording.stand, duty.level))] if duty else [],
    )
    clause.versions.append(said)
    within = rules.starts_within((tie.hold, tie.duty_version.level) for tie in said.ties)
    _put_options(clause, options, within)
    db.session.flush()
    return said


def reworded(before: ClauseVersion, words: str, *, by_id: int | None) -> ClauseVersion:
    """The same clause in other words: its stand, its duties, its limits and its options stay."""
    said = ClauseVersion(
        clause_id=before.clause_id,
        no=len(before.clause.versions) + 1,
        words=needed(texts.clean(words), say("Write the words of the clause."), rules.LONGEST_CLAUSE),
        stand=before.stand,
        range_words=before.range_words,
        cost_pence=before.cost_pence,
        made_at=clock.now(),
        by_id=by_id,
        ties=[Tie(duty_version_id=tie.duty_version_id, hold=tie.hold) for tie in before.ties],
    )
    before.clause.versions.append(said)
    db.session.flush()
    return said


def _check(wording: Wording, duty: DutyVersion | None, options: Sequence[Option]) -> None:
    wrong = rules.wrong_clause(
        wording.stand,
        level=duty.level if duty else None,
        hold=wording.hold,
        options=options,
        question=texts.clean(wording.question),
    )
    if wrong:
        raise Conflict(wrong)
    if wording.stand is Stand.FIXED and duty and duty.upcoming:
        raise Conflict(say("This duty is not in force yet, so it fixes nothing now. Choose another."))


def _duty(duty_version_id: int | None) -> DutyVersion | None:
    if duty_version_id is None:
        return None
    duty = db.session.get(DutyVersion, duty_version_id)
    if duty is None:
        raise Conflict(say("That duty is no longer in the register. Choose another."))
    return duty


def clean_options(options: Iterable[Option]) -> list[Option]:
    return [
        Option(texts.clean_line(o.name), texts.clean(o.meaning), o.cost_pence, texts.clean(o.departs_why))
        for o in options
    ]


def _put_options(clause: Clause, options: Sequence[Option], within: Within) -> None:
    """Options of a clause that is not published yet, or had none: they are replaced, never edited later."""
    for old in list(clause.choices):
        clause.choices.remove(old)
        db.session.delete(old)
    since_no = queries.newest_no(clause.proposal) + 1
    for position, option in enumerate(options, start=1):
        clause.choices.append(new_choice(option, position=position, within=within, since_no=since_no))


def new_choice(option: Option, *, position: int, within: Within, since_no: int) -> Choice:
    """An option that is in the text from version `since_no` on."""
    return Choice(
        position=position,
        name=at_most(option.name, rules.LONGEST_OPTION),
        meaning=at_most(option.meaning, rules.LONGEST_MEANING),
        departs_why=at_most(option.departs_why, rules.LONGEST_MEANING),
        cost_pence=option.cost_pence,
        within=within,
        since_no=since_no,
        until_no=None,
        settled_by_id=None,
        settled_why="",
    )


def _ask(me: Standing, proposal: Proposal, clause: Clause, words: str) -> None:
    """Put the question of an unclear clause, in place of any that stood before in the draft."""
    for old in list(clause.questions):
        clause.questions.remove(old)
        db.session.delete(old)
    if words:
        keepers = people_with_role(Role.DUTY_KEEPER, proposal.place_id)
        clause.questions.append(
            DutyQuestion(
                asked_by_id=me.person_id,
                keeper_id=keepers[0].id if keepers else None,
                words=needed(texts.clean(words), say("Write the question."), rules.LONGEST_QUESTION),
                asked_at=clock.now(),
                due_on=clock.add_working_days(clock.today(), config.chosen().question_days),
                answer="",
                answered_at=None,
                answered_by_id=None,
                duty_version_id=None,
            )
        )
    db.session.flush()
