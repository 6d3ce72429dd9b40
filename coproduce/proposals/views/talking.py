"""The talk on a proposal's page: adding a voice, the deeds under each comment, changing one's words, questions."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts.models import Person
from coproduce.accounts.rules import Standing
from coproduce.db import db
from coproduce.deliberation import actions as talk
from coproduce.deliberation import policy as talk_policy
from coproduce.deliberation import queries as talks
from coproduce.deliberation.forms import AnswerForm, EditForm, PutForm, VoiceForm
from coproduce.deliberation.models import Comment, PutQuestion
from coproduce.deliberation.rules import PutTo, Shown
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals import actions, policy
from coproduce.proposals.forms import PressForm, whole_number
from coproduce.proposals.models import Proposal
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell, wants_fragment
from coproduce.words import Message, say


@bp.post("/<thing:proposal_id>/comments")
@signed_in
def comment(proposal_id: int) -> ResponseReturnValue:
    """Private details and what may be a report are asked about first; what was typed stays."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_comment(me, proposal))
    form = VoiceForm()
    if form.parent_id and talks.comment_in(proposal.thread_id, form.parent_id):
        form.as_reply()
    if form.validate_on_submit() and not form.noticed:
        try:
            said = actions.comment(
                me, proposal, words=form.words.data, side=form.chosen_side, parent_id=form.parent_id, part=form.part_id
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            waits = said.state is Shown.WAITING
            tell(
                say("A moderator reads this first. Then it is on the page.")
                if waits
                else say("Your words are on the page.")
            )
            if wants_fragment():
                return room.proposal_page(proposal, me, fragment="talk", new_comment=said)
            anchor = f"comment-{said.id}"
            return go(url_for(".show", proposal_id=proposal, page=talks.page_of(said), _anchor=anchor))
    return room.proposal_page(proposal, me, fragment="talk", voice=form, status=422)


@bp.post("/<thing:proposal_id>/comments/deeds")
@signed_in
def comment_deed(proposal_id: int) -> ResponseReturnValue:
    """One button of those under the comments: its name says what, its value which comment."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    form = PressForm()
    deed = next((name for name in DEEDS if name in request.form), None)
    if deed is None or not form.validate_on_submit():
        return go(url_for(".show", proposal_id=proposal, _anchor="talk"))
    found = _comment(proposal, whole_number(request.form[deed]) or 0)
    tell(_do(deed, me, proposal, found))
    return go(url_for(".show", proposal_id=proposal, page=talks.page_of(found), _anchor=f"comment-{found.id}"))


DEEDS = ("share", "unshare", "read", "joined", "ask")


def _do(deed: str, me: Standing, proposal: Proposal, found: Comment) -> Message:
    if deed in {"share", "unshare"}:
        actions.adopt(me, proposal, found, wants=deed == "share")
        return say("It counts as your reason too.") if deed == "share" else say("It no longer counts as yours.")
    if deed == "read":
        actions.mark_read(me, proposal, found)
        return say("Whoever wrote it gets a letter that you have read it.")
    if deed == "joined":
        actions.join_text(me, proposal, found)
        return say("Noted. Whoever said it gets a letter.")
    actions.invite(me, proposal, db.session.get_one(Person, found.person_id))
    return say("They get a letter, and can say yes or no.")


def _comment(proposal: Proposal, comment_id: int, *, mine: bool = False) -> Comment:
    """A comment that is shown; or one's own that waits to be read."""
    found = talks.comment_in(proposal.thread_id, comment_id)
    if found is None and mine:
        own = db.session.get(Comment, comment_id)
        waits = own is not None and own.state is Shown.WAITING and own.person_id == viewer().person_id
        found = own if waits and own is not None and own.thread_id == proposal.thread_id else None
    if found is None:
        raise NotFound
    return found


@bp.route("/<thing:proposal_id>/comments/<id:comment_id>/edit", methods=["GET", "POST"])
@signed_in
def edit_comment(proposal_id: int, comment_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    found = _comment(proposal, comment_id, mine=True)
    require(policy.refuse_comment(me, proposal))
    require(talk_policy.refuse_edit(me, found))
    form = EditForm(words=found.words)
    noticed = form.noticed if request.method == "POST" else None
    if form.validate_on_submit() and not noticed:
        try:
            talk.edit(me, found, words=form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your words are changed. What you said before stays there to read."))
            return _back(proposal, found)
    return page(
        "deliberation/edit.html",
        status=422 if form.errors or noticed else 200,
        form=form,
        proposal=proposal,
        comment=found,
        noticed=noticed if not form.errors else None,
        noticed_heading="h2",
        **room.noticing(),
    )


def _back(proposal: Proposal, found: Comment) -> ResponseReturnValue:
    return go(url_for(".show", proposal_id=proposal, page=talks.page_of(found), _anchor=f"comment-{found.id}"))


@bp.post("/<thing:proposal_id>/comments/<id:comment_id>/take-back")
@signed_in
def take_comment_back(proposal_id: int, comment_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    found = _comment(proposal, comment_id, mine=True)
    if PressForm().validate_on_submit():
        talk.take_back(me, found)
        tell(say("Your words are taken back."))
    return go(url_for(".show", proposal_id=proposal, _anchor="talk"))


@bp.get("/<thing:proposal_id>/comments/<id:comment_id>/history")
@signed_in
def comment_history(proposal_id: int, comment_id: int) -> ResponseReturnValue:
    """What a comment said before it was changed."""
    proposal = room.find(proposal_id, viewer())
    found = _comment(proposal, comment_id)
    return page("deliberation/history.html", proposal=proposal, comment=found, said=talks.history(found))


@bp.route("/<thing:proposal_id>/comments/<id:comment_id>/put", methods=["GET", "POST"])
@signed_in
def put_question(proposal_id: int, comment_id: int) -> ResponseReturnValue:
    """Put a neighbour's question to the landlord or to an expert."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    found = _comment(proposal, comment_id)
    require(policy.refuse_put(me, proposal))
    form = PutForm()
    if form.validate_on_submit():
        try:
            actions.put_question(me, proposal, found, PutTo(form.to.data))
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is put. They get a letter with the day by which to answer."))
            return _back(proposal, found)
    return page(
        "deliberation/put.html", status=422 if form.errors else 200, form=form, proposal=proposal, comment=found
    )


@bp.route("/<thing:proposal_id>/comments/<id:comment_id>/answer", methods=["GET", "POST"])
@signed_in
def answer_put(proposal_id: int, comment_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    question = _put(proposal, comment_id)
    require(policy.refuse_answer_put(me, proposal, question))
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer_put(me, proposal, question, words=form.words.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your answer is published. Whoever asked gets a letter."))
            return _back(proposal, question.comment)
    status = 422 if form.errors else 200
    return page("deliberation/answer.html", status=status, form=form, proposal=proposal, question=question)


def _put(proposal: Proposal, comment_id: int) -> PutQuestion:
    _comment(proposal, comment_id)
    question = talks.put_question(comment_id)
    if question is None:
        raise NotFound
    return question
