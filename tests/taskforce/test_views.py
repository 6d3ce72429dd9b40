"""The pages of promises, and what happens when what is typed is wrong."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from coproduce import clock
from coproduce import db as database
from coproduce.db import db
from coproduce.proposals.rules import Mandate, Stage
from coproduce.taskforce import actions, queries, views
from coproduce.taskforce.models import Action, ActionMove, Answer, RatingGiven
from coproduce.taskforce.rules import ActionState, AnswerKind, Cause, Fate, Rating, ReasonKind
from tests.taskforce import making

pytestmark = pytest.mark.once  # what a page says; tests/whole reads every page on PostgreSQL too

TODAY = clock.at(date(2026, 11, 2), 11)
WORST = ["", "   ", "x" * 5000, "=1+1", "<script>alert(1)</script>", "\u202eevil", "a\x00b", "\ud800", "💥" * 50]


@pytest.fixture(autouse=True)
def _in_november():
    with clock.moved_to(TODAY):
        yield


@pytest.fixture
def counted():
    """Counts what is asked of the database."""
    asked = []
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", listen)


def many_actions(town, count):
    """An answer with so many actions, in every state."""
    _, given = making.answered(town, on=date(2026, 10, 2))
    decision = queries.decision_of(given)
    with database.transaction():
        for n in range(count):
            due = date(2026, 10, 5) + timedelta(days=n)
            making.add(
                Action(
                    decision_id=decision.id,
                    proposal_id=decision.proposal_id,
                    place_id=(town.walsden, town.ridge_row, town.lockside)[n % 3].id,
                    words=f"Promise number {n}",
                    owner_id=(town.denise, town.priya)[n % 2].id,
                    first_due_on=due,
                    due_on=due,
                    state=ActionState.DONE if n % 4 == 0 else ActionState.TO_DO,
                    finished_on=date(2026, 10, 20) if n % 4 == 0 else None,
                )
            )
    return given


# -- the board --------------------------------------------------------------------------------------------------------


def test_the_board_stands_when_nothing_was_promised(walsden, browse):
    page = browse().get("/promises/").text
    assert "Nothing has been promised here yet" in page
    assert "No answer is owed now" in page


def test_late_answers_are_shown_with_who_owes_them_and_what_comes_next(walsden, browse):
    making.voted(walsden)
    page = browse().get("/promises/").text
    assert "Late by 10 working days" in page
    assert "Priya Nair" in page
    assert "Answers for the landlord" in page
    assert "says yes, yes in part or no" in page


def test_the_five_numbers_agree_with_their_lists(walsden, browse):
    many_actions(walsden, 40)
    making.voted(walsden, title="Late one")
    tally = queries.tally(views.tree())
    assert sum(tally.by_fate.values()) == 42
    for show, fates in (("owed", [Fate.LATE, Fate.TO_COME]), ("late", [Fate.LATE]), ("kept", [Fate.KEPT])):
        count = sum(tally.count(fate) for fate in fates)
        assert count
        page = browse().get(f"/promises/list/{show}").text
        assert f"{count} promises" in page


def test_a_place_shows_what_was_promised_there_and_inside_it(walsden, browse):
    many_actions(walsden, 9)
    visitor = browse()
    everywhere = visitor.get("/promises/list/all").text
    assert everywhere.count("Promise number") == 9
    assert visitor.get(f"/promises/list/all?place={walsden.walsden.id}").text.count("Promise number") == 9
    assert visitor.get(f"/promises/list/all?place={walsden.lockside.id}").text.count("Promise number") == 3
    assert visitor.get(f"/promises/list/all?place={walsden.elsewhere.id}").text.count("Promise number") == 0
    assert "Nothing has been promised here yet" in visitor.get(f"/promises/?place={walsden.elsewhere.id}").text


@pytest.mark.parametrize("place", ["", "x", "-1", "0", "9" * 30, "²", "1;drop", "%00"])
def test_a_place_that_makes_no_sense_is_everywhere(walsden, browse, place):
    making.voted(walsden)
    visitor = browse()
    for path in ("/promises/", "/promises/list/all", "/promises/reasons", "/promises/list/all/csv"):
        assert visitor.get(f"{path}?place={place}").status_code == 200


def test_long_lists_come_in_pages(walsden, browse):
    many_actions(walsden, 60)
    visitor = browse()
    seen = [visitor.get(f"/promises/list/all?page={n}").text.count("Promise number") for n in (1, 2, 3, 4)]
    assert sum(seen) == 60
    assert seen[0] == 25
    assert seen[3] == 0


def test_the_board_asks_the_same_of_the_database_however_much_there_is(walsden, browse, counted):
    making.voted(walsden)
    visitor, paths = browse(), ("/promises/", "/promises/list/all", "/promises/list/owed", "/promises/list/all/csv")
    for path in paths:
        visitor.get(path)

    def count(path):
        counted.clear()
        assert visitor.get(path).status_code == 200
        return len(counted)

    few = [count(path) for path in paths]
    many_actions(walsden, 200)
    assert [count(path) for path in paths] == few
    assert max(few) <= 9, few


def test_the_page_of_an_answer_asks_the_same_however_many_actions_and_ratings(walsden, browse, counted):
    given = many_actions(walsden, 3)
    visitor, path = browse(), f"/promises/answers/{given.owed_id}"

    def count():
        counted.clear()
        assert visitor.get(path).status_code == 200
        return len(counted)

    with database.transaction():
        actions.rate(walsden.me(walsden.farida), given.departures[0], Rating.ACCEPTED, "")
    db.session.expire_all()
    few = count()
    with database.transaction():
        for person in (walsden.asha, walsden.joyce, walsden.marek, walsden.sam):
            making.on_the_task_force(person)
    with database.transaction():
        for person in (walsden.asha, walsden.joyce, walsden.marek, walsden.sam):
            actions.rate(walsden.me(person), given.departures[0], Rating.CHALLENGED, "Why?")
    many = queries.decision_of(given)
    with database.transaction():
        for n in range(30):
            making.add(
                Action(
                    decision_id=many.id, proposal_id=many.proposal_id, place_id=walsden.walsden.id, words=f"More {n}",
                    owner_id=walsden.denise.id, first_due_on=date(2027, 1, 1), due_on=date(2027, 1, 1),
                    state=ActionState.TO_DO, finished_on=None,
                )
            )  # fmt: skip
    assert count() == few


def test_the_list_as_a_file_is_no_sum_for_a_spreadsheet(walsden, browse):
    making.promised(walsden, words="=HYPERLINK(1)", title="+Pets, and more")
    response = browse().get("/promises/list/all/csv")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert rows[0][0] == "Promise"
    assert {row[0] for row in rows[1:]} == {"'=HYPERLINK(1)", "Answer the vote"}
    assert {row[1] for row in rows[1:]} == {"'+Pets, and more"}


def test_challenged_reasons_have_their_list(walsden, browse):
    _, given = making.answered(walsden, on=date(2026, 10, 2))
    visitor = browse()
    assert "No reason stands on this list" in visitor.get("/promises/reasons?show=challenged").text
    with database.transaction():
        actions.rate(walsden.me(walsden.farida), given.departures[0], Rating.CHALLENGED, "Page 11 says otherwise.")
    db.session.expire_all()
    page = visitor.get("/promises/reasons?show=challenged").text
    assert "Challenged: 1 of 1" in page
    assert "Page 11 says otherwise." in page
    assert making.TITLE in page


# -- what waits for me ------------------------------------------------------------------------------------------------


def test_what_waits_is_for_the_one_it_waits_for(walsden, browse):
    making.promised(walsden, due_on=date(2026, 11, 10))
    making.voted(walsden, title="Benches")
    waits = {
        name: [
            (str(one.words), one.own_title, one.late) for one in queries.needs_me(walsden.me(getattr(walsden, name)))
        ]
        for name in ("farida", "priya", "denise", "asha", "owen")
    }
    assert waits == {
        "farida": [("Rate a reason: A contract we are bound by", making.TITLE, False)],
        "priya": [("Answer the vote", "Benches", True)],
        "denise": [("Do what you promised", "Put a bin by the gate", False)],
        "asha": [],
        "owen": [],
    }
    assert "Waiting for you" in browse(walsden.farida).get("/promises/").text
    assert "Waiting for you" not in browse(walsden.asha).get("/promises/").text


def test_what_is_done_waits_no_longer(walsden):
    _, action = making.promised(walsden, due_on=date(2026, 11, 10))
    with database.transaction():
        actions.rate(walsden.me(walsden.farida), action.decision.answer.departures[0], Rating.ACCEPTED, "")
        actions.move_action(walsden.me(walsden.denise), action, ActionState.DONE, "")
    for person in (walsden.farida, walsden.priya, walsden.denise):
        assert queries.needs_me(walsden.me(person)) == []


def test_the_home_page_is_given_the_newest_actions(walsden):
    _, action = making.promised(walsden)
    found = queries.promised(views.tree(), [walsden.walsden.id], limit=3)
    assert [one.words for one in found.newest] == ["Put a bin by the gate"]
    assert found.tally.owed == 1
    assert queries.promised(views.tree(), [walsden.elsewhere.id]).newest == []
    assert found.newest[0] == queries.Promise.of(action, clock.today())


# -- an answer --------------------------------------------------------------------------------------------------------


def send_answer(visitor, owed, **typed):
    typed = {"kind": "accept", "words": "Yes, we will.", **typed}
    return visitor.send(
        f"/promises/answers/{owed.id}/answer", {f"answer-{name}": value for name, value in typed.items()}
    )


def test_anyone_reads_the_clock_and_what_residents_chose(walsden, browse):
    _, owed = making.voted(walsden)
    page = browse().get(f"/promises/answers/{owed.id}").text
    assert "Late by 10 working days" in page
    assert "Neighbours said yes: 3 yes, 1 no." in page
    assert "Two cats or one dog" in page
    assert "4 of 20" in page
    assert "We will work it up together with you." in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(("person", "may"), [("priya", True), ("denise", False), ("asha", False), ("farida", False)])
def test_the_form_to_answer_is_shown_to_those_who_may(walsden, browse, person, may):
    _, owed = making.voted(walsden)
    visitor = browse(getattr(walsden, person))
    assert ("Publish the answer" in visitor.get(f"/promises/answers/{owed.id}").text) is may
    assert send_answer(visitor, owed).status_code == (303 if may else 403)
    assert db.session.query(Answer).count() == may


def test_a_stranger_is_sent_to_sign_in(walsden, browse):
    _, owed = making.voted(walsden)
    response = send_answer(browse(), owed)
    assert response.status_code == 403
    assert "/account/sign-in" in response.text
    assert db.session.query(Answer).count() == 0


def test_an_answer_is_given_on_its_page(walsden, browse):
    _, owed = making.voted(walsden)
    visitor = browse(walsden.priya)
    response = send_answer(
        visitor, owed, kind="part", reason="money", reason_words="It costs more.", cost="1100",
        review_on=["1", "4", "2027"],
    )  # fmt: skip
    assert response.status_code == 303
    page = visitor.get(f"/promises/answers/{owed.id}").text
    for words in ("Yes in part", "Yes, we will.", "It costs more.", "£1,100", "Differs from the vote", "Not rated yet"):
        assert words in page
    assert "Late by 10 working days" in page, "a late answer says so for ever"
    assert "Your answer is published" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"kind": ""}, "Choose yes, yes in part or no"),
        ({"kind": "maybe"}, "Choose yes, yes in part or no"),
        ({"words": " "}, "Write the answer in words"),
        ({"words": "x" * 4001}, "too long"),
        ({"kind": "part"}, "what kind of reason"),
        ({"kind": "part", "reason": "spite", "reason_words": "x"}, "Choose a kind of reason"),
        ({"kind": "part", "reason": "money"}, "Write the reason in words"),
        ({"kind": "part", "reason": "law", "reason_words": "It says so."}, "Say which law"),
        ({"kind": "part", "reason": "law", "reason_words": "x", "duty": "12345"}, "Choose a law from the list"),
        ({"cost": "a lot"}, "Write a whole number"),
        ({"review_on": ["31", "2", "2027"]}, "There is no such day"),
        ({"words": "a\x00b"}, "a character we cannot keep"),
    ],
)
def test_a_wrong_answer_comes_back_with_what_was_typed(walsden, browse, typed, message):
    _, owed = making.voted(walsden)
    response = send_answer(browse(walsden.priya), owed, **{"words": "Words worth keeping.", **typed})
    assert response.status_code == 422
    assert message in response.text
    assert "<title data-own>Error: " in response.text
    if "words" not in typed:
        assert "Words worth keeping." in response.text
    assert db.session.query(Answer).count() == 0


@pytest.mark.parametrize("worst", WORST)
def test_no_answer_however_strange_breaks_the_page(walsden, browse, worst):
    _, owed = making.voted(walsden)
    visitor = browse(walsden.priya)
    fields = ("kind", "words", "reason", "reason_words", "duty", "cost", "review_on")
    assert (
        send_answer(visitor, owed, **dict.fromkeys(fields, worst.encode("utf-8", "surrogatepass"))).status_code == 422
    )
    assert db.session.query(Answer).count() == 0


def test_where_residents_decide_the_page_offers_no_other_reason(walsden, browse):
    _, owed = making.voted(walsden, mandate=Mandate.DELEGATE)
    visitor = browse(walsden.priya)
    page = visitor.get(f"/promises/answers/{owed.id}").text
    assert 'value="law"' in page
    assert 'value="safety"' in page
    assert 'value="money"' not in page
    response = send_answer(visitor, owed, kind="decline", reason="money", reason_words="Too dear.")
    assert response.status_code == 422
    assert "Too dear." in response.text


def test_the_law_is_chosen_from_the_register_and_shown_beside_the_reason(walsden, browse):
    _, owed = making.voted(walsden)
    with database.transaction():
        law, guide = making.duty(), making.duty("PET-20", making.Level.GUIDANCE, title="Only guidance")
    visitor = browse(walsden.priya)
    page = visitor.get(f"/promises/answers/{owed.id}").text
    assert "PET-04: A pet may not be refused" in page
    assert guide.title not in page
    send_answer(visitor, owed, kind="decline", reason="law", reason_words="The law says so.", duty=str(law.id))
    page = visitor.get(f"/promises/answers/{owed.id}").text
    assert "From the register" in page
    assert "How a request is made." in page


def test_there_is_no_page_for_what_is_not_there(walsden, browse):
    visitor = browse(walsden.priya)
    for path in ("/promises/answers/99", "/promises/actions/99", "/promises/list/none", "/promises/answers/0"):
        assert visitor.get(path).status_code == 404
    for path in ("/promises/answers/99/answer", "/promises/reasons/99/rate", "/promises/actions/99/move"):
        assert visitor.send(path).status_code == 404


def test_the_promise_that_is_owed_has_its_page(walsden, browse):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.RAISED, mandate=None, supported=date(2026, 10, 30))
    views.actions.owe_for_support(made.id)
    db.session.commit()
    owed = making.owed_of(made, Cause.SUPPORT)
    page = browse(walsden.priya).get(f"/promises/answers/{owed.id}").text
    assert "says how much residents decide here" in page
    assert "9 working days left" in page
    assert "Publish the answer" not in page


# -- ratings ----------------------------------------------------------------------------------------------------------


def send_rating(visitor, departure, **typed):
    fields = {f"reason-{departure.id}-{name}": value for name, value in typed.items()}
    return visitor.send(f"/promises/reasons/{departure.id}/rate", fields)


@pytest.mark.parametrize(("person", "may"), [("farida", True), ("asha", False), ("priya", False), ("denise", False)])
def test_members_of_the_task_force_rate_on_the_page(walsden, browse, person, may):
    _, given = making.answered(walsden)
    visitor, (departure,) = browse(getattr(walsden, person)), given.departures
    assert ("Publish what you say" in visitor.get(f"/promises/answers/{given.owed_id}").text) is may
    response = send_rating(visitor, departure, rating="challenged", words="Show us the contract.")
    assert response.status_code == (303 if may else 403)
    assert db.session.query(RatingGiven).count() == may


def test_everybody_reads_what_members_say(walsden, browse):
    _, given = making.answered(walsden)
    send_rating(browse(walsden.farida), given.departures[0], rating="needs evidence", words="Show us the contract.")
    page = browse().get(f"/promises/answers/{given.owed_id}").text
    for words in ("Needs evidence: 1 of 1", "Farida", "Show us the contract.", "We need to see more"):
        assert words in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"rating": "challenged", "words": " "}, "Say why in a sentence or two"),
        ({"words": "Kept words"}, "Choose one of the three"),
        ({"rating": "splendid", "words": "Kept words"}, "Choose one of the three"),
        ({"rating": "accepted", "words": "x" * 2001}, "too long"),
    ],
)
def test_a_wrong_rating_comes_back(walsden, browse, typed, message):
    _, given = making.answered(walsden)
    response = send_rating(browse(walsden.farida), given.departures[0], **typed)
    assert response.status_code == 422
    assert message in response.text
    assert typed.get("words", "").strip()[:20] in response.text
    assert db.session.query(RatingGiven).count() == 0


def test_a_member_finds_what_they_said_before_in_the_form(walsden, browse):
    _, given = making.answered(walsden)
    visitor = browse(walsden.farida)
    send_rating(visitor, given.departures[0], rating="challenged", words="Show us.")
    page = visitor.get(f"/promises/answers/{given.owed_id}").text
    assert "Change what you said" in page
    assert 'value="challenged" checked' in page


# -- actions ----------------------------------------------------------------------------------------------------------


def send_promise(visitor, given, **typed):
    typed = {"words": "Put a bin by the gate", "due_on": ["1", "12", "2026"], **typed}
    fields = {f"action-{name}": value for name, value in typed.items()}
    return visitor.send(f"/promises/answers/{given.owed_id}/actions", fields)


@pytest.mark.parametrize(("person", "may"), [("priya", True), ("denise", True), ("owen", False), ("asha", False)])
def test_the_landlords_people_promise_on_the_page(walsden, browse, person, may):
    _, given = making.answered(walsden)
    visitor = browse(getattr(walsden, person))
    assert ("Promise this" in visitor.get(f"/promises/answers/{given.owed_id}").text) is may
    response = send_promise(visitor, given, owner=str(walsden.denise.id))
    assert response.status_code == (303 if may else 403)
    assert db.session.query(Action).count() == may
    if may:
        page = visitor.get(f"/promises/answers/{given.owed_id}").text
        assert "Put a bin by the gate" in page
        assert "Due Tuesday 1 December 2026" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"words": ""}, "Write what will be done"),
        ({"words": "x" * 301}, "too long"),
        ({"owner": ""}, "Choose a name from the list"),
        ({"owner": "99999"}, "Choose a name from the list"),
        ({"owner": "x"}, "Choose a name from the list"),
        ({"due_on": ["", "", ""]}, "Write the day by which"),
        ({"due_on": ["1", "1", "2020"]}, "This day has passed"),
        ({"due_on": ["1", "1", "2150"]}, "more than five years away"),
        ({"due_on": ["30", "2", "2027"]}, "There is no such day"),
    ],
)
def test_a_wrong_promise_comes_back(walsden, browse, typed, message):
    _, given = making.answered(walsden)
    typed = {"words": "Words worth keeping", "owner": str(walsden.denise.id), **typed}
    response = send_promise(browse(walsden.priya), given, **typed)
    assert response.status_code == 422
    assert message in response.text
    if typed["words"] == "Words worth keeping":
        assert "Words worth keeping" in response.text
    assert db.session.query(Action).count() == 0


def test_nothing_is_promised_before_there_is_an_answer(walsden, browse):
    with database.transaction():
        made = making.proposal(walsden, stage=Stage.ANSWERED)
        making.ballot(made)
    views.actions.owe_for_ballot(1)
    db.session.commit()
    response = browse(walsden.priya).send(f"/promises/answers/{making.owed_of(made).id}/actions")
    assert response.status_code == 404


def test_an_action_has_its_page_with_all_its_moves(walsden, browse):
    _, action = making.promised(walsden)
    visitor = browse(walsden.denise)
    response = visitor.send(
        f"/promises/actions/{action.id}/move",
        {"state": "doing", "why": "The oak came in split.", "due_on": ["5", "1", "2027"]},
    )
    assert response.status_code == 303
    page = browse().get(f"/promises/actions/{action.id}").text
    for words in (
        "Day moved",
        "The oak came in split.",
        "First promised for",
        "Tuesday 1 December 2026",
        "Denise Okafor",
    ):
        assert words in page
    assert "Say how it goes" not in page
    visitor.send(f"/promises/actions/{action.id}/move", {"state": "done", "why": "", "due_on": ["5", "1", "2027"]})
    page = visitor.get(f"/promises/actions/{action.id}").text
    assert "Kept on time" in page
    assert "Say how it goes" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"state": "to do"}, "Nothing changes"),
        ({"state": "flying"}, "Choose how it stands now"),
        ({"state": "dropped"}, "Say why"),
        ({"state": "doing", "due_on": ["5", "1", "2027"]}, "Say why"),
        ({"state": "doing", "due_on": ["5", "1", "2020"], "why": "Kept words"}, "This day has passed"),
        ({"state": "done", "due_on": ["5", "1", "2027"], "why": "Kept words"}, "its day cannot move as well"),
        ({"state": "doing", "why": "x" * 2001}, "too long"),
    ],
)
def test_a_wrong_move_comes_back(walsden, browse, typed, message):
    _, action = making.promised(walsden)
    response = browse(walsden.denise).send(f"/promises/actions/{action.id}/move", typed)
    assert response.status_code == 422
    assert message in response.text
    assert typed.get("why", "")[:20] in response.text
    assert db.session.query(ActionMove).count() == 0


def test_neighbours_see_no_form_and_cannot_move_an_action(walsden, browse):
    _, action = making.promised(walsden)
    for person in (walsden.asha, walsden.owen):
        visitor = browse(person)
        assert "Say how it goes" not in visitor.get(f"/promises/actions/{action.id}").text
        assert visitor.send(f"/promises/actions/{action.id}/move", {"state": "done"}).status_code == 403


# -- on the proposal's page -------------------------------------------------------------------------------------------


def test_the_panel_is_nothing_until_something_is_owed(walsden):
    with database.transaction():
        made = making.proposal(walsden)
    assert views.panel_of(made, walsden.me(walsden.asha)) is None


@pytest.mark.parametrize("kind", list(AnswerKind))
def test_the_panel_holds_the_answer_its_reasons_and_actions(walsden, app, kind):
    made, _ = making.promised(walsden, kind=kind)
    panel = views.panel_of(made, walsden.me(walsden.asha))
    template, facts = panel.template, panel.facts
    with app.test_request_context("/"):
        html = app.jinja_env.get_template(template).render({"site": {"landlord": "Heatherlock"}, **facts})
    assert "Put a bin by the gate" in html
    assert ("Not rated yet" in html) is (kind is not AnswerKind.ACCEPT)
    assert ("Differs from the vote" in html) is (kind is not AnswerKind.ACCEPT)


def test_the_panel_shows_a_late_clock(walsden, app):
    made, _ = making.voted(walsden)
    panel = views.panel_of(made, walsden.me(walsden.asha))
    template, facts = panel.template, panel.facts
    with app.test_request_context("/"):
        html = app.jinja_env.get_template(template).render({"site": {"landlord": "Heatherlock"}, **facts})
    assert "Late by 10 working days" in html
    assert ReasonKind.LAW not in html
