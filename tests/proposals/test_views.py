import contextlib
import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from coproduce import clock, config
from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Tenure
from coproduce.deliberation.models import Comment
from coproduce.deliberation.rules import Side
from coproduce.duties.models import DutyVersion
from coproduce.proposals import actions, queries
from coproduce.proposals import views as proposals
from coproduce.proposals.models import Proposal
from coproduce.proposals.rules import Option, Stage, Stand
from tests.proposals import making
from tests.town import SINCE

pytestmark = pytest.mark.once  # what a page says; tests/whole reads every page on PostgreSQL too

NEW = {"title": "A bench by the lock", "area": "estate services", "summary": "One more bench.", "reasons": "To rest."}


def path(proposal, *rest):
    return "/".join([f"/proposals/{proposal.address}", *map(str, rest)])


def say(town, proposal, name, words, side=Side.FOR, parent=None):
    with database.transaction():
        return actions.comment(
            town.me(getattr(town, name)),
            queries.whole(proposal.id),
            words=words,
            side=side,
            parent_id=parent.id if parent else None,
        )


@contextlib.contextmanager
def counted(db):
    """How many statements the database is asked, but for the marks of its transactions."""
    asked = []

    def note(connection, cursor, statement, parameters, context, many):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# -- who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["", "/edit", "/clauses/new", "/check", "/withdraw", "/frame", "/versions/1"])
def test_a_draft_is_nowhere_for_anybody_but_its_author(walsden, draft, browse, deed):
    address = path(draft) + deed
    for person in (walsden.joyce, walsden.denise, walsden.ruth, walsden.grace):
        assert browse(person).get(address).status_code == 404
    if deed in ("", "/frame", "/versions/1"):
        assert browse().get(address).status_code == 404
    assert browse(walsden.asha).get(address).status_code == (404 if deed in ("/frame", "/versions/1") else 200)


def test_strangers_read_the_text_and_never_names_or_words(walsden, shaping, browse):
    said = say(walsden, shaping, "joyce", "My stairs are my stairs.")
    say(walsden, shaping, "denise", "We will clean them.", Side.PLAIN, said)
    seen = browse().get(path(shaping)).text
    assert "Assistance dogs are welcome." in seen
    assert "We will write it with you" in seen
    assert "Started by a neighbour in" in seen
    assert "For 1" in seen
    for hidden in ("Asha", "Joyce", "Marek", "Denise", "Ruth", "My stairs", "We will clean", "comment-"):
        assert hidden not in seen, hidden
    for rest in ("frame", "versions/1"):
        other = browse().get(path(shaping, rest)).text
        assert not any(name in other for name in ("Asha", "Joyce", "Denise", "Ruth"))
    assert not any(name in browse().get("/proposals/").text for name in ("Asha", "Joyce", "Denise"))


def test_a_stranger_gets_no_more_from_a_fragment(walsden, raised, browse):
    say(walsden, raised, "joyce", "My stairs are my stairs.")
    seen = browse().fragment(path(raised)).text
    assert "Joyce" not in seen
    assert "My stairs" not in seen


def test_people_signed_in_read_names_and_words(walsden, raised, browse):
    say(walsden, raised, "joyce", "My stairs are my stairs.")
    seen = browse(walsden.ella).get(path(raised)).text
    assert "Joyce" in seen
    assert "My stairs are my stairs." in seen
    assert "Only people who live in this place can comment" in seen


def test_an_open_talk_is_open_to_all(walsden, raised, browse, settings):
    say(walsden, raised, "joyce", "My stairs are my stairs.")
    config.use(dataclasses.replace(settings, open_talk=True))
    try:
        assert "My stairs are my stairs." in browse().get(path(raised)).text
    finally:
        config.use(settings)


def test_words_of_the_address_may_be_out_of_date(raised, browse):
    assert browse().get(f"/proposals/an-older-title-{raised.id}").status_code == 200
    assert browse().get("/proposals/nothing-999").status_code == 404


