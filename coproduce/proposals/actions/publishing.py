"""From draft to the landlord's promise, and out again: raising, stages, the mandate, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from coproduce import audit, clock, config, search, texts
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db, reread
from coproduce.deliberation.actions import first_state, tell_if_it_waits
from coproduce.deliberation.rules import Shown
from coproduce.duties.rules import Area
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.actions.writing import needed
from coproduce.proposals.models import ClauseVersion, MandateChange, Proposal, SupportNeeded, Version, VersionClause
from coproduce.proposals.rules import MANDATE_NAMES, STAGE_NAMES, TAKES_TALK, Mandate, Stage
from coproduce.proposals.rules.money import wrong_budget
from coproduce.words import say

RAISED = audit.verb(
    "proposal.raised", "The proposal was raised. It needs {needed} neighbours to back it.", turning_point=True
)
VERSION_PUBLISHED = audit.verb("version.published", "Version {number} of the text was published.")
QUESTION_ASKED = audit.verb("question.asked", "A question on clause {number} was put to a duty keeper.")
MANDATE_NAMED = audit.verb("mandate.named", "The landlord made its promise: {mandate}.", turning_point=True)
MANDATE_CHANGED = audit.verb(
    "mandate.changed",
    "The landlord changed its promise from “{was}” to “{now}”. The reason is there to read.",
    turning_point=True,
)
SUPPORT_SET = audit.verb("support_needed.set")
MOVED = audit.verb("proposal.moved")
WITHDRAWN = audit.verb("proposal.withdrawn", "The people who wrote it withdrew it.", turning_point=True)
DRAFT_DROPPED = audit.verb("draft.dropped")


def hold(proposal: Proposal) -> None:
    """Nobody else changes this proposal until we are done. On SQLite a write already holds everything."""
    reread(proposal, lock={"key_share": True})


def move(proposal: Proposal, to: Stage, *, by: Standing | None) -> None:
    """Take a proposal to its next stage. `by` is None when the clock did it."""
    hold(proposal)
    if not rules.may_move(proposal.stage, to):
        raise Conflict(
            say(
                "A proposal at “{stage}” cannot go to “{to}”. Load the page again: something has changed.",
                stage=STAGE_NAMES[proposal.stage],
                to=STAGE_NAMES[to],
            )
        )
    was, proposal.stage = proposal.stage, to
    proposal.thread.is_open = to in TAKES_TALK or to is Stage.DRAFT
    audit.record(MOVED, by=by, kind="proposal", thing_id=proposal.id, story=proposal.id, was=was.value, now=to.value)


def raise_it(me: Standing, proposal: Proposal) -> Version:
    """Publish a draft as version 1. From now on everybody can read it and the clocks of its questions run."""
    hold(proposal)
    require(policy.refuse_raise(me, proposal))
    clauses = queries.draft_clauses(proposal)
    if not proposal.reasons:
        raise Conflict(say("Say first why it matters."))
    if not clauses:
        raise Conflict(say("Add at least one clause first: what should be done, in your own words."))
    proposal.raised_at, proposal.shown = clock.now(), first_state(me)
    proposal.support_needed = queries.needed_in(proposal.place_id, proposal.area)
    audit.record(RAISED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id, needed=proposal.needed)
    move(proposal, Stage.RAISED, by=me)
    version = publish(me, proposal, why="", clauses=[item.clause_version for item in clauses])
    for item in clauses:
        _start_question(me, proposal, item)
    if proposal.shown is Shown.SHOWN:
        letters.raised(people_with_role(Role.OFFICER, proposal.place_id), proposal)
    tell_if_it_waits(proposal.shown, proposal.thread_id)
    return version


def let_show(proposal: Proposal) -> None:
    """A moderator let it show: for the first time, or again. From now on the search finds it."""
    waited = proposal.shown is Shown.WAITING
    proposal.shown = Shown.SHOWN
    newest = queries.latest_version(proposal)
    if newest is not None:
        search.put(queries.KIND, proposal.id, proposal.title, queries.searched(proposal, newest.clauses))
    if waited:
        letters.raised(people_with_role(Role.OFFICER, proposal.place_id), proposal)


def take_out_of_sight(proposal: Proposal) -> None:
    """A moderator hid it: the search finds it no more."""
    proposal.shown = Shown.HIDDEN
    search.drop(queries.KIND, proposal.id)


def publish(me: Standing, proposal: Proposal, *, why: str, clauses: Sequence[ClauseVersion]) -> Version:
    """A new version of the text, with its fingerprint. It never changes afterwards. From now on the search finds it."""
    numbered = [queries.DraftClause(no, said) for no, said in enumerate(clauses, start=1)]
    if wrong := wrong_budget(queries.total(proposal, numbered)):
        raise Conflict(wrong)
    version = Version(
        proposal_id=proposal.id,
        no=queries.newest_no(proposal) + 1,
        title=proposal.title,
        summary=proposal.summary,
        reasons=proposal.reasons,
        strengths=proposal.strengths,
        budget_pence=proposal.budget_pence,
        why=why,
        by_id=me.person_id,
        made_at=clock.now(),
        fingerprint=rules.mark(queries.preamble(proposal), queries.clause_texts(numbered)),
        clauses=[VersionClause(position=item.position, clause_version=item.clause_version) for item in numbered],
    )
    db.session.add(version)
    db.session.flush()
    if proposal.shown is Shown.SHOWN:
        search.put(queries.KIND, proposal.id, proposal.title, queries.searched(proposal, numbered))
    audit.record(
        VERSION_PUBLISHED,
        by=me,
        kind="version",
        thing_id=version.id,
        story=proposal.id,
        number=version.no,
        fingerprint=version.fingerprint,
    )
    return version


def _start_question(me: Standing, proposal: Proposal, item: queries.DraftClause) -> None:
    """The clock of a question runs from the day that its keeper can read it."""
    question = item.clause_version.clause.open_question
    if question is None:
        return
    question.asked_at = clock.now()
    question.due_on = clock.add_working_days(clock.today(), config.chosen().question_days)
    audit.record(QUESTION_ASKED, by=me, kind="question", thing_id=question.id, story=proposal.id, number=item.position)
    if question.keeper:
        letters.question_asked(
            question.keeper, proposal, number=item.position, words=question.words, due=question.due_on
        )


def name_mandate(me: Standing, proposal: Proposal, mandate: Mandate, words: str) -> None:
    """The landlord's promise: how far residents decide. It starts the shaping."""
    hold(proposal)
    require(policy.refuse_name_mandate(me, proposal))
    words = needed(texts.clean(words), say("Write the promise in your own words."), rules.LONGEST_PROMISE)
    proposal.mandate, proposal.mandate_words, proposal.mandate_at = mandate, words, clock.now()
    audit.record(
        MANDATE_NAMED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id, mandate=MANDATE_NAMES[mandate]
    )
    move(proposal, Stage.SHAPING, by=me)
    letters.mandate_named([*_writers(proposal), *queries.supporters(proposal)], proposal, mandate, words)


