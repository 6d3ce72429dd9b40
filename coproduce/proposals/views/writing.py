"""Writing: a new proposal, its clauses, and the page where it is checked and published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce.access import signed_in, viewer
from coproduce.accounts.queries import helped
from coproduce.accounts.rules import Standing
from coproduce.duties.queries import beside, everything
from coproduce.errors import Conflict, NotFound, require
from coproduce.neighbourhoods.queries import tree
from coproduce.neighbourhoods.rules import Spot
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.forms import (
    ClauseForm,
    DiffersForm,
    NewProposalForm,
    PressForm,
    RaiseForForm,
    SplitForm,
    TextForm,
    WithdrawForm,
    one_of,
    whole_number,
)
from coproduce.proposals.models import ClauseVersion, Proposal
from coproduce.proposals.rules import STAGE_NAMES, Stand, money
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import go, page, tell, wants_fragment
from coproduce.web.forms import choices
from coproduce.words import say


@bp.route("/new", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    me = viewer()
    form = NewProposalForm().offer(places_of(me))
    if form.validate_on_submit():
        try:
            proposal = actions.draft(
                me,
                place_id=form.place.data,
                area=form.area.data,
                title=form.title.data,
                summary=form.summary.data,
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Saved as a draft. Only you can see it."))
            return go(url_for(".look_alike", proposal_id=proposal))
    refusal = None if form.place.choices else say("You can write a proposal once we know where you live. Ring us.")
    return page("proposals/new.html", status=422 if form.errors else 200, form=form, refusal=refusal)


def places_of(me: Standing) -> list[Spot]:
    """Where this person may propose something, neighbourhoods before what lies in them."""
    return [spot for spot, _ in tree().in_order() if policy.refuse_draft(me, spot.id) is None]


@bp.route("/<thing:proposal_id>/alike", methods=["GET", "POST"])
@signed_in
def look_alike(proposal_id: int) -> ResponseReturnValue:
    """The second step: what looks like this already. Join it, say in what ours differs, or go on."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    near = queries.similar(proposal.title, proposal.summary, leave_out=proposal.id)
    form = DiffersForm()
    form.other.choices = choices(*((str(one.proposal.id), one.proposal.title) for one in near))
    if form.validate_on_submit():
        other = next(one.proposal for one in near if str(one.proposal.id) == form.other.data)
        try:
            actions.say_how_it_differs(me, proposal, other, form.why.data)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            return go(url_for(".edit", proposal_id=proposal))
    status = 422 if form.errors else 200
    return page("proposals/alike.html", status=status, form=form, proposal=proposal, near=near, stages=STAGE_NAMES)


