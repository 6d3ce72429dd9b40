"""Pages of voting."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("voting", __name__, url_prefix="/votes")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("voting/index.html")
