"""Pages of duties."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("duties", __name__, url_prefix="/duties")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("duties/index.html")
