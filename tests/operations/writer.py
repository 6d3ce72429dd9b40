"""Write rows of the record, one a transaction, and say each one's number once it is safely kept."""

import sys
import time

from coproduce import audit, db
from coproduce.app import create_app

MARKED = audit.verb("test.marked")
ROWS, SECONDS = 500_000, 180


def write(start):
    until = time.monotonic() + SECONDS
    app = create_app()
    with app.app_context():
        for number in range(start, start + ROWS):
            with db.transaction():
                audit.record(MARKED, by=None, kind="test", thing_id=number)
            print(number, flush=True)
            if time.monotonic() > until:
                return


if __name__ == "__main__":
    write(int(sys.argv[1]))
