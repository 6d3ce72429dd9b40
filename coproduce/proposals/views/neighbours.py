"""What neighbours do on the page of a proposal: back it, and add their voice."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.deliberation.forms import VoiceForm
from coproduce.deliberation.queries import comment_in, page_of
from coproduce.errors import Conflict, require
from coproduce.proposals import actions, policy
from coproduce.proposals.forms import SupportForm
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, tell, wants_fragment
from coproduce.words import say


@bp.post("/<thing:proposal_id>/support")
@signed_in
def support(proposal_id: int) -> ResponseReturnValue:
    """The button asks for what it says, so that pressing it twice does nothing twice."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    form = SupportForm()
    if form.wants.data == "stop":
        actions.take_support_back(me, proposal)
        tell(say("You no longer back this proposal."))
    else:
        actions.support(me, proposal)
        tell(say("You back this proposal."))
    if wants_fragment():
        return room.proposal_page(proposal, me, fragment="take_part")
    return go(url_for(".show", proposal_id=proposal, _anchor="take-part"))


@bp.post("/<thing:proposal_id>/comments")
@signed_in
def comment(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_comment(me, proposal))
    form = VoiceForm()
    if form.parent_id and comment_in(proposal.thread_id, form.parent_id):
        form.as_reply()
    if form.validate_on_submit():
        try:
            said = actions.comment(me, proposal, words=form.words.data, side=form.chosen_side, parent_id=form.parent_id)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your words are on the page."))
            if wants_fragment():
                return room.proposal_page(proposal, me, fragment="talk", new_comment=said)
            anchor = f"comment-{said.id}"
            return go(url_for(".show", proposal_id=proposal, page=page_of(said), _anchor=anchor))
    return room.proposal_page(proposal, me, fragment="talk", voice=form, status=422)
