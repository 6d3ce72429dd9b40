"""Home, and the pages about the site."""

import pytest


@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/accessibility", "/record", "/account/sign-in", "/account/sign-in/sent", "/styleguide"]
)
def test_a_stranger_can_read_it(walsden, browse, path):
    assert browse().get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/mine", "/account/", "/record", "/privacy"])
@pytest.mark.parametrize("who", ["asha", "denise", "priya", "ruth", "farida", "grace", "ella"])
def test_a_neighbour_or_colleague_can_read_it(walsden, browse, path, who):
    assert browse(getattr(walsden, who)).get(path).status_code == 200
