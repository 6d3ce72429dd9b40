"""Many processes that read, add and write at once lose nothing through our engine; and do without its guard."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.whole import counting

PROCESSES, TIMES = 8, 50


@pytest.fixture
def url(new_database):
    made = new_database("counting")
    counting.make_table(made)
    return made


def race(url, processes, kind):
    """Let this many processes go at the same moment. Says how many additions were acknowledged, and errors."""
    command = [sys.executable, "-m", "tests.whole.counting", url, str(TIMES), kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    runners = [subprocess.Popen(command, **pipes) for _ in range(processes)]
    try:
        for runner in runners:
            assert runner.stdout.readline() == "ready\n"
        for runner in runners:
            runner.stdin.write("go\n")
            runner.stdin.flush()
        ends = [json.loads(runner.communicate(timeout=120)[0]) for runner in runners]
    finally:
        for runner in runners:
            runner.kill()
            runner.communicate()
    return sum(done for done, _ in ends), sum(errors for _, errors in ends)


def test_nothing_is_lost_when_processes_write_at_once(url):
    assert race(url, PROCESSES, "guarded") == (PROCESSES * TIMES, 0)
    assert counting.counted_in(url) == PROCESSES * TIMES


def test_without_the_guard_the_same_race_loses_or_fails(url):
    """The control: the race above is a real one."""
    done, errors = race(url, 4, "bare")
    lost = done - counting.counted_in(url)
    assert lost > 0 or errors > 0
