"""Clauses to begin from, for the three things that residents write first: pets, empty homes, estate services.

They are the demo content of our own founding papers; costs are illustrations that writers put right. Where the law
fixes part of a thing, that part is a clause of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coproduce.duties.rules import Area
from coproduce.proposals.rules import Option, Stand
from coproduce.words import Message, say


@dataclass(frozen=True)
class Choosing:
    """One option to begin from."""

    name: Message
    meaning: Message | None = None


@dataclass(frozen=True)
class Starter:
    """A clause to begin from. `duty` is a code of the register; costs as in `rules.money`."""

    words: Message | str
    stand: Stand = Stand.FLEXIBLE
    duty: str | None = None
    options: Sequence[Option | Choosing] = ()
    question: str = ""
    range_words: Message | str = ""
    cost_pence: int | None = None
    times: int | None = None
    homes: int | None = None

    @property
    def written_options(self) -> list[Option]:
        """Its options in the reader's language."""
        return [
            one if isinstance(one, Option) else Option(str(one.name), str(one.meaning or "")) for one in self.options
        ]


PETS = (
    Starter(
        say("We want homes where people and pets live well together. The default answer to a sensible request is yes.")
    ),
    Starter(say("You may keep fish and small caged pets without asking.")),
    Starter(
        say("For a cat or dog, fill in a one-page form, by phone or in person if you prefer."),
        options=(
            Choosing(say("Answer within 28 days"), say("Time to ask the neighbours first")),
            Choosing(say("Answer within 14 days"), say("Quicker, with less time to ask around")),
        ),
    ),
    Starter(
        say("How many cats and dogs may live in one home."),
        options=(
            Choosing(say("Two cats and one dog, or one pet in a flat"), say("More by asking")),
            Choosing(say("Two cats or one dog in any home"), say("The same for houses and flats")),
            Choosing(say("No number, as long as they are cared for"), say("Each request on its own")),
        ),
        range_words=say("From one pet to no limit at all. No law sets a number."),
    ),
    Starter(
        say("Trained assistance dogs are always welcome. There is no fee and no limit."), Stand.FIXED, duty="PET-04"
    ),
    Starter(say("We cannot agree to a banned dog without its exemption papers."), Stand.FIXED, duty="PET-09"),
    Starter(say("We cannot agree to a wild animal that needs a licence."), Stand.FIXED, duty="PET-13"),
    Starter(say("Dogs are on a lead in shared halls, lifts and gardens, and owners pick up mess straight away.")),
    Starter(say("Cats and dogs must be microchipped."), Stand.FIXED, duty="PET-12"),
    Starter(say("We may ask to see the microchip number.")),
    Starter(say("Please keep pets in another room when staff or contractors visit.")),
    Starter(say("No breeding for sale without the council’s licence."), Stand.FIXED, duty="PET-15"),
    Starter(say("Whoever keeps hens registers them."), Stand.FIXED, duty="PET-14"),
    Starter(say("Hens only with the neighbours’ agreement; no cockerels.")),
    Starter(say("If there is a problem we talk first, then offer help, then a written agreement.")),
    Starter(say("Whoever reports a nuisance by a pet is told what is done about it."), Stand.FIXED, duty="PET-17"),
    Starter(say("If we say no, we give reasons in writing, and you can make a complaint."), Stand.FIXED, duty="PET-21"),
    Starter(say("If we say no, you can also ask another manager to look again within 10 working days.")),
)

VOID_BUDGET = 65_000
VOIDS = (
    Starter(say("Gas check done, and the certificate given before the keys."), Stand.FIXED, duty="VOID-06"),
    Starter(say("Electrical report given before move-in, and faults fixed."), Stand.FIXED, duty="VOID-07"),
    Starter(say("Smoke and carbon monoxide alarms tested on day one."), Stand.FIXED, duty="VOID-09"),
    Starter(say("No damp or mould: the cause is found and written down."), Stand.FIXED, duty="VOID-13"),
    Starter(say("No serious hazards; stairs and rails are safe."), Stand.FIXED, duty="VOID-03"),
    Starter(say("Heating and hot water work, and somebody shows you how."), Stand.FIXED, duty="VOID-02"),
    Starter(say("Outside locks changed, and two sets of keys."), duty="VOID-23", cost_pence=9_500),
    Starter(say("Window restrictors above the ground floor."), duty="VOID-22", cost_pence=6_000),
    Starter(say("Deep clean, with oven space and inside the cupboards."), duty="VOID-26", cost_pence=18_000),
    Starter(say("Wipe-clean floors in kitchen and bathroom."), duty="VOID-24", cost_pence=34_000),
    Starter(say("Good carpets are left and gifted, not ripped out."), duty="VOID-24", cost_pence=-12_000),
    Starter(say("A paint pack or a voucher for two rooms."), duty="VOID-25", cost_pence=15_000),
    Starter(say("Garden cut back and cleared, and the shed checked."), duty="VOID-26", cost_pence=16_000),
    Starter(say("Curtain rails and light bulbs in every room."), duty="VOID-26", cost_pence=7_000),
    Starter(say("A welcome pack from neighbours, and a visit within four weeks."), duty="VOID-26", cost_pence=2_500),
)

ESTATES = (
    Starter(say("Grass and edges are cut from March to October."), duty="EST-26", cost_pence=37_438,
            times=16, homes=96),
    Starter(say("Shrubs and hedges are cut three times a year."), cost_pence=104_000, times=3, homes=96),
    Starter(say("No cutting while birds nest."), Stand.FIXED, duty="EST-19"),
    Starter(say("Litter is picked and paths are swept every week."), cost_pence=8_635, times=52, homes=96),
    Starter(say("Stairs and landings are cleaned every week."), duty="EST-26", cost_pence=12_000, times=52, homes=48),
    Starter(say("Shared windows are cleaned every eight weeks."), duty="EST-26", cost_pence=16_000, times=7, homes=48),
    Starter(say("The bin store is washed every month."), cost_pence=31_167, times=12, homes=96),
    Starter(say("Shared stairs and steps are kept in repair."), Stand.FIXED, duty="EST-02"),
    Starter(say("Fire alarms and emergency lights are tested."), Stand.FIXED, duty="EST-11", cost_pence=34_333,
            times=12, homes=48),
    Starter(say("Main paths are gritted when frost is forecast."), duty="EST-27", cost_pence=12_500,
            times=10, homes=96),
)  # fmt: skip

STARTERS: Mapping[Area, Sequence[Starter]] = {Area.PETS: PETS, Area.VOIDS: VOIDS, Area.ESTATES: ESTATES}
STARTER_NAMES: Mapping[Area, Message] = {
    Area.PETS: say("Begin with the clauses of a pet policy"),
    Area.VOIDS: say("Begin with the items of an empty homes standard, £650 a home"),
    Area.ESTATES: say("Begin with the services of an estate"),
}
