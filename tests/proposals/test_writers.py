"""Co-designers: asked by name or by a link, they say yes or no; and a proposal written down for somebody."""

import re
from datetime import timedelta
from html import unescape

import pytest

from coproduce import clock, outbox
from coproduce import db as database
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions, policy, queries
from coproduce.proposals.rules import AuthorState, Stage


def writers(proposal):
    return [author.person.public_name for author in queries.authors(proposal)]


def do(deed, *given, **named):
    with database.transaction():
        return deed(*given, **named)


def test_whoever_says_yes_writes_it_and_is_credited_from_then_on(walsden, raised):
    asha, joyce = walsden.me(walsden.asha), walsden.me(walsden.joyce)
    before = queries.latest_version(raised).made_at
    do(actions.invite, asha, raised, walsden.joyce)
    assert [letter.kind for letter in outbox.letters(walsden.joyce.id)] == ["invited_to_write"]
    assert writers(raised) == ["Asha"]
    with clock.moved_to(clock.now() + timedelta(days=1)):
        do(actions.join, joyce, raised)
        assert writers(raised) == ["Asha", "Joyce"]
        later = clock.now() + timedelta(days=1)
    assert [author.person.public_name for author in queries.writers_at(raised, before)] == ["Asha"]
    assert [author.person.public_name for author in queries.writers_at(raised, later)] == ["Asha", "Joyce"]
    with clock.moved_to(later):
        do(actions.leave, asha, raised)
    assert writers(raised) == ["Joyce"]
    assert [author.person.public_name for author in queries.writers_at(raised, before)] == ["Asha"]


def test_a_no_is_a_no_until_they_are_asked_again(walsden, raised):
    asha, joyce = walsden.me(walsden.asha), walsden.me(walsden.joyce)
    do(actions.invite, asha, raised, walsden.joyce)
    with pytest.raises(Conflict, match="asked already"):
        do(actions.invite, asha, raised, walsden.joyce)
    do(actions.decline, joyce, raised)
    with pytest.raises(Conflict, match="answered already"):
        do(actions.decline, joyce, raised)
    with pytest.raises(Conflict, match="no longer works"):
        do(actions.join, joyce, raised)
    do(actions.invite, asha, raised, walsden.joyce)
    do(actions.join, joyce, raised)
    assert writers(raised) == ["Asha", "Joyce"]


def test_a_link_works_for_whoever_lives_here_until_there_is_a_newer_one(walsden, raised):
    asha = walsden.me(walsden.asha)
    old = do(actions.make_link, asha, raised)
    secret = do(actions.make_link, asha, raised)
    assert secret not in (raised.join_hash or "")
    with pytest.raises(Conflict, match="no longer works"):
        do(actions.join, walsden.me(walsden.joyce), raised, old)
    with pytest.raises(Refused, match="the place you live in"):
        do(actions.join, walsden.me(walsden.ella), raised, secret)
    do(actions.join, walsden.me(walsden.joyce), raised, secret)
    with clock.moved_to(clock.now() + timedelta(days=15)), pytest.raises(Conflict, match="no longer works"):
        do(actions.join, walsden.me(walsden.sam), raised, secret)


def test_a_draft_shows_to_whoever_is_asked_and_the_last_writer_stays(walsden, draft):
    asha, bronwen = walsden.me(walsden.asha), walsden.me(walsden.bronwen)
    assert policy.refuse_see(bronwen, draft)
    do(actions.invite, asha, draft, walsden.bronwen)
    assert policy.refuse_see(bronwen, queries.whole(draft.id)) is None
    assert policy.refuse_edit(bronwen, queries.whole(draft.id))
    do(actions.join, bronwen, draft)
    assert policy.refuse_edit(bronwen, queries.whole(draft.id)) is None
    do(actions.leave, bronwen, queries.whole(draft.id))
    with pytest.raises(Refused, match="only one"):
        do(actions.leave, asha, queries.whole(draft.id))


def test_those_who_can_be_asked_took_part_or_are_champions(walsden, raised):
    assert [person.public_name for person in queries.known_to(raised)] == ["Bronwen"]
    do(actions.support, walsden.me(walsden.marek), raised)
    assert [person.public_name for person in queries.known_to(raised)] == ["Bronwen", "Marek"]


