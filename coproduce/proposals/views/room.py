"""What every page of a proposal stands on: finding it, and putting its own page together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from coproduce import audit, clock, config
from coproduce.accounts.models import Person
from coproduce.accounts.rules import COLLEAGUES, Circle, Standing
from coproduce.deliberation import policy as talk_policy
from coproduce.deliberation import queries as talks
from coproduce.deliberation import rules as talk_rules
from coproduce.deliberation.forms import VoiceForm
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Sort
from coproduce.duties.rules import AREA_NAMES, Area
from coproduce.errors import NotFound
from coproduce.proposals import policy, queries, rules
from coproduce.proposals.models import Proposal, Version, VersionClause
from coproduce.proposals.queries import DraftClause, amending, joining
from coproduce.proposals.rules import money
from coproduce.proposals.rules.money import Line, Way
from coproduce.web import page, page_number

bp = Blueprint("proposals", __name__, url_prefix="/proposals")

FACES = ("", "b", "c", "d", "e")


@dataclass(frozen=True)
class Panel:
    """A part of a proposal's page from a feature above: its template, and what that needs.

    The template gets the facts by name, and `facts`, `proposal`, `me`, `my` besides.
    """

    template: str
    facts: Mapping[str, Any]


panels: list[Callable[[Proposal, Standing], Panel | None]] = []


def find(proposal_id: int, me: Standing) -> Proposal:
    """The proposal, if this person may know that it is there."""
    proposal = queries.whole(proposal_id)
    if proposal is None or policy.refuse_see(me, proposal):
        raise NotFound
    return proposal


def proposal_page(
    proposal: Proposal,
    me: Standing,
    *,
    fragment: str | None = None,
    voice: VoiceForm | None = None,
    new_comment: Comment | None = None,
    status: int = 200,
) -> Response:
    """The page of a published proposal; only `fragment` of it where htmx asks."""
    version = queries.latest_version(proposal)
    assert version is not None, "a published proposal has a text"  # noqa: S101
    facts = {
        "proposal": proposal,
        "version": version,
        "panels": [_drawn(panel) for panel in (fill(proposal, me) for fill in panels) if panel],
        "form": voice if voice and voice.errors else None,
        "noticed": voice.noticed if voice is not None and not voice.errors else None,
        **frame_facts(proposal, me, version.clauses),
        **_people(proposal, me),
        **_where_we_are(proposal),
        **_taking_part(proposal, me),
        **_talk(proposal, version, me, voice, new_comment),
        **_deeds(proposal, me),
        **_joined(proposal, me),
        **prices(version, version.clauses, proposal.area),
        "story": [_told(item) for item in audit.story(proposal.id)],
    }
    return page("proposals/show.html", fragment=fragment, status=status, **facts)


def _drawn(panel: Panel) -> Markup:
    return Markup(render_template(panel.template, **{"facts": panel.facts, **panel.facts}))  # noqa: S704


def frame_facts(proposal: Proposal, me: Standing, clauses: Sequence[VersionClause | DraftClause]) -> dict[str, Any]:
    """What `proposals/parts/frame.html` needs, for a published text or a draft."""
    return {
        "area_name": AREA_NAMES[proposal.area],
        "face_kind": face_kind,
        "frame": rules.frame(clauses),
        "newest_duties": queries.newest_duty_numbers(clauses),
        "suggestions": amending.open_by_clause(proposal) if proposal.is_published else {},
        "may_amend": policy.refuse_amend(me, proposal) is None,
        "sees_names": sees_names(me),
        "may_answer": lambda question: policy.refuse_answer(me, question, proposal) is None,
        "may_settle": lambda choice: policy.refuse_settle(me, choice, proposal) is None,
        "flags": queries.flags_on(item.clause_version.clause_id for item in clauses),
        "verdicts": rules.VERDICTS,
        "may_flag": proposal.is_published and policy.refuse_flag(me, proposal) is None,
        "may_settle_flag": lambda flag: policy.refuse_settle_flag(me, flag, proposal) is None,
        "late_by": lambda day: clock.working_days_between(day, clock.today()),
    }


def prices(text: Version | Proposal, clauses: Sequence[VersionClause | DraftClause], area: Area) -> dict[str, Any]:
    """What `proposals/parts/money.html` and the clauses need to speak of money; nothing where nothing is priced."""
    way = money.way_of(area)
    lines = queries.price_lines(clauses)
    priced = any(
        item.clause_version.cost_pence is not None or any(o.cost_pence is not None for o in item.options)
        for item in clauses
    )
    facts: dict[str, Any] = {"way": way.value, "sums": None, "services": [], "over_for": {}}
    if way is Way.EACH_HOME and (priced or text.budget_pence is not None):
        facts["sums"] = money.add_up(lines, text.budget_pence)
        facts["over_for"] = _left_by_option(clauses, lines, text.budget_pence)
    if way is Way.SHARED:
        facts["services"] = queries.services(clauses)
    return facts


def _left_by_option(
    clauses: Sequence[VersionClause | DraftClause], lines: Sequence[Line], budget: int | None
) -> dict[int, int]:
    """What each option leaves over of the budget, by its id, when all else takes the cheapest."""
    if budget is None:
        return {}
    found = {}
    for item in clauses:
        inside = [option for option in item.options if option.within is not rules.Within.NO]
        for place, option in enumerate(inside):
            found[option.id] = money.leaves_over(lines, budget, number=item.position, option=place)
    return found


def _joined(proposal: Proposal, me: Standing) -> dict[str, Any]:
    """What this was joined with, what it differs from, and what waits for an answer about either."""
    around = joining.around(proposal)
    offer = around.open
    return {
        "merge_offer": offer,
        "may_settle_merge": offer is not None and policy.refuse_settle_merge(me, offer) is None,
        "joined_by": around.accepted,
        "came_from": around.came_from,
        "near": queries.near(proposal),
        "may_offer_merge": me.known and proposal.stage in policy.MAY_BE_JOINED and queries.writes_another(me, proposal),
        "may_invite": policy.refuse_invite(me, proposal) is None,
        "is_invited": proposal.is_invited(me.person_id),
    }


def sees_names(me: Standing) -> bool:
    return talk_policy.refuse_read(me, open_talk=config.chosen().open_talk) is None


def _people(proposal: Proposal, me: Standing) -> dict[str, Any]:
    accepted = [author.person for author in proposal.authors if author.state is rules.AuthorState.ACCEPTED]
    return {
        "authors": accepted,
        "by_colleague": bool(accepted) and is_colleague(accepted[0]),
        "is_author": proposal.is_written_by(me.person_id),
    }


def is_colleague(person: Person) -> bool:
    today = clock.today()
    return any(
        held.kind in COLLEAGUES and held.since <= today and (held.until is None or held.until >= today)
        for held in person.roles
    )


def _where_we_are(proposal: Proposal) -> dict[str, Any]:
    settings = config.chosen()
    due: date | None = None
    if proposal.support_reached_on and proposal.mandate is None:
        due = rules.promise_due(proposal.support_reached_on, settings.mandate_days)
    return {
        "steps": rules.steps(proposal.stage),
        "stage_name": rules.STAGE_NAMES[proposal.stage],
        "mandate_name": rules.MANDATE_NAMES[proposal.mandate] if proposal.mandate else None,
        "promise": rules.PROMISES[proposal.mandate] if proposal.mandate else None,
        "promise_due": due,
        "promise_late": clock.working_days_between(due, clock.today()) if due else 0,
        "needed": proposal.needed,
        "mandate_changes": queries.mandate_changes(proposal) if proposal.mandate else [],
        "mandate_names": rules.MANDATE_NAMES,
        "answer_days": settings.answer_days,
        "mandate_days": settings.mandate_days,
    }


def _taking_part(proposal: Proposal, me: Standing) -> dict[str, Any]:
    return {
        "supports": queries.supports(me, proposal),
        "counts": policy.is_counted(me, proposal),
        "takes_support": proposal.stage in rules.TAKES_SUPPORT,
        "support_refusal": policy.refuse_support(me, proposal),
        "backers": queries.supporters(proposal, limit=4) if sees_names(me) else [],
    }


def _talk(
    proposal: Proposal, version: Version, me: Standing, voice: VoiceForm | None, new_comment: Comment | None
) -> dict[str, Any]:
    """The talk as this person may see it. Strangers get the sums and nothing else."""
    numbers = {item.clause_version.clause_id: item.position for item in version.clauses}
    asked = request.args.get("about", "")
    about = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in numbers else None
    sort = _sort()
    facts: dict[str, Any] = {
        "clause_numbers": numbers,
        "about_clause": numbers.get(about or 0),
        "about_id": about,
        "sort_names": talk_rules.SORT_NAMES,
        "put_to_names": talk_rules.PUT_TO_NAMES,
        "may_share": policy.refuse_comment(me, proposal) is None,
        "may_mark_read": me.is_colleague or me.sits_on(Circle.TASK_FORCE),
        "may_put": policy.refuse_put(me, proposal) is None,
        "may_answer_put": lambda question: policy.refuse_answer_put(me, proposal, question) is None,
        **noticing(),
        "balance": talks.balance(proposal.thread_id),
        "talk": None,
        "comment_refusal": policy.refuse_comment(me, proposal),
        "role_name": talk_rules.role_name,
        "staff_words": talk_rules.STAFF_WORDS,
        "hidden_words": talk_rules.HIDDEN_WORDS,
        "is_new": lambda comment: new_comment is not None and comment.id == new_comment.id,
        "talk_url": lambda number, other=None: _talk_url(proposal, page=number, sort=other or sort, about=about),
        "reply_url": lambda comment: url_for(
            "proposals.show", proposal_id=proposal, reply_to=comment.id, _anchor="add-voice"
        ),
        "replying_to": None,
        "voice": None,
    }
    if sees_names(me):
        if new_comment is not None:
            about, sort = None, Sort.NEWEST
        shown = talks.page_of(new_comment) if new_comment else page_number()
        facts["talk"] = talks.talk(proposal.thread_id, reader_id=me.person_id, page=shown, sort=sort, part_id=about)
    if facts["comment_refusal"] is None:
        facts["voice"], facts["replying_to"] = _voice(proposal, voice)
    return facts


def noticing() -> dict[str, Any]:
    """What `deliberation/noticed.html` needs to speak of what was noticed in somebody's words."""
    return {"door_names": talk_rules.DOOR_NAMES, "private_names": talk_rules.PRIVATE_NAMES, "phones": doors()}


