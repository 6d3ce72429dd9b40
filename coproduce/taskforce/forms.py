"""Forms of answers, ratings and actions: the shape of what is typed, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, cast

from wtforms import Field, RadioField, SelectChoice, SelectField
from wtforms.validators import StopValidation

from coproduce.accounts.models import Person
from coproduce.duties.models import DutyVersion
from coproduce.taskforce import rules
from coproduce.taskforce.models import Action
from coproduce.taskforce.rules import (
    ACTION_NAMES,
    ANSWER_NAMES,
    RATING_NAMES,
    REASON_NAMES,
    ActionState,
    AnswerKind,
    ReasonKind,
)
from coproduce.web.forms import Check, DayField, Form, Line, WholeNumber, Words, at_most, choices, needed, optional
from coproduce.words import Message, say

LONGEST_ANSWER = 4000
LONGEST_REASON = 2000


def on_the_list(message: Message) -> Check:
    """What came in is one of the choices."""

    def check(form: Any, field: Field) -> None:
        if str(field.data) not in {str(choice.value) for choice in field.choices}:
            field.data = None
            raise StopValidation(message)  # type: ignore[arg-type]

    return check


def _pick(
    label: Message, names: Iterable[tuple[Any, Any]], message: Message, hint: Message | None = None
) -> RadioField:
    return RadioField(
        label,
        description=hint or "",
        choices=choices(*names),
        validate_choice=False,
        validators=[on_the_list(message)],
    )


class AnswerForm(Form):
    """The landlord's answer. The reason is asked of everybody and needed only where the answer is not a plain yes."""

    kind = _pick(say("Do you accept what residents chose?"), ANSWER_NAMES.items(), say("Choose yes, yes in part or no"))
    words = Words(
        say("What do you say to them?"),
        description=say("Everybody can read this. Say what will happen, and by when."),
        validators=[needed(say("Write the answer in words")), at_most(LONGEST_ANSWER)],
    )
    reason = RadioField(
        say("If it is not a plain yes: what kind of reason is it?"),
        description=say("The task force reads the reason and says whether it holds."),
        validate_choice=False,
        validators=[optional, on_the_list(say("Choose a kind of reason from the list"))],
    )
    reason_words = Words(
        say("What is the reason?"),
        description=say("Give the facts that anyone can check."),
        validators=[optional, at_most(LONGEST_REASON)],
    )
    duty = SelectField(
        say("If it is the law: which one?"),
        validate_choice=False,
        validators=[optional, on_the_list(say("Choose a law from the list"))],
    )
    cost = WholeNumber(
        say("If it is money: about how many pounds?"),
        description=say("A whole number, such as 1100. Leave it empty if you do not know."),
        validators=[optional],
    )
    review_on = DayField(
        say("When will you look at this decision again?"),
        description=say("You can leave this empty."),
        validators=[optional],
    )

    def offer(self, reasons: Iterable[ReasonKind], laws: Sequence[DutyVersion]) -> AnswerForm:
        """Only the reasons that the promise leaves open, and only what the register says is law."""
        self.reason.choices = choices(*((reason, REASON_NAMES[reason]) for reason in reasons))
        listed = ((law.id, f"{law.duty.code}: {law.title}") for law in laws)
        self.duty.choices = [SelectChoice(value="", label=say("None of these")), *choices(*listed)]
        return self

    @property
    def answer(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        return {
            "kind": AnswerKind(self.kind.data),
            "words": self.words.data,
            "reason": _enum(ReasonKind, self.reason.data),
            "reason_words": self.reason_words.data or "",
            "duty_version_id": int(self.duty.data) if self.duty.data else None,
            "cost_pence": None if self.cost.data is None else 100 * self.cost.data,
            "review_on": self.review_on.data,
        }


class RatingForm(Form):
    rating = _pick(say("Does this reason hold?"), RATING_NAMES.items(), say("Choose one of the three"))
    words = Words(
        say("Why do you say so?"),
        description=say("Needed when you challenge it or want to see more. Your name stands beside your words."),
        validators=[optional, at_most(LONGEST_REASON)],
    )


class PromiseForm(Form):
    words = Line(
        say("What will be done?"),
        description=say("One thing that anyone can see was done, or was not."),
        validators=[needed(say("Write what will be done")), at_most(rules.LONGEST_ACTION)],
    )
    owner = SelectField(
        say("Who will see to it?"),
        description=say("Their name stands beside the promise, for everybody to read."),
        validate_choice=False,
        validators=[needed(say("Choose a name from the list")), on_the_list(say("Choose a name from the list"))],
    )
    due_on = DayField(say("By when?"), validators=[needed(say("Write the day by which it will be done"))])

    def offer(self, people: Sequence[Person], roles: dict[int, Message]) -> PromiseForm:
        names = ((person.id, _with_role(person, roles)) for person in people)
        self.owner.choices = [SelectChoice(value="", label=say("Choose a name")), *choices(*names)]
        return self

    @property
    def day(self) -> date:
        return cast(date, self.due_on.data)


class MoveForm(Form):
    """How an action goes on."""

    state = _pick(say("How does it stand now?"), (), say("Choose how it stands now"))
    why = Words(
        say("What should people know?"),
        description=say("Needed when the day moves, or when it is dropped. Everybody can read this."),
        validators=[optional, at_most(LONGEST_REASON)],
    )
    due_on = DayField(
        say("By when will it be done?"),
        description=say("If you move the day, the day that was promised first stays on the page."),
        validators=[optional],
    )

    def offer(self, action: Action) -> MoveForm:
        states = [state for state in ActionState if state is action.state or state in rules.NEXT_STATES[action.state]]
        self.state.choices = choices(*((state, ACTION_NAMES[state]) for state in states))
        return self

    @property
    def day(self) -> date | None:
        return self.due_on.data


def _with_role(person: Person, roles: dict[int, Message]) -> Message | str:
    role = roles.get(person.id)
    return say("{name}, {role}", name=person.public_name, role=role) if role else person.public_name


def _enum(kind: type[StrEnum], value: str | None) -> Any:
    return kind(value) if value else None
