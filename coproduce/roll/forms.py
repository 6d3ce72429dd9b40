"""Forms of the roll."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SubmitField

from coproduce.accounts.rules import FORMAT_NAMES, Format
from coproduce.neighbourhoods.rules import PlaceKind, Tree
from coproduce.roll.rules.columns import COLUMN_NAMES, Column
from coproduce.web.forms import Email, Form, Line, Pick, Radios, at_most, choices, email_address, needed, optional
from coproduce.words import say

EVERYWHERE = "all"


class SendForm(Form):
    place = Pick(
        say("Which homes is this list for?"),
        description=say("It must have everybody who lives there. Whoever is not in it is taken to have left."),
    )
    file = FileField(
        say("The list, as a CSV file"),
        description=say("From your housing system, or from Excel with Save as, CSV. Up to 20 MB."),
        validators=[needed(say("Choose the file"))],
    )
    send = SubmitField(say("Send this list"))

    def offer(self, places: Tree, own: frozenset[int] | None) -> None:
        """The places that this officer keeps the roll of; `own` None: all."""
        offered = [(EVERYWHERE, say("Every home of the landlord"))] if own is None else []
        for spot, depth in places.in_order():
            if own is None or spot.id in own:
                offered.append((str(spot.id), "\u2003" * depth + spot.name))  # type: ignore[arg-type]
        self.place.choices = choices(*offered)

    @property
    def place_id(self) -> int | None:
        return None if self.place.data == EVERYWHERE else int(self.place.data)


class MatchForm(Form):
    """One list to choose from for each column of the file: `matched(headings)` makes the form with them."""

    month_first = Radios(
        say("How does this list write the first of April?"),
        choices=choices(("day", say("Day first: 1/4/2027")), ("month", say("Month first: 4/1/2027"))),
        default="day",
    )
    go = SubmitField(say("Work out what would change"))

    @property
    def mapping(self) -> dict[int, Column]:
        found = {}
        for name, value in self.data.items():
            if name.startswith("column-") and value:
                found[int(name.removeprefix("column-"))] = Column(value)
        return found

    def columns(self, headings: Sequence[str]) -> list[Pick]:
        return [self[f"column-{position}"] for position in range(len(headings))]


def matched(headings: Sequence[str], suggested: dict[int, Column], *, month_first: bool) -> MatchForm:
    """A form with a list for each heading, which stands on what we take the column to be."""
    offered = choices(("", say("Leave this column out")), *((one.value, name) for one, name in COLUMN_NAMES.items()))

    class ThisMatchForm(MatchForm):
        pass

    for position, heading in enumerate(headings):
        default = suggested[position].value if position in suggested else ""
        setattr(ThisMatchForm, f"column-{position}", Pick(heading, choices=offered, default=default))
    form: MatchForm = ThisMatchForm()
    if not form.is_submitted():
        form.month_first.data = "month" if month_first else "day"
    return form


class ConfirmForm(Form):
    sure = BooleanField(say("Yes, all of these people have left"))
    go = SubmitField(say("Bring this in"))


class DropForm(Form):
    go = SubmitField(say("Throw this list away"))


class HouseholdForm(Form):
    full_name = Line(say("Full name"), validators=[needed(say("Write the full name")), at_most(160)])
    adult = BooleanField(say("This person is 18 or over"))
    email = Email(say("Email, if they have one"), validators=[optional, at_most(254), email_address])
    phone = Line(say("Phone, if they have one"), validators=[optional, at_most(30)])
    formats = Radios(
        say("How do they need our letters?"),
        choices=choices(("", say("As they are")), *((one.value, name) for one, name in FORMAT_NAMES.items())),
        default="",
    )
    go = SubmitField(say("Add this person"))

    @property
    def wanted(self) -> frozenset[Format]:
        return frozenset({Format(self.formats.data)}) if self.formats.data else frozenset()


class EndForm(Form):
    go = SubmitField(say("They do not live here any more"))


class MergeForm(Form):
    keep = Radios(say("Which one stays?"), validators=[needed(say("Choose the one that stays"))])
    go = SubmitField(say("Make them one"))

    def offer(self, pairs: Sequence[tuple[int, str]]) -> None:
        self.keep.choices = choices(*((str(person_id), words) for person_id, words in pairs))


class PlaceForm(Form):
    name = Line(say("Name"), validators=[needed(say("Write the name of the place")), at_most(120)])
    kind = Radios(
        say("What is it?"),
        choices=choices(
            (PlaceKind.NEIGHBOURHOOD.value, say("A neighbourhood")),
            (PlaceKind.ESTATE.value, say("An estate or a street in one")),
            (PlaceKind.BLOCK.value, say("A block")),
        ),
        validators=[needed(say("Choose what it is"))],
    )
    parent = Pick(say("What does it lie in?"))
    go = SubmitField(say("Add this place"))

    def offer(self, places: Tree) -> None:
        spots = [(str(spot.id), "\u2003" * depth + spot.name) for spot, depth in places.in_order()]
        self.parent.choices = choices(("", say("Nothing: it is a neighbourhood")), *spots)


class LettersForm(Form):
    place = HiddenField()
    go = SubmitField(say("Make the letters"))


class ReplaceForm(Form):
    go = SubmitField(say("Make a new letter"))
