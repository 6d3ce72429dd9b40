"""My account: the second code of a role, my letters, leaving, and what is held of me."""

import json
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy import select

from coproduce import clock, outbox
from coproduce import db as database
from coproduce.accounts import actions, queries
from coproduce.accounts.models import Occupancy, Person, RoleHeld, SignIn, WayIn
from coproduce.accounts.queries import holdings
from coproduce.accounts.rules import LettersBy, Role
from coproduce.db import Base, db
from coproduce.deliberation.models import Comment, CommentText
from coproduce.deliberation.rules import Shown, Side
from coproduce.proposals import actions as proposals
from coproduce.voting.models import RollPlace
from tests.accounts.letters import newest_link
from tests.voting import making as votes


def sign_in(browse, person, email):
    visitor = browse()
    visitor.send("/account/sign-in", {"email": email})
    visitor.landed = visitor.send(newest_link(person)).location
    return visitor


def seed_on(page):
    start = page.index('id="seed"')
    return page[page.index(">", start) + 1 : page.index("</span>", start)].replace(" ", "")


# -- the second code ----------------------------------------------------------------------------------------------


def test_a_role_opens_once_the_second_code_was_given(walsden, browse):
    visitor = sign_in(browse, walsden.denise, "denise@landlord.example")
    assert visitor.landed == "/account/second-code"
    assert visitor.get("/roll/").status_code == 403, "without the code she is a guest"
    assert "You hold a role here" in visitor.get("/").text
    assert visitor.get(visitor.landed).location == "/account/second-code/set-up"
    page = visitor.get("/account/second-code/set-up").text
    assert visitor.send("/account/second-code/set-up", {"code": "000000"}).status_code == 422
    done = visitor.send("/account/second-code/set-up", {"code": pyotp.TOTP(seed_on(page)).now()})
    assert done.location == "/account/second-code/paper"
    assert "Each works once. 8 are left." in visitor.get(done.location).text
    assert visitor.get("/roll/").status_code == 200


def test_a_paper_code_stands_in_for_a_lost_phone(walsden, browse):
    visitor = sign_in(browse, walsden.denise, "denise@landlord.example")
    page = visitor.get("/account/second-code/set-up").text
    visitor.send("/account/second-code/set-up", {"code": pyotp.TOTP(seed_on(page)).now()})
    sheet = visitor.get("/account/second-code/paper").text
    code = sheet[sheet.index("<code") :].partition(">")[2].partition("<")[0]
    again = sign_in(browse, walsden.denise, "denise@landlord.example")
    assert again.send("/account/second-code", {"code": code.lower()}).location == "/"
    assert again.get("/roll/").status_code == 200


def test_the_way_back_is_kept_through_the_second_code(walsden, browse):
    visitor = browse()
    visitor.send("/account/sign-in?next=/roll/people", {"email": "denise@landlord.example"})
    link = newest_link(walsden.denise)
    assert visitor.send(link).location == "/account/second-code?next=/roll/people"


def test_a_champion_may_go_on_as_a_resident(walsden, browse):
    visitor = sign_in(browse, walsden.bronwen, "bronwen@example.org")
    assert visitor.get("/join/help").status_code == 403
    assert visitor.get("/proposals/new").status_code == 200
    assert visitor.get("/account/ways").status_code == 200
    assert visitor.get("/account/ways/email").status_code == 403, "and cannot change the locks"


def test_a_resident_is_not_asked_for_one(walsden, browse):
    visitor = sign_in(browse, walsden.asha, "asha@example.org")
    assert visitor.landed == "/"
    assert visitor.get("/account/second-code").location == "/"
    assert visitor.get("/account/second-code/set-up").status_code == 403


# -- roles --------------------------------------------------------------------------------------------------------


def give(visitor, person, **changes):
    facts = {"role": "role moderator", "place": "", "since": ["", "", ""], "until": ["", "", ""]}
    return visitor.send(f"/account/roles/{person.id}/give", facts | changes)


def test_a_role_is_given_told_and_felt_on_the_next_request(walsden, browse):
    asha, grace = browse(walsden.asha), browse(walsden.grace)
    assert "Asha Malik" in grace.get("/account/roles?find=asha").text
    assert asha.get("/join/help").status_code == 403
    assert give(grace, walsden.asha, role="role champion", place=str(walsden.walsden.id)).status_code == 303
    assert asha.get("/join/help").status_code == 200
    letter = db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "role_given")).one()
    assert letter.person_id == walsden.asha.id
    db.session.rollback()
    held = db.session.scalars(select(RoleHeld.id).where(RoleHeld.person_id == walsden.asha.id)).one()
    assert grace.send(f"/account/roles/{walsden.asha.id}/end/{held}").status_code == 303
    assert asha.get("/join/help").status_code == 403
    assert db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "role_ended")).one()


