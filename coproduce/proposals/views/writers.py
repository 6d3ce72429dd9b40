"""The people who write a proposal: asking somebody, joining by a link, saying yes or no, leaving."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce import config
from coproduce.access import signed_in, viewer
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.forms import InviteForm, PressForm
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import AuthorState
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell
from coproduce.web.forms import choices
from coproduce.words import say


@bp.route("/<thing:proposal_id>/writers", methods=["GET", "POST"])
@signed_in
def writers(proposal_id: int) -> ResponseReturnValue:
    """Who writes this; and for them, asking somebody who has taken part or a champion."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    if request.method == "POST":
        require(policy.refuse_invite(me, proposal))
    form = InviteForm()
    known = queries.known_to(proposal) if policy.refuse_invite(me, proposal) is None else []
    form.person.choices = choices(*((str(person.id), person.public_name) for person in known))
    if form.validate_on_submit():
        person = next(person for person in known if str(person.id) == form.person.data)
        try:
            actions.invite(me, proposal, person)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("They get a letter, and can say yes or no."))
            return go(url_for(".writers", proposal_id=proposal))
    return _page_of(proposal, form, status=422 if form.errors else 200)


def _page_of(proposal: Proposal, form: InviteForm, *, link: str = "", status: int = 200) -> ResponseReturnValue:
    me = viewer()
    return page(
        "proposals/writers.html",
        status=status,
        proposal=proposal,
        form=form,
        link=link,
        accepted=[author for author in proposal.authors if author.state is AuthorState.ACCEPTED],
        invited=[author for author in proposal.authors if author.state is AuthorState.INVITED],
        refuse_invite=policy.refuse_invite(me, proposal),
        refuse_leave=policy.refuse_leave(me, proposal),
        writes=proposal.is_written_by(me.person_id),
        is_invited=proposal.is_invited(me.person_id),
        face_kind=room.face_kind,
    )


@bp.post("/<thing:proposal_id>/writers/link")
@signed_in
def writers_link(proposal_id: int) -> ResponseReturnValue:
    """Make a link. It is shown once, on the page that answers."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_invite(me, proposal))
    if not PressForm().validate_on_submit():
        return go(url_for(".writers", proposal_id=proposal))
    secret = actions.make_link(me, proposal)
    return go(url_for(".join_by_link", proposal_id=proposal, secret=secret))


@bp.route("/<thing:proposal_id>/writers/link/<string(length=22):secret>", methods=["GET", "POST"])
@signed_in
def join_by_link(proposal_id: int, secret: str) -> ResponseReturnValue:
    """For whoever made it: the link to pass on. For whoever got it: what it opens, and a button to join."""
    me = viewer()
    proposal = queries.whole(proposal_id)
    if proposal is None or not actions.link_opens(proposal, secret):
        raise NotFound
    if proposal.is_published and policy.refuse_see(me, proposal):
        raise NotFound  # a link opens a draft; what a moderator hid it does not open again
    if request.method == "POST":
        return _join(proposal, secret)
    base = config.chosen().base_url.rstrip("/")
    link = base + url_for(".join_by_link", proposal_id=proposal, secret=secret)
    return page(
        "proposals/join_writers.html",
        proposal=proposal,
        link=link if proposal.is_written_by(me.person_id) else "",
        secret=secret,
        refusal=policy.refuse_join(me, proposal),
        until=proposal.join_until,
    )


@bp.post("/<thing:proposal_id>/writers/join")
@signed_in
def join_writers(proposal_id: int) -> ResponseReturnValue:
    return _join(room.find(proposal_id, viewer()))


def _join(proposal: Proposal, secret: str = "") -> ResponseReturnValue:
    if PressForm().validate_on_submit():
        actions.join(viewer(), proposal, secret)
        tell(say("You write this with them now. The texts from here on name you."))
    return go(url_for(".show", proposal_id=proposal))


@bp.post("/<thing:proposal_id>/writers/decline")
@signed_in
def decline_to_write(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    if PressForm().validate_on_submit():
        actions.decline(me, proposal)
        tell(say("You said no. Thank you for telling them."))
    return go(url_for(".index") if not proposal.is_published else url_for(".show", proposal_id=proposal))


@bp.post("/<thing:proposal_id>/writers/leave")
@signed_in
def leave_writers(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    if PressForm().validate_on_submit():
        actions.leave(me, proposal)
        tell(say("You no longer write this."))
    return go(url_for(".index") if not proposal.is_published else url_for(".show", proposal_id=proposal))
