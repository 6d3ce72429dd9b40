"""Households, people who are there twice, and letters to join."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions as accounts
from coproduce.accounts import queries as people
from coproduce.accounts.models import Occupancy, OneUse, Person, SignIn
from coproduce.accounts.rules import Format, Holder, Purpose
from coproduce.db import db
from coproduce.errors import Conflict, Refused
from coproduce.roll import actions
from coproduce.roll.queries import letters
from coproduce.roll.queries import people as on_the_roll
from coproduce.voting.models import RollPlace
from tests.roll.making import brought_in, row, worked_out
from tests.voting import making


def person(ref):
    found = db.session.scalars(select(Person).where(Person.resident_ref == ref)).one()
    return on_the_roll.find(found.id)


def live_in(place):
    return [person_id for person_id, _ in people.adults_living_in([place.id])]


# -- households ---------------------------------------------------------------------------------------------------


LAST_MONTH = clock.now() - timedelta(days=30)


def add(officer, walsden, **changes):
    stay = on_the_roll.live_stays(on_the_roll.find(walsden.marek.id))[0]
    usual = {"full_name": "Ola Nowak", "adult": True}
    with clock.moved_to(LAST_MONTH), database.transaction():
        return actions.add_household_member(officer, stay, **(usual | changes)).id


def test_a_member_of_the_household_is_on_every_roll_there(officer, walsden):
    made = add(officer, walsden, phone="07700 900123", formats=frozenset({Format.EASY_READ}))
    assert made in live_in(walsden.lockside)
    found = on_the_roll.find(made)
    assert (found.contact_phone, found.format_needs) == ("+447700900123", "easy read")
    assert found.occupancies[0].holder is Holder.HOUSEHOLD


@pytest.mark.parametrize(("changes", "why"), [({"adult": False}, "18 or over"), ({"phone": "ask him"}, "phone number")])
def test_a_member_needs_to_be_of_age_and_what_is_typed_must_make_sense(officer, walsden, changes, why):
    with pytest.raises(Conflict, match=why):
        add(officer, walsden, **changes)


def test_an_officer_of_elsewhere_adds_nobody_here(walsden):
    with pytest.raises(Refused):
        add(walsden.me(walsden.owen), walsden)


def test_the_next_list_leaves_the_household_alone(officer, walsden):
    brought_in(officer, [row(n) for n in range(1, 12)], place=walsden.ridge_row)
    with clock.moved_to(LAST_MONTH), database.transaction():
        stay = on_the_roll.live_stays(person("000001"))[0]
        member = actions.add_household_member(officer, stay, full_name="Cy Member", adult=True).id
    again = worked_out(officer, [row(n) for n in range(1, 12)], place=walsden.ridge_row)
    assert again.counts == {}
    brought_in(officer, [row(n) for n in range(2, 12)], place=walsden.ridge_row)
    assert member not in live_in(walsden.ridge_row), "the last tenant has left, and the household with them"


def test_only_household_members_are_ended_by_hand(officer, walsden):
    made = add(officer, walsden)
    with database.transaction():
        stay = on_the_roll.find(made).occupancies[0]
        actions.end_stay(officer, stay)
    assert made not in live_in(walsden.lockside)
    with database.transaction(), pytest.raises(Conflict, match="tenancy"):
        actions.end_stay(officer, on_the_roll.find(walsden.marek.id).occupancies[0])


# -- the same person twice ----------------------------------------------------------------------------------------


def twins(officer, walsden):
    """The landlord's system has one woman twice, in one home, under two numbers."""
    rows = [row(1, Name="Anna Quill"), row(2, Name="Anna Quil", **{"Home reference": "P00001"})]
    rows[1]["Address"] = rows[0]["Address"]
    brought_in(officer, rows, place=walsden.ridge_row)
    return rows


def merge(officer, keep, gone):
    with database.transaction():
        actions.merge(officer, on_the_roll.find(keep), on_the_roll.find(gone))
    db.session.expire_all()


def test_names_that_are_alike_in_one_home_are_offered(officer, walsden):
    twins(officer, walsden)
    (pair,) = on_the_roll.alike(officer.roles[next(iter(officer.roles))])
    assert {pair.one.name, pair.other.name} == {"Anna Quill", "Anna Quil"}
    assert on_the_roll.alike(frozenset({walsden.elsewhere.id})) == [], "each officer sees their own places"


def test_one_person_has_one_place_on_any_roll_afterwards(officer, walsden):
    rows = twins(officer, walsden)
    keep, gone = person("000001").id, person("000002").id
    merge(officer, keep, gone)
    assert [one for one in live_in(walsden.ridge_row) if one in {keep, gone}] == [keep]
    again = worked_out(officer, rows, place=walsden.ridge_row)
    assert again.counts == {}, "the landlord's list may go on to have her twice"
    assert on_the_roll.find(gone) is None


