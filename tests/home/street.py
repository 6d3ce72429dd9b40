"""Things going on in the small town, put straight into the tables: what home shows, whoever made it."""

from datetime import timedelta

from coproduce import clock
from coproduce.db import db
from coproduce.deliberation.models import Comment, CommentText, Thread
from coproduce.deliberation.rules import Shown, Side
from coproduce.duties.rules import Area
from coproduce.proposals.models import Author, Clause, DutyQuestion, Proposal, Support, Version
from coproduce.proposals.rules import AuthorState, Mandate, Stage
from coproduce.taskforce.models import Action, Answer, AnswerOwed, Decision, Departure
from coproduce.taskforce.rules import ActionState, AnswerKind, Cause, ReasonKind
from coproduce.voting.models import Ballot, Question, RollPlace
from coproduce.voting.rules import Channel, Method, Secrecy, State, Unit


def proposal(by, place, title, *, stage=Stage.RAISED, ago=1, backers=(), reached=None, mandate=None, summary=""):
    thread = keep(Thread(place_id=place.id, is_open=True))
    at = clock.now() - timedelta(days=ago)
    made = keep(
        Proposal(
            place_id=place.id,
            area=Area.PETS,
            stage=stage,
            title=title,
            summary=summary or f"{title}, and why it matters to us.",
            reasons="",
            raised_by_id=by.id,
            entered_by_id=None,
            made_at=at,
            raised_at=None if stage is Stage.DRAFT else at,
            mandate=mandate,
            mandate_words="",
            mandate_at=at if mandate else None,
            support_count=len(backers),
            support_reached_on=reached,
            thread_id=thread.id,
            merged_into_id=None,
        )
    )
    keep(Author(proposal_id=made.id, person_id=by.id, state=AuthorState.ACCEPTED, position=1))
    for person in backers:
        keep(Support(proposal_id=made.id, person_id=person.id, counts=True, since=at, until=None))
    return made


def comment(on, by, words, side=Side.PLAIN):
    at = clock.now()
    said = keep(
        Comment(
            thread_id=on.thread_id,
            parent_id=None,
            person_id=by.id,
            entered_by_id=None,
            side=side,
            about_version=None,
            state=Shown.SHOWN,
            made_at=at,
        )
    )
    keep(CommentText(comment_id=said.id, no=1, words=words, made_at=at))
    return said


def ballot(on, by, voters, *, days=8, voted=(), questions=2):
    now = clock.now()
    text = keep(
        Version(
            proposal_id=on.id,
            no=1,
            title=on.title,
            summary=on.summary,
            reasons="",
            why="",
            by_id=by.id,
            made_at=now,
            fingerprint="a" * 64,
        )
    )
    made = keep(
        Ballot(
            version_id=text.id,
            place_id=on.place_id,
            unit=Unit.PERSON,
            secrecy=Secrecy.NAMED,
            state=State.OPEN,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=days, minutes=5),
            closed_at=None,
            opened_by_id=by.id,
            rules={},
            rules_hash="b" * 64,
        )
    )
    for position in range(1, questions + 1):
        question = Question(
            ballot_id=made.id, position=position, method=Method.YES_NO, clause_id=None, clause_number=None, prompt=""
        )
        keep(question)
    for person in voters:
        done = person in voted
        keep(
            RollPlace(
                ballot_id=made.id,
                person_id=person.id,
                place_id=on.place_id,
                channel=Channel.ONLINE if done else None,
                voted_on=clock.today() if done else None,
                times=int(done),
                helper_id=None,
                choices={"1": "yes"} if done else None,
            )
        )
    return made


def question(on, by, keeper, *, days=5):
    clause = keep(Clause(proposal_id=on.id, position=10, removed=False))
    return keep(
        DutyQuestion(
            clause_id=clause.id,
            asked_by_id=by.id,
            keeper_id=keeper.id if keeper else None,
            words="May hens live on the green?",
            asked_at=clock.now(),
            due_on=clock.today() + timedelta(days=days),
            answer="",
            answered_at=None,
            answered_by_id=None,
            duty_version_id=None,
        )
    )


