"""Every address, as every role, with every method: the table in tests/access_matrix.py is true and complete."""

import re

import pytest
from flask import Response

from coproduce.access import public
from tests.access_matrix import ROLES, ROWS, rows
from tests.client import Visitor
from tests.conftest import ENGINE

# Policies do not ask which database it is; queries do. So PostgreSQL sees the roles that see most.
ASKING = ROLES if ENGINE == "sqlite" else ("stranger", "author", "administrator")
WITHOUT_A_TOKEN = {"stranger", "author", "administrator"}  # the guard stands before it is known who asks
ODD = ("TRACE", "PUT", "PATCH", "DELETE", "POST", "GET")


def by_name(found):
    return pytest.mark.parametrize("row", found, ids=lambda row: row.name)


def asked(rule):
    return rule.methods - {"HEAD", "OPTIONS"}


# -- complete -----------------------------------------------------------------------------------------------------


def test_every_route_and_method_has_a_row(app):
    routes = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in asked(rule)}
    told = {(row.endpoint, method) for row in ROWS for method in row.asks}
    assert sorted(routes - told) == [], "routes without a row in tests/access_matrix.py"
    assert sorted(told - routes) == [], "rows without a route"


def test_every_row_answers_for_every_role():
    for row in ROWS:
        for method, cells in row.asks.items():
            assert set(cells) == set(ROLES), f"{row.name} {method}"


def test_every_view_says_who_may_open_it(app):
    unmarked = [name for name, view in app.view_functions.items() if not getattr(view, "access", None)]
    assert unmarked == []


def test_a_view_that_does_not_say_is_closed(whole, another_app):
    def add(app):
        app.add_url_rule("/unmarked", "unmarked", lambda: plain("secret"))
        app.add_url_rule("/marked", "marked", public(lambda: plain("open")))

    other = another_app(add)
    other.test_client_class = Visitor
    for role in ROLES:
        visitor = other.test_client()
        if role in whole.world.secrets:
            visitor.wear(whole.world.secrets[role])
        answer = visitor.get("/unmarked")
        assert answer.status_code == 403
        assert "secret" not in answer.text
        assert visitor.get("/marked").text == "open"


# -- true ---------------------------------------------------------------------------------------------------------


def plain(text):
    return Response(text, mimetype="text/plain")


@by_name(rows("GET"))
def test_reading(whole, row):
    """As each role: the status that the table says, also as a fragment, and nothing in the database changes."""
    before, wrong, let_in = whole.mark(), {}, []
    for role in ASKING:
        answer = whole.ask(role, row, "GET")
        if answer.status_code != row.asks["GET"][role]:
            wrong[role] = f"{answer.status_code}, not {row.asks['GET'][role]}"
        elif answer.status_code == 200:
            let_in.append(role)
    for role in {*let_in[:1], *let_in[-1:]}:
        assert whole.browse(role).fragment(row.path(whole.world)).status_code == 200
        assert whole.ask(role, row, "HEAD").status_code == 200
    assert wrong == {}
    assert whole.mark() == before, "a GET changed the database"


@by_name(rows("POST"))
def test_sending(whole, row):
    """As each role: the status that the table says; refused without a CSRF token; what is refused changes nothing."""
    before, wrong = whole.mark(), {}
    for role in ASKING:
        if role in WITHOUT_A_TOKEN:
            without = whole.browse(role).post(row.path(whole.world), data=row.form(whole.world))
            assert without.status_code == 400, f"{role} may send it without a CSRF token"
        answer = whole.ask(role, row, "POST")
        if answer.status_code != row.asks["POST"][role]:
            wrong[role] = f"{answer.status_code}, not {row.asks['POST'][role]}"
        if answer.status_code >= 400:
            assert not whole.has_changed(before), f"refused as {role}, and yet the database changed"
        elif whole.has_changed(before):
            whole.put_back()
    assert wrong == {}


# -- what nobody may do -------------------------------------------------------------------------------------------


@pytest.mark.once  # none of it comes as far as a database
@by_name(ROWS)
def test_odd_methods_do_nothing(whole, row):
    before = whole.mark()
    rules = [rule for rule in whole.app.url_map.iter_rules() if rule.endpoint == row.endpoint]
    for method in set(ODD) - set().union(*(rule.methods for rule in rules)):
        assert whole.browse("administrator").open(row.path(whole.world), method=method).status_code == 405, method
    assert whole.browse("administrator").open(row.path(whole.world), method="OPTIONS").status_code < 500
    assert whole.mark() == before


def with_ids(app):
    return [rule for rule in app.url_map.iter_rules() if rule.arguments]


def test_unknown_ids_are_not_found(whole):
    """A number that is nobody's, and numbers that no column can hold: 404, or closed as it is for this role."""
    for row in ROWS:
        for number in ("999999999", str(2**31), str(2**63), "0", "-1", "٣", "1%00"):
            for path in paths_with(row, whole.world, number):
                for method in row.asks:
                    fine = (200,) if method == "GET" else (303, 422)
                    found = whole.somebody_who_gets(row, method, fine)
                    closed = set() if found else {403}
                    role = found or "administrator"
                    visitor = whole.browse(role)
                    answer = visitor.send(path) if method == "POST" else visitor.open(path, method=method)
                    assert answer.status_code in {404, 405} | closed, f"{method} {path} as {role}: {answer.status_code}"


def paths_with(row, world, number):
    """The row's address with one of its numbers changed, for each of its numbers."""
    path = row.path(world).partition("?")[0]
    for part, name in row.parts.items():
        value = str(getattr(world, name))
        if part.endswith("_id"):
            yield re.sub(rf"/{re.escape(value)}(?=/|$)", f"/{number}", path, count=1)


# -- addresses ----------------------------------------------------------------------------------------------------


def test_addresses_are_in_lower_case_with_hyphens(app):
    for rule in app.url_map.iter_rules():
        plain = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", plain), rule.rule


def test_every_part_of_an_address_says_what_it_is(app):
    for rule in app.url_map.iter_rules():
        for part in re.findall(r"<([^>]*)>", rule.rule):
            assert ":" in part, f"{rule.rule}: write <thing:…>, <id:…> or <string(length=…):…>"
            assert not part.startswith(("int:", "path:", "float:")), f"{rule.rule}: <id:…> refuses what no column holds"
