"""Forms of the register."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, SubmitField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput, SearchInput

from coproduce.duties.rules import AREA_NAMES, CERTAINTY_NAMES, LEVEL_NAMES, LONGEST
from coproduce.web.forms import Check, DayField, Form, Line, WholeNumber, Words, at_most, choices, needed
from coproduce.words import Message, say


class SearchForm(Form):
    """In the address of the page: whatever it says, the page answers."""

    words = Line(say("Search in the duties"), widget=SearchInput(), description=say("Dog, damp, PET-04 …"))
    area = SelectField(say("What it is about"), choices=choices(("", say("Everything")), *AREA_NAMES.items()))
    level = SelectField(say("How fixed it is"), choices=choices(("", say("Any kind")), *LEVEL_NAMES.items()))


def one_of(known: Iterable[str], message: Message) -> Check:
    """One of these was chosen: WTForms' own words for it would be in English in every language."""
    values = {str(value) for value in known}

    def check(form: FlaskForm, field: Field) -> None:
        if field.data not in values:
            raise ValidationError(message)  # type: ignore[arg-type]

    return check


def part(name: str, message: Message) -> list[Check]:
    return [needed(message), at_most(LONGEST[name])]


class DutyForm(Form):
    """Every part of a duty, and why it changes. `based_on` is the version that the keeper had before them."""

    title = Line(say("What is it called?"), validators=part("title", say("Give it a name")))
    words = Words(
        say("What does it say, in plain words?"),
        description=say("Short sentences. Say who must do what, by when."),
        validators=part("words", say("Say what it says")),
    )
    level = RadioField(
        say("How fixed is it?"),
        choices=choices(*LEVEL_NAMES.items()),
        validate_choice=False,
        validators=[one_of(LEVEL_NAMES, say("Choose how fixed it is"))],
    )
    flexible_within = Words(
        say("What stays flexible?"),
        description=say("This is what neighbours can shape. If nothing is, write None."),
        validators=part("flexible_within", say("Say what stays flexible. If nothing is, write None.")),
    )
    who_decides = Line(say("Who decides that?"), validators=part("who_decides", say("Say who decides")))
    instrument = Words(say("Which law or rule is it?"), validators=part("instrument", say("Name the law or the rule")))
    source = Words(say("Where did we read it?"), validators=part("source", say("Say where you read it")))
    certainty = RadioField(
        say("How sure are we?"),
        choices=choices(*CERTAINTY_NAMES.items()),
        validate_choice=False,
        validators=[one_of(CERTAINTY_NAMES, say("Choose how sure we are"))],
    )
    status = Line(
        say("Where does it stand?"),
        description=say("In force, for example. If a date is not sure, say so here."),
        validators=part("status", say("Say where it stands")),
    )
    upcoming = BooleanField(say("It is coming up: not in force yet"))
    in_force_from = DayField(
        say("When does it start, or when did it?"), description=say("Leave this empty if nobody knows the day.")
    )
    to_confirm = BooleanField(say("Something in it is still to be confirmed"))
    review_on = DayField(
        say("When should we look at it again?"),
        description=say("In six months at the latest. Sooner if something is due to change."),
        validators=[needed(say("Choose a day to look at it again"))],
    )
    why = Words(
        say("Why do you change it?"),
        description=say("Everybody can read this, beside what you changed."),
        validators=part("why", say("Say why you change it")),
    )
    based_on = WholeNumber(widget=HiddenInput(), validators=[needed(say("Load this page again, then change it."))])
    save = SubmitField(say("Save the new version"))
