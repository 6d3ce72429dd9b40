"""Who somebody is here, today."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.accounts import actions, policy, queries
from coproduce.accounts.models import Occupancy, Person
from coproduce.accounts.rules import STRANGER, Circle, Role
from coproduce.errors import Refused


def test_a_stranger_is_nobody():
    assert not STRANGER.known
    assert not STRANGER.is_resident
    assert not STRANGER.is_colleague
    assert not STRANGER.holds(Role.OFFICER)
    assert str(STRANGER.role_name) == "guest"


def test_one_lives_in_the_block_the_estate_and_the_neighbourhood(walsden):
    marek = walsden.me(walsden.marek)
    for place in (walsden.lockside, walsden.ridge_row, walsden.walsden):
        assert marek.is_neighbour(place.id)
    assert not marek.is_neighbour(walsden.elsewhere.id)
    asha = walsden.me(walsden.asha)
    assert not asha.is_neighbour(walsden.lockside.id)


def test_a_role_for_a_place_holds_inside_it_and_nowhere_else(walsden):
    denise = walsden.me(walsden.denise)
    assert denise.holds(Role.OFFICER, walsden.lockside.id)
    assert denise.holds(Role.OFFICER)
    assert not denise.holds(Role.OFFICER, walsden.elsewhere.id)
    assert walsden.me(walsden.priya).holds(Role.DECISION_OWNER, walsden.elsewhere.id)


@pytest.mark.parametrize(
    ("who", "word"),
    [
        ("asha", "neighbour"),
        ("bronwen", "Champion"),
        ("farida", "Task force"),
        ("denise", "Community Housing Officer"),
        ("priya", "Answers for the landlord"),
        ("ruth", "Duty keeper"),
        ("grace", "Administrator"),
    ],
)
def test_what_stands_beside_a_name(walsden, who, word):
    assert str(walsden.me(getattr(walsden, who)).role_name) == word


def test_who_has_moved_out_is_no_neighbour_from_the_next_day(walsden):
    with database.transaction():
        row = database.db.session.scalars(select(Occupancy).where(Occupancy.person_id == walsden.asha.id)).one()
        row.until = clock.today()
    assert walsden.me(walsden.asha).is_resident
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert not walsden.me(walsden.asha).is_resident


def test_what_begins_tomorrow_does_not_count_today(walsden):
    tomorrow = clock.today() + timedelta(days=1)
    with database.transaction():
        actions.give_role(walsden.asha, Role.MODERATOR, by=None, since=tomorrow)
    assert not walsden.me(walsden.asha).holds(Role.MODERATOR)
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert walsden.me(walsden.asha).holds(Role.MODERATOR)


def test_a_child_has_no_rights_of_a_neighbour(walsden):
    with database.transaction():
        database.db.session.get(Person, walsden.asha.id).adult = False
    assert not walsden.me(walsden.asha).is_resident
    assert walsden.asha.id not in dict(queries.adults_living_in([walsden.ridge_row.id]))


def test_the_roll_has_each_adult_once(walsden):
    places = sorted({walsden.walsden.id, walsden.ridge_row.id, walsden.lockside.id})
    rows = queries.adults_living_in(places)
    assert [person_id for person_id, _ in rows] == sorted(
        one.id for one in (walsden.asha, walsden.joyce, walsden.marek, walsden.sam, walsden.bronwen, walsden.farida)
    )


def test_people_are_found_by_role_and_circle(walsden):
    assert [one.public_name for one in queries.people_with_role(Role.OFFICER)] == ["Denise Okafor", "Owen Pike"]
    assert [one.public_name for one in queries.people_with_role(Role.OFFICER, walsden.lockside.id)] == ["Denise Okafor"]
    assert [one.public_name for one in queries.people_in_circle(Circle.TASK_FORCE)] == ["Farida"]


def test_letters_go_to_the_email_or_on_paper(walsden):
    with database.transaction():
        paper = actions.add_person(full_name="Pearl Grey", public_name="Pearl")
    found = queries.envelopes([walsden.asha.id, paper.id])
    assert found[walsden.asha.id].address == "asha@example.org"
    assert found[paper.id].address is None


@pytest.mark.parametrize("who", ["asha", "bronwen", "farida", "denise", "priya", "ruth", "owen"])
def test_only_an_administrator_gives_roles(walsden, who):
    me = walsden.me(getattr(walsden, who))
    assert policy.refuse_give_role(me)
    with pytest.raises(Refused), database.transaction():
        actions.give_role(walsden.asha, Role.MODERATOR, by=me)
    assert policy.refuse_give_role(walsden.me(walsden.grace)) is None


def test_strangers_have_no_sign_ins_to_end_and_no_language_to_keep():
    assert policy.refuse_end_sign_ins(STRANGER)
    assert policy.refuse_choose_language(STRANGER)
