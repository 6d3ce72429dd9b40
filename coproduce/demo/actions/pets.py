"""The pet pilot: a policy that many are writing, hens that wait for a promise, and a corner in Hollin Vale."""

from coproduce.deliberation.rules import PutTo, Side
from coproduce.demo.actions import decency
from coproduce.demo.actions.stage import Stage
from coproduce.duties.rules import Area
from coproduce.proposals import actions as proposals
from coproduce.proposals.actions import Settling, Suggestion
from coproduce.proposals.models import Proposal
from coproduce.proposals.queries import latest_version, newest_no, questions_for
from coproduce.proposals.rules import Deed, Mandate, Option, Stand, Verdict
from coproduce.proposals.rules.starters import Starter

# The draft pet policy of our own demo content, with the clauses that are part fixed split in two.
POLICY = (
    Starter("We want homes where people and pets live well together. The default answer to a sensible request is yes."),
    Starter("You may keep fish and small caged pets without asking."),
    Starter(
        "For a cat or dog, fill in a one-page form, by phone or in person if you prefer. We answer within 28 days.",
        options=(
            Option("Within 28 days", "Time to ask the neighbours first"),
            Option("Within 14 days", "Quicker, with less time to ask around"),
        ),
    ),
    Starter(
        "How many cats and dogs may live in one home.",
        range_words="From one pet to no limit at all. No law sets a number.",
        options=(
            Option("Two cats and one dog, or one pet in a flat", "More by asking"),
            Option("Two cats or one dog in any home", "The same for houses and flats"),
            Option("No number, as long as they are cared for", "Each request on its own"),
        ),
    ),
    Starter("Trained assistance dogs are always welcome. There is no fee and no limit.", Stand.FIXED, duty="PET-04"),
    Starter("We cannot agree to a banned dog without its exemption papers.", Stand.FIXED, duty="PET-09"),
    Starter("We cannot agree to a wild animal that needs a licence.", Stand.FIXED, duty="PET-13"),
    Starter(
        "Dogs are on a lead in shared halls, lifts and gardens, and owners pick up mess straight away.",
    ),
    Starter("Cats and dogs must be microchipped.", Stand.FIXED, duty="PET-12"),
    Starter(
        "We may ask to see the microchip number.",
        options=(Option("Ask everyone"), Option("Ask only when there is a problem"), Option("Never ask")),
    ),
    Starter("Please keep pets in another room when staff or contractors visit."),
    Starter("No breeding for sale without the council’s licence.", Stand.FIXED, duty="PET-15"),
    Starter(
        "Hens only with the neighbours’ agreement; no cockerels.",
        Stand.UNCLEAR,
        question="Must neighbours agree to hens by law, or is that our choice?",
    ),
    Starter("If there is a problem we talk first, then offer help, then a written agreement."),
    Starter("If we say no, we give reasons in writing, and you can make a complaint.", Stand.FIXED, duty="PET-21"),
    Starter(
        "If we say no, you can also ask another manager to look again.",
        options=(Option("Within 10 working days"), Option("Within 20 working days")),
    ),
)


def tell(stage: Stage) -> None:
    policy(stage)
    hens(stage)
    corner(stage)


def policy(stage: Stage) -> None:
    with stage.day(78):
        proposal = stage.propose(
            "joyce",
            "Walsden",
            Area.PETS,
            "A pet policy we can all live with",
            "Say yes to most pets, keep the stairs clean and quiet, and be fair when there is a problem.",
            "Today the answer depends on whom you ask. People hide their cats. Others live with barking. "
            "A clear and kind policy would help everybody, with pets or without.",
            POLICY,
        )
    with stage.day(76, 18):
        stage.support(proposal, 12, "joyce", "tom", "bronwen", "asha")
    with stage.day(70, 19):
        _talk(stage, proposal)
    with stage.day(54, 12):
        stage.support(proposal, 41, "joyce", "tom", "bronwen", "asha")
    with stage.day(47):
        stage.promise(
            proposal,
            Mandate.CO_DESIGN,
            "We will work it up together and take the joint version forward. "
            "If we differ from it, we will say why in public.",
        )
    _settle_hens(stage, proposal)
    _many_hands(stage, proposal)
    decency.tell(stage, proposal)
    with stage.day(3, 20):
        stage.say(
            proposal,
            "sam",
            Side.QUESTION,
            "Will the new rules say anything about pets that visit, like my sister’s dog?",
        )


