"""The blueprint that the pages of the roll share, and who may open it."""

from __future__ import annotations

from flask import Blueprint

from coproduce.access import viewer
from coproduce.accounts.rules import EVERYWHERE, Role, Standing
from coproduce.errors import require
from coproduce.roll import policy

bp = Blueprint("roll", __name__, url_prefix="/roll")


@bp.before_request
def keepers_only() -> None:
    """These pages hold everybody's name and home. Strangers are asked to sign in first, by `access.guard`."""
    if viewer().known:
        require(policy.refuse_keep_roll(viewer()))


def own_places(me: Standing) -> frozenset[int] | None:
    """The places that they keep the roll of; None: all."""
    if me.holds(Role.ADMINISTRATOR):
        return EVERYWHERE
    return me.roles[Role.OFFICER]
