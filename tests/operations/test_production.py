"""The production path, with real processes: migrate, serve, worker; asked over HTTP, ended with SIGTERM."""

import signal
import socket

import pytest

from coproduce import serving
from coproduce.config import Settings
from tests.operations.conftest import ask, query


def at(port):
    return {"COPRODUCE_BIND": f"127.0.0.1:{port}", "COPRODUCE_BASE_URL": f"http://127.0.0.1:{port}"}


def test_the_site_and_its_worker_run_and_end_cleanly(coproduce, start, env, port):
    assert coproduce("migrate").returncode == 0
    site = start("serve", **at(port))
    worker = start("worker")
    assert ask(port, "/healthz")[0] == 200
    worker.wait_for("worker.started")
    assert ask(port, "/readyz")[0] == 200
    assert ask(port, "/")[0] == 200
    assert ask(port, "/no-such-page")[0] == 404
    assert coproduce("healthy", **at(port)).returncode == 0
    assert ' "/readyz' not in site.said(), "no access log of gunicorn's"
    assert worker.stop() == 0
    assert site.stop() == 0
    assert "serve.started" in site.said()
    assert "Traceback" not in site.said() + worker.said()
    assert query(env["COPRODUCE_DATABASE_URL"], "SELECT count(*) FROM heartbeat") == [(1,)]
    assert coproduce("healthy", **at(port)).returncode == 1


def test_a_weak_secret_keeps_the_site_and_the_worker_from_starting(coproduce):
    for command in ("serve", "worker"):
        done = coproduce(command, COPRODUCE_SECRET_KEY="change-me")
        assert done.returncode == 1
        assert "COPRODUCE_SECRET_KEY looks like a sample. Make one with `coproduce keys`." in done.stderr
        assert "Not started." in done.stderr


def test_without_gunicorn_waitress_serves(migrated, start, port, tmp_path):
    """A folder before all others hides gunicorn from the process."""
    (tmp_path / "sitecustomize.py").write_text(HIDE_GUNICORN)
    site = start("serve", **at(port), PYTHONPATH=str(tmp_path))
    assert ask(port, "/healthz")[0] == 200
    assert "gunicorn is not installed" in site.said()
    assert site.stop() == 0


HIDE_GUNICORN = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        return None
sys.modules["gunicorn"] = None
"""


def test_the_site_comes_up_while_its_queue_is_away(migrated, start, port):
    """Nothing lives only in the queue, so the site need not wait for it."""
    away = {"COPRODUCE_HUEY_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    site = start("serve", **at(port), **away)
    assert ask(port, "/healthz")[0] == 200
    assert "The worker's queue cannot be reached." in migrated("worker", **away).stderr
    assert site.stop(signal.SIGINT) == 0


def test_gunicorn_is_told_what_was_measured():
    options = serving.gunicorn_options(Settings(workers=3, proxy_addresses="10.0.0.7"), "127.0.0.1:9000")
    assert options["worker_class"] == "sync"
    assert (options["workers"], options["timeout"], options["graceful_timeout"]) == (3, 30, 30)
    assert (options["max_requests"], options["max_requests_jitter"]) == (10_000, 1_000)
    assert options["forwarded_allow_ips"] == "10.0.0.7"
    assert options["preload_app"] is False
    assert options["control_socket_disable"] is True
    assert options["accesslog"] is None
    assert serving.gunicorn_options(Settings(threads=4), "127.0.0.1:9000")["worker_class"] == "gthread"


@pytest.mark.parametrize(("bind", "host"), [("0.0.0.0:{}", "x"), (":{}", "x"), ("127.0.0.1:{}", "x")])
def test_health_is_asked_with_the_name_that_the_site_answers_to(bind, host):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert not serving.is_healthy(Settings(bind=bind.format(port)))