@bp.route("/<thing:proposal_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(proposal_id: int) -> ResponseReturnValue:
    """What the draft says before its clauses. While somebody types it saves itself, where there is script."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    mark = queries.draft_mark(proposal)
    form = TextForm(obj=proposal, data={"budget": proposal.budget_pence, "seen": mark}).for_area(proposal.area)
    changed = bool(form.seen.data) and form.seen.data != mark
    if form.validate_on_submit():
        try:
            actions.redraft(
                me,
                proposal,
                title=form.title.data,
                summary=form.summary.data,
                reasons=form.reasons.data,
                strengths=form.strengths.data or "",
                budget_pence=form.budget.data if form.budget else None,
                seen=form.seen.data or "",
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            form.seen.data = queries.draft_mark(proposal)
            if "keep" in request.args and wants_fragment():
                return page(
                    "proposals/edit.html",
                    fragment="kept",
                    proposal=proposal,
                    form=form,
                    kept=True,
                    now_says=None,
                    waits=False,
                )
            tell(say("Saved."))
            return go(url_for(".show", proposal_id=proposal))
    status = 422 if form.errors else 200
    fragment = "kept" if "keep" in request.args else None
    if changed and not fragment:
        form.seen.data = mark  # both stand on the page now
    return page(
        "proposals/edit.html",
        fragment=fragment,
        status=status,
        form=form,
        proposal=proposal,
        kept=False,
        now_says=queries.preamble(proposal) if changed and not fragment else None,
        waits=changed and fragment is not None,
    )


@bp.post("/<thing:proposal_id>/start")
@signed_in
def start_from(proposal_id: int) -> ResponseReturnValue:
    """Fill an empty draft with the clauses that its kind begins from."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    if PressForm().validate_on_submit():
        actions.start_from(me, proposal)
        tell(say("There they are. Change each one as you like, or take it out."))
    return go(url_for(".show", proposal_id=proposal))


@bp.route("/<thing:proposal_id>/for", methods=["GET", "POST"])
@signed_in
def raise_for(proposal_id: int) -> ResponseReturnValue:
    """A champion says whose idea this is."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_raise_for(me, proposal))
    form = RaiseForForm()
    if form.validate_on_submit():
        try:
            _raise_for(me, proposal, form)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is theirs now. They get a letter."))
            return go(url_for(".show", proposal_id=proposal))
    return page("proposals/raise_for.html", status=422 if form.errors else 200, form=form, proposal=proposal)


def _raise_for(me: Standing, proposal: Proposal, form: RaiseForForm) -> None:
    if not form.agreed.data:
        raise Conflict(say("Ask them first, and tick the box when they have said yes."))
    number, name, postcode = form.number.data or "", form.name.data or "", form.postcode.data or ""
    if not number and not (name and postcode):
        raise Conflict(say("Write their resident number, or their full name and postcode."))
    person = helped.find(me, number=number, name=name, postcode=postcode)
    if person is None:
        raise Conflict(say("We found nobody like that in your places. Check what you typed, or ring the office."))
    actions.raise_for(me, proposal, person, how=form.how.data)


def _mine(proposal_id: int, me: Standing) -> Proposal:
    proposal = room.find(proposal_id, me)
    require(policy.refuse_edit(me, proposal))
    return proposal


@bp.route("/<thing:proposal_id>/clauses/new", methods=["GET", "POST"])
@signed_in
def new_clause(proposal_id: int) -> ResponseReturnValue:
    """First how it stands, then the questions that this needs: two short pages."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    stand = _stand()
    if stand is None:
        return page("proposals/choose_stand.html", proposal=proposal, clause=None)
    form = ClauseForm().for_stand(stand, everything(), proposal.area).for_way(money.way_of(proposal.area))
    if _asks_for_more(form):
        form.more_options()
    elif (
        "look" not in request.form
        and form.validate_on_submit()
        and _keeps(form, lambda: actions.add_clause(me, proposal, **_wording(form, stand)))
    ):
        tell(say("The clause is added."))
        return go(url_for(".show", proposal_id=proposal))
    return _clause_page(proposal, form, stand, said=None)


@bp.route("/<thing:proposal_id>/clauses/<id:clause_id>", methods=["GET", "POST"])
@signed_in
def edit_clause(proposal_id: int, clause_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = _mine(proposal_id, me)
    item = queries.clause_of(proposal, clause_id)
    if item is None:
        raise NotFound
    said = item.clause_version
    if "stand" in request.args and _stand() is None:
        return page("proposals/choose_stand.html", proposal=proposal, clause=said.clause, number=item.position)
    stand = _stand() or said.stand
    form = ClauseForm(data={**_as_typed(said), "seen": str(said.no)}).for_stand(stand, everything(), proposal.area)
    form.for_way(money.way_of(proposal.area))
    seen_no = whole_number(form.seen.data)
    if _asks_for_more(form):
        form.more_options()
    elif (
        "look" not in request.form
        and form.validate_on_submit()
        and _keeps(form, lambda: actions.change_clause(me, said.clause, **_wording(form, stand), seen_no=seen_no))
    ):
        tell(say("The clause is saved."))
        return go(url_for(".show", proposal_id=proposal))
    changed = seen_no is not None and seen_no != said.no
    form.seen.data = str(said.no)
    return _clause_page(proposal, form, stand, said=said, number=item.position, changed=changed)


@bp.route("/<thing:proposal_id>/clauses/<id:clause_id>/split", methods=["GET", "POST"])
@signed_in
def split_clause(proposal_id: int, clause_id: int) -> ResponseReturnValue:
    """A clause says one thing: make two of one that says two."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    item = queries.clause_of(proposal, clause_id)
    if item is None:
        raise NotFound
    said = item.clause_version
    form = SplitForm(first=said.words)
    if form.validate_on_submit() and _keeps(
        form, lambda: actions.split_clause(me, said.clause, first=form.first.data, second=form.second.data)
    ):
        tell(say("There are two clauses now. Check how each one stands."))
        return go(url_for(".show", proposal_id=proposal))
    return page(
        "proposals/split.html", status=422 if form.errors else 200, form=form, proposal=proposal, said=said,
        number=item.position,
    )  # fmt: skip


def _stand() -> Stand | None:
    return one_of(Stand)(request.args.get("stand"))


def _asks_for_more(form: ClauseForm) -> bool:
    return form.options is not None and "more" in request.form


def _keeps(form: ClauseForm | SplitForm, deed: Callable[[], object]) -> bool:
    try:
        deed()
    except Conflict as conflict:
        form.refuse(conflict.message)
        return False
    return True


def _wording(form: ClauseForm, stand: Stand) -> dict[str, Any]:
    return {
        "words": form.words.data,
        "stand": stand,
        "duty_version_id": form.duty.data,
        "options": form.written_options,
        "question": form.question.data if form.question else "",
        "range_words": form.range_words.data if form.range_words else "",
        "cost_pence": form.cost.data,
        "times": form.times.data if form.times else None,
        "homes": form.homes.data if form.homes else None,
    }


def _as_typed(said: ClauseVersion) -> dict[str, Any]:
    """A clause as its form shows it."""
    question = said.clause.open_question
    return {
        "words": said.words,
        "duty": said.ties[0].duty_version_id if said.ties else None,
        "question": question.words if question else "",
        "range_words": said.range_words,
        "cost": said.cost_pence,
        "times": said.times,
        "homes": said.homes,
        "options": [
            {
                "name": option.name,
                "meaning": option.meaning,
                "departs": option.departs_why,
                "cost": option.cost_pence,
                "times": option.times,
            }
            for option in said.clause.options
        ],
    }


def _clause_page(
    proposal: Proposal,
    form: ClauseForm,
    stand: Stand,
    *,
    said: ClauseVersion | None,
    number: int = 0,
    changed: bool = False,
) -> ResponseReturnValue:
    return page(
        "proposals/clause.html",
        status=422 if form.errors else 200,
        proposal=proposal,
        form=form,
        stand=stand,
        said=said,
        number=number,
        way=money.way_of(proposal.area),
        beside=beside(form.words.data or "", proposal.area) if form.words.data else [],
        looked="look" in request.form,
        changed=changed,
    )


@bp.post("/<thing:proposal_id>/clauses/<id:clause_id>/remove")
@signed_in
def remove_clause(proposal_id: int, clause_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = _mine(proposal_id, me)
    item = queries.clause_of(proposal, clause_id)
    if item is None:
        raise NotFound
    actions.remove_clause(me, item.clause_version.clause)
    tell(say("The clause is taken out."))
    return go(url_for(".show", proposal_id=proposal))


@bp.route("/<thing:proposal_id>/check", methods=["GET", "POST"])
@signed_in
def check(proposal_id: int) -> ResponseReturnValue:
    """Everything as neighbours will see it, and one button that publishes it."""
    me = viewer()
    proposal = _mine(proposal_id, me)
    form = PressForm()
    if form.validate_on_submit():
        try:
            actions.raise_it(me, proposal)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is published. Your neighbours can back it now."))
            return go(url_for(".show", proposal_id=proposal))
    clauses = queries.draft_clauses(proposal)
    return page(
        "proposals/check.html",
        status=422 if form.errors else 200,
        form=form,
        proposal=proposal,
        clauses=clauses,
        needed=queries.needed_in(proposal.place_id, proposal.area),
        **room.frame_facts(proposal, me, clauses),
        **room.prices(proposal, clauses, proposal.area),
    )


@bp.route("/<thing:proposal_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    require(policy.refuse_withdraw(me, proposal))
    form = WithdrawForm() if proposal.is_published else WithdrawForm().for_draft()
    if form.validate_on_submit():
        try:
            actions.withdraw(me, proposal, form.why.data if form.why else "")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is withdrawn."))
            return go(url_for(".show", proposal_id=proposal))
    return page("proposals/withdraw.html", status=422 if form.errors else 200, form=form, proposal=proposal)
