"""Forms of moderation."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SubmitField

from coproduce.deliberation.rules import DOOR_NAMES, Door
from coproduce.deliberation.rules import LONGEST as LONGEST_COMMENT
from coproduce.moderation.rules import (
    APPEAL_NAMES,
    LONGEST,
    LONGEST_TO,
    PASSED_NAMES,
    RULE_NAMES,
    VERDICT_NAMES,
    Passed,
    Verdict,
)
from coproduce.web.forms import Form, Line, Radios, Words, at_most, choices, needed, optional
from coproduce.words import say


class ReportForm(Form):
    rule = Radios(
        say("What is wrong with it?"),
        choices=choices(*((rule.value, name) for rule, name in RULE_NAMES.items())),
        validators=[needed(say("Choose what is wrong with it"))],
    )
    words = Words(
        say("Anything a moderator should know"),
        description=say("If you like. Only moderators read this."),
        validators=[optional, at_most(LONGEST)],
    )
    go = SubmitField(say("Send the report"))


class JudgeForm(Form):
    verdict = Radios(
        say("What should become of it?"),
        choices=choices(*((verdict.value, name) for verdict, name in VERDICT_NAMES.items())),
        validators=[needed(say("Choose what should become of it"))],
    )
    rule = Radios(
        say("Which rule does it break?"),
        description=say("Only when you hide it."),
        choices=choices(*((rule.value, name) for rule, name in RULE_NAMES.items())),
    )
    why = Words(
        say("Your reason"),
        description=say("Only when you hide it. The person who wrote it reads this. Do not repeat their words."),
        validators=[optional, at_most(LONGEST)],
    )
    go = SubmitField(say("Save"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A rule and a reason go with hiding, and with nothing else."""
        fine = bool(super().validate(extra_validators))
        if self.verdict.data != Verdict.HIDE:
            return fine
        for field, missing in (
            (self.rule, say("Choose which rule it breaks")),
            (self.why, say("Say why. The person who wrote it reads this")),
        ):
            if not field.data:
                field.errors = [*field.errors, missing]
                fine = False
        return fine


class AppealForm(Form):
    words = Words(
        say("Why should it be shown?"),
        description=say("A moderator who did not hide it reads this."),
        validators=[needed(say("Say why it should be shown")), at_most(LONGEST)],
    )
    go = SubmitField(say("Ask for a second look"))


class SettleAppealForm(Form):
    verdict = Radios(
        say("What should become of it?"),
        choices=choices(*((verdict.value, name) for verdict, name in APPEAL_NAMES.items())),
        validators=[needed(say("Choose what should become of it"))],
    )
    why = Words(
        say("Your reason"),
        description=say("The person who wrote it reads this."),
        validators=[needed(say("Say why. The person who wrote it reads this")), at_most(LONGEST)],
    )
    go = SubmitField(say("Save"))


class TellForm(Form):
    door = Radios(
        say("What is it about?"),
        choices=choices(*((door.value, name) for door, name in DOOR_NAMES.items())),
        validators=[needed(say("Choose what it is about"))],
    )
    words = Words(
        say("Your words"),
        description=say("Say where it is and since when. Your neighbours do not read this."),
        validators=[needed(say("Write your words")), at_most(LONGEST_COMMENT)],
    )
    go = SubmitField(say("Tell the landlord"))

    def begin_with(self, words: str, door: Door | None) -> None:
        """What was typed into the talk comes along."""
        self.words.data = words
        if door is not None:
            self.door.data = door.value


class PassOnForm(Form):
    passed = Radios(
        say("What became of it?"),
        choices=choices(*((passed.value, name) for passed, name in PASSED_NAMES.items())),
        validators=[needed(say("Say what became of it"))],
    )
    to = Line(
        say("Whom did you pass it on to?"),
        description=say("Such as: the repairs line. The person who told us reads this."),
        validators=[optional, at_most(LONGEST_TO)],
    )
    take_out = BooleanField(say("Take the words out of the talk"), default=True)
    go = SubmitField(say("Save"))

    def without_take_out(self) -> None:
        del self.take_out

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.passed.data == Passed.PASSED and not self.to.data:
            self.to.errors = [*self.to.errors, say("Say whom you passed it on to")]
            return False
        return fine
