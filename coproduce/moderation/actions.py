"""Every deed of moderation: reporting, hiding, asking for a second look, passing on, letting first posts show."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from coproduce import audit, clock, texts
from coproduce.accounts.models import Person
from coproduce.accounts.queries import people_with_role
from coproduce.accounts.rules import Role, Standing
from coproduce.db import db, reread
from coproduce.deliberation import actions as talk
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import LONGEST as LONGEST_COMMENT
from coproduce.deliberation.rules import Door, Shown
from coproduce.errors import Conflict, require
from coproduce.moderation import letters, policy, queries, rules
from coproduce.moderation.models import Hiding, Report, Told
from coproduce.moderation.queries import Thing
from coproduce.moderation.rules import RULE_NAMES, AppealVerdict, Rule, What
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Amendment, Proposal
from coproduce.proposals.policy import refuse_comment
from coproduce.roll.actions.merging import Follower
from coproduce.words import Message, say

REPORTED = audit.verb("post.reported")
LEFT = audit.verb("post.left")
HIDDEN = audit.verb("post.hidden", "A moderator hid a post. {rule}.")
APPEALED = audit.verb("post.appealed")
STAYED = audit.verb("post.stayed_hidden")
RESTORED = audit.verb("post.restored", "A post that was hidden is shown again.")
LET_SHOW = audit.verb("post.let_show")
TOLD = audit.verb("told.private")
LOOKED = audit.verb("told.looked_up")
PASSED_ON = audit.verb("told.passed_on")
NOTHING_TO_PASS = audit.verb("told.nothing")


# -- reports -------------------------------------------------------------------------------------------------------


def report(me: Standing, thing: Thing, *, rule: Rule, words: str) -> Report:
    """Say that a post breaks a rule. The moderators of the place get a letter with the first report of it."""
    require(policy.refuse_report(me, thing))
    is_first = not queries.reports_on(thing.what, thing.id)
    made = Report(
        what=thing.what,
        thing_id=thing.id,
        place_id=thing.place_id,
        proposal_id=thing.proposal.id,
        by_id=me.person_id,
        rule=rule,
        words=_short(texts.clean(words)),
        made_at=clock.now(),
        settled_at=None,
        settled_by_id=None,
        hidden=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        raise Conflict(say("You have reported this already. A moderator looks at it.")) from None
    audit.record(REPORTED, by=me, kind=thing.what.value, thing_id=thing.id, rule=rule.value)
    if is_first:
        letters.waits(_moderators(thing.place_id, but=thing.writer_id), thing.proposal)
    return made


def _short(words: str) -> str:
    if len(words) > rules.LONGEST:
        raise Conflict(say("Keep your words to {longest} letters or fewer.", longest=rules.LONGEST))
    return words


def _reason(words: str, missing: Message) -> str:
    words = _short(texts.clean(words))
    if not words:
        raise Conflict(missing)
    return words


def _moderators(place_id: int, *, but: int | None = None) -> list[Person]:
    """The moderators of a place; the administrators where there is none."""
    for role in policy.MODERATORS:
        found = [person for person in people_with_role(role, place_id) if person.id != but]
        if found:
            return found
    return []


# -- hiding --------------------------------------------------------------------------------------------------------


def leave(me: Standing, thing: Thing) -> None:
    """Let it stand: whoever reported it gets a letter, and a first post is shown."""
    require(policy.refuse_judge(me, thing))
    if thing.state is Shown.WAITING:
        _show(me, thing)
        audit.record(LET_SHOW, by=me, kind=thing.what.value, thing_id=thing.id)
    else:
        audit.record(LEFT, by=me, kind=thing.what.value, thing_id=thing.id)
    _settle_reports(me, thing, hidden=False)


def hide(me: Standing, thing: Thing, *, rule: Rule, why: str) -> Hiding:
    """Take a post out of everybody's sight but its writer's. They are told which rule it broke, why, and how to ask
    for a second look."""
    require(policy.refuse_judge(me, thing))
    why = _reason(why, say("Say why. The person who wrote it reads this."))
    reread(thing.row, lock=True)
    if thing.state is Shown.HIDDEN:
        raise Conflict(say("This is hidden already."))
    if thing.is_settled_text:
        raise Conflict(say("This is part of a text that is on the record. It cannot be hidden."))
    made = Hiding(
        what=thing.what,
        thing_id=thing.id,
        place_id=thing.place_id,
        proposal_id=thing.proposal.id,
        writer_id=thing.writer_id,
        rule=rule,
        why=why,
        hidden_by_id=me.person_id,
        hidden_role=me.role_word,
        hidden_at=clock.now(),
        appeal="",
        appealed_at=None,
        settled_by_id=None,
        settled_at=None,
        settled_why="",
        restored_at=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        raise Conflict(say("This is hidden already.")) from None
    _set(thing, Shown.HIDDEN)
    if thing.what is What.PROPOSAL:
        proposals.take_out_of_sight(thing.proposal)
    audit.record(
        HIDDEN, by=me, kind=thing.what.value, thing_id=thing.id, story=thing.proposal.id, rule=RULE_NAMES[rule]
    )
    letters.hidden(thing.writer, made)
    _settle_reports(me, thing, hidden=True)
    return made


def _set(thing: Thing, state: Shown) -> None:
    if isinstance(thing.row, Comment):
        thing.row.state = state
    else:
        thing.row.shown = state
    db.session.flush()


def _show(me: Standing, thing: Thing) -> None:
    """Let everybody read it, and tell those who would have been told when it was written."""
    if isinstance(thing.row, Comment):
        talk.let_show(thing.row, proposals.about(thing.proposal))
    elif isinstance(thing.row, Amendment):
        proposals.let_amendment_show(thing.row)
    else:
        proposals.let_show(thing.proposal)


def _settle_reports(me: Standing, thing: Thing, *, hidden: bool) -> None:
    for found in queries.reports_on(thing.what, thing.id):
        found.settled_at, found.settled_by_id, found.hidden = clock.now(), me.person_id, hidden
        letters.report_settled(found.by, thing.proposal, hidden=hidden)


def appeal(me: Standing, hiding: Hiding, *, words: str) -> None:
    """Ask for a second look, by somebody else than whoever hid it."""
    reread(hiding, lock=True)
    require(policy.refuse_appeal(me, hiding))
    hiding.appeal = _reason(words, say("Say why it should be shown."))
    hiding.appealed_at = clock.now()
    audit.record(APPEALED, by=me, kind=hiding.what.value, thing_id=hiding.thing_id)
    letters.waits(_second_look(hiding), hiding.proposal)


def _second_look(hiding: Hiding) -> list[Person]:
    """Those who may take it: other moderators of the place; administrators where there is no other."""
    not_theirs = {hiding.hidden_by_id, hiding.writer_id}
    for role in policy.MODERATORS:
        found = [person for person in people_with_role(role, hiding.place_id) if person.id not in not_theirs]
        if found:
            return found
    return []


def settle_appeal(me: Standing, hiding: Hiding, verdict: AppealVerdict, *, why: str) -> None:
    """The second look. Its reason goes to the person who wrote it."""
    reread(hiding, lock=True)
    require(policy.refuse_settle_appeal(me, hiding))
    hiding.settled_why = _reason(why, say("Say why. The person who wrote it reads this."))
    hiding.settled_at, hiding.settled_by_id = clock.now(), me.person_id
    if verdict is AppealVerdict.RESTORE:
        _restore(me, hiding)
    else:
        audit.record(STAYED, by=me, kind=hiding.what.value, thing_id=hiding.thing_id)
    letters.appeal_settled(hiding.writer, hiding)


def restore(me: Standing, hiding: Hiding) -> None:
    """Show it again without an appeal: whoever was wrong puts it right."""
    reread(hiding, lock=True)
    require(policy.refuse_restore(me, hiding))
    _restore(me, hiding)
    letters.appeal_settled(hiding.writer, hiding)


def _restore(me: Standing, hiding: Hiding) -> None:
    hiding.restored_at = clock.now()
    thing = queries.thing(hiding.what, hiding.thing_id)
    if thing is not None:
        _show(me, thing)
    audit.record(RESTORED, by=me, kind=hiding.what.value, thing_id=hiding.thing_id, story=hiding.proposal_id)


# -- passing on ----------------------------------------------------------------------------------------------------


def tell_privately(me: Standing, proposal: Proposal, *, door: Door, words: str) -> Told:
    """Tell the landlord, not the neighbours. Whoever passes it on gets a letter at once."""
    require(refuse_comment(me, proposal))
    words = texts.clean(words)
    if not words:
        raise Conflict(say("Write your words first."))
    if len(words) > LONGEST_COMMENT:
        raise Conflict(say("Keep your words to {longest} letters or fewer.", longest=LONGEST_COMMENT))
    return _told(me.person_id or 0, proposal, door=door, words=words, comment=None, by=me)


def notice(me: Standing, comment: Comment) -> None:
    """Somebody posted words that may be a report all the same, or changed a post into one: a moderator looks at it."""
    proposal = queries.proposal_of(comment)
    if proposal is not None and comment.door is not None and queries.told_with(comment) is None:
        _told(comment.person_id, proposal, door=comment.door, words="", comment=comment, by=me)


def first_post_waits(thread_id: int) -> None:
    """Call the moderators of the place: nobody else can read it before they have."""
    proposal = db.session.scalars(select(Proposal).where(Proposal.thread_id == thread_id)).first()
    if proposal is not None:
        letters.waits(_moderators(proposal.place_id), proposal)


def _told(by_id: int, proposal: Proposal, *, door: Door, words: str, comment: Comment | None, by: Standing) -> Told:
    now = clock.now()
    made = Told(
        place_id=proposal.place_id,
        proposal_id=proposal.id,
        comment_id=comment.id if comment else None,
        by_id=by_id,
        door=door,
        words=words,
        made_at=now,
        due_on=rules.pass_on_by(now),
        looked_by_id=None,
        passed_to="",
        closed_at=None,
        closed_by_id=None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(TOLD, by=by, kind="told", thing_id=made.id, door=door.value)
    letters.to_pass_on(_who_pass_on(proposal.place_id, but=by_id), made)
    return made


def _who_pass_on(place_id: int, *, but: int) -> list[Person]:
    """The moderators of the place, and its officers: the landlord knows from now on, and its clocks may run."""
    found = [*_moderators(place_id, but=but), *people_with_role(Role.OFFICER, place_id)]
    return list({person.id: person for person in found if person.id != but}.values())


def look_up(me: Standing, told: Told) -> None:
    """Ask how to reach whoever told of it, to pass it on. The record keeps who looked."""
    require(policy.refuse_pass_on(me, told))
    told.looked_by_id = me.person_id
    audit.record(LOOKED, by=me, kind="told", thing_id=told.id)


def pass_on(me: Standing, told: Told, *, to: str, take_out: bool) -> None:
    """Mark when it was passed on and to whom. With `take_out` its words go out of the talk."""
    _hold_open(me, told)
    to = texts.clean_line(to)
    if not to:
        raise Conflict(say("Say whom you passed it on to."))
    if len(to) > rules.LONGEST_TO:
        raise Conflict(say("Keep this to {longest} letters or fewer.", longest=rules.LONGEST_TO))
    told.passed_to, told.closed_at, told.closed_by_id = to, clock.now(), me.person_id
    audit.record(PASSED_ON, by=me, kind="told", thing_id=told.id)
    letters.passed_on(told.by, told)
    thing = queries.thing(What.COMMENT, told.comment_id) if take_out and told.comment_id else None
    if thing is not None and thing.state is not Shown.HIDDEN and policy.refuse_judge(me, thing) is None:
        hide(me, thing, rule=Rule.ELSEWHERE, why=str(say("It was passed on to: {who}.", who=to)))


def nothing_to_pass_on(me: Standing, told: Told) -> None:
    """It was no report after all."""
    _hold_open(me, told)
    told.closed_at, told.closed_by_id = clock.now(), me.person_id
    audit.record(NOTHING_TO_PASS, by=me, kind="told", thing_id=told.id)
    if told.comment_id is None:
        letters.passed_on(told.by, told)


def _hold_open(me: Standing, told: Told) -> None:
    reread(told, lock=True)
    require(policy.refuse_pass_on(me, told))
    if not told.is_open:
        raise Conflict(say("Somebody has seen to this already. Load the page again."))


def wipe_old_words() -> int:
    """Forget what was told in private some weeks after it was passed on: the landlord has it where it belongs."""
    before = clock.now() - timedelta(days=rules.WORDS_KEPT_DAYS)
    old = update(Told).where(Told.closed_at < before, Told.words != "").values(words="")
    return len(db.session.execute(old.returning(Told.id).execution_options(synchronize_session=False)).all())


# -- when a person changes ----------------------------------------------------------------------------------------


def forget_words(person_id: int) -> None:
    """Whoever leaves takes along what they told in private and wrote in reports and appeals."""
    told = update(Told).where(Told.by_id == person_id, Told.closed_at.is_not(None)).values(words="")
    reports = update(Report).where(Report.by_id == person_id).values(words="")
    appeals = update(Hiding).where(Hiding.writer_id == person_id).values(appeal="")
    for wiped in (told, reports, appeals):
        db.session.execute(wiped.execution_options(synchronize_session=False))
    db.session.expire_all()


def _follow(keep_id: int, gone_id: int) -> None:
    now = {"synchronize_session": False}
    theirs = select(Report.id, Report.what, Report.thing_id).where(Report.by_id == keep_id)
    kept = {(what, thing_id) for _, what, thing_id in db.session.execute(theirs)}
    other = select(Report.id, Report.what, Report.thing_id).where(Report.by_id == gone_id)
    twice = [id_ for id_, what, thing_id in db.session.execute(other) if (what, thing_id) in kept]
    db.session.execute(delete(Report).where(Report.id.in_(twice)).execution_options(**now))
    for column in (
        Report.by_id,
        Report.settled_by_id,
        Hiding.writer_id,
        Told.by_id,
        Told.looked_by_id,
        Told.closed_by_id,
    ):
        moved = update(column.class_).where(column == gone_id).values({column: keep_id})
        db.session.execute(moved.execution_options(**now))
    db.session.expire_all()


merging = Follower(why_not=lambda keep_id, gone_id: None, follow=_follow)
