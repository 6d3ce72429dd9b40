"""What may break a duty: anybody says so, no vote opens before a duty keeper has settled it in public."""

import pytest

from coproduce import db as database
from coproduce import outbox
from coproduce.errors import Conflict, Refused
from coproduce.home import queries as home
from coproduce.proposals import actions, queries
from coproduce.proposals.rules import Deed, Mandate, Verdict, Within, why_not_ready
from tests.proposals import making


@pytest.fixture
def proposal(walsden, duties):
    """Ready for a vote: its options are tied to nothing that fixes."""
    with database.transaction():
        made = making.draft(walsden, duties, unclear=False)
        actions.raise_it(walsden.me(walsden.asha), made)
        making.back(walsden, made)
        making.promise(walsden, made)
    return made


def item(proposal, number=2):
    return queries.latest_version(proposal).clauses[number - 1]


def reason(proposal):
    found = why_not_ready(Mandate.CO_DESIGN, queries.clause_facts(queries.latest_version(proposal).clauses))
    return None if found is None else str(found)


def flag(town, proposal, *, option=None, number=2, by="joyce"):
    with database.transaction():
        clause = item(proposal, number).clause_version.clause_id
        choice = item(proposal, number).options[option].id if option is not None else None
        why = "The fire door must stay clear."
        return actions.flag(town.me(getattr(town, by)), proposal, clause, choice_id=choice, why=why)


def settle(town, found, verdict, *, duty=None, mended="", by="ruth"):
    with database.transaction():
        given = actions.Settling(verdict, "The regulations say so.", duty.id if duty else None, mended)
        actions.settle_flag(town.me(getattr(town, by)), found, given)


def test_nothing_opens_while_an_option_is_flagged_and_inside_is_offered(walsden, proposal):
    assert reason(proposal) is None
    found = flag(walsden, proposal, option=1)
    assert "clause 2 may break a duty" in reason(proposal)
    assert [letter.person_id for letter in outbox.letters() if letter.kind == "duty_flagged"] == [walsden.ruth.id]
    settle(walsden, found, Verdict.INSIDE)
    assert reason(proposal) is None
    assert [option.within for option in item(proposal).options] == [Within.YES, Within.YES]
    told = {letter.person_id for letter in outbox.letters() if letter.kind == "duty_flag_settled"}
    assert told == {walsden.joyce.id, walsden.asha.id}


def test_an_option_outside_is_never_offered(walsden, proposal, duties):
    settle(walsden, flag(walsden, proposal, option=1), Verdict.OUTSIDE, duty=duties["PET-01"])
    clause = item(proposal).clause_version.clause
    assert [option.name for option in clause.offered] == ["One pet"]
    assert reason(proposal) is None


def test_an_option_in_other_words_takes_the_place_of_the_one_before(walsden, proposal, duties):
    before = queries.latest_version(proposal)
    settle(
        walsden, flag(walsden, proposal, option=1), Verdict.IF_REWORDED,
        duty=duties["PET-01"], mended="Two, kept off the stairs",
    )  # fmt: skip
    assert queries.latest_version(proposal).no == before.no + 1
    meanings = [(option.name, option.meaning, option.within) for option in item(proposal).options]
    assert meanings[1] == ("Two pets", "Two, kept off the stairs", Within.YES)
    assert [option.meaning for option in queries.version(proposal, before.no).clauses[1].options][1] == "Two of either"
    assert reason(proposal) is None


def test_a_clause_that_breaks_a_duty_stops_the_vote_until_its_new_words_are_looked_at(walsden, proposal, duties):
    settle(walsden, flag(walsden, proposal), Verdict.OUTSIDE, duty=duties["PET-01"])
    assert "clause 2 would break a duty as it stands" in reason(proposal).lower()
    with database.transaction():
        given = actions.Suggestion(Deed.REPLACE, item(proposal).clause_version.clause_id, "How many cats.", "Better.")
        made = actions.suggest(walsden.me(walsden.joyce), proposal, given)
        actions.accept_amendment(walsden.me(walsden.asha), made, seen_no=1)
    assert "A duty keeper must look" in reason(proposal)
    again = queries.flags_to_settle()[0]
    settle(walsden, again, Verdict.INSIDE)
    assert reason(proposal) is None


def test_a_clause_in_other_words_is_a_new_version_with_the_reason(walsden, proposal, duties):
    settle(
        walsden, flag(walsden, proposal), Verdict.IF_REWORDED, duty=duties["PET-01"], mended="How many pets, by size."
    )
    latest = queries.latest_version(proposal)
    assert (latest.no, latest.why) == (2, "The regulations say so.")
    assert latest.clauses[1].clause_version.words == "How many pets, by size."
    assert reason(proposal) is None


@pytest.mark.parametrize(
    ("verdict", "code", "mended", "complaint"),
    [
        (Verdict.OUTSIDE, None, "", "Name the duty"),
        (Verdict.OUTSIDE, "PET-03", "", "Guidance may be departed from"),
        (Verdict.IF_REWORDED, None, "Other", "Name the duty"),
        (Verdict.IF_REWORDED, "PET-01", "", "Write the words"),
    ],
)
def test_no_verdict_without_what_it_stands_on(walsden, proposal, duties, verdict, code, mended, complaint):
    found = flag(walsden, proposal, option=0)
    with pytest.raises(Conflict, match=complaint):
        settle(walsden, found, verdict, duty=duties[code] if code else None, mended=mended)


def test_only_a_duty_keeper_settles_and_only_once(walsden, proposal):
    found = flag(walsden, proposal)
    with pytest.raises(Refused, match="Only a duty keeper"):
        settle(walsden, found, Verdict.INSIDE, by="denise")
    with pytest.raises(Conflict, match="before you"):
        flag(walsden, proposal, by="marek")
    settle(walsden, found, Verdict.INSIDE)
    with pytest.raises(Refused, match="has settled this"):
        settle(walsden, found, Verdict.INSIDE)


def test_it_waits_on_the_duty_keepers_page(walsden, proposal):
    flag(walsden, proposal)
    assert ["flags" in need.url for need in home.needs(walsden.me(walsden.ruth))] == [True]
    assert home.needs(walsden.me(walsden.denise)) == []
