"""Pages of moderation: reporting a post, what waits, a post that is looked at, second looks, passing on, the log."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from coproduce import clock, config
from coproduce.access import public, signed_in, viewer
from coproduce.accounts.rules import Standing
from coproduce.deliberation import rules as talk_rules
from coproduce.deliberation.rules import Door, Shown, door_of
from coproduce.errors import Conflict, NotFound, require
from coproduce.moderation import actions, policy, queries, rules
from coproduce.moderation.forms import AppealForm, JudgeForm, PassOnForm, ReportForm, SettleAppealForm, TellForm
from coproduce.moderation.models import Hiding, Told
from coproduce.moderation.queries import Thing
from coproduce.moderation.rules import AppealVerdict, Passed, Rule, Verdict, What
from coproduce.proposals.models import Proposal
from coproduce.proposals.policy import refuse_comment, refuse_see
from coproduce.proposals.queries import whole
from coproduce.proposals.views.room import doors, sees_names
from coproduce.web import go, page, page_number, tell
from coproduce.words import say

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

WHAT = "any(comment,suggestion,proposal)"


# -- for everybody -------------------------------------------------------------------------------------------------


@bp.get("/rules", endpoint="rules")
@public
def rules_of_the_talk() -> ResponseReturnValue:
    """What may not be said here, who looks, what happens, and how to ask for a second look."""
    first = config.chosen().first_posts_wait
    return page("moderation/rules.html", rule_names=rules.RULE_NAMES, phones=doors(), first=first)


@bp.get("/log")
@public
def log() -> ResponseReturnValue:
    """What was hidden, why and by which role; never the words."""
    return page(
        "moderation/log.html",
        log=queries.log(page_number()),
        log_url=lambda number: url_for(".log", page=number),
        what_names=rules.WHAT_NAMES,
        rule_names=rules.RULE_NAMES,
        role_name=talk_rules.role_name,
    )


# -- reporting -----------------------------------------------------------------------------------------------------


@bp.route(f"/report/<{WHAT}:what>/<id:thing_id>", methods=["GET", "POST"])
@signed_in
def report(what: str, thing_id: int) -> ResponseReturnValue:
    me = viewer()
    thing = _seen(What(what), thing_id, me)
    require(policy.refuse_report(me, thing))
    form = ReportForm()
    if form.validate_on_submit():
        try:
            actions.report(me, thing, rule=Rule(form.rule.data), words=form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Thank you. A moderator looks at it, and you get a letter."))
            return go(thing.path)
    return page("moderation/report.html", status=_status(form), form=form, thing=thing, what_names=rules.WHAT_NAMES)


def _seen(what: What, thing_id: int, me: Standing) -> Thing:
    """The post, if this person may read it."""
    thing = queries.thing(what, thing_id)
    if thing is None or refuse_see(me, thing.proposal) or not sees_names(me):
        raise NotFound
    may_read = thing.state is Shown.SHOWN or thing.writer_id == me.person_id or policy.moderates(me, thing.place_id)
    if not may_read:
        raise NotFound
    return thing


def _status(form: ReportForm | JudgeForm | AppealForm | SettleAppealForm | TellForm | PassOnForm) -> int:
    return 422 if form.errors else 200


# -- what waits ----------------------------------------------------------------------------------------------------


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    me = viewer()
    require(policy.refuse_queue(me))
    return page(
        "moderation/index.html",
        queue=queries.queue(me),
        moderates=policy.moderates(me),
        what_names=rules.WHAT_NAMES,
        rule_names=rules.RULE_NAMES,
        door_names=talk_rules.DOOR_NAMES,
        today=clock.today(),
    )


@bp.route(f"/posts/<{WHAT}:what>/<id:thing_id>", methods=["GET", "POST"])
@signed_in
def judge(what: str, thing_id: int) -> ResponseReturnValue:
    """A post as a moderator sees it: the words, what was said to be wrong, and what shall become of it."""
    me = viewer()
    thing = queries.thing(What(what), thing_id)
    if thing is None:
        raise NotFound
    require(policy.refuse_judge(me, thing))
    form = JudgeForm()
    if form.validate_on_submit():
        try:
            _judge(me, thing, form)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".index"))
    return page(
        "moderation/judge.html",
        status=_status(form),
        form=form,
        thing=thing,
        reports=queries.reports_on(thing.what, thing.id),
        hiding=queries.live_hiding(thing.what, thing.id),
        what_names=rules.WHAT_NAMES,
        rule_names=rules.RULE_NAMES,
        waits=thing.state is Shown.WAITING,
    )


def _judge(me: Standing, thing: Thing, form: JudgeForm) -> None:
    if form.verdict.data == Verdict.HIDE:
        actions.hide(me, thing, rule=Rule(form.rule.data), why=form.why.data)
        tell(say("It is hidden. The person who wrote it gets a letter with your reason."))
        return
    waited = thing.state is Shown.WAITING
    actions.leave(me, thing)
    tell(say("It is on the page now.") if waited else say("It stands. Whoever reported it gets a letter."))


# -- what is hidden ------------------------------------------------------------------------------------------------


@bp.route("/hidden/<id:hiding_id>", methods=["GET", "POST"])
@signed_in
def hidden(hiding_id: int) -> ResponseReturnValue:
    """For its writer: why it is hidden, and the form for a second look. For moderators: the second look."""
    me = viewer()
    found = queries.hiding(hiding_id)
    if found is None or not (found.writer_id == me.person_id or policy.moderates(me, found.place_id)):
        raise NotFound
    if found.writer_id == me.person_id:
        return _for_its_writer(me, found)
    return _second_look(me, found)


def _for_its_writer(me: Standing, found: Hiding) -> ResponseReturnValue:
    form = AppealForm()
    if request.method == "POST":
        require(policy.refuse_appeal(me, found))
    if form.validate_on_submit():
        try:
            actions.appeal(me, found, words=form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Another moderator looks at it. You get a letter."))
            return go(url_for(".hidden", hiding_id=found.id))
    return _hidden_page("moderation/hidden.html", form, found, refuse_appeal=policy.refuse_appeal(me, found))


def _second_look(me: Standing, found: Hiding) -> ResponseReturnValue:
    form = SettleAppealForm()
    if request.method == "POST":
        require(policy.refuse_settle_appeal(me, found))
    if form.validate_on_submit():
        try:
            actions.settle_appeal(me, found, AppealVerdict(form.verdict.data), why=form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The person who wrote it gets a letter with your reason."))
            return go(url_for(".index"))
    return _hidden_page(
        "moderation/second_look.html",
        form,
        found,
        refuse_settle=policy.refuse_settle_appeal(me, found),
        refuse_restore=policy.refuse_restore(me, found),
    )


def _hidden_page(template: str, form: AppealForm | SettleAppealForm, found: Hiding, **facts: Any) -> Response:
    return page(
        template,
        status=_status(form),
        form=form,
        hiding=found,
        thing=queries.thing(found.what, found.thing_id),
        what_names=rules.WHAT_NAMES,
        rule_names=rules.RULE_NAMES,
        role_name=talk_rules.role_name,
        **facts,
    )


@bp.post("/hidden/<id:hiding_id>/restore")
@signed_in
def restore(hiding_id: int) -> ResponseReturnValue:
    me = viewer()
    found = queries.hiding(hiding_id)
    if found is None:
        raise NotFound
    actions.restore(me, found)
    tell(say("It is shown again. The person who wrote it gets a letter."))
    return go(url_for(".index"))


# -- passing on ----------------------------------------------------------------------------------------------------


@bp.route("/tell/<thing:proposal_id>", methods=["GET", "POST"], endpoint="tell")
@signed_in
def tell_the_landlord(proposal_id: int) -> ResponseReturnValue:
    """Tell the landlord, not the neighbours. What was typed into the talk comes along (`from_talk`)."""
    me = viewer()
    proposal = _proposal(proposal_id, me)
    require(refuse_comment(me, proposal))
    form = TellForm()
    if "from_talk" in request.form:
        _fill_in(form)
    if form.validate_on_submit():
        try:
            made = actions.tell_privately(me, proposal, door=Door(form.door.data), words=form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("We have it, and your neighbours do not read it. It is passed on by the end of the working day."))
            return go(url_for(".told", told_id=made.id))
    return page("moderation/tell.html", status=_status(form), form=form, proposal=proposal, phones=doors())


def _fill_in(form: TellForm) -> None:
    """The talk's form knows no door: ours is the one that its words were taken for."""
    door = door_of(form.words.data or "")
    if form.door.data is None and door is not None:
        form.begin_with(form.words.data or "", door)