# -- the page ------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_frame_and_what_holds_it(walsden, raised, browse):
    seen = browse().get(path(raised)).text
    for words in ("What we must do", "What we can decide", "What we are still asking", "Duty PET-01", "One pet"):
        assert words in seen
    assert "Must neighbours agree by law?" in seen
    assert "A duty keeper answers by" in seen
    assert "Ruth Adeyemi answers by" in re.sub("<[^>]+>", "", browse(walsden.joyce).get(path(raised)).text)


def test_a_duty_that_has_changed_since_is_said(raised, duties, browse, db):
    assert "This duty has changed since" not in browse().get(path(raised)).text
    old = duties["PET-01"]
    with database.transaction():
        kept = {c.name: getattr(old, c.name) for c in DutyVersion.__table__.columns if c.name not in {"id", "no"}}
        db.session.add(DutyVersion(**kept, no=2))
    assert "This duty has changed since" in browse().get(path(raised)).text


def test_a_late_answer_and_a_late_promise_are_said_plainly(backed, browse):
    with clock.moved_to(clock.now() + timedelta(days=40)):
        seen = re.sub(r"\s+", " ", browse().get(path(backed)).text)
    assert re.search(r"The promise is late by \d+ working days", seen)
    assert re.search(r"It is late by \d+ working days", seen)


def test_the_promise_says_when_it_is_due(raised, backed, browse):
    assert "The promise is due by" in browse().get(path(backed)).text


def test_a_feature_above_may_add_its_panel(raised, browse, app):
    def panel(proposal, me):
        return proposals.Panel("proposals/parts/ended.html", {"proposal": Proposal(stage=Stage.NOT_TAKEN_UP)})

    before = list(proposals.panels)
    proposals.panels[:] = [panel, lambda proposal, me: None]
    try:
        assert "This proposal was not taken up." in browse().get(path(raised)).text
    finally:
        proposals.panels[:] = before


def test_landlords_deeds_show_only_to_whom_they_belong(walsden, raised, backed, browse):
    assert "Answer this question" in browse(walsden.ruth).get(path(raised)).text
    assert "Make the promise" in browse(walsden.denise).get(path(backed)).text
    for person in (None, walsden.asha, walsden.owen):
        seen = browse(person).get(path(backed)).text
        assert "Answer this question" not in seen
        assert "Make the promise" not in seen


# -- support -------------------------------------------------------------------------------------------------------


def test_backing_with_and_without_script(walsden, raised, browse, db):
    joyce = browse(walsden.joyce)
    response = joyce.send(path(raised, "support"), {"wants": "back"})
    assert (response.status_code, response.location) == (303, f"{path(raised)}#take-part")
    assert db.session.get(Proposal, raised.id).support_count == 1
    response = joyce.send(path(raised, "support"), {"wants": "stop"}, htmx=True)
    assert response.text.strip().startswith('<div class="card stick" id="take-part"')
    assert 'aria-pressed="false"' in response.text
    assert "said" in response.headers["HX-Trigger"]
    assert db.session.get(Proposal, raised.id).support_count == 0


@pytest.mark.parametrize(("name", "status"), [("ella", 403), ("denise", 303), ("sam", 303)])
def test_who_may_back(walsden, raised, browse, name, status):
    assert browse(getattr(walsden, name)).send(path(raised, "support"), {"wants": "back"}).status_code == status


def test_a_colleague_is_told_that_it_does_not_count(walsden, raised, browse):
    assert "it is not counted" in browse(walsden.denise).get(path(raised)).text


def test_a_stranger_is_asked_to_sign_in(raised, browse, db):
    assert browse().send(path(raised, "support"), {"wants": "back"}).status_code >= 300
    assert db.session.get(Proposal, raised.id).support_count == 0


# -- talk ----------------------------------------------------------------------------------------------------------


