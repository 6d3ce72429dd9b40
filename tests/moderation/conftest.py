"""Proposals to moderate, made as people make them."""

import pytest

from coproduce import db as database
from tests.proposals import making


@pytest.fixture
def duties(db, walsden):
    """A few duties of each level, by code."""
    with database.transaction():
        return making.duties()


@pytest.fixture
def draft(walsden, duties):
    with database.transaction():
        return making.draft(walsden, duties)


@pytest.fixture
def raised(walsden, duties):
    with database.transaction():
        return making.raised(walsden, duties)


@pytest.fixture
def backed(walsden, raised):
    """Enough neighbours back it."""
    with database.transaction():
        making.back(walsden, raised)
    return raised


@pytest.fixture
def shaping(walsden, backed):
    with database.transaction():
        making.promise(walsden, backed)
    return backed
