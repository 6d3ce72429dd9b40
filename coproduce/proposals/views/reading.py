"""Reading: the list, a proposal, its one-page frame, and its older texts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue

from coproduce import texts
from coproduce.access import public, viewer
from coproduce.duties.rules import AREA_NAMES
from coproduce.errors import NotFound
from coproduce.neighbourhoods.queries import tree
from coproduce.proposals import policy, queries, rules
from coproduce.proposals.forms import FindForm, whole_number
from coproduce.proposals.models import Version, VersionClause
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import STAGE_NAMES, Stage, Stand
from coproduce.proposals.rules.starters import STARTER_NAMES
from coproduce.proposals.views import room
from coproduce.proposals.views.room import bp
from coproduce.web import page, page_number

Parts = list[tuple[str, str]]


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    asked = FindForm(request.args)
    found = queries.find(asked.words, asked.place, asked.area, asked.stage, page_number())
    return page(
        "proposals/index.html",
        fragment="results",
        found=found,
        asked=asked,
        places=tree().in_order(),
        areas=AREA_NAMES,
        stages={stage: name for stage, name in STAGE_NAMES.items() if stage is not Stage.DRAFT},
        page_url=lambda number: url_for("proposals.index", **{**request.args.to_dict(), "page": number}),
    )


@bp.get("/<thing:proposal_id>")
@public
def show(proposal_id: int) -> ResponseReturnValue:
    me = viewer()
    proposal = room.find(proposal_id, me)
    if proposal.is_published:
        return room.proposal_page(proposal, me, fragment="talk")
    clauses = queries.draft_clauses(proposal)
    return page(
        "proposals/draft.html",
        proposal=proposal,
        clauses=clauses,
        may_edit=policy.refuse_edit(me, proposal) is None,
        may_raise_for=policy.refuse_raise_for(me, proposal) is None,
        starter_name=STARTER_NAMES.get(proposal.area),
        differs_from=queries.whole(proposal.differs_from_id) if proposal.differs_from_id else None,
        **room.frame_facts(proposal, me, clauses),
        **room.prices(proposal, clauses, proposal.area),
    )


@bp.get("/<thing:proposal_id>/frame")
@public
def frame(proposal_id: int) -> ResponseReturnValue:
    """The clauses alone, on one page, for a noticeboard."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    version = queries.latest_version(proposal)
    if version is None:
        raise NotFound
    facts = room.frame_facts(proposal, me, version.clauses)
    return page(
        "proposals/frame.html",
        proposal=proposal,
        version=version,
        mark=texts.short_mark(version.fingerprint),
        **facts,
        **room.prices(version, version.clauses, proposal.area),
    )


@bp.get("/<thing:proposal_id>/versions/<id:no>")
@public
def version(proposal_id: int, no: int) -> ResponseReturnValue:
    """A text as it was published, and what it changed in the one before."""
    me = viewer()
    proposal = room.find(proposal_id, me)
    text = queries.version(proposal, no)
    if text is None:
        raise NotFound
    other = whole_number(request.args.get("with")) or no - 1
    before = queries.version(proposal, other) if other != no else None
    return page(
        "proposals/version.html",
        proposal=proposal,
        version=text,
        before=before,
        writers=queries.writers_at(proposal, text.made_at),
        amendment=amending.became(proposal, text.no),
        changes=changes(before, text) if before else None,
        versions=queries.versions(proposal),
        mark=texts.short_mark(text.fingerprint),
        stand_names=rules.STAND_NAMES,
        **room.frame_facts(proposal, me, text.clauses),
    )


@dataclass(frozen=True)
class ClauseChange:
    """What a version changed in one clause. `was` is empty for a new clause, `now` for one that was taken out."""

    was: VersionClause | None
    now: VersionClause | None
    words: Parts

    @property
    def words_changed(self) -> bool:
        return any(kind != "same" for kind, _ in self.words)

    @property
    def stand_changed(self) -> tuple[Stand, Stand] | None:
        if self.was is None or self.now is None or self.was.stand is self.now.stand:
            return None
        return self.was.stand, self.now.stand


@dataclass(frozen=True)
class Changes:
    text: list[Parts]
    clauses: list[ClauseChange]
    order: bool


def changes(before: Version, after: Version) -> Changes:
    """Word by word, what is different; nothing for what stayed the same."""
    pairs = [(getattr(before, part), getattr(after, part)) for part in ("title", "summary", "strengths", "reasons")]
    text = [texts.difference(old, new) for old, new in pairs if old != new]
    old_clauses = {item.clause_version.clause_id: item for item in before.clauses}
    found = [_change(old_clauses.pop(item.clause_version.clause_id, None), item) for item in after.clauses]
    found += [_change(item, None) for item in old_clauses.values()]
    return Changes(text, [change for change in found if change], _order(before, after) != _order(after, before))


def _order(text: Version, other: Version) -> list[int]:
    """The clauses that stand in both, in the order of the first."""
    there = {item.clause_version.clause_id for item in other.clauses}
    return [item.clause_version.clause_id for item in text.clauses if item.clause_version.clause_id in there]


def _change(was: VersionClause | None, now: VersionClause | None) -> ClauseChange | None:
    if was and now and was.clause_version_id == now.clause_version_id:
        return None
    old, new = (item.clause_version.words if item else "" for item in (was, now))
    return ClauseChange(was, now, texts.difference(old, new))
