"""Joining two proposals: the offer, the answer, and each supporter's own yes or no."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.forms import DeclineMergeForm, FollowForm, OfferMergeForm, PressForm, whole_number
from coproduce.proposals.models import MergeOffer, Proposal
from coproduce.proposals.queries import joining
from coproduce.proposals.rules import BEFORE_THE_VOTE
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell
from coproduce.web.forms import choices
from coproduce.words import say


@bp.route("/<thing:proposal_id>/join", methods=["GET", "POST"])
@signed_in
def offer_merge(proposal_id: int) -> ResponseReturnValue:
    """Ask the people who write this one to join it with one of mine."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    mine = [one for one in queries.mine(me) if one.id != proposal.id and one.stage in BEFORE_THE_VOTE]
    require(policy.refuse_offer_any(me, proposal, mine))
    form = OfferMergeForm()
    form.other.choices = choices(*((str(one.id), one.title) for one in mine))
    if form.validate_on_submit():
        into = next(one for one in mine if str(one.id) == form.other.data)
        try:
            offer = actions.offer_merge(me, proposal, into, why=form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("The people who write it get a letter. Nothing changes until they say yes."))
            return go(url_for(".merge", proposal_id=proposal, offer_id=offer.id))
    return page("proposals/offer_merge.html", status=422 if form.errors else 200, form=form, proposal=proposal)


def _find(proposal_id: int, offer_id: int) -> tuple[Proposal, MergeOffer]:
    proposal = room.find(proposal_id, viewer())
    offer = joining.offer(proposal, offer_id)
    if offer is None or policy.refuse_see(viewer(), offer.into):
        raise NotFound
    return proposal, offer


@bp.get("/<thing:proposal_id>/join/<id:offer_id>")
@signed_in
def merge(proposal_id: int, offer_id: int) -> ResponseReturnValue:
    """Both texts side by side, and what was said about joining them."""
    proposal, offer = _find(proposal_id, offer_id)
    return _page_of(proposal, offer, DeclineMergeForm(formdata=None))


def _page_of(proposal: Proposal, offer: MergeOffer, form: DeclineMergeForm, status: int = 200) -> ResponseReturnValue:
    me = viewer()
    enters = policy.may_write_down(me, offer.into.place_id)
    return page(
        "proposals/merge.html",
        status=status,
        proposal=proposal,
        offer=offer,
        both=[(one, queries.latest_version(one)) for one in (offer.proposal, offer.into)],
        refuse_settle=policy.refuse_settle_merge(me, offer),
        may_withdraw=policy.refuse_withdraw_merge(me, offer) is None,
        asked=joining.asked(offer.id, me.person_id),
        followed=joining.followed(offer.id),
        waiting=joining.waiting(offer.id) if enters and not offer.is_open else [],
        form=form,
    )


@bp.post("/<thing:proposal_id>/join/<id:offer_id>/accept")
@signed_in
def accept_merge(proposal_id: int, offer_id: int) -> ResponseReturnValue:
    proposal, offer = _find(proposal_id, offer_id)
    if PressForm().validate_on_submit():
        actions.accept_merge(viewer(), offer)
        tell(say("They are joined. Everybody who backed the first is asked whether they back the other."))
    return go(url_for(".merge", proposal_id=proposal, offer_id=offer.id))


@bp.post("/<thing:proposal_id>/join/<id:offer_id>/decline")
@signed_in
def decline_merge(proposal_id: int, offer_id: int) -> ResponseReturnValue:
    proposal, offer = _find(proposal_id, offer_id)
    require(policy.refuse_settle_merge(viewer(), offer))
    form = DeclineMergeForm()
    if form.validate_on_submit():
        try:
            actions.decline_merge(viewer(), offer, why=form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("They stay apart. Whoever asked gets a letter with your reason."))
            return go(url_for(".show", proposal_id=proposal))
    return _page_of(proposal, offer, form, status=422)


@bp.post("/<thing:proposal_id>/join/<id:offer_id>/withdraw")
@signed_in
def withdraw_merge(proposal_id: int, offer_id: int) -> ResponseReturnValue:
    proposal, offer = _find(proposal_id, offer_id)
    if PressForm().validate_on_submit():
        actions.withdraw_merge(viewer(), offer)
        tell(say("The offer is taken back."))
    return go(url_for(".show", proposal_id=proposal))


@bp.post("/<thing:proposal_id>/join/<id:offer_id>/follow")
@signed_in
def follow(proposal_id: int, offer_id: int) -> ResponseReturnValue:
    """One tap: my support follows, or it does not. With a name, what somebody said to whoever writes it down."""
    me = viewer()
    proposal, offer = _find(proposal_id, offer_id)
    form = FollowForm()
    if form.validate_on_submit():
        for_somebody = whole_number(form.person.data)
        asked = joining.asked(offer.id, for_somebody or me.person_id)
        if asked is None:
            raise NotFound
        if for_somebody:
            actions.follow_for(me, asked, follows=form.follows.data == "yes")
        else:
            actions.follow(me, asked, follows=form.follows.data == "yes")
        tell(say("Noted. Thank you for saying so."))
    return go(url_for(".merge", proposal_id=proposal, offer_id=offer.id))
