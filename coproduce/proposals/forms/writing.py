"""Forms for those who write a proposal."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField

from coproduce.duties.models import DutyVersion
from coproduce.duties.rules import AREA_NAMES, Area, fixes
from coproduce.neighbourhoods.rules import Spot
from coproduce.proposals import rules
from coproduce.proposals.forms.parts import (
    DutyAndOptions,
    Times,
    one_of,
    whole_number,
)
from coproduce.proposals.rules import (
    ENTERED_HOW,
    Stand,
    money,
)
from coproduce.proposals.rules.money import Way
from coproduce.web.forms import (
    Form,
    Line,
    Pounds,
    Radios,
    Words,
    at_most,
    choices,
    needed,
    optional,
    optional_number,
)
from coproduce.words import say


class WhatForm(Form):
    """What a proposal is about, in two lines."""

    title = Line(
        say("What would you like to change?"),
        description=say("A short title, such as: A bench by the lock."),
        validators=[needed(say("Give it a title")), at_most(rules.LONGEST_TITLE)],
    )
    summary = Words(
        say("In one sentence, what would be different?"),
        validators=[needed(say("Say in one sentence what would be different")), at_most(rules.LONGEST_SUMMARY)],
    )


class TextForm(WhatForm):
    """All that a proposal says of itself before its clauses. `seen` is the mark of what its writer had before them."""

    seen = HiddenField()
    strengths = Words(
        say("What is good here already, and who could help?"),
        description=say("Neighbours, groups, skills, places. Leave this empty if you are not sure."),
        validators=[optional, at_most(rules.LONGEST_STRENGTHS)],
    )
    reasons = Words(
        say("Why does it matter?"),
        description=say("A few sentences are enough. Please leave out names and house numbers."),
        validators=[needed(say("Say why it matters")), at_most(rules.LONGEST_REASONS)],
    )
    budget = Pounds(
        say("How much money is there for each home?"),
        description=say("In pounds. Leave this empty if nobody has said."),
        validators=[optional_number],
    )

    def for_area(self, area: Area) -> TextForm:
        """A budget is asked for where clauses are priced by home."""
        if money.way_of(area) is not Way.EACH_HOME:
            del self.budget
        return self


class NewProposalForm(WhatForm):
    place = SelectField(
        say("Where is it for?"),
        coerce=whole_number,
        validate_choice=False,
        validators=[needed(say("Choose the place"))],
    )
    area = RadioField(
        say("What is it about?"),
        choices=choices(*((area.value, name) for area, name in AREA_NAMES.items())),
        coerce=one_of(Area),
        validate_choice=False,
        validators=[needed(say("Choose what it is about"))],
    )

    def offer(self, places: Sequence[Spot]) -> NewProposalForm:
        """The person's own places, the smallest first; no question where there is only one."""
        self.place.choices = choices(*((str(spot.id), spot.name) for spot in places))
        return self


class ClauseForm(DutyAndOptions):
    """One clause. It asks only what its stand needs: `for_stand` leaves the rest out. `seen` is the number of the
    wording that its writer had before them."""

    seen = HiddenField()
    words = Words(
        say("What should the clause say?"),
        description=say("One thing to a clause. Say who does what, and by when."),
        validators=[needed(say("Write the words of the clause")), at_most(rules.LONGEST_CLAUSE)],
    )
    question = Words(
        say("What must be answered first?"),
        description=say("A duty keeper answers this in public."),
        validators=[needed(say("Write the question that must be answered")), at_most(rules.LONGEST_QUESTION)],
    )
    range_words = Line(
        say("Are there limits to what can be chosen?"),
        description=say("Leave this empty if you know of none. For example: between one pet and three."),
        validators=[optional, at_most(rules.LONGEST_RANGE)],
    )

    cost = Pounds(say("What does it cost?"), validators=[optional_number])
    times = Times(say("How many times a year?"))
    homes = Times(say("How many homes share it?"), most=money.MOST_HOMES)

    def for_way(self, way: Way) -> ClauseForm:
        """Ask for money as this kind of proposal is priced."""
        if way is Way.EACH_HOME:
            self.cost.label.text = say("What does it cost for each home?")
            self.cost.description = say("In pounds. Write a minus before it if it saves money.")
        if way is Way.SHARED:
            self.cost.label.text = say("What does it cost each time?")
            self.cost.description = say("In pounds, for all homes together.")
        else:
            del self.times, self.homes
        return self

    def for_stand(self, stand: Stand, duties: Sequence[DutyVersion], area: Area) -> ClauseForm:
        if stand is Stand.FIXED:
            self.duty.label.text = say("Which duty fixes it?")
            self.duty.validators = [needed(say("Choose the duty that fixes it"))]
            fixing = [duty for duty in duties if fixes(duty.level) and not duty.upcoming]
            self.offer(fixing, area=area, none=say("Choose a duty"))
        else:
            self.duty.label.text = say("Does a duty bear on it?")
            self.offer(duties, area=area, none=say("No duty, or I do not know"))
        if stand is not Stand.UNCLEAR:
            del self.question
        if stand is not Stand.FLEXIBLE:
            del self.options, self.range_words
        return self


class SplitForm(Form):
    first = Words(
        say("The clause, without what becomes a clause of its own"),
        validators=[needed(say("Write what stays in the clause")), at_most(rules.LONGEST_CLAUSE)],
    )
    second = Words(
        say("The new clause after it"),
        description=say("It starts as ours to decide. You can change how it stands afterwards."),
        validators=[needed(say("Write the new clause")), at_most(rules.LONGEST_CLAUSE)],
    )
    go = SubmitField(say("Make two clauses of it"))


class WithdrawForm(Form):
    why = Words(
        say("Why do you withdraw it?"),
        description=say("Those who backed it will read this."),
        validators=[needed(say("Say why")), at_most(rules.LONGEST_PROMISE)],
    )

    def for_draft(self) -> WithdrawForm:
        del self.why
        return self


class DiffersForm(Form):
    other = Radios(say("From which one?"), validators=[needed(say("Choose one of the proposals on the page"))])
    why = Words(
        say("Mine differs because…"),
        description=say("Both pages will show this, once yours is published."),
        validators=[needed(say("Say in what yours differs")), at_most(rules.LONGEST_SUMMARY)],
    )
    go = SubmitField(say("Save this and go on"))


class RaiseForForm(Form):
    """Whose idea a champion writes down: found as when they help somebody join."""

    number = Line(
        say("Their resident number"),
        description=say("It stands on any letter about their rent. No number? Fill in the name and postcode below."),
        validators=[optional, at_most(40)],
    )
    name = Line(say("Their full name, as on their tenancy"), validators=[optional, at_most(160)])
    postcode = Line(say("Their postcode"), validators=[optional, at_most(10)])
    how = Radios(
        say("How did they tell you?"),
        choices=choices(*ENTERED_HOW.items()),
        validators=[needed(say("Say how they told you"))],
    )
    agreed = BooleanField(say("They know that it will be published for them, and they agreed"))
    go = SubmitField(say("Write it down for them"))


class InviteForm(Form):
    person = Radios(say("Whom do you ask?"), validators=[needed(say("Choose somebody"))])
    go = SubmitField(say("Ask them"))
