"""Forms of proposals: the shape of what is typed, and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import wtforms
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectChoice, SelectField, SubmitField
from wtforms.validators import NumberRange

from coproduce.duties.models import DutyVersion
from coproduce.duties.rules import AREA_NAMES, Area, fixes
from coproduce.neighbourhoods.rules import Spot
from coproduce.proposals import rules
from coproduce.proposals.models import Version, VersionClause
from coproduce.proposals.rules import (
    DEED_NAMES,
    ENTERED_HOW,
    MANDATE_NAMES,
    MOST_OPTIONS,
    VERDICTS,
    Deed,
    Mandate,
    Option,
    Stage,
    Stand,
    Within,
    money,
)
from coproduce.proposals.rules.money import Way
from coproduce.web.forms import (
    Form,
    Line,
    Pick,
    Pounds,
    Radios,
    WholeNumber,
    Words,
    at_most,
    choices,
    needed,
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
    """All that a proposal says of itself before its clauses."""

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


class _NamesDuty(Form):
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


class _DutyAndOptions(_NamesDuty):
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


class ClauseForm(_DutyAndOptions):
    """One clause. It asks only what its stand needs: `for_stand` leaves the rest out."""

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


class AnswerForm(_DutyAndOptions):
    answer = Words(
        say("What is the answer?"),
        description=say("Everybody can read this. Say where it stands, in plain words."),
        validators=[needed(say("Write the answer")), at_most(rules.LONGEST_ANSWER)],
    )
    stand = RadioField(
        say("So what is the clause?"),
        choices=choices(
            (Stand.FIXED.value, say("Fixed: law or regulation settles it")),
            (Stand.FLEXIBLE.value, say("Ours to decide: residents can choose")),
        ),
        coerce=one_of(Stand),
        validate_choice=False,
        validators=[needed(say("Say whether it is fixed or ours to decide"))],
    )


class SettleForm(Form):
    within = RadioField(
        say("Does this option keep inside the law?"),
        choices=choices(
            (Within.YES.value, say("Yes, a ballot may offer it")),
            (Within.NO.value, say("No, it would break a duty")),
        ),
        coerce=one_of(Within),
        validate_choice=False,
        validators=[needed(say("Say yes or no"))],
    )
    why = Words(
        say("Why?"),
        description=say("Everybody can read this."),
        validators=[needed(say("Say why")), at_most(rules.LONGEST_PROMISE)],
    )


class FlagForm(Form):
    why = Words(
        say("What could be wrong with it?"),
        description=say("Say which rule you think of, if you know. Everybody can read this, without your name."),
        validators=[needed(say("Say what could be wrong with it")), at_most(rules.LONGEST_PROMISE)],
    )
    go = SubmitField(say("Ask a duty keeper to look"))


class SettleFlagForm(_NamesDuty):
    """A duty keeper's answer to what may break a duty."""

    verdict = Radios(
        say("Does it keep inside the law?"),
        choices=choices(*((verdict.value, words) for verdict, words in VERDICTS.items())),
        validators=[needed(say("Say whether it keeps inside the law"))],
    )
    mended = Words(
        say("The words in which it keeps inside the law"),
        description=say("Only if it does so in other words. They become part of the text."),
        validators=[optional, at_most(rules.LONGEST_CLAUSE)],
    )
    why = Words(
        say("Why?"),
        description=say("Everybody can read this."),
        validators=[needed(say("Say why")), at_most(rules.LONGEST_PROMISE)],
    )
    go = SubmitField(say("Publish this"))


class MandateForm(Form):
    mandate = RadioField(
        say("How far do residents decide?"),
        choices=choices(*((mandate.value, name) for mandate, name in MANDATE_NAMES.items())),
        coerce=one_of(Mandate),
        validate_choice=False,
        validators=[needed(say("Choose how far residents decide"))],
    )
    words = Words(
        say("What do you promise, in your own words?"),
        description=say("This stands on the proposal for everybody to read."),
        validators=[needed(say("Write the promise")), at_most(rules.LONGEST_PROMISE)],
    )


class ChangeMandateForm(MandateForm):
    why = Words(
        say("Why does it change?"),
        description=say("Everybody can read this."),
        validators=[needed(say("Say why it changes")), at_most(rules.LONGEST_PROMISE)],
    )


