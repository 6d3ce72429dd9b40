"""Proposals and closed votes made straight from their tables: nothing here needs how a text is written or cast."""

from datetime import date, timedelta

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.queries import people_in_circle
from coproduce.accounts.rules import Circle
from coproduce.db import db
from coproduce.deliberation.models import Thread
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area, Certainty, Level
from coproduce.proposals.models import Author, Proposal, Support, Version
from coproduce.proposals.rules import AuthorState, Mandate, Stage
from coproduce.taskforce import actions, jobs, queries
from coproduce.taskforce.models import AnswerOwed
from coproduce.taskforce.rules import AnswerKind, Cause, ReasonKind
from coproduce.voting.models import Ballot, BallotOption, Question, Result, RollPlace
from coproduce.voting.rules import (
    Channel,
    Method,
    Secrecy,
    State,
    Unit,
    as_kept,
    count_one_of,
    count_yes_no,
)

OPENED = clock.at(date(2026, 9, 7), 10)
CLOSED = clock.at(date(2026, 9, 21), 20)  # a Monday
DUE = date(2026, 10, 19)  # twenty working days later
TITLE = "Pets welcome at Walsden"
REASON = "The contract runs until March."


def add(row):
    db.session.add(row)
    db.session.flush()
    return row


def duty(code="PET-04", level=Level.LAW, *, upcoming=False, title="A pet may not be refused without a good reason"):
    return add(
        DutyVersion(
            duty_id=add(Duty(code=code, area=Area.PETS)).id,
            no=1,
            title=title,
            words="The landlord must not refuse a pet unless it has a good reason.",
            level=level,
            flexible_within="How a request is made.",
            who_decides="The landlord",
            instrument="An Act",
            source="legislation",
            certainty=Certainty.A,
            status="in force",
            upcoming=upcoming,
            in_force_from=None,
            review_on=date(2030, 1, 1),
            made_at=clock.now(),
            by_id=None,
            why="first",
        )
    )


def proposal(
    town, *, stage=Stage.VOTING, mandate=Mandate.CO_DESIGN, raised_by=None, place=None, title=TITLE, supported=None
):
    place, author = place or town.walsden, raised_by or town.asha
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
            made_at=OPENED,
            raised_at=OPENED,
            mandate=mandate,
            mandate_words="We will work it up together with you." if mandate else "",
            mandate_at=OPENED if mandate else None,
            support_count=3,
            support_reached_on=supported,
            thread_id=add(Thread(place_id=place.id, is_open=True)).id,
            merged_into_id=None,
        )
    )
    add(Author(proposal_id=made.id, person_id=author.id, state=AuthorState.ACCEPTED, position=1))
    add(
        Version(
            proposal_id=made.id,
            no=1,
            title=title,
            summary=made.summary,
            reasons=made.reasons,
            why="",
            by_id=author.id,
            made_at=OPENED,
            fingerprint="f" * 64,
        )
    )
    return made


def back(made, *people_who_do):
    for person in people_who_do:
        add(Support(proposal_id=made.id, person_id=person.id, since=OPENED, until=None, counts=True))


def ballot(made, *, voters=(), yes=3, no=1, closed_at=CLOSED, is_open=False):
    """A vote on the newest text: closed and counted, unless it is open still."""
    version = db.session.query(Version).filter_by(proposal_id=made.id).order_by(Version.no.desc()).first()
    found = add(
        Ballot(
            version_id=version.id,
            place_id=made.place_id,
            unit=Unit.PERSON,
            secrecy=Secrecy.NAMED,
            state=State.OPEN if is_open else State.CLOSED,
            opens_at=OPENED,
            closes_at=closed_at,
            closed_at=None if is_open else closed_at,
            opened_by_id=made.raised_by_id,
            rules={"quorum": 1},
            rules_hash="r" * 64,
        )
    )
    whole = _question(found, 1, Method.YES_NO, [("yes", ""), ("no", ""), ("abstain", "")])
    which = _question(
        found, 2, Method.ONE_OF, [("a", "Two cats or one dog"), ("b", "One pet"), ("abstain", "")], prompt="How many?"
    )
    for person in voters:
        add(
            RollPlace(
                ballot_id=found.id,
                person_id=person.id,
                place_id=made.place_id,
                channel=Channel.ONLINE,
                voted_on=date(2026, 9, 10),
                times=1,
                helper_id=None,
                choices={str(whole.id): "yes", str(which.id): "a"},
            )
        )
    if not is_open:
        keep(whole, count_yes_no(["yes"] * yes + ["no"] * no, on_roll=20, quorum=1), closed_at)
        keep(which, count_one_of(["a"] * 3 + ["b"], options=["a", "b"], on_roll=20, quorum=1), closed_at)
    return found


def _question(found, position, method, options, prompt=""):
    question = add(
        Question(
            ballot_id=found.id, position=position, method=method, clause_id=None, clause_number=None, prompt=prompt
        )
    )
    for no, (key, name) in enumerate(options, start=1):
        add(
            BallotOption(
                question_id=question.id, position=no, key=key, name=name, meaning="", cost_pence=None, choice_id=None
            )
        )
    return question


def keep(question, count, at):
    add(Result(question_id=question.id, run=1, counted_at=at, rounds=as_kept(count)))


def voted(town, **how):
    """A proposal whose vote has closed, with its clock started: (proposal, owed)."""
    with database.transaction():
        voters = how.pop("voters", (town.joyce, town.marek))
        made = proposal(town, **how)
        back(made, town.asha, town.joyce, town.sam)
        ballot(made, voters=voters)
    with clock.moved_to(CLOSED + timedelta(hours=1)):
        jobs.owe_answers()
    return made, owed_of(made)


def owed_of(made, cause=Cause.BALLOT):
    return db.session.query(AnswerOwed).filter_by(proposal_id=made.id, cause=cause).one()


def answered(town, kind=AnswerKind.PART, *, on=date(2026, 10, 12), **how):
    """A vote with its answer: (proposal, answer)."""
    reason = {} if kind is AnswerKind.ACCEPT else {"reason": ReasonKind.CONTRACT, "reason_words": REASON}
    made, owed = voted(town, **how)
    with clock.moved_to(clock.at(on, 10)), database.transaction():
        given = actions.answer(town.me(town.priya), owed, kind=kind, words="Yes to dogs. Not yet to hens.", **reason)
    return made, given


def promised(
    town, *, words="Put a bin by the gate", due_on=date(2026, 12, 1), on=date(2026, 10, 13), owner=None, **how
):
    """An action that comes from an answer: (proposal, action)."""
    made, given = answered(town, **how)
    with clock.moved_to(clock.at(on, 10)), database.transaction():
        action = actions.promise(
            town.me(town.priya),
            queries.decision_of(given),
            words=words,
            owner_id=(owner or town.denise).id,
            due_on=due_on,
        )
    return made, action


def on_the_task_force(person):
    """Give them a seat beside Farida's."""
    seat = people_in_circle(Circle.TASK_FORCE)[0].seats[0]
    people.seat(person, seat.circle, name="Member", since=date(2020, 1, 6))
