"""Proposals made straight from their tables, and ballots on them: these tests need nothing of how a text is written."""

from datetime import date, timedelta

from coproduce import clock
from coproduce import db as database
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import Holder, Tenure
from coproduce.db import db
from coproduce.deliberation.models import Thread
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area, Certainty, Level
from coproduce.neighbourhoods.models import Home
from coproduce.proposals.models import (
    Author,
    Choice,
    Clause,
    ClauseVersion,
    Proposal,
    Tie,
    Version,
    VersionClause,
)
from coproduce.proposals.rules import AuthorState, Hold, Mandate, Stage, Stand, Within
from coproduce.voting import actions
from coproduce.voting.models import Ballot

OPENED = clock.at(date(2026, 11, 2), 10)
CLOSES = clock.at(date(2026, 11, 16), 20)
WHILE_OPEN = OPENED + timedelta(days=3)
TITLE = "Pets welcome at Walsden"


def add(row):
    db.session.add(row)
    db.session.flush()
    return row


def duty(code="PET-04", title="A pet may not be refused without a good reason"):
    found = add(Duty(code=code, area=Area.PETS))
    return add(
        DutyVersion(
            duty_id=found.id,
            no=1,
            title=title,
            words="The landlord must not refuse a pet unless it has a good reason.",
            level=Level.LAW,
            flexible_within="",
            who_decides="The landlord",
            instrument="An Act",
            source="legislation",
            certainty=Certainty.A,
            status="in force",
            upcoming=False,
            in_force_from=None,
            review_on=date(2030, 1, 1),
            made_at=clock.now(),
            by_id=None,
            why="first",
        )
    )


def proposal(
    town,
    *,
    stage=Stage.SHAPING,
    mandate=Mandate.CO_DESIGN,
    third=Stand.FLEXIBLE,
    within=Within.YES,
    raised_by=None,
    place=None,
    title=TITLE,
):
    """A published text of three clauses: one fixed by a duty, one flexible with three options, one as `third` says."""
    now = clock.now()
    place = place or town.walsden
    author = raised_by or town.asha
    made = add(
        Proposal(
            place_id=place.id,
            area=Area.PETS,
            stage=stage,
            title=title,
            summary="One or two pets in every home.",
            reasons="Pets are company.",
            raised_by_id=author.id,
            entered_by_id=None,
            made_at=now,
            raised_at=None if stage is Stage.DRAFT else now,
            mandate=mandate,
            mandate_words="We will write this with you." if mandate else "",
            mandate_at=now if mandate else None,
            support_count=0,
            support_reached_on=None,
            thread_id=add(Thread(place_id=place.id, is_open=True)).id,
            merged_into_id=None,
        )
    )
    add(Author(proposal_id=made.id, person_id=author.id, state=AuthorState.ACCEPTED, position=1))
    version = add(
        Version(
            proposal_id=made.id,
            no=1,
            title=title,
            summary=made.summary,
            reasons=made.reasons,
            why="raised",
            by_id=author.id,
            made_at=now,
            fingerprint="7c1e09ab44d2" + "0" * 52,
        )
    )
    fixed = clause(made, version, 1, "Nobody is refused a pet without a good reason.", Stand.FIXED)
    held_by = duty(f"PET-{made.id:02}")
    add(Tie(clause_version_id=fixed.id, duty_version_id=held_by.id, hold=Hold.FIXES))
    flexible = clause(made, version, 2, "How many pets a home may have.", Stand.FLEXIBLE)
    for position, (name, cost) in enumerate([("One", None), ("Two", 650), ("As many as are looked after", None)], 1):
        add(
            Choice(
                clause_id=flexible.clause_id,
                position=position,
                name=name,
                meaning=f"Meaning {position}",
                cost_pence=cost,
                within=within if position == 3 else Within.YES,
                settled_by_id=None,
            )
        )
    clause(made, version, 3, "Dogs are on a lead in shared halls.", third)
    return made


def clause(made, version, position, words, stand):
    identity = add(Clause(proposal_id=made.id, position=position, removed=False))
    said = add(
        ClauseVersion(
            clause_id=identity.id,
            no=1,
            words=words,
            stand=stand,
            range_words="",
            cost_pence=None,
            made_at=clock.now(),
            by_id=made.raised_by_id,
        )
    )
    add(VersionClause(version_id=version.id, position=position, clause_version_id=said.id))
    return said


def clause_ids(made, *positions):
    wanted = positions or (2,)
    rows = db.session.query(Clause).filter(Clause.proposal_id == made.id).order_by(Clause.position)
    return [row.id for row in rows if row.position in wanted]


def ballot(town, made=None, *, opens=OPENED, closes=CLOSES, quorum=30, **more):
    """An open ballot with two questions, kept."""
    with clock.moved_to(opens), database.transaction():
        made = made or proposal(town, **more)
        return actions.open_ballot(
            town.me(town.denise), made, closes_at=closes, clause_ids=clause_ids(made), quorum_percent=quorum
        )


def paper(ballot, whole="yes", option=0):
    """A paper: an answer to the whole, and the option of that number (or "abstain") on the clause."""
    first, second = ballot.questions
    return {str(first.id): whole, str(second.id): option if isinstance(option, str) else second.options[option].key}


def vote(town, ballot, person, whole="yes", option=0, at=WHILE_OPEN):
    with clock.moved_to(at), database.transaction():
        return actions.cast(town.me(person), ballot, paper(ballot, whole, option))


def close(ballot, at=CLOSES):
    with clock.moved_to(at), database.transaction():
        actions.close(db.session.get_one(Ballot, ballot.id))


def neighbours(town, count):
    """More adults who live in Ridge Row, kept. Gives their ids."""
    with database.transaction():
        home = add(Home(place_id=town.ridge_row.id, reference="BIG", address="The big house", postcode="OL14 0AA"))
        made = [
            Person(public_name=f"N{no}", full_name=f"Neighbour {no}", resident_ref=None, adult=True, closed_at=None)
            for no in range(count)
        ]
        db.session.add_all(made)
        db.session.flush()
        db.session.add_all(
            Occupancy(
                person_id=person.id,
                home_id=home.id,
                tenure=Tenure.ASSURED,
                holder=Holder.HOUSEHOLD,
                since=date(2020, 1, 1),
                until=None,
            )
            for person in made
        )
        return [person.id for person in made]