def test_adding_a_voice_goes_to_it(walsden, raised, browse, db):
    response = browse(walsden.joyce).send(path(raised, "comments"), {"side": "against", "words": "Stairs.\r\nAgain."})
    said = db.session.scalars(select(Comment)).one()
    assert response.status_code == 303
    assert response.location.endswith(f"?page=1#comment-{said.id}")
    assert (said.side, said.words, said.about_version) == (Side.AGAINST, "Stairs.\nAgain.", 1)


def test_with_script_the_talk_comes_back_with_the_new_words_in_focus(walsden, raised, browse):
    response = browse(walsden.joyce).send(path(raised, "comments"), {"side": "for", "words": "Yes."}, htmx=True)
    assert response.text.strip().startswith('<section class="section" id="talk"')
    assert "data-focus" in response.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"words": "Kept as I typed it."}, "Say whether you are for it"),
        ({"side": "plain", "words": "Kept as I typed it."}, "Say whether you are for it"),
        ({"side": "for", "words": ""}, "Write your words"),
        ({"side": "for", "words": "Kept as I typed it." + "a" * 3000}, "too long"),
        ({"side": "for", "words": "Kept as I typed it.\x00"}, "a character we cannot keep"),
        ({"side": "for", "words": "Kept as I typed it.", "reply_to": "999999"}, "no longer here"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_voice_that_cannot_be_kept_stays_typed(walsden, raised, browse, db, typed, told, htmx):
    response = browse(walsden.joyce).send(path(raised, "comments"), typed, htmx=htmx)
    assert response.status_code == 422
    assert told in response.text
    assert ("Kept as I typed it." in response.text) is bool(typed["words"])
    assert db.session.scalars(select(Comment)).all() == []


def test_replying_takes_no_side(walsden, raised, browse, db):
    top = say(walsden, raised, "asha", "A reason.")
    joyce = browse(walsden.joyce)
    seen = joyce.get(f"{path(raised)}?reply_to={top.id}").text
    assert "Your reply to" in seen
    assert 'name="side"' not in seen
    assert joyce.send(path(raised, "comments"), {"reply_to": top.id, "words": "Me too."}).status_code == 303
    reply = db.session.scalars(select(Comment).where(Comment.parent_id == top.id)).one()
    assert reply.side is Side.PLAIN


@pytest.mark.parametrize("asked", ["x", "0", "99999999999", "-1", "1%00"])
def test_a_reply_to_nothing_is_a_new_voice(walsden, raised, browse, asked):
    response = browse(walsden.joyce).get(f"{path(raised)}?reply_to={asked}&page={asked}&sort={asked}")
    assert response.status_code == 200
    assert 'name="side"' in response.text


def test_the_talk_is_paged_and_sorted(walsden, raised, browse):
    for n in range(22):
        say(walsden, raised, "asha", f"Reason number {n}.")
    joyce = browse(walsden.joyce)
    assert "Reason number 21." in joyce.get(path(raised)).text
    assert "Reason number 0." not in joyce.get(path(raised)).text
    assert "Reason number 0." in joyce.get(f"{path(raised)}?page=2").text
    assert "Reason number 0." in joyce.get(f"{path(raised)}?sort=oldest").text


# -- writing -------------------------------------------------------------------------------------------------------


def test_from_an_idea_to_a_published_proposal(walsden, duties, browse, db):
    asha = browse(walsden.asha)
    assert "Mill Bank" not in asha.get("/proposals/new").text
    response = asha.send("/proposals/new", {**NEW, "place": walsden.walsden.id})
    alike = response.location
    home = alike.removesuffix("/alike")
    proposal = db.session.scalars(select(Proposal)).one()
    assert proposal.stage is Stage.DRAFT
    assert "Nothing here looks like yours yet" in asha.get(alike).text
    text = {name: NEW[name] for name in ("title", "summary", "reasons")}
    assert asha.send(f"{home}/edit", text).status_code == 303
    assert asha.get(f"{home}/clauses/new").status_code == 200
    for stand, typed in (
        ("fixed", {"words": "The path stays clear.", "duty": duties["PET-01"].id}),
        (
            "flexible",
            {
                "words": "Which bench.",
                "options-0-name": "Oak",
                "options-0-meaning": "It lasts.",
                "options-2-name": "Steel",
            },
        ),
        ("unclear", {"words": "Who mends it.", "question": "Is it ours?"}),
    ):
        asked = f"{home}/clauses/new?stand={stand}"
        assert asha.get(asked).status_code == 200
        assert asha.send(asked, typed).status_code == 303
    checked = asha.get(f"{home}/check").text
    assert all(words in checked for words in ("The path stays clear.", "Steel", "Is it ours?", "To rest."))
    assert asha.send(f"{home}/check").status_code == 303
    version = queries.latest_version(db.session.get(Proposal, proposal.id))
    assert [item.stand for item in version.clauses] == [Stand.FIXED, Stand.FLEXIBLE, Stand.UNCLEAR]
    assert [choice.name for choice in version.clauses[1].clause_version.clause.offered] == ["Oak", "Steel"]
    assert browse().get(home).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"title": "a" * 121},
        {"summary": ""},
        {"summary": "a" * 401},
        {"area": "moon"},
        {"place": ""},
        {"place": "99999"},
        {"place": "x"},
        {"title": "nul\x00nul"},
    ],
)
def test_a_proposal_that_cannot_be_kept_stays_typed(walsden, browse, db, typed):
    typed = {**NEW, "place": walsden.walsden.id, **typed}
    response = browse(walsden.asha).send("/proposals/new", typed)
    assert response.status_code in ({403} if typed["place"] == "99999" else {422})
    assert "One more bench." in response.text or typed["summary"] in response.text or response.status_code == 403
    assert db.session.scalars(select(Proposal)).all() == []


