"""Reports, hiding, second looks, first posts that wait and the public log."""

import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coproduce import audit, config, outbox
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Role
from coproduce.deliberation import queries as talks
from coproduce.deliberation.rules import Shown, Side
from coproduce.errors import Conflict, Refused
from coproduce.home import queries as home
from coproduce.moderation import actions, queries
from coproduce.moderation.models import Hiding, Report
from coproduce.moderation.rules import AppealVerdict, Rule, What
from coproduce.proposals import actions as proposals
from coproduce.proposals import queries as proposal_queries
from coproduce.proposals.queries import amending
from coproduce.proposals.rules import Deed, Stage
from coproduce.roll.actions.merging import merge
from coproduce.taskforce import jobs as clocks
from coproduce.taskforce import queries as promises
from tests.proposals import making

WORDS = "The Smiths at the end keep a goat upstairs."


def do(deed, *given, **named):
    with database.transaction():
        return deed(*given, **named)


def kinds(person):
    """The kinds of letters to somebody, the newest last."""
    return [letter.kind for letter in reversed(outbox.letters(person.id))]


@pytest.fixture
def said(walsden, raised):
    """A comment by Joyce."""
    found = do(proposals.comment, walsden.me(walsden.joyce), raised, words=WORDS, side=Side.AGAINST)
    return queries.thing(What.COMMENT, found.id)


@pytest.fixture
def nadia(walsden):
    return walsden.me(walsden.nadia)


@pytest.fixture
def second(walsden):
    """Another moderator."""
    with database.transaction():
        people.give_role(walsden.sam, Role.MODERATOR, by=None, place=walsden.walsden)
    return walsden.me(walsden.sam)


@pytest.fixture
def hidden(nadia, said):
    return do(actions.hide, nadia, said, rule=Rule.PRIVATE, why="It tells who lives where.")


# -- reports ------------------------------------------------------------------------------------------------------


def test_the_first_report_of_a_post_calls_the_moderators_and_each_who_reported_hears_what_came_of_it(
    walsden, said, nadia
):
    for person in (walsden.marek, walsden.sam):
        do(actions.report, walsden.me(person), said, rule=Rule.PRIVATE, words="It names people.")
    assert kinds(walsden.nadia) == ["moderation_waits"]
    with pytest.raises(Conflict, match="reported this already"):
        do(actions.report, walsden.me(walsden.sam), said, rule=Rule.HATE, words="")
    assert [len(one.reports) for one in queries.queue(nadia).reported] == [2]
    do(actions.leave, nadia, said)
    assert not queries.queue(nadia)
    assert kinds(walsden.marek) == kinds(walsden.sam) == ["report_settled"]
    assert said.state is Shown.SHOWN


def test_where_no_moderator_is_named_the_administrators_are_called(walsden, said, db):
    for held in walsden.nadia.roles:
        do(people.end_role, walsden.me(walsden.grace), held)
    do(actions.report, walsden.me(walsden.marek), said, rule=Rule.PRIVATE, words="")
    assert kinds(walsden.grace) == ["moderation_waits"]


def test_nobody_reports_or_judges_their_own_words(walsden, said, raised):
    with pytest.raises(Refused, match="your own words"):
        do(actions.report, walsden.me(walsden.joyce), said, rule=Rule.PRIVATE, words="")
    with database.transaction():
        people.give_role(walsden.joyce, Role.MODERATOR, by=None, place=walsden.walsden)
    with pytest.raises(Refused, match="Another moderator"):
        do(actions.hide, walsden.me(walsden.joyce), said, rule=Rule.PRIVATE, why="x")


@pytest.mark.parametrize("name", ["joyce", "bronwen", "farida", "denise", "priya", "ruth", "owen"])
def test_only_moderators_of_the_place_hide(walsden, said, name):
    with pytest.raises(Refused):
        do(actions.hide, walsden.me(getattr(walsden, name)), said, rule=Rule.HATE, why="I do not like it.")


# -- hiding -------------------------------------------------------------------------------------------------------


