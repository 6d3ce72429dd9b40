"""Places: how they lie in one another, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from coproduce import audit
from coproduce import db as database
from coproduce.errors import Conflict
from coproduce.neighbourhoods import actions, queries
from coproduce.neighbourhoods.models import Place
from coproduce.neighbourhoods.rules import PlaceKind, Spot, Tree, wrong_parent

N, E, B = PlaceKind.NEIGHBOURHOOD, PlaceKind.ESTATE, PlaceKind.BLOCK


@st.composite
def trees(draw):
    """Any tree that the rules allow."""
    spots = []
    for number in range(1, draw(st.integers(1, 30)) + 1):
        kind = draw(st.sampled_from(PlaceKind)) if spots else N
        parents = [spot.id for spot in spots if wrong_parent(kind, spot.kind) is None]
        parent = draw(st.sampled_from(parents)) if parents else None
        spots.append(Spot(number, parent, kind if parent else N, draw(st.text("abc", min_size=1, max_size=3))))
    return Tree.of(draw(st.permutations(spots)))


@given(trees())
def test_around_ends_at_a_neighbourhood(tree):
    for spot_id in tree.spots:
        around = tree.around(spot_id)
        assert around[0].id == spot_id
        assert around[-1].kind is N
        assert tree.neighbourhood(spot_id) == around[-1]


@given(trees())
def test_within_is_around_turned_round(tree):
    for outer in tree.spots:
        for inner in tree.spots:
            assert (inner in tree.within(outer)) is (outer in {spot.id for spot in tree.around(inner)})


@given(trees())
def test_each_place_stands_once_in_order_after_what_it_lies_in(tree):
    order = [spot.id for spot, _ in tree.in_order()]
    assert sorted(order) == sorted(tree.spots)
    for spot, depth in tree.in_order():
        assert depth == len(tree.around(spot.id)) - 1


def test_a_place_that_is_not_there_is_nowhere():
    assert Tree.of([]).around(7) == ()
    assert Tree.of([]).within(7) == frozenset()


@pytest.mark.parametrize(
    ("kind", "parent", "allowed"),
    [
        (N, None, True), (N, N, False), (N, E, False), (N, B, False),
        (E, None, False), (E, N, True), (E, E, False), (E, B, False),
        (B, None, False), (B, N, True), (B, E, True), (B, B, False),
    ],
)  # fmt: skip
def test_what_may_lie_in_what(kind, parent, allowed):
    assert (wrong_parent(kind, parent) is None) is allowed


def test_the_town_lies_as_it_should(walsden):
    tree = queries.tree()
    assert [spot.name for spot in tree.around(walsden.lockside.id)] == ["Lockside Court", "Ridge Row", "Walsden"]
    assert tree.within(walsden.walsden.id) == {walsden.walsden.id, walsden.ridge_row.id, walsden.lockside.id}
    assert queries.homes_in(tree.within(walsden.walsden.id)) == 8
    assert queries.homes_in(frozenset()) == 0


def add(*args):
    with database.transaction():
        return actions.add_place(*args)


def test_a_name_is_kept_clean_and_stands_once_in_a_place(walsden):
    assert add("  Weir \n Bank ", E, walsden.walsden).name == "Weir Bank"
    with pytest.raises(Conflict, match="a place called Weir Bank"):
        add("Weir Bank", E, walsden.walsden)
    with pytest.raises(Conflict, match="a place called Walsden"):
        add("Walsden", N)
    assert add("Weir Bank", E, walsden.elsewhere).id


@pytest.mark.parametrize(("kind", "parent"), [(E, None), (N, "walsden"), (B, "lockside")])
def test_a_place_in_the_wrong_place_is_refused_and_leaves_nothing(walsden, kind, parent):
    before = len(database.db.session.scalars(select(Place)).all())
    with pytest.raises(Conflict):
        add("Nowhere", kind, getattr(walsden, parent) if parent else None)
    assert len(database.db.session.scalars(select(Place)).all()) == before


def test_a_name_with_what_no_keyboard_types_is_refused(walsden):
    with pytest.raises(Conflict, match="a character we cannot keep"):
        add("We\x00ir", E, walsden.walsden)


def test_the_record_tells_of_places_and_homes_by_number(walsden):
    rows = database.db.session.scalars(select(audit.Row).where(audit.Row.verb.in_(["place.added", "home.added"]))).all()
    assert len(rows) == 4 + 12
    assert all(set(row.facts) <= {"place"} for row in rows)
