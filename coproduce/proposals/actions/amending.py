"""Suggesting changes to a published text, backing them, and taking them in or declining them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, texts
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db, reread
from coproduce.deliberation import actions as talk
from coproduce.deliberation.rules import Shown
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.actions.flagging import look_again
from coproduce.proposals.actions.publishing import hold, publish
from coproduce.proposals.actions.writing import at_most, needed, new_choice, reworded
from coproduce.proposals.models import (
    Amendment,
    AmendmentBacking,
    Clause,
    ClauseVersion,
    Proposal,
    Version,
    VersionClause,
)
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import AmendmentState, Deed, Stand
from coproduce.words import say

SUGGESTED = audit.verb("amendment.suggested", "Somebody suggested a change to the text.")
BACKED = audit.verb("amendment.backed")
TAKEN_IN = audit.verb("amendment.accepted", "A suggestion was taken into the text. It is version {number} now.")
DECLINED = audit.verb("amendment.declined", "A suggestion was not taken in. The reason is there to read.")
TAKEN_BACK = audit.verb("amendment.withdrawn")
KEPT = audit.verb("amendment.kept", "A suggestion was kept as an option for the vote on clause {number}.")


@dataclass(frozen=True)
class Suggestion:
    """What somebody types of an amendment. `place` is where an added or moved clause shall stand, from 1."""

    deed: Deed
    clause_id: int | None = None
    words: str = ""
    reason: str = ""
    place: int | None = None


def suggest(me: Standing, proposal: Proposal, given: Suggestion) -> Amendment:
    """Suggest a change to the newest text. The people who write it get a letter."""
    require(policy.refuse_amend(me, proposal))
    latest = _newest(proposal)
    item = _item(latest, given.clause_id)
    words = at_most(texts.clean(given.words), rules.LONGEST_CLAUSE)
    wrong = rules.wrong_amendment(
        given.deed,
        stand=item.stand if item else None,
        words=words,
        was=item.clause_version.words if item else "",
        places=len(latest.clauses),
    )
    if wrong:
        raise Conflict(wrong)
    if given.deed is Deed.MOVE and (given.place is None or (item and item.position == given.place)):
        raise Conflict(say("Choose another place for this clause."))
    made = Amendment(
        proposal_id=proposal.id,
        base_no=latest.no,
        deed=given.deed,
        clause_id=given.clause_id if given.deed is not Deed.ADD else None,
        place=given.place if given.deed in {Deed.MOVE, Deed.ADD} else None,
        words=words if given.deed in {Deed.REPLACE, Deed.ADD} else "",
        reason=needed(texts.clean(given.reason), say("Say why, in a sentence."), rules.LONGEST_PROMISE),
        by_id=me.person_id,
        made_at=clock.now(),
        state=AmendmentState.OPEN,
        settled_by_id=None,
        settled_at=None,
        settled_words="",
        why="",
        result_no=None,
    )
    made.shown = talk.first_state(me)
    db.session.add(made)
    db.session.flush()
    audit.record(
        SUGGESTED, by=me, kind="amendment", thing_id=made.id, story=proposal.id, what=given.deed.value, base=latest.no
    )
    if made.shown is Shown.SHOWN:
        _tell_writers(made)
    talk.tell_if_it_waits(made.shown, proposal.thread_id)
    return made


def _tell_writers(amendment: Amendment) -> None:
    writers = [author.person for author in queries.authors(amendment.proposal) if author.person_id != amendment.by_id]
    letters.amendment_suggested(writers, amendment.proposal, amendment)


def let_amendment_show(amendment: Amendment) -> None:
    """A moderator let it show: for the first time, or again. The writers hear of what they have not seen."""
    waited = amendment.shown is Shown.WAITING
    amendment.shown = Shown.SHOWN
    db.session.flush()
    if waited:
        _tell_writers(amendment)


def _newest(proposal: Proposal) -> Version:
    latest = queries.latest_version(proposal)
    if latest is None:
        raise Conflict(say("There is no published text to change yet."))
    return latest


def _item(version: Version, clause_id: int | None) -> VersionClause | None:
    return next((item for item in version.clauses if item.clause_version.clause_id == clause_id), None)


def back_amendment(me: Standing, amendment: Amendment) -> None:
    """Say that one would like it taken in. Saying so twice changes nothing."""
    require(policy.refuse_back_amendment(me, amendment.proposal))
    if not amendment.is_open or amendment.shown is not Shown.SHOWN:
        raise Conflict(say("This suggestion is settled. You can read what became of it."))
    try:
        with db.session.begin_nested():
            db.session.add(AmendmentBacking(amendment_id=amendment.id, person_id=me.person_id, at=clock.now()))
    except IntegrityError:
        return
    audit.record(BACKED, by=me, kind="amendment", thing_id=amendment.id, story=amendment.proposal_id)


def take_amendment_back(me: Standing, amendment: Amendment) -> None:
    require(policy.refuse_take_amendment_back(me, amendment))
    _hold_open(amendment)
    amendment.state, amendment.settled_at = AmendmentState.WITHDRAWN, clock.now()
    audit.record(TAKEN_BACK, by=me, kind="amendment", thing_id=amendment.id, story=amendment.proposal_id)


def _hold_open(amendment: Amendment) -> None:
    hold(amendment.proposal)
    reread(amendment, lock=True)
    if not amendment.is_open:
        raise Conflict(say("This suggestion is settled already. Load the page again to see what became of it."))


def accept_amendment(me: Standing, amendment: Amendment, *, seen_no: int, words: str | None = None) -> Version:
    """Take a suggestion into the text, as it is or in words that the writers mended; both are credited.

    `seen_no` is the version that whoever accepts was looking at: when there is a newer one they look again first, so
    that nothing is put over somebody else's words unseen.
    """
    proposal = amendment.proposal
    _hold_open(amendment)
    if amendment.shown is not Shown.SHOWN:
        raise Conflict(say("Only what everybody can read can be taken in."))
    latest = _newest(proposal)
    item = _item(latest, amendment.clause_id)
    require(policy.refuse_settle_amendment(me, proposal, item.stand if item else None))
    if latest.no != seen_no:
        raise Conflict(
            say("The text changed while you were reading: it is version {number} now. Look again.", number=latest.no)
        )
    said = amendment.words if words is None else texts.clean(words)
    wrong = rules.wrong_amendment(
        amendment.deed,
        stand=item.stand if item else None,
        words=said,
        was=item.clause_version.words if item else "",
        places=len(latest.clauses),
    )
    if wrong:
        raise Conflict(wrong)
    new = _worded(amendment, item, needed(said, say("Write the words."), rules.LONGEST_CLAUSE) if said else "")
    order = [one.clause_version for one in latest.clauses]
    clauses = rules.amended(
        order,
        amendment.deed,
        at=order.index(item.clause_version) if item else None,
        new=new,
        to=None if amendment.place is None else min(amendment.place, len(order) + 1) - 1,
    )
    amendment.settled_words = said if said != amendment.words else ""
    version = publish(me, proposal, why=amendment.reason, clauses=clauses)
    if new is not None and item is not None:
        look_again(me, item.clause_version, new)
    amendment.state, amendment.settled_by_id, amendment.settled_at = AmendmentState.ACCEPTED, me.person_id, clock.now()
    amendment.result_no = version.no
    db.session.flush()
    audit.record(
        TAKEN_IN, by=me, kind="amendment", thing_id=amendment.id, story=proposal.id,
        number=version.no, changed=bool(amendment.settled_words),
    )  # fmt: skip
    letters.amendment_settled(_followers(amendment), proposal, amendment)
    return version


def _worded(amendment: Amendment, item: VersionClause | None, words: str) -> ClauseVersion | None:
    """The clause as it reads from now on. Its stand, duties, limits and options stay; a new one is ours to decide."""
    if amendment.deed is Deed.REMOVE and item:
        item.clause_version.clause.removed = True
    if amendment.deed is Deed.REPLACE and item:
        return reworded(item.clause_version, words, by_id=amendment.by_id)
    if amendment.deed is not Deed.ADD:
        return None
    clause = Clause(proposal_id=amendment.proposal_id, position=amending.last_position(amendment) + 1, removed=False)
    db.session.add(clause)
    db.session.flush()
    amendment.clause_id = clause.id
    said = ClauseVersion(
        clause_id=clause.id,
        no=1,
        words=words,
        stand=Stand.FLEXIBLE,
        range_words="",
        cost_pence=None,
        times=None,
        homes=None,
        made_at=clock.now(),
        by_id=amendment.by_id,
        ties=[],
    )
    clause.versions.append(said)
    db.session.flush()
    return said


def decline_amendment(me: Standing, amendment: Amendment, *, why: str, keep_as: str = "") -> None:
    """Decline with a reason that everybody can read. `keep_as` names it as an option for the vote instead, where its
    clause is ours to decide."""
    proposal = amendment.proposal
    _hold_open(amendment)
    item = _item(_newest(proposal), amendment.clause_id)
    require(policy.refuse_settle_amendment(me, proposal, item.stand if item else None))
    amendment.why = needed(texts.clean(why), say("Say why, so that whoever suggested it knows."), rules.LONGEST_PROMISE)
    amendment.state, amendment.settled_by_id, amendment.settled_at = AmendmentState.DECLINED, me.person_id, clock.now()
    if keep_as:
        _keep_as_option(me, amendment, item, keep_as)
    db.session.flush()
    audit.record(DECLINED, by=me, kind="amendment", thing_id=amendment.id, story=proposal.id)
    letters.amendment_settled(_followers(amendment), proposal, amendment)


def _keep_as_option(me: Standing, amendment: Amendment, item: VersionClause | None, name: str) -> None:
    """The words that were suggested become an option of their clause, in a new version of the text."""
    if item is None or item.stand is not Stand.FLEXIBLE or amendment.deed is not Deed.REPLACE:
        raise Conflict(say("Only other words for a clause that is ours to decide can become an option of a vote."))
    said, clause = item.clause_version, item.clause_version.clause
    added = [rules.Option(texts.clean_line(name), amendment.words)]
    if not clause.options:
        added.insert(0, rules.Option(str(say("As it stands")), said.words))
    if wrong := rules.wrong_options([*(rules.Option(choice.name) for choice in clause.options), *added]):
        raise Conflict(wrong)
    within = rules.starts_within((tie.hold, tie.duty_version.level) for tie in said.ties)
    position = max((choice.position for choice in clause.choices), default=0)
    for place, option in enumerate(added, start=position + 1):
        clause.choices.append(new_choice(option, position=place, within=within, since_no=item.version.no + 1))
    publish(me, amendment.proposal, why=amendment.why, clauses=[one.clause_version for one in item.version.clauses])
    audit.record(
        KEPT, by=me, kind="amendment", thing_id=amendment.id, story=amendment.proposal_id, number=item.position
    )


def _followers(amendment: Amendment) -> list[Person]:
    return [amendment.by, *amending.backers(amendment)]
