import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from coproduce import audit, clock, config, outbox
from coproduce import db as database
from coproduce.errors import Conflict, Refused
from coproduce.proposals import actions, queries, rules
from coproduce.proposals.models import ClauseVersion, Support, Version
from coproduce.proposals.rules import Hold, Mandate, Option, Stage, Stand, Within
from tests.proposals import making


def letters():
    return sorted((letter.kind, letter.person_id) for letter in outbox.letters())


def verbs(proposal):
    return [item.verb for item in audit.story(proposal.id, newest_first=False)]


# -- drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_tells_nobody_and_publishes_nothing(draft, db):
    assert draft.stage is Stage.DRAFT
    assert queries.latest_version(draft) is None
    assert verbs(draft) == []
    assert letters() == []
    assert draft.id not in {found.id for found in queries.find().proposals}


def test_a_changed_clause_keeps_what_it_said_before(walsden, draft, db):
    clause = queries.draft_clauses(draft)[1].clause_version.clause
    with database.transaction():
        actions.change_clause(
            walsden.me(walsden.asha), clause, words="As many as you like.", stand=Stand.FLEXIBLE, options=()
        )
    now = queries.draft_clauses(draft)[1].clause_version
    assert (now.words, now.no, now.ties, now.clause.choices) == ("As many as you like.", 2, [], [])
    said = db.session.scalars(select(ClauseVersion).where(ClauseVersion.clause_id == clause.id)).all()
    assert len(said) == 2


def test_a_clause_may_change_its_stand_and_its_question(walsden, draft):
    asha = walsden.me(walsden.asha)
    unclear = queries.draft_clauses(draft)[2].clause_version.clause
    with database.transaction():
        actions.change_clause(asha, unclear, words="Hens.", stand=Stand.UNCLEAR, question="And cockerels?")
    assert [q.words for q in queries.draft_clauses(draft)[2].clause_version.clause.questions] == ["And cockerels?"]
    with database.transaction():
        actions.change_clause(asha, unclear, words="Hens.", stand=Stand.FLEXIBLE, options=making.PETS)
    clause = queries.draft_clauses(draft)[2].clause_version.clause
    assert clause.questions == []
    assert len(clause.offered) == 2


def test_a_clause_taken_out_is_not_published(walsden, draft):
    asha = walsden.me(walsden.asha)
    with database.transaction():
        actions.remove_clause(asha, queries.draft_clauses(draft)[0].clause_version.clause)
    with database.transaction():
        version = actions.raise_it(asha, draft)
    assert [item.position for item in version.clauses] == [1, 2]
    assert all(item.stand is not Stand.FIXED for item in queries.latest_version(draft).clauses)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ({"stand": Stand.FIXED}, "law or regulation"),
        ({"stand": Stand.FIXED, "code": "PET-03"}, "law or regulation"),
        ({"stand": Stand.FIXED, "code": "PET-05"}, "not in force yet"),
        ({"stand": Stand.FLEXIBLE, "code": "PET-04", "hold": Hold.FIXES}, "Only law"),
        ({"stand": Stand.FLEXIBLE, "options": [Option("One")]}, "One option"),
        ({"stand": Stand.UNCLEAR}, "question"),
        ({"stand": Stand.FLEXIBLE, "words": " \n "}, "Write the words"),
        ({"stand": Stand.FLEXIBLE, "words": "a" * 1501}, "1500"),
        ({"stand": Stand.FLEXIBLE, "duty_version_id": 99999}, "no longer in the register"),
    ],
)
def test_a_clause_that_cannot_stand_is_refused(walsden, draft, duties, clause, words):
    clause = {"words": "Something.", **clause}
    if code := clause.pop("code", None):
        clause["duty_version_id"] = duties[code].id
    with pytest.raises(Conflict, match=words), database.transaction():
        actions.add_clause(walsden.me(walsden.asha), draft, **clause)
    assert len(queries.draft_clauses(draft)) == 3


