"""Form fields that clean what people type, keep it when something is wrong, and say what to do in our own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from coproduce import phones, texts
from coproduce.errors import Conflict
from coproduce.words import Message, say, say_n

Check = Callable[[FlaskForm, Field], None]


class Form(FlaskForm):
    """A form whose last word on a problem may come from the action: `form.refuse(conflict.message)`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = False

    form_errors: list[Any]

    def refuse(self, message: Message) -> None:
        self.form_errors.append(message)


class _Cleaned:
    """Keeps what was typed as `data`; says what is wrong with it in validation, not by failing."""

    raw_data: list[Any] | None
    data: Any
    _trouble: Message | None = None
    _clean: Callable[[str], str]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self._trouble = None
        typed = str(valuelist[0]) if valuelist else ""
        try:
            self.data = type(self)._clean(typed)
        except Conflict as conflict:
            self.data = texts.printable(typed)
            self._trouble = conflict.message

    def pre_validate(self, form: Any) -> None:
        if self._trouble:
            raise StopValidation(self._trouble)  # type: ignore[arg-type]


class Line(_Cleaned, StringField):  # type: ignore[misc]
    """One line of text."""

    type = "StringField"
    _clean = staticmethod(texts.clean_line)


class Words(_Cleaned, TextAreaField):  # type: ignore[misc]
    """Text of several lines."""

    type = "TextAreaField"
    _clean = staticmethod(texts.clean)


class Email(_Cleaned, EmailField):  # type: ignore[misc]
    """An email address, in lower case."""

    type = "EmailField"
    _clean = staticmethod(lambda typed: texts.clean_line(typed).lower())


class Secret(_Cleaned, PasswordField):  # type: ignore[misc]
    """Something that only this person knows. It is never put back on the page."""

    type = "PasswordField"
    _clean = staticmethod(texts.clean)


class _OneOf:
    """Says in our own words that something is not among the choices. Nothing chosen is for `needed` to speak of."""

    data: Any
    iter_choices: Callable[[], Any]

    def pre_validate(self, form: Any) -> None:
        chosen = self.data if isinstance(self.data, list) else [self.data]
        offered = {str(choice.value) for choice in self.iter_choices()}
        if any(value is not None and str(value) not in offered for value in chosen):
            raise StopValidation(say("Choose one of these."))  # type: ignore[arg-type]


class Pick(_OneOf, SelectField):  # type: ignore[misc]
    """One of a list that opens."""

    type = "SelectField"

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise StopValidation(say("Choose one of these."))  # type: ignore[arg-type]
        super().pre_validate(form)


class Radios(_OneOf, RadioField):  # type: ignore[misc]
    """One of a few that are all in sight."""

    type = "RadioField"


class Ticks(_OneOf, SelectMultipleField):  # type: ignore[misc]
    """Any of a few that are all in sight."""

    type = "SelectMultipleField"
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WholeNumber(IntegerField):
    """A whole number; what was typed stays when it is none."""

    type = "IntegerField"
    raw_data: list[Any] | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw_data = [texts.printable(str(typed)) for typed in valuelist]
        text = self.raw_data[0].strip() if valuelist else ""
        self.data = None
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(say("Write a whole number, such as 12."))
        self.data = int(text) if text else None


class Pounds(_Cleaned, StringField):  # type: ignore[misc]
    """Money as people write it: 95, £1,200 or 2.50. `data` is whole pence; what was typed stays when it is none."""

    type = "StringField"
    most = 100_000_000

    def process_formdata(self, valuelist: list[Any]) -> None:
        self._trouble, self.data = None, None
        typed = texts.printable(str(valuelist[0])) if valuelist else ""
        self.raw_data = [typed]
        plain = re.sub(r"[£,\s]", "", typed).replace("\u2212", "-")
        if not plain:
            return
        found = re.fullmatch(r"(-?)(\d{1,7})(?:\.(\d{1,2}))?", plain, re.ASCII)
        if found is None:
            self._trouble = say("Write pounds and pence in numbers, such as 95 or 2.50.")
            return
        sign, pounds, pence = found.groups()
        self.data = int(pounds) * 100 + int((pence or "0").ljust(2, "0"))
        self.data = -self.data if sign else self.data
        if abs(self.data) > self.most:
            self._trouble = say("This is more than a million pounds. Check the number.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        pounds, pence = divmod(abs(self.data), 100)
        return f"{'-' if self.data < 0 else ''}{pounds}" + (f".{pence:02}" if pence else "")


class DayField(Field):
    """A day in three boxes of one name: day, month, year."""

    type = "DayField"
    raw_data: list[Any] | None

    def _value_parts(self) -> tuple[str, str, str]:
        if self.raw_data:
            parts = [str(part)[:10] for part in (*self.raw_data, "", "", "")]
            return parts[0], parts[1], parts[2]
        if isinstance(self.data, date):
            return str(self.data.day), str(self.data.month), str(self.data.year)
        return "", "", ""

    def _value(self) -> str:
        return " ".join(self._value_parts()).strip()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        self.raw_data = [texts.printable(str(typed)) for typed in valuelist]
        parts = [part.strip() for part in self.raw_data]
        if not any(parts):
            return
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            raise ValueError(say("Write a day, a month and a year in numbers, such as 27 3 2027."))
        day, month, year = (int(part) for part in parts)
        if not 1900 <= year <= 2200:
            raise ValueError(say("Write the year in four numbers, such as 2027."))
        try:
            self.data = date(year, month, day)
        except ValueError:
            raise ValueError(say("There is no such day. Check the day and the month.")) from None


def needed(message: Message) -> Check:
    """Something must be there. Later checks wait until it is."""

    def check(form: FlaskForm, field: Field) -> None:
        if field.errors:
            raise StopValidation
        if field.data in (None, "", []) or field.data is False:
            raise StopValidation(message)  # type: ignore[arg-type]

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def optional(form: FlaskForm, field: Field) -> None:
    """Nothing need be there; then nothing else is checked."""
    if not field.data and not field.errors:
        raise StopValidation


def optional_number(form: Any, field: Any) -> None:
    """As `optional`; but nought is something."""
    if field.data is None and not field.errors:
        raise StopValidation


def at_most(longest: int) -> Check:
    """No more than this many characters."""

    def check(form: FlaskForm, field: Field) -> None:
        over = len(field.data or "") - longest
        if over > 0:
            raise ValidationError(
                say_n(
                    "This is {n} letter too long. Keep it to {longest} or fewer.",
                    "This is {n} letters too long. Keep it to {longest} or fewer.",
                    over,
                    longest=longest,
                )  # type: ignore[arg-type]
            )

    check.limit = longest  # type: ignore[attr-defined]
    check.field_flags = {"maxlength": longest}  # type: ignore[attr-defined]
    return check


def email_address(form: FlaskForm, field: Field) -> None:
    try:
        validate_email(field.data, check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError(
            say("This does not look like an email address. It needs a name, an @ and a place: ann@example.org.")  # type: ignore[arg-type]
        ) from None


def phone_number(form: FlaskForm, field: Field) -> None:
    """A number that a text message reaches. The field holds it as it was typed: `read_phone` gives the one form."""
    number = phones.read_phone(field.data or "")
    if number is None:
        raise ValidationError(
            say("This does not look like a phone number. Write it as 07700 900123.")  # type: ignore[arg-type]
        )
    if not phones.is_mobile(number):
        raise ValidationError(
            say("Text messages reach mobile phones only. Write a mobile number.")  # type: ignore[arg-type]
        )


def choices(*pairs: tuple[Any, Any]) -> list[SelectChoice]:
    """Choices for radios and lists: (value, label)."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]
