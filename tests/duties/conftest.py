"""The register of the tests: our own starting register, loaded once a test that asks for it."""

import pytest

from coproduce import db as database
from coproduce.duties import actions, queries


@pytest.fixture
def register(walsden):
    """The town, with the starting register in it."""
    with database.transaction():
        actions.load_register()
    return walsden


@pytest.fixture
def pets(register):
    """PET-23, how many pets: a duty with nothing fixed in it."""
    return queries.current("pet-23")


@pytest.fixture
def change(register):
    """Change a duty as its keeper, on top of what it says now."""

    def do(code, *, why="It is clearer so", by=register.ruth, based_on=None, **said):
        with database.transaction():
            version = queries.current(code)
            me = register.me(by)
            return actions.change(me, version.duty, why=why, based_on=based_on or version.no, **said)

    return do
