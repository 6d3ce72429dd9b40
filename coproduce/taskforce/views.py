"""Pages of promises: the public board, an answer with its reasons, an action."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coproduce import clock, numbers, texts
from coproduce.access import public, signed_in, viewer
from coproduce.accounts.rules import Standing
from coproduce.errors import Conflict, NotFound, require
from coproduce.neighbourhoods.queries import tree
from coproduce.neighbourhoods.rules import Tree
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import MANDATE_NAMES, ONLY_LAW_OR_SAFETY_MAY_DECLINE
from coproduce.proposals.views import Panel
from coproduce.taskforce import actions, policy, queries, rules
from coproduce.taskforce.forms import AnswerForm, MoveForm, PromiseForm, RatingForm
from coproduce.taskforce.models import Action, AnswerOwed, Departure
from coproduce.taskforce.queries import PAGE, Promise, Tally
from coproduce.taskforce.rules import ActionState, Fate, Rating
from coproduce.voting.models import Ballot
from coproduce.voting.rules import outcome_sentence
from coproduce.web import go, page, page_number, tell
from coproduce.words import number, say

bp = Blueprint("taskforce", __name__, url_prefix="/promises")

# The lists behind the numbers of the board, by the word in their address.
LISTS = {
    "all": (say("Every promise"), tuple(Fate)),
    "owed": (say("What is owed now"), (Fate.LATE, Fate.TO_COME)),
    "late": (say("What is late now"), (Fate.LATE,)),
    "kept": (say("What was kept on time"), (Fate.KEPT,)),
    "done-late": (say("What was done late"), (Fate.DONE_LATE,)),
}
SHOW = "any(all,owed,late,kept,'done-late')"
MOST_IN_A_FILE = 10_000


# -- the board ----------------------------------------------------------------------------------------------------


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    places, place = tree(), _place()
    inside = _inside(places, place)
    tally = queries.tally(places, inside)
    open_answers = queries.answers_open(inside)
    return page(
        "taskforce/index.html",
        places=places,
        place=places.spots.get(place or 0),
        tally=tally,
        share=numbers.share(tally.count(Fate.KEPT), tally.fell_due),
        by_place=_by_place(tally, places),
        waiting=queries.needs_me(viewer()),
        owed=[(one, _clock_of(one)) for one in open_answers],
        roles=queries.role_names({one.owner_id for one in open_answers if one.owner_id}),
        to_do=queries.promises([Fate.LATE, Fate.TO_COME], inside, only_actions=True, limit=9),
    )


def _by_place(tally: Tally, places: Tree) -> list[list[Markup | str]]:
    """The table under the chart: a row for each neighbourhood, by name."""
    fates = (Fate.KEPT, Fate.DONE_LATE, Fate.LATE, Fate.TO_COME, Fate.DROPPED)
    named = [(spot.name, tally.by_place[spot.id]) for spot, _ in places.in_order() if spot.id in tally.by_place]
    own = Markup("<bdi data-own>{}</bdi>")
    return [[own.format(name), *(number(counts.get(fate, 0)) for fate in fates)] for name, counts in named]


@bp.get(f"/list/<{SHOW}:show>")
@public
def listed(show: str) -> ResponseReturnValue:
    places, place = tree(), _place()
    inside = _inside(places, place)
    name, fates = LISTS[show]
    tally = queries.tally(places, inside)
    count = sum(tally.count(fate) for fate in fates)
    page_no = page_number()
    return page(
        "taskforce/list.html",
        show=show,
        name=name,
        lists=LISTS,
        count=count,
        places=places,
        place=places.spots.get(place or 0),
        promises=queries.promises(fates, inside, offset=(page_no - 1) * PAGE),
        page_number=page_no,
        pages=max(1, -(-count // PAGE)),
        url=lambda n: url_for(".listed", show=show, place=place, page=n),
    )


@bp.get("/reasons")
@public
def reasons() -> ResponseReturnValue:
    """Why answers differed from what residents chose: all, or those that the task force challenges."""
    places, place = tree(), _place()
    challenged = request.args.get("show") == "challenged"
    return page(
        "taskforce/reasons.html",
        challenged=challenged,
        places=places,
        place=places.spots.get(place or 0),
        reasons=queries.reasons(_inside(places, place), challenged=challenged),
    )


@bp.get(f"/list/<{SHOW}:show>/csv")
@public
def download(show: str) -> ResponseReturnValue:
    """The same list for a spreadsheet."""
    found = queries.promises(LISTS[show][1], _inside(tree(), _place()), limit=MOST_IN_A_FILE)
    response = Response(_as_csv(found), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="promises-{show}.csv"'
    return response


def _as_csv(promises: list[Promise]) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    heads = (
        say("Promise"), say("Proposal"), say("Place"), say("Who"), say("First promised for"), say("Due"),
        say("Done on"), say("How it stands"),
    )  # fmt: skip
    rows.writerow([str(head) for head in heads])
    for one in promises:
        days = [one.first_due_on.isoformat(), one.due_on.isoformat(), one.done_on.isoformat() if one.done_on else ""]
        words = [str(one.what or one.words), one.title, one.place, one.owner, *days, str(one.state)]
        rows.writerow([texts.plain_cell(word) for word in words])
    return "\ufeff" + file.getvalue()


def _place() -> int | None:
    """The place asked for by `?place=`; everywhere when that makes no sense."""
    text = request.args.get("place", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _inside(places: Tree, place_id: int | None) -> frozenset[int] | None:
    return places.within(place_id) if place_id in places.spots and place_id is not None else None


def _clock_of(owed: AnswerOwed) -> rules.Clock:
    return rules.clock_of(owed.starts_on, owed.due_on, owed.settled_on or clock.today())


# -- an answer ----------------------------------------------------------------------------------------------------


@bp.get("/answers/<id:owed_id>")
@public
def answer(owed_id: int) -> ResponseReturnValue:
    return _answer_page(_owed(owed_id))


def _owed(owed_id: int) -> AnswerOwed:
    owed = queries.answer_owed(owed_id)
    if owed is None:
        raise NotFound
    return owed


def _answer_page(
    owed: AnswerOwed,
    *,
    answering: AnswerForm | None = None,
    rating: dict[int, RatingForm] | None = None,
    promising: PromiseForm | None = None,
) -> ResponseReturnValue:
    """The page, with the form that was sent, if one was, in place of an empty one."""
    me = viewer()
    wrong = next((form for form in (answering, promising, *(rating or {}).values()) if form and form.errors), None)
    ballot = queries.ballot_of(owed)
    said = owed.answer
    people = {owed.owner_id, said.by_id if said else None}
    refusal = policy.refuse_answer(me, owed, proposed_by=queries.proposed_by(owed.proposal_id))
    if answering is None and refusal is None:
        answering = _answer_form(owed, formdata=None)
    if said is not None and promising is None and policy.refuse_promise(me, owed.proposal) is None:
        promising = _promise_form(owed.proposal, formdata=None)
    return page(
        "taskforce/answer.html",
        status=422 if wrong else 200,
        form=wrong,
        owed=owed,
        proposal=owed.proposal,
        answer=said,
        mandate_name=MANDATE_NAMES.get(owed.proposal.mandate) if owed.proposal.mandate else None,
        only_law=owed.proposal.mandate in ONLY_LAW_OR_SAFETY_MAY_DECLINE,
        **_vote(ballot),
        clock=_clock_of(owed),
        deeds=_deeds(owed),
        roles=queries.role_names({one for one in people if one}),
        answering=answering,
        rated={
            one.departure_id
            for reason in (said.departures if said else ())
            for one in reason.ratings
            if one.person_id == me.person_id
        },
        rating=_rating_forms(me, said.departures if said else [], rating or {}),
        promising=promising,
    )


def _vote(ballot: Ballot | None) -> dict[str, Any]:
    """What residents chose, and how many of those who could."""
    chosen = queries.chosen(ballot) if ballot else []
    if not chosen:
        return {"ballot": ballot, "chosen": []}
    whole = chosen[0].count
    return {
        "ballot": ballot,
        "chosen": chosen,
        "outcome": outcome_sentence(whole),
        "took_part": numbers.share(whole.took_part, whole.on_roll),
    }


def _deeds(owed: AnswerOwed) -> list[Promise]:
    """What was promised with this answer."""
    today = clock.today()
    return [Promise.of(one, today) for one in owed.answer.decision.actions] if owed.answer else []


def _answer_form(owed: AnswerOwed, **given: Any) -> AnswerForm:
    form = AnswerForm(prefix="answer-", **given)
    return form.offer(rules.reasons_left_open(owed.proposal.mandate), queries.laws_in_force())


def _promise_form(proposal: Proposal, **given: Any) -> PromiseForm:
    people = queries.colleagues_at(proposal.place_id)
    form = PromiseForm(prefix="action-", **given)
    return form.offer(people, queries.role_names({person.id for person in people}))


def _rating_forms(me: Standing, departures: list[Departure], sent: dict[int, RatingForm]) -> dict[int, RatingForm]:
    """One form for each reason that I may rate, filled in with what I said before."""
    forms = {}
    for departure in departures:
        if policy.refuse_rate(me, departure) is None:
            mine = next((one for one in departure.ratings if one.person_id == me.person_id), None)
            forms[departure.id] = sent.get(departure.id) or RatingForm(
                formdata=None,
                prefix=f"reason-{departure.id}-",
                data={"rating": mine.rating.value, "words": mine.words} if mine else None,
            )
    return forms


@bp.post("/answers/<id:owed_id>/answer")
@signed_in
def give_answer(owed_id: int) -> ResponseReturnValue:
    owed, me = _owed(owed_id), viewer()
    require(policy.refuse_answer(me, owed, proposed_by=queries.proposed_by(owed.proposal_id)))
    form = _answer_form(owed)
    if form.validate_on_submit():
        try:
            actions.answer(me, owed, **form.answer)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("Your answer is published. Everybody who took part gets a letter."))
            return go(url_for(".answer", owed_id=owed_id))
    return _answer_page(owed, answering=form)


@bp.post("/reasons/<id:departure_id>/rate")
@signed_in
def rate(departure_id: int) -> ResponseReturnValue:
    departure, me = queries.departure(departure_id), viewer()
    if departure is None:
        raise NotFound
    require(policy.refuse_rate(me, departure))
    owed_id = departure.answer.owed_id
    form = RatingForm(prefix=f"reason-{departure_id}-")
    if form.validate_on_submit():
        try:
            actions.rate(me, departure, Rating(form.rating.data), form.words.data or "")
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("What you say about this reason is on the page."))
            return go(url_for(".answer", owed_id=owed_id, _anchor=f"reason-{departure_id}"))
    return _answer_page(_owed(owed_id), rating={departure_id: form})


@bp.post("/answers/<id:owed_id>/actions")
@signed_in
def promise(owed_id: int) -> ResponseReturnValue:
    owed, me = _owed(owed_id), viewer()
    require(policy.refuse_promise(me, owed.proposal))
    if owed.answer is None:
        raise NotFound
    form = _promise_form(owed.proposal)
    if form.validate_on_submit():
        try:
            made = actions.promise(
                me,
                owed.answer.decision,
                words=form.words.data,
                owner_id=int(form.owner.data or 0),
                due_on=form.day,
            )
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is promised. Everybody can follow it here."))
            return go(url_for(".answer", owed_id=owed_id, _anchor=f"action-{made.id}"))
    return _answer_page(owed, promising=form)


# -- an action ----------------------------------------------------------------------------------------------------


@bp.get("/actions/<id:action_id>")
@public
def action(action_id: int) -> ResponseReturnValue:
    return _action_page(_action(action_id))


def _action(action_id: int) -> Action:
    found = queries.action(action_id)
    if found is None:
        raise NotFound
    return found


def _action_page(found: Action, form: MoveForm | None = None) -> ResponseReturnValue:
    may = policy.refuse_move_action(viewer(), found) is None and rules.NEXT_STATES[found.state]
    people = {found.owner_id, *(move.by_id for move in found.moves)}
    return page(
        "taskforce/action.html",
        status=422 if form and form.errors else 200,
        action=found,
        promise=Promise.of(found, clock.today()),
        roles=queries.role_names(people),
        moving=form or (_move_form(found) if may else None),
        form=form,
    )


def _move_form(found: Action) -> MoveForm:
    return MoveForm(state=found.state.value, due_on=found.due_on).offer(found)


@bp.post("/actions/<id:action_id>/move")
@signed_in
def move_action(action_id: int) -> ResponseReturnValue:
    found, me = _action(action_id), viewer()
    require(policy.refuse_move_action(me, found))
    form = _move_form(found)
    if form.validate_on_submit():
        try:
            actions.move_action(me, found, ActionState(form.state.data), form.why.data or "", due_on=form.day)
        except Conflict as conflict:
            form.refuse(conflict.message)
        else:
            tell(say("It is changed. Everybody can see it here."))
            return go(url_for(".action", action_id=action_id))
    return _action_page(found, form)


# -- on the proposal's page ---------------------------------------------------------------------------------------


def panel_of(proposal: Proposal, me: Standing) -> Panel | None:
    """What the landlord owes, has said and has promised about a proposal; None while it is nothing."""
    owed = [one for one in queries.answers_of(proposal.id) if one.answer or not one.settled_at]
    if not owed:
        return None
    owners = {one.owner_id for one in owed if one.owner_id}
    facts = {
        "answers": [(one, _clock_of(one), _deeds(one)) for one in owed],
        "answer_roles": queries.role_names(owners),
    }
    return Panel("taskforce/panel.html", facts)