def test_options_under_law_wait_for_a_duty_keeper(walsden, draft, duties):
    with database.transaction():
        clause = actions.add_clause(
            walsden.me(walsden.asha),
            draft,
            words="Where dogs may run.",
            stand=Stand.FLEXIBLE,
            duty_version_id=duties["PET-01"].id,
            options=making.PETS,
        )
    assert {choice.within for choice in clause.choices} == {Within.NOT_SETTLED}
    assert clause.offered == []


# -- raising -------------------------------------------------------------------------------------------------------


def test_raising_publishes_version_one_and_starts_the_clocks(walsden, duties, db):
    with clock.moved_to(clock.at(date(2026, 11, 2), 10)), database.transaction():
        proposal = making.draft(walsden, duties)
    with clock.moved_to(clock.at(date(2026, 11, 9), 10)), database.transaction():
        version = actions.raise_it(walsden.me(walsden.asha), proposal)
    question = version.clauses[2].clause_version.clause.open_question
    assert (proposal.stage, version.no) == (Stage.RAISED, 1)
    assert question.keeper_id == walsden.ruth.id
    assert question.due_on == clock.add_working_days(date(2026, 11, 9), config.chosen().question_days)
    assert [q.id for q in queries.questions_for(walsden.me(walsden.ruth))] == [question.id]
    assert letters() == [("proposal_raised", walsden.denise.id), ("question_asked", walsden.ruth.id)]
    assert verbs(proposal) == ["proposal.raised", "version.published", "question.asked"]


def test_the_fingerprint_is_that_of_what_is_read_back(raised):
    version = queries.latest_version(raised)
    again = rules.mark(queries.preamble(version), queries.clause_texts(version.clauses))
    assert version.fingerprint == again


def test_a_proposal_without_clauses_cannot_be_raised(walsden, duties):
    with database.transaction():
        proposal = making.draft(walsden, duties, clauses=False)
    with pytest.raises(Conflict, match="at least one clause"), database.transaction():
        actions.raise_it(walsden.me(walsden.asha), proposal)


def test_what_is_published_cannot_be_changed(walsden, raised):
    asha = walsden.me(walsden.asha)
    clause = queries.latest_version(raised).clauses[0].clause_version.clause
    for deed in (
        lambda: actions.redraft(asha, raised, title="Else", summary="Else", reasons=""),
        lambda: actions.add_clause(asha, raised, words="More.", stand=Stand.FLEXIBLE),
        lambda: actions.change_clause(asha, clause, words="More.", stand=Stand.FLEXIBLE),
        lambda: actions.remove_clause(asha, clause),
        lambda: actions.raise_it(asha, raised),
    ):
        with pytest.raises(Refused, match="published"), database.transaction():
            deed()


# -- support -------------------------------------------------------------------------------------------------------


def live(db, proposal):
    return db.session.scalars(
        select(Support.person_id).where(Support.proposal_id == proposal.id, Support.until.is_(None))
    ).all()


def test_backing_twice_is_backing_once(walsden, raised, db):
    for _ in range(2):
        with database.transaction():
            actions.support(walsden.me(walsden.joyce), raised)
    assert raised.support_count == 1
    assert live(db, raised) == [walsden.joyce.id]


def test_taking_it_back_ends_the_row_and_keeps_it(walsden, raised, db):
    joyce = walsden.me(walsden.joyce)
    for deed in (actions.support, actions.take_support_back, actions.take_support_back, actions.support):
        with database.transaction():
            deed(joyce, raised)
    assert raised.support_count == 1
    assert len(db.session.scalars(select(Support)).all()) == 2
    assert queries.supports(joyce, raised)


def test_a_colleagues_support_is_kept_and_not_counted(walsden, raised, db):
    denise = walsden.me(walsden.denise)
    with database.transaction():
        actions.support(denise, raised)
    assert (raised.support_count, live(db, raised)) == (0, [walsden.denise.id])
    with database.transaction():
        actions.take_support_back(denise, raised)
    assert (raised.support_count, live(db, raised)) == (0, [])


