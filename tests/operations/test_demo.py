"""`coproduce demo`: one command, kept data, plain words when something is in the way."""

import signal
import socket
import stat
import time

import pytest

from tests.operations.conftest import ask

pytestmark = pytest.mark.sqlite  # its database is a file of its own, whatever the other tests use


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "demo"


def test_the_demo_is_made_kept_and_thrown_away(start, coproduce, folder, port):
    words = ("demo", "--folder", str(folder), "--port", str(port))
    first = start(*words)
    first.wait_for("Ctrl-C stops it", seconds=120)
    assert ask(port, "/healthz")[0] == 200
    assert first.said().rstrip().endswith("Ctrl-C stops it.")
    assert f"Open http://127.0.0.1:{port}/demo/ to step into any of" in first.said()
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o600
    in_the_way = coproduce("demo", "--folder", str(folder), "--forget")
    assert in_the_way.returncode == 1
    assert f"The demo is running at http://127.0.0.1:{port}." in in_the_way.stderr
    assert coproduce(*words).returncode == 1
    assert first.stop(signal.SIGINT) == 0
    assert "Its data is kept" in first.said()
    assert "Traceback" not in first.said()

    began = time.monotonic()
    again = start(*words)
    assert ask(port, "/healthz")[0] == 200
    took = time.monotonic() - began
    assert "Making the invented year" not in again.said()
    assert again.stop(signal.SIGTERM) == 0
    print(f"warm start to healthy: {took:.1f} s")

    assert coproduce("demo", "--folder", str(folder), "--forget").returncode == 0
    assert not (folder / "coproduce.db").exists()


def test_a_port_in_use_is_told_before_anything_is_made(coproduce, folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = coproduce("demo", "--folder", str(folder), "--port", str(port))
    assert done.returncode == 1
    assert f"Something else uses port {port}. Choose another: `make demo PORT={port + 1}`." in done.stderr
    assert not (folder / "coproduce.db").exists()


def test_a_demo_that_was_half_made_is_made_again(start, folder, port):
    folder.mkdir()
    (folder / "coproduce.db").write_bytes(b"half a database")
    demo = start("demo", "--folder", str(folder), "--port", str(port))
    demo.wait_for("Ctrl-C stops it", seconds=120)
    assert ask(port, "/demo/")[0] == 200
    assert demo.stop(signal.SIGINT) == 0
