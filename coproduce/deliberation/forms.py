"""Forms of talk: adding a voice (a reply takes no side), changing one's words, putting a question and answering it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SubmitField

from coproduce.deliberation.rules import (
    LONGEST,
    PUT_TO_NAMES,
    SIDE_NAMES,
    Door,
    Private,
    Side,
    door_of,
    private_details,
)
from coproduce.web.forms import Form, Radios, Words, at_most, choices, needed
from coproduce.words import say


def _side(value: Any) -> Side | None:
    return Side(value) if value in {Side.FOR, Side.AGAINST, Side.QUESTION} else None


def _number(typed: Any) -> int | None:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True)
class Noticed:
    """What was noticed in somebody's words: private details, and what may be a report that belongs elsewhere."""

    private: Sequence[Private] = ()
    door: Door | None = None

    def __bool__(self) -> bool:
        return bool(self.private or self.door)


class EditForm(Form):
    """`noticed` is asked about before the words are changed, as it is before words are posted."""

    words = Words(
        say("Your words"),
        description=say("What you said before stays there to read. Leave out names and numbers."),
        validators=[needed(say("Write your words")), at_most(LONGEST)],
    )
    sure = BooleanField(say("I have read this. Save my words all the same"))
    go = SubmitField(say("Save my words"))

    @property
    def noticed(self) -> Noticed:
        words = "" if self.sure.data else self.words.data or ""
        return Noticed(private_details(words), door_of(words))


class PutForm(Form):
    to = Radios(
        say("Who should answer this question?"),
        choices=choices(*((to.value, name) for to, name in PUT_TO_NAMES.items())),
        validators=[needed(say("Choose who should answer"))],
    )
    go = SubmitField(say("Put the question"))


class AnswerForm(Form):
    words = Words(
        say("Your answer"),
        description=say("Everybody who is signed in can read it, with your name and role."),
        validators=[needed(say("Write your answer")), at_most(LONGEST)],
    )
    go = SubmitField(say("Publish the answer"))


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
    about = HiddenField()
    sure = BooleanField(say("I have read this. Post my words all the same"))

    @property
    def parent_id(self) -> int | None:
        return _number(self.reply_to.data)

    @property
    def part_id(self) -> int | None:
        return _number(self.about.data)

    @property
    def noticed(self) -> Noticed:
        """What to ask about before these words are posted; nothing once the writer is sure."""
        words = "" if self.sure.data else self.words.data or ""
        return Noticed(private_details(words), door_of(words))

    def as_reply(self) -> VoiceForm:
        del self.side
        return self

    @property
    def chosen_side(self) -> Side:
        return self.side.data if self.side else Side.PLAIN