def test_enough_support_is_reached_once(walsden, raised):
    with database.transaction():
        making.back(walsden, raised)
    assert raised.support_reached_on == clock.today()
    with database.transaction():
        actions.take_support_back(walsden.me(walsden.joyce), raised)
    with database.transaction():
        actions.support(walsden.me(walsden.joyce), raised)
        actions.support(walsden.me(walsden.sam), raised)
    assert verbs(raised).count("proposal.support_reached") == 1
    told = [person for kind, person in letters() if kind == "proposal_support_reached"]
    assert sorted(told) == [walsden.denise.id, walsden.priya.id]


# -- the promise ---------------------------------------------------------------------------------------------------


def test_the_promise_starts_the_shaping_and_is_told(walsden, backed):
    with database.transaction():
        actions.name_mandate(walsden.me(walsden.denise), backed, Mandate.DELEGATE, "You decide.")
    assert (backed.stage, backed.mandate, backed.mandate_words) == (Stage.SHAPING, Mandate.DELEGATE, "You decide.")
    told = [person for kind, person in letters() if kind == "mandate_named"]
    assert sorted(told) == sorted({walsden.asha.id, walsden.joyce.id, walsden.marek.id})
    assert str(audit.story(backed.id)[0].words) == "The landlord made its promise: Delegate."


def test_the_promise_is_made_once(walsden, shaping):
    with pytest.raises(Refused, match="The promise is made"), database.transaction():
        actions.name_mandate(walsden.me(walsden.denise), shaping, Mandate.INFORM, "Less.")
    assert shaping.mandate is Mandate.CO_DESIGN


def test_no_promise_before_enough_support(walsden, raised):
    with pytest.raises(Refused, match="Not enough"), database.transaction():
        actions.name_mandate(walsden.me(walsden.denise), raised, Mandate.INFORM, "Soon.")


# -- questions and options -----------------------------------------------------------------------------------------


def answer(town, proposal, **how):
    question = queries.latest_version(proposal).clauses[2].clause_version.clause.open_question
    with database.transaction():
        return actions.answer_question(
            town.me(town.ruth), question, **{"answer": "No law asks for it.", "stand": Stand.FLEXIBLE, **how}
        )


def test_an_answer_settles_the_clause_in_a_new_version(walsden, raised, db):
    first = queries.latest_version(raised)
    before = first.fingerprint
    version = answer(walsden, raised, options=making.PETS)
    assert version.no == 2
    assert version.fingerprint != before
    now = queries.latest_version(raised)
    assert [item.stand for item in now.clauses] == [Stand.FIXED, Stand.FLEXIBLE, Stand.FLEXIBLE]
    assert now.clauses[2].clause_version.words == "Hens only with neighbours’ agreement."
    old = db.session.scalars(select(Version).where(Version.no == 1)).one()
    assert old.clauses[2].stand is Stand.UNCLEAR
    assert ("question_answered", walsden.asha.id) in letters()
    assert verbs(raised)[-2:] == ["question.answered", "version.published"]
    assert queries.questions_for(walsden.me(walsden.ruth)) == []


def test_old_versions_keep_their_fingerprint_after_an_answer(walsden, raised):
    answer(walsden, raised)
    old = queries.version(raised, 1)
    again = rules.mark(queries.preamble(old), queries.clause_texts(old.clauses))
    assert old.fingerprint == again


def test_a_fixed_answer_needs_law(walsden, raised, duties):
    with pytest.raises(Conflict, match="law or regulation"):
        answer(walsden, raised, stand=Stand.FIXED, duty_version_id=duties["PET-03"].id)
    version = answer(walsden, raised, stand=Stand.FIXED, duty_version_id=duties["PET-02"].id)
    assert version.clauses[2].clause_version.ties[0].hold is Hold.FIXES


