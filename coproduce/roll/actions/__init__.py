"""Every change to the roll."""

from coproduce.roll.actions.applying import apply
from coproduce.roll.actions.households import add_household_member, end_stay
from coproduce.roll.actions.importing import confirm, drop, match, send
from coproduce.roll.actions.letters import make_letters, replace_letter
from coproduce.roll.actions.merging import followers, merge, why_not_merge
from coproduce.roll.actions.tidying import tidy
from coproduce.roll.actions.working_out import work_out

__all__ = [
    "add_household_member",
    "apply",
    "confirm",
    "drop",
    "end_stay",
    "followers",
    "make_letters",
    "match",
    "merge",
    "replace_letter",
    "send",
    "tidy",
    "why_not_merge",
    "work_out",
]
