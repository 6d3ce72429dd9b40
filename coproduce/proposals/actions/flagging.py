"""What may break a duty: anybody says so, a duty keeper settles it in public. Software does not judge the law."""

from __future__ import annotations

from dataclasses import dataclass

from coproduce import audit, clock, texts
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db, reread
from coproduce.duties.models import DutyVersion
from coproduce.errors import Conflict, require
from coproduce.proposals import letters, policy, queries, rules
from coproduce.proposals.actions.publishing import hold, publish
from coproduce.proposals.actions.writing import needed, new_choice, reworded
from coproduce.proposals.models import Choice, ClauseVersion, DutyFlag, Proposal, VersionClause
from coproduce.proposals.rules import VERDICTS, Option, Stand, Verdict, Within
from coproduce.words import say

FLAGGED = audit.verb("duty.flagged", "Somebody says that clause {number} may break a duty. A duty keeper looks at it.")
SETTLED = audit.verb("duty.settled", "A duty keeper looked at what was flagged in clause {number}: {verdict}.")

REWORDED_AGAIN = say("The words changed after a duty keeper found that the ones before would break a duty.")


@dataclass(frozen=True)
class Settling:
    """What a duty keeper says of a flag. `mended` are the words that keep inside, for `IF_REWORDED`."""

    verdict: Verdict
    why: str
    duty_version_id: int | None = None
    mended: str = ""


def flag(me: Standing, proposal: Proposal, clause_id: int, *, choice_id: int | None = None, why: str) -> DutyFlag:
    """Say that a clause, or one option of it, may break a duty. No vote opens before it is settled."""
    hold(proposal)
    require(policy.refuse_flag(me, proposal))
    item = _item(proposal, clause_id)
    choice = next((option for option in item.options if option.id == choice_id), None)
    if choice_id is not None and choice is None:
        raise Conflict(say("This option is no longer in the text."))
    if item.stand is Stand.UNCLEAR:
        raise Conflict(say("A duty keeper is asked about this clause already."))
    if any(f.is_open and f.choice_id == choice_id for f in queries.flags_on([clause_id]).get(clause_id, [])):
        raise Conflict(say("Somebody has said so before you. A duty keeper looks at it."))
    made = _flag(me, item.clause_version, choice, needed(texts.clean(why), say("Say why."), rules.LONGEST_PROMISE))
    audit.record(FLAGGED, by=me, kind="flag", thing_id=made.id, story=proposal.id, number=item.position)
    letters.flagged(people_with_role(Role.DUTY_KEEPER, proposal.place_id), proposal, item.position, made.why)
    return made


def _flag(me: Standing, said: ClauseVersion, choice: Choice | None, why: str) -> DutyFlag:
    made = DutyFlag(
        clause_id=said.clause_id,
        clause_version_id=said.id,
        choice_id=choice.id if choice else None,
        by_id=me.person_id,
        made_at=clock.now(),
        why=why,
        verdict=None,
        duty_version_id=None,
        settled_by_id=None,
        settled_at=None,
        settled_why="",
        mended="",
    )
    db.session.add(made)
    db.session.flush()
    return made


def look_again(me: Standing, before: ClauseVersion, after: ClauseVersion) -> None:
    """New words for a clause that was found to break a duty are looked at too, before any vote."""
    flags = queries.flags_on([before.clause_id]).get(before.clause_id, [])
    if any(queries.breaks(flag, before) for flag in flags):
        _flag(me, after, None, str(REWORDED_AGAIN))


def settle_flag(me: Standing, found: DutyFlag, given: Settling) -> None:
    """Say in public whether what was flagged keeps inside the law, with the duty. Other words make a new version."""
    proposal = found.clause.proposal
    hold(proposal)
    reread(found, lock=True)
    require(policy.refuse_settle_flag(me, found, proposal))
    item = _item(proposal, found.clause_id)
    choice = found.choice
    duty = db.session.get(DutyVersion, given.duty_version_id) if given.duty_version_id else None
    mended = texts.clean(given.mended)
    was = choice.meaning or choice.name if choice else item.clause_version.words
    if wrong := rules.wrong_verdict(given.verdict, level=duty.level if duty else None, mended=mended, was=was):
        raise Conflict(wrong)
    found.settled_why = needed(texts.clean(given.why), say("Say why. Everybody can read it."), rules.LONGEST_PROMISE)
    found.verdict, found.settled_at, found.settled_by_id = given.verdict, clock.now(), me.person_id
    found.duty_version_id = duty.id if duty else None
    found.clause_version_id = item.clause_version_id
    found.mended = mended if given.verdict is Verdict.IF_REWORDED else ""
    if choice is not None:
        _settle_option(me, found, item, choice)
    elif found.mended:
        new = reworded(item.clause_version, found.mended, by_id=me.person_id)
        clauses = [new if one is item else one.clause_version for one in item.version.clauses]
        publish(me, proposal, why=found.settled_why, clauses=clauses)
    db.session.flush()
    audit.record(
        SETTLED, by=me, kind="flag", thing_id=found.id, story=proposal.id,
        number=item.position, verdict=VERDICTS[given.verdict],
    )  # fmt: skip
    who = [found.by, *(author.person for author in queries.authors(proposal))]
    letters.flag_settled(who, proposal, item.position, found)


def _settle_option(me: Standing, found: DutyFlag, item: VersionClause, choice: Choice) -> None:
    """An option inside is offered, one outside never; one in other words takes the place of the one before."""
    within = Within.YES if found.verdict is Verdict.INSIDE else Within.NO
    choice.within, choice.settled_by_id, choice.settled_why = within, me.person_id, found.settled_why
    if found.verdict is not Verdict.IF_REWORDED:
        return
    no = item.version.no + 1
    option = Option(choice.name, found.mended, choice.cost_pence, choice.departs_why, choice.times)
    new = new_choice(option, position=choice.position, within=Within.YES, since_no=no)
    new.settled_by_id, new.settled_why = me.person_id, found.settled_why
    choice.until_no = no
    item.clause_version.clause.choices.append(new)
    db.session.flush()
    publish(me, item.version.proposal, why=found.settled_why, clauses=[c.clause_version for c in item.version.clauses])


def _item(proposal: Proposal, clause_id: int) -> VersionClause:
    latest = queries.latest_version(proposal)
    items = latest.clauses if latest else []
    found = next((item for item in items if item.clause_version.clause_id == clause_id), None)
    if found is None:
        raise Conflict(say("This clause is no longer in the text."))
    return found