def test_what_looks_like_it_is_shown_before_anything_is_written(walsden, raised, browse, db):
    asha = browse(walsden.asha)
    mine = {**NEW, "place": walsden.walsden.id, "title": "A pet policy for all of us", "summary": "Yes to most pets."}
    alike = asha.send("/proposals/new", mine).location
    page = asha.get(alike).text
    assert making.TITLE in page
    assert "Mine differs because" in page
    assert asha.send(alike, {"other": raised.id, "why": ""}).status_code == 422
    assert asha.send(alike, {"other": "99", "why": "It is for flats only."}).status_code == 422
    assert asha.send(alike, {"other": raised.id, "why": "It is for flats only."}).location.endswith("/edit")
    draft = db.session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()
    assert (draft.differs_from_id, draft.differs_why) == (raised.id, "It is for flats only.")
    assert "flats only" not in browse(walsden.joyce).get(path(raised)).text  # until it is published
    asha.send(alike.replace("/alike", "/edit"), {"title": "A", "summary": "B", "reasons": "C"})
    asha.send(alike.replace("/alike", "/clauses/new?stand=flexible"), {"words": "Yes."})
    asha.send(alike.replace("/alike", "/check"))
    assert "flats only" in browse(walsden.joyce).get(path(raised)).text


def test_a_draft_keeps_itself_and_a_part_of_the_page_says_so(walsden, draft, browse, db):
    asha = browse(walsden.asha)
    typed = {"title": "New title", "summary": "S", "reasons": "R", "strengths": "Ten cooks"}
    kept = asha.send(path(draft, "edit?keep=y"), typed, htmx=True)
    assert (kept.status_code, "Saved by itself" in kept.text, "<html" in kept.text) == (200, True, False)
    wrong = asha.send(path(draft, "edit?keep=y"), {**typed, "title": ""}, htmx=True)
    assert (wrong.status_code, "Not saved yet" in wrong.text) == (422, True)
    db.session.expire_all()
    assert (draft.title, draft.strengths) == ("New title", "Ten cooks")