def test_what_was_the_others_goes_over(officer, walsden):
    twins(officer, walsden)
    keep, gone = person("000001").id, person("000002").id
    with database.transaction():
        accounts.ways.set_passphrase(
            db.session.get_one(Person, gone), accounts.passphrases.make("a b c"), this_sign_in=None
        )
        secret = accounts.begin_sign_in(gone, device="phone")
        kept_stay = db.session.scalars(select(Occupancy).where(Occupancy.person_id == keep)).one().id
    merge(officer, keep, gone)
    assert on_the_roll.ways_in(keep), "her way in"
    row_ = db.session.scalars(select(SignIn).where(SignIn.hash == accounts.hash_of(secret))).one()
    assert row_.ended_at is not None, "a browser of the other is signed out"
    live = [stay.id for stay in on_the_roll.live_stays(on_the_roll.find(keep))]
    assert live == [kept_stay]


@pytest.mark.parametrize("who_voted", ["nobody", "keep", "gone", "both"])
def test_in_an_open_vote_there_is_one_place_and_no_vote_is_lost(officer, walsden, who_voted):
    keep, gone = walsden.asha.id, walsden.joyce.id
    voters = {"keep": ["asha"], "gone": ["joyce"], "both": ["asha", "joyce"], "nobody": []}[who_voted]
    with database.transaction():
        ballot = making.ballot(walsden)
        for name in voters:
            making.vote(walsden, ballot, getattr(walsden, name))
    if who_voted == "both":
        with pytest.raises(Conflict, match="Both have voted"):
            merge(officer, keep, gone)
        return
    merge(officer, keep, gone)
    places = db.session.scalars(select(RollPlace).where(RollPlace.person_id.in_([keep, gone]))).all()
    assert [place.person_id for place in places] == [keep]
    assert bool(places[0].voted_on) is bool(voters)


def test_somebody_with_a_role_does_not_go(officer, walsden):
    with pytest.raises(Conflict, match="holds a role"):
        merge(officer, walsden.asha.id, walsden.bronwen.id)


def test_nobody_is_made_one_with_themselves_nor_twice(officer, walsden):
    with pytest.raises(Conflict, match="Choose two"):
        merge(officer, walsden.asha.id, walsden.asha.id)


# -- letters to join ----------------------------------------------------------------------------------------------


def make(officer, place):
    with database.transaction():
        return actions.make_letters(officer, place.id).id


def codes(batch_id):
    with database.reading():
        db.session.rollback()
        found = {one.name: accounts.tokens.join_code(one.one_use_id, one.nonce) for one in letters.to_print(batch_id)}
        db.session.rollback()
    return found


def test_each_who_has_not_joined_gets_one_letter_and_one_alone(officer, walsden):
    brought_in(
        officer, [row(1), row(2, **{"18 or over": "no"}), row(3, **{"Do not write": "yes"})], place=walsden.ridge_row
    )
    batch = make(officer, walsden.ridge_row)
    assert list(codes(batch)) == ["Person Number1"], "no child, nobody whom we do not write to, nobody who has joined"
    with database.transaction(), pytest.raises(Conflict, match="Nobody here needs a letter"):
        actions.make_letters(officer, walsden.ridge_row.id)
    assert codes(batch) == codes(batch), "a letter can be printed again"


def test_a_letter_says_nothing_to_whoever_reads_the_database(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    (code,) = codes(make(officer, walsden.ridge_row)).values()
    rows = db.session.execute(select(OneUse.hash, OneUse.value).where(OneUse.purpose == Purpose.JOIN)).all()
    assert rows
    assert all(code not in text and len(text) < 65 for one in rows for text in one)


def test_a_replaced_letter_is_dead(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    batch = make(officer, walsden.ridge_row)
    (old,) = codes(batch).values()
    with database.transaction():
        new_batch = actions.replace_letter(officer, person("000001")).id
    (new,) = codes(new_batch).values()
    assert codes(batch) == {}
    with database.transaction(), pytest.raises(Conflict):
        accounts.show_code(old, origin="x")
    with database.transaction():
        assert accounts.show_code(new, origin="x")


def test_large_print_is_for_those_who_need_it(officer, walsden):
    brought_in(officer, [row(1), row(2, **{"Large print": "yes"})], place=walsden.ridge_row)
    found = {one.name: one.large for one in letters.to_print(make(officer, walsden.ridge_row))}
    assert found == {"Person Number1": False, "Person Number2": True}


def test_a_letter_is_too_old_after_four_weeks(officer, walsden):
    brought_in(officer, [row(1)], place=walsden.ridge_row)
    batch = make(officer, walsden.ridge_row)
    with clock.moved_to(clock.now() + timedelta(days=29)):
        assert codes(batch) == {}
        assert letters.waiting_by_place()[walsden.ridge_row.id] == 1
