"""The form for adding a voice. A reply takes no side."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField

from coproduce.deliberation.rules import LONGEST, SIDE_NAMES, Side
from coproduce.web.forms import Form, Words, at_most, choices, needed
from coproduce.words import say


def _side(value: Any) -> Side | None:
    return Side(value) if value in {Side.FOR, Side.AGAINST, Side.QUESTION} else None


class VoiceForm(Form):
    side = RadioField(
        say("Add your voice"),
        choices=choices(
            (Side.FOR.value, SIDE_NAMES[Side.FOR]),
            (Side.AGAINST.value, SIDE_NAMES[Side.AGAINST]),
            (Side.QUESTION.value, say("A question")),
        ),
        coerce=_side,
        validate_choice=False,
        validators=[needed(say("Say whether you are for it, against it, or have a question"))],
    )
    words = Words(
        say("Your words"),
        description=say("Please leave out names, house numbers and phone numbers."),
        validators=[needed(say("Write your words")), at_most(LONGEST)],
    )
    reply_to = HiddenField()

    @property
    def parent_id(self) -> int | None:
        typed = str(self.reply_to.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    def as_reply(self) -> VoiceForm:
        del self.side
        return self

    @property
    def chosen_side(self) -> Side:
        return self.side.data if self.side else Side.PLAIN
