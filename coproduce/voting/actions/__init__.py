"""Every change to a ballot: it opens, takes votes, closes and is counted. Actions check, record, and never commit."""

from coproduce.voting.actions.casting import cast
from coproduce.voting.actions.closing import NOT_SAME, SAME, Recount, close, recount
from coproduce.voting.actions.merging import merging
from coproduce.voting.actions.opening import open_ballot

__all__ = ["NOT_SAME", "SAME", "Recount", "cast", "close", "merging", "open_ballot", "recount"]