def owed(on, owner, *, days, cause=Cause.BALLOT, cause_id=None):
    return keep(
        AnswerOwed(
            proposal_id=on.id,
            cause=cause,
            cause_id=cause_id or on.id,
            owner_id=owner.id if owner else None,
            starts_on=clock.today() - timedelta(days=30),
            due_on=clock.today() + timedelta(days=days),
            settled_at=None,
            settled_on=None,
        )
    )


def answered(on, by, text, *, kind=AnswerKind.PART):
    """An answer that differs, with one reason for the task force to rate."""
    due = owed(on, by, days=1)
    due.settled_at, due.settled_on = clock.now(), clock.today()
    said = keep(Answer(owed_id=due.id, kind=kind, words="Yes, in part.", by_id=by.id, at=clock.now()))
    reason = Departure(
        answer_id=said.id,
        reason=ReasonKind.MONEY,
        words="It costs too much.",
        duty_version_id=None,
        cost_pence=None,
        owner_id=by.id,
    )
    keep(reason)
    return keep(
        Decision(
            proposal_id=on.id,
            version_id=text.id,
            ballot_id=None,
            answer_id=said.id,
            mandate=Mandate.CO_DESIGN,
            outcome=kind,
            differs=True,
            made_at=clock.now(),
            review_on=None,
            learnt="",
        )
    )


def action(of, owner, words, *, due, first_due=None, done=None):
    today = clock.today()
    return keep(
        Action(
            decision_id=of.id,
            proposal_id=of.proposal_id,
            place_id=db.session.get(Proposal, of.proposal_id).place_id,
            words=words,
            owner_id=owner.id,
            first_due_on=today + timedelta(days=due if first_due is None else first_due),
            due_on=today + timedelta(days=due),
            state=ActionState.TO_DO if done is None else ActionState.DONE,
            finished_on=None if done is None else today + timedelta(days=done),
        )
    )


def keep(row):
    db.session.add(row)
    db.session.flush()
    return row


def full(town):
    """Something in every stage, as on the mock of the home page."""
    asha, joyce, marek, sam, priya, denise = town.asha, town.joyce, town.marek, town.sam, town.priya, town.denise
    everyone = [asha, joyce, marek, sam, town.bronwen, town.farida]
    pets = proposal(
        joyce, town.walsden, "A pet policy we can all live with", stage=Stage.SHAPING, ago=20, backers=everyone
    )
    pets.summary = (
        "How many cats and dogs, leads in the hall, and what happens when we say no. "
        "Five things the law fixes, the rest is ours."
    )
    for words in ("My cat got me through.", "I am scared of big dogs in the lift.", "Hens would bring us together."):
        comment(pets, asha, words)
    question(pets, joyce, town.ruth)
    proposal(marek, town.lockside, "Send a photo when a job is done", ago=3, backers=[asha, sam])
    homes = proposal(
        sam, town.walsden, "Empty homes: what should £650 buy the next neighbour?", stage=Stage.VOTING, ago=30
    )
    homes.summary = "You decide which jobs come first before someone gets the keys."
    vote = ballot(homes, denise, everyone, voted=[joyce])
    flowers = proposal(joyce, town.ridge_row, "Wildflowers on the shared green", stage=Stage.ANSWERED, ago=60)
    text = ballot(flowers, denise, [], days=-0).version
    owed(flowers, priya, days=-5, cause=Cause.CHALLENGE)
    decision = answered(flowers, priya, text)
    action(decision, denise, "Wash the bin store every month", due=-18, done=-18)
    action(decision, priya, "Say why the mowing cannot change until 2028", due=-4)
    action(decision, denise, "Mend the second bench by the lock", due=13, first_due=-3)
    action(decision, denise, "Clear the path to the lock", due=-30, done=-20)
    proposal(asha, town.walsden, "A bench by the canal", stage=Stage.DRAFT, ago=0)
    ready = proposal(sam, town.walsden, "Lights on the towpath", ago=12, backers=everyone[:4], reached=clock.today())
    return pets, homes, vote, flowers, ready
