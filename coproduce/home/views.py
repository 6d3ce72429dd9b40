"""Home, and the pages about the site itself."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("home/index.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return page("home/privacy.html")


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return page("home/accessibility.html")


@bp.get("/record")
@public
def record() -> ResponseReturnValue:
    return page("home/record.html")
