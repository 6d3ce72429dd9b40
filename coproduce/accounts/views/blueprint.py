"""The two blueprints of accounts."""

from flask import Blueprint

accounts_bp = Blueprint("accounts", __name__, url_prefix="/account")
joining_bp = Blueprint("joining", __name__, url_prefix="/join")
