"""Pages are light: packed where nothing in them is anybody's, and under 100 kB over the wire on first load."""

import gzip

import pytest

from coproduce import db as database
from coproduce.duties.actions import load_register

PACK = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def register(db):
    with database.transaction():
        load_register()


def test_a_strangers_page_is_packed_and_says_the_same(register, browse):
    plain = browse().get("/duties/").data
    packed = browse().get("/duties/", headers=PACK)
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain
    assert len(packed.data) < len(plain) / 4
    assert "Accept-Encoding" in packed.vary


@pytest.mark.parametrize("path", ["/duties/", "/"])
def test_a_page_of_somebody_signed_in_is_never_packed(path, walsden, register, browse):
    assert browse(walsden.asha).get(path, headers=PACK).content_encoding is None


def test_a_page_with_a_token_in_it_is_never_packed(db, browse):
    page = browse().get("/account/sign-in", headers=PACK)
    assert b"csrf_token" in page.data
    assert page.content_encoding is None
