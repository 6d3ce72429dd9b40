"""The web processes: gunicorn where it is installed, else waitress, with the settings that were measured."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import structlog
from waitress.server import create_server

from coproduce.config import Settings, Wrong, variable

MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's own heartbeat files, better not on a slow disk
log = structlog.get_logger(__name__)


def serve(settings: Settings, bind: str) -> None:
    """Serve until stopped."""
    if find_spec("gunicorn") and os.name == "posix":
        from coproduce import gunicorn_site  # noqa: PLC0415 - an extra that may not be installed

        options = gunicorn_options(settings, bind)
        log.info(
            "serve.started", server="gunicorn", version=version("coproduce"), bind=bind, workers=options["workers"]
        )
        gunicorn_site.Site(options).run()
        return
    click.echo("gunicorn is not installed, so waitress serves: one process. Install coproduce[server].", err=True)
    log.info("serve.started", server="waitress", version=version("coproduce"), bind=bind, workers=1)
    serve_with_waitress(settings, bind)


def gunicorn_options(settings: Settings, bind: str) -> dict[str, Any]:
    """Workers of the plain kind were the steadiest (docs/performance.md). Nothing is shared before they fork."""
    return {
        "bind": bind,
        "workers": settings.workers or max(2, min(8, 2 * (os.cpu_count() or 1))),
        "threads": settings.threads,
        "worker_class": "gthread" if settings.threads > 1 else "sync",
        "timeout": 30,
        "graceful_timeout": 30,
        "max_requests": 10_000,
        "max_requests_jitter": 1_000,
        "preload_app": False,
        "forwarded_allow_ips": settings.proxy_addresses,
        "accesslog": None,
        "control_socket_disable": True,
        "worker_tmp_dir": str(MEMORY) if MEMORY.is_dir() else None,
        "proc_name": "coproduce",
    }


def serve_with_waitress(settings: Settings, bind: str) -> None:
    from coproduce.app import create_app  # noqa: PLC0415 - gunicorn's workers make their own

    where: dict[str, Any] = (
        {"unix_socket": bind.removeprefix("unix:")} if bind.startswith("unix:") else {"listen": bind}
    )
    server = create_server(
        create_app(settings), threads=max(8, settings.threads), clear_untrusted_proxy_headers=False, ident=None, **where
    )
    run_until_told(server)


def run_until_told(server: Any) -> None:
    """Serve until Ctrl-C or SIGTERM, and let what has begun finish."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts us with `&` has it ignored
    server.run()


def is_healthy(settings: Settings) -> bool:
    """Whether the site that runs here answers on /healthz: for a container's health check."""
    host, _, port = settings.bind.rpartition(":")
    if not port.isdigit():
        raise Wrong(f"{variable('bind')} is not host:port, so it cannot be asked from here.")
    here = "127.0.0.1" if host in {"", "0.0.0.0", "[::]"} else host.strip("[]")  # noqa: S104
    connection = http.client.HTTPConnection(here, int(port), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.base_url).netloc})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
