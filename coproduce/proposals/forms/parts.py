"""What several forms of proposals are made of: options, money, the duty that something names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

import wtforms
from wtforms import FieldList, FormField, SelectChoice, SelectField, SubmitField
from wtforms.validators import NumberRange

from coproduce.duties.models import DutyVersion
from coproduce.duties.rules import AREA_NAMES, Area
from coproduce.proposals import rules
from coproduce.proposals.rules import (
    MOST_OPTIONS,
    Option,
    money,
)
from coproduce.web.forms import (
    Form,
    Line,
    Pounds,
    WholeNumber,
    at_most,
    optional,
    optional_number,
)
from coproduce.words import Message, say

E = TypeVar("E", bound=StrEnum)
SHOWN_OPTIONS = 4


def one_of(enum: type[E]) -> Callable[[Any], E | None]:
    """Reads a choice; None for anything that is not one, so that our own words say what to do."""

    def read(value: Any) -> E | None:
        return enum(value) if value in set(enum) else None

    return read


def whole_number(value: Any) -> int | None:
    typed = str(value or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


class Times(WholeNumber):
    """How often, in whole numbers; it may be left empty."""

    def __init__(self, label: Message, most: int = money.MOST_TIMES, **more: Any) -> None:
        super().__init__(label, validators=[optional_number, NumberRange(1, most, say("Check this number."))], **more)


class OptionForm(wtforms.Form):  # type: ignore[misc]
    """One option. Empty ones are left out."""

    name = Line(say("Option"), validators=[optional, at_most(rules.LONGEST_OPTION)])
    meaning = Line(say("What it would mean"), validators=[optional, at_most(rules.LONGEST_MEANING)])
    departs = Line(say("If it departs from guidance: why?"), validators=[optional, at_most(rules.LONGEST_MEANING)])
    cost = Pounds(say("What it costs"), validators=[optional_number])
    times = Times(say("How many times a year"))


class Rows(FieldList):  # type: ignore[misc]
    """Rows from the first to the last that was sent: WTForms itself reads a row twice when one before it is missing,
    and fails on a row whose number is no plain number."""

    type = "FieldList"

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterable[int]:
        numbers = [whole_number(key.removeprefix(f"{prefix}-").partition("-")[0]) for key in formdata]
        return range(min(max((no + 1 for no in numbers if no is not None), default=0), MOST_OPTIONS))


class NamesDuty(Form):
    """A form that asks for a duty of the register."""

    duty = SelectField(say("Which duty is it?"), coerce=whole_number, validate_choice=False)

    def offer(self, duties: Iterable[DutyVersion], *, area: Area, none: Message) -> None:
        """Duties grouped by what they are about, the proposal's own area first."""
        areas = [area, Area.ALL, *(other for other in Area if other not in {area, Area.ALL})]
        listed = sorted(duties, key=lambda duty: (areas.index(duty.duty.area), duty.duty.code))
        self.duty.choices = [
            SelectChoice(value="", label=none),
            *(
                SelectChoice(
                    value=str(duty.id), label=f"{duty.duty.code} {duty.title}", optgroup=AREA_NAMES[duty.duty.area]
                )
                for duty in listed
            ),
        ]


class DutyAndOptions(NamesDuty):
    """What a clause and an answer to a question both ask for."""

    options = Rows(FormField(OptionForm), min_entries=SHOWN_OPTIONS, max_entries=MOST_OPTIONS)

    @property
    def written_options(self) -> list[Option]:
        if self.options is None:
            return []
        written = [
            Option(
                row.form.name.data or "",
                row.form.meaning.data or "",
                row.form.cost.data,
                row.form.departs.data or "",
                row.form.times.data,
            )
            for row in self.options
        ]
        return [option for option in written if option != Option("")]

    def more_options(self) -> None:
        """Two more empty rows, up to the most there may be."""
        for _ in range(min(2, MOST_OPTIONS - len(self.options))):
            self.options.append_entry()


class PressForm(Form):
    """One button, nothing typed."""

    go = SubmitField()
