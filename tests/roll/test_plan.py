"""What is shown is what is done: for any roll and any list."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coproduce import db as database
from coproduce.accounts.rules import Holder, Tenure
from coproduce.db import db
from coproduce.neighbourhoods.queries import tree
from coproduce.roll.queries import importing
from coproduce.roll.rules.lines import Line, Wrong
from coproduce.roll.rules.plan import HomeNow, PersonNow, Roll, StayNow, work_out
from coproduce.roll.rules.states import StepKind, ends_too_many
from tests import servers
from tests.roll.making import brought_in, row, steps

TODAY = date(2026, 11, 26)
YESTERDAY = TODAY - timedelta(days=1)
WITHIN = frozenset({1, 2})


def line(no, ref="A", home="H1", **changes):
    usual = Line(no, ref, f"Name {ref}", home, f"Address {home}", "OL14 0AA", 1, Tenure.ASSURED, date(2020, 1, 6))
    return dataclasses.replace(usual, **changes)


def apply(roll, plan):
    """The roll as the steps say it would be."""
    people, homes, stays = dict(roll.people), dict(roll.homes), {stay.id: stay for stay in roll.stays}
    for step in plan.steps:
        if step.kind is not StepKind.WRONG:
            apply_person(people, step.facts)
            apply_home(homes, step.facts)
            apply_stay(stays, people, step.facts)
    return Roll(people, homes, list(stays.values()), roll.same)


def apply_person(people, facts):
    names = {"full_name": "name", "contact_email": "email", "contact_phone": "phone"}
    left_out = {"public_name", "format_needs"}
    changes = {names.get(k, k): v for k, v in facts.get("person", {}).items() if k not in left_out}
    if changes:
        known = people.get(facts["person_ref"])
        people[facts["person_ref"]] = (
            dataclasses.replace(known, **changes) if known else PersonNow(900 + len(people), **changes)
        )


def apply_home(homes, facts):
    if "home" in facts:
        known = homes.get(facts["home_ref"])
        homes[facts["home_ref"]] = (
            dataclasses.replace(known, **facts["home"]) if known else HomeNow(900 + len(homes), **facts["home"])
        )


def apply_stay(stays, people, facts):
    if "stay" not in facts:
        return
    read = {"since": date.fromisoformat, "until": date.fromisoformat, "tenure": Tenure, "holder": Holder}
    changes = {name: read[name](value) if value else None for name, value in facts["stay"].items()}
    if "stay_id" in facts:
        stays[facts["stay_id"]] = dataclasses.replace(stays[facts["stay_id"]], **changes)
        return
    ref, new = facts["person_ref"], 900 + len(stays)
    stays[new] = StayNow(new, ref, people[ref].name, facts["home_ref"], **{"until": None} | changes)


refs = st.sampled_from(["A", "B", "C", "D"])
home_refs = st.sampled_from(["H1", "H2", "H3"])
days = st.sampled_from([date(2019, 5, 1), date(2020, 1, 6), date(2026, 11, 26)])
ends = st.sampled_from([None, None, None, date(2026, 1, 1), date(2027, 1, 1)])


@st.composite
def a_line(draw, no=2):
    home = draw(home_refs)
    since = draw(days)
    until = draw(ends)
    return line(
        no,
        draw(refs),
        home,
        name=draw(st.sampled_from(["One", "Two"])),
        address=draw(st.sampled_from([f"Address {home}", "Elsewhere"])),
        place_id=draw(st.sampled_from([1, 2, 3])),
        tenure=draw(st.sampled_from(Tenure)),
        holder=draw(st.sampled_from([Holder.SOLE, Holder.JOINT])),
        since=since,
        until=until if until is None or until >= since else None,
        email=draw(st.sampled_from([None, "", "a@example.org"])),
        do_not_write=draw(st.sampled_from([None, True, False])),
    )


@st.composite
def a_list(draw):
    found = draw(st.lists(a_line(), max_size=7))
    numbered = [dataclasses.replace(one, no=no) for no, one in enumerate(found, start=2)]
    spoilt = draw(st.sets(st.integers(0, 6), max_size=2))
    return [
        Wrong(one.no, one.ref, one.home_ref, one.name, ()) if place in spoilt else one
        for place, one in enumerate(numbered)
    ]


EMPTY = Roll({}, {}, [])


@given(a_list(), a_list(), st.booleans())
def test_bringing_it_in_and_asking_again_gives_nothing(first, second, merged):
    """Over any roll that a list has made: the steps of a second list, done, leave no steps but the wrong ones."""
    roll = apply(EMPTY, work_out(first, EMPTY, within=WITHIN, today=TODAY))
    if merged and {"A", "B"} <= roll.people.keys():
        people = {ref: one for ref, one in roll.people.items() if ref != "B"}
        stays = [dataclasses.replace(stay, ref="A") if stay.ref == "B" else stay for stay in roll.stays]
        roll = Roll(people, roll.homes, stays, {"B": "A"})
    found = work_out(second, roll, within=WITHIN, today=TODAY)
    again = work_out(second, apply(roll, found), within=WITHIN, today=TODAY)
    assert [step for step in again.steps if step.kind is not StepKind.WRONG] == []


@given(a_list(), a_list())
def test_nobody_lives_in_one_home_twice_at_once(first, second):
    roll = apply(EMPTY, work_out(first, EMPTY, within=WITHIN, today=TODAY))
    roll = apply(roll, work_out(second, roll, within=WITHIN, today=TODAY))
    unended = [(stay.ref, stay.home_ref, stay.since) for stay in roll.stays]
    assert len(unended) == len(set(unended))


@given(a_list())
def test_each_line_is_taken_once_or_is_wrong_once(read):
    found = work_out(read, EMPTY, within=WITHIN, today=TODAY)
    told = [step.line for step in found.steps]
    assert len(told) == len(set(told))
    assert {one.no for one in read if isinstance(one, Wrong)} <= {
        step.line for step in found.steps if step.kind is StepKind.WRONG
    }


# -- by example ---------------------------------------------------------------------------------------------------

ALIVE = StayNow(7, "A", "Name A", "H1", Tenure.ASSURED, Holder.SOLE, date(2020, 1, 6), None)
ROLL = Roll({"A": PersonNow(1, "Name A")}, {"H1": HomeNow(1, "Address H1", "OL14 0AA", 1)}, [ALIVE])


def kinds(read, roll=ROLL):
    return [step.kind for step in work_out(read, roll, within=WITHIN, today=TODAY).steps]


def test_the_same_line_changes_nothing():
    assert kinds([line(2)]) == []


def test_an_empty_list_ends_everybody():
    found = work_out([], ROLL, within=WITHIN, today=TODAY)
    assert [(step.kind, step.facts["stay"]) for step in found.steps] == [
        (StepKind.END, {"until": YESTERDAY.isoformat()})
    ]
    assert ends_too_many(found.count(StepKind.END), found.living)


@pytest.mark.parametrize(("ending", "living", "asks"), [(1, 10, False), (2, 10, True), (0, 0, False), (1, 0, True)])
def test_when_it_asks_again(ending, living, asks):
    assert ends_too_many(ending, living) is asks


def test_a_beginning_that_was_put_right_is_a_change_not_a_second_tenancy():
    assert kinds([line(2, since=date(2020, 1, 7))]) == [StepKind.CHANGE]


def test_somebody_who_moved_within_the_place_has_one_ended_and_one_new():
    assert kinds([line(2, home="H2", since=date(2026, 11, 1))]) == [StepKind.ADD, StepKind.END]


def test_a_tenancy_of_long_ago_that_we_never_knew_is_left_out():
    assert kinds([line(2), line(3, ref="Z", until=date(2021, 1, 1))]) == []


def test_a_household_ends_with_its_last_tenant():
    member = StayNow(8, "", "Ola", "H1", Tenure.ASSURED, Holder.HOUSEHOLD, date(2021, 1, 1), None)
    roll = dataclasses.replace(ROLL, stays=[ALIVE, member])
    assert kinds([line(2)], roll) == []
    assert kinds([], roll) == [StepKind.END, StepKind.END]
    new_tenant = line(2, ref="B")
    assert kinds([new_tenant], roll) == [StepKind.ADD, StepKind.END], "somebody else is the tenant now"


def test_a_home_is_silent_when_one_of_its_lines_says_so():
    lines_ = [line(2, do_not_write=False), line(3, ref="B", do_not_write=True)]
    found = work_out(lines_, EMPTY, within=WITHIN, today=TODAY)
    assert found.steps[0].facts["home"]["do_not_write"] is True


def test_a_home_outside_the_place_is_wrong():
    assert kinds([line(2), line(3, ref="B", place_id=3)]) == [StepKind.WRONG]


# -- with real tables ---------------------------------------------------------------------------------------------


def seen(within):
    """The roll as the tables have it, without ids."""
    found = importing.roll(within)
    db.session.rollback()
    people = {ref: dataclasses.replace(one, id=0) for ref, one in found.people.items()}
    homes = {ref: dataclasses.replace(one, id=0) for ref, one in found.homes.items()}
    return people, homes, lived(found.stays)


def lived(stays):
    return sorted((s.ref, s.home_ref, s.tenure, s.holder, s.since, s.until or date.max) for s in stays)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_shown_is_what_is_done(administrator, data):
    """A random list over a random roll: the tables end up as the steps said."""
    rows_before = servers.rows_of(db.engine, database.Base.metadata)
    try:
        for _ in range(2):
            rows = [
                row(
                    data.draw(st.integers(1, 6)),
                    **{
                        "Home reference": data.draw(st.sampled_from(["P1", "P2"])),
                        "Address": "one address",
                        "Name": data.draw(st.sampled_from(["Ann Quill", "Bea Quill"])),
                        "Tenure": data.draw(st.sampled_from(["assured", "secure"])),
                        "Since": data.draw(st.sampled_from(["1/5/2019", "6/1/2020"])),
                        "Until": data.draw(st.sampled_from(["", "", "1/1/2026", "1/1/2030"])),
                        "Postcode": data.draw(st.sampled_from(["OL14 0AA", "OL14 0AA", "wrong"])),
                    },
                )
                for _ in range(data.draw(st.integers(1, 5)))
            ]
            within = frozenset(tree().spots)
            before = importing.roll(within)
            db.session.rollback()
            made = brought_in(administrator, rows)
            shown = steps(made)
            expected = apply(before, type("P", (), {"steps": [_as_step(one) for one in shown]}))
            people = {ref: dataclasses.replace(one, id=0) for ref, one in expected.people.items()}
            homes = {ref: dataclasses.replace(one, id=0) for ref, one in expected.homes.items()}
            assert seen(within) == (people, homes, lived(expected.stays))
    finally:
        servers.put_back(db.engine, database.Base.metadata, rows_before)
        db.session.remove()


def _as_step(kept):
    return type("S", (), {"kind": kept.kind, "facts": kept.facts})