def test_hidden_words_are_for_their_writer_and_the_moderators_and_for_nobody_else(
    walsden, raised, said, hidden, browse
):
    path = f"/proposals/{raised.address}"
    for name in ("asha", "denise", "bronwen", "farida", "nadia"):
        page = browse(getattr(walsden, name)).get(path)
        assert WORDS not in page.text
        assert "Hidden by a moderator." in page.text
        assert browse(getattr(walsden, name)).get(f"{path}/comments/{said.id}/history").status_code == 404
    assert WORDS not in browse(walsden.joyce).get(path).text
    assert WORDS in browse(walsden.joyce).get(f"/moderation/hidden/{hidden.id}").text
    assert WORDS in browse(walsden.joyce).get("/mine").text
    assert WORDS in browse(walsden.nadia).get(f"/moderation/posts/comment/{said.id}").text
    assert browse(walsden.asha).get(f"/moderation/hidden/{hidden.id}").status_code == 404


def test_its_writer_gets_the_rule_and_the_reason_and_no_letter_repeats_the_words(walsden, hidden):
    letter = outbox.letters(walsden.joyce.id)[0]
    assert letter.kind == "post_hidden"
    subject, body = outbox.put_into_words(letter)
    assert "It tells private things about somebody" in body
    assert "It tells who lives where." in body
    assert "goat" not in subject + body


def test_the_public_log_and_the_story_say_what_was_hidden_and_why_without_words_or_names(
    walsden, raised, said, hidden, browse
):
    log = browse().get("/moderation/log").text
    for told in ("A comment", "It tells private things about somebody", "Moderator", "Walsden"):
        assert told in log
    for untold in (WORDS, "Joyce", "Nadia", "It tells who lives where."):
        assert untold not in log
    assert any("A moderator hid a post" in str(item.words) for item in audit.story(raised.id))


def test_what_is_hidden_already_is_not_hidden_twice(nadia, said, hidden, walsden):
    with pytest.raises(Conflict, match="hidden already"):
        do(actions.hide, walsden.me(walsden.grace), said, rule=Rule.HATE, why="Again.")


def test_a_reason_is_needed_to_hide(nadia, said):
    with pytest.raises(Conflict, match="Say why"):
        do(actions.hide, nadia, said, rule=Rule.HATE, why=" ")


# -- second looks -------------------------------------------------------------------------------------------------


def test_a_second_look_is_taken_by_somebody_else_and_can_show_the_post_again(walsden, nadia, second, said, hidden):
    do(actions.appeal, walsden.me(walsden.joyce), hidden, words="Everybody knows the goat.")
    assert kinds(walsden.sam)[-1] == "moderation_waits"
    assert not queries.queue(nadia).appeals
    with pytest.raises(Refused, match="You hid this"):
        do(actions.settle_appeal, nadia, hidden, AppealVerdict.STAY, why="I said so.")
    assert [one.id for one in queries.queue(second).appeals] == [hidden.id]
    do(actions.settle_appeal, second, hidden, AppealVerdict.RESTORE, why="It names no home.")
    assert queries.thing(What.COMMENT, said.id).state is Shown.SHOWN
    assert kinds(walsden.joyce)[-1] == "appeal_settled"
    assert hidden.restored_at is not None


def test_a_second_look_can_let_it_stay_hidden_and_there_is_no_third(walsden, second, said, hidden):
    do(actions.appeal, walsden.me(walsden.joyce), hidden, words="Please.")
    do(actions.settle_appeal, second, hidden, AppealVerdict.STAY, why="It tells where they live.")
    assert queries.thing(What.COMMENT, said.id).state is Shown.HIDDEN
    with pytest.raises(Refused, match="already"):
        do(actions.appeal, walsden.me(walsden.joyce), hidden, words="Please!")
    with pytest.raises(Refused, match="Nobody waits"):
        do(actions.settle_appeal, second, hidden, AppealVerdict.RESTORE, why="Oh well.")


def test_the_database_too_refuses_a_second_look_by_the_same_person(walsden, nadia, hidden, db):
    do(actions.appeal, walsden.me(walsden.joyce), hidden, words="Please.")
    with database.transaction():
        db.session.get_one(Hiding, hidden.id).settled_by_id = nadia.person_id
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_a_mistake_is_put_right_at_once_and_the_post_can_be_hidden_again(walsden, nadia, said, hidden):
    do(actions.restore, nadia, hidden)
    assert said.state is Shown.SHOWN
    again = do(actions.hide, nadia, queries.thing(What.COMMENT, said.id), rule=Rule.HATE, why="After all.")
    assert again.id != hidden.id


