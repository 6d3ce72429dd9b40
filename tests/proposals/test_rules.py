import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce.duties.rules import Level
from coproduce.proposals import rules
from coproduce.proposals.rules import (
    ClauseFacts,
    ClauseText,
    Hold,
    Mandate,
    Option,
    Preamble,
    Stage,
    Stand,
    StepState,
    Within,
)

words = st.text(min_size=1, max_size=20)
maybe = st.none() | st.integers(0, 10**6)
options = st.builds(Option, name=words, meaning=words, cost_pence=maybe, departs_why=st.just("") | words, times=maybe)
clauses = st.builds(
    ClauseText,
    words=words,
    stand=st.sampled_from(Stand),
    range_words=words,
    cost_pence=st.none() | st.integers(0, 10**6),
    options=st.lists(options, max_size=3).map(tuple),
    duties=st.lists(st.tuples(words, st.integers(1, 9), st.sampled_from(Hold)), max_size=3).map(tuple),
    question=words,
    times=maybe,
    homes=maybe,
)
preambles = st.builds(Preamble, words, words, words, st.just("") | words, maybe)
texts = st.tuples(preambles, st.lists(clauses, max_size=4))


@given(texts)
def test_the_same_text_has_the_same_mark(text):
    assert rules.mark(*text) == rules.mark(*text)
    assert len(rules.mark(*text)) == 64


@given(texts, texts)
def test_two_texts_share_a_mark_only_when_they_say_the_same(one, other):
    same = rules.whole_text(*one) == rules.whole_text(*other)
    assert (rules.mark(*one) == rules.mark(*other)) is same