def test_somebody_elses_place_is_refused(walsden, browse, db):
    response = browse(walsden.asha).send("/proposals/new", {**NEW, "place": walsden.elsewhere.id})
    assert response.status_code == 403
    assert db.session.scalars(select(Proposal)).all() == []


@pytest.mark.parametrize(
    ("stand", "typed", "told"),
    [
        ("fixed", {"words": "Keep me."}, "Choose the duty that fixes it"),
        ("fixed", {"words": "Keep me.", "duty": "x"}, "Choose the duty that fixes it"),
        ("fixed", {"words": "Keep me.", "duty": "guidance"}, "Guidance does not fix"),
        ("flexible", {"words": "Keep me.", "options-0-name": "Only one"}, "One option is no choice"),
        ("flexible", {"words": "Keep me.", "options-0-name": "a" * 121}, "too long"),
        ("flexible", {"words": "Keep me.", "options-0-meaning": "No name"}, "One option"),
        ("flexible", {"words": ""}, "Write the words"),
        ("unclear", {"words": "Keep me."}, "Write the question"),
    ],
)
def test_a_clause_that_cannot_be_kept_stays_typed(walsden, draft, duties, browse, stand, typed, told):
    if typed.get("duty") == "guidance":
        typed = {**typed, "duty": duties["PET-03"].id}
    response = browse(walsden.asha).send(path(draft, "clauses", f"new?stand={stand}"), typed)
    assert response.status_code == 422
    assert told in response.text
    assert typed["words"] in response.text
    assert typed.get("options-0-name", "") in response.text
    assert len(queries.draft_clauses(draft)) == 3


def test_rows_that_no_page_sends_are_no_trouble(walsden, draft, browse):
    typed = {"words": "Benches.", "options-²-name": "A", "options-99-name": "B", "options--1-name": "C", "more": "y"}
    response = browse(walsden.asha).send(path(draft, "clauses", "new?stand=flexible"), typed)
    assert response.status_code == 200


def test_more_options_keep_what_was_typed(walsden, draft, browse):
    response = browse(walsden.asha).send(
        path(draft, "clauses", "new?stand=flexible"), {"words": "Benches.", "options-0-name": "Oak", "more": "y"}
    )
    assert response.status_code == 200
    assert "Benches." in response.text
    assert 'value="Oak"' in response.text
    assert "Option 6" in response.text


def test_a_clause_can_be_changed_and_taken_out(walsden, draft, browse, db):
    asha = browse(walsden.asha)
    items = queries.draft_clauses(draft)
    flexible = items[1].clause_version.clause_id
    assert 'value="Two pets"' in asha.get(path(draft, "clauses", flexible)).text
    assert asha.get(path(draft, "clauses", f"{flexible}?stand=")).status_code == 200
    response = asha.send(
        path(draft, "clauses", f"{flexible}?stand=unclear"), {"words": "Pets?", "question": "How many may we allow?"}
    )
    assert response.status_code == 303
    assert queries.draft_clauses(draft)[1].stand is Stand.UNCLEAR
    assert asha.send(path(draft, "clauses", items[0].clause_version.clause_id, "remove")).status_code == 303
    assert len(queries.draft_clauses(draft)) == 2
    assert asha.send(path(draft, "edit"), {**NEW, "title": "Better"}).status_code == 303
    assert db.session.get(Proposal, draft.id).title == "Better"


def test_a_clause_of_another_proposal_is_not_found(walsden, duties, draft, browse):
    with database.transaction():
        other = making.draft(walsden, duties, title="Other")
    clause_id = queries.draft_clauses(other)[0].clause_version.clause_id
    assert browse(walsden.asha).get(path(draft, "clauses", clause_id)).status_code == 404


def test_a_person_without_a_home_is_told(walsden, browse):
    with database.transaction():
        guest = people.add_person(full_name="Guest", public_name="Guest")
    seen = browse(guest).get("/proposals/new").text
    assert "once we know where you live" in seen
    assert "<textarea" not in seen