# -- proposals and suggestions ------------------------------------------------------------------------------------


def test_a_hidden_proposal_is_nowhere_but_with_those_who_write_it(walsden, backed, nadia, browse, db):
    clocks.owe_answers()
    title, words = backed.title, "pet policy"
    do(actions.hide, nadia, queries.thing(What.PROPOSAL, backed.id), rule=Rule.SELLING, why="It sells a course.")
    visitor = browse(walsden.joyce)
    for path in (
        "/",
        f"/proposals/?words={words}",
        "/proposals/",
        "/promises/",
        "/promises/list/all",
        "/promises/list/all/csv",
    ):
        assert title not in visitor.get(path).text, path
    assert title not in browse().get("/").text
    assert title not in browse(walsden.priya).get("/").text
    assert title not in browse(walsden.denise).get("/moderation/").text
    assert visitor.get(f"/proposals/{backed.address}").status_code == 404
    assert browse(walsden.denise).get(f"/proposals/{backed.address}").status_code == 404
    assert proposal_queries.similar(title, words) == []
    assert promises.answers_open() == []
    assert "Hidden by a moderator." in browse(walsden.asha).get(f"/proposals/{backed.address}").text
    assert browse(walsden.nadia).get(f"/proposals/{backed.address}").status_code == 200
    found = db.session.scalars(select(Hiding)).one()
    do(actions.restore, walsden.me(walsden.grace), found)
    assert [one.proposal.id for one in proposal_queries.similar(title, words)] == [backed.id]
    assert title in visitor.get("/proposals/").text


def test_no_link_and_no_draft_brings_a_hidden_proposal_back(walsden, raised, nadia, browse):
    """The link for co-designers is passed on freely; a draft that differs from it named it."""
    asha = walsden.me(walsden.asha)
    secret = do(proposals.make_link, asha, raised)
    path = f"/proposals/{raised.address}/writers/link/{secret}"
    joyce = walsden.me(walsden.joyce)
    with database.transaction():
        draft = proposals.draft(
            joyce, place_id=walsden.walsden.id, area=raised.area, title="Cats", summary="More cats.", reasons="Cats."
        )
        proposals.say_how_it_differs(joyce, draft, raised, "Mine is about cats.")
    visitor = browse(walsden.joyce)
    assert raised.title in visitor.get(f"/proposals/{draft.address}").text
    assert visitor.get(path).status_code == 200
    do(actions.hide, nadia, queries.thing(What.PROPOSAL, raised.id), rule=Rule.HATE, why="It is against people.")
    assert raised.title not in visitor.get(f"/proposals/{draft.address}").text
    assert visitor.get(path).status_code == 404
    assert visitor.send(path).status_code == 404
    with pytest.raises(Refused, match="hidden"):
        do(proposals.invite, asha, raised, walsden.marek)


def test_what_went_to_the_vote_stays_on_the_record(walsden, shaping, nadia):
    with database.transaction():
        proposals.move(shaping, Stage.VOTING, by=None)
    with pytest.raises(Conflict, match="on the record"):
        do(actions.hide, nadia, queries.thing(What.PROPOSAL, shaping.id), rule=Rule.HATE, why="No.")


def test_a_hidden_suggestion_is_on_no_list_and_cannot_be_taken_in(walsden, raised, nadia, browse):
    clause = proposal_queries.latest_version(raised).clauses[1].clause_version.clause_id
    given = proposals.Suggestion(Deed.REPLACE, clause, "Ask the Smiths how many pets.", "They know.")
    made = do(proposals.suggest, walsden.me(walsden.joyce), raised, given)
    thing = queries.thing(What.SUGGESTION, made.id)
    do(actions.hide, nadia, thing, rule=Rule.PRIVATE, why="It names a family.")
    assert amending.of(raised, walsden.marek.id) == []
    assert [one.amendment.id for one in amending.of(raised, walsden.joyce.id)] == [made.id]
    assert amending.open_by_clause(raised) == {}
    path = f"/proposals/{raised.address}/changes/{made.id}"
    assert browse(walsden.asha).get(path).status_code == 404
    assert browse(walsden.joyce).get(path).status_code == 200
    with pytest.raises(Conflict):
        do(proposals.accept_amendment, walsden.me(walsden.asha), made, seen_no=1)


