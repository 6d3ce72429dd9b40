"""Suggested changes: what each does to the text, who is told and credited, and that nothing is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coproduce import audit, outbox
from coproduce import db as database
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions, queries, rules
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import AmendmentState, Deed, Stand
from tests.proposals import making


def texts_of(proposal):
    return [item.clause_version.words for item in queries.latest_version(proposal).clauses]


def clause_id(proposal, number):
    return queries.latest_version(proposal).clauses[number - 1].clause_version.clause_id


@pytest.fixture
def proposal(walsden, duties):
    """Three clauses: fixed, ours to decide with two options, ours to decide without."""
    with database.transaction():
        made = making.draft(walsden, duties, unclear=False)
        actions.add_clause(walsden.me(walsden.asha), made, words="Dogs on a lead.", stand=Stand.FLEXIBLE)
        actions.raise_it(walsden.me(walsden.asha), made)
    return made


def suggest(town, proposal, deed, number=None, *, words="", place=None, by="joyce"):
    about = clause_id(proposal, number) if number else None
    with database.transaction():
        given_ = actions.Suggestion(deed, about, words, "It is clearer.", place)
        return actions.suggest(town.me(getattr(town, by)), proposal, given_)


def accept(town, amendment, *, by="asha", words=None, seen=None):
    with database.transaction():
        seen_no = seen or queries.newest_no(amendment.proposal)
        return actions.accept_amendment(town.me(getattr(town, by)), amendment, seen_no=seen_no, words=words)


def letters(kind):
    return sorted(letter.person_id for letter in outbox.letters() if letter.kind == kind)


def test_new_words_taken_in_are_a_version_that_credits_their_writer(walsden, proposal):
    made = suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a lead in the hall.")
    assert letters("amendment_suggested") == [walsden.asha.id]
    with database.transaction():
        actions.back_amendment(walsden.me(walsden.marek), made)
        actions.back_amendment(walsden.me(walsden.marek), made)
    version = accept(walsden, made)
    assert (version.no, texts_of(proposal)[2]) == (2, "Dogs on a lead in the hall.")
    assert version.clauses[2].clause_version.by_id == walsden.joyce.id
    assert amending.became(proposal, 2).by_id == walsden.joyce.id
    assert letters("amendment_settled") == sorted([walsden.joyce.id, walsden.marek.id])
    assert texts_of(proposal)[:2] == [item.clause_version.words for item in queries.version(proposal, 1).clauses[:2]]


def test_taken_in_with_other_words_credits_both_and_keeps_both(walsden, proposal):
    made = suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a lead in the hall.")
    accept(walsden, made, words="Dogs on a lead in every hall.")
    assert texts_of(proposal)[2] == "Dogs on a lead in every hall."
    assert (made.words, made.settled_words) == ("Dogs on a lead in the hall.", "Dogs on a lead in every hall.")
    assert (made.by_id, made.settled_by_id) == (walsden.joyce.id, walsden.asha.id)


def test_a_clause_is_added_moved_and_taken_out(walsden, proposal):
    first, second, third = texts_of(proposal)
    accept(walsden, suggest(walsden, proposal, Deed.ADD, words="Cats wear a bell.", place=2))
    assert texts_of(proposal) == [first, "Cats wear a bell.", second, third]
    accept(walsden, suggest(walsden, proposal, Deed.MOVE, 2, place=4))
    assert texts_of(proposal) == [first, second, third, "Cats wear a bell."]
    accept(walsden, suggest(walsden, proposal, Deed.REMOVE, 3))
    assert texts_of(proposal) == [first, second, "Cats wear a bell."]
    assert [version.no for version in queries.versions(proposal)] == [4, 3, 2, 1]


def test_options_and_duties_stay_when_words_change(walsden, proposal):
    accept(walsden, suggest(walsden, proposal, Deed.REPLACE, 2, words="How many pets one home may have."))
    item = queries.latest_version(proposal).clauses[1]
    assert [option.name for option in item.options] == ["One pet", "Two pets"]
    assert [tie.duty_version.duty.code for tie in item.clause_version.ties] == ["PET-04"]


def test_whoever_accepts_sees_first_what_changed_meanwhile(walsden, proposal):
    first = suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a lead in the hall.")
    second = suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a short lead.", by="marek")
    accept(walsden, first, seen=1)
    with pytest.raises(Conflict, match="version 2 now"):
        accept(walsden, second, seen=1)
    assert second.state is AmendmentState.OPEN
    accept(walsden, second, seen=2)
    assert texts_of(proposal)[2] == "Dogs on a short lead."


def test_the_laws_own_clause_is_reworded_only_with_the_duty_keeper(walsden, proposal):
    made = suggest(walsden, proposal, Deed.REPLACE, 1, words="Assistance dogs are welcome everywhere.")
    with pytest.raises(Refused, match="duty keeper"):
        accept(walsden, made)
    accept(walsden, made, by="ruth")
    with pytest.raises(Conflict, match="cannot be taken out"):
        suggest(walsden, proposal, Deed.REMOVE, 1)


def test_declined_with_a_reason_and_kept_as_an_option_of_the_vote(walsden, proposal):
    before = queries.latest_version(proposal).fingerprint
    made = suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a short lead.")
    with pytest.raises(Conflict, match="Say why"), database.transaction():
        actions.decline_amendment(walsden.me(walsden.asha), made, why=" ")
    with database.transaction():
        actions.decline_amendment(walsden.me(walsden.asha), made, why="Some want it long.", keep_as="Short lead")
    latest = queries.latest_version(proposal)
    assert [option.name for option in latest.clauses[2].options] == ["As it stands", "Short lead"]
    assert (made.state, latest.no) == (AmendmentState.DECLINED, 2)
    old = queries.version(proposal, 1)
    assert old.clauses[2].options == []
    assert (old.fingerprint, latest.fingerprint != before) == (before, True)
    assert_fingerprints_hold(proposal)


def test_it_is_taken_back_by_its_writer_and_nobody_else(walsden, proposal):
    made = suggest(walsden, proposal, Deed.REMOVE, 3)
    with pytest.raises(Refused), database.transaction():
        actions.take_amendment_back(walsden.me(walsden.marek), made)
    with database.transaction():
        actions.take_amendment_back(walsden.me(walsden.joyce), made)
    with pytest.raises(Conflict, match="settled"):
        accept(walsden, made)


@pytest.mark.parametrize(
    ("deed", "number", "words", "complaint"),
    [
        (Deed.REPLACE, 3, "Dogs on a lead.", "stand there now"),
        (Deed.REPLACE, 3, " ", "Write the words"),
        (Deed.ADD, None, "", "Write the words"),
        (Deed.MOVE, 3, "", "another place"),
        (Deed.REPLACE, 3, "a" * 1501, "1500"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_kept(walsden, proposal, deed, number, words, complaint):
    with pytest.raises(Conflict, match=complaint):
        suggest(walsden, proposal, deed, number, words=words)
    assert amending.of(proposal, None) == []


# -- the history gives the text ------------------------------------------------------------------------------------


def assert_fingerprints_hold(proposal):
    for one in queries.versions(proposal):
        text = queries.version(proposal, one.no)
        again = rules.mark(queries.preamble(text), queries.clause_texts(text.clauses))
        assert again == text.fingerprint, f"version {one.no}"


def replayed(proposal):
    """The text that the first version and every suggestion taken in give, from what the history keeps of each."""
    text = [(i.clause_version.clause_id, i.clause_version.words) for i in queries.version(proposal, 1).clauses]
    for one in amending.accepted(proposal):
        at = next((no for no, (clause, _) in enumerate(text) if clause == one.clause_id), None)
        to = None if one.place is None else min(one.place, len(text) + 1) - 1
        text = rules.amended(text, one.deed, at=at, new=(one.clause_id, one.settled_words or one.words), to=to)
    return [words for _, words in text]


steps = st.lists(
    st.tuples(st.sampled_from(list(Deed)), st.integers(1, 5), st.integers(1, 6), st.booleans()), min_size=1, max_size=8
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    database=None,
)
@given(steps=steps)
def test_any_suggestions_replayed_from_the_history_give_the_text(walsden, duties, steps):
    with database.transaction():
        made = making.draft(walsden, duties, unclear=False, title=f"Replayed {len(steps)}")
        actions.add_clause(walsden.me(walsden.asha), made, words="Dogs on a lead.", stand=Stand.FLEXIBLE)
        actions.raise_it(walsden.me(walsden.asha), made)
    for no, (deed, number, place, mended) in enumerate(steps):
        at = min(number, len(texts_of(made)))
        try:
            one = suggest(walsden, made, deed, None if deed is Deed.ADD else at, words=f"Words {no}.", place=place)
            mends = mended and deed in {Deed.REPLACE, Deed.ADD}
            fixed = deed is Deed.REPLACE and queries.latest_version(made).clauses[at - 1].stand is Stand.FIXED
            accept(walsden, one, by="ruth" if fixed else "asha", words=f"Mended {no}." if mends else None)
        except (Conflict, Refused):
            database.db.session.rollback()
    assert replayed(made) == texts_of(made)
    assert_fingerprints_hold(made)
    assert [version.no for version in queries.versions(made)] == list(range(queries.newest_no(made), 0, -1))


def test_each_step_stands_in_the_public_story(walsden, proposal):
    accept(walsden, suggest(walsden, proposal, Deed.REPLACE, 3, words="Dogs on a lead in the hall."))
    story = [str(item.words) for item in audit.story(proposal.id, newest_first=False)]
    assert "Somebody suggested a change to the text." in story
    assert "A suggestion was taken into the text. It is version 2 now." in story
