"""The estate services pilot: photos, gritting, wildflowers, bins, a locked gate; from draft to done."""

from datetime import timedelta

from coproduce import clock
from coproduce.deliberation.rules import Side
from coproduce.demo.actions.stage import Stage
from coproduce.demo.actions.voids import put_to_vote
from coproduce.duties.rules import Area
from coproduce.proposals import actions as proposals
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import joining
from coproduce.proposals.rules import Mandate, Option, Stand
from coproduce.proposals.rules.starters import STARTERS, Starter
from coproduce.taskforce import actions as answers
from coproduce.taskforce import queries as promises
from coproduce.taskforce.models import Action, Answer
from coproduce.taskforce.rules import ActionState, AnswerKind, Rating, ReasonKind


def tell(stage: Stage) -> None:
    photos(stage)
    canal_path(stage)
    bench(stage)
    gritting(stage)
    wildflowers(stage)
    bins(stage)
    gate(stage)
    stairs(stage)
    parking(stage)
    seats(stage)
    services(stage)
    by_voice(stage)


def photos(stage: Stage) -> None:
    """Gathering support, with a question that the duty keeper has until next week to answer."""
    with stage.day(9):
        proposal = stage.propose(
            "marek",
            "Walsden",
            Area.ESTATES,
            "Send a photo when a job is done",
            "A picture by text after each litter pick and stair clean.",
            "We pay for the cleaning every week and never know if anybody came.",
            (
                Starter(
                    "After each clean the team sends one photo.",
                    options=(Option("By text to those who want it"), Option("On the noticeboard and this site")),
                ),
                Starter("No person and no number plate is in the picture.", Stand.FIXED, duty="X-26"),
                Starter(
                    "The photos are kept for four weeks and then deleted.",
                    Stand.UNCLEAR,
                    question="Is four weeks right, or does the law name another time?",
                ),
            ),
        )
    with stage.day(8, 18):
        stage.say(proposal, "tom", Side.FOR, "Send a photo when a job is done, then nobody has to argue.")
        stage.say(proposal, "farida", Side.QUESTION, "Who looks at the photos, and for how long are they kept?")
        stage.say(proposal, "asha", Side.FOR, "I want to know what I pay for each week.")
    with stage.day(5, 18):
        stage.support(proposal, 21, "marek", "tom", "asha")


def canal_path(stage: Stage) -> None:
    """Support was reached, and the landlord's promise is late: shown as plainly as anything else."""
    with stage.day(44):
        proposal = stage.propose(
            "sam",
            "Lockside",
            Area.ESTATES,
            "A light on the canal steps",
            "One more lamp where the steps meet the towpath.",
            "Lights on all night cost money, but I feel safer.",
            (
                Starter("One lamp stands at the foot of the steps."),
                Starter(
                    "The lamp is lit when people need it.",
                    options=(Option("All night"), Option("Until midnight"), Option("When somebody walks by")),
                ),
                Starter("Shared stairs and steps are kept in repair.", Stand.FIXED, duty="EST-02"),
            ),
        )
    with stage.day(36, 18):
        stage.support(proposal, 33, "sam", "farida")


def bench(stage: Stage) -> None:
    with stage.day(2, 21):
        proposals.draft(
            stage.me("asha"),
            place_id=stage.places["Ridge Row"].id,
            area=Area.ESTATES,
            title="A quiet bench by the lock",
            summary="Somewhere to sit with a pram, out of the wind.",
            reasons="The nearest bench is ten minutes away, and my mum cannot walk that far.",
        )


