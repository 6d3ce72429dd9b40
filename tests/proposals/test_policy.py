"""Who may do what, at each stage: persona by stage, both what is allowed and what is refused."""

import pytest

from coproduce import db as database
from coproduce.accounts.rules import STRANGER
from coproduce.deliberation.rules import Shown
from coproduce.proposals import policy, queries
from coproduce.proposals.rules import Stage, Stand
from tests.proposals import making

pytestmark = pytest.mark.once  # a policy asks no database

STAGES = ("draft", "raised", "backed", "shaping", "voting", "withdrawn", "merged", "hidden", "waiting")
PEOPLE = (
    "stranger", "asha", "joyce", "sam", "ella", "bronwen", "farida", "denise", "priya", "ruth", "owen", "grace",
    "nadia",
)  # fmt: skip
LOCAL = {"asha", "joyce", "sam", "bronwen", "farida"}
COLLEAGUES = {"denise", "priya", "ruth", "owen", "grace"}

OPEN = ("raised", "backed", "shaping")
OUT_OF_SIGHT = {"asha", "grace", "nadia"}  # who reads what is hidden or waits: who wrote it, and who moderates

# The people who may, by deed and stage. Nobody else may.
MAY = {
    "see": {
        "draft": {"asha"},
        **{stage: set(PEOPLE) for stage in (*OPEN, "voting", "withdrawn", "merged")},
        **{stage: OUT_OF_SIGHT for stage in ("hidden", "waiting")},
    },
    "edit": {"draft": {"asha"}},
    "raise": {"draft": {"asha"}},
    "withdraw": {stage: {"asha"} for stage in ("draft", *OPEN, "hidden", "waiting")},
    "support": {stage: LOCAL | COLLEAGUES for stage in ("raised", "backed", "shaping")},
    "comment": {stage: LOCAL | COLLEAGUES for stage in (*OPEN, "voting")},
    "name_mandate": {"backed": {"denise", "priya"}},
    "change_mandate": {"shaping": {"denise", "priya"}},
    "amend": {stage: LOCAL | COLLEAGUES for stage in OPEN},
    "back_amendment": {stage: LOCAL | COLLEAGUES for stage in OPEN},
    "flag": {stage: LOCAL | COLLEAGUES for stage in OPEN},
    "put": {stage: {"asha", "bronwen", "farida", "denise"} for stage in (*OPEN, "voting")},
    "invite": {stage: {"asha"} for stage in ("draft", *OPEN)},
    "join": {stage: (LOCAL | COLLEAGUES) - {"asha", "owen"} for stage in ("draft", *OPEN)},
    "leave": {},  # whoever writes alone cannot leave
    "raise_for": {},  # Asha is no champion
}


@pytest.fixture
def proposals(walsden, duties):
    with database.transaction():
        made = making.stages(walsden, duties)
        for stage in (Stage.VOTING, Stage.MERGED):
            made[stage.value] = making.raised(walsden, duties, title=stage.value)
            made[stage.value].stage = stage
        for shown in (Shown.HIDDEN, Shown.WAITING):
            made[shown.value] = making.raised(walsden, duties, title=shown.value)
            made[shown.value].shown = shown
        for proposal in made.values():
            assert proposal.authors
    return {name: queries.whole(proposal.id) for name, proposal in made.items()}


def me_of(town, name):
    return STRANGER if name == "stranger" else town.me(getattr(town, name))


@pytest.mark.parametrize("deed", MAY)
def test_who_may_do_what_and_when(walsden, proposals, deed):
    refuse = getattr(policy, f"refuse_{deed}")
    standings = {name: me_of(walsden, name) for name in PEOPLE}
    for stage in STAGES:
        allowed = {name for name in PEOPLE if refuse(standings[name], proposals[stage]) is None}
        assert allowed == MAY[deed].get(stage, set()), (deed, stage)


def test_every_refusal_says_why(walsden, proposals):
    for deed in MAY:
        for name in PEOPLE:
            for stage in STAGES:
                reason = getattr(policy, f"refuse_{deed}")(me_of(walsden, name), proposals[stage])
                assert reason is None or len(str(reason)) > 10


@pytest.mark.parametrize(
    ("name", "place", "allowed"),
    [
        ("stranger", "walsden", False),
        ("asha", "walsden", True),
        ("asha", "ridge_row", True),
        ("asha", "lockside", False),
        ("marek", "lockside", True),
        ("ella", "walsden", False),
        ("denise", "lockside", True),
        ("owen", "walsden", False),
        ("owen", "elsewhere", True),
        ("priya", "elsewhere", True),
        ("bronwen", "elsewhere", False),
    ],
)
def test_who_may_begin_one_where(walsden, name, place, allowed):
    refusal = policy.refuse_draft(me_of(walsden, name), getattr(walsden, place).id)
    assert (refusal is None) is allowed


def test_only_a_duty_keeper_answers_and_settles(walsden, proposals):
    proposal = proposals["raised"]
    clauses = queries.latest_version(proposal).clauses
    question = clauses[2].clause_version.clause.questions[0]
    choice = clauses[1].clause_version.clause.choices[0]
    for name in PEOPLE:
        me = me_of(walsden, name)
        assert (policy.refuse_answer(me, question, proposal) is None) is (name == "ruth"), name
        assert (policy.refuse_settle(me, choice, proposal) is None) is (name == "ruth"), name
    ruth = walsden.me(walsden.ruth)
    for stage in ("draft", "withdrawn"):
        assert policy.refuse_answer(ruth, question, proposals[stage])
        assert policy.refuse_settle(ruth, choice, proposals[stage])


def test_residents_of_the_place_are_counted_and_colleagues_are_not(walsden, proposals):
    counted = {name for name in PEOPLE if policy.is_counted(me_of(walsden, name), proposals["raised"])}
    assert counted == LOCAL


@pytest.mark.parametrize("stand", [Stand.FLEXIBLE, Stand.FIXED, Stand.UNCLEAR])
def test_who_settles_a_suggestion_depends_on_whether_the_law_fixes_its_clause(walsden, proposals, stand):
    for stage in STAGES:
        may = {
            name
            for name in PEOPLE
            if policy.refuse_settle_amendment(me_of(walsden, name), proposals[stage], stand) is None
        }
        open_now = stage in (*OPEN, "hidden", "waiting")
        assert may == (({"ruth"} if stand is Stand.FIXED else {"asha"}) if open_now else set()), stage


def test_only_those_who_write_the_one_that_stays_offer_to_join_two(walsden, proposals):
    for stage in STAGES:
        for into in ("raised", "shaping", "voting"):
            if stage == into:
                continue
            may = {
                name
                for name in PEOPLE
                if policy.refuse_offer_merge(me_of(walsden, name), proposals[stage], proposals[into]) is None
            }
            fits = stage in (*OPEN, "hidden", "waiting") and into != "voting"
            assert may == ({"asha"} if fits else set()), (stage, into)
