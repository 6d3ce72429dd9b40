"""Co-designers: asked by name or by a link, they say yes or no; and a proposal written down for somebody."""

from datetime import timedelta

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
