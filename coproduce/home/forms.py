"""Forms of home: the language, and the sample on the style guide."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, SubmitField
from wtforms.validators import ValidationError

from coproduce import words
from coproduce.web.forms import DayField, Email, Form, Line, Words, at_most, choices, email_address, needed
from coproduce.words import say


class LanguageForm(Form):
    language = RadioField(
        say("Which language do you want to read?"),
        description=say("People’s own words stay as they wrote them."),
        validate_choice=False,
        validators=[needed(say("Choose a language"))],
    )
    save = SubmitField(say("Use this language"))

    def offer_languages(self) -> None:
        self.language.choices = choices(*((one.code, one.name) for one in words.languages()))

    def validate_language(self, field: RadioField) -> None:
        if field.data not in {one.code for one in words.languages()}:
            raise ValidationError(say("We do not have that language yet. Choose one from the list."))


class SampleForm(Form):
    """Every kind of field, for the style guide."""

    name = Line("What should we call you?", validators=[needed(say("Write a name")), at_most(40)])
    email = Email("Your email address", validators=[needed(say("Write your email address")), email_address])
    words = Words("What would you like to change?", validators=[needed(say("Write a few words")), at_most(300)])
    side = RadioField(
        "Where do you stand?",
        choices=choices(("for", "For"), ("against", "Against"), ("question", "I have a question")),
        validate_choice=False,
        validators=[needed(say("Choose where you stand"))],
    )
    area = SelectField(
        "What is it about?",
        choices=choices(("pets", "Pets"), ("voids", "Empty homes"), ("estates", "Estate services")),
    )
    several = SelectMultipleField(
        "When should we write to you?",
        choices=choices(("open", "When a vote opens"), ("answer", "When an answer comes")),
        validators=[needed(say("Choose at least one"))],
    )
    agree = BooleanField("Show my name beside what I write", validators=[needed(say("Tick this to go on"))])
    on = DayField("On which day?", validators=[needed(say("Write a day"))])
    save = SubmitField("Save")
