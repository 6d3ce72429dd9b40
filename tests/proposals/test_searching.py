"""Finding what is there: by words in any form, in both databases, also when they are mistyped."""

import pytest

from coproduce import db as database
from coproduce import search
from coproduce.proposals import actions, queries
from coproduce.proposals.rules import Stand
from tests.proposals import making

TITLES = {
    "cats": ("Cats in the flats", "Let people keep a cat in any flat.", "A cat needs no garden."),
    "bins": ("Wash the bin store each month", "The smell in summer is bad.", "Bins are cleaned on Mondays."),
    "bench": ("A bench by the lock", "Somewhere to sit on the way home.", "One bench, with a back."),
    "lamps": ("Lamps on the steps", "Light for the steps at night.", "The lamps are lit until midnight."),
}


@pytest.fixture
def found(walsden, duties):
    made = {}
    me = walsden.me(walsden.asha)
    with database.transaction():
        for name, (title, summary, clause) in TITLES.items():
            one = actions.draft(
                me, place_id=walsden.walsden.id, area=making.Area.PETS, title=title, summary=summary, reasons="Why not?"
            )
            actions.add_clause(me, one, words=clause, stand=Stand.FLEXIBLE)
            actions.raise_it(me, one)
            made[one.id] = name
    return made


def names(found, words):
    return [found[proposal.id] for proposal in queries.find(words).proposals]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cat", ["cats"]),
        ("CATS", ["cats"]),
        ("garden", ["cats"]),
        ("bench lock", ["bench"]),
        ("clean bins", ["bins"]),
        ("midnight", ["lamps"]),
        ("bench cat", []),
        ("the", ["lamps", "bench", "bins", "cats"]),
        ("", ["lamps", "bench", "bins", "cats"]),
        ("bin'; DROP TABLE search_entry --", []),
        ('"*^:()', ["lamps", "bench", "bins", "cats"]),
    ],
)
def test_words_are_found_in_title_summary_and_clauses(found, words, expected):
    assert names(found, words) == expected


def test_what_stands_in_the_title_comes_first(found, walsden):
    with database.transaction():
        me = walsden.me(walsden.asha)
        one = actions.draft(
            me, place_id=walsden.walsden.id, area=making.Area.PETS, title="Flower beds", summary="With a bench nearby.",
            reasons="Bees.",
        )  # fmt: skip
        actions.add_clause(me, one, words="Two beds.", stand=Stand.FLEXIBLE)
        actions.raise_it(me, one)
    assert [proposal.title for proposal in queries.find("bench").proposals] == ["A bench by the lock", "Flower beds"]


def test_a_mistyped_word_is_read_as_the_nearest_one(found):
    result = queries.find("bnech")
    assert ([found[one.id] for one in result.proposals], result.mended) == (["bench"], "bench")
    assert queries.find("zzzzzz").total == 0


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("May I keep a cat in my flat?", "Cats are good company.", "cats"),
        ("Lmaps for the setps", "It is dark.", "lamps"),
        ("Clean the bins", "They smell in summer.", "bins"),
        ("A seat near the lock", "A bench would do.", "bench"),
    ],
)
def test_what_looks_like_it_comes_first(found, title, summary, expected):
    near = queries.similar(title, summary)
    assert found[near[0].proposal.id] == expected


def test_nothing_is_alike_when_nothing_is(found):
    assert queries.similar("Broadband for everybody", "Faster internet at a fair price.") == []
    assert queries.similar("", "") == []


def test_drafts_are_never_found_and_new_words_are(walsden, found, duties):
    with database.transaction():
        making.draft(walsden, duties, title="Secret hedgehogs")
    assert queries.find("hedgehogs").total == 0
    assert queries.similar("Secret hedgehogs", "") == []
    proposal_id = next(iter(found))
    with database.transaction():
        proposal = queries.whole(proposal_id)
        given = actions.Suggestion(actions.amending.Deed.ADD, None, "Every cat wears a bell.", "Birds.")
        made = actions.suggest(walsden.me(walsden.joyce), proposal, given)
        actions.accept_amendment(walsden.me(walsden.asha), made, seen_no=1)
    assert names(found, "bell") == ["cats"]
    with database.transaction():
        search.drop(queries.KIND, proposal_id)
    assert names(found, "bell") == []
