"""One address that asks for too much in a minute is told to wait; the health of the site can always be asked for."""

import pytest

from coproduce import security

pytestmark = pytest.mark.once


@pytest.fixture
def counting():
    security.limiter.reset()
    security.limiter.enabled = True
    yield
    security.limiter.enabled = False
    security.limiter.reset()


def test_a_flood_is_told_to_wait(browse, counting):
    visitor = browse()
    for _ in range(600):
        assert visitor.get("/robots.txt").status_code == 200
    answer = visitor.get("/robots.txt")
    assert answer.status_code == 429
    assert visitor.get("/healthz").status_code == 200
    elsewhere = visitor.get("/robots.txt", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_an_address_in_a_header_is_not_believed(browse, counting):
    """Where no proxy is set, anybody could write X-Forwarded-For, and each request would seem to be from elsewhere."""
    visitor = browse()
    for number in range(600):
        visitor.get("/robots.txt", headers={"X-Forwarded-For": f"192.0.2.{number % 250}"})
    assert visitor.get("/robots.txt", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 429
