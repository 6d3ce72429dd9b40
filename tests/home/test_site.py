"""What the site says to machines, and of itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coproduce import audit, clock, config, jobs, outbox, words
from coproduce import db as database
from coproduce.accounts.models import Person
from coproduce.config import contrast
from coproduce.home import rules
from coproduce.home.rules import DARK_CARD, DARK_GROUND, on_dark


@pytest.fixture
def settle(settings, monkeypatch):
    """Run with some settings changed, for the length of a test."""

    def change(**changed):
        monkeypatch.setattr(config, "_chosen", replace(settings, **changed))

    return change


# -- for machines -----------------------------------------------------------------------------------------------------


def test_healthz_asks_nothing_of_the_database_and_sets_no_cookie(db, browse, broken):
    broken()
    answer = browse().get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")
    assert "Set-Cookie" not in answer.headers


def test_readyz_says_that_all_is_well(db, browse):
    jobs.beat()
    answer = browse().get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_readyz_says_that_the_database_is_away(db, browse, broken):
    broken()
    answer = browse().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")


def test_readyz_says_that_the_tables_are_old(db, browse, monkeypatch):
    monkeypatch.setattr("coproduce.migrating.heads", lambda: ("0000", "0001"))
    answer = browse().get("/readyz")
    assert answer.status_code == 503
    assert "coproduce migrate" in answer.text


def test_readyz_tells_of_a_worker_that_is_behind_and_turns_nobody_away(walsden, browse):
    with database.transaction():
        outbox.queue(walsden.asha.id, "sign_in_link", "en-GB", minutes=10, link="/")
    with clock.moved_to(clock.now() + timedelta(minutes=20)):
        answer = browse().get("/readyz")
    assert answer.status_code == 200
    assert "Is the worker running?" in answer.text


def test_readyz_tells_of_a_worker_that_is_silent(db, browse):
    assert "No worker has looked" in browse().get("/readyz").text
    jobs.beat()
    assert browse().get("/readyz").text == "ready\n"
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        assert "No worker has looked" in browse().get("/readyz").text


def test_security_txt(db, browse, settle):
    assert browse().get("/.well-known/security.txt").status_code == 404
    settle(security_contact="mailto:security@landlord.example")
    answer = browse().get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:security@landlord.example"
    assert lines["Expires"] > clock.now().isoformat()
    assert lines["Canonical"] == "http://localhost/.well-known/security.txt"


def test_robots_are_kept_from_accounts_and_drafts(db, browse):
    answer = browse().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    for path in ("/account/", "/mine", "/demo/", "/proposals/new"):
        assert f"Disallow: {path}" in answer.text


def test_without_a_colour_the_brand_sheet_is_empty_and_there(db, browse):
    answer = browse().get("/brand.css")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "", "text/css")


def test_the_brand_sheet_has_the_five_tokens_for_light_and_for_dark(db, browse, settle):
    settle(brand_colour="#0b5468")
    answer = browse().get("/brand.css")
    for token in ("--brand", "--brand-deep", "--brand-tint", "--brand-line", "--on-brand"):
        assert answer.text.count(f"  {token}:") == 2
    assert "prefers-color-scheme: dark" in answer.text
    assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "colour", ["#0b5468", "#6a2354", "#00205b", "#7a1f1f", "#1b1b1b", "#005a30", "#5c2d91", "#000000"]
)
def test_a_brand_colour_can_be_read_on_dark_ground(colour):
    tokens = on_dark(colour)
    for ground in (DARK_GROUND, DARK_CARD, tokens["--brand-tint"]):
        assert contrast(tokens["--brand"], ground) >= 4.5
        assert contrast(tokens["--brand-deep"], ground) >= 4.5
    assert contrast(tokens["--on-brand"], tokens["--brand"]) >= 4.5


def test_a_logo_is_shut_in(db, browse, settle, tmp_path):
    assert browse().get("/logo").status_code == 404
    drawing = tmp_path / "logo.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    settle(logo=str(drawing))
    answer = browse().get("/logo")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    picture = tmp_path / "logo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    settle(logo=str(picture))
    assert browse().get("/logo").mimetype == "image/png"


def test_the_old_icon_leads_to_ours(db, browse):
    answer = browse().get("/favicon.ico")
    assert answer.status_code == 302
    assert answer.location.startswith("/static/mark")


# -- of itself --------------------------------------------------------------------------------------------------------


def test_the_record_page_shows_the_newest_ends_and_the_key(walsden, browse):
    assert "None yet" in browse().get("/record").text
    with database.transaction():
        audit.seal()
    newest = audit.seals(1)[0]
    page = browse().get("/record").text
    assert f"{newest.last}:{newest.head}" in page
    assert newest.signature in page
    assert audit.Keys.public() in page
    assert "coproduce audit verify" in page


def test_the_style_guide_is_for_the_demo_only(db, browse, settle):
    assert "There are 9 things to put right" in browse().get("/styleguide").text
    settle(demo=False)
    assert browse().get("/styleguide").status_code == 404


@pytest.fixture
def two_languages():
    words.install("cy", name="Cymraeg", locale="cy")
    yield
    words.forget("cy")


def test_where_there_is_one_language_there_is_nothing_to_choose(db, browse):
    assert browse().get("/language").status_code == 404
    assert browse().send("/language", {"language": "en-GB"}).status_code == 404


def test_every_page_leads_to_the_other_languages_by_their_own_names(db, browse, two_languages):
    page = browse().get("/privacy").text
    assert 'href="/language?next=/privacy"' in page
    assert '<bdi lang="cy" data-own>Cymraeg</bdi>' in page


def test_a_stranger_keeps_a_language_in_the_browser(db, browse, two_languages):
    visitor = browse()
    assert "Cymraeg" in visitor.get("/language").text
    answer = visitor.send("/language", {"language": "cy"}, query_string={"next": "/privacy"})
    assert answer.location == "/privacy"
    assert '<html lang="cy"' in visitor.get("/privacy").text
    assert '<html lang="cy"' in visitor.get("/nowhere").text
    assert '<html lang="en-GB"' in browse().get("/privacy").text


def test_a_person_keeps_a_language_for_good(walsden, browse, two_languages):
    browse(walsden.asha).send("/language", {"language": "cy"})
    assert '<html lang="cy"' in browse(walsden.asha).get("/").text
    database.db.session.rollback()
    assert database.db.session.get_one(Person, walsden.asha.id).language == "cy"


@pytest.mark.parametrize("code", ["", "xx", "en-GB' --", "cy\x00"])
def test_a_language_that_is_not_offered_is_refused(db, browse, two_languages, code):
    assert browse().send("/language", {"language": code}).status_code == 422


def test_it_never_leads_elsewhere(db, browse, two_languages):
    answer = browse().send("/language", {"language": "cy"}, query_string={"next": "//evil.example"})
    assert answer.location == "/"


def test_the_browser_is_asked_what_it_reads(db, browse, two_languages):
    assert '<html lang="cy"' in browse().get("/", headers={"Accept-Language": "cy, en;q=0.5"}).text
    assert '<html lang="cy"' in browse().get("/nowhere", headers={"Accept-Language": "cy"}).text


# -- small sums -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Asha", "Asha"),
        ("Denise Okafor", "Denise"),
        ("a neighbour in Walsden", ""),
        ("", ""),
        ("আশা", "আশা"),
        ("bell", "bell"),
    ],
)
def test_people_are_greeted_by_their_first_name(name, first):
    assert rules.first_name(name) == first
