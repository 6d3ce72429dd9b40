"""The landlord's promise when it changes, and how many neighbours must back a proposal where."""

import pytest

from coproduce import audit, outbox
from coproduce import db as database
from coproduce.duties.rules import Area
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions, queries
from coproduce.proposals.rules import Mandate, Stage
from tests.proposals import making


def do(deed, *given, **named):
    with database.transaction():
        return deed(*given, **named)


def kinds(person):
    return [letter.kind for letter in outbox.letters(person.id)]


# -- changing the promise ------------------------------------------------------------------------------------------


def test_less_is_promised_only_with_a_reason_and_what_was_promised_stays_to_read(walsden, shaping, browse):
    before = shaping.mandate_words
    priya = walsden.me(walsden.priya)
    with pytest.raises(Conflict, match="Say why"):
        do(actions.change_mandate, priya, shaping, Mandate.CONSULT, "We will ask you.", why=" ")
    do(actions.change_mandate, priya, shaping, Mandate.CONSULT, "We will ask you.", why="The lease forbids more.")
    page = browse().get(f"/proposals/{shaping.address}").text
    for told in (before, "The lease forbids more.", "We will ask you.", "Co-design", "Consult"):
        assert told in page
    assert any("changed its promise" in str(item.words) for item in audit.story(shaping.id))
    assert "mandate_changed" in kinds(walsden.joyce)
    assert "mandate_changed" in kinds(walsden.asha)
    assert shaping.stage is Stage.SHAPING


def test_an_officer_may_promise_more_and_never_less(walsden, shaping):
    denise = walsden.me(walsden.denise)
    with pytest.raises(Refused, match="promise less"):
        do(actions.change_mandate, denise, shaping, Mandate.INFORM, "We tell you.", why="Time.")
    do(actions.change_mandate, denise, shaping, Mandate.DELEGATE, "You decide.", why="The board agreed.")
    assert shaping.mandate is Mandate.DELEGATE


def test_a_refusal_keeps_what_the_officer_typed(walsden, shaping, browse):
    typed = {"mandate": "inform", "words": "We tell you what we do.", "why": "We ran out of time."}
    answer = browse(walsden.denise).send(f"/proposals/{shaping.address}/promise/change", typed)
    assert answer.status_code == 422
    assert "We ran out of time." in answer.text
    assert "Only the person who answers for the landlord can promise less than before." in answer.text


def test_a_vote_counts_on_what_was_promised(walsden, shaping):
    with database.transaction():
        actions.move(shaping, Stage.VOTING, by=None)
    with pytest.raises(Refused, match="The vote counts on"):
        do(actions.change_mandate, walsden.me(walsden.priya), shaping, Mandate.DELEGATE, "More.", why="Yes.")


def test_the_same_promise_again_is_no_change(walsden, shaping):
    with pytest.raises(Conflict, match="already"):
        do(
            actions.change_mandate, walsden.me(walsden.priya), shaping, shaping.mandate, shaping.mandate_words,
            why="Same.",
        )  # fmt: skip


# -- how many must back it -----------------------------------------------------------------------------------------


def test_the_nearest_place_and_the_subject_say_how_many_are_needed(walsden, db):
    grace = walsden.me(walsden.grace)
    assert queries.needed_in(walsden.lockside.id, Area.PETS) == 3  # the tests' setting
    do(actions.set_support_needed, grace, walsden.walsden.id, None, 20)
    do(actions.set_support_needed, grace, walsden.walsden.id, Area.PETS, 9)
    do(actions.set_support_needed, grace, walsden.ridge_row.id, None, 5)
    assert queries.needed_in(walsden.walsden.id, Area.PETS) == 9
    assert queries.needed_in(walsden.walsden.id, Area.VOIDS) == 20
    assert queries.needed_in(walsden.ridge_row.id, Area.PETS) == 5
    assert queries.needed_in(walsden.lockside.id, Area.VOIDS) == 5  # its block lies in Ridge Row
    assert queries.needed_in(walsden.elsewhere.id, Area.PETS) == 3
    do(actions.set_support_needed, grace, walsden.ridge_row.id, None, None)
    assert queries.needed_in(walsden.lockside.id, Area.PETS) == 9


def test_a_proposal_keeps_the_number_that_it_was_raised_with(walsden, duties):
    grace = walsden.me(walsden.grace)
    do(actions.set_support_needed, grace, walsden.walsden.id, Area.PETS, 2)
    made = do(making.raised, walsden, duties)
    do(actions.set_support_needed, grace, walsden.walsden.id, Area.PETS, 50)
    for name in ("joyce", "marek"):
        assert made.support_reached_on is None
        do(actions.support, walsden.me(getattr(walsden, name)), made)
    assert made.support_reached_on is not None


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_a_number_that_makes_no_sense_is_refused(walsden, number):
    with pytest.raises(Conflict, match="Write a number"):
        do(actions.set_support_needed, walsden.me(walsden.grace), walsden.walsden.id, None, number)


def test_the_page_sets_it_and_shows_what_is_set(walsden, browse):
    visitor = browse(walsden.priya)
    sent = visitor.send("/proposals/support-needed", {"place": walsden.walsden.id, "area": "pets", "number": "12"})
    assert sent.status_code == 303
    assert ": 12" in visitor.get("/proposals/support-needed").text


# -- splitting a clause --------------------------------------------------------------------------------------------


def test_a_clause_that_says_two_things_becomes_two_and_the_first_keeps_its_duty(walsden, draft):
    fixed = queries.draft_clauses(draft)[0].clause_version
    do(
        actions.split_clause,
        walsden.me(walsden.asha),
        fixed.clause,
        first="Assistance dogs are welcome.",
        second="They are on a lead on the stairs.",
    )
    found = queries.draft_clauses(draft)
    assert [item.clause_version.words for item in found[:3]] == [
        "Assistance dogs are welcome.",
        "They are on a lead on the stairs.",
        "How many pets a home may have.",
    ]
    assert [item.stand.value for item in found[:3]] == ["fixed", "flexible", "flexible"]
    assert found[0].clause_version.ties
    assert not found[1].clause_version.ties
    assert len(found[2].options) == 2


def test_both_parts_need_words(walsden, draft):
    clause = queries.draft_clauses(draft)[0].clause_version.clause
    with pytest.raises(Conflict):
        do(actions.split_clause, walsden.me(walsden.asha), clause, first="One thing.", second=" ")


# -- the register beside a clause ----------------------------------------------------------------------------------


def test_the_register_is_searched_beside_a_clause_without_losing_what_was_typed(walsden, draft, browse, db):
    typed = {"words": "The landlord must do this in twenty days.", "look": "1"}
    answer = browse(walsden.asha).send(f"/proposals/{draft.address}/clauses/new?stand=flexible", typed)
    assert "The landlord must do this in twenty days." in answer.text
    assert "PET-01" in answer.text
    assert len(queries.draft_clauses(draft)) == 3, "looking adds no clause"
    other = browse(walsden.asha).send(
        f"/proposals/{draft.address}/clauses/new?stand=flexible", {"words": "Zebra crossing", "look": "1"}
    )
    assert "Nothing in the register has words like these." in other.text
