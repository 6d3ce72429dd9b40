"""Forms for the landlord's people: answers, verdicts, the promise."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectField, SubmitField

from coproduce.duties.rules import AREA_NAMES, Area
from coproduce.neighbourhoods.rules import Spot
from coproduce.proposals import rules
from coproduce.proposals.forms.parts import (
    DutyAndOptions,
    NamesDuty,
    one_of,
)
from coproduce.proposals.rules import (
    MANDATE_NAMES,
    VERDICTS,
    Mandate,
    Stand,
    Within,
)
from coproduce.web.forms import (
    Form,
    Pick,
    Radios,
    WholeNumber,
    Words,
    at_most,
    choices,
    needed,
    optional,
    optional_number,
)
from coproduce.words import say


class AnswerForm(DutyAndOptions):
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


class SettleFlagForm(NamesDuty):
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
