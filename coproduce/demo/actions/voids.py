"""The empty homes pilot: a standard that is being voted on, and a paint voucher that was promised and kept."""

from datetime import timedelta

from coproduce import clock
from coproduce.deliberation.rules import Side
from coproduce.demo.actions.stage import Stage
from coproduce.duties.rules import Area
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import latest_version
from coproduce.proposals.rules import Mandate, Option, Stand
from coproduce.proposals.rules.starters import STARTERS, VOID_BUDGET, Starter
from coproduce.taskforce import actions as answers
from coproduce.taskforce import queries as promises
from coproduce.taskforce.rules import ActionState, AnswerKind
from coproduce.voting import actions as voting
from coproduce.voting.models import Ballot

STANDARD = (
    Starter("Gas check done, and the certificate given before the keys.", Stand.FIXED, duty="VOID-06"),
    Starter("Electrical report given before move-in, and faults fixed.", Stand.FIXED, duty="VOID-07"),
    Starter("Smoke and carbon monoxide alarms tested on day one.", Stand.FIXED, duty="VOID-09"),
    Starter("No damp or mould: the cause is found and written down.", Stand.FIXED, duty="VOID-13"),
    Starter("No serious hazards; stairs and rails are safe.", Stand.FIXED, duty="VOID-03"),
    Starter("Heating and hot water work, and somebody shows you how.", Stand.FIXED, duty="VOID-02"),
    Starter("Outside locks changed, and two sets of keys.", duty=None),
    Starter(
        "What comes first from the £650 for each home.",
        range_words="Up to £650 a home, after everything that the law fixes.",
        options=(
            Option("Deep clean", "Oven space and inside the cupboards", 18_000),
            Option("Wipe-clean floors", "Vinyl in the kitchen and bathroom", 34_000),
            Option("Paint for two rooms", "A pack or a voucher: you pick the colour", 15_000),
            Option("Garden cut back", "Cleared, and the shed checked", 16_000),
        ),
    ),
    Starter("Good carpets are left and gifted, not ripped out."),
    Starter("A welcome card from neighbours, and a visit within four weeks."),
)


def put_to_vote(
    stage: Stage, proposal: Proposal, days_ago: int, *, lasts: int, quorum: int = 30, choices: bool = True
) -> Ballot:
    """Open a ballot on the whole and on each clause that has options."""
    with stage.day(days_ago, 12):
        version = latest_version(proposal)
        assert version is not None, "the proposal was raised"  # noqa: S101
        clause_ids = [
            entry.clause_version.clause_id
            for entry in version.clauses
            if choices and len(entry.clause_version.clause.choices) > 1
        ]
        return voting.open_ballot(
            stage.me("denise"),
            proposal,
            closes_at=clock.at(clock.today() + timedelta(days=lasts), 20),
            clause_ids=clause_ids[:1],
            quorum_percent=quorum,
        )


def tell(stage: Stage) -> None:
    standard(stage)
    paint(stage)
    within_650(stage)


def standard(stage: Stage) -> None:
    with stage.day(66):
        proposal = stage.propose(
            "idris",
            "Walsden",
            Area.VOIDS,
            "Empty homes: what should £650 buy the next neighbour?",
            "A short list of what a home must have before somebody gets the keys.",
            "Some people got a clean home. Others got bare boards and a garden up to the chest. It should not be luck.",
            STANDARD,
        )
    with stage.day(60, 19):
        stage.say(proposal, "asha", Side.FOR, "Bare floors with a baby are not OK.")
        stage.say(proposal, "sam", Side.FOR, "Give me a voucher and let me pick the paint.")
        stage.say(proposal, "marek", Side.AGAINST, "Empty homes should be filled fast. People are in hostels.")
        stage.say(proposal, "bronwen", Side.FOR, "A card from the neighbours meant more than the welcome pack.")
        stage.support(proposal, 38, "idris", "asha", "sam")
    with stage.day(50):
        stage.promise(proposal, Mandate.DELEGATE, "You decide within £650 a home. Then we do it.")
    ballot = put_to_vote(stage, proposal, 12, lasts=20)
    with stage.day(10, 18):
        voters = stage.neighbours["Walsden"]
        stage.neighbours["Walsden"] = [p for p in voters if p not in (stage.cast["asha"], stage.cast["sam"])]
        stage.vote(ballot, ((7, 2, 1), (4, 5, 3, 2, 1)), 0.35)
        stage.neighbours["Walsden"] = voters


def paint(stage: Stage) -> None:
    with stage.day(290):
        proposal = stage.propose(
            "joyce",
            "Walsden",
            Area.VOIDS,
            "A paint voucher instead of magnolia",
            "New neighbours choose their own colours for two rooms.",
            "Everybody paints over the magnolia anyway.",
            (
                Starter("Damage from our works is made good first.", Stand.FIXED, duty="VOID-02"),
                Starter(
                    "A new neighbour gets paint for two rooms.",
                    options=(
                        Option("A voucher for £150", "Spend it where you like", 15_000),
                        Option("A paint pack", "Delivered before you move in", 15_000),
                    ),
                ),
            ),
        )
        stage.support(proposal, 34, "joyce", "idris")
    with stage.day(270):
        stage.promise(proposal, Mandate.DELEGATE, "You choose how the £150 is given. Then we do it.")
    ballot = put_to_vote(stage, proposal, 260, lasts=14)
    with stage.day(255, 18):
        stage.vote(ballot, ((9, 2, 1), (6, 3, 1)), 0.52)
    stage.catch_up(245)
    with stage.day(238):
        answer = answers.answer(
            stage.me("priya"),
            promises.owed_for(proposal),
            kind=AnswerKind.ACCEPT,
            words="Yes. From the first of next month every new neighbour in Walsden gets a voucher for £150.",
        )
        voucher = answers.promise(
            stage.me("priya"),
            promises.decision_of(answer),
            words="Every new neighbour in Walsden gets a paint voucher for £150",
            owner_id=stage.cast["denise"].id,
            due_on=clock.today() + timedelta(days=30),
        )
    with stage.day(212, 15):
        answers.move_action(
            stage.me("denise"), voucher, ActionState.DONE, "The first three vouchers were used this week."
        )


def within_650(stage: Stage) -> None:
    """Mill Bank's own list, in money: what each item costs, and what is left of £650."""
    too_much = ("Wipe-clean floors", "Garden cut back")
    items = [item for item in STARTERS[Area.VOIDS] if not str(item.words).startswith(too_much)]
    with stage.day(12):
        proposal = stage.propose(
            "ella",
            "Mill Bank",
            Area.VOIDS,
            "What £650 buys in an empty home at Mill Bank",
            "A list with a price for each item, that keeps within the budget.",
            "A list without prices is only a wish. With prices we can choose.",
            items,
            budget_pence=VOID_BUDGET,
        )
        stage.support(proposal, 7, "ella")
