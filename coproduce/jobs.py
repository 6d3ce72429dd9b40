"""Timed deeds. What is due stands in our own tables; huey only wakes the worker, each minute and after a commit.

A deed takes no arguments, looks for what is due, and may run twice or in two places at once without harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from coproduce.db import db

if TYPE_CHECKING:
    from flask import Flask

Deed = Callable[[], Any]

_deeds: list[Deed] = []
_wake: Callable[[], Any] | None = None
log = structlog.get_logger(__name__)


def every_minute(deed: Deed) -> Deed:
    """Mark a deed that the worker does each minute and whenever it is woken."""
    _deeds.append(deed)
    return deed


def run_due() -> None:
    """Do all that is due, in the order of the features. One deed that fails does not stop the next."""
    for deed in _deeds:
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


def wake() -> None:
    """Ask the worker to look now. Safe to call when there is none: the next minute comes anyway."""
    if _wake is None:
        return
    try:
        _wake()
    except Exception:  # the queue is away: nothing is lost, the deed waits in its table for the next minute
        log.warning("job.wake_failed")


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
    """Be the worker, until stopped."""
    queue.create_consumer(workers=1).run()


def work_beside(queue: Huey) -> None:
    """Run the worker in threads of this process: for the demo, and for one small server."""
    _Beside(queue, workers=1).start()


class _Beside(Consumer):  # type: ignore[misc]
    """A worker in threads: the server in the same process keeps the signals."""

    def _set_signal_handlers(self) -> None:
        return None


def _queue(url: str) -> Huey:
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryHuey("coproduce", results=False)
    if scheme.startswith("redis"):
        return RedisHuey("coproduce", url=url, results=False)
    if scheme.startswith("sqlite"):
        return SqliteHuey("coproduce", filename=url.partition(":///")[2], results=False)
    return PostgresHuey("coproduce", dsn=url.replace("+psycopg", "", 1), results=False)
