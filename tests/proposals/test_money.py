"""Costs add up to the penny: an empty home against its budget, and services shared by homes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce import db as database
from coproduce.duties.rules import Area
from coproduce.errors import Conflict
from coproduce.proposals import actions, queries
from coproduce.proposals.rules import Mandate, Option, Stand, money
from coproduce.proposals.rules.money import Line
from coproduce.proposals.rules.starters import VOIDS

pence = st.integers(-100_000, 500_000)
lines = st.lists(
    st.builds(Line, number=st.just(0), cost=pence, options=st.lists(pence, max_size=4).map(tuple)), max_size=12
).map(lambda found: [Line(no, line.cost, line.options) for no, line in enumerate(found, start=1)])


@given(lines, pence)
def test_what_any_choices_cost_lies_between_the_least_and_the_most(found, budget):
    total = money.add_up(found, budget)
    cheapest = sum(min(line.options) if line.options else line.cost for line in found)
    dearest = sum(max(line.options) if line.options else line.cost for line in found)
    assert (total.least, total.most, total.left) == (cheapest, dearest, budget - dearest)
    assert total.over == max(cheapest - budget, 0)


@given(lines, pence)
def test_what_a_choice_leaves_over_and_what_all_cost_make_the_budget(found, budget):
    for line in found:
        for place, cost in enumerate(line.options):
            rest = sum(other.least for other in found if other is not line)
            assert money.leaves_over(found, budget, number=line.number, option=place) + cost + rest == budget


@given(st.integers(0, 10**8), st.integers(1, 10**5))
def test_a_week_is_the_nearest_penny(yearly, homes):
    week = money.a_week(yearly, homes)
    assert abs(week * homes * 52 - yearly) * 2 <= homes * 52


@pytest.mark.parametrize(
    ("pounds", "homes", "week"),
    [(5990, 96, 120), (3120, 96, 62), (4490, 96, 90), (6240, 48, 250), (1120, 48, 45), (3740, 96, 75), (1250, 96, 25)],
)
def test_the_services_of_our_founding_papers_cost_what_they_say(pounds, homes, week):
    """domain.md, section 8.3."""
    assert money.a_week(pounds * 100, homes) == week


def test_the_items_of_the_empty_homes_standard_cost_what_they_say():
    """domain.md, section 8.2: items 11 to 20 but for full decoration, which a landlord owes some people anyway."""
    assert sum(starter.cost_pence or 0 for starter in VOIDS) == 96_000


@pytest.fixture
def standard(walsden, db):
    """An empty homes standard with £650 a home: keys, a deep clean, and paint or floors."""
    me = walsden.me(walsden.asha)
    with database.transaction():
        made = actions.draft(me, place_id=walsden.walsden.id, area=Area.VOIDS, title="Empty homes", summary="Fair.")
        actions.redraft(
            me, made, title="Empty homes", summary="Fair.", reasons="It should not be luck.", budget_pence=65_000
        )
        actions.add_clause(me, made, words="Locks changed.", stand=Stand.FLEXIBLE, cost_pence=9_500)
        actions.add_clause(me, made, words="A deep clean.", stand=Stand.FLEXIBLE, cost_pence=18_000)
        options = [Option("Paint", cost_pence=15_000), Option("Floors", cost_pence=34_000)]
        actions.add_clause(me, made, words="What comes first.", stand=Stand.FLEXIBLE, options=options)
    return made


def test_a_list_that_costs_more_than_the_budget_is_not_published(walsden, standard):
    me = walsden.me(walsden.asha)
    with database.transaction():
        actions.add_clause(me, standard, words="Full decoration.", stand=Stand.FLEXIBLE, cost_pence=90_000)
    with pytest.raises(Conflict, match=r"£1,325 .* £675 more than the budget of £650"), database.transaction():
        actions.raise_it(me, standard)
    with database.transaction():
        actions.remove_clause(me, queries.draft_clauses(standard)[3].clause_version.clause)
        assert actions.raise_it(me, standard).budget_pence == 65_000


def test_no_vote_opens_on_choices_that_cannot_be_paid(walsden, standard):
    me = walsden.me(walsden.asha)
    with database.transaction():
        version = actions.raise_it(me, standard)
        standard.mandate = Mandate.DELEGATE
    assert queries.why_no_vote(standard, version) is None
    with database.transaction():
        given_ = actions.Suggestion(actions.amending.Deed.ADD, None, "Garden cleared.", "Rats.")
        made = actions.suggest(walsden.me(walsden.joyce), standard, given_)
        version = actions.accept_amendment(me, made, seen_no=1)
        version.clauses[3].clause_version.cost_pence = 16_000
    reason = str(queries.why_no_vote(standard, queries.latest_version(standard)))
    assert "cost £775, which is £125 over the budget of £650" in reason


def test_an_empty_draft_begins_with_the_items_of_its_kind(walsden, duties):
    """Those whose duty is not in this register are left out."""
    me = walsden.me(walsden.asha)
    with database.transaction():
        made = actions.draft(me, place_id=walsden.walsden.id, area=Area.VOIDS, title="Empty homes", summary="Fair.")
        actions.start_from(me, made)
    assert made.budget_pence == 65_000
    assert len(queries.draft_clauses(made)) == sum(starter.duty is None for starter in VOIDS)
    with database.transaction():
        actions.add_clause(me, made, words="Mine.", stand=Stand.FLEXIBLE)
    with pytest.raises(Conflict, match="clauses here already"), database.transaction():
        actions.start_from(me, made)
