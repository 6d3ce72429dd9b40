"""A pet policy for Walsden, in every stage that this feature takes it to."""

from datetime import date

from coproduce import clock
from coproduce.db import db
from coproduce.duties.models import Duty, DutyVersion
from coproduce.duties.rules import Area, Certainty, Level
from coproduce.proposals import actions
from coproduce.proposals.rules import Mandate, Option, Stand

TITLE = "A pet policy we can all live with"
PETS = (Option("One pet", "One cat or one dog"), Option("Two pets", "Two of either"))


def duties():
    made = {}
    for code, level, upcoming in (
        ("PET-01", Level.LAW, False),
        ("PET-02", Level.REGULATION, False),
        ("PET-03", Level.GUIDANCE, False),
        ("PET-04", Level.FLEXIBLE, False),
        ("PET-05", Level.LAW, True),
    ):
        duty = Duty(code=code, area=Area.PETS)
        version = DutyVersion(
            duty=duty,
            no=1,
            title=f"Duty {code}",
            words="The landlord must do this.",
            level=level,
            flexible_within="How it is done.",
            who_decides="The board",
            instrument="An Act of 2010",
            source="legislation.gov.uk",
            certainty=Certainty.A,
            status="In force",
            to_confirm=False,
            upcoming=upcoming,
            in_force_from=None,
            review_on=date(2100, 1, 4),
            made_at=clock.now(),
            by_id=None,
            why="The starting register.",
        )
        db.session.add_all([duty, version])
        made[code] = version
    db.session.flush()
    return made


def draft(town, duties, *, title=TITLE, unclear=True, clauses=True):
    me = town.me(town.asha)
    proposal = actions.draft(
        me,
        place_id=town.walsden.id,
        area=Area.PETS,
        title=title,
        summary="Say yes to most pets and keep the stairs clean.",
        reasons="My cat got me through a hard year.",
    )
    if clauses:
        actions.add_clause(
            me, proposal, words="Assistance dogs are welcome.", stand=Stand.FIXED, duty_version_id=duties["PET-01"].id
        )
        actions.add_clause(
            me,
            proposal,
            words="How many pets a home may have.",
            stand=Stand.FLEXIBLE,
            duty_version_id=duties["PET-04"].id,
            options=PETS,
        )
    if clauses and unclear:
        actions.add_clause(
            me,
            proposal,
            words="Hens only with neighbours’ agreement.",
            stand=Stand.UNCLEAR,
            question="Must neighbours agree by law?",
        )
    return proposal


def raised(town, duties, **how):
    proposal = draft(town, duties, **how)
    actions.raise_it(town.me(town.asha), proposal)
    return proposal


def back(town, proposal):
    for person in (town.asha, town.joyce, town.marek):
        actions.support(town.me(person), proposal)


def promise(town, proposal):
    actions.name_mandate(
        town.me(town.denise), proposal, Mandate.CO_DESIGN, "We will write it with you and take it to the board."
    )


def stages(town, duties):
    """One proposal at each stage that this feature reaches, by name."""
    found = {"draft": draft(town, duties, title="Draft"), "raised": raised(town, duties, title="Raised")}
    found["backed"] = raised(town, duties, title="Backed")
    back(town, found["backed"])
    found["shaping"] = raised(town, duties, title="Shaping")
    back(town, found["shaping"])
    promise(town, found["shaping"])
    found["withdrawn"] = raised(town, duties, title="Withdrawn")
    actions.withdraw(town.me(town.asha), found["withdrawn"], "It is settled already.")
    return found
