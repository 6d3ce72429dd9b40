"""Two moderators, two officers, a crowd that reports: at once, with real threads and real connections."""

from sqlalchemy import func, select

from coproduce import db as database
from coproduce.accounts import actions as people
from coproduce.accounts.rules import Role
from coproduce.db import db
from coproduce.deliberation.rules import Door, Side
from coproduce.errors import Conflict, Refused
from coproduce.moderation import actions, queries
from coproduce.moderation.models import Hiding, Report, Told
from coproduce.moderation.rules import AppealVerdict, Rule, What
from coproduce.proposals import actions as proposals
from tests.proposals.test_races import at_once


def at_the_same_moment(app, deeds):
    db.session.rollback()  # what was read to put the deeds together holds nothing
    return at_once(app, deeds)


def say(walsden, raised):
    with database.transaction():
        said = proposals.comment(walsden.me(walsden.joyce), raised, words="Only fools keep goats.", side=Side.AGAINST)
        return said.id


def test_a_post_is_hidden_once_and_its_writer_gets_one_letter(app, walsden, raised):
    said_id = say(walsden, raised)
    both = [walsden.me(walsden.nadia), walsden.me(walsden.grace)]

    def hide(me):
        return lambda: actions.hide(
            me, queries.thing(What.COMMENT, said_id), rule=Rule.PERSONAL, why="It calls people fools."
        )

    troubles = at_the_same_moment(app, [hide(me) for me in both])
    assert [type(trouble) for trouble in troubles] == [Conflict]
    assert db.session.scalar(select(func.count()).select_from(Hiding)) == 1


def test_one_person_reports_a_post_once_however_often_they_press(app, walsden, raised):
    said_id, me = say(walsden, raised), walsden.me(walsden.marek)

    def press():
        actions.report(me, queries.thing(What.COMMENT, said_id), rule=Rule.PERSONAL, words="")

    troubles = at_the_same_moment(app, [press] * 5)
    assert {type(trouble) for trouble in troubles} == {Conflict}
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1


def test_a_danger_is_passed_on_once(app, walsden, raised):
    with database.transaction():
        told_id = actions.tell_privately(
            walsden.me(walsden.joyce), raised, door=Door.HAZARD, words="Bare wires on the stairs."
        ).id

    def pass_on(me):
        return lambda: actions.pass_on(me, db.session.get_one(Told, told_id), to="The repairs line", take_out=False)

    troubles = at_the_same_moment(app, [pass_on(walsden.me(person)) for person in (walsden.nadia, walsden.denise)])
    assert [type(trouble) for trouble in troubles] == [Conflict]


def test_a_second_look_is_taken_once(app, walsden, raised):
    said_id = say(walsden, raised)
    with database.transaction():
        hiding = actions.hide(
            walsden.me(walsden.nadia), queries.thing(What.COMMENT, said_id), rule=Rule.PERSONAL, why="It calls names."
        )
        actions.appeal(walsden.me(walsden.joyce), hiding, words="I mean myself.")
        people.give_role(walsden.sam, Role.MODERATOR, by=None, place=walsden.walsden)
        hiding_id = hiding.id

    def settle(me, verdict):
        return lambda: actions.settle_appeal(me, db.session.get_one(Hiding, hiding_id), verdict, why="I looked.")

    looks = [
        settle(walsden.me(walsden.sam), AppealVerdict.STAY),
        settle(walsden.me(walsden.grace), AppealVerdict.RESTORE),
    ]
    troubles = at_the_same_moment(app, looks)
    assert [type(trouble) for trouble in troubles] == [Refused]