def test_words_that_went_into_a_text_are_not_hidden_as_a_suggestion(walsden, raised, nadia):
    clause = proposal_queries.latest_version(raised).clauses[1].clause_version.clause_id
    given = proposals.Suggestion(Deed.REPLACE, clause, "How many pets one home may keep.", "Clearer.")
    made = do(proposals.suggest, walsden.me(walsden.joyce), raised, given)
    do(proposals.accept_amendment, walsden.me(walsden.asha), made, seen_no=1)
    with pytest.raises(Conflict, match="on the record"):
        do(actions.hide, nadia, queries.thing(What.SUGGESTION, made.id), rule=Rule.HATE, why="No.")


# -- first posts --------------------------------------------------------------------------------------------------


@pytest.fixture
def first_posts_wait(settings):
    config.use(dataclasses.replace(settings, first_posts_wait=1))
    yield
    config.use(settings)


def test_a_first_post_waits_and_those_after_it_do_not(walsden, raised, nadia, first_posts_wait, browse):
    joyce = walsden.me(walsden.joyce)
    parent = do(proposals.comment, walsden.me(walsden.denise), raised, words="Ask me.", side=Side.PLAIN)
    said = do(proposals.comment, joyce, raised, words=WORDS, side=Side.FOR, parent_id=parent.id)
    assert (parent.state, said.state) == (Shown.SHOWN, Shown.WAITING)
    assert "comment_reply" not in kinds(walsden.denise)
    assert kinds(walsden.nadia) == ["moderation_waits"]
    assert WORDS not in browse(walsden.marek).get(f"/proposals/{raised.address}").text
    assert talks.counts([raised.thread_id]) == {raised.thread_id: 1}
    waiting = queries.queue(nadia).first_posts
    assert [thing.id for thing in waiting] == [said.id]
    do(actions.leave, nadia, waiting[0])
    assert WORDS in browse(walsden.marek).get(f"/proposals/{raised.address}").text
    assert "comment_reply" in kinds(walsden.denise)
    assert do(proposals.comment, joyce, raised, words="Again.", side=Side.FOR).state is Shown.SHOWN


def test_a_first_proposal_waits_and_is_found_once_it_was_read(walsden, duties, nadia, first_posts_wait, browse):
    made = do(making.raised, walsden, duties)
    assert made.shown is Shown.WAITING
    assert browse(walsden.joyce).get(f"/proposals/{made.address}").status_code == 404
    assert "Waiting to be read." in browse(walsden.asha).get(f"/proposals/{made.address}").text
    assert proposal_queries.find("pet").total == 0
    assert "proposal_raised" not in kinds(walsden.denise)
    assert kinds(walsden.nadia) == ["moderation_waits"]
    do(actions.leave, nadia, queries.queue(nadia).first_posts[0])
    assert proposal_queries.find("pet").total == 1
    assert "proposal_raised" in kinds(walsden.denise)


# -- when a person changes ----------------------------------------------------------------------------------------


def test_when_two_rows_become_one_person_their_reports_and_hidden_posts_follow(walsden, said, hidden, raised, db):
    other = do(proposals.comment, walsden.me(walsden.asha), raised, words="Other.", side=Side.FOR)
    thing = queries.thing(What.COMMENT, other.id)
    for person in (walsden.marek, walsden.sam):
        do(actions.report, walsden.me(person), thing, rule=Rule.HATE, words="")
    do(merge, walsden.me(walsden.grace), walsden.marek, walsden.sam)
    assert [one.by_id for one in db.session.scalars(select(Report))] == [walsden.marek.id]
    do(merge, walsden.me(walsden.grace), walsden.bronwen, walsden.joyce)
    assert db.session.get_one(Hiding, hidden.id).writer_id == walsden.bronwen.id


def test_what_waits_is_on_the_home_page_of_those_who_see_to_it(walsden, said, nadia):
    do(actions.report, walsden.me(walsden.marek), said, rule=Rule.PRIVATE, words="")
    assert [str(need.about) for need in home.needs(nadia)] == ["1 post waits for a moderator."]
    assert home.needs(walsden.me(walsden.joyce)) == []
