import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from coproduce import db as database
from coproduce import outbox
from coproduce.accounts.rules import STRANGER
from coproduce.deliberation import actions, policy, queries, rules
from coproduce.deliberation.models import Comment, Thread
from coproduce.deliberation.rules import Shown, Side
from coproduce.errors import Conflict, Refused


@pytest.fixture
def thread(walsden):
    with database.transaction():
        return actions.open_thread(walsden.walsden.id)


@pytest.fixture
def voice(walsden, thread):
    def add(name, words="A reason.", side=Side.FOR, parent=None, **about):
        with database.transaction():
            return actions.say(
                walsden.me(getattr(walsden, name)),
                database.db.session.get_one(Thread, thread.id),
                words=words,
                side=side,
                parent_id=parent.id if parent else None,
                about=actions.About(**about),
            )

    return add


@given(st.integers(1, 10**6), st.none() | st.integers(1, 10**6))
def test_a_reply_never_stands_deeper_than_two(comment_id, parent_id):
    assert rules.stands_under(comment_id, parent_id) == (parent_id or comment_id)


def test_a_reply_to_a_reply_stands_beside_it(voice, thread):
    top = voice("asha")
    reply = voice("joyce", side=Side.PLAIN, parent=top)
    beside = voice("marek", side=Side.PLAIN, parent=reply)
    assert (reply.parent_id, beside.parent_id) == (top.id, top.id)
    talk = queries.talk(thread.id, reader_id=None)
    assert [c.id for c in talk.comments] == [top.id]
    assert [c.id for c in talk.replies[top.id]] == [reply.id, beside.id]


@pytest.mark.parametrize("words", ["", " \n ", "a" * 3001, "nul\x00"])
def test_words_that_cannot_be_kept_are_refused(voice, db, words):
    with pytest.raises(Conflict):
        voice("asha", words)
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_a_parent_of_another_talk_is_refused(walsden, voice):
    with database.transaction():
        other = actions.open_thread(walsden.walsden.id)
        elsewhere = actions.say(walsden.me(walsden.asha), other, words="Elsewhere.", side=Side.FOR)
    with pytest.raises(Conflict, match="no longer here"):
        voice("joyce", parent=elsewhere)


def test_a_closed_talk_takes_nothing(walsden, thread, voice):
    with database.transaction():
        database.db.session.get_one(Thread, thread.id).is_open = False
    with pytest.raises(Refused, match="closed"):
        voice("asha")


def test_strangers_may_read_only_where_the_landlord_opens_it(walsden):
    me = walsden.me(walsden.ella)
    assert policy.refuse_read(STRANGER, open_talk=False)
    assert policy.refuse_read(STRANGER, open_talk=True) is None
    assert policy.refuse_read(me, open_talk=False) is None


def test_whoever_is_replied_to_gets_one_letter_with_a_link(voice, walsden):
    top = voice("asha")
    voice("asha", side=Side.PLAIN, parent=top)
    assert outbox.letters() == []
    reply = voice("joyce", words="My own words.", side=Side.PLAIN, parent=top, title="Pets", path="/proposals/pets-1")
    (letter,) = outbox.letters()
    subject, body = outbox.put_into_words(letter)
    assert letter.person_id == walsden.asha.id
    assert subject == "A reply to you: Pets"
    assert f"http://localhost/proposals/pets-1#comment-{reply.id}" in body
    assert "My own words" not in body


def test_the_role_is_kept_as_it_was(voice):
    roles = {name: str(rules.role_name(voice(name).role_name)) for name in ("asha", "denise", "farida", "bronwen")}
    assert roles == {
        "asha": "neighbour",
        "denise": "Community Housing Officer",
        "farida": "Task force",
        "bronwen": "Champion",
    }


def test_the_balance_counts_what_is_shown(voice, thread):
    voice("asha")
    voice("joyce", side=Side.AGAINST)
    hidden = voice("marek", side=Side.AGAINST)
    with database.transaction():
        database.db.session.get_one(Comment, hidden.id).state = Shown.HIDDEN
    balance = queries.balance(thread.id)
    assert [balance.count(side) for side in Side] == [1, 1, 0, 0]
    assert balance.all == 2


def test_what_waits_shows_only_to_its_writer(voice, thread, walsden):
    waiting = voice("asha")
    with database.transaction():
        database.db.session.get_one(Comment, waiting.id).state = Shown.WAITING
    assert queries.talk(thread.id, reader_id=walsden.joyce.id).comments == []
    assert len(queries.talk(thread.id, reader_id=walsden.asha.id).comments) == 1


def test_pages_of_twenty_hold_every_comment_once_in_both_orders(voice, thread):
    made = [voice("asha", f"Reason {n}.") for n in range(45)]
    for sort in (rules.Sort.NEWEST, rules.Sort.OLDEST):
        pages = [queries.talk(thread.id, reader_id=None, page=n, sort=sort) for n in (1, 2, 3)]
        seen = [comment.id for page in pages for comment in page.comments]
        assert [len(page.comments) for page in pages] == [20, 20, 5]
        assert seen == sorted((c.id for c in made), reverse=sort is rules.Sort.NEWEST)
        for comment in (made[0], made[22], made[44]):
            page = queries.page_of(comment, newest_first=sort is rules.Sort.NEWEST)
            assert comment.id in {c.id for c in pages[page - 1].comments}


def test_a_page_that_is_not_there_is_the_last_one(voice, thread):
    voice("asha")
    assert queries.talk(thread.id, reader_id=None, page=99).page == 1
