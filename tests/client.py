"""A browser without a screen. Every answer, in every test, is checked by `checks.look_at`."""

from flask import g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from coproduce import clock, words
from coproduce.accounts import actions as people
from coproduce.db import read_only, transaction
from tests import checks

CSRF = "c" * 40
HTMX = {"HX-Request": "true"}


class Visitor(FlaskClient):
    """One person's browser."""

    check = True

    def open(self, *args, **kwargs):
        for name in list(g):  # the test's app context is shared: what one request knew, the next must not
            g.pop(name)
        response = super().open(*args, **kwargs)
        read_only.set(False)
        words.speak(words.ENGLISH)
        if self.check:
            checks.look_at(response)
        return response

    def send(self, path, data=None, *, htmx=False, **kwargs):
        """Post a form with its CSRF token."""
        with self.session_transaction() as session:
            session["csrf_token"] = CSRF
        token = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(CSRF)
        headers = {**(HTMX if htmx else {}), **kwargs.pop("headers", {})}
        return self.post(path, data={"csrf_token": token, **(data or {})}, headers=headers, **kwargs)

    def fragment(self, path, **kwargs):
        return self.get(path, headers=HTMX, **kwargs)


class Browse:
    def __init__(self, app):
        self.app = app

    def __call__(self, person=None) -> Visitor:
        self.app.test_client_class = Visitor
        visitor = self.app.test_client()
        if person is not None:
            with transaction():
                secret = people.begin_sign_in(person.id, device="test")
            with visitor.session_transaction() as session:
                session["_user_id"] = secret
                session["_fresh"] = True
                session["used"] = int(clock.now().timestamp())
        return visitor
