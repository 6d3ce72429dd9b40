"""Every change to a proposal. Actions check rules, record what was done, and never commit."""

from coproduce.proposals.actions.amending import (
    Suggestion,
    accept_amendment,
    back_amendment,
    decline_amendment,
    let_amendment_show,
    suggest,
    take_amendment_back,
)
from coproduce.proposals.actions.answering import answer_question, settle_option
from coproduce.proposals.actions.backing import support, take_support_back
from coproduce.proposals.actions.flagging import Settling, flag, settle_flag
from coproduce.proposals.actions.joining import (
    accept_merge,
    decline_merge,
    follow,
    follow_for,
    offer_merge,
    withdraw_merge,
)
from coproduce.proposals.actions.merging import merging
from coproduce.proposals.actions.publishing import let_show, move, name_mandate, raise_it, take_out_of_sight, withdraw
from coproduce.proposals.actions.talking import about, adopt, answer_put, comment, join_text, mark_read, put_question
from coproduce.proposals.actions.writers import decline, invite, join, leave, link_opens, make_link
from coproduce.proposals.actions.writing import (
    add_clause,
    change_clause,
    draft,
    raise_for,
    redraft,
    remove_clause,
    say_how_it_differs,
    start_from,
)

__all__ = [
    "Settling",
    "Suggestion",
    "about",
    "accept_amendment",
    "accept_merge",
    "add_clause",
    "adopt",
    "answer_put",
    "answer_question",
    "back_amendment",
    "change_clause",
    "comment",
    "decline",
    "decline_amendment",
    "decline_merge",
    "draft",
    "flag",
    "follow",
    "follow_for",
    "invite",
    "join",
    "join_text",
    "leave",
    "let_amendment_show",
    "let_show",
    "link_opens",
    "make_link",
    "mark_read",
    "merging",
    "move",
    "name_mandate",
    "offer_merge",
    "put_question",
    "raise_for",
    "raise_it",
    "redraft",
    "remove_clause",
    "say_how_it_differs",
    "settle_flag",
    "settle_option",
    "start_from",
    "suggest",
    "support",
    "take_amendment_back",
    "take_out_of_sight",
    "take_support_back",
    "withdraw",
    "withdraw_merge",
]