def change_mandate(me: Standing, proposal: Proposal, mandate: Mandate, words: str, *, why: str) -> MandateChange:
    """Promise more, or less, before the vote: with a reason that everybody can read. What was promised before stays
    there to read."""
    hold(proposal)
    require(policy.refuse_change_mandate(me, proposal))
    was = proposal.mandate
    if was is None or (was is mandate and proposal.mandate_words == texts.clean(words)):
        raise Conflict(say("This is what was promised already."))
    if mandate is not was:
        require(policy.refuse_lower_mandate(me, proposal, mandate))
    made = MandateChange(
        proposal_id=proposal.id,
        was=was,
        now=mandate,
        was_words=proposal.mandate_words,
        why=needed(texts.clean(why), say("Say why, so that everybody can read it."), rules.LONGEST_PROMISE),
        by_id=me.person_id,
        at=clock.now(),
    )
    db.session.add(made)
    proposal.mandate = mandate
    proposal.mandate_words = needed(
        texts.clean(words), say("Write the promise in your own words."), rules.LONGEST_PROMISE
    )
    db.session.flush()
    names = {"was": MANDATE_NAMES[was], "now": MANDATE_NAMES[mandate]}
    audit.record(MANDATE_CHANGED, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id, **names)
    letters.mandate_changed([*_writers(proposal), *queries.supporters(proposal)], proposal, made)
    return made


def set_support_needed(me: Standing, place_id: int, area: Area | None, number: int | None) -> None:
    """How many neighbours must back a proposal of this kind in this place, from those on that are raised from now on.
    None: as in the places around it."""
    require(policy.refuse_set_support_needed(me))
    found = queries.support_needed_row(place_id, area)
    if number is not None and not 0 < number <= rules.MOST_SUPPORT:
        raise Conflict(say("Write a number from 1 to {most}.", most=rules.MOST_SUPPORT))
    if number is None:
        if found is not None:
            db.session.delete(found)
    elif found is None:
        made = SupportNeeded(place_id=place_id, area=area, needed=number, by_id=me.person_id, at=clock.now())
        db.session.add(made)
    else:
        found.needed, found.by_id, found.at = number, cast(int, me.person_id), clock.now()
    db.session.flush()
    audit.record(SUPPORT_SET, by=me, kind="place", thing_id=place_id, number=number, area=area.value if area else "")


def _writers(proposal: Proposal) -> list[Person]:
    return [author.person for author in queries.authors(proposal)]


def withdraw(me: Standing, proposal: Proposal, why: str) -> None:
    """Its authors take it back. A published one stays readable, with their reason."""
    hold(proposal)
    require(policy.refuse_withdraw(me, proposal))
    proposal.why_ended = texts.clean(why)
    if proposal.is_published:
        needed(proposal.why_ended, say("Say why, so that those who backed it know."), rules.LONGEST_PROMISE)
    verb = WITHDRAWN if proposal.is_published else DRAFT_DROPPED
    audit.record(verb, by=me, kind="proposal", thing_id=proposal.id, story=proposal.id)
    move(proposal, Stage.WITHDRAWN, by=me)
