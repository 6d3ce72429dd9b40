"""Pages of voting: choose, check, done; and how it came out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from coproduce import clock, config
from coproduce.access import public, signed_in, viewer
from coproduce.accounts.rules import Role, Standing
from coproduce.errors import Conflict, NotFound, require
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import latest_version, why_no_vote
from coproduce.proposals.rules import MANDATE_NAMES, Stage
from coproduce.proposals.views import Panel
from coproduce.texts import short_mark
from coproduce.voting import actions, policy, queries, rules
from coproduce.voting.forms import OpenBallotForm, PaperForm, RecountForm, paper_for
from coproduce.voting.models import Ballot
from coproduce.web import go, page, page_number, tell
from coproduce.words import Message, say, unpack

bp = Blueprint("voting", __name__, url_prefix="/votes")

A_PAGE = 20
MAY_BE_PUT = frozenset({Stage.RAISED, Stage.SHAPING, Stage.SETTLED})


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    me, now = viewer(), clock.now()
    open_ballots = queries.open_now(now)
    mine = queries.my_places(me.person_id, open_ballots)
    closed, pages = queries.counted(page=page_number(), size=A_PAGE)
    return page(
        "voting/index.html",
        mine=[ballot for ballot in open_ballots if ballot.id in mine],
        places=mine,
        others=[ballot for ballot in open_ballots if ballot.id not in mine],
        waiting=queries.being_counted(now),
        closed=closed,
        counts=queries.counts_of(closed),
        outcome_sentence=rules.outcome_sentence,
        number=page_number(),
        pages=pages,
        page_url=lambda no: url_for(".index", page=no),
    )


# -- the paper ----------------------------------------------------------------------------------------------------


@bp.get("/<thing:ballot_id>")
@public
def show(ballot_id: int) -> ResponseReturnValue:
    return _show(_find(ballot_id))


@bp.route("/<thing:ballot_id>/check", methods=["GET", "POST"])
@signed_in
def check(ballot_id: int) -> ResponseReturnValue:
    """Is this what you mean? Nothing is kept yet: the answers travel in the page."""
    ballot = _find(ballot_id)
    if request.method != "POST":
        return go(url_for(".show", ballot_id=ballot))
    _stop_those_who_may_not_vote(ballot)
    form = paper_for(ballot)
    if not form.validate_on_submit():
        return _show(ballot, form, status=422)
    return page("voting/review.html", ballot=ballot, form=form, chosen=queries.chosen(ballot, form.answers))


@bp.route("/<thing:ballot_id>/change", methods=["GET", "POST"])
@signed_in
def change(ballot_id: int) -> ResponseReturnValue:
    """Back to the paper, with the answers as they were."""
    ballot = _find(ballot_id)
    if request.method != "POST":
        return go(url_for(".show", ballot_id=ballot))
    _stop_those_who_may_not_vote(ballot)
    return _show(ballot, paper_for(ballot))


@bp.route("/<thing:ballot_id>/cast", methods=["GET", "POST"])
@signed_in
def cast(ballot_id: int) -> ResponseReturnValue:
    ballot = _find(ballot_id)
    if request.method != "POST":
        return go(url_for(".show", ballot_id=ballot))
    form = paper_for(ballot)
    if form.validate_on_submit():
        actions.cast(viewer(), ballot, form.answers)
        return go(url_for(".receipt", ballot_id=ballot))
    _stop_those_who_may_not_vote(ballot)
    return _show(ballot, form, status=422)


@bp.get("/<thing:ballot_id>/receipt")
@signed_in
def receipt(ballot_id: int) -> ResponseReturnValue:
    ballot = _find(ballot_id)
    place = queries.place_on_roll(ballot.id, viewer().person_id)
    if place is None or place.voted_on is None:
        return go(url_for(".show", ballot_id=ballot))
    return page(
        "voting/receipt.html",
        ballot=ballot,
        takes_papers=not _late(ballot),
        answered_by=clock.add_working_days(clock.day_of(ballot.closes_at), config.chosen().answer_days),
    )


def _find(ballot_id: int) -> Ballot:
    ballot = queries.ballot(ballot_id)
    if ballot is None:
        raise NotFound
    return ballot


def _late(ballot: Ballot) -> Message | None:
    return policy.refuse_late(ballot.state, ballot.closes_at, clock.now())


def _stop_those_who_may_not_vote(ballot: Ballot) -> None:
    if late := _late(ballot):
        raise Conflict(late)
    me = viewer()
    require(policy.refuse_vote(me, queries.place_on_roll(ballot.id, me.person_id)))


def _show(ballot: Ballot, form: PaperForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The ballot's page: the paper for whoever may vote, the reason why not for anybody else."""
    me = viewer()
    place = queries.place_on_roll(ballot.id, me.person_id) if me.known else None
    late = _late(ballot)
    refusal = late or policy.refuse_vote(me, place)
    if not refusal and form is None:
        form = paper_for(ballot, place.choices if place else None)
    return page(
        "voting/show.html",
        status=status,
        ballot=ballot,
        form=None if refusal else form,
        late=late,
        refusal=refusal,
        has_voted=bool(place and place.voted_on),
        **_terms(ballot),
    )


