"""Pages of the register: search it, read a duty with its history, change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from coproduce.access import public, signed_in, viewer
from coproduce.duties import actions, policy, queries, rules
from coproduce.duties.forms import DutyForm, SearchForm
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import AREA_NAMES, PARTS, Area, Certainty, Change, Leaning, Level
from coproduce.errors import Conflict, NotFound, require
from coproduce.web import go, page, tell
from coproduce.words import Message, say

bp = Blueprint("duties", __name__, url_prefix="/duties")

# What leans on a duty: `app` puts in a function of each feature above that has something to show.
leaning: list[Callable[[Duty], Sequence[Leaning]]] = []

Kind = TypeVar("Kind", bound=StrEnum)
LONGEST_SEARCH = 200


class DutyConverter(BaseConverter):
    """The address of a duty: its code in small letters, pet-04."""

    regex = r"[a-z]{1,8}-[0-9]{1,4}"

    def to_url(self, value: Any) -> str:
        return str(getattr(value, "address", value))


@bp.record_once
def _name_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["duty"] = DutyConverter


@dataclass(frozen=True)
class Group:
    """Duties that stand together on the page: one area, or all that is coming up."""

    key: str
    name: Message
    versions: Sequence[DutyVersion]


@dataclass(frozen=True)
class Step:
    """One version in a duty's history, and what it changed. The first changed nothing."""

    version: DutyVersion
    changes: Sequence[Change]


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    search = SearchForm(formdata=request.args, meta={"csrf": False})
    words = (search.words.data or "")[:LONGEST_SEARCH]
    area, level = _named(Area, search.area.data), _named(Level, search.level.data)
    everything = queries.everything()
    found = queries.among(everything, words, area, level)
    return page(
        "duties/index.html",
        fragment="results",
        search=search,
        groups=groups(found),
        found=len(found),
        total=len(everything),
        tally=rules.tally([version.entry for version in everything]),
        searched=bool(words or area or level),
    )


def groups(versions: Sequence[DutyVersion]) -> list[Group]:
    """What is coming up, by its day; then what holds today, by area. No empty group."""
    coming = sorted(
        (v for v in versions if v.upcoming),
        key=lambda v: (v.in_force_from is None, v.in_force_from, rules.order(v.duty.area, v.duty.code)),
    )
    in_force = [v for v in versions if not v.upcoming]
    made = [Group("coming", say("Coming up"), coming)]
    made += [
        Group(area.name.lower(), name, [v for v in in_force if v.duty.area is area])
        for area, name in AREA_NAMES.items()
    ]
    return [group for group in made if group.versions]


@bp.get("/<duty:code>")
@public
def show(code: str) -> ResponseReturnValue:
    version = _found(code)
    return page(
        "duties/show.html",
        version=version,
        steps=steps(queries.history(version.duty)),
        leaning=leaning_on(version.duty),
        refusal=policy.refuse_change(viewer()),
    )


def steps(history: Sequence[DutyVersion]) -> list[Step]:
    """The history, newest first, each version held against the one before it."""
    before = [*history[1:], None]
    return [
        Step(version, rules.changes(old.entry, version.entry) if old else ())
        for version, old in zip(history, before, strict=True)
    ]


def leaning_on(duty: Duty) -> list[Leaning]:
    return [item for ask in leaning for item in ask(duty)]


@bp.route("/<duty:code>/edit", methods=["GET", "POST"])
@signed_in
def edit(code: str) -> ResponseReturnValue:
    me = viewer()
    require(policy.refuse_change(me))
    version = _found(code)
    form = DutyForm(data={**asdict(version.entry), "based_on": version.no})
    meanwhile: Sequence[Change] = ()
    if form.validate_on_submit():
        try:
            said = {part: form[part].data for part in PARTS}
            said |= {"level": Level(form.level.data), "certainty": Certainty(form.certainty.data)}
            actions.change(me, version.duty, why=form.why.data, based_on=form.based_on.data or 0, **said)
        except Conflict as conflict:
            form.refuse(conflict.message)
            meanwhile = _changed_meanwhile(form, version)
        else:
            tell(say("The new version is saved. Everybody can read it now."))
            return go(url_for(".show", code=version.duty))
    return page(
        "duties/edit.html",
        status=422 if form.errors else 200,
        form=form,
        version=version,
        meanwhile=meanwhile,
        leaning=leaning_on(version.duty),
    )


def _changed_meanwhile(form: DutyForm, version: DutyVersion) -> Sequence[Change]:
    """What somebody else changed while this form was open. The form then stands on what they made of it."""
    newest = queries.newest_of(version.duty)
    old = queries.version_of(version.duty, form.based_on.data or 0)
    form.based_on.data = newest.no
    form.based_on.raw_data = None
    return rules.changes(old.entry, newest.entry) if old else ()


def _found(code: str) -> DutyVersion:
    version = queries.current(code)
    if version is None:
        raise NotFound
    return version


def _named(kind: type[Kind], value: str | None) -> Kind | None:
    """The kind that the address names; None when it names none of ours."""
    return next((one for one in kind if one.value == value), None)
