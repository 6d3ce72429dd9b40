"""Pages of taskforce."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("taskforce", __name__, url_prefix="/promises")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("taskforce/index.html")
