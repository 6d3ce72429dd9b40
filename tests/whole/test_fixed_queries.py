"""The same few queries however much there is: the pages that benchmarks/ measures, in a small town and in a larger."""

import pytest
from sqlalchemy import event

from benchmarks.fill import Size, fill
from coproduce import db as database
from coproduce.duties.rules import Area
from coproduce.proposals import actions as proposals

SMALL, LARGER = Size(25, 200, 60, 3), Size(120, 1_500, 600, 5)

# Those of docs/performance.md: to grow one is a choice, not an accident.
PAGES = {"list": 7, "search": 8, "proposal": 26, "similar": 8}


@pytest.fixture
def count_queries(walsden, browse, db):
    """How many queries each page takes in a town of this size."""

    def count(size):
        with database.transaction():
            people = [walsden.asha.id, walsden.joyce.id, walsden.marek.id, walsden.sam.id, walsden.bronwen.id]
            filled = fill(size, place_id=walsden.walsden.id, people=people)
        with database.transaction():
            draft = proposals.draft(
                walsden.me(walsden.farida),
                place_id=walsden.walsden.id,
                area=Area.ESTATES,
                title="A bench and a light by the path",
                summary="Somewhere to sit near the gate for elders, and light on the stairs.",
                reasons="It is dark in winter.",
            ).address
        visitor = browse(walsden.farida)
        return {
            "list": queries(visitor, "/proposals/"),
            "search": queries(visitor, "/proposals/?words=bench+garden"),
            "proposal": queries(visitor, f"/proposals/{filled.busiest_address}?page=2"),
            "similar": queries(visitor, f"/proposals/{draft}/alike"),
        }

    return count


def queries(visitor, path):
    visitor.get(path)  # what is read once and kept is read
    asked = []

    def note(connection, cursor, statement, *rest):
        if not statement.startswith(("PRAGMA", "BEGIN", "SET")):
            asked.append(statement)

    event.listen(database.db.engine, "before_cursor_execute", note)
    try:
        answer = visitor.get(path)
    finally:
        event.remove(database.db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return len(asked)


@pytest.mark.parametrize("size", [SMALL, LARGER], ids=["small", "larger"])
def test_a_page_takes_as_many_queries_however_much_there_is(count_queries, size):
    assert count_queries(size) == PAGES
