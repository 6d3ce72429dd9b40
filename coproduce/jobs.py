"""Timed deeds. What is due stands in our own tables; huey only wakes the worker, each minute and after a commit.

A deed takes no arguments, looks for what is due, and may run twice or in two places at once without harm.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.storage import BaseSqlStorage
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped

from coproduce import clock
from coproduce.config import Wrong
from coproduce.db import Base, db, transaction

if TYPE_CHECKING:
    from flask import Flask

Deed = Callable[[], Any]
SECONDS_TO_FINISH = 25  # less than what a service manager waits before it kills
SECONDS_BESIDE = 5  # nobody waits longer for Ctrl-C; what was cut off is undone, and due again next time
LATE = timedelta(minutes=5)


class Heartbeat(Base):
    """When the worker last looked for what is due. One row."""

    __tablename__ = "heartbeat"

    at: Mapped[datetime]


_deeds: list[Deed] = []
_stopping = threading.Event()
_wake: Callable[[], Any] | None = None
log = structlog.get_logger(__name__)


def every_minute(deed: Deed) -> Deed:
    """Mark a deed that the worker does each minute and whenever it is woken."""
    _deeds.append(deed)
    return deed


def run_due() -> None:
    """Do all that is due, in the order of the features. One deed that fails does not stop the next. A worker that was
    told to stop finishes the deed that it is at."""
    for deed in (beat, *_deeds):
        if is_stopping():
            return
        name = f"{deed.__module__}.{deed.__name__}"
        try:
            done = deed()
        except Exception:  # a deed's failure is logged and tried again next minute; the worker must live on
            log.exception("job.failed", job=name)
            db.session.rollback()
        else:
            if done:
                log.info("job.done", job=name, count=done)
        finally:
            db.session.remove()


def beat() -> None:
    """Leave a sign of life for /readyz and for whoever watches."""
    with transaction():
        found = db.session.get(Heartbeat, 1)
        if found:
            found.at = clock.now()
            return
        with suppress(IntegrityError), db.session.begin_nested():  # another worker may be first
            db.session.add(Heartbeat(id=1, at=clock.now()))


def last_beat() -> datetime | None:
    """When a worker last looked; None when there never was one."""
    found = db.session.get(Heartbeat, 1, populate_existing=True)
    return found.at if found else None


def is_alive() -> bool:
    """A worker has looked for what is due in the last few minutes."""
    seen = last_beat()
    return seen is not None and clock.now() - seen < LATE


def wake() -> None:
    """Ask the worker to look now. Safe to call when there is none: the next minute comes anyway."""
    if _wake is None:
        return
    try:
        _wake()
    except Exception:  # the queue is away: nothing is lost, the deed waits in its table for the next minute
        log.warning("job.wake_failed")


def is_stopping() -> bool:
    """Whether the worker was told to stop: a long deed looks, and leaves the rest for next time."""
    return _stopping.is_set()


def connect(app: Flask, url: str) -> Huey:
    """The queue that wakes the worker: `memory:`, a file (sqlite:), PostgreSQL or Redis, by its address."""
    global _wake
    queue = _queue(url)
    one_at_a_time = threading.Lock()

    def look() -> None:
        with one_at_a_time, app.app_context():
            run_due()

    queue.periodic_task(crontab(minute="*"), name="minute")(look)
    _wake = queue.task(name="wake")(look)
    return queue


def work(queue: Huey) -> None:
    """Be the worker, until stopped: a deed that has begun is finished first."""
    _Worker(_ready(queue)).run()


def work_beside(queue: Huey) -> Callable[[], None]:
    """Run the worker in threads of this process, for the demo. Answers what stops it."""
    worker = _Beside(_ready(queue))
    worker.start()

    def stop() -> None:
        worker.stop(graceful=True)

    return stop


class _Worker(Consumer):  # type: ignore[misc]
    """One thread that does what is due, and one that wakes it each minute."""

    seconds_to_finish = SECONDS_TO_FINISH

    def __init__(self, queue: Huey) -> None:
        super().__init__(
            queue, workers=1, max_delay=1.0, scheduler_interval=10, shutdown_timeout=self.seconds_to_finish
        )
        _stopping.clear()
        self._signal_actions = {signal.SIGTERM: (False, True), signal.SIGINT: (False, True)}

    def stop(self, graceful: bool = False) -> None:
        _stopping.set()
        super().stop(graceful)


class _Beside(_Worker):
    """A worker in threads: the server in the same process keeps the signals."""

    seconds_to_finish = SECONDS_BESIDE

    def _set_signal_handlers(self) -> None:
        return None


def _ready(queue: Huey) -> Huey:
    """The queue with its tables: the worker makes them."""
    if isinstance(queue.storage, BaseSqlStorage):
        try:
            queue.storage.initialize_schema()
        except Exception as error:  # of whichever driver it is
            raise Wrong(
                f"The worker's queue cannot be reached. Put COPRODUCE_HUEY_URL right. It says: {error}"
            ) from None
    return queue


def _queue(url: str) -> Huey:
    """Opens nothing yet: a site must come up while its queue is away. The worker makes the queue's tables."""
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryHuey("coproduce", results=False)
    if scheme.startswith("redis"):
        return RedisHuey("coproduce", url=url, results=False)
    if scheme.startswith("sqlite"):  # Python's own SQLite, so in the journal mode that its bugs spare
        file = url.partition(":///")[2]
        return SqliteHuey("coproduce", filename=file, journal_mode="truncate", create_tables=False, results=False)
    return PostgresHuey("coproduce", dsn=url.replace("+psycopg", "", 1), create_tables=False, results=False)