def gritting(stage: Stage) -> None:
    """The vote is over and the landlord's clock is running."""
    with stage.day(52):
        proposal = stage.propose(
            "idris",
            "Walsden",
            Area.ESTATES,
            "Grit the steps before the car park",
            "On frosty mornings the steps and the main path come first.",
            "Ice on the steps is my biggest worry in winter.",
            (
                Starter(
                    "When frost is forecast, the first place to be gritted is chosen by us.",
                    options=(
                        Option("The steps and the main path"),
                        Option("The ramp to Lockside Court"),
                        Option("The car park, as now"),
                    ),
                ),
                Starter("Two grit bins are filled by the end of October, for neighbours to use."),
            ),
        )
        stage.support(proposal, 36, "idris", "joyce", "farida")
    with stage.day(40):
        stage.promise(
            proposal, Mandate.CONSULT, "We will ask first, listen, and say what changed by the first frost of December."
        )
    ballot = put_to_vote(stage, proposal, 20, lasts=14)
    with stage.day(15, 18):
        stage.vote(ballot, ((9, 1, 1), (6, 3, 1, 1)), 0.48)
    stage.catch_up(6)


def wildflowers(stage: Stage) -> None:
    """Yes in part, for a reason that the task force has challenged."""
    with stage.day(150):
        proposal = stage.propose(
            "bronwen",
            "Walsden",
            Area.ESTATES,
            "Wildflowers on the shared green",
            "Mow the paths, let the rest grow until August.",
            "I would happily swap some grass for wildflowers. So would the bees.",
            (
                Starter(
                    "How much of the green is left to grow.",
                    options=(Option("A third of it"), Option("Half of it"), Option("All but the paths")),
                ),
                Starter("No cutting while birds nest.", Stand.FIXED, duty="EST-19"),
                Starter("A mown edge of one metre shows that it is meant."),
            ),
        )
        stage.say(proposal, "tom", Side.AGAINST, "Long grass looks like nobody cares.")
        stage.say(proposal, "asha", Side.FOR, "My two would be out there all day looking for beetles.")
        stage.support(proposal, 40, "bronwen", "asha")
    with stage.day(128):
        stage.promise(
            proposal,
            Mandate.CO_DESIGN,
            "We will work it up together and take the joint version forward. If we differ, we will say why in public.",
        )
    ballot = put_to_vote(stage, proposal, 100, lasts=14)
    with stage.day(95, 18):
        stage.vote(ballot, ((7, 3, 1), (3, 4, 3, 1)), 0.55)
    stage.catch_up(85)
    with stage.day(52):
        answer = answers.answer(
            stage.me("priya"),
            promises.owed_for(proposal),
            kind=AnswerKind.PART,
            words="Yes to a third of the green from this spring. Half of it must wait for the new mowing contract.",
            reason=ReasonKind.CONTRACT,
            reason_words="The mowing contract runs until March 2028 and pays for sixteen cuts of the whole green.",
        )
        decision = promises.decision_of(answer)
        answers.promise(
            stage.me("priya"),
            decision,
            words="Leave a third of the green uncut from April, with a mown edge",
            owner_id=stage.cast["denise"].id,
            due_on=clock.today() + timedelta(days=170),
        )
        answers.promise(
            stage.me("priya"),
            decision,
            words="Say what it would cost to change the mowing contract now",
            owner_id=stage.cast["priya"].id,
            due_on=clock.today() + timedelta(days=40),
        )
    with stage.day(45, 19):
        departure = answer.departures[0]
        answers.rate(
            stage.me("idris"),
            departure,
            Rating.CHALLENGED,
            "Contracts can be changed by agreement. We would like to see what you asked the contractor, and the price.",
        )


def bins(stage: Stage) -> None:
    proposal = _bins_to_answer(stage)
    with stage.day(118):
        answer = answers.answer(
            stage.me("priya"),
            promises.owed_for(proposal),
            kind=AnswerKind.ACCEPT,
            words="Yes. The bin store will be washed every month, and the second bench will be mended.",
        )
        wash, mend = _bins_promised(stage, answer)
    with stage.day(18, 15):
        answers.move_action(
            stage.me("denise"), wash, ActionState.DONE, "Washed three months running. Joyce has checked."
        )
        answers.move_action(
            stage.me("denise"),
            mend,
            ActionState.DOING,
            "The oak came in split, so we had to order it again.",
            due_on=stage.today + timedelta(days=13),
        )


