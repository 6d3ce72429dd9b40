"""Every change to people, their ways in, their roles and their sign-ins."""

from coproduce.accounts.actions import factor, passphrases, tokens, ways
from coproduce.accounts.actions.asking import (
    answer_asked,
    ask_for_link,
    ask_for_text,
    join_link,
    known_by,
    make_link,
    make_text_code,
)
from coproduce.accounts.actions.attempts import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, WINDOW, mark_of, note_attempt
from coproduce.accounts.actions.closing import close_account, erase, erase_those_who_left
from coproduce.accounts.actions.joining import claimed, help_to_join, join, show_code
from coproduce.accounts.actions.people import (
    add_person,
    choose_language,
    choose_letters,
    choose_name,
    init_admin,
    move_in,
)
from coproduce.accounts.actions.roles import end_role, give_role, leave_seat, make_circle, seat
from coproduce.accounts.actions.signing_in import (
    begin_sign_in,
    end_all_sign_ins,
    end_one_sign_in,
    end_sign_in,
    end_sign_ins_of,
    sign_in_with_link,
    sign_in_with_passphrase,
    sign_in_with_text_code,
)
from coproduce.accounts.actions.tidying import tidy
from coproduce.accounts.actions.tokens import hash_of

__all__ = [
    "TRIES_PER_ACCOUNT",
    "TRIES_PER_ADDRESS",
    "WINDOW",
    "add_person",
    "answer_asked",
    "ask_for_link",
    "ask_for_text",
    "begin_sign_in",
    "choose_language",
    "choose_letters",
    "choose_name",
    "claimed",
    "close_account",
    "end_all_sign_ins",
    "end_one_sign_in",
    "end_role",
    "end_sign_in",
    "end_sign_ins_of",
    "erase",
    "erase_those_who_left",
    "factor",
    "give_role",
    "hash_of",
    "help_to_join",
    "init_admin",
    "join",
    "join_link",
    "known_by",
    "leave_seat",
    "make_circle",
    "make_link",
    "make_text_code",
    "mark_of",
    "move_in",
    "note_attempt",
    "passphrases",
    "seat",
    "show_code",
    "sign_in_with_link",
    "sign_in_with_passphrase",
    "sign_in_with_text_code",
    "tidy",
    "tokens",
    "ways",
]
