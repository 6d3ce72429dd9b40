"""The first administrator: made on the command line, let in by a link that works once, for an hour."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from coproduce import cli, clock
from coproduce import db as database
from coproduce.accounts import actions
from coproduce.accounts.models import Person, RoleHeld
from coproduce.accounts.rules import Role
from coproduce.errors import Conflict
from tests.accounts.letters import path_of


def make(email="boss@landlord.example", name="Una Boss"):
    with database.transaction():
        return actions.init_admin(email, name)


def test_the_link_signs_an_administrator_in_once(db, browse):
    link = path_of(make())
    visitor = browse()
    assert visitor.send(link).status_code == 303
    assert "Administrator" in visitor.get("/account/").text
    assert browse().send(link).status_code == 422


def test_the_link_lasts_an_hour(db, browse):
    link = path_of(make())
    with clock.moved_to(clock.now() + timedelta(minutes=59)):
        assert browse().get(link).status_code == 200
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        assert browse().send(link).status_code == 422


def test_asking_again_gives_a_new_link_and_no_second_person_or_role(db, browse):
    first, second = make(), make(" BOSS@landlord.example ", "Somebody Else")
    assert first != second
    person = database.db.session.scalars(select(Person)).one()
    assert person.full_name == "Una Boss"
    assert len(database.db.session.scalars(select(RoleHeld)).all()) == 1
    assert browse().send(path_of(second)).status_code == 303


def test_somebody_we_know_keeps_their_home_and_their_name(walsden):
    make("asha@example.org", "Not Asha")
    me = walsden.me(walsden.asha)
    assert me.holds(Role.ADMINISTRATOR)
    assert me.public_name == "Asha"
    assert me.is_neighbour(walsden.walsden.id)


@pytest.mark.parametrize("email", ["", "boss", "boss@", "@landlord.example", "a b@landlord.example"])
def test_a_wrong_address_is_refused(db, email):
    with pytest.raises(Conflict, match="does not look like an email address"):
        make(email)


def test_a_closed_account_is_not_opened_again(walsden):
    with database.transaction():
        database.db.session.merge(walsden.asha).closed_at = clock.now()
    with pytest.raises(Conflict, match="closed"):
        make("asha@example.org", "Asha Malik")


def test_the_command_prints_the_link(app, db, monkeypatch):
    monkeypatch.setattr(cli, "inside", app.app_context)
    done = CliRunner().invoke(cli.main, ["init-admin", "boss@landlord.example", "--name", "Una Boss"])
    assert done.exit_code == 0, done.output
    assert "http://localhost/account/sign-in/" in done.output
    assert "once" in done.output
    wrong = CliRunner().invoke(cli.main, ["init-admin", "boss", "--name", "Una Boss"])
    assert wrong.exit_code != 0
    assert "does not look like an email address" in wrong.output
