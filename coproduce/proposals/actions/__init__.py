"""Every change to a proposal. Actions check rules, record what was done, and never commit."""

from coproduce.proposals.actions.amending import (
    Suggestion,
    accept_amendment,
    back_amendment,
    decline_amendment,
    suggest,
    take_amendment_back,
)
from coproduce.proposals.actions.answering import answer_question, settle_option
from coproduce.proposals.actions.backing import comment, support, take_support_back
from coproduce.proposals.actions.flagging import Settling, flag, settle_flag
from coproduce.proposals.actions.merging import merging
from coproduce.proposals.actions.publishing import move, name_mandate, raise_it, withdraw
from coproduce.proposals.actions.writing import add_clause, change_clause, draft, redraft, remove_clause

__all__ = [
    "Settling",
    "Suggestion",
    "accept_amendment",
    "add_clause",
    "answer_question",
    "back_amendment",
    "change_clause",
    "comment",
    "decline_amendment",
    "draft",
    "flag",
    "merging",
    "move",
    "name_mandate",
    "raise_it",
    "redraft",
    "remove_clause",
    "settle_flag",
    "settle_option",
    "suggest",
    "support",
    "take_amendment_back",
    "take_support_back",
    "withdraw",
]
