"""The demo: one process with everything in it, on this machine alone, whose keys and data stay in `var/demo`."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from waitress.server import create_server

from coproduce import db, jobs, migrating
from coproduce.app import create_app
from coproduce.config import Settings, Wrong
from coproduce.demo.actions import fill
from coproduce.demo.rules import CAST
from coproduce.serving import run_until_told

try:
    import fcntl
except ImportError:  # Windows: nothing there stops two demos at once
    fcntl = None  # type: ignore[assignment]

FOLDER = migrating.FOLDER.parent / "var" / "demo"
HOST = "127.0.0.1"
KEYS = ("secret_key", "audit_key", "seal_key")


def show(folder: Path, port: int) -> None:
    """Make the invented year if there is none, and serve it until stopped."""
    with _alone(folder, port), _taken(port) as place:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        app = create_app(settings(folder, port))
        with app.app_context():
            _make_ready(folder)
        app.extensions["huey"].flush()  # each letter of the year has woken the worker: once is enough
        server = create_server(app, sockets=[place], threads=8, ident=None)
        stop = jobs.work_beside(app.extensions["huey"])
        _welcome(port)
        try:
            run_until_told(server)
        finally:
            stop()
            _let_go(app)
        click.echo(
            "\nThe demo has stopped. Its data is kept: `make demo` goes on with it, `make demo-reset` throws it away."
        )


def settings(folder: Path, port: int) -> Settings:
    keys = _keys(folder / "keys")
    return Settings(
        database_url=f"sqlite:///{_database(folder)}",
        base_url=f"http://{HOST}:{port}",
        demo=True,
        log_level="WARNING",
        secret_key=keys["secret_key"],
        audit_key=keys["audit_key"],
        seal_key=keys["seal_key"],
    )


def forget(folder: Path) -> None:
    """Throw the demo's data away. Its keys stay."""
    with _alone(folder, 0):
        _wipe(folder)


def _make_ready(folder: Path) -> None:
    """A year that was only half made (somebody pressed Ctrl-C) is made again from the start."""
    made = folder / "made"
    if not made.exists():
        db.db.engine.dispose()
        _wipe(folder)
    now, wanted = migrating.heads()
    if now != wanted:
        migrating.upgrade()
    if not made.exists():
        click.echo("Making the invented year ...")
        began = time.monotonic()
        fill()
        db.db.session.remove()
        made.touch()
        click.echo(f"Made in {time.monotonic() - began:.1f} s.")


def _wipe(folder: Path) -> None:
    file = _database(folder)
    for name in ("made", file.name, f"{file.name}-wal", f"{file.name}-shm"):
        (folder / name).unlink(missing_ok=True)


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.db.session.remove()
        db.db.engine.dispose()


def _database(folder: Path) -> Path:
    return folder.absolute() / "coproduce.db"


def _keys(file: Path) -> dict[str, str]:
    """Made once, for this machine, and only for us to read."""
    if not file.exists():
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as opened:
            opened.write("".join(f"{name}={secrets.token_hex(32)}\n" for name in KEYS))
    return dict(line.split("=", 1) for line in file.read_text().split())


@contextmanager
def _alone(folder: Path, port: int) -> Iterator[None]:
    """One demo at a time in a folder: held by the running process, gone with it however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("a+") as mark:
        if fcntl:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                mark.seek(0)
                where = f"http://{HOST}:{mark.read().strip() or 'another port'}"
                raise Wrong(f"The demo is running at {where}. Stop it first, with Ctrl-C where it runs.") from None
        mark.truncate(0)
        mark.write(str(port))
        mark.flush()
        yield


@contextmanager
def _taken(port: int) -> Iterator[socket.socket]:
    """The port, held from the start: better told now than after the year was made."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as place:
        if os.name == "posix":
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((HOST, port))
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                other = f"`make demo PORT={port + 1}`"
                raise Wrong(f"Something else uses port {port}. Choose another: {other}.") from None
            raise Wrong(f"Port {port} cannot be used ({error}). Choose another, such as 8001.") from None
        yield place


def _welcome(port: int) -> None:
    first = CAST[0]
    click.echo(
        f"\nThe demo is open at http://{HOST}:{port}\n"
        f"Open http://{HOST}:{port}/demo/ to step into any of {len(CAST)} people: for example {first.full_name}. "
        f"{first.about}\nCtrl-C stops it.",
    )
