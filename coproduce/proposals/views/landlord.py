"""What the landlord's people do for a proposal: make the promise, answer a question, settle an option."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce import config
from coproduce.access import signed_in, viewer
from coproduce.duties.queries import everything
from coproduce.duties.rules import AREA_NAMES
from coproduce.errors import Conflict, NotFound, Refused, require
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.forms import AnswerForm, ChangeMandateForm, MandateForm, SettleForm, SupportNeededForm
from coproduce.proposals.models import DutyQuestion
from coproduce.proposals.rules import PROMISES
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell
from coproduce.words import say


@bp.route("/<thing:proposal_id>/promise", methods=["GET", "POST"])
@signed_in
def name_mandate(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_name_mandate(me, proposal))
    form = MandateForm()
    if form.validate_on_submit():
        try:
            actions.name_mandate(me, proposal, form.mandate.data, form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The promise is made. Everybody who backed it gets a letter."))
            return go(url_for(".show", proposal_id=proposal))
    about = {mandate.value: words for mandate, words in PROMISES.items()}
    return page(
        "proposals/mandate.html",
        status=422 if form.errors else 200,
        form=form,
        proposal=proposal,
        about=about,
        changes=False,
    )


@bp.route("/<thing:proposal_id>/promise/change", methods=["GET", "POST"])
@signed_in
def change_mandate(proposal_id: int) -> ResponseReturnValue:
    """Promise more, or less, before the vote: with a reason that everybody can read."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_change_mandate(me, proposal))
    form = ChangeMandateForm(mandate=proposal.mandate, words=proposal.mandate_words)
    if form.validate_on_submit():
        try:
            actions.change_mandate(me, proposal, form.mandate.data, form.words.data, why=form.why.data)
        except (Conflict, Refused) as refusal:
            form.refuse(refusal.message)
        else:
            tell(say("The promise is changed. Everybody who backed it gets a letter with your reason."))
            return go(url_for(".show", proposal_id=proposal))
    about = {mandate.value: words for mandate, words in PROMISES.items()}
    status = 422 if form.errors else 200
    return page("proposals/mandate.html", status=status, form=form, proposal=proposal, about=about, changes=True)


@bp.route("/support-needed", methods=["GET", "POST"])
@signed_in
def support_needed() -> ResponseReturnValue:
    """How many neighbours must back a proposal, by place and subject."""
    me = viewer()
    require(policy.refuse_set_support_needed(me))
    form = SupportNeededForm().offer_places(tree().in_order())
    if form.validate_on_submit():
        try:
            actions.set_support_needed(me, int(form.place.data), form.area.data, form.number.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is set, for proposals that are raised from now on."))
            return go(url_for(".support_needed"))
    return page(
        "proposals/support_needed.html",
        status=422 if form.errors else 200,
        form=form,
        rows=queries.support_needed_everywhere(),
        area_names=AREA_NAMES,
        usual=config.chosen().support_needed,
    )


@bp.route("/<thing:proposal_id>/questions/<id:question_id>", methods=["GET", "POST"])
@signed_in
def answer(proposal_id: int, question_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    question = queries.question(proposal, question_id)
    if question is None:
        raise NotFound
    require(policy.refuse_answer(me, question, proposal))
    form = AnswerForm()
    form.offer(everything(), area=proposal.area, none=say("No duty"))
    if "more" in request.form:
        form.more_options()
    elif form.validate_on_submit() and _answers(question, form):
        tell(say("The answer is published, with a new version of the text."))
        return go(url_for(".show", proposal_id=proposal, _anchor="frame"))
    return page(
        "proposals/answer.html",
        status=422 if form.errors else 200,
        form=form,
        proposal=proposal,
        question=question,
        number=queries.number_of(proposal, question.clause_id),
        words=question.clause.versions[-1].words,
    )


def _answers(question: DutyQuestion, form: AnswerForm) -> bool:
    try:
        actions.answer_question(
            viewer(),
            question,
            answer=form.answer.data,
            stand=form.stand.data,
            duty_version_id=form.duty.data,
            options=form.written_options,
        )
    except Conflict as conflict:
        form.refuse(conflict.message)
        return False
    return True


@bp.route("/<thing:proposal_id>/options/<id:choice_id>", methods=["GET", "POST"])
@signed_in
def settle(proposal_id: int, choice_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    choice = queries.choice(proposal, choice_id)
    if choice is None:
        raise NotFound
    require(policy.refuse_settle(me, choice, proposal))
    form = SettleForm()
    if form.validate_on_submit():
        try:
            actions.settle_option(me, choice, form.within.data, form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Saved. The reason stands beside the option."))
            return go(url_for(".show", proposal_id=proposal, _anchor="frame"))
    version = queries.latest_version(proposal)
    item = (
        next((i for i in version.clauses if i.clause_version.clause_id == choice.clause_id), None) if version else None
    )
    return page(
        "proposals/settle.html",
        status=422 if form.errors else 200,
        form=form,
        proposal=proposal,
        choice=choice,
        item=item,
        **room.frame_facts(proposal, me, [item] if item else []),
    )
