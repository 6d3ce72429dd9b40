"""The pages of the roll, for those who keep it."""

from coproduce.roll.views import importing, people, printing
from coproduce.roll.views.blueprint import bp

__all__ = ["bp", "importing", "people", "printing"]
