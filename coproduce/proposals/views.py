"""Pages of proposals."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("proposals", __name__, url_prefix="/proposals")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("proposals/index.html")
