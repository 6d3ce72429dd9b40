"""The pages of the roll, as an officer uses them."""

import io
from html.parser import HTMLParser

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from coproduce.accounts.models import Person
from coproduce.db import db
from coproduce.roll import jobs
from coproduce.roll.models import RollImport
from tests.roll.making import as_csv, row

PLACE = "Ridge Row"


def send(visitor, walsden, content, name="list.csv"):
    visitor.keep_token()
    file = FileStorage(io.BytesIO(content if isinstance(content, bytes) else content.encode()), name)
    data = {"csrf_token": visitor.token(), "place": str(walsden.ridge_row.id), "file": file}
    body, _, boundary = stream_encode_multipart(data, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return visitor.post("/roll/send", data=body.read(), content_type=kind)


def match(visitor, address, **changes):
    """Send the columns as they are suggested on the page."""
    page = visitor.get(address).text
    made = db.session.scalars(select(RollImport).order_by(RollImport.id.desc())).first()
    count = len(made.headings)
    db.session.rollback()
    reader = Chosen()
    reader.feed(page)
    assert len(reader.found) == count
    return visitor.send(address, reader.found | {"month_first": "day"} | changes)


class Chosen(HTMLParser):
    """What each list on a page stands on."""

    def __init__(self):
        super().__init__()
        self.found, self.name = {}, None

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag == "select":
            self.name = facts["name"]
        if tag == "option" and "selected" in facts:
            self.found[self.name] = facts["value"]


def test_the_whole_way_of_a_list(walsden, browse):
    visitor = browse(walsden.denise)
    sent = send(visitor, walsden, as_csv([row(1), row(2, Postcode="?")]))
    assert sent.status_code == 303
    assert "Resident reference" in visitor.get(sent.location).text
    shown = match(visitor, sent.location).location
    assert "See how far it is" in visitor.get(shown).text
    jobs.work_on_imports()
    page = visitor.get(shown).text
    assert "Person Number1" in page
    assert "Nothing has changed so far" in page
    assert "not a postcode" in visitor.get(f"{shown}?show=wrong").text
    wrong = visitor.get(f"{shown}/wrong.csv").text
    assert wrong.splitlines()[1].startswith("3,000002,P00002,Person Number2,")
    assert visitor.send(f"{shown}/bring-in").location == shown
    jobs.work_on_imports()
    assert "Brought in" in visitor.get(shown).text
    assert "Person Number1" in visitor.get("/roll/people?find=number1").text
    assert visitor.send(f"{shown}/throw-away").status_code == 409


def test_a_file_that_is_no_list_is_refused_with_what_to_do(walsden, browse):
    answer = send(browse(walsden.denise), walsden, b"PK\x03\x04", "list.xlsx")
    assert answer.status_code == 422
    assert "choose Save as, then CSV" in answer.text


def test_a_list_larger_than_other_requests_may_be_is_taken(walsden, browse):
    rows = as_csv([row(n) for n in range(15_000)])
    assert len(rows) > 1_500_000
    assert send(browse(walsden.denise), walsden, rows).status_code == 303


def test_columns_that_say_one_thing_twice_come_back(walsden, browse):
    visitor = browse(walsden.denise)
    address = send(visitor, walsden, as_csv([row(1)])).location
    answer = match(visitor, address, **{"column-0": "name"})
    assert answer.status_code == 422
    assert "for two columns" in answer.text


def test_what_is_matched_is_remembered_for_the_next_list(walsden, browse):
    visitor = browse(walsden.denise)
    content = as_csv([row(1)]).replace("Resident reference", "Mystery No.")
    address = send(visitor, walsden, content).location
    assert match_of(visitor, address, 0) == ""
    match(visitor, address, **{"column-0": "ref"})
    jobs.work_on_imports()
    again = send(visitor, walsden, content).location
    assert match_of(visitor, again, 0) == "ref"


def match_of(visitor, address, column):
    page = visitor.get(address).text
    part = page[page.index(f'name="column-{column}"') :]
    part = part[: part.index("</select>")]
    chosen = part[: part.index(" selected")]
    return chosen[chosen.rindex('value="') + 7 :].rstrip('"')


def test_a_formula_in_a_name_is_only_words_in_the_file_of_wrong_rows(walsden, browse):
    visitor = browse(walsden.denise)
    address = send(visitor, walsden, as_csv([row(1, Name="=1+1", Postcode="?")])).location
    shown = match(visitor, address).location
    jobs.work_on_imports()
    assert ",'=1+1," in visitor.get(f"{shown}/wrong.csv").text


def test_another_officers_list_is_not_there(walsden, browse):
    address = send(browse(walsden.denise), walsden, as_csv([row(1)])).location
    assert browse(walsden.owen).get(address).status_code == 404


def test_the_letters_are_pages_with_code_and_address(walsden, browse):
    visitor = browse(walsden.denise)
    shown = match(visitor, send(visitor, walsden, as_csv([row(1), row(2, **{"Large print": "yes"})])).location).location
    jobs.work_on_imports()
    visitor.send(f"{shown}/bring-in")
    jobs.work_on_imports()
    made = visitor.send("/roll/letters", {"place": str(walsden.ridge_row.id)})
    page = visitor.get(made.location).text
    assert page.count('<article class="letter') == 2
    assert page.count('<article class="letter large"') == 1
    assert "localhost/join" in page
    assert page.count('role="img"') == 2
    again = visitor.send("/roll/letters", {"place": str(walsden.ridge_row.id)})
    assert again.status_code == 422
    assert "Nobody here needs a letter" in again.text


def test_a_household_member_is_added_on_a_page(walsden, browse):
    visitor = browse(walsden.denise)
    address = f"/roll/people/{walsden.marek.id}/household"
    assert "18 or over" in visitor.send(address, {"full_name": "Ola Nowak"}).text
    answer = visitor.send(address, {"full_name": "Ola Nowak", "adult": "y"})
    assert "Member of the household" in visitor.get(answer.location).text
    assert db.session.scalars(select(Person).where(Person.full_name == "Ola Nowak")).one().adult


def test_an_administrator_adds_a_place(walsden, browse):
    visitor = browse(walsden.grace)
    facts = {"name": "Hollin Rise", "kind": "estate", "parent": str(walsden.walsden.id)}
    assert visitor.send("/roll/places/new", facts).status_code == 303
    answer = visitor.send("/roll/places/new", facts)
    assert "There is a place called Hollin Rise" in answer.text
    assert (
        "A neighbourhood lies in no other place"
        in visitor.send("/roll/places/new", facts | {"kind": "neighbourhood"}).text
    )
