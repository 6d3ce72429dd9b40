"""A browser without a screen. Every answer, in every test, is checked by `checks.look_at`."""

from contextlib import nullcontext

from flask import current_app, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from coproduce import clock, words
from coproduce.accounts import actions as people
from coproduce.db import db, read_only, transaction
from tests import checks

CSRF = "c" * 40
HTMX = {"HX-Request": "true"}


class Visitor(FlaskClient):
    """One person's browser. Each request has a database session of its own, as it has in life."""

    check = True

    def open(self, *args, **kwargs):
        own_context = nullcontext() if self.preserve_context else self.application.app_context()
        self._let_go()
        with own_context:
            for name in list(g):
                g.pop(name)
            response = super().open(*args, **kwargs)
        read_only.set(False)
        words.speak(words.ENGLISH)
        if current_app:
            db.session.expire_all()  # what the test holds may have changed in the request
        if self.check:
            checks.look_at(response)
        return response

    def _let_go(self):
        """The test's own session must not hold a lock while the request runs."""
        if not current_app:
            return
        left = [*db.session.new, *db.session.dirty]
        assert not left, f"not committed before a request: {left}. Write it inside `with transaction():`"
        db.session.rollback()

    def send(self, path, data=None, *, htmx=False, **kwargs):
        """Post a form with its CSRF token."""
        self.keep_token()
        headers = {**(HTMX if htmx else {}), **kwargs.pop("headers", {})}
        return self.post(path, data={"csrf_token": self.token(), **(data or {})}, headers=headers, **kwargs)

    def keep_token(self):
        with self.session_transaction() as session:
            session["csrf_token"] = CSRF

    def token(self):
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(CSRF)

    def fragment(self, path, **kwargs):
        return self.get(path, headers=HTMX, **kwargs)

    def wear(self, secret):
        """Carry the cookie of this sign-in."""
        with self.session_transaction() as session:
            session["_user_id"] = secret
            session["_fresh"] = True
            session["used"] = int(clock.now().timestamp())
        return self


class Browse:
    def __init__(self, app):
        self.app = app

    def __call__(self, person=None, *, secret=None) -> Visitor:
        self.app.test_client_class = Visitor
        visitor = self.app.test_client()
        if person is not None:
            with transaction():
                secret = people.begin_sign_in(person.id, device="test", strong=True)
        return visitor.wear(secret) if secret else visitor