def test_a_question_is_answered_once(walsden, raised):
    question = queries.latest_version(raised).clauses[2].clause_version.clause.open_question
    answer(walsden, raised)
    with pytest.raises(Refused, match="has been answered"), database.transaction():
        actions.answer_question(walsden.me(walsden.ruth), question, answer="Again.", stand=Stand.FLEXIBLE)


def test_an_option_found_outside_is_never_offered(walsden, duties):
    with database.transaction():
        proposal = making.draft(walsden, duties, unclear=False)
        clause = actions.add_clause(
            walsden.me(walsden.asha),
            proposal,
            words="Where dogs may run.",
            stand=Stand.FLEXIBLE,
            duty_version_id=duties["PET-01"].id,
            options=[Option("Anywhere"), Option("The field"), Option("The yard")],
        )
        actions.raise_it(walsden.me(walsden.asha), proposal)
    facts = queries.clause_facts(queries.latest_version(proposal).clauses)
    assert "may break a duty" in str(rules.why_not_ready(Mandate.DELEGATE, facts))
    ruth = walsden.me(walsden.ruth)
    for choice, within in zip(clause.choices, (Within.NO, Within.YES, Within.YES), strict=True):
        with database.transaction():
            actions.settle_option(ruth, choice, within, "I read the Act.")
    assert [choice.name for choice in clause.offered] == ["The field", "The yard"]
    facts = queries.clause_facts(queries.latest_version(proposal).clauses)
    assert rules.why_not_ready(Mandate.DELEGATE, facts) is None
    assert facts[-1].options == 2


@pytest.mark.parametrize(("within", "why"), [(Within.NOT_SETTLED, "Hm."), (Within.YES, " ")])
def test_an_option_is_settled_with_yes_or_no_and_a_reason(walsden, raised, within, why):
    choice = queries.latest_version(raised).clauses[1].clause_version.clause.choices[0]
    with pytest.raises(Conflict), database.transaction():
        actions.settle_option(walsden.me(walsden.ruth), choice, within, why)


# -- stages --------------------------------------------------------------------------------------------------------


def test_moving_where_it_cannot_go_is_refused(raised):
    with pytest.raises(Conflict, match="cannot go to"), database.transaction():
        actions.move(raised, Stage.ANSWERED, by=None)


def test_the_talk_closes_with_the_proposal(walsden, raised):
    with database.transaction():
        actions.withdraw(walsden.me(walsden.asha), raised, "It is settled already.")
    assert (raised.stage, raised.thread.is_open) == (Stage.WITHDRAWN, False)
    assert raised.why_ended == "It is settled already."


def test_withdrawing_in_public_needs_a_reason(walsden, raised):
    with pytest.raises(Conflict, match="Say why"), database.transaction():
        actions.withdraw(walsden.me(walsden.asha), raised, "  ")


def test_a_dropped_draft_stays_unseen(walsden, draft, browse):
    with database.transaction():
        actions.withdraw(walsden.me(walsden.asha), draft, "")
    assert verbs(draft) == []
    assert browse(walsden.joyce).get(f"/proposals/{draft.id}").status_code == 404


def test_the_record_holds_nobodys_words(walsden, shaping, db):
    said = " ".join(str(row.facts) for row in db.session.scalars(select(audit.Row)))
    for words in ("pet", "hens", "neighbours agree", "Asha", "write it with you"):
        assert words.lower() not in said.lower().replace("neighbours to back", "")


def test_every_letter_can_be_put_into_words(walsden, shaping):
    answer(walsden, shaping)
    for letter in outbox.letters():
        subject, body = outbox.put_into_words(letter)
        assert making.TITLE in subject
        assert f"http://localhost/proposals/{shaping.address}" in body


def test_support_is_counted_against_what_is_needed_now(walsden, duties, settings):
    config.use(dataclasses.replace(settings, support_needed=1))
    try:
        with database.transaction():
            proposal = making.raised(walsden, duties)
            actions.support(walsden.me(walsden.joyce), proposal)
        assert proposal.support_reached_on
    finally:
        config.use(settings)
