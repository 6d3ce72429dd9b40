"""Bringing a list of residents in: what it adds, changes and ends; and what may never happen."""

import threading
import time
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from coproduce import audit, clock, jobs
from coproduce import db as database
from coproduce.accounts import queries as people
from coproduce.accounts.models import Occupancy, Person, WayIn
from coproduce.db import db
from coproduce.errors import Conflict, Refused
from coproduce.neighbourhoods.models import Home
from coproduce.roll import actions
from coproduce.roll import jobs as roll_jobs
from coproduce.roll.models import RollImport, RollStep
from coproduce.roll.queries import importing
from coproduce.roll.rules.states import State, StepKind
from tests import servers
from tests.roll.making import brought_in, confirm, find, row, send, steps, today, worked_out

TABLES = ("person", "home", "occupancy", "way_in")


def by_ref(ref):
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.resident_ref == ref)).one_or_none()


def stay_of(ref):
    return db.session.scalars(
        select(Occupancy).join(Person, Person.id == Occupancy.person_id).where(Person.resident_ref == ref)
    ).one()


def picture():
    """Everybody, every home and every stay, as the tables have them."""
    db.session.rollback()
    rows = servers.rows_of(db.engine, database.Base.metadata)
    return {name: rows[name] for name in TABLES}


# -- what it does -------------------------------------------------------------------------------------------------


def test_the_list_makes_people_who_are_on_the_roll_at_once(officer, walsden):
    made = brought_in(officer, [row(1), row(2, Email="", Phone="")], place=walsden.ridge_row)
    assert made.state is State.DONE
    assert (made.count(StepKind.ADD), made.count(StepKind.WRONG)) == (2, 0)
    person = by_ref("000001")
    assert (person.full_name, person.contact_email, person.contact_phone) == (
        "Person Number1",
        "n1@example.org",
        "+447700900123",
    )
    assert person.joined_at is None
    assert (person.id, walsden.ridge_row.id) in people.adults_living_in([walsden.ridge_row.id])
    assert not db.session.scalars(select(WayIn).where(WayIn.person_id == person.id)).all(), "a contact opens nothing"


def test_nothing_is_written_before_somebody_says_yes(officer, walsden):
    before = picture()
    made = worked_out(officer, [row(1)], place=walsden.ridge_row)
    assert made.state is State.READY
    assert picture() == before


def test_leading_noughts_are_kept(officer, walsden):
    brought_in(officer, [row(7)], place=walsden.ridge_row)
    assert by_ref("000007") is not None


def test_the_second_time_changes_nothing(officer, walsden):
    rows = [row(n) for n in range(1, 8)]
    brought_in(officer, rows, place=walsden.ridge_row)
    before = picture()
    again = worked_out(officer, rows, place=walsden.ridge_row)
    assert again.counts == {}
    with database.transaction(), pytest.raises(Conflict, match="nothing to bring in"):
        actions.confirm(officer, db.session.get_one(RollImport, again.id), sure=True)
    assert picture() == before


