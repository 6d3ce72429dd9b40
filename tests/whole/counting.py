"""One of the processes of test_many_at_once.py: reads a number, adds one, writes it, again and again.

Run as `python -m tests.whole.counting URL TIMES guarded|bare`; says "ready", waits for a line, then says how many
additions were acknowledged and how many ended in an error.
"""

import json
import sys

import sqlalchemy as sa
from sqlalchemy import event

from coproduce import db


def make_table(url):
    engine = engine_for(url, guarded=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS counted (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)")
        connection.exec_driver_sql("DELETE FROM counted")
        connection.exec_driver_sql("INSERT INTO counted (id, n) VALUES (1, 0)")
    engine.dispose()


def counted_in(url):
    engine = engine_for(url, guarded=True)
    with engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT n FROM counted WHERE id = 1").scalar_one()
    engine.dispose()
    return found


def engine_for(url, *, guarded):
    """Our engine; or the same without its guard, as the documentation's recipe has it."""
    engine = sa.create_engine(url, **db.engine_options(url))
    db.prepare(engine)
    if not guarded and engine.dialect.name == "sqlite":
        event.remove(engine, "begin", db._begin_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def add_ones(engine, times, guarded):
    lock = " FOR UPDATE" if guarded and engine.dialect.name == "postgresql" else ""
    done = errors = 0
    for _ in range(times):
        try:
            with engine.begin() as connection:
                n = connection.exec_driver_sql(f"SELECT n FROM counted WHERE id = 1{lock}").scalar_one()
                connection.exec_driver_sql(f"UPDATE counted SET n = {n + 1} WHERE id = 1")
            done += 1
        except sa.exc.OperationalError:
            errors += 1
    return done, errors


if __name__ == "__main__":
    url, times, kind = sys.argv[1:]
    engine = engine_for(url, guarded=kind == "guarded")
    engine.connect().close()
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(add_ones(engine, int(times), kind == "guarded")), flush=True)
    engine.dispose()
