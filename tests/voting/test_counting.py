"""One honest count: the same papers in any order, nothing lost, nothing invented, no tie broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce.voting.rules import (
    ABSTAIN,
    YES_NO_KEYS,
    Method,
    Outcome,
    as_kept,
    count,
    from_kept,
    outcome_sentence,
    part_of,
    quorum_of,
    wrong_paper,
)

OPTIONS = ("c1", "c2", "c3")
KEYS = {Method.YES_NO: YES_NO_KEYS, Method.ONE_OF: (*OPTIONS, ABSTAIN)}


@st.composite
def elections(draw):
    method = draw(st.sampled_from(list(Method)))
    papers = draw(st.lists(st.sampled_from(KEYS[method]), max_size=40))
    on_roll = len(papers) + draw(st.integers(0, 40))
    return method, papers, on_roll, draw(st.integers(0, on_roll + 1))


def counted(method, papers, on_roll=100, quorum=0):
    return count(method, papers, keys=KEYS[method], on_roll=on_roll, quorum=quorum)


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_papers_changes_nothing(election, luck):
    method, papers, on_roll, quorum = election
    shuffled = luck.sample(papers, len(papers))
    assert counted(method, papers, on_roll, quorum) == counted(method, shuffled, on_roll, quorum)


@given(elections())
def test_the_sums_add_up(election):
    method, papers, on_roll, quorum = election
    found = counted(method, papers, on_roll, quorum)
    assert sum(line.votes for line in found.lines) == found.took_part == len(papers)
    assert [line.key for line in found.lines] == list(KEYS[method])
    assert found.decided == found.took_part - found.votes_for(ABSTAIN)
    assert all(line.votes == papers.count(line.key) for line in found.lines)


@given(elections())
def test_a_winner_has_more_votes_than_any_other_and_enough_took_part(election):
    method, papers, on_roll, quorum = election
    found = counted(method, papers, on_roll, quorum)
    sides = {line.key: line.votes for line in found.lines if line.key != ABSTAIN}
    top = max(sides.values())
    ahead = [key for key, votes in sides.items() if votes == top]
    if found.winner is not None:
        assert ahead == [found.winner]
        assert found.quorum_met
        assert papers
    elif found.outcome is Outcome.TIE:
        assert len(ahead) > 1
    else:
        assert found.outcome is Outcome.TOO_FEW
        assert len(papers) < quorum or not papers


@given(st.sampled_from(list(Method)), st.integers(0, 30), st.data())
def test_a_tie_is_never_broken(method, votes, data):
    first, second = data.draw(st.permutations(KEYS[method][:-1]))[:2]
    papers = data.draw(st.permutations([first] * votes + [second] * votes + [ABSTAIN] * 3))
    found = counted(method, papers)
    assert (found.outcome, found.winner) == (Outcome.TIE, None)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("on_roll", [0, 1, 50])
def test_no_papers_decide_nothing(method, on_roll):
    found = counted(method, [], on_roll)
    assert (found.outcome, found.winner, found.took_part) == (Outcome.TOO_FEW, None, 0)
    assert str(part_of(found.took_part, found.on_roll)).startswith("0")
    assert found.percent_needed == 0


def test_abstaining_counts_as_taking_part_and_for_neither_side():
    papers = ["yes"] * 2 + ["no"] + [ABSTAIN] * 7
    assert counted(Method.YES_NO, papers, quorum=10).outcome is Outcome.PASSED
    assert counted(Method.YES_NO, papers, quorum=11).outcome is Outcome.TOO_FEW


def test_a_paper_that_is_not_on_the_ballot_stops_the_count():
    with pytest.raises(ValueError, match="not on the ballot"):
        counted(Method.ONE_OF, ["c1", "c9"])


@given(elections())
def test_a_count_comes_back_from_its_row_as_it_was(election):
    found = counted(*election)
    assert from_kept(as_kept(found)) == found


@given(st.integers(0, 100_000), st.integers(1, 100))
def test_the_quorum_is_the_smallest_number_that_is_enough(on_roll, percent):
    needed = quorum_of(on_roll, percent)
    assert 100 * needed >= on_roll * percent > 100 * (needed - 1)


@pytest.mark.parametrize(
    ("papers", "quorum", "words"),
    [
        (["yes"] * 3 + ["no"], 1, "Neighbours said yes: 3 yes, 1 no."),
        (["no"] * 3 + ["yes"], 1, "Neighbours said no: 1 yes, 3 no."),
        (["no", "yes"], 1, "A tie: 1 yes and 1 no. Nothing is decided."),
        (["yes"], 5, "Too few took part: 1 person voted and 5 were needed. Nothing is decided."),
    ],
)
def test_the_outcome_in_one_sentence(papers, quorum, words):
    assert str(outcome_sentence(counted(Method.YES_NO, papers, quorum=quorum))) == words


ALLOWED = {"1": list(YES_NO_KEYS), "2": [*OPTIONS, ABSTAIN]}


@pytest.mark.parametrize(
    ("choices", "right"),
    [
        ({"1": "yes", "2": "c3"}, True),
        ({"1": ABSTAIN, "2": ABSTAIN}, True),
        ({"1": "yes"}, False),
        ({"1": "yes", "2": "c3", "3": "yes"}, False),
        ({"1": "c1", "2": "c3"}, False),
        ({"1": "yes", "2": "c4"}, False),
        ({}, False),
    ],
)
def test_which_papers_are_taken(choices, right):
    assert (wrong_paper(choices, allowed=ALLOWED) is None) is right
