"""The town as its officer keeps it."""

import pytest


@pytest.fixture
def officer(walsden):
    return walsden.me(walsden.denise)


@pytest.fixture
def administrator(walsden):
    return walsden.me(walsden.grace)