def doors() -> dict[str, str]:
    """The landlord's numbers for what belongs somewhere else than in a talk."""
    settings = config.chosen()
    return {
        "repairs": settings.repairs_phone,
        "complaints": settings.complaints_phone,
        "safety": settings.safety_phone,
    }


def _sort() -> Sort:
    asked = request.args.get("sort")
    return Sort(asked) if asked in set(Sort) else Sort.NEWEST


def _talk_url(proposal: Proposal, *, page: int, sort: Sort, about: int | None) -> str:
    kept_page, kept_sort = (page if page > 1 else None), (sort.value if sort is not Sort.NEWEST else None)
    return url_for("proposals.show", proposal_id=proposal, page=kept_page, sort=kept_sort, about=about, _anchor="talk")


def _voice(proposal: Proposal, voice: VoiceForm | None) -> tuple[VoiceForm, Comment | None]:
    """The one form of the talk: for a new voice, or for a reply to the comment that the address names."""
    if voice is None:
        asked = {"reply_to": request.args.get("reply_to", ""), "about": request.args.get("about", "")}
        voice = VoiceForm(formdata=None, **asked)
    parent_id = voice.parent_id
    parent = talks.comment_in(proposal.thread_id, parent_id) if parent_id else None
    if parent is not None and voice.side is not None:
        voice.as_reply()
    return voice, parent


def _deeds(proposal: Proposal, me: Standing) -> dict[str, Any]:
    return {
        "may_name_mandate": policy.refuse_name_mandate(me, proposal) is None,
        "may_change_mandate": policy.refuse_change_mandate(me, proposal) is None,
        "may_withdraw": policy.refuse_withdraw(me, proposal) is None,
    }


def _told(item: audit.Telling) -> dict[str, Any]:
    return {"words": item.words, "when": item.at, "kind": "key" if item.is_key else ""}


def face_kind(person_id: int) -> str:
    """A colour of no meaning, the same for one person everywhere."""
    return FACES[person_id % len(FACES)]
