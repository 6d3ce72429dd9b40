"""What neighbours do on the page of a proposal: back it."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.proposals import actions
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
