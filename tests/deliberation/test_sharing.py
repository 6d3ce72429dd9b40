"""Sharing what another said, changing one's words, questions that are put and answered, and what was noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce import db as database
from coproduce import outbox
from coproduce.deliberation import actions as talk
from coproduce.deliberation import queries, rules
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Door, Private, PutTo, Shown, Side, Sort
from coproduce.errors import Conflict, Refused
from coproduce.markup import marked
from coproduce.proposals import actions
from coproduce.proposals.queries import latest_version
from tests.proposals import making


@pytest.fixture
def proposal(walsden, db):
    with database.transaction():
        return making.raised(walsden, making.duties())


@pytest.fixture
def say(walsden, proposal):
    def add(name, words, side=Side.FOR, **more):
        with database.transaction():
            return actions.comment(walsden.me(getattr(walsden, name)), proposal, words=words, side=side, **more)

    return add


def do(deed, *given_, **named):
    with database.transaction():
        return deed(*given_, **named)


def kinds(person):
    return [letter.kind for letter in outbox.letters(person.id)]


def test_a_reason_is_shared_once_each_and_counted(walsden, proposal, say):
    said = say("asha", "Cats are quiet.")
    joyce = walsden.me(walsden.joyce)
    for _ in range(2):
        do(actions.adopt, joyce, proposal, said, wants=True)
    assert said.adopted_count == 1
    with pytest.raises(Refused, match="your own words"):
        do(actions.adopt, walsden.me(walsden.asha), proposal, said, wants=True)
    with pytest.raises(Refused, match="live in this place"):
        do(actions.adopt, walsden.me(walsden.ella), proposal, said, wants=True)
    found = queries.talk(proposal.thread_id, reader_id=walsden.joyce.id)
    assert (found.mine, found.comments[0].shared_by) == ({said.id}, 1)
    for _ in range(2):
        do(actions.adopt, joyce, proposal, said, wants=False)
    assert said.adopted_count == 0


def test_a_talk_is_read_by_what_is_shared_and_by_what_is_unanswered(walsden, proposal, say):
    one, two = say("asha", "One.", Side.QUESTION), say("joyce", "Two.", Side.QUESTION)
    three = say("sam", "Three.")
    do(actions.adopt, walsden.me(walsden.marek), proposal, one, wants=True)
    say("marek", "An answer.", Side.PLAIN, parent_id=two.id)

    def order(sort):
        return [said.id for said in queries.talk(proposal.thread_id, reader_id=None, sort=sort).comments]

    assert order(Sort.NEWEST) == [three.id, two.id, one.id]
    assert order(Sort.SHARED) == [one.id, three.id, two.id]
    assert order(Sort.UNANSWERED) == [one.id]


def test_changed_words_show_and_the_ones_before_stay_to_read(walsden, proposal, say):
    said = say("asha", "Cats are quite.")
    do(talk.edit, walsden.me(walsden.asha), said, words="Cats are quiet.")
    do(talk.edit, walsden.me(walsden.asha), said, words="Cats are quiet.")
    assert [one.words for one in queries.history(said)] == ["Cats are quite.", "Cats are quiet."]
    assert queries.talk(proposal.thread_id, reader_id=None).comments[0].edited
    with pytest.raises(Refused, match="Only the person who wrote this"):
        do(talk.edit, walsden.me(walsden.joyce), said, words="No.")
    do(talk.take_back, walsden.me(walsden.asha), said)
    assert (said.state, [one.words for one in queries.history(said)]) == (Shown.WITHDRAWN, ["", ""])
    with pytest.raises(Refused, match="no longer be changed"):
        do(talk.edit, walsden.me(walsden.asha), said, words="Back.")


def test_a_comment_on_a_clause_is_found_by_it(proposal, say):
    clause = latest_version(proposal).clauses[1].clause_version.clause_id
    say("asha", "On all of it.")
    about = say("joyce", "Two is enough.", part=clause)
    found = queries.talk(proposal.thread_id, reader_id=None, part_id=clause)
    assert [said.id for said in found.comments] == [about.id]
    with pytest.raises(Conflict, match="no longer in the text"):
        say("sam", "On none.", part=99_999)


def test_a_question_is_put_answered_in_public_and_everybody_who_shares_it_is_told(walsden, proposal, say):
    asked = say("joyce", "Who pays?", Side.QUESTION)
    do(actions.adopt, walsden.me(walsden.marek), proposal, asked, wants=True)
    with pytest.raises(Refused, match="can put a question"):
        do(actions.put_question, walsden.me(walsden.sam), proposal, asked, PutTo.LANDLORD)
    put = do(actions.put_question, walsden.me(walsden.asha), proposal, asked, PutTo.LANDLORD)
    assert kinds(walsden.denise)[0] == "question_put"
    with pytest.raises(Conflict, match="put already"):
        do(actions.put_question, walsden.me(walsden.asha), proposal, asked, PutTo.EXPERT)
    with pytest.raises(Refused, match="landlord’s people"):
        do(actions.answer_put, walsden.me(walsden.farida), proposal, put, words="We do.")
    do(actions.answer_put, walsden.me(walsden.denise), proposal, put, words="We do.")
    assert kinds(walsden.joyce) == ["comment_moved"] == kinds(walsden.marek)
    assert queries.talk(proposal.thread_id, reader_id=None, sort=Sort.UNANSWERED).comments == []


def test_people_hear_what_became_of_their_words(walsden, proposal, say):
    said = say("joyce", "Cats are quiet.")
    with pytest.raises(Refused, match="landlord’s people and the task force"):
        do(actions.mark_read, walsden.me(walsden.sam), proposal, said)
    for _ in range(2):
        do(actions.mark_read, walsden.me(walsden.farida), proposal, said)
    with pytest.raises(Refused, match="Only the people who write"):
        do(actions.join_text, walsden.me(walsden.sam), proposal, said)
    do(actions.join_text, walsden.me(walsden.asha), proposal, said)
    assert (said.joined_no, kinds(walsden.joyce)) == (1, ["comment_moved", "comment_moved"])


@pytest.mark.parametrize(
    ("words", "door"),
    [
        ("There is black mould in my bedroom.", Door.HAZARD),
        ("I can smell gas on the stairs", Door.HAZARD),
        ("The boiler does not work again", Door.REPAIR),
        ("My tap is leaking and nobody comes", Door.REPAIR),
        ("A man threatened me in the lift", Door.CRIME),
        ("He hits her every weekend", Door.HARM),
        ("I want to make a complaint", Door.COMPLAINT),
        ("We should allow two cats in a flat.", None),
        ("The policy must say who mends a broken promise.", None),
        ("Doors should close quietly.", None),
        ("Roofs are nice to look at.", None),
    ],
)
def test_what_may_be_a_report_is_noticed_and_talk_is_not(words, door):
    assert rules.door_of(words) is door


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ring me on 07700 900123", [Private.PHONE]),
        ("Ring +44 (0)1632 960123 please", [Private.PHONE]),
        ("I am at OL14 0AA", [Private.POSTCODE]),
        ("Mail joyce@example.org", [Private.EMAIL]),
        ("I live at 12 Ridge Row", [Private.HOUSE]),
        ("The one in flat 4 barks", [Private.HOUSE]),
        ("In 2026 we had 30 cats and £650", []),
        ("Option 2 of clause 4", []),
    ],
)
def test_private_details_are_noticed(words, found):
    assert rules.private_details(words) == found


def test_noticed_words_are_asked_about_and_kept_and_may_still_be_posted(walsden, proposal, browse, db):
    joyce = browse(walsden.joyce)
    path = f"/proposals/{proposal.address}/comments"
    typed = {"side": "for", "words": "The boiler does not work at 12 Ridge Row."}
    asked = joyce.send(path, typed)
    assert (asked.status_code, "Before you post this" in asked.text, "12 Ridge Row" in asked.text) == (422, True, True)
    assert "0808 157 0124" in asked.text
    assert db.session.query(Comment).count() == 0
    assert joyce.send(path, {**typed, "sure": "y"}).status_code == 303
    assert db.session.query(Comment).one().door is Door.REPAIR


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Plain & <b>bold</b>", "Plain &amp; "),
        ("**Strong** and _soft_", "<strong>Strong</strong> and <em>soft</em>"),
        ("- one\n- two", "<li>one</li>"),
        ("see https://example.org/a_b.", 'href="https://example.org/a_b"'),
        ("[here](https://example.org)", 'rel="nofollow ugc noopener noreferrer"'),
    ],
)
def test_a_little_markdown_is_shown(typed, shown):
    assert shown in marked(typed)


@given(st.text(max_size=200))
def test_nothing_typed_becomes_markup_of_its_own(typed):
    html = str(marked(typed)).lower()
    assert all(f"<{tag}" not in html for tag in ("script", "img", "iframe", "svg", "style", "h1", "input"))


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>", "![x](https://example.org/x.png)", "[a](javascript:alert(1))",
        "<img src=x onerror=alert(1)>", "[a](data:text/html,x)", "<a href='javascript:1'>x</a>", "# Big",
    ],
)  # fmt: skip
def test_tricks_stay_words(typed):
    html = str(marked(typed)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "<h1" not in html


def test_changed_words_are_looked_at_as_new_ones_are(walsden, proposal, say, browse):
    said = say("asha", "Cats are quiet.")
    path = f"/proposals/{proposal.address}/comments/{said.id}/edit"
    visitor = browse(walsden.asha)
    typed = {"words": "Ring me on 07700 900123 about the leaking roof."}
    asked = visitor.send(path, typed)
    assert asked.status_code == 422
    assert "a phone number" in asked.text
    assert typed["words"] in asked.text
    assert queries.history(said)[-1].words == "Cats are quiet."
    assert visitor.send(path, {**typed, "sure": "y"}).status_code == 303
    assert queries.history(said)[-1].words == typed["words"]
