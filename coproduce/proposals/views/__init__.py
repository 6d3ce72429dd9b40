"""Pages of proposals, and the place on a proposal's page that features above may fill: `panels`."""

import coproduce.proposals.views.amending
import coproduce.proposals.views.flagging
import coproduce.proposals.views.joining
import coproduce.proposals.views.landlord
import coproduce.proposals.views.neighbours
import coproduce.proposals.views.reading
import coproduce.proposals.views.talking
import coproduce.proposals.views.writers
import coproduce.proposals.views.writing  # noqa: F401 - each adds its pages to the blueprint
from coproduce.proposals.views.leaning import leaning_on
from coproduce.proposals.views.room import Panel, bp, panels

__all__ = ["Panel", "bp", "leaning_on", "panels"]
