"""Be anybody in the demo, and read the letters. These routes do not exist outside the demo."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coproduce.access import public
from coproduce.web import page

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("demo/index.html")


@bp.get("/letters")
@public
def letters() -> ResponseReturnValue:
    return page("demo/letters.html")