def test_what_differs_is_changed_and_shown_with_what_it_was(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    moved = row(1, Name="Person Newname", Email="new@example.org", Tenure="secure", Place="Lockside Court")
    made = worked_out(officer, [moved], place=walsden.ridge_row)
    (change,) = steps(made, StepKind.CHANGE)
    assert change.facts["was"]["full_name"] == "Person Number1"
    assert change.facts["now"]["full_name"] == "Person Newname"
    confirm(officer, made)
    roll_jobs.work_on_imports()
    person, stay = by_ref("000001"), stay_of("000001")
    assert (person.full_name, person.contact_email) == ("Person Newname", "new@example.org")
    assert (stay.tenure.value, stay.home.place_id) == ("secure", walsden.lockside.id)


def test_whoever_is_gone_from_the_list_has_ended_a_tenancy_and_is_not_deleted(officer, walsden):
    brought_in(officer, [row(n) for n in range(1, 21)], place=walsden.ridge_row)
    made = brought_in(officer, [row(n) for n in range(2, 21)], place=walsden.ridge_row)
    assert made.counts == {"end": 1}
    assert stay_of("000001").until == today() - timedelta(days=1)
    assert by_ref("000001").full_name == "Person Number1"
    on_the_roll = {person_id for person_id, _ in people.adults_living_in([walsden.ridge_row.id])}
    assert by_ref("000001").id not in on_the_roll


def test_a_tenancy_that_ends_by_the_list_ends_on_its_day(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    brought_in(officer, [row(1, Until="31/03/2026")], place=walsden.ridge_row)
    assert stay_of("000001").until.isoformat() == "2026-03-31"


def test_people_of_the_place_who_are_not_from_any_list_stay(officer, walsden):
    """Asha and the others have no number of the landlord's: a list that lacks them says nothing about them."""
    made = brought_in(officer, [row(1)], place=walsden.walsden)
    assert made.count(StepKind.END) == 0
    assert walsden.asha.id in {person_id for person_id, _ in people.adults_living_in([walsden.ridge_row.id])}


def test_a_list_for_one_place_leaves_the_others_alone(administrator, walsden):
    brought_in(administrator, [row(1), row(2, Place="Mill Bank")])
    made = brought_in(administrator, [row(3)], place=walsden.elsewhere, sure=True)
    assert made.count(StepKind.ADD) == 0, "Ridge Row is not in Mill Bank"
    assert made.count(StepKind.WRONG) == 1
    assert made.count(StepKind.END) == 1
    assert stay_of("000001").until is None


def test_a_joint_tenancy_is_two_people_in_one_home(officer, walsden):
    rows = [row(1, **{"Sole or joint": "Joint"}), row(2, **{"Sole or joint": "Joint", "Home reference": "P00001"})]
    rows[1]["Address"] = rows[0]["Address"]
    brought_in(officer, rows, place=walsden.ridge_row)
    assert stay_of("000001").home_id == stay_of("000002").home_id
    assert db.session.scalar(select(func.count()).where(Home.reference == "P00001")) == 1


def test_a_slip_in_a_row_ends_nobodys_tenancy(officer, walsden):
    rows = [row(n) for n in range(1, 12)]
    brought_in(officer, rows, place=walsden.ridge_row)
    rows[0]["Postcode"] = "nowhere"
    made = worked_out(officer, rows, place=walsden.ridge_row)
    assert made.counts == {"wrong": 1}
    (wrong,) = steps(made, StepKind.WRONG)
    assert (wrong.line, wrong.person_ref, wrong.name) == (2, "000001", "Person Number1")


def test_a_closed_account_takes_no_new_contacts(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    with database.transaction():
        person = db.session.scalars(select(Person).where(Person.resident_ref == "000001")).one()
        person.closed_at, person.contact_email, person.contact_phone = clock.now(), "", ""
    made = worked_out(officer, [row(1)], place=walsden.ridge_row)
    assert made.counts == {}


# -- what asks again ----------------------------------------------------------------------------------------------


def test_a_list_that_would_end_more_than_one_in_ten_asks_again(officer, walsden):
    brought_in(officer, [row(n) for n in range(1, 11)], place=walsden.ridge_row)
    made = worked_out(officer, [row(n) for n in range(3, 11)], place=walsden.ridge_row)
    with database.transaction(), pytest.raises(Conflict, match="more than 1 in 10"):
        actions.confirm(officer, db.session.get_one(RollImport, made.id), sure=False)
    confirm(officer, made, sure=True)


# -- rights -------------------------------------------------------------------------------------------------------


def test_only_those_who_keep_the_roll_send_lists(walsden):
    for person in (walsden.asha, walsden.bronwen, walsden.priya, walsden.owen):
        with database.transaction(), pytest.raises(Refused):
            actions.send(walsden.me(person), content=b"a,b\n", file_name="x", place_id=walsden.walsden.id)


def test_an_officer_of_a_place_cannot_send_a_list_of_everywhere(officer):
    with database.transaction(), pytest.raises(Refused, match="Choose the place"):
        actions.send(officer, content=b"a,b\n", file_name="x", place_id=None)


# -- what may never happen ----------------------------------------------------------------------------------------


def test_two_officers_at_once_bring_in_one_list_and_the_other_is_worked_out_again(officer, walsden):
    first = worked_out(officer, [row(1)], place=walsden.ridge_row)
    second = worked_out(officer, [row(1, Name="Somebody Else"), row(2)], place=walsden.ridge_row)
    for made in (first, second):
        confirm(officer, made)
    together = threading.Barrier(2)

    def bring_in(app, import_id):
        with app.app_context():
            together.wait()
            actions.apply(import_id)
            db.session.remove()

    app = current_app._get_current_object()
    threads = [threading.Thread(target=bring_in, args=(app, made.id)) for made in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = {find(first.id).state, find(second.id).state}
    assert states == {State.DONE, State.MATCHED}
    assert db.session.scalar(select(func.count()).where(Person.resident_ref == "000001")) == 1
    roll_jobs.work_on_imports()
    late = first if find(first.id).state is not State.DONE else second
    assert find(late.id).state is State.READY
    assert "changed after" in str(find(late.id).why)


@pytest.mark.parametrize("breaks_at", ["_add_homes", "_add_stays", "_change"])
def test_a_crash_in_the_middle_changes_nothing(officer, walsden, monkeypatch, breaks_at):
    brought_in(officer, [row(n) for n in range(1, 15)], place=walsden.ridge_row)
    made = worked_out(officer, [row(1, Name="New Name"), *[row(n) for n in range(2, 16)]], place=walsden.ridge_row)
    confirm(officer, made)
    before, import_id = picture(), made.id
    usual = getattr(actions.applying, breaks_at)
    calls = []

    def breaks(*args):
        calls.append(args)
        if len(calls) == (3 if breaks_at == "_change" else 1):
            raise RuntimeError("planted")
        return usual(*args)

    monkeypatch.setattr(actions.applying, breaks_at, breaks)
    with pytest.raises(RuntimeError, match="planted"):
        actions.apply(import_id)
    db.session.remove()
    assert picture() == before
    assert find(import_id).state is State.CONFIRMED
    monkeypatch.undo()
    roll_jobs.work_on_imports()
    assert find(import_id).state is State.DONE
    assert by_ref("000001").full_name == "New Name"


def test_a_worker_that_died_leaves_the_list_for_the_next(officer, walsden):
    import_id = send(officer, [row(1)], place=walsden.ridge_row)
    with database.transaction():
        db.session.get_one(RollImport, import_id).lease = clock.now() + timedelta(minutes=5)
    roll_jobs.work_on_imports()
    assert find(import_id).state is State.MATCHED, "somebody else has it in hand"
    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        roll_jobs.work_on_imports()
    assert find(import_id).state is State.READY


def test_a_worker_that_is_told_to_stop_gives_the_list_back(officer, walsden, monkeypatch):
    import_id = send(officer, [row(1)], place=walsden.ridge_row)
    monkeypatch.setattr(jobs, "is_stopping", lambda: True)
    actions.work_out(import_id)
    made = find(import_id)
    assert (made.state, made.lease) == (State.MATCHED, None)


def test_a_list_that_was_thrown_away_is_gone(officer, walsden):
    made = worked_out(officer, [row(1)], place=walsden.ridge_row)
    with database.transaction():
        actions.drop(officer, db.session.get_one(RollImport, made.id))
    gone = find(made.id)
    assert (gone.state, gone.content) == (State.DROPPED, None)
    with database.transaction(), pytest.raises(Conflict):
        actions.confirm(officer, db.session.get_one(RollImport, made.id), sure=True)


def test_nothing_of_an_import_outlives_its_days(officer, walsden):
    made = brought_in(officer, [row(1)], place=walsden.ridge_row)
    assert find(made.id).content is None
    assert steps(made)
    with clock.moved_to(clock.now() + timedelta(days=15)), database.transaction():
        actions.tidy()
    assert steps(made) == []


def test_the_record_has_counts_and_no_names(officer, walsden):
    made = brought_in(officer, [row(1)], place=walsden.ridge_row)
    rows = db.session.scalars(select(audit.Row).where(audit.Row.kind == "roll").order_by(audit.Row.id)).all()
    assert [one.verb for one in rows] == ["roll.sent", "roll.confirmed", "roll.brought_in"]
    assert rows[-1].facts == {"add": 1, "change": 0, "end": 0, "wrong": 0}
    assert rows[-1].thing_id == made.id


# -- how long it takes --------------------------------------------------------------------------------------------


def test_twenty_thousand_rows_in_time(administrator, walsden):
    """In under 30 seconds in all, holding the lock under 2; and the second time nothing changes."""
    rows = [row(n) for n in range(1, 20_001)]
    held = []

    def timed(usual):
        def move_on(*args):
            held.append((time.thread_time(), time.monotonic()))
            return usual(*args)

        return move_on

    usual = actions.applying.versions.move_on
    actions.applying.versions.move_on = timed(usual)
    began = time.monotonic()
    try:
        made = brought_in(administrator, rows)
    finally:
        actions.applying.versions.move_on = usual
    took = time.monotonic() - began
    lock, waited = time.thread_time() - held[0][0], time.monotonic() - held[0][1]
    assert made.state is State.DONE
    assert made.counts == {"add": 20_000}
    assert took < 30, f"{took:.1f} s in all"
    assert lock < 2, f"{lock:.1f} s of CPU inside the lock"
    assert waited < 4, f"{waited:.1f} s inside the lock on a machine that does other things too"
    again = worked_out(administrator, rows)
    assert again.counts == {}
    where = db.engine.dialect.name
    print(f"20,000 rows: {took:.1f} s in all, {lock:.1f} s of CPU and {waited:.1f} s inside the lock, {where}")
    assert db.session.scalar(select(func.count()).select_from(RollStep)) == 20_000
    assert importing.version() >= 1
