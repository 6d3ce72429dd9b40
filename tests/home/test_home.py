"""The home page: what needs me, what is open here, what was promised."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from coproduce import clock
from coproduce import db as database
from coproduce.home import queries, rules
from coproduce.home.rules import Need
from coproduce.proposals.rules import Stage
from coproduce.taskforce.rules import Cause
from coproduce.voting.models import RollPlace
from coproduce.words import say
from tests.home import street


@pytest.fixture
def town(walsden):
    with database.transaction():
        walsden.pets, walsden.homes, walsden.vote, walsden.flowers, walsden.ready = street.full(walsden)
    return walsden


def home_of(browse, person=None):
    return browse(person).get("/").text


def titles_needed(town, person):
    return {need.title for need in queries.needs(town.me(person))}


def test_a_stranger_is_told_what_this_is_and_may_look_round(town, browse):
    page = home_of(browse)
    assert "Decide it together" in page
    assert "Sign in to take part" in page
    assert "How it works" in page
    assert "Wildflowers on the shared green" in page
    assert "A bench by the canal" not in page
    assert "My cat got me through." not in page


def test_a_resident_is_greeted_and_shown_the_vote_first(town, browse):
    page = home_of(browse, town.asha)
    assert "Hello <bdi data-own>Asha</bdi>" in page
    assert "What needs you now" in page
    assert page.index("Empty homes: what should") < page.index("A bench by the canal") < page.index("Open in")
    assert f'href="/votes/{town.vote.address}"' in page
    assert "Vote now" in page
    assert "8 days left" in page
    assert "About 4 minutes" in page
    assert "With your name" in page


def test_a_vote_cast_does_not_ask_again(town, browse):
    assert "Vote now" not in home_of(browse, town.joyce)


def test_nobody_is_asked_for_a_vote_that_is_not_theirs(town, browse):
    for person in (town.ella, town.denise, town.grace):
        assert "Vote now" not in home_of(browse, person)


def test_a_vote_stops_asking_at_the_moment_it_closes(town):
    me = town.me(town.asha)
    assert queries.votes_for(me, town.vote.closes_at - timedelta(seconds=1))
    assert not queries.votes_for(me, town.vote.closes_at)


def test_the_soonest_vote_comes_first(town, browse):
    with database.transaction():
        sooner = street.proposal(town.marek, town.walsden, "Mow less in July", stage=Stage.VOTING, ago=1)
        street.ballot(sooner, town.denise, [town.asha], days=2, questions=1)
    page = home_of(browse, town.asha)
    assert page.index("Mow less in July") < page.index("Empty homes: what should")
    assert page.count("Vote now<span") == 1


@pytest.mark.parametrize(
    ("who", "needed"),
    [
        ("asha", {"A bench by the canal"}),
        ("joyce", set()),
        ("ella", set()),
        ("denise", {"Lights on the towpath", "Mend the second bench by the lock"}),
        (
            "priya",
            {"Lights on the towpath", "Wildflowers on the shared green", "Say why the mowing cannot change until 2028"},
        ),
        ("owen", set()),
        ("ruth", {"A pet policy we can all live with"}),
        ("farida", {"Wildflowers on the shared green"}),
        ("grace", set()),
    ],
)
def test_each_is_told_what_waits_for_them(town, who, needed):
    assert titles_needed(town, getattr(town, who)) == needed


def test_a_question_for_nobody_waits_for_every_duty_keeper(town):
    with database.transaction():
        street.question(town.ready, town.asha, None)
        street.question(town.homes, town.asha, town.denise)
    assert titles_needed(town, town.ruth) == {"A pet policy we can all live with", "Lights on the towpath"}


def test_a_promise_whose_clock_runs_in_my_name_is_told_once(town):
    with database.transaction():
        street.owed(town.ready, town.priya, days=9, cause=Cause.SUPPORT)
    found = [need for need in queries.needs(town.me(town.priya)) if need.title == "Lights on the towpath"]
    assert len(found) == 1


def test_late_things_come_first_and_say_so(town, browse):
    needs = queries.needs(town.me(town.priya))
    assert needs[0].late
    assert [need.late for need in needs] == sorted((need.late for need in needs), reverse=True)
    page = home_of(browse, town.priya)
    assert "2 things that wait for you are late." in page


def test_when_nothing_waits_it_says_so_kindly(town, browse):
    page = home_of(browse, town.ella)
    assert "Nothing waiting for you" in page
    assert "Nothing waits for you today." in page


def test_what_is_open_is_of_my_own_neighbourhood(town, browse):
    with database.transaction():
        street.proposal(town.ella, town.elsewhere, "Mill Bank wants a bench")
    assert "Mill Bank wants a bench" not in home_of(browse, town.asha)
    assert "Open in <bdi data-own>Walsden</bdi>" in home_of(browse, town.asha)
    assert "Send a photo when a job is done" in home_of(browse, town.asha)
    assert "Mill Bank wants a bench" in home_of(browse, town.ella)
    assert "Send a photo when a job is done" not in home_of(browse, town.ella)
    assert "Mill Bank wants a bench" in home_of(browse, town.owen)
    for person in (town.priya, town.grace, None):
        assert "Mill Bank wants a bench" in home_of(browse, person)


def test_a_card_says_how_it_stands(town):
    cards = {card.proposal.title: card for card in queries.open_in(None).cards}
    pets = cards["A pet policy we can all live with"]
    assert (str(pets.tag.words), pets.comments, pets.proposal.support_count) == ("Writing it together", 3, 6)
    photo = cards["Send a photo when a job is done"]
    assert (str(photo.tag.words), str(photo.tag.note)) == ("Gathering support", "1 more needed")
    vote = cards["Empty homes: what should £650 buy the next neighbour?"]
    assert (vote.tag.kind, str(vote.tag.note)) == ("live", "8 days left")
    flowers = cards["Wildflowers on the shared green"]
    assert (flowers.tag.kind, str(flowers.tag.words)) == ("late", "Answer late")
    assert "working day" in str(flowers.tag.note)


def test_the_five_newest_are_shown_and_all_are_counted(town):
    with database.transaction():
        for number in range(9):
            street.proposal(town.asha, town.walsden, f"Idea {number}", ago=-number)
    found = queries.open_in(None)
    assert [card.proposal.title for card in found.cards] == [f"Idea {number}" for number in (8, 7, 6, 5, 4)]
    assert found.total == 14


def test_what_was_promised_is_counted_and_late_is_never_hidden(town, browse):
    promised = queries.promised(None)
    assert (promised.kept, promised.done_late) == (2, 1)
    assert promised.late == 2
    assert promised.shown[0].fate.value == "late"
    page = home_of(browse, town.asha)
    assert "2 of 5" in page
    assert "Say why the mowing cannot change until 2028" in page
    assert "2 late now" in page


def test_nothing_promised_yet_is_said_in_words(walsden, browse):
    assert "Nothing has been promised here yet." in home_of(browse, walsden.asha)
    assert "Nothing has been promised yet." in home_of(browse)


def test_home_asks_the_same_few_questions_however_much_goes_on(town, browse, app):
    people = (town.asha, town.priya, town.ruth, town.farida)
    before = [queries_of(browse(person)) for person in people] + [queries_of(browse())]
    with database.transaction():
        for number in range(12):
            more = street.proposal(town.sam, town.walsden, f"More {number}", stage=Stage.VOTING, backers=[town.asha])
            street.comment(more, town.asha, "Words")
            street.ballot(more, town.denise, [town.asha])
            street.question(more, town.asha, town.ruth)
            street.owed(more, town.priya, days=number - 6)
            street.proposal(town.asha, town.walsden, f"Draft {number}", stage=Stage.DRAFT)
    after = [queries_of(browse(person)) for person in people] + [queries_of(browse())]
    assert all(now <= was for now, was in zip(after, before, strict=True)), (before, after)
    assert max(after) <= 26


def queries_of(visitor):
    asked = []

    def note(connection, cursor, statement, *rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")):
            asked.append(statement)

    visitor.get("/")
    event.listen(database.db.engine, "before_cursor_execute", note)
    try:
        assert visitor.get("/").status_code == 200
    finally:
        event.remove(database.db.engine, "before_cursor_execute", note)
    return len(asked)


# -- my contributions -------------------------------------------------------------------------------------------------


def test_my_contributions_are_mine_alone(town, browse):
    page = browse(town.asha).get("/mine").text
    assert "A bench by the canal" in page
    assert "My cat got me through." in page
    assert "Send a photo when a job is done" in page
    assert "Where you voted" not in page
    other = browse(town.joyce).get("/mine").text
    assert "My cat got me through." not in other
    assert "A bench by the canal" not in other


def test_my_contributions_say_that_i_voted_and_not_what(town, browse):
    with database.transaction():
        place = database.db.session.query(RollPlace).filter_by(person_id=town.joyce.id).one()
        place.choices = {"1": "no-thank-you"}
    page = browse(town.joyce).get("/mine").text
    assert "Where you voted" in page
    assert "Empty homes" in page
    assert "no-thank-you" not in page


def test_an_empty_page_leads_on(walsden, browse):
    assert "A clean page" in browse(walsden.ella).get("/mine").text


# -- the line that sizes the task -------------------------------------------------------------------------------------


def needs(*late):
    return [Need("ask", "x", say("x"), "/", late=one) for one in late]


@pytest.mark.parametrize(
    ("votes", "others", "words"),
    [
        (0, [], "Nothing waits for you today."),
        (1, [], "One vote needs you."),
        (2, [], "2 votes need you."),
        (1, needs(False), "One vote needs you first."),
        (0, needs(False), "One thing waits for you. It is not late."),
        (0, needs(False, False), "2 things wait for you. None is late."),
        (1, needs(True, False), "1 thing that waits for you is late."),
    ],
)
def test_one_line_sizes_the_task(votes, others, words):
    assert str(rules.size_of_the_task(votes, others)).startswith(words)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=8), "8 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=23, minutes=59), "23 hours left"),
        (timedelta(minutes=59), "Less than an hour left"),
    ],
)
def test_how_long_a_vote_stays_open(left, words):
    now = clock.now()
    assert str(rules.days_left(now + left, now)) == words
