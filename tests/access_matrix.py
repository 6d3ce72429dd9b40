"""Who may open and send what: one row for each address and each kind of thing behind it.

A new route fails tests/whole/test_access.py until it has a row here. To add one:
1. If its address needs a thing (a proposal at some stage), make the thing in tests/world.py and keep what the address
   needs (its id or its `.address`) as an attribute of the world.
2. Add `at("feature.view", proposal_id="draft", GET=ANYONE, POST=form_for(*RESIDENTS))`. The words after the
   address's parts name attributes of the world. One endpoint may have several rows: one for each kind of thing.

Each cell says what the status must be. A POST is sent with its CSRF token and with the form that `data` names (an
attribute of the world; an empty form when it names none): `form_for` says 422 for those who may send it, because an
empty form has something to put right; `deed_for` says 303, for a button that needs nothing typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.world import ENDED, PEOPLE, STRANGER, World

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


def answer_for(*roles: str, yes: int = 200, no: int = 403, unknown: int = 403) -> dict[str, int]:
    """As `only`, for what is sent: whoever is not signed in gets a page that keeps what they typed."""
    return only(*roles, yes=yes, no=no, unknown=unknown)


def form_for(*roles: str, no: int = 403, unknown: int = 403) -> dict[str, int]:
    """A form that these people may send; empty, it comes back with what to put right."""
    return only(*roles, yes=422, no=no, unknown=unknown)


def deed_for(*roles: str, no: int = 403, unknown: int = 403) -> dict[str, int]:
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
    data: str | None = None
    query: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        words = (self.endpoint, *self.parts.values(), *self.query.values(), self.data or "")
        return " ".join(words).strip()

    def path(self, world: World) -> str:
        values = {part: getattr(world, name) for part, name in self.parts.items()}
        return world.addresses.build(self.endpoint, values | self.query)

    def form(self, world: World) -> dict[str, Any]:
        """What is typed into the form: an attribute of the world; nothing, when the row names none."""
        return getattr(world, self.data) if self.data else {}


def at(endpoint: str, data: str | None = None, query: dict[str, str] | None = None, **rest: Any) -> Row:
    asks = {name: value for name, value in rest.items() if name.isupper()}
    parts = {name: value for name, value in rest.items() if not name.isupper()}
    return Row(endpoint, parts, asks, data, query or {})


POST_ONLY = only(no=303)
PUTS = ("author", "champion", "task_force", "officer")
MAY_WRITE_UNASKED = dict.fromkeys(  # could have begun it here, and nobody asked them
    ("neighbour", "task_force", "officer", "decision_owner", "duty_keeper", "administrator"), 409
)
VOICES = (*RESIDENTS, "officer", "decision_owner", "duty_keeper", "administrator", "other_officer")
TRUSTED = ("champion", "task_force", "moderator", *COLLEAGUES)
MODERATORS = ("moderator", "administrator")
PASS_ON = (*MODERATORS, "officer")
HELPERS = ("champion", "officer", "other_officer", "administrator")
KEEPERS = ("officer", "other_officer", "administrator")


def here_only(yes: int) -> dict[str, int]:
    """For those who keep the roll of Walsden; for the officer of elsewhere there is no such thing."""
    unknown = 303 if yes == 200 else 403
    return only("officer", "administrator", yes=yes, no=403, unknown=unknown) | {"other_officer": 404}


ON_THE_ROLL = RESIDENTS
MAKES_PROMISES = ("officer", "decision_owner")

ROWS: list[Row] = [
    # -- home
    at("home.index", GET=ANYONE),
    at("home.mine", GET=SIGNED_IN),
    at("home.privacy", GET=ANYONE),
    at("home.accessibility", GET=ANYONE),
    at("home.record", GET=ANYONE),
    at("home.language", GET=NOBODY, POST=NOBODY),  # there is nothing to choose from, and so no page
    at("home.styleguide", GET=ANYONE),  # in the demo only
    at("home.healthz", GET=ANYONE),
    at("home.readyz", GET=ANYONE),
    at("home.security_txt", GET=NOBODY),  # no contact is set
    at("home.robots", GET=ANYONE),
    at("home.brand_sheet", GET=ANYONE),
    at("home.logo", GET=NOBODY),  # no logo is set
    at("home.favicon", GET=only(no=302, unknown=302)),
    # -- accounts
    at("accounts.sign_in", GET=only(*UNKNOWN, no=303, yes=200), POST=form_for(*UNKNOWN, no=303)),
    at("accounts.look_for_letter", GET=ANYONE),
    at("accounts.use_link", token="link", GET=ANYONE, POST=ANYONE_MAY_DO),
    at("accounts.me", GET=SIGNED_IN),
    at("accounts.sign_out", POST=ANYONE_MAY_DO),
    at("accounts.sign_out_everywhere", POST=deed_for(*KNOWN)),
    at("accounts.by_text", GET=ANYONE, POST=ANYONE_MAY_SEND),
    at("accounts.text_code", GET=POST_ONLY, POST=ANYONE_MAY_DO),  # nobody asked for a code
    at("accounts.by_passphrase", GET=ANYONE, POST=ANYONE_MAY_SEND),
    at("accounts.ways", GET=SIGNED_IN),
    at("accounts.change_passphrase", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.add_email", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.confirm_email", token="email_link", GET=ANYONE, POST=ANYONE_MAY_DO),
    at("accounts.add_phone", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.confirm_phone", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.remove_way", way_in_id="way_in", POST=answer_for(no=404) | {"neighbour": 303}),
    at("accounts.second_code", GET=only(no=303), POST=deed_for(*KNOWN)),  # each has given theirs
    at("accounts.set_up_code", GET=only(*TRUSTED), POST=form_for(*TRUSTED)),
    at("accounts.paper_codes", GET=only(*TRUSTED), POST=deed_for(*TRUSTED)),
    at("accounts.name", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.letters", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.held", GET=SIGNED_IN),
    at("accounts.end_sign_in", sign_in_id="sign_in", POST=answer_for(no=404) | {"neighbour": 303}),
    at("accounts.close", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("accounts.to_work", GET=NOBODY),  # the landlord has no sign-in of its own
    at("accounts.from_work", GET=NOBODY, POST=NOBODY),
    at("accounts.roles", GET=only("administrator")),
    at("accounts.roles_of", person_id="champion_id", GET=only("administrator")),
    at("accounts.give_role", person_id="champion_id", POST=form_for("administrator")),
    at("accounts.give_seat", person_id="champion_id", POST=form_for("administrator")),
    at("accounts.end_role", person_id="champion_id", held_id="role_held", POST=deed_for("administrator")),
    at("accounts.leave_seat", person_id="member_id", seat_id="seat", POST=deed_for("administrator")),
    at("accounts.reset_code", person_id="champion_id", POST=deed_for("administrator")),
    # -- joining
    at("joining.start", GET=ANYONE, POST=ANYONE_MAY_SEND),
    at("joining.start", code="join_code", GET=ANYONE, POST=ANYONE_MAY_SEND),
    at("joining.you", GET=POST_ONLY, POST=ANYONE_MAY_DO),  # no code was shown
    at("joining.way", GET=POST_ONLY, POST=ANYONE_MAY_DO),
    at("joining.help_someone", GET=only(*HELPERS), POST=form_for(*HELPERS)),
    at("joining.helped", row_id="helped", GET=only("champion", no=404)),
    at("joining.hand_over", row_id="helped", POST=deed_for("champion", no=404)),
    # -- the roll
    at("roll.index", GET=only(*KEEPERS)),
    at("roll.send", GET=only(*KEEPERS), POST=form_for(*KEEPERS)),
    at("roll.match", import_id="sent", GET=here_only(200), POST=here_only(303)),
    at("roll.match", import_id="ready", GET=here_only(200), POST=here_only(303)),
    at("roll.show", import_id="ready", GET=here_only(200)),
    at("roll.show", import_id="sent", GET=here_only(303) | dict.fromkeys(UNKNOWN, 303)),
    at("roll.confirm", import_id="ready", POST=here_only(303)),
    at("roll.confirm", import_id="sent", POST=here_only(303)),
    at("roll.drop", import_id="ready", POST=here_only(303)),
    at("roll.wrong_lines", import_id="ready", GET=here_only(200)),
    at("roll.new_place", GET=only("administrator"), POST=form_for("administrator")),
    at("roll.listed", GET=only(*KEEPERS)),
    at("roll.person", person_id="tenant", GET=here_only(200)),
    at("roll.add_member", person_id="tenant", GET=here_only(200), POST=here_only(422)),
    at("roll.end_stay", person_id="member", stay_id="member_stay", POST=here_only(303)),
    at("roll.twice", GET=only(*KEEPERS)),
    at("roll.merge", one_id="tenant", other_id="member", GET=here_only(200), POST=here_only(422)),
    at("roll.to_join", GET=only(*KEEPERS), POST=answer_for(no=403) | dict.fromkeys(KEEPERS, 404)),
    at("roll.batch", batch_id="batch", GET=here_only(200)),
    at("roll.replace", person_id="tenant", POST=here_only(303)),
    # -- the demo
    at("demo.index", GET=ANYONE),
    at("demo.letters", GET=ANYONE),
    at("demo.be", person_id="player", POST=NOBODY),  # nobody of the demo's cast lives in this town
    # -- duties
    at("duties.index", GET=ANYONE),
    at("duties.show", code="duty", GET=ANYONE),
    at(
        "duties.edit",
        code="duty",
        GET=only("duty_keeper", "administrator"),
        POST=form_for("duty_keeper", "administrator"),
    ),
    # -- proposals
    at("proposals.index", GET=ANYONE),
    at("proposals.new", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at("proposals.show", proposal_id="draft", GET=only("author", no=404, unknown=404)),
    at("proposals.show", proposal_id="raised", GET=ANYONE),
    at("proposals.show", proposal_id="supported", GET=ANYONE),
    at("proposals.show", proposal_id="withdrawn", GET=ANYONE),
    at("proposals.show", proposal_id="shaping", GET=ANYONE),
    at("proposals.frame", proposal_id="draft", GET=NOBODY),  # there is a frame once a text is published
    at("proposals.frame", proposal_id="raised", GET=ANYONE),
    at("proposals.version", proposal_id="raised", no="first_version", GET=ANYONE),
    at("proposals.edit", proposal_id="draft", GET=only("author", no=404), POST=form_for("author", no=404)),
    at("proposals.edit", proposal_id="raised", GET=only(), POST=form_for()),
    at("proposals.look_alike", proposal_id="draft", GET=only("author", no=404), POST=form_for("author", no=404)),
    at("proposals.start_from", proposal_id="draft", POST=answer_for(no=404) | {"author": 409}),  # it has clauses
    at(
        "proposals.raise_for",
        proposal_id="draft",
        GET=only(no=404) | {"author": 403},
        POST=form_for(no=404) | {"author": 403},
    ),
    at("proposals.writers", proposal_id="draft", GET=only("author", no=404), POST=form_for("author", no=404)),
    at("proposals.writers", proposal_id="asked", GET=SIGNED_IN, POST=form_for("author")),
    at("proposals.writers_link", proposal_id="asked", POST=deed_for("author")),
    at(
        "proposals.join_by_link",
        proposal_id="asked",
        secret="write_link",
        GET=SIGNED_IN,
        POST=deed_for(
            "neighbour", "champion", "task_force", "officer", "decision_owner", "duty_keeper", "administrator"
        ),
    ),
    at("proposals.join_writers", proposal_id="asked", POST=deed_for("champion") | MAY_WRITE_UNASKED),
    at("proposals.decline_to_write", proposal_id="asked", POST=deed_for("champion", no=409)),
    at("proposals.leave_writers", proposal_id="asked", POST=deed_for()),
    at(
        "proposals.offer_merge",
        proposal_id="supported",
        GET=only("neighbour", "author"),
        POST=form_for("neighbour", "author"),
    ),
    at("proposals.merge", proposal_id="asked", offer_id="open_offer", GET=SIGNED_IN),
    at("proposals.merge", proposal_id="gone", offer_id="done_offer", GET=SIGNED_IN),
    at("proposals.accept_merge", proposal_id="asked", offer_id="open_offer", POST=deed_for("author")),
    at("proposals.decline_merge", proposal_id="asked", offer_id="open_offer", POST=form_for("author")),
    at("proposals.withdraw_merge", proposal_id="asked", offer_id="open_offer", POST=deed_for("author", "neighbour")),
    at("proposals.accept_merge", proposal_id="gone", offer_id="done_offer", POST=answer_for(no=409)),
    at("proposals.follow", proposal_id="gone", offer_id="done_offer", POST=deed_for("champion", "neighbour", no=404)),
    at("proposals.new_clause", proposal_id="draft", GET=only("author", no=404), POST=answer_for("author", no=404)),
    at(
        "proposals.new_clause",
        proposal_id="draft",
        query={"stand": "flexible"},
        GET=only("author", no=404),
        POST=form_for("author", no=404),
    ),
    at("proposals.new_clause", proposal_id="raised", GET=only(), POST=form_for()),
    at(
        "proposals.edit_clause",
        proposal_id="draft",
        clause_id="draft_clause",
        GET=only("author", no=404),
        POST=form_for("author", no=404),
    ),
    at("proposals.edit_clause", proposal_id="raised", clause_id="raised_clause", GET=only(), POST=form_for()),
    at(
        "proposals.split_clause",
        proposal_id="draft",
        clause_id="draft_clause",
        GET=only("author", no=404),
        POST=form_for("author", no=404),
    ),
    at("proposals.split_clause", proposal_id="raised", clause_id="raised_clause", GET=only(), POST=form_for()),
    at("proposals.remove_clause", proposal_id="draft", clause_id="draft_clause", POST=deed_for("author", no=404)),
    at("proposals.remove_clause", proposal_id="raised", clause_id="raised_clause", POST=deed_for()),
    at("proposals.check", proposal_id="draft", GET=only("author", no=404), POST=deed_for("author", no=404)),
    at("proposals.check", proposal_id="raised", GET=only(), POST=deed_for()),
    at("proposals.withdraw", proposal_id="draft", GET=only("author", no=404), POST=deed_for("author", no=404)),
    at("proposals.withdraw", proposal_id="raised", GET=only("author"), POST=form_for("author")),
    at("proposals.support", proposal_id="raised", POST=deed_for(*RESIDENTS, *COLLEAGUES)),
    at("proposals.support", proposal_id="draft", POST=deed_for(no=404) | {"author": 403}),
    at("proposals.comment", proposal_id="raised", POST=form_for(*RESIDENTS, *COLLEAGUES)),
    at("proposals.comment", proposal_id="withdrawn", POST=form_for()),
    at("proposals.comment_deed", proposal_id="raised", POST=deed_for(*KNOWN)),
    at("proposals.comment_deed", proposal_id="draft", POST=deed_for("author", no=404)),
    at(
        "proposals.edit_comment",
        proposal_id="raised",
        comment_id="joyces",
        GET=only("neighbour"),
        POST=form_for("neighbour"),
    ),
    at("proposals.take_comment_back", proposal_id="raised", comment_id="joyces", POST=deed_for("neighbour")),
    at("proposals.comment_history", proposal_id="raised", comment_id="joyces", GET=SIGNED_IN),
    at("proposals.put_question", proposal_id="raised", comment_id="comment", GET=only(*PUTS), POST=form_for(*PUTS)),
    at(
        "proposals.answer_put",
        proposal_id="raised",
        comment_id="put",
        GET=only("officer", "decision_owner"),
        POST=form_for("officer", "decision_owner"),
    ),
    at("proposals.changes_suggested", proposal_id="raised", GET=ANYONE),
    at("proposals.changes_suggested", proposal_id="draft", GET=NOBODY),
    at("proposals.suggest", proposal_id="raised", GET=only(*VOICES), POST=form_for(*VOICES)),
    at(
        "proposals.suggest",
        proposal_id="raised",
        clause="amended_clause",
        GET=only(*VOICES),
        POST=form_for(*VOICES),
    ),
    at("proposals.flag", proposal_id="raised", clause_id="flagged_clause", GET=only(*VOICES), POST=form_for(*VOICES)),
    at(
        "proposals.settle_flag",
        proposal_id="raised",
        flag_id="flag",
        GET=only("duty_keeper"),
        POST=form_for("duty_keeper"),
    ),
    at("proposals.suggest", proposal_id="withdrawn", GET=only(), POST=form_for()),
    at("proposals.amendment", proposal_id="raised", amendment_id="amendment", GET=SIGNED_IN),
    at("proposals.amendment", proposal_id="raised", amendment_id="settled_amendment", GET=SIGNED_IN),
    at("proposals.back_amendment", proposal_id="raised", amendment_id="amendment", POST=deed_for(*VOICES)),
    at(
        "proposals.take_amendment_back",
        proposal_id="raised",
        amendment_id="amendment",
        POST=deed_for("neighbour"),
    ),
    at("proposals.accept_amendment", proposal_id="raised", amendment_id="amendment", POST=form_for("author")),
    at("proposals.decline_amendment", proposal_id="raised", amendment_id="amendment", POST=form_for("author")),
    at(
        "proposals.accept_amendment", proposal_id="raised", amendment_id="fixed_amendment", POST=form_for("duty_keeper")
    ),
    at("proposals.name_mandate", proposal_id="supported", GET=only(*MAKES_PROMISES), POST=form_for(*MAKES_PROMISES)),
    at("proposals.name_mandate", proposal_id="raised", GET=only(), POST=form_for()),
    at("proposals.change_mandate", proposal_id="shaping", GET=only(*MAKES_PROMISES), POST=form_for(*MAKES_PROMISES)),
    at("proposals.change_mandate", proposal_id="raised", GET=only(), POST=form_for()),
    at(
        "proposals.support_needed",
        GET=only("decision_owner", "administrator"),
        POST=form_for("decision_owner", "administrator"),
    ),
    at(
        "proposals.answer",
        proposal_id="raised",
        question_id="question",
        GET=only("duty_keeper"),
        POST=form_for("duty_keeper"),
    ),
    at(
        "proposals.settle",
        proposal_id="raised",
        choice_id="choice",
        GET=only("duty_keeper"),
        POST=form_for("duty_keeper"),
    ),
    # -- moderation
    at("moderation.rules", GET=ANYONE),
    at("moderation.log", GET=ANYONE),
    at("moderation.report", what="a_comment", thing_id="comment", GET=SIGNED_IN, POST=form_for(*KNOWN)),
    at(
        "moderation.report",
        what="a_suggestion",
        thing_id="amendment",
        GET=SIGNED_IN | {"neighbour": 403},
        POST=form_for(*KNOWN) | {"neighbour": 403},
    ),
    at("moderation.index", GET=only(*PASS_ON, "other_officer")),
    at(
        "moderation.judge",
        what="a_comment",
        thing_id="comment",
        GET=only(*MODERATORS),
        POST=form_for(*MODERATORS),
    ),
    at("moderation.judge", what="a_suggestion", thing_id="amendment", GET=only(*MODERATORS)),
    at(
        "moderation.hidden",
        hiding_id="hiding",
        GET=only("neighbour", *MODERATORS, no=404),
        POST=form_for("neighbour", no=404) | dict.fromkeys(MODERATORS, 403),
    ),
    at(
        "moderation.hidden",
        hiding_id="appealed",
        GET=only("neighbour", *MODERATORS, no=404),
        POST=form_for("administrator", no=404) | {"neighbour": 403, "moderator": 403},
    ),
    at("moderation.restore", hiding_id="hiding", POST=deed_for(*MODERATORS)),
    at("moderation.tell", proposal_id="raised", GET=only(*VOICES), POST=form_for(*VOICES)),
    at("moderation.tell", proposal_id="draft", GET=only(no=404) | {"author": 403}),
    at(
        "moderation.told",
        told_id="told",
        GET=only("neighbour", *PASS_ON, no=404),
        POST=form_for(*PASS_ON, no=404) | {"neighbour": 403},
    ),
    at("moderation.told", told_id="told_in_talk", GET=only(*PASS_ON, no=404), POST=form_for(*PASS_ON, no=404)),
    at("moderation.look_up", told_id="told", POST=deed_for(*PASS_ON)),
    # -- voting
    at("voting.index", GET=ANYONE),
    at("voting.open", proposal_id="shaping", GET=only("officer"), POST=form_for("officer")),
    at("voting.open", proposal_id="raised", GET=only(), POST=form_for()),
    at("voting.show", ballot_id="ballot", GET=ANYONE),
    at("voting.show", ballot_id="counted", GET=ANYONE),
    at("voting.check", ballot_id="ballot", GET=POST_ONLY, POST=form_for(*ON_THE_ROLL)),
    at("voting.check", ballot_id="counted", GET=POST_ONLY, POST=answer_for(no=409)),
    at("voting.check", ballot_id="ballot", data="paper", POST=answer_for(*ON_THE_ROLL)),
    at("voting.cast", ballot_id="ballot", data="paper", POST=deed_for(*ON_THE_ROLL)),
    at("voting.change", ballot_id="ballot", GET=POST_ONLY, POST=answer_for(*ON_THE_ROLL)),
    at("voting.change", ballot_id="counted", GET=POST_ONLY, POST=answer_for(no=409)),
    at("voting.cast", ballot_id="ballot", GET=POST_ONLY, POST=form_for(*ON_THE_ROLL)),
    at("voting.cast", ballot_id="counted", GET=POST_ONLY, POST=answer_for(no=409)),
    at("voting.receipt", ballot_id="ballot", GET=only("neighbour", no=303)),
    at("voting.receipt", ballot_id="counted", GET=only("neighbour", no=303)),
    at("voting.result", ballot_id="ballot", GET=POST_ONLY),
    at("voting.result", ballot_id="counted", GET=ANYONE),
    at("voting.recount", ballot_id="counted", POST=deed_for("officer", "other_officer")),
    at("voting.recount", ballot_id="ballot", POST=deed_for()),
    # -- the task force
    at("taskforce.index", GET=ANYONE),
    at("taskforce.listed", show="all", GET=ANYONE),
    at("taskforce.download", show="all", GET=ANYONE),
    at("taskforce.reasons", GET=ANYONE),
    at("taskforce.answer", owed_id="owed", GET=ANYONE),
    at("taskforce.answer", owed_id="answered", GET=ANYONE),
    at("taskforce.answer", owed_id="late", GET=ANYONE),
    at("taskforce.give_answer", owed_id="owed", POST=form_for("decision_owner")),
    at("taskforce.give_answer", owed_id="answered", POST=form_for()),
    at("taskforce.promise", owed_id="answered", POST=form_for(*MAKES_PROMISES)),
    at("taskforce.promise", owed_id="owed", POST=form_for()),
    at("taskforce.rate", departure_id="departure", POST=form_for("task_force")),
    at("taskforce.action", action_id="action", GET=ANYONE),
    at("taskforce.move_action", action_id="action", POST=form_for(*MAKES_PROMISES)),
]


def rows(method: str) -> list[Row]:
    return [row for row in ROWS if method in row.asks]
