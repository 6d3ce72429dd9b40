"""The demo's residents: lists from an invented housing system, as an officer sends them, and people who join."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from coproduce import clock
from coproduce.accounts import actions as people
from coproduce.accounts.models import Person
from coproduce.accounts.queries import standing
from coproduce.accounts.rules import Standing
from coproduce.db import db, transaction
from coproduce.demo.rules import BY_WORDS, CAST, FIRST_NAMES, LAST_NAMES, WORDS
from coproduce.neighbourhoods.models import Home, Place
from coproduce.roll import actions as roll
from coproduce.roll.models import RollImport
from coproduce.roll.queries import importing
from coproduce.roll.queries import people as on_the_roll
from coproduce.roll.rules.columns import suggest

HEADINGS = (
    *("Person Ref", "Full Name", "Property Ref", "Address", "Postcode", "Estate", "Tenancy Type", "Sole/Joint"),
    *("Tenancy Start", "Tenancy End", "Email", "Mobile", "Language", "Large Print", "Do Not Write"),
)
LIVES_IN = {
    "Ridge Row": ("asha", "joyce", "tom", "bronwen", "idris"),
    "Lockside Court": ("marek", "sam", "farida"),
    "Mill Bank Terrace": ("ella",),
}


@dataclass(frozen=True)
class Row:
    """A row of the list, as the housing system writes it."""

    ref: str
    name: str
    home: Home
    place: str
    since: date
    joint: bool = False
    email: str = ""
    phone: str = ""
    language: str = "English"
    large_print: bool = False

    def cells(self) -> list[str]:
        home = self.home
        return [
            *(self.ref, self.name, home.reference, home.address, home.postcode, self.place, "Assured"),
            *("Joint" if self.joint else "Sole", f"{self.since:%d/%m/%Y}", "", self.email, self.phone, self.language),
            *("Y" if self.large_print else "N", "Y" if home.do_not_write else "N"),
        ]


def as_csv(rows: Iterable[Row]) -> bytes:
    """As Excel on a landlord's desk saves it: semicolons, and Windows-1252."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows(row.cells() for row in rows)
    return file.getvalue().encode("cp1252")


def first_list(homes: Mapping[str, list[Home]], since: date) -> list[Row]:
    """Everybody: the cast first in each place, then neighbours. One in three has an email."""
    names = iter([(first, last) for last in LAST_NAMES for first in FIRST_NAMES])
    cast = {player.key: player for player in CAST}
    rows: list[Row] = []
    for place, in_place in homes.items():
        lives_here = LIVES_IN.get(place, ())
        for number, home in enumerate(in_place):
            ref = f"{100 + len(rows):06}"
            if number < len(lives_here):
                player = cast[lives_here[number]]
                row = Row(ref, player.full_name, home, place, since + timedelta(days=number), email=player.email)
            else:
                first, last = next(names)
                email = f"{first}.{last}@demo.example".lower() if number % 3 == 0 else ""
                row = Row(ref, f"{first} {last}", home, place, since + timedelta(days=number), email=email)
            rows.append(row)
    return rows


def bring_in(me: Standing, rows: Iterable[Row], *, name: str, place: Place | None = None, confirm: bool = True) -> int:
    """Send a list, match its columns as they are suggested, and say yes to it."""
    with transaction():
        made = roll.send(me, content=as_csv(rows), file_name=name, place_id=place.id if place else None)
        roll.match(me, made, suggest(made.headings, importing.remembered()), month_first=False)
        import_id = made.id
    roll.work_out(import_id)
    if confirm:
        with transaction():
            roll.confirm(me, db.session.get_one(RollImport, import_id), sure=True)
        roll.apply(import_id)
    return import_id


def by_ref() -> dict[str, Person]:
    query = select(Person).where(Person.resident_ref.is_not(None), Person.merged_into_id.is_(None))
    return {person.resident_ref or "": person for person in db.session.scalars(query.order_by(Person.id))}


def a_year_of_lists(today: date, homes: Mapping[str, list[Home]], rows: list[Row], places: Mapping[str, Place]) -> None:
    """A month ago: a joint tenancy, somebody who left, a changed number, an interpreter. Today: a list that waits."""
    officer, walsden = standing(_named("Denise Okafor").id), places["Walsden"]
    here = [row for row in rows if row.place in {"Ridge Row", "Lockside Court"}]
    last = here[47]
    month = [replace(row, phone="07700 900147") if row is here[20] else row for row in here]
    month[21] = replace(here[21], large_print=True)
    month[22] = replace(here[22], joint=True)
    month.append(replace(here[22], ref="000901", name="Dorota Hirst", email="", language="Polish"))
    month.append(replace(here[23], ref="000902", name=f"{here[23].name}e"))  # in the system twice, spelt two ways
    month.remove(last)  # Ridge Row 48 stands empty since
    with clock.moved_to(clock.at(today - timedelta(days=30), 9)):
        bring_in(officer, month, name="residents-walsden-october.csv", place=walsden)
    with clock.moved_to(clock.at(today - timedelta(days=29), 11)), transaction():
        _add_to_households(officer, here)
    with clock.moved_to(clock.at(today, 8)):
        waiting = [row for row in month if row is not month[40]]
        waiting.append(replace(last, ref="000903", name="Precious Adeyemi", since=today - timedelta(days=10)))
        waiting.append(replace(last, ref="", name="Nobody Numbered", since=today))
        bring_in(officer, waiting, name="residents-walsden-november.csv", place=walsden, confirm=False)


def _add_to_households(officer: Standing, rows: list[Row]) -> None:
    """A grown-up daughter, who is not a tenant and has a vote all the same."""
    tenant = on_the_roll.find(by_ref()[rows[2].ref].id)
    if tenant is not None:
        stay = on_the_roll.live_stays(tenant)[0]
        roll.add_household_member(officer, stay, full_name="Ruby Hargreaves", adult=True, phone="07700 900166")


def people_join(today: date, places: Mapping[str, Place]) -> None:
    """Letters go out; one joins with her own words, one with a champion's help, one leaves for good."""
    officer, champion = standing(_named("Denise Okafor").id), standing(_named("Bronwen Hughes").id)
    with clock.moved_to(clock.at(today - timedelta(days=20), 10)), transaction():
        roll.make_letters(officer, places["Ridge Row"].id)
    with clock.moved_to(clock.at(today - timedelta(days=12), 18)), transaction():
        leanne = _named(BY_WORDS)
        (code,) = people.tokens.make_join_codes([leanne.id]).values()
        people.join(code.row_id, public_name="Leanne")
        people.ways.set_passphrase(leanne, people.passphrases.make(WORDS), this_sign_in=None)
    with clock.moved_to(clock.at(today - timedelta(days=9), 14)), transaction():
        frank = _named("Frank Ashworth")
        helped = people.help_to_join(champion, number=frank.resident_ref or "", name="", postcode="", how="aloud")
        people.join(helped, public_name="Frank")
        people.ways.set_passphrase(frank, people.passphrases.make("kettle lantern pebble"), this_sign_in=None)
    with clock.moved_to(clock.at(today - timedelta(days=5), 14)), transaction():
        gail = _named("Gail Ashworth")
        (code,) = people.tokens.make_join_codes([gail.id]).values()
        people.join(code.row_id, public_name="Gail")
        people.close_account(standing(gail.id), withdraw=False)
    with clock.moved_to(clock.at(today, 8, 30)), transaction():
        roll.make_letters(officer, places["Lockside Court"].id)


def _named(full_name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.full_name == full_name).order_by(Person.id).limit(1)).one()
