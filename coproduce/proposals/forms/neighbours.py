"""Forms for everybody who takes part: finding, backing, suggesting, joining."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SubmitField

from coproduce.duties.rules import Area
from coproduce.proposals import rules
from coproduce.proposals.forms.parts import (
    one_of,
    whole_number,
)
from coproduce.proposals.models import Version, VersionClause
from coproduce.proposals.rules import (
    DEED_NAMES,
    Deed,
    Stage,
    Stand,
)
from coproduce.web.forms import (
    Form,
    Line,
    Pick,
    Radios,
    Words,
    at_most,
    choices,
    needed,
    optional,
)
from coproduce.words import say


class FlagForm(Form):
    why = Words(
        say("What could be wrong with it?"),
        description=say("Say which rule you think of, if you know. Everybody can read this, without your name."),
        validators=[needed(say("Say what could be wrong with it")), at_most(rules.LONGEST_PROMISE)],
    )
    go = SubmitField(say("Ask a duty keeper to look"))


class SupportForm(Form):
    """A press of the button: `wants` is what it asks for."""

    wants = HiddenField()


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
