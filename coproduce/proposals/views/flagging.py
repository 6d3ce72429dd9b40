"""What may break a duty: saying so, and a duty keeper's public answer."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.duties.queries import everything
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.forms import FlagForm, SettleFlagForm, whole_number
from coproduce.proposals.models import Proposal, VersionClause
from coproduce.proposals.rules import Verdict
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell
from coproduce.words import say


@bp.route("/<thing:proposal_id>/clauses/<id:clause_id>/flag", methods=["GET", "POST"])
@signed_in
def flag(proposal_id: int, clause_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    item = _item(proposal, clause_id)
    require(policy.refuse_flag(me, proposal))
    choice_id = whole_number(request.args.get("option"))
    choice = next((option for option in item.options if option.id == choice_id), None)
    form = FlagForm()
    if form.validate_on_submit():
        try:
            actions.flag(me, proposal, clause_id, choice_id=choice.id if choice else None, why=form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("A duty keeper is asked to look. You get a letter with the answer."))
            return go(url_for(".show", proposal_id=proposal, _anchor="frame"))
    status = 422 if form.errors else 200
    return page("proposals/flag.html", status=status, form=form, proposal=proposal, item=item, choice=choice)


def _item(proposal: Proposal, clause_id: int) -> VersionClause:
    version = queries.latest_version(proposal)
    items = version.clauses if version else []
    found = next((item for item in items if item.clause_version.clause_id == clause_id), None)
    if found is None:
        raise NotFound
    return found


@bp.route("/<thing:proposal_id>/flags/<id:flag_id>", methods=["GET", "POST"])
@signed_in
def settle_flag(proposal_id: int, flag_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    found = queries.flag(proposal, flag_id)
    if found is None:
        raise NotFound
    require(policy.refuse_settle_flag(me, found, proposal))
    item = _item(proposal, found.clause_id)
    form = SettleFlagForm()
    form.offer(everything(), area=proposal.area, none=say("No duty"))
    if form.validate_on_submit():
        given = actions.Settling(
            Verdict(form.verdict.data), form.why.data, duty_version_id=form.duty.data, mended=form.mended.data or ""
        )
        try:
            actions.settle_flag(me, found, given)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Published. Whoever asked gets a letter."))
            return go(url_for(".show", proposal_id=proposal, _anchor="frame"))
    status = 422 if form.errors else 200
    return page("proposals/settle_flag.html", status=status, form=form, proposal=proposal, item=item, flag=found)
