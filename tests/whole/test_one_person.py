"""Two rows of the roll that turn out to be one person: everything that they did goes over, in every table."""

from sqlalchemy import func, select

from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.models import Person
from coproduce.accounts.queries import holdings, standing
from coproduce.accounts.rules import Role
from coproduce.db import db
from coproduce.roll.actions.merging import merge

# What stays with the row that is gone, and why.
STAYS = {
    "person": "it points to the row that was kept",
    "audit": "the record never changes",
    "letter": "letters that were sent to the old address",
    "sign_in": "ended, with the device",
    "one_use": "used, or gone a day later",
    "occupancy": "a home where both lived is lived in once; the second stay has ended",
}


def test_everything_of_a_neighbour_goes_over(whole):
    """Joyce has written, backed, suggested, flagged, reported, been hidden, told in private and voted."""
    joyce = db.session.scalars(select(Person).where(Person.public_name == "Joyce")).one()
    before = {table.name for table, columns in holdings.tables() if count(table, columns, joyce.id)}
    assert {"comment", "support", "author", "amendment", "duty_flag", "hiding", "told", "roll_place"} <= before
    with database.transaction():
        kept = people.add_person(full_name="Joyce Whitworth", public_name="Joyce W")
        grace = db.session.scalars(select(Person).where(Person.public_name == "Grace Lim")).one()
        assert Role.ADMINISTRATOR in standing(grace.id).roles
        merge(standing(grace.id), kept, joyce)
    left = {
        f"{table.name}.{column.name}"
        for table, columns in holdings.tables()
        for column in columns
        if table.name not in STAYS and count(table, [column], joyce.id)
    }
    assert left == set()
    after = {table.name for table, columns in holdings.tables() if count(table, columns, kept.id)}
    assert before - set(STAYS) <= after


def count(table, columns, person_id):
    return sum(
        db.session.scalar(select(func.count()).select_from(table).where(column == person_id)) for column in columns
    )
