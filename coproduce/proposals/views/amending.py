"""Suggested changes: reading them side by side, making one, backing it, taking it in or declining it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce import texts
from coproduce.access import public, signed_in, viewer
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals import actions, policy, queries, rules
from coproduce.proposals.forms import AcceptForm, DeclineForm, PressForm, SuggestForm, whole_number
from coproduce.proposals.models import Amendment, Proposal, Version, VersionClause
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import AMENDMENT_STATES, DEED_NAMES, Deed, Stand
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell
from coproduce.words import say


@bp.get("/<thing:proposal_id>/changes")
@public
def changes_suggested(proposal_id: int) -> ResponseReturnValue:
    """Every suggestion, rivals for one clause beside each other. Words and names are for people signed in."""
    me = viewer()
    proposal, latest = _published(proposal_id)
    clause_id = whole_number(request.args.get("clause"))
    sees = room.sees_names(me)
    found = amending.of(proposal, me.person_id, clause_id=clause_id) if sees else []
    return page(
        "proposals/changes.html",
        proposal=proposal,
        version=latest,
        sees=sees,
        clause=_item(latest, clause_id),
        suggested=[(one, _shown(one.amendment, latest)) for one in found],
        waiting=sum(amending.open_by_clause(proposal).values()),
        refusal=policy.refuse_amend(me, proposal),
        deed_names=DEED_NAMES,
        state_names=AMENDMENT_STATES,
        face_kind=room.face_kind,
    )


def _published(proposal_id: int) -> tuple[Proposal, Version]:
    proposal = room.find(proposal_id, viewer())
    latest = queries.latest_version(proposal)
    if latest is None:
        raise NotFound
    return proposal, latest


def _item(version: Version, clause_id: int | None) -> VersionClause | None:
    return next((item for item in version.clauses if item.clause_version.clause_id == clause_id), None)


def _shown(amendment: Amendment, latest: Version) -> dict[str, Any]:
    """What a suggestion would change in the text as it is now: its clause, and the difference word by word."""
    item = _item(latest, amendment.clause_id)
    was = item.clause_version.words if item else ""
    if amendment.deed is Deed.REPLACE:
        parts = texts.difference(was, amendment.words)
    elif amendment.deed is Deed.ADD:
        parts = [("in", amendment.words)]
    elif amendment.deed is Deed.REMOVE:
        parts = [("out", was)] if was else []
    else:
        parts = [("same", was)] if was else []
    return {"item": item, "parts": parts, "meanwhile": latest.no > amendment.base_no}


@bp.route("/<thing:proposal_id>/changes/new", methods=["GET", "POST"])
@signed_in
def suggest(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal, latest = _published(proposal_id)
    require(policy.refuse_amend(me, proposal))
    item = _item(latest, whole_number(request.args.get("clause")))
    form = SuggestForm()
    form.offer(latest, item)
    if form.validate_on_submit():
        given = actions.Suggestion(
            deed=form.chosen, clause_id=item.clause_version.clause_id if item else None,
            words=form.words.data or "", reason=form.reason.data, place=form.chosen_place,
        )  # fmt: skip
        try:
            made = actions.suggest(me, proposal, given)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your suggestion is there. The people who write this get a letter."))
            return go(url_for(".amendment", proposal_id=proposal, amendment_id=made.id))
    status = 422 if form.errors else 200
    return page(
        "proposals/suggest.html", status=status, form=form, proposal=proposal, item=item,
        stand_name=rules.STAND_NAMES[item.stand] if item else None, fixed=bool(item and item.stand is Stand.FIXED),
    )  # fmt: skip


def _find(proposal_id: int, amendment_id: int) -> tuple[Proposal, Version, Amendment]:
    proposal, latest = _published(proposal_id)
    found = amending.find(proposal, amendment_id, viewer().person_id)
    if found is None or not room.sees_names(viewer()):
        raise NotFound
    return proposal, latest, found


@bp.get("/<thing:proposal_id>/changes/<id:amendment_id>")
@signed_in
def amendment(proposal_id: int, amendment_id: int) -> ResponseReturnValue:
    return _page_of(*_find(proposal_id, amendment_id))


def _page_of(
    proposal: Proposal,
    latest: Version,
    found: Amendment,
    *,
    accept: AcceptForm | None = None,
    decline: DeclineForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    me = viewer()
    item = _item(latest, found.clause_id)
    accept = accept or AcceptForm(formdata=None, words=found.words, seen=str(latest.no))
    decline = decline or DeclineForm(formdata=None)
    return page(
        "proposals/amendment.html",
        status=status,
        proposal=proposal,
        version=latest,
        one=amending.one_of(found, me.person_id),
        shown=_shown(found, latest),
        rivals=[
            (other, _shown(other.amendment, latest))
            for other in (amending.of(proposal, me.person_id, clause_id=found.clause_id) if found.clause_id else [])
            if other.amendment.id != found.id and other.amendment.is_open
        ],
        refuse_settle=policy.refuse_settle_amendment(me, proposal, item.stand if item else None),
        refuse_back=policy.refuse_back_amendment(me, proposal),
        is_mine=policy.refuse_take_amendment_back(me, found) is None,
        may_keep=bool(item and item.stand is Stand.FLEXIBLE and found.deed is Deed.REPLACE),
        accept=accept,
        decline=decline,
        press=PressForm(),
        deed_names=DEED_NAMES,
        state_names=AMENDMENT_STATES,
        face_kind=room.face_kind,
        form=accept if accept.errors else decline,
    )


@bp.post("/<thing:proposal_id>/changes/<id:amendment_id>/back")
@signed_in
def back_amendment(proposal_id: int, amendment_id: int) -> ResponseReturnValue:
    proposal, _, found = _find(proposal_id, amendment_id)
    if PressForm().validate_on_submit():
        actions.back_amendment(viewer(), found)
        tell(say("We have noted that you would like this."))
    return go(url_for(".amendment", proposal_id=proposal, amendment_id=found.id))


@bp.post("/<thing:proposal_id>/changes/<id:amendment_id>/take-back")
@signed_in
def take_amendment_back(proposal_id: int, amendment_id: int) -> ResponseReturnValue:
    proposal, _, found = _find(proposal_id, amendment_id)
    if PressForm().validate_on_submit():
        actions.take_amendment_back(viewer(), found)
        tell(say("Your suggestion is taken back. It stays there to read."))
    return go(url_for(".amendment", proposal_id=proposal, amendment_id=found.id))


@bp.post("/<thing:proposal_id>/changes/<id:amendment_id>/accept")
@signed_in
def accept_amendment(proposal_id: int, amendment_id: int) -> ResponseReturnValue:
    proposal, latest, found = _find(proposal_id, amendment_id)
    item = _item(latest, found.clause_id)
    require(policy.refuse_settle_amendment(viewer(), proposal, item.stand if item else None))
    form = AcceptForm()
    if form.validate_on_submit():
        words = form.words.data if found.deed in {Deed.REPLACE, Deed.ADD} else None
        try:
            made = actions.accept_amendment(viewer(), found, seen_no=whole_number(form.seen.data) or 0, words=words)
        except Conflict as conflict:
            form.refuse(conflict.message)
            form.seen.data = str(queries.newest_no(proposal))
        else:
            tell(say("It is in the text now. Whoever suggested it gets a letter."))
            return go(url_for(".version", proposal_id=proposal, no=made.no))
    return _page_of(proposal, latest, found, accept=form, status=422)


@bp.post("/<thing:proposal_id>/changes/<id:amendment_id>/decline")
@signed_in
def decline_amendment(proposal_id: int, amendment_id: int) -> ResponseReturnValue:
    proposal, latest, found = _find(proposal_id, amendment_id)
    item = _item(latest, found.clause_id)
    require(policy.refuse_settle_amendment(viewer(), proposal, item.stand if item else None))
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            actions.decline_amendment(viewer(), found, why=form.why.data, keep_as=form.keep_as.data or "")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is declined, with your reason. Whoever suggested it gets a letter."))
            return go(url_for(".amendment", proposal_id=proposal, amendment_id=found.id))
    return _page_of(proposal, latest, found, decline=form, status=422)