def _terms(ballot: Ballot) -> dict[str, Any]:
    """What was fixed when the vote opened."""
    proposal = ballot.version.proposal
    return {
        "fixed": queries.fixed(queries.clauses_of(ballot)),
        "mandate": MANDATE_NAMES.get(proposal.mandate) if proposal.mandate else None,
        "rules": ballot.rules,
        "words": unpack(ballot.rules["words"]),
        "mark": short_mark,
    }


# -- the result ---------------------------------------------------------------------------------------------------


@bp.get("/<thing:ballot_id>/result")
@public
def result(ballot_id: int) -> ResponseReturnValue:
    ballot = _find(ballot_id)
    if ballot.is_open:
        return go(url_for(".show", ballot_id=ballot))
    counts = queries.counts_of([ballot])
    whole = counts[ballot.whole.id]
    may_recount = policy.refuse_recount(viewer(), ballot.state, ballot.version.proposal) is None
    return page(
        "voting/result.html",
        ballot=ballot,
        counts=counts,
        whole=whole,
        outcome=rules.outcome_sentence(whole),
        too_few_sentence=rules.too_few_sentence,
        part_of=rules.part_of,
        runs=queries.runs_of(ballot),
        recount=RecountForm() if may_recount else None,
        **_terms(ballot),
    )


@bp.post("/<thing:ballot_id>/recount")
@signed_in
def recount(ballot_id: int) -> ResponseReturnValue:
    ballot = _find(ballot_id)
    if RecountForm().validate_on_submit():
        found = actions.recount(viewer(), ballot)
        tell(actions.SAME if found.equal else actions.NOT_SAME)
    return go(url_for(".result", ballot_id=ballot))


# -- opening ------------------------------------------------------------------------------------------------------


@bp.route("/new/<thing:proposal_id>", methods=["GET", "POST"], endpoint="open")
@signed_in
def open_ballot(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = queries.proposal_to_vote_on(proposal_id)
    if proposal is None or not proposal.is_for_all:
        raise NotFound
    require(policy.refuse_open(me, proposal))
    text = latest_version(proposal)
    clauses = text.clauses if text else []
    form = OpenBallotForm().offer(queries.may_be_asked(clauses))
    if form.validate_on_submit():
        try:
            ballot = actions.open_ballot(
                me,
                proposal,
                closes_at=form.closes_at,
                clause_ids=form.clause_ids,
                quorum_percent=form.quorum_percent.data or 0,
                whole_prompt=form.whole_prompt.data,
            )
            tell(say("The vote is open. Everybody on the roll gets a letter."))
            return go(url_for(".show", ballot_id=ballot))
        except Conflict as conflict:
            form.refuse(conflict.message)
    return page(
        "voting/open.html",
        status=422 if form.errors else 200,
        form=form,
        proposal=proposal,
        reason=why_no_vote(proposal, text) if text else None,
        fixed=queries.fixed(clauses),
        may_be_asked=queries.may_be_asked(clauses),
        on_roll=len(queries.who_may_vote(proposal.place_id)),
    )


# -- on the proposal's page ---------------------------------------------------------------------------------------


def panel_of(proposal: Proposal, me: Standing) -> Panel | None:
    """The vote, as a part of the proposal's page: the template and what it needs. None when there is nothing to say."""
    ballot = queries.newest_ballot_of(proposal)
    opens = me.holds(Role.OFFICER, proposal.place_id) and proposal.stage in MAY_BE_PUT
    if ballot is None and not opens:
        return None
    facts: dict[str, Any] = {"ballot": ballot, "proposal": proposal, "opens": opens, "why_not": None}
    if opens:
        facts["why_not"] = _why_not_open(me, proposal)
    if ballot is not None:
        place = queries.place_on_roll(ballot.id, me.person_id) if me.known else None
        counts = queries.counts_of([ballot])
        facts |= {
            "late": _late(ballot),
            "on_roll": place is not None,
            "has_voted": bool(place and place.voted_on),
            "outcome": rules.outcome_sentence(counts[ballot.whole.id]) if counts else None,
        }
    return Panel("voting/panel.html", facts)


def _why_not_open(me: Standing, proposal: Proposal) -> Message | None:
    refusal = policy.refuse_open(me, proposal)
    if refusal:
        return refusal
    text = latest_version(proposal)
    return why_no_vote(proposal, text) if text else None