def test_a_champion_writes_down_what_somebody_told_them(walsden, duties, db):
    bronwen = walsden.me(walsden.bronwen)
    with database.transaction():
        made = actions.draft(
            bronwen,
            place_id=walsden.walsden.id,
            area=actions.writing.Area.PETS,
            title="Ramps",
            summary="A ramp at each door.",
            reasons="My chair cannot get in.",
        )
        actions.add_clause(bronwen, made, words="A ramp.", stand=actions.writing.Stand.FLEXIBLE)
        actions.raise_for(bronwen, made, walsden.joyce, how="voice")
    assert writers(made) == ["Joyce", "Bronwen"]
    assert (made.raised_by_id, made.entered_by_id, made.entered_how) == (walsden.joyce.id, walsden.bronwen.id, "voice")
    assert made.consent_at is not None
    assert [letter.kind for letter in outbox.letters(walsden.joyce.id)] == ["written_down_for"]
    do(actions.raise_it, bronwen, made)
    assert made.stage is Stage.RAISED
    do(actions.withdraw, walsden.me(walsden.joyce), made, "I changed my mind.")


def test_only_champions_and_officers_write_down_for_others(walsden, draft):
    with pytest.raises(Refused, match="Only a champion"):
        do(actions.raise_for, walsden.me(walsden.asha), draft, walsden.joyce, how="voice")
    assert AuthorState.INVITED not in {author.state for author in draft.authors}


# -- two who write at once ----------------------------------------------------------------------------------------


@pytest.fixture
def together(walsden, draft):
    """Asha's draft, which Joyce writes with her."""
    with database.transaction():
        actions.invite(walsden.me(walsden.asha), draft, walsden.joyce)
        actions.join(walsden.me(walsden.joyce), draft)
    return draft


def typed(page, **changes):
    """The form of a page as it came, with what somebody types into it."""
    fields = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("seen", "title")}
    found = {name: unescape(match.group(1)) for name, match in fields.items() if match}
    return {"summary": "One sentence.", "reasons": "It matters.", "strengths": "", **found, **changes}


def test_the_second_to_save_a_draft_sees_what_the_first_wrote_and_loses_nothing(walsden, together, browse):
    path = f"/proposals/{together.address}/edit"
    asha, joyce = browse(walsden.asha), browse(walsden.joyce)
    page_of_asha, page_of_joyce = asha.get(path).text, joyce.get(path).text
    assert asha.send(path, typed(page_of_asha, reasons="Because of Tibbles.")).status_code == 303
    second = typed(page_of_joyce, reasons="Because of Rover.")
    refused = joyce.send(path, second)
    assert refused.status_code == 422
    for there in ("Because of Tibbles.", "Because of Rover.", "changed it while you wrote", "What it says now"):
        assert there in unescape(refused.text)
    kept = joyce.send(f"{path}?keep=y", second, htmx=True)
    assert kept.status_code == 422
    assert "somebody else has changed this draft" in kept.text
    assert queries.whole(together.id).reasons == "Because of Tibbles."
    again = typed(refused.text, reasons="Because of Tibbles and Rover.")
    assert joyce.send(path, again).status_code == 303
    assert queries.whole(together.id).reasons == "Because of Tibbles and Rover."


def test_a_draft_that_saves_itself_goes_on_from_what_it_saved(walsden, together, browse):
    path, asha = f"/proposals/{together.address}/edit", browse(walsden.asha)
    page = asha.get(path).text
    for reasons in ("One.", "One and two.", "One, two and three."):
        page = asha.send(f"{path}?keep=y", typed(page, title="Cats", reasons=reasons), htmx=True).text
        assert "Saved by itself" in page
    assert queries.whole(together.id).reasons == "One, two and three."


def test_the_second_to_save_a_clause_sees_what_the_first_wrote(walsden, together, browse):
    clause = queries.draft_clauses(together)[1].clause_version
    path = f"/proposals/{together.address}/clauses/{clause.clause_id}?stand=flexible"
    asha, joyce = browse(walsden.asha), browse(walsden.joyce)
    page_of_asha, page_of_joyce = asha.get(path).text, joyce.get(path).text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page_of_asha).group(1)
    assert asha.send(path, {"words": "How many cats.", "seen": seen}).status_code == 303
    refused = joyce.send(path, {"words": "How many dogs.", "seen": seen})
    assert refused.status_code == 422
    assert "How many cats." in refused.text
    assert "How many dogs." in refused.text
    again = re.search(r'name="seen"[^>]*value="([^"]*)"', refused.text).group(1)
    assert joyce.send(path, {"words": "How many cats and dogs.", "seen": again}).status_code == 303
    assert queries.draft_clauses(together)[1].clause_version.words == "How many cats and dogs."
    assert page_of_joyce