def _bins_to_answer(stage: Stage) -> Proposal:
    with stage.day(200):
        proposal = stage.propose(
            "tom",
            "Walsden",
            Area.ESTATES,
            "A clean bin store, and somewhere to sit by it",
            "Wash the bin store every month and mend the second bench.",
            "Bins overflow because there are not enough, not because people are lazy.",
            (
                Starter("The bin store is big enough and easy to use for everybody.", Stand.FIXED, duty="EST-21"),
                Starter(
                    "How often the store is washed.",
                    options=(Option("Every month"), Option("Every two months"), Option("Twice a year")),
                ),
            ),
        )
        stage.say(proposal, "sam", Side.FOR, "In July you can smell it from my kitchen.")
        stage.support(proposal, 35, "tom", "sam")
    with stage.day(185):
        stage.promise(proposal, Mandate.DELEGATE, "You decide how often, within £3,740 a year. Then we do it.")
    ballot = put_to_vote(stage, proposal, 160, lasts=14)
    with stage.day(155, 18):
        stage.vote(ballot, ((9, 1, 1), (7, 2, 1, 1)), 0.5)
    stage.catch_up(145)
    return proposal


def _bins_promised(stage: Stage, answer: Answer) -> tuple[Action, Action]:
    me, decision = stage.me("priya"), promises.decision_of(answer)
    denise = stage.cast["denise"].id
    wash = answers.promise(
        me,
        decision,
        words="Wash the bin store every month",
        owner_id=denise,
        due_on=clock.today() + timedelta(days=105),
    )
    mend = answers.promise(
        me,
        decision,
        words="Mend the second bench by the lock",
        owner_id=denise,
        due_on=clock.today() + timedelta(days=112),
    )
    return wash, mend


def gate(stage: Stage) -> None:
    """A plain no, for safety, with the duty that fixes it; the task force accepted the reason."""
    with stage.day(230):
        proposal = stage.propose(
            "marek",
            "Lockside Court",
            Area.ESTATES,
            "Keep the back gate locked at night",
            "Lock the gate behind Lockside Court from ten at night to six in the morning.",
            "People we do not know come through and leave rubbish.",
            (
                Starter("The back gate is locked from ten at night to six in the morning."),
                Starter("Everybody in the block has a key."),
            ),
        )
        stage.support(proposal, 32, "marek", "sam", "farida")
    with stage.day(215):
        stage.promise(proposal, Mandate.CONSULT, "We will ask first, listen, and say what changed.")
    ballot = put_to_vote(stage, proposal, 205, lasts=14)
    with stage.day(200, 18):
        stage.vote(ballot, ((6, 3, 1),), 0.6)
    stage.catch_up(190)
    with stage.day(176):
        answer = answers.answer(
            stage.me("priya"),
            promises.owed_for(proposal),
            kind=AnswerKind.DECLINE,
            words="No. The gate is the second way out in a fire, and it must open without a key. "
            "We will put up a camera and a brighter lamp instead.",
            reason=ReasonKind.SAFETY,
            reason_words="The fire risk assessment names the gate as a way out that must stay open.",
            duty_version_id=stage.duties["EST-11"],
        )
    with stage.day(170, 19):
        answers.rate(stage.me("idris"), answer.departures[0], Rating.ACCEPTED, "We read the assessment. It says so.")
        answers.rate(stage.me("farida"), answer.departures[0], Rating.ACCEPTED, "")


def stairs(stage: Stage) -> None:
    with stage.day(23):
        proposal = stage.propose(
            "ella",
            "Mill Bank",
            Area.ESTATES,
            "Clean the stairs twice a week",
            "Monday and Thursday, instead of Monday only.",
            "With four dogs and two prams on our stairs, once a week does not last.",
            (
                Starter(
                    "How often the stairs are cleaned.",
                    options=(
                        Option("Twice a week", "About £2.50 more a week for each flat"),
                        Option("Once a week, as now", "No change"),
                    ),
                ),
                Starter("Nobody pays for a service that their agreement does not name.", Stand.FIXED, duty="EST-03"),
            ),
        )
        stage.say(proposal, "ella", Side.FOR, "I would pay a little more for stairs that I am not ashamed of.")
        stage.support(proposal, 17, "ella")