def _many_hands(stage: Stage, proposal: Proposal) -> None:
    """Suggestions: one taken in with other words, one that waits beside its rival; a co-designer; a flag, settled."""
    version = latest_version(proposal)
    assert version is not None, "the proposal was raised"  # noqa: S101
    ids = [item.clause_version.clause_id for item in version.clauses]
    with stage.day(40, 18):
        proposals.invite(stage.me("joyce"), proposal, stage.cast["tom"])
        proposals.join(stage.me("tom"), proposal)
        lead = proposals.suggest(
            stage.me("asha"),
            proposal,
            Suggestion(
                Deed.REPLACE,
                ids[7],
                "Dogs are on a lead in every shared hall, lift and garden. Owners pick up mess straight away.",
                "It should be clear that it means all of them.",
            ),
        )
        proposals.back_amendment(stage.me("farida"), lead)
    with stage.day(38, 18):
        proposals.accept_amendment(
            stage.me("joyce"),
            lead,
            seen_no=newest_no(proposal),
            words="Dogs are on a lead in every shared hall, lift and garden, and owners pick up mess straight away.",
        )
    with stage.day(34, 19):
        for name, words in (
            ("marek", "Please keep pets in another room when anybody visits to work in your home."),
            ("sam", "Please keep pets in another room, or on a lead, when staff or contractors visit."),
        ):
            given = Suggestion(Deed.REPLACE, ids[10], words, "Some homes have one room only.")
            proposals.suggest(stage.me(name), proposal, given)
        flag = proposals.flag(
            stage.me("farida"), proposal, ids[9], why="May a landlord ask everybody for the number of their pet?"
        )
    with stage.day(31, 11):
        proposals.settle_flag(
            stage.me("ruth"),
            flag,
            Settling(Verdict.INSIDE, "Yes, when there is a reason and it is kept no longer than needed."),
        )


def _settle_hens(stage: Stage, proposal: Proposal) -> None:
    """The duty keeper answers what was unclear: a second version of the text."""
    with stage.day(68):
        question = questions_for(stage.me("ruth"))[0]
        proposals.answer_question(
            stage.me("ruth"),
            question,
            answer="It is our choice. The law asks that every keeper of birds is registered. "
            "It does not ask what neighbours think.",
            stand=Stand.FLEXIBLE,
            options=(
                Option("Only if the nearest neighbours agree"),
                Option("Up to four hens without asking, no cockerels"),
            ),
        )


def _talk(stage: Stage, proposal: Proposal) -> None:
    """What the cast say about pets."""
    stage.say(
        proposal,
        "joyce",
        Side.FOR,
        "My cat got me through losing my husband. A rule of one or two is fine. A rule of none is not.",
    )
    allergies = stage.say(
        proposal, "marek", Side.AGAINST, "I moved here because of my allergies, so pets in the shared hall worry me."
    )
    stage.say(
        proposal,
        "denise",
        Side.PLAIN,
        "We can add a door mat clean to the weekly round for the 48 flats. I will bring the cost.",
        allergies,
    )
    stage.say(proposal, "tom", Side.FOR, "Two cats in a one-bed flat is fine if they are looked after.")
    stage.say(proposal, "farida", Side.AGAINST, "I am scared of big dogs in the lift.")
    stay = stage.say(proposal, "sam", Side.QUESTION, "Do pets that live here now get to stay, whatever we decide?")
    stage.say(proposal, "denise", Side.PLAIN, "Yes. A vote cannot rewrite a tenancy that already exists.", stay)
    stage.say(proposal, "idris", Side.FOR, "Help to train dogs would do more good than warnings.")
    stage.say(proposal, "asha", Side.FOR, "Owners should pick up straight away. Not later, straight away.")
    for name in ("asha", "bronwen", "idris"):
        proposals.adopt(stage.me(name), proposal, allergies, wants=True)
    proposals.mark_read(stage.me("denise"), proposal, allergies)
    visits = stage.say(proposal, "idris", Side.QUESTION, "Who pays when a dog damages a shared door?")
    put = proposals.put_question(stage.me("joyce"), proposal, visits, PutTo.LANDLORD)
    proposals.answer_put(
        stage.me("denise"),
        proposal,
        put,
        words="Its owner does, as for any damage. We mend it first and ask after.",
    )
    stage.say(
        proposal, "bronwen", Side.PLAIN, "At the hall on Tuesday most people wanted a clear limit. I have the cards."
    )


def hens(stage: Stage) -> None:
    with stage.day(30):
        proposal = stage.propose(
            "tom",
            "Walsden",
            Area.PETS,
            "A few hens on the growing patch",
            "Six hens by the raised beds at Ridge Row, looked after by a rota.",
            "Hens on the green would bring people together, and children would see where eggs come from.",
            (
                Starter("Every keeper of hens is on the register of bird keepers.", Stand.FIXED, duty="PET-14"),
                Starter("No more than six hens, and no cockerel.", options=(Option("Six hens"), Option("Four hens"))),
                Starter("A rota of at least five homes looks after them every day."),
            ),
        )
    with stage.day(28, 19):
        stage.say(proposal, "marek", Side.QUESTION, "Who looks after them at Christmas?")
        stage.say(proposal, "joyce", Side.FOR, "I kept hens for years. I will show anybody who wants to learn.")
        stage.support(proposal, 18, "tom", "joyce", "idris")
    with stage.day(4, 17):
        stage.support(proposal, 31, "tom", "joyce", "idris", "sam")


def corner(stage: Stage) -> None:
    with stage.day(9):
        author = stage.neighbours["Hollin Vale"][2]
        stage.cast["hollin"] = author
        proposal = stage.propose(
            "hollin",
            "Hollin Vale",
            Area.PETS,
            "One part of the garden kept free of dogs",
            "A fenced corner at Hollin Rise where small children can play.",
            "We love the dogs. We would also love one patch of grass that is only for the little ones.",
            (
                Starter("The corner by the swings is fenced, with a gate that shuts by itself."),
                Starter("Assistance dogs may go everywhere.", Stand.FIXED, duty="PET-04"),
            ),
        )
        stage.support(proposal, 9)
