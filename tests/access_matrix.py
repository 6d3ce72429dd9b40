"""Who may open and send what: one row for each address and each kind of thing behind it.

A new route fails tests/whole/test_access.py until it has a row here. To add one:
1. If its address needs a thing (a proposal at some stage), make the thing in `build` and keep what the address needs
   (its id or its `.address`) as an attribute of `World`.
2. Add `at("feature.view", proposal_id="draft", GET=ANYONE, POST=form_for(*RESIDENTS))`. The words after the
   address's parts name attributes of the world. One endpoint may have several rows: one for each kind of thing.

Each cell says what the status must be. A POST is sent with its CSRF token and otherwise with `data` (nothing, when
there is none): `form_for` says 422 for those who may send it, because an empty form has something to put right;
`deed_for` says 303, for a button that needs nothing typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from coproduce import db as database
from coproduce.accounts import actions as people
from tests import town

STRANGER, ENDED = "stranger", "ended"
PEOPLE = {
    "neighbour": "joyce",
    "other_neighbour": "ella",
    "author": "asha",
    "champion": "bronwen",
    "task_force": "farida",
    "officer": "denise",
    "other_officer": "owen",
    "decision_owner": "priya",
    "duty_keeper": "ruth",
    "administrator": "grace",
}
UNKNOWN = (STRANGER, ENDED)
KNOWN = tuple(PEOPLE)
ROLES = (*UNKNOWN, *KNOWN)
RESIDENTS = ("neighbour", "author", "champion", "task_force")  # of Walsden
ALL_RESIDENTS = (*RESIDENTS, "other_neighbour")
COLLEAGUES = ("officer", "other_officer", "decision_owner", "duty_keeper", "administrator")


def only(*roles: str, yes: int = 200, no: int = 403, unknown: int = 303) -> dict[str, int]:
    """`yes` for these roles; `no` for other people; `unknown` for those who are not signed in."""
    rest = {role: unknown if role in UNKNOWN else no for role in ROLES}
    return rest | dict.fromkeys(roles, yes)


def form_for(*roles: str, no: int = 403, unknown: int = 303) -> dict[str, int]:
    """A form that these people may send; empty, it comes back with what to put right."""
    return only(*roles, yes=422, no=no, unknown=unknown)


def deed_for(*roles: str, no: int = 403, unknown: int = 303) -> dict[str, int]:
    """A button that these people may press; nothing need be typed."""
    return only(*roles, yes=303, no=no, unknown=unknown)


ANYONE = only(*ROLES)
SIGNED_IN = only(*KNOWN)
NOBODY = only(no=404, unknown=404)
ANYONE_MAY_SEND = form_for(*ROLES)
ANYONE_MAY_DO = deed_for(*ROLES)


@dataclass(frozen=True)
class Row:
    """One endpoint with one kind of thing behind it."""

    endpoint: str
    parts: dict[str, str] = field(default_factory=dict)
    asks: dict[str, dict[str, int]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join([self.endpoint, *self.parts.values()])

    def path(self, world: World) -> str:
        values = {part: getattr(world, name) for part, name in self.parts.items()}
        return world.addresses.build(self.endpoint, values | self.query)


def at(endpoint: str, data: dict[str, Any] | None = None, query: dict[str, str] | None = None, **rest: Any) -> Row:
    asks = {name: value for name, value in rest.items() if name.isupper()}
    parts = {name: value for name, value in rest.items() if not name.isupper()}
    return Row(endpoint, parts, asks, data or {}, query or {})


class World:
    """A town in which every kind of thing is there: what addresses need, by name, and a sign-in for each role.

    Holds plain ids, addresses and secrets, never rows: it outlives the database session that made it.
    """

    def __init__(self, app, walsden: town.Town) -> None:
        self.addresses = app.url_map.bind("localhost")
        self.secrets = {role: people.begin_sign_in(getattr(walsden, name).id, device="test") for role, name in PEOPLE.items()}
        self.secrets[ENDED] = people.begin_sign_in(walsden.sam.id, device="lost phone")
        people.end_sign_in(self.secrets[ENDED], why="lost")
        self.people = {role: getattr(walsden, name).id for role, name in PEOPLE.items()}


def build(app) -> World:
    """Make the whole world, through the actions that people use."""
    with database.transaction():
        walsden = town.build()
        world = World(app, walsden)
    return world


ROWS: list[Row] = [
    # -- home
    at("home.index", GET=ANYONE),
    at("home.privacy", GET=ANYONE),
    at("home.accessibility", GET=ANYONE),
    at("home.record", GET=ANYONE),
    # -- accounts
    at("accounts.sign_in", GET=ANYONE, POST=ANYONE_MAY_SEND),
    at("accounts.look_for_letter", GET=ANYONE),
    at("accounts.me", GET=SIGNED_IN),
    at("accounts.sign_out", POST=ANYONE_MAY_DO),
    # -- the features' first pages
    at("duties.index", GET=ANYONE),
    at("proposals.index", GET=ANYONE),
    at("voting.index", GET=ANYONE),
    at("taskforce.index", GET=ANYONE),
]


def rows(method: str) -> list[Row]:
    return [row for row in ROWS if method in row.asks]