def test_withdrawing_keeps_the_page_and_the_reason(walsden, raised, browse):
    asha = browse(walsden.asha)
    assert asha.send(path(raised, "withdraw"), {"why": ""}).status_code == 422
    assert asha.send(path(raised, "withdraw"), {"why": "It is mended."}).status_code == 303
    assert "It is mended." in browse().get(path(raised)).text
    assert browse(walsden.joyce).get(path(raised, "withdraw")).status_code == 403


# -- the landlord's people -----------------------------------------------------------------------------------------


def test_making_the_promise(walsden, backed, browse, db):
    denise = browse(walsden.denise)
    assert denise.get(path(backed, "promise")).status_code == 200
    response = denise.send(path(backed, "promise"), {"words": "Kept as I typed it."})
    assert response.status_code == 422
    assert "Kept as I typed it." in response.text
    assert denise.send(path(backed, "promise"), {"mandate": "delegate", "words": "You decide."}).status_code == 303
    assert "You decide." in browse().get(path(backed)).text
    assert browse(walsden.asha).get(path(backed, "promise")).status_code == 403


def test_answering_a_question(walsden, raised, duties, browse):
    question = queries.latest_version(raised).clauses[2].clause_version.clause.open_question
    ruth, page = browse(walsden.ruth), path(raised, "questions", question.id)
    assert "Must neighbours agree by law?" in ruth.get(page).text
    assert ruth.send(page, {"answer": "Kept.", "stand": "fixed"}).status_code == 422
    response = ruth.send(page, {"answer": "Kept.", "stand": "moon"})
    assert (response.status_code, "Kept." in response.text) == (422, True)
    typed = {"answer": "No law asks it.", "stand": "flexible", "options-0-name": "Yes", "options-1-name": "No"}
    assert ruth.send(page, typed).status_code == 303
    seen = browse().get(path(raised)).text
    assert "No law asks it." in seen
    assert "version 2" in seen
    assert ruth.get(page).status_code == 403
    assert browse(walsden.asha).get(page).status_code == 403


def test_settling_an_option(walsden, duties, browse):
    with database.transaction():
        proposal = making.draft(walsden, duties, unclear=False)
        clause = actions.add_clause(
            walsden.me(walsden.asha),
            proposal,
            words="Where dogs may run.",
            stand=Stand.FLEXIBLE,
            duty_version_id=duties["PET-01"].id,
            options=[Option("Anywhere"), Option("The field")],
        )
        actions.raise_it(walsden.me(walsden.asha), proposal)
    ruth, page = browse(walsden.ruth), path(proposal, "options", clause.choices[0].id)
    assert "Check this option" in ruth.get(path(proposal)).text
    assert ruth.send(page, {"why": "Kept."}).status_code == 422
    assert ruth.send(page, {"within": "no", "why": "The Act says a lead."}).status_code == 303
    seen = browse().get(path(proposal)).text
    assert "Would break a duty" in seen
    assert "The Act says a lead." in seen
    assert "Anywhere" not in browse().get(path(proposal, "frame")).text


# -- versions ------------------------------------------------------------------------------------------------------


def test_an_old_version_and_what_the_next_changed(walsden, raised, browse):
    question = queries.latest_version(raised).clauses[2].clause_version.clause.open_question
    with database.transaction():
        actions.answer_question(walsden.me(walsden.ruth), question, answer="No law asks it.", stand=Stand.FLEXIBLE)
    first, second = (browse().get(path(raised, "versions", no)).text for no in (1, 2))
    assert "There is a newer text." in first
    assert "What changed since version 1" in second
    assert "It was “Still asking”. Now it is “Ours to decide”." in second
    assert browse().get(path(raised, "versions", 3)).status_code == 404


# -- the list ------------------------------------------------------------------------------------------------------


