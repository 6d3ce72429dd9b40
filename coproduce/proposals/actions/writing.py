"""Writing a draft: its text and its clauses. Nobody but its authors sees any of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update

from coproduce import audit, clock, config, texts
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db, reread
from coproduce.deliberation.actions import open_thread
from coproduce.duties.models import DutyVersion
from coproduce.duties.queries import everything
from coproduce.duties.rules import Area
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.models import Author, Choice, Clause, ClauseVersion, DutyQuestion, Proposal, Tie
from coproduce.proposals.rules import AuthorState, Hold, Option, Stage, Stand, Within, Wording, money
from coproduce.proposals.rules.starters import STARTERS, VOID_BUDGET, Starter
from coproduce.words import Message, say

DRAFTED = audit.verb("proposal.drafted")
REDRAFTED = audit.verb("proposal.redrafted")
DIFFERS = audit.verb("proposal.differs")
RAISED_FOR = audit.verb("proposal.entered_for")
CLAUSE_ADDED = audit.verb("clause.added")
CLAUSE_CHANGED = audit.verb("clause.changed")
CLAUSE_SPLIT = audit.verb("clause.split")
CLAUSE_REMOVED = audit.verb("clause.removed")


def draft(
    me: Standing, *, place_id: int, area: Area, title: str, summary: str, reasons: str = "", strengths: str = ""
) -> Proposal:
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
        budget_pence=None,
        differs_from_id=None,
        differs_why="",
        entered_how="",
        consent_at=None,
        join_hash=None,
        join_until=None,
        authors=[
            Author(
                person_id=me.person_id,
                state=AuthorState.ACCEPTED,
                position=1,
                invited_by_id=None,
                since=clock.now(),
                until=None,
            )
        ],
    )
    _put_text(proposal, title, summary, reasons, strengths)
    db.session.add(proposal)
    db.session.flush()
    audit.record(DRAFTED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    return proposal


CHANGED_MEANWHILE = say(
    "Somebody who writes this with you changed it while you wrote. What it says now stands below. "
    "Your words are still here: save again to keep yours."
)


def redraft(  # noqa: PLR0913 - a draft is all of these at once, and each is named
    me: Standing,
    proposal: Proposal,
    *,
    title: str,
    summary: str,
    reasons: str,
    strengths: str = "",
    budget_pence: int | None = None,
    seen: str = "",
) -> None:
    """Write a draft anew. `seen` is the mark of what the writer had before them: when a co-designer has changed it
    since, they look at both first."""
    reread(proposal, lock={"key_share": True})
    require(policy.refuse_edit(me, proposal))
    if seen and seen != queries.draft_mark(proposal):
        raise Conflict(CHANGED_MEANWHILE)
    _put_text(proposal, title, summary, reasons, strengths)
    proposal.budget_pence = budget_pence
    audit.record(REDRAFTED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)


def _put_text(proposal: Proposal, title: str, summary: str, reasons: str, strengths: str) -> None:
    proposal.title = needed(texts.clean_line(title), say("Give it a title."), rules.LONGEST_TITLE)
    proposal.summary = needed(
        texts.clean(summary), say("Say in one sentence what would change."), rules.LONGEST_SUMMARY
    )
    proposal.reasons = at_most(texts.clean(reasons), rules.LONGEST_REASONS)
    proposal.strengths = at_most(texts.clean(strengths), rules.LONGEST_STRENGTHS)


def say_how_it_differs(me: Standing, proposal: Proposal, other: Proposal, why: str) -> None:
    """Keep a draft that looks like another proposal, and say in what it differs: both pages will show it."""
    require(policy.refuse_edit(me, proposal))
    if not other.is_for_all or other.id == proposal.id:
        raise Conflict(say("Choose one of the proposals on the page."))
    proposal.differs_why = needed(texts.clean(why), say("Say in what yours differs."), rules.LONGEST_SUMMARY)
    proposal.differs_from_id = other.id
    audit.record(DIFFERS, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id, other=other.id)


def start_from(me: Standing, proposal: Proposal) -> None:
    """Fill an empty draft with the clauses that its kind begins from. What needs a duty that is not in the register,
    or is not in force, is left out."""
    require(policy.refuse_edit(me, proposal))
    starters = STARTERS.get(proposal.area, ())
    if not starters or queries.draft_clauses(proposal):
        raise Conflict(say("There are clauses here already. Take them out first, or go on with them."))
    duties = {duty.duty.code: duty for duty in everything()}
    for starter in starters:
        duty = duties.get(starter.duty or "")
        if starter.duty and (duty is None or (starter.stand is Stand.FIXED and not duty.fixes)):
            continue
        _start_clause(me, proposal, starter, duty)
    if proposal.area is Area.VOIDS and proposal.budget_pence is None:
        proposal.budget_pence = VOID_BUDGET


def _start_clause(me: Standing, proposal: Proposal, starter: Starter, duty: DutyVersion | None) -> None:
    add_clause(
        me,
        proposal,
        words=str(starter.words),
        stand=starter.stand,
        duty_version_id=duty.id if duty else None,
        options=starter.written_options,
        range_words=str(starter.range_words),
        cost_pence=starter.cost_pence,
        times=starter.times,
        homes=starter.homes,
    )


def raise_for(me: Standing, proposal: Proposal, person: Person, *, how: str) -> None:
    """Say that a draft is somebody else's idea, which a champion writes down for them with their consent.

    They come first among its writers, the champion stays beside them, and they get a letter now and whenever it moves.
    """
    require(policy.refuse_raise_for(me, proposal))
    if how not in rules.ENTERED_HOW:
        raise Conflict(say("Say how they told you."))
    if person.id == me.person_id:
        raise Conflict(say("This is your own number. Leave it as your proposal."))
    proposal.raised_by_id, proposal.entered_by_id = person.id, me.person_id
    proposal.entered_how, proposal.consent_at = how, clock.now()
    for author in proposal.authors:
        author.position += 1
    first = next((author for author in proposal.authors if author.person_id == person.id), None)
    if first is None:
        first = Author(person_id=person.id, state=AuthorState.ACCEPTED, invited_by_id=me.person_id, until=None)
        proposal.authors.append(first)
    first.state, first.position, first.since = AuthorState.ACCEPTED, 1, clock.now()
    db.session.flush()
    audit.record(RAISED_FOR, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id, how=how)
    letters.written_down_for([person], proposal)


def needed(text: str, missing: Message, longest: int) -> str:
    if not text:
        raise Conflict(missing)
    return at_most(text, longest)


def at_most(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Conflict(say("Keep this to {longest} letters or fewer.", longest=longest))
    return text


def in_reach(number: int | None, most: int) -> int | None:
    if number is not None and abs(number) > most:
        raise Conflict(say("This number is too big. Check it."))
    return number


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
    times: int | None = None,
    homes: int | None = None,
) -> Clause:
    """Add a clause at the end. An unclear one puts its question to a duty keeper once the proposal is raised."""
    require(policy.refuse_edit(me, proposal))
    last = db.session.scalar(select(func.max(Clause.position)).where(Clause.proposal_id == proposal.id)) or 0
    clause = Clause(proposal_id=proposal.id, position=last + 1, removed=False)
    db.session.add(clause)
    db.session.flush()
    wording = Wording(words, stand, duty_version_id, hold, options, question, range_words, cost_pence, times, homes)
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
    times: int | None = None,
    homes: int | None = None,
    seen_no: int | None = None,
) -> None:
    """Write a clause of a draft anew. What it said before stays in its versions. `seen_no` is the version that the
    writer had before them: when there is a newer one, they look at both first."""
    proposal = clause.proposal
    reread(clause, lock=True)
    require(policy.refuse_edit(me, proposal))
    if seen_no is not None and seen_no != queries.newest_clause_no(clause):
        raise Conflict(CHANGED_MEANWHILE)
    wording = Wording(words, stand, duty_version_id, hold, options, question, range_words, cost_pence, times, homes)
    said = put_words(me, clause, wording)
    _ask(me, proposal, clause, question if stand is Stand.UNCLEAR else "")
    audit.record(
        CLAUSE_CHANGED, by=me, kind="clause", thing_id=clause.id, story=proposal.id, stand=said.stand.value, no=said.no
    )


def split_clause(me: Standing, clause: Clause, *, first: str, second: str) -> Clause:
    """Make two clauses of one that says two things: the first keeps its duty, its options and its stand, the second
    follows it and is ours to decide until somebody says otherwise."""
    proposal = clause.proposal
    require(policy.refuse_edit(me, proposal))
    reworded(clause.versions[-1], first, by_id=me.person_id)
    after = Clause.position > clause.position
    later = update(Clause).where(Clause.proposal_id == proposal.id, after).values(position=Clause.position + 1)
    db.session.execute(later.execution_options(synchronize_session=False))
    made = Clause(proposal_id=proposal.id, position=clause.position + 1, removed=False)
    db.session.add(made)
    db.session.flush()
    put_words(me, made, Wording(second, Stand.FLEXIBLE))
    audit.record(CLAUSE_SPLIT, by=me, kind="clause", thing_id=clause.id, story=proposal.id, into=made.id)
    return made


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
        cost_pence=in_reach(wording.cost_pence, money.MOST_PENCE),
        times=in_reach(wording.times, money.MOST_TIMES),
        homes=in_reach(wording.homes, money.MOST_HOMES),
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
        times=before.times,
        homes=before.homes,
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
        Option(
            texts.clean_line(o.name),
            texts.clean(o.meaning),
            in_reach(o.cost_pence, money.MOST_PENCE),
            texts.clean(o.departs_why),
            in_reach(o.times, money.MOST_TIMES),
        )
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
        times=option.times,
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