WHOLE = ClauseText(
    words="One cat",
    stand=Stand.FLEXIBLE,
    range_words="Up to three",
    cost_pence=650,
    options=(Option("One", "Only one", 100), Option("Two")),
    duties=(("PET-01", 1, Hold.LIMITS), ("PET-02", 3, Hold.GUIDES)),
    question="May we?",
)
HEAD = Preamble("T", "S", "R")
SPOILT = [
    ClauseText("One dog", WHOLE.stand, WHOLE.range_words, 650, WHOLE.options, WHOLE.duties, WHOLE.question),
    ClauseText("One cat", Stand.UNCLEAR, WHOLE.range_words, 650, WHOLE.options, WHOLE.duties, WHOLE.question),
    ClauseText("One cat", WHOLE.stand, "Up to two", 650, WHOLE.options, WHOLE.duties, WHOLE.question),
    ClauseText("One cat", WHOLE.stand, WHOLE.range_words, 651, WHOLE.options, WHOLE.duties, WHOLE.question),
    ClauseText("One cat", WHOLE.stand, WHOLE.range_words, 650, WHOLE.options[::-1], WHOLE.duties, WHOLE.question),
    ClauseText("One cat", WHOLE.stand, WHOLE.range_words, 650, WHOLE.options[:1], WHOLE.duties, WHOLE.question),
    ClauseText("One cat", WHOLE.stand, WHOLE.range_words, 650, WHOLE.options, WHOLE.duties[:1], WHOLE.question),
    ClauseText("One cat", WHOLE.stand, WHOLE.range_words, 650, WHOLE.options, WHOLE.duties, "Must we?"),
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_any_word_changes_the_mark(spoilt):
    assert rules.mark(HEAD, [WHOLE]) != rules.mark(HEAD, [spoilt])


@pytest.mark.parametrize(
    "head",
    [
        ("t", "S", "R"), ("T", "s", "R"), ("T", "S", "r"), ("TS", "", "R"), ("T", "S", "R", "Bees"),
        ("T", "S", "R", "", 65_000),
    ],
)  # fmt: skip
def test_all_that_stands_before_the_clauses_changes_the_mark(head):
    assert rules.mark(HEAD, [WHOLE]) != rules.mark(Preamble(*head), [WHOLE])


def test_what_came_to_the_form_later_leaves_older_marks_as_they_were():
    """Version 1 of our own demo, as the first release fingerprinted it."""
    old = {"title": "T", "summary": "S", "reasons": "R", "clauses": [
        {"words": "One cat", "stand": "flexible", "range": "Up to three", "cost": 650,
         "options": [["One", "Only one", 100], ["Two", "", None]],
         "duties": [["PET-01", 1, "limits"], ["PET-02", 3, "guides"]], "question": "May we?"}]}  # fmt: skip
    assert rules.whole_text(HEAD, [WHOLE]) == old


def test_the_order_in_which_duties_were_tied_does_not():
    turned = ClauseText(
        WHOLE.words, WHOLE.stand, WHOLE.range_words, 650, WHOLE.options, WHOLE.duties[::-1], WHOLE.question
    )
    assert rules.mark(HEAD, [WHOLE]) == rules.mark(HEAD, [turned])


@given(st.lists(clauses))
def test_the_frame_loses_no_clause_and_keeps_their_order(found):
    frame = rules.frame(found)
    assert frame.count == len(found)
    for band, stand in ((frame.must, Stand.FIXED), (frame.decide, Stand.FLEXIBLE), (frame.asking, Stand.UNCLEAR)):
        assert list(band) == [clause for clause in found if clause.stand is stand]


@pytest.mark.parametrize("stage", Stage)
def test_the_stage_bar_has_five_steps_and_at_most_one_is_now(stage):
    states = [state for _, state in rules.steps(stage)]
    assert len(states) in {0, 5}
    assert states == sorted(states, key=[StepState.DONE, StepState.NOW, StepState.TO_COME].index)
    if states and stage is not Stage.DONE:
        assert states.count(StepState.NOW) == 1


@given(st.lists(st.sampled_from(Stage), min_size=1))
def test_nothing_comes_back_from_the_end(path):
    now = Stage.DRAFT
    for to in path:
        if rules.may_move(now, to):
            assert now not in {Stage.WITHDRAWN, Stage.MERGED, Stage.DONE}
            now = to


@pytest.mark.parametrize("level", [None, Level.GUIDANCE, Level.FLEXIBLE])
def test_only_law_and_regulation_fix_a_clause(level):
    assert rules.wrong_clause(Stand.FIXED, level=level, hold=None, options=(), question="")
    assert rules.wrong_clause(Stand.FLEXIBLE, level=level, hold=Hold.FIXES, options=(), question="")


@pytest.mark.parametrize("level", [Level.LAW, Level.REGULATION])
def test_law_and_regulation_do(level):
    assert rules.wrong_clause(Stand.FIXED, level=level, hold=None, options=(), question="") is None
    assert rules.usual_hold(Stand.FIXED, level) is Hold.FIXES


def test_an_unclear_clause_needs_its_question():
    assert rules.wrong_clause(Stand.UNCLEAR, level=None, hold=None, options=(), question="")
    assert rules.wrong_clause(Stand.UNCLEAR, level=None, hold=None, options=(), question="May we?") is None


@pytest.mark.parametrize("stand", [Stand.FIXED, Stand.UNCLEAR])
def test_only_what_is_ours_has_options(stand):
    two = (Option("One"), Option("Two"))
    assert rules.wrong_clause(stand, level=Level.LAW, hold=None, options=two, question="May we?")


@pytest.mark.parametrize(
    ("names", "is_wrong"),
    [
        pytest.param([], False, id="none"),
        pytest.param(["One"], True, id="one is no choice"),
        pytest.param(["One", "Two"], False, id="two"),
        pytest.param(["One", " one "], True, id="the same twice"),
        pytest.param(["One", ""], True, id="without a name"),
        pytest.param([str(n) for n in range(9)], True, id="too many"),
    ],
)
def test_options_of_a_clause(names, is_wrong):
    assert bool(rules.wrong_options([Option(name) for name in names])) is is_wrong


@pytest.mark.parametrize(
    ("ties", "within"),
    [
        ([], Within.YES),
        ([(Hold.LIMITS, Level.FLEXIBLE)], Within.YES),
        ([(Hold.GUIDES, Level.GUIDANCE)], Within.YES),
        ([(Hold.GUIDES, Level.LAW)], Within.YES),
        ([(Hold.LIMITS, Level.LAW)], Within.NOT_SETTLED),
        ([(Hold.FIXES, Level.LAW)], Within.NOT_SETTLED),
        ([(Hold.LIMITS, Level.FLEXIBLE), (Hold.FIXES, Level.REGULATION)], Within.NOT_SETTLED),
    ],
)
def test_an_option_is_inside_unless_a_tie_fixes(ties, within):
    assert rules.starts_within(ties) is within


facts = st.builds(
    ClauseFacts,
    number=st.integers(1, 20),
    stand=st.sampled_from(Stand),
    options=st.integers(0, 5),
    options_not_inside=st.integers(0, 2),
)


@given(st.sampled_from([None, *Mandate]), st.lists(facts))
def test_no_vote_without_a_promise_a_clause_and_every_answer(mandate, found):
    reason = rules.why_not_ready(mandate, found)
    ready = (
        mandate in rules.MAY_BALLOT
        and bool(found)
        and all(clause.stand is not Stand.UNCLEAR and not clause.options_not_inside for clause in found)
    )
    assert (reason is None) is ready
