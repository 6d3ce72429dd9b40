"""Every change to a proposal. Actions check rules, record what was done, and never commit."""

from coproduce.proposals.actions.answering import answer_question, settle_option
from coproduce.proposals.actions.backing import comment, support, take_support_back
from coproduce.proposals.actions.merging import merging
from coproduce.proposals.actions.publishing import move, name_mandate, raise_it, withdraw
from coproduce.proposals.actions.writing import add_clause, change_clause, draft, redraft, remove_clause

__all__ = [
    "add_clause",
    "answer_question",
    "change_clause",
    "comment",
    "draft",
    "merging",
    "move",
    "name_mandate",
    "raise_it",
    "redraft",
    "remove_clause",
    "settle_option",
    "support",
    "take_support_back",
    "withdraw",
]
