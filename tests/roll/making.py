"""Lists of residents for tests, and bringing them in as an officer and a worker do."""

import csv
import io

from sqlalchemy import select

from coproduce import clock
from coproduce import db as database
from coproduce.db import db
from coproduce.roll import actions, jobs
from coproduce.roll.models import RollImport, RollStep
from coproduce.roll.queries import importing
from coproduce.roll.rules.columns import suggest

HEADINGS = (
    "Resident reference",
    "Name",
    "18 or over",
    "Home reference",
    "Address",
    "Postcode",
    "Place",
    "Tenure",
    "Sole or joint",
    "Since",
    "Until",
    "Email",
    "Phone",
    "Language",
    "Large print",
    "Do not write",
)


def row(n, **changes):
    """One resident in a home of their own, as a list has them."""
    usual = {
        "Resident reference": f"{n:06}",
        "Name": f"Person Number{n}",
        "18 or over": "Yes",
        "Home reference": f"P{n:05}",
        "Address": f"{n} Ridge Row, Walsden",
        "Postcode": "OL14 0AA",
        "Place": "Ridge Row",
        "Tenure": "Assured",
        "Sole or joint": "Sole",
        "Since": "06/01/2020",
        "Until": "",
        "Email": f"n{n}@example.org",
        "Phone": "07700 900123",
        "Language": "English",
        "Large print": "no",
        "Do not write": "",
    }
    return usual | changes


def as_csv(rows, *, delimiter=",", headings=HEADINGS):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows([[one.get(heading, "") for heading in headings] for one in rows])
    return file.getvalue()


def send(me, rows, *, place=None, content=None, month_first=False):
    """Send a list and match it as it is suggested. Gives the import's id; the worker has not looked yet."""
    with database.transaction():
        body = content if content is not None else as_csv(rows).encode()
        made = actions.send(me, content=body, file_name="list.csv", place_id=place.id if place else None)
        suggested = suggest(made.headings, importing.remembered())
        actions.match(me, made, suggested, month_first=month_first)
        return made.id


def worked_out(me, rows, **kwargs):
    """The same, and the worker has worked it out."""
    import_id = send(me, rows, **kwargs)
    jobs.work_on_imports()
    return find(import_id)


def brought_in(me, rows, *, sure=True, **kwargs):
    """The same, and it was confirmed and brought in."""
    made = worked_out(me, rows, **kwargs)
    if made.counts and set(made.counts) != {"wrong"}:
        confirm(me, made, sure=sure)
        jobs.work_on_imports()
    return find(made.id)


def confirm(me, made, *, sure=True):
    with database.transaction():
        actions.confirm(me, db.session.get_one(RollImport, made.id), sure=sure)


def find(import_id):
    db.session.expire_all()
    made = db.session.get_one(RollImport, import_id, populate_existing=True)
    db.session.rollback()
    return made


def steps(made, kind=None):
    query = select(RollStep).where(RollStep.import_id == made.id).order_by(RollStep.position)
    found = [step for step in db.session.scalars(query) if kind is None or step.kind is kind]
    db.session.rollback()
    return found


def today():
    return clock.today()
