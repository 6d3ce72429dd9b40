"""A small invented town for tests. Everybody in it is invented."""

from dataclasses import dataclass, fields
from datetime import date

import sqlalchemy as sa

from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.models import Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Circle, Role, Tenure
from coproduce.audit import Row
from coproduce.db import Base
from coproduce.neighbourhoods import actions as places
from coproduce.neighbourhoods.models import Place
from coproduce.neighbourhoods.rules import PlaceKind

SINCE = date(2020, 1, 6)


@dataclass
class Town:
    """Walsden and its neighbour. `Person` rows by first name; `me(person)` gives their standing."""

    walsden: Place
    ridge_row: Place
    lockside: Place
    elsewhere: Place
    asha: Person  # resident, Ridge Row
    joyce: Person  # resident, Ridge Row
    marek: Person  # resident, Lockside Court
    sam: Person  # resident, Lockside Court
    ella: Person  # resident of the other neighbourhood
    bronwen: Person  # resident and champion
    farida: Person  # resident and on the task force
    denise: Person  # officer for Walsden
    priya: Person  # decision owner
    ruth: Person  # duty keeper
    owen: Person  # officer of the other neighbourhood
    grace: Person  # administrator
    nadia: Person  # moderator for Walsden

    def me(self, person):
        return standing(person.id)


_kept: dict = {}


def stand(engine) -> Town:
    """The town in an empty database: made by the actions the first time, its rows put back after that."""
    session = database.db.session
    if session.scalar(sa.select(sa.func.count()).select_from(Row)):
        return build()  # somebody was here first: the kept rows would get in their way
    if not _kept:
        town = build()
        session.flush()
        tables = [table for table in Base.metadata.sorted_tables if session.execute(sa.select(table).limit(1)).first()]
        _kept["rows"] = {table: [dict(row) for row in session.execute(sa.select(table)).mappings()] for table in tables}
        _kept["who"] = {f.name: (type(getattr(town, f.name)), getattr(town, f.name).id) for f in fields(Town)}
        return town
    for table, rows in _kept["rows"].items():
        session.execute(table.insert(), rows)
    if engine.dialect.name == "postgresql":
        session.execute(sa.text(f"SELECT {', '.join(_counter(table) for table in _kept['rows'])}"))
    found = {(type(row), row.id): row for kind in (Place, Person) for row in session.scalars(sa.select(kind))}
    return Town(**{name: found[who] for name, who in _kept["who"].items()})


def _counter(table) -> str:
    """PostgreSQL counts ids apart from the rows: the next row must not get an id that is there."""
    highest = max(row["id"] for row in _kept["rows"][table])
    return f"setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), {highest})"


def build() -> Town:
    walsden = places.add_place("Walsden", PlaceKind.NEIGHBOURHOOD)
    ridge_row = places.add_place("Ridge Row", PlaceKind.ESTATE, walsden)
    lockside = places.add_place("Lockside Court", PlaceKind.BLOCK, ridge_row)
    elsewhere = places.add_place("Mill Bank", PlaceKind.NEIGHBOURHOOD)
    homes = [
        places.add_home(place, reference=f"H{n:03}", address=f"{n} {place.name}", postcode="OL14 0AA")
        for place in (ridge_row, lockside, elsewhere)
        for n in range(place.id * 10, place.id * 10 + 4)
    ]

    def resident(first, last, home):
        email = f"{first.lower()}@example.org"
        person = people.add_person(full_name=f"{first} {last}", public_name=first, email=email)
        people.move_in(person, home, since=SINCE, tenure=Tenure.ASSURED)
        return person

    def colleague(first, last, role, place=None):
        email = f"{first.lower()}@landlord.example"
        person = people.add_person(full_name=f"{first} {last}", public_name=f"{first} {last}", email=email)
        people.give_role(person, role, by=None, place=place, since=SINCE)
        return person

    town = Town(
        walsden=walsden,
        ridge_row=ridge_row,
        lockside=lockside,
        elsewhere=elsewhere,
        asha=resident("Asha", "Malik", homes[0]),
        joyce=resident("Joyce", "Whitworth", homes[1]),
        marek=resident("Marek", "Nowak", homes[4]),
        sam=resident("Sam", "Bright", homes[5]),
        ella=resident("Ella", "Stone", homes[8]),
        bronwen=resident("Bronwen", "Hughes", homes[2]),
        farida=resident("Farida", "Haq", homes[3]),
        denise=colleague("Denise", "Okafor", Role.OFFICER, walsden),
        priya=colleague("Priya", "Nair", Role.DECISION_OWNER),
        ruth=colleague("Ruth", "Adeyemi", Role.DUTY_KEEPER),
        owen=colleague("Owen", "Pike", Role.OFFICER, elsewhere),
        grace=colleague("Grace", "Lim", Role.ADMINISTRATOR),
        nadia=colleague("Nadia", "Rahman", Role.MODERATOR, walsden),
    )
    people.give_role(town.bronwen, Role.CHAMPION, by=None, place=walsden, since=SINCE)
    force = people.make_circle(Circle.TASK_FORCE, "Walsden task force")
    people.seat(town.farida, force, name="Resident member", since=SINCE)
    return town