def parking(stage: Stage) -> None:
    with stage.day(95):
        proposal = stage.propose(
            "sam",
            "Walsden",
            Area.ESTATES,
            "Paint the parking bays again",
            "The lines have worn away.",
            "Nobody knows where a bay ends.",
            (Starter("The lines are painted again before winter."),),
        )
    with stage.day(88):
        proposals.withdraw(stage.me("sam"), proposal, "The council has painted them. Thank you, council.")


def seats(stage: Stage) -> None:
    """Two ideas that were one: joined with consent, and each supporter asked. A third says in what it differs."""
    with stage.day(40):
        stays = stage.propose(
            "tom",
            "Walsden",
            Area.ESTATES,
            "Somewhere to sit along the towpath",
            "Three seats between the lock and the bridge.",
            "It is a long way for anybody who gets out of breath.",
            (
                Starter("A seat stands at the lock, at the bend and at the bridge."),
                Starter("What the seats are made of.", options=(Option("Oak"), Option("Recycled plastic"))),
            ),
        )
        stage.support(stays, 14, "tom", "bronwen")
    with stage.day(38):
        goes = stage.propose(
            "marek",
            "Walsden",
            Area.ESTATES,
            "A seat for elders at the bend of the canal",
            "One seat with arms, so that people can stand up again.",
            "My mother turns back at the bend.",
            (Starter("One seat with arms and a high back stands at the bend."),),
        )
        stage.support(goes, 8, "marek", "sam", "asha")
    with stage.day(29, 18):
        why = "Yours is one of our three seats, and arms are a good idea for all of them."
        offer = proposals.offer_merge(stage.me("tom"), goes, stays, why=why)
    with stage.day(27, 19):
        proposals.accept_merge(stage.me("marek"), offer)
    with stage.day(26, 8):
        for name, follows in (("sam", True), ("marek", True)):
            asked = joining.asked(offer.id, stage.cast[name].id)
            if asked is not None:
                proposals.follow(stage.me(name), asked, follows=follows)
    with stage.day(14):
        other = proposals.draft(
            stage.me("farida"),
            place_id=stage.places["Walsden"].id,
            area=Area.ESTATES,
            title="A table to play chess by the lock",
            summary="A table with two seats, near the new bench.",
            reasons="The old men at the lock would stop playing on the wall.",
        )
        proposals.add_clause(
            stage.me("farida"),
            other,
            words="A stone table with a chess board stands by the lock.",
            stand=Stand.FLEXIBLE,
        )
        proposals.say_how_it_differs(stage.me("farida"), other, stays, "It is a table to meet at, not a place to rest.")
        proposals.raise_it(stage.me("farida"), other)


def services(stage: Stage) -> None:
    """What each service of an estate costs each home a week."""
    with stage.day(16):
        proposal = stage.propose(
            "sam",
            "Lockside",
            Area.ESTATES,
            "What our service charge buys at Lockside",
            "Each service with how often it is done, what it costs, and what that is for each home a week.",
            "We pay every week and cannot see for what. With this list we can say what we would do more or less of.",
            STARTERS[Area.ESTATES],
        )
        stage.support(proposal, 11, "sam", "farida")
    with stage.day(15, 19):
        stage.say(proposal, "farida", Side.QUESTION, "Could we sweep every two weeks and clean the stairs twice?")


def by_voice(stage: Stage) -> None:
    """Somebody without email told the champion, who wrote it down for her."""
    with stage.day(11):
        me, whose = stage.me("bronwen"), stage.neighbours["Walsden"][33]
        proposal = proposals.draft(
            me,
            place_id=stage.places["Walsden"].id,
            area=Area.ESTATES,
            title="A second handrail on the hall steps",
            summary="A rail on the left too, for those who hold on with that hand.",
            reasons="Since my stroke I have one good hand, and it is the left one.",
        )
        proposals.add_clause(
            me, proposal, words="A rail runs along both sides of the hall steps.", stand=Stand.FLEXIBLE
        )
        proposals.raise_for(me, proposal, whose, how="voice")
        proposals.raise_it(me, proposal)
        stage.support(proposal, 6, "bronwen")
