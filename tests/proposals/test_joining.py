"""Two proposals joined: with the consent of both, and nobody's support moves without their own yes."""

import pytest

from coproduce import db as database
from coproduce import outbox
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions, queries
from coproduce.proposals.queries import joining
from coproduce.proposals.rules import Stage
from tests.proposals import making


@pytest.fixture
def two(walsden, duties):
    """Asha's, backed by three; and Marek's, which would take it in, backed by one of them."""
    with database.transaction():
        ashas = making.raised(walsden, duties, title="Cats in the flats", unclear=False)
        making.back(walsden, ashas)
        marek = walsden.me(walsden.marek)
        mareks = actions.draft(
            marek, place_id=walsden.walsden.id, area=making.Area.PETS, title="Pets welcome", summary="All of them.",
            reasons="Why not?",
        )  # fmt: skip
        actions.add_clause(marek, mareks, words="Say yes.", stand=making.Stand.FLEXIBLE)
        actions.raise_it(marek, mareks)
        actions.support(marek, mareks)
    return ashas, mareks


def do(deed, *given, **named):
    with database.transaction():
        return deed(*given, **named)


def offer(walsden, two):
    return do(actions.offer_merge, walsden.me(walsden.marek), *two, why="They ask for the same.")


def test_nothing_moves_until_both_agree_and_each_supporter_says_so(walsden, two):
    ashas, mareks = two
    made = offer(walsden, two)
    assert (ashas.stage, mareks.support_count) == (Stage.RAISED, 1)
    do(actions.accept_merge, walsden.me(walsden.asha), made)
    assert (ashas.stage, ashas.merged_into_id, ashas.support_count) == (Stage.MERGED, mareks.id, 3)
    assert (mareks.support_count, joining.followed(made.id).waiting) == (1, 2)  # Marek backs it already
    assert [author.person.public_name for author in queries.authors(mareks)] == ["Marek", "Asha"]
    asked = {letter.person_id for letter in outbox.letters() if letter.kind == "support_asked"}
    assert asked == {walsden.asha.id, walsden.joyce.id}

    do(actions.follow, walsden.me(walsden.joyce), joining.asked(made.id, walsden.joyce.id), follows=True)
    assert mareks.support_count == 2
    do(actions.follow, walsden.me(walsden.asha), joining.asked(made.id, walsden.asha.id), follows=False)
    found = joining.followed(made.id)
    assert (mareks.support_count, found.yes, found.no, found.waiting) == (2, 1, 1, 0)
    with pytest.raises(Conflict, match="answered already"):
        do(actions.follow, walsden.me(walsden.asha), joining.asked(made.id, walsden.asha.id), follows=True)


def test_the_old_one_stays_with_its_story_and_is_no_longer_found(walsden, two):
    ashas, mareks = two
    do(actions.accept_merge, walsden.me(walsden.asha), offer(walsden, two))
    assert queries.find("cats flats").total == 0
    assert queries.latest_version(ashas).no == 1
    assert [one.proposal_id for one in joining.around(mareks).came_from] == [ashas.id]
    assert joining.around(ashas).accepted.into_id == mareks.id


def test_what_is_said_on_the_phone_is_written_down_by_a_champion(walsden, two):
    made = offer(walsden, two)
    do(actions.accept_merge, walsden.me(walsden.asha), made)
    joyces = joining.asked(made.id, walsden.joyce.id)
    with pytest.raises(Refused, match="champion or an officer"):
        do(actions.follow_for, walsden.me(walsden.sam), joyces, follows=True)
    do(actions.follow_for, walsden.me(walsden.bronwen), joyces, follows=True)
    assert (joyces.follows, joyces.entered_by_id, two[1].support_count) == (True, walsden.bronwen.id, 2)


def test_only_those_who_write_each_may_offer_and_agree(walsden, two):
    with pytest.raises(Refused, match="that stays"):
        do(actions.offer_merge, walsden.me(walsden.joyce), *two, why="Same.")
    made = offer(walsden, two)
    with pytest.raises(Conflict, match="already"):
        offer(walsden, two)
    with pytest.raises(Refused, match="Only the people who write this"):
        do(actions.accept_merge, walsden.me(walsden.marek), made)
    with pytest.raises(Conflict, match="Say why not"):
        do(actions.decline_merge, walsden.me(walsden.asha), made, why=" ")
    do(actions.decline_merge, walsden.me(walsden.asha), made, why="Mine is about cats only.")
    assert two[0].stage is Stage.RAISED
    again = offer(walsden, two)
    do(actions.withdraw_merge, walsden.me(walsden.marek), again)
    with pytest.raises(Conflict, match="answered"):
        do(actions.accept_merge, walsden.me(walsden.asha), again)
