"""The stage of the demo: places, homes, the cast and their neighbours; and a clock that can be moved."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from coproduce import clock
from coproduce.accounts import actions as people
from coproduce.accounts.models import Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Circle, Role, Standing, Tenure
from coproduce.db import db, transaction
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Side
from coproduce.demo.actions import residents
from coproduce.demo.rules import CAST, Player
from coproduce.duties.actions import load_register
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area
from coproduce.neighbourhoods import actions as places
from coproduce.neighbourhoods.models import Home, Place
from coproduce.neighbourhoods.rules import PlaceKind
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import Mandate
from coproduce.proposals.rules.starters import Starter
from coproduce.taskforce import jobs as answers_due
from coproduce.voting import actions as voting
from coproduce.voting import jobs as ballots_due
from coproduce.voting.models import Ballot
from coproduce.voting.rules import ABSTAIN

HOMES = {"Ridge Row": 48, "Lockside Court": 48, "Mill Bank Terrace": 36, "Hollin Rise": 24}
SAMPLE_SEED = 2026


@dataclass
class Stage:
    """Who and what there is, by name, and the clock."""

    today: date
    places: dict[str, Place]
    cast: dict[str, Person]
    neighbours: dict[str, list[Person]]
    duties: dict[str, int]
    draw: random.Random = field(default_factory=lambda: random.Random(SAMPLE_SEED))  # noqa: S311
    _standings: dict[int, Standing] = field(default_factory=dict)
    _backing: dict[int, set[int]] = field(default_factory=dict)

    def me(self, who: str | Person) -> Standing:
        person = self.cast[who] if isinstance(who, str) else who
        if person.id not in self._standings:
            self._standings[person.id] = standing(person.id)
        return self._standings[person.id]

    @contextmanager
    def day(self, days_ago: int, hour: int = 10, minute: int = 0) -> Iterator[None]:
        """Do it that many days before today, in one transaction."""
        with clock.moved_to(clock.at(self.today - timedelta(days=days_ago), hour, minute)), transaction():
            yield

    def catch_up(self, days_ago: int = 0) -> None:
        """Let the worker do what was due by the evening of that day."""
        moment = clock.at(self.today - timedelta(days=days_ago), 20, 30) if days_ago else clock.now()
        with clock.moved_to(moment):
            ballots_due.close_due()
            answers_due.owe_answers()

    def propose(  # noqa: PLR0913 - a proposal is all of these at once, and each is named
        self,
        author: str,
        place: str,
        area: Area,
        title: str,
        summary: str,
        reasons: str,
        clauses: Sequence[Starter],
        *,
        budget_pence: int | None = None,
    ) -> Proposal:
        """Write a draft with its clauses and raise it. `budget_pence`: for each home, where there is one."""
        me = self.me(author)
        proposal = proposals.draft(
            me, place_id=self.places[place].id, area=area, title=title, summary=summary, reasons=reasons
        )
        if budget_pence is not None:
            proposals.redraft(me, proposal, title=title, summary=summary, reasons=reasons, budget_pence=budget_pence)
        for clause in clauses:
            proposals.add_clause(
                me,
                proposal,
                words=str(clause.words),
                stand=clause.stand,
                duty_version_id=self.duties[clause.duty] if clause.duty else None,
                options=clause.written_options,
                question=clause.question,
                range_words=str(clause.range_words),
                cost_pence=clause.cost_pence,
                times=clause.times,
                homes=clause.homes,
            )
        proposals.raise_it(me, proposal)
        return proposal

    def support(self, proposal: Proposal, count: int, *names: str) -> None:
        """The named people back it, then neighbours until there are `count`."""
        backers = [self.cast[name] for name in names]
        backers += [p for p in self._neighbours_of(proposal) if p not in backers]
        already = self._backing.setdefault(proposal.id, set())
        for person in backers[:count]:
            if person.id not in already:
                proposals.support(self.me(person), proposal)
                already.add(person.id)

    def say(self, proposal: Proposal, who: str, side: Side, words: str, reply_to: Comment | None = None) -> Comment:
        return proposals.comment(
            self.me(who), proposal, words=words, side=side, parent_id=reply_to.id if reply_to else None
        )

    def promise(self, proposal: Proposal, mandate: Mandate, words: str) -> None:
        proposals.name_mandate(self.me("priya"), proposal, mandate, words)

    def vote(self, ballot: Ballot, leanings: Sequence[Sequence[int]], turnout: float) -> None:
        """Neighbours vote: for each question, the weights of its options in order, then of abstaining."""
        voters = self._neighbours_of(ballot.version.proposal)
        for person in voters[: round(len(voters) * turnout)]:
            choices = {}
            for question, weights in zip(ballot.questions, leanings, strict=True):
                keys = [option.key for option in question.options if option.key != ABSTAIN]
                choices[str(question.id)] = self.draw.choices([*keys, ABSTAIN], weights=weights)[0]
            voting.cast(self.me(person), ballot, choices)

    def _neighbours_of(self, proposal: Proposal) -> list[Person]:
        place = next(name for name, found in self.places.items() if found.id == proposal.place_id)
        return self.neighbours[place]


def set_the_stage() -> Stage:
    """Places, homes, the register and the people: the cast by hand, everybody else by the landlord's own list."""
    today = clock.today()
    since = today - timedelta(days=2400)
    with clock.moved_to(clock.at(today - timedelta(days=400), 9)):
        with transaction():
            load_register(why="First register, from public sources")
            found, homes = _build_places()
            rows = residents.first_list(homes, since)
            numbers = {row.name: row.ref for row in rows}
            cast = {player.key: _add(player, numbers.get(player.full_name)) for player in CAST}
            _house(cast, homes, since)
            _give_roles(cast, found, since)
            grace = standing(cast["grace"].id)
        residents.bring_in(grace, rows, name="everybody.csv")
        with transaction():
            neighbours = _neighbours(rows)
    duties = dict(
        db.session.execute(select(Duty.code, DutyVersion.id).join(DutyVersion).order_by(DutyVersion.no)).all()
    )
    residents.a_year_of_lists(today, homes, rows, found)
    return Stage(today, found, cast, neighbours, duties)  # type: ignore[arg-type]