def test_a_role_lasts_as_long_as_was_said(walsden, browse):
    last = clock.today() + timedelta(days=7)
    answer = give(browse(walsden.grace), walsden.asha, until=[str(last.day), str(last.month), str(last.year)])
    assert answer.status_code == 303
    assert queries.standing(walsden.asha.id).holds(Role.MODERATOR)
    with clock.moved_to(clock.at(last + timedelta(days=1), 9)):
        assert not queries.standing(walsden.asha.id).holds(Role.MODERATOR)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"until": ["1", "1", "2020"]}, "last day is over"),
        ({"role": "role king"}, "Choose one of these"),
        ({"place": "999999"}, "Choose one of these"),
        ({"since": ["31", "2", "2027"]}, "no such day"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(walsden, browse, changes, why):
    answer = give(browse(walsden.grace), walsden.asha, **changes)
    assert answer.status_code == 422
    assert why in answer.text


def test_nobody_holds_one_role_twice_in_one_place(walsden, browse):
    visitor = browse(walsden.grace)
    give(visitor, walsden.asha)
    assert "holds this role there already" in give(visitor, walsden.asha).text


def test_an_administrator_does_not_saw_off_their_own_branch(walsden, browse):
    visitor = browse(walsden.grace)
    held = db.session.scalars(select(RoleHeld.id).where(RoleHeld.person_id == walsden.grace.id)).one()
    assert visitor.send(f"/account/roles/{walsden.grace.id}/end/{held}").status_code == 409
    answer = visitor.send("/account/close", {"words": "stay", "sure": "y"})
    assert "only administrator" in answer.text
    assert visitor.send(f"/account/roles/{walsden.grace.id}/reset-code").status_code == 403


def test_a_reset_second_code_signs_out_and_starts_again(walsden, browse):
    denise = sign_in(browse, walsden.denise, "denise@landlord.example")
    page = denise.get("/account/second-code/set-up").text
    denise.send("/account/second-code/set-up", {"code": pyotp.TOTP(seed_on(page)).now()})
    browse(walsden.grace).send(f"/account/roles/{walsden.denise.id}/reset-code")
    assert denise.get("/account/").status_code == 303
    again = sign_in(browse, walsden.denise, "denise@landlord.example")
    assert again.get("/account/second-code").location == "/account/second-code/set-up"


def test_a_seat_on_the_task_force_needs_the_second_code_too(walsden, browse):
    visitor = sign_in(browse, walsden.farida, "farida@example.org")
    assert visitor.landed == "/account/second-code"


# -- sign-ins and ways in -----------------------------------------------------------------------------------------


def test_a_copied_cookie_is_dead_after_signing_out_everywhere(walsden, browse):
    with database.transaction():
        secret = actions.begin_sign_in(walsden.asha.id, device="phone")
    own, copy = browse(secret=secret), browse(secret=secret)
    assert copy.get("/account/").status_code == 200
    assert own.send("/account/sign-out-everywhere").status_code == 303
    assert copy.get("/account/").status_code == 303


def test_one_device_can_be_signed_out_by_itself(walsden, browse):
    with database.transaction():
        lost = actions.begin_sign_in(walsden.asha.id, device="Android")
    own, phone = browse(walsden.asha), browse(secret=lost)
    row = db.session.scalars(select(SignIn.id).where(SignIn.hash == actions.hash_of(lost))).one()
    assert "Android" in own.get("/account/").text
    assert browse(walsden.joyce).send(f"/account/sign-ins/{row}/end").status_code == 404
    own.send(f"/account/sign-ins/{row}/end")
    assert phone.get("/account/").status_code == 303
    assert own.get("/account/").status_code == 200


def test_the_only_way_in_cannot_be_taken_away(walsden, browse):
    visitor = browse(walsden.asha)
    way = db.session.scalars(select(WayIn.id).where(WayIn.person_id == walsden.asha.id)).one()
    assert "only way in" in visitor.send(f"/account/ways/{way}/remove").text
    visitor.send("/account/ways/words", {"passphrase": "otter violin marble", "again": "otter violin marble"})
    assert visitor.send(f"/account/ways/{way}/remove").status_code == 303
    assert browse(walsden.joyce).send(f"/account/ways/{way}/remove").status_code == 404


def test_new_words_need_the_old_ones_and_sign_everybody_else_out(walsden, browse):
    first, second = "otter violin marble", "kettle lantern pebble"
    own, other = browse(walsden.asha), browse(walsden.asha)
    own.send("/account/ways/words", {"passphrase": first, "again": first})
    assert other.get("/account/").status_code == 303
    form = {"passphrase": second, "again": second, "current": "not the right ones"}
    assert "that you have now are not right" in own.send("/account/ways/words", form).text
    assert own.send("/account/ways/words", form | {"current": first}).status_code == 303
    number = f"c{walsden.asha.id}"
    assert browse().send("/account/sign-in/by/words", {"number": number, "passphrase": first}).status_code == 422
    assert browse().send("/account/sign-in/by/words", {"number": number, "passphrase": second}).status_code == 303


def test_an_address_that_signs_somebody_else_in_is_not_added(walsden, browse):
    visitor = browse(walsden.asha)
    visitor.send("/account/ways/email", {"email": "joyce@example.org"})
    db.session.rollback()
    letter = db.session.scalars(select(outbox.Letter).where(outbox.Letter.kind == "confirm_email")).one()
    link = letter.secret["link"].partition("localhost")[2]
    db.session.rollback()
    answer = browse(walsden.joyce).send(link)
    assert "already signs somebody in" in answer.text


# -- letters ------------------------------------------------------------------------------------------------------


def envelope(person):
    db.session.rollback()
    return queries.envelopes([person.id])[person.id]


def test_letters_go_as_each_has_chosen(walsden, browse):
    visitor = browse(walsden.asha)
    assert envelope(walsden.asha).address == "asha@example.org"
    form = {"by": "post", "news": "", "formats": ["large print", "interpreter"], "language": "en-GB"}
    assert visitor.send("/account/letters", form).status_code == 303
    assert (envelope(walsden.asha).address, envelope(walsden.asha).news) == (None, False)
    with database.transaction():
        person = db.session.get_one(Person, walsden.asha.id)
        assert person.format_needs == "interpreter, large print"
        actions.ways._add(person.id, actions.people.WayInKind.PHONE, "+447700900111")
        person.letters_by = LettersBy.TEXT
    assert envelope(walsden.asha).phone == "+447700900111"


def test_news_is_not_sent_to_whoever_does_not_want_it(walsden):
    with database.transaction():
        walsden.asha.wants_news = False
        for kind in ("comment_reply", "way_in_changed"):
            outbox.queue(walsden.asha.id, kind, "en-GB", title="t", link="l", what="w", phone="")
    outbox.deliver()
    states = dict(db.session.execute(select(outbox.Letter.kind, outbox.Letter.state)).all())
    assert states == {"comment_reply": outbox.State.UNWANTED, "way_in_changed": outbox.State.KEPT}


def test_a_name_is_changed_also_beside_what_was_written_before(walsden, browse):
    visitor = browse(walsden.asha)
    assert visitor.send("/account/name", {"public_name": "A neighbour in Walsden"}).status_code == 303
    assert "A neighbour in Walsden" in visitor.get("/account/").text


# -- leaving ------------------------------------------------------------------------------------------------------


def everything():
    """Every value of every row, as text."""
    db.session.rollback()
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            found += [(table.name, str(value)) for value in row]
    db.session.rollback()
    return found


def holds(*marks):
    return sorted({table for table, text in everything() for mark in marks if mark.lower() in text.lower()})


def counts(ballot):
    places = select(RollPlace).where(RollPlace.ballot_id == ballot.id)
    found = [(place.voted_on, place.choices) for place in db.session.scalars(places)]
    db.session.rollback()
    return sorted(map(str, found))


def close(visitor, words="stay"):
    return visitor.send("/account/close", {"words": words, "sure": "y"})


def test_what_goes_and_what_stays_is_said_before(walsden, browse):
    page = browse(walsden.asha).get("/account/close").text
    for part in ("Every way in", "Votes that you cast stay counted", "still lists you as a resident"):
        assert part in page
    assert browse(walsden.asha).send("/account/close", {"words": "stay"}).status_code == 422


def test_closing_shuts_every_door_at_once_and_the_roll_still_lists_them(walsden, browse):
    own, other = browse(walsden.asha), browse(walsden.asha)
    assert close(own).location == "/"
    assert other.get("/account/").status_code == 303
    person = db.session.get(Person, walsden.asha.id)
    assert (person.public_name, person.contact_email, person.closed_at is None) == ("", "", False)
    assert db.session.scalars(select(WayIn).where(WayIn.person_id == person.id)).all() == []
    assert person.full_name == "Asha Malik"
    assert person.id in {one for one, _ in queries.adults_living_in([walsden.ridge_row.id])}
    assert envelope(walsden.asha).address is None


@pytest.mark.parametrize(("choice", "state"), [("stay", Shown.SHOWN), ("withdraw", Shown.WITHDRAWN)])
def test_words_stay_under_a_former_neighbour_or_are_withdrawn(whole_talk, walsden, browse, choice, state):
    close(browse(walsden.marek), choice)
    comment = db.session.scalars(select(Comment).where(Comment.person_id == walsden.marek.id)).one()
    words = db.session.scalars(select(CommentText.words).where(CommentText.comment_id == comment.id)).one()
    assert comment.state is state
    assert bool(words) is (choice == "stay")
    page = browse(walsden.joyce).get(f"/proposals/{whole_talk}").text
    assert ("A former neighbour" in page) is (choice == "stay")
    assert ("MARKED WORDS" in page) is (choice == "stay")


@pytest.fixture
def whole_talk(walsden):
    """A proposal that Marek has commented on."""
    with database.transaction():
        made = votes.proposal(walsden)
        proposals.comment(walsden.me(walsden.marek), made, words="MARKED WORDS", side=Side.FOR)
        return made.address


def test_after_the_tenancy_too_nothing_says_who_it_was(walsden, browse):
    """Marked in every place that knows a person: then no column of the database holds the marks."""
    with database.transaction():
        person = db.session.get_one(Person, walsden.asha.id)
        person.full_name, person.public_name = "Qwertina Markson", "Qwertina"
        person.contact_email, person.contact_phone, person.resident_ref = "mark@list.example", "+447700900999", "MARK-1"
        actions.ways._add(person.id, actions.people.WayInKind.EMAIL, "qwertina@example.org")
    ballot = votes.ballot(walsden)
    votes.vote(walsden, ballot, walsden.asha)
    marks = ("qwertina", "markson", "mark@list", "7700900999", "MARK-1")
    before = counts(ballot)
    assert holds(*marks)
    visitor = browse(walsden.asha)
    visitor.send("/account/sign-in", {"email": "qwertina@example.org"})
    close(visitor)
    with database.transaction():
        assert actions.erase_those_who_left() == 0, "the tenancy still runs"
    with database.transaction():
        for stay in db.session.scalars(select(Occupancy).where(Occupancy.person_id == walsden.asha.id)):
            stay.until = clock.today() - timedelta(days=1)
    outbox.deliver()
    actions.answer_asked()
    with database.transaction():
        actions.tidy()
    assert db.session.get(Person, walsden.asha.id).erased_at is not None
    assert holds(*marks) == []
    assert counts(ballot) == before
    with database.transaction():
        assert actions.erase_those_who_left() == 0, "once is enough"


# -- what is held -------------------------------------------------------------------------------------------------


def test_everything_that_points_to_a_person_is_in_the_export(walsden, app):
    ballot = votes.ballot(walsden)
    votes.vote(walsden, ballot, walsden.asha)
    with database.transaction():
        outbox.queue(walsden.asha.id, "joined", "en-GB", phone="")
    with database.reading():
        db.session.rollback()
        found = holdings.export(walsden.asha.id)
        counted = holdings.counted(walsden.asha.id)
        db.session.rollback()
    assert found["person"][0]["full_name"] == "Asha Malik"
    assert found["roll_place"][0]["choices"]
    assert found["home"][0]["address"]
    assert {name: len(rows) for name, rows in found.items() if name != "home"} == counted
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "person.id"
    }
    assert pointing <= {table.name for table, _ in holdings.tables()}
    assert json.dumps(found)
    assert "secret" not in json.dumps(found["way_in"])


def test_what_is_held_is_on_a_page_in_words(walsden, browse):
    page = browse(walsden.asha).get("/account/held").text
    assert "Who you are and where you live" in page
    assert "How you sign in" in page


def test_a_person_is_found_by_number_email_or_id(walsden):
    with database.transaction():
        walsden.asha.resident_ref = "00042"
        walsden.joyce.merged_into_id = walsden.asha.id
    assert holdings.find("00042") == walsden.asha.id
    assert holdings.find("ASHA@example.org") == walsden.asha.id
    assert holdings.find(str(walsden.joyce.id)) == walsden.asha.id
    assert holdings.find("nobody") is None