def _proposal(proposal_id: int, me: Standing) -> Proposal:
    proposal = whole(proposal_id)
    if proposal is None or refuse_see(me, proposal):
        raise NotFound
    return proposal


@bp.route("/told/<id:told_id>", methods=["GET", "POST"])
@signed_in
def told(told_id: int) -> ResponseReturnValue:
    """For its writer: what became of it. For those who pass it on: the words, and to whom they went."""
    me = viewer()
    found = queries.told(told_id)
    if found is None or not (found.by_id == me.person_id or policy.passes_on(me, found.place_id)):
        raise NotFound
    if found.by_id == me.person_id:
        if request.method == "POST":
            require(policy.refuse_pass_on(me, found))
        return page("moderation/told.html", told=found, door_names=talk_rules.DOOR_NAMES, phones=doors())
    form = PassOnForm()
    if found.comment is None or not policy.moderates(me, found.place_id):
        form.without_take_out()
    if form.validate_on_submit():
        try:
            _pass_on(me, found, form)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".index"))
    return page(
        "moderation/pass_on.html",
        status=_status(form),
        form=form,
        told=found,
        reach=queries.reach(found.by) if found.looked_by_id == me.person_id else None,
        door_names=talk_rules.DOOR_NAMES,
        today=clock.today(),
    )


def _pass_on(me: Standing, found: Told, form: PassOnForm) -> None:
    if form.passed.data == Passed.PASSED:
        actions.pass_on(me, found, to=form.to.data, take_out=bool(form.take_out and form.take_out.data))
        tell(say("Noted. The person who told us gets a letter."))
    else:
        actions.nothing_to_pass_on(me, found)
        tell(say("Noted. Nothing is passed on."))


@bp.post("/told/<id:told_id>/reach")
@signed_in
def look_up(told_id: int) -> ResponseReturnValue:
    """Show how to reach whoever told of it. The record keeps who looked."""
    me = viewer()
    found = queries.told(told_id)
    if found is None:
        raise NotFound
    actions.look_up(me, found)
    return go(url_for(".told", told_id=found.id))
