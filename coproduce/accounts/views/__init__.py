"""Joining, signing in and out, my account, and roles."""

from coproduce.accounts.views import account, closing, factor, joining, roles, signing_in, ways, work
from coproduce.accounts.views.blueprint import accounts_bp as bp
from coproduce.accounts.views.blueprint import joining_bp
from coproduce.accounts.views.session import device, remember, remember_people

__all__ = [
    "account",
    "bp",
    "closing",
    "device",
    "factor",
    "joining",
    "joining_bp",
    "remember",
    "remember_people",
    "roles",
    "signing_in",
    "ways",
    "work",
]
