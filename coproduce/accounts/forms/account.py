"""Forms of my account, and of roles."""

from __future__ import annotations

from wtforms import BooleanField, SubmitField

from coproduce import words
from coproduce.accounts.forms.joining import NewPassphraseForm
from coproduce.accounts.rules import CIRCLE_NAMES, FORMAT_NAMES, ROLE_NAMES, Circle, Format, LettersBy, Role
from coproduce.neighbourhoods.rules import Tree
from coproduce.web.forms import DayField, Form, Line, Pick, Radios, Secret, Ticks, at_most, choices, needed, optional
from coproduce.words import say


class NameForm(Form):
    public_name = Line(
        say("What should neighbours call you?"),
        description=say("They see this beside what you write, also beside what you wrote before."),
        validators=[needed(say("Write a name")), at_most(80)],
    )
    go = SubmitField(say("Keep this name"))


class LettersForm(Form):
    by = Radios(
        say("How shall we write to you?"),
        choices=choices(
            (LettersBy.EMAIL.value, say("By email")),
            (LettersBy.TEXT.value, say("By text message, with a link to read on")),
            (LettersBy.POST.value, say("By post, on paper")),
        ),
        validators=[needed(say("Choose how we shall write to you"))],
    )
    news = BooleanField(
        say("Send me news too: answers, results and replies"),
        description=say("Without this you still hear of new votes, and of what needs you."),
    )
    formats = Ticks(
        say("Do you need our letters in another way?"),
        choices=choices(*((one.value, name) for one, name in FORMAT_NAMES.items())),
    )
    language = Pick(say("Which language?"))
    go = SubmitField(say("Keep this"))

    def offer_languages(self) -> None:
        self.language.choices = choices(*((one.code, one.name) for one in words.languages()))

    @property
    def wanted(self) -> frozenset[Format]:
        return frozenset(Format(value) for value in self.formats.data or [])


class ChangePassphraseForm(NewPassphraseForm):
    current = Secret(say("The words that you have now"), validators=[needed(say("Write the words that you have now"))])


class RemoveForm(Form):
    go = SubmitField(say("Take this away"))


class ConfirmPhoneForm(Form):
    code = Line(
        say("The code in the text message"),
        description=say("Six digits. It works once, for 10 minutes."),
        validators=[needed(say("Write the code")), at_most(20)],
    )
    go = SubmitField(say("This is my number"))


class ConfirmEmailForm(Form):
    go = SubmitField(say("This is my address"))


class CloseForm(Form):
    words = Radios(
        say("What shall become of what you wrote?"),
        choices=choices(
            ("stay", say("It stays, by “a former neighbour”")),
            ("withdraw", say("Take back what I wrote in talks")),
        ),
        validators=[needed(say("Choose what shall become of what you wrote"))],
    )
    sure = BooleanField(
        say("Yes, close my account now"), validators=[needed(say("Tick the box if you want to close your account"))]
    )
    go = SubmitField(say("Close my account"))


class GiveRoleForm(Form):
    role = Pick(
        say("Which role?"), choices=choices(*((f"role {role.value}", name) for role, name in ROLE_NAMES.items()))
    )
    place = Pick(say("For which place?"))
    since = DayField(say("From which day?"), description=say("Empty means today."), validators=[optional])
    until = DayField(
        say("Until which day?"), description=say("Empty means until somebody ends it."), validators=[optional]
    )
    go = SubmitField(say("Give this role"))

    def offer(self, places: Tree) -> None:
        spots = [(str(spot.id), "\u2003" * depth + spot.name) for spot, depth in places.in_order()]
        self.place.choices = choices(("", say("Everywhere")), *spots)

    @property
    def chosen_role(self) -> Role:
        return Role(self.role.data.removeprefix("role "))


class GiveSeatForm(Form):
    circle = Pick(say("In which circle?"))
    seat = Line(
        say("Which seat?"),
        description=say("Such as chair, or resident member."),
        validators=[needed(say("Write which seat")), at_most(60)],
    )
    last_day = DayField(
        say("Until which day?"), description=say("Empty means until somebody ends it."), validators=[optional]
    )
    go = SubmitField(say("Give this seat"))

    def offer(self, circles: list[tuple[int, Circle, str]]) -> None:
        self.circle.choices = choices(*((str(id_), name or CIRCLE_NAMES[kind]) for id_, kind, name in circles))


class EndRoleForm(Form):
    go = SubmitField(say("End this now"))


class ResetCodeForm(Form):
    go = SubmitField(say("Let them set up a new second code"))