def _build_places() -> tuple[dict[str, Place], dict[str, list[Home]]]:
    walsden = places.add_place("Walsden", PlaceKind.NEIGHBOURHOOD)
    lockside = places.add_place("Lockside", PlaceKind.ESTATE, walsden)
    mill_bank = places.add_place("Mill Bank", PlaceKind.NEIGHBOURHOOD)
    hollin = places.add_place("Hollin Vale", PlaceKind.NEIGHBOURHOOD)
    leaves = {
        "Ridge Row": places.add_place("Ridge Row", PlaceKind.ESTATE, walsden),
        "Lockside Court": places.add_place("Lockside Court", PlaceKind.BLOCK, lockside),
        "Mill Bank Terrace": places.add_place("Mill Bank Terrace", PlaceKind.ESTATE, mill_bank),
        "Hollin Rise": places.add_place("Hollin Rise", PlaceKind.ESTATE, hollin),
    }
    homes = {
        name: [
            places.add_home(
                leaf,
                reference=f"{leaf.id:02}{n:04}",
                address=f"{n} {name}",
                postcode="OL14 0ZZ",
                do_not_write=(name, n) == ("Lockside Court", 30),
            )
            for n in range(1, HOMES[name] + 1)
        ]
        for name, leaf in leaves.items()
    }
    roots = {"Walsden": walsden, "Lockside": lockside, "Mill Bank": mill_bank, "Hollin Vale": hollin}
    return {**roots, **leaves}, homes


def _add(player: Player, number: str | None) -> Person:
    return people.add_person(
        full_name=player.full_name, public_name=player.public_name, email=player.email, resident_ref=number
    )


def _house(cast: dict[str, Person], homes: dict[str, list[Home]], since: date) -> None:
    """Give each resident of the cast a home."""
    for place, keys in residents.LIVES_IN.items():
        for number, key in enumerate(keys):
            moved_in = since + timedelta(days=number)
            people.move_in(cast[key], homes[place][number], since=moved_in, tenure=Tenure.ASSURED)


def _neighbours(rows: Sequence[residents.Row]) -> dict[str, list[Person]]:
    """Who lives where, in the order of their homes. Most never sign in; they are on every roll all the same."""
    found = residents.by_ref()
    living: dict[str, list[Person]] = {}
    for row in rows:
        living.setdefault(row.place, []).append(found[row.ref])
    walsden = [p for pair in zip(living["Ridge Row"], living["Lockside Court"], strict=True) for p in pair]
    extra = {"Walsden": walsden, "Mill Bank": living["Mill Bank Terrace"], "Hollin Vale": living["Hollin Rise"]}
    return {**living, **extra, "Lockside": living["Lockside Court"]}


def _give_roles(cast: dict[str, Person], found: dict[str, Place], since: date) -> None:
    for key, role, place in (
        ("denise", Role.OFFICER, "Walsden"),
        ("priya", Role.DECISION_OWNER, None),
        ("ruth", Role.DUTY_KEEPER, None),
        ("grace", Role.ADMINISTRATOR, None),
        ("bronwen", Role.CHAMPION, "Walsden"),
        ("bronwen", Role.MODERATOR, "Walsden"),
        ("nadia", Role.MODERATOR, "Walsden"),
    ):
        people.give_role(cast[key], role, by=None, place=found[place] if place else None, since=since)
    force = people.make_circle(Circle.TASK_FORCE, "Neighbourly places task force")
    people.seat(cast["idris"], force, name="Chair", since=since)
    people.seat(cast["farida"], force, name="Resident member", since=since)