class SupportNeededForm(Form):
    place = Pick(say("Where?"))
    area = SelectField(
        say("For which subject?"),
        choices=choices(("", say("All subjects")), *((area.value, name) for area, name in AREA_NAMES.items())),
        coerce=one_of(Area),
        validate_choice=False,
    )
    number = WholeNumber(
        say("How many neighbours must back it?"),
        description=say("Leave this empty to take what is set around this place."),
        validators=[optional_number],
    )
    go = SubmitField(say("Save"))

    def offer_places(self, spots: Iterable[tuple[Spot, int]]) -> SupportNeededForm:
        self.place.choices = choices(*((str(spot.id), f"{'– ' * depth}{spot.name}") for spot, depth in spots))
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


class SupportForm(Form):
    """A press of the button: `wants` is what it asks for."""

    wants = HiddenField()


class PressForm(Form):
    """One button, nothing typed."""

    go = SubmitField()


class SuggestForm(Form):
    """A change to one clause, or a clause to be added: `offer` says which."""

    deed = Radios(say("What would you change?"), validators=[needed(say("Choose what you would change"))])
    words = Words(say("The words that you suggest"), validators=[optional, at_most(rules.LONGEST_CLAUSE)])
    place = Pick(say("Where shall it stand?"))
    reason = Words(
        say("Why?"),
        description=say("One sentence is enough. Everybody who is signed in can read it."),
        validators=[needed(say("Say why, in a sentence")), at_most(rules.LONGEST_PROMISE)],
    )
    go = SubmitField(say("Suggest this"))

    def offer(self, version: Version, item: VersionClause | None) -> None:
        """The deeds that make sense for this clause; for a new clause, only where it shall stand."""
        places = [
            (str(number), say("As clause {number}", number=number)) for number in range(1, len(version.clauses) + 1)
        ]
        if item is None:
            del self.deed
            self.place.choices = choices(("", say("At the end")), *places)
            return
        deeds = [deed for deed in (Deed.REPLACE, Deed.MOVE, Deed.REMOVE) if deed is not Deed.REMOVE or may_go(item)]
        self.deed.choices = choices(*((deed.value, DEED_NAMES[deed]) for deed in deeds))
        self.place.choices = choices(("", say("Where it is now")), *places)
        if not self.is_submitted():
            self.deed.data, self.words.data = Deed.REPLACE.value, item.clause_version.words

    @property
    def chosen(self) -> Deed:
        return Deed(self.deed.data) if self.deed else Deed.ADD

    @property
    def chosen_place(self) -> int | None:
        return int(self.place.data) if self.place.data else None


def may_go(item: VersionClause) -> bool:
    """The law's own clauses stay."""
    return item.stand is not Stand.FIXED


class AcceptForm(Form):
    seen = HiddenField()
    words = Words(
        say("The words as they will stand"),
        description=say("Change them if you like. Both of you are named."),
        validators=[optional, at_most(rules.LONGEST_CLAUSE)],
    )
    go = SubmitField(say("Take it into the text"))


class DeclineForm(Form):
    why = Words(
        say("Why is it not taken in?"),
        description=say("Whoever suggested it and everybody who backed it will read this."),
        validators=[needed(say("Say why")), at_most(rules.LONGEST_PROMISE)],
    )
    keep_as = Line(
        say("Keep it as an option for the vote, under this name"),
        description=say("Leave this empty if it shall not be one."),
        validators=[optional, at_most(rules.LONGEST_OPTION)],
    )
    go = SubmitField(say("Decline it"))


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


class OfferMergeForm(Form):
    other = Pick(say("Which of yours shall stay?"), validators=[needed(say("Choose one"))])
    why = Words(
        say("Why do they belong together?"),
        description=say("Everybody can read this once they are joined."),
        validators=[needed(say("Say why they belong together")), at_most(rules.LONGEST_PROMISE)],
    )
    go = SubmitField(say("Ask the people who write it"))


class DeclineMergeForm(Form):
    why = Words(say("Why not?"), validators=[needed(say("Say why not")), at_most(rules.LONGEST_PROMISE)])
    go = SubmitField(say("Keep them apart"))


class FollowForm(Form):
    """Yes or no, by the button pressed; for whom, when a champion writes it down."""

    follows = HiddenField()
    person = HiddenField()


class FindForm:
    """The search as it stands in the address; what makes no sense is left out."""

    def __init__(self, asked: Any) -> None:
        self.words: str = " ".join(str(asked.get("words", "")).replace("\x00", "").split())[:100]
        self.place: int | None = whole_number(asked.get("place"))
        self.area: Area | None = one_of(Area)(asked.get("area"))
        self.stage: Stage | None = one_of(Stage)(asked.get("stage"))

    @property
    def narrows(self) -> bool:
        return bool(self.place or self.area or self.stage)

    @property
    def asks(self) -> bool:
        return bool(self.words) or self.narrows