def test_finding_by_words_place_area_and_stage(walsden, duties, browse):
    with database.transaction():
        making.raised(walsden, duties, title="Pets on the stairs")
        making.back(walsden, making.raised(walsden, duties, title="100% benches"))

    def found(query):
        return set(
            re.findall(r"data-own>(Pets on the stairs|100% benches)<", browse().get(f"/proposals/?{query}").text)
        )

    assert found("") == {"Pets on the stairs", "100% benches"}
    assert found("words=STAIRS+pets") >= {"Pets on the stairs"}
    assert found("words=100%25") == {"100% benches"}
    assert found("words=nothing+like+it") == set()
    assert found(f"place={walsden.walsden.id}&area=pets&stage=raised") == {"Pets on the stairs", "100% benches"}
    assert found(f"place={walsden.elsewhere.id}") == set()
    assert found("area=voids") == set()
    assert found("stage=voting") == set()
    assert found("place=x&area=moon&stage=%00&page=-1") == {"Pets on the stairs", "100% benches"}


def test_searching_with_script_gives_only_the_results(walsden, raised, browse):
    response = browse().fragment("/proposals/?words=pet")
    assert response.text.strip().startswith('<section id="results"')
    assert "HX-Request" in response.vary


# -- how much the database is asked --------------------------------------------------------------------------------


def test_a_talk_of_twenty_threads_asks_no_more_than_one_of_two(walsden, raised, browse, db):
    joyce, address = browse(walsden.joyce), path(raised)

    def asked():
        with counted(db) as statements:
            assert joyce.get(address).status_code == 200
        return len(statements)

    def add(threads):
        for n in range(threads):
            top = say(walsden, raised, ("asha", "joyce", "marek", "sam")[n % 4], f"Reason {n}.")
            say(walsden, raised, "denise", "We heard.", Side.PLAIN, top)
            say(walsden, raised, "bronwen", "So did I.", Side.PLAIN, top)

    add(2)
    few = asked()
    add(18)
    assert asked() == few
    assert few < 45


def test_more_clauses_ask_no_more(walsden, duties, raised, browse, db):
    with database.transaction():
        long = making.draft(walsden, duties, title="Long")
        for n in range(12):
            actions.add_clause(
                walsden.me(walsden.asha),
                long,
                words=f"Clause {n}.",
                stand=Stand.FLEXIBLE,
                duty_version_id=duties["PET-04"].id,
                options=making.PETS,
            )
        actions.raise_it(walsden.me(walsden.asha), long)
    counts = []
    for address in (path(raised), path(long)):
        with counted(db) as statements:
            assert browse().get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_list_of_200_asks_no_more_than_one_of_two(walsden, duties, browse, db):
    def asked():
        with counted(db) as statements:
            assert browse().get("/proposals/").status_code == 200
        return len(statements)

    with database.transaction():
        for n in range(2):
            making.raised(walsden, duties, title=f"Proposal {n}")
    few = asked()
    with database.transaction():
        for n in range(198):
            made = making.draft(walsden, duties, title=f"Proposal {n}", clauses=False)
            made.stage, made.raised_at = Stage.RAISED, clock.now()
    assert asked() == few
    assert "Page 1 of 10" in browse().get("/proposals/").text


def test_a_crowd_of_supporters_asks_no_more(walsden, raised, browse, db):
    sam, address = browse(walsden.sam), path(raised)

    def asked():
        with counted(db) as statements:
            assert sam.get(address).status_code == 200
        return len(statements)

    with database.transaction():
        actions.support(walsden.me(walsden.joyce), queries.whole(raised.id))
    few = asked()
    home = walsden.asha.occupancies[0].home
    with database.transaction():
        for n in range(10):
            person = people.add_person(full_name=f"N {n}", public_name=f"N{n}")
            people.move_in(person, home, since=SINCE, tenure=Tenure.ASSURED)
            actions.support(walsden.me(person), queries.whole(raised.id))
    assert asked() == few
