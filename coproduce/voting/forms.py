"""Forms of voting: the officer's, and the paper, which is made from the ballot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from wtforms import Field, RadioField, SelectField, SelectMultipleField, SubmitField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from coproduce.clock import LONDON, at
from coproduce.proposals.models import VersionClause
from coproduce.voting.models import Ballot, Question
from coproduce.voting.rules import USUAL_QUORUM
from coproduce.web.forms import Check, DayField, Form, Line, WholeNumber, at_most, choices, needed
from coproduce.words import Message, clock_time, say

HOURS = range(7, 23)
USUAL_HOUR = 20


def on_the_list(message: Message) -> Check:
    """What came in is one of the choices, or some of them; and one box of a name holds one answer."""

    def check(form: Any, field: Field) -> None:
        given = field.data if isinstance(field.data, list) else [field.data]
        offered = {str(choice.value) for choice in field.iter_choices()}
        if any(str(value) not in offered for value in given):
            raise StopValidation(message)  # type: ignore[arg-type]

    return check


def only_one(message: Message) -> Check:
    """Nobody can tick two rounds of one question but by hand; then it is not for us to choose between them."""

    def check(form: Any, field: Field) -> None:
        if len(field.raw_data or []) > 1:
            field.data = None
            raise StopValidation(message)  # type: ignore[arg-type]

    return check


class OpenBallotForm(Form):
    """When it closes, what is asked and how many must take part."""

    closes_on = DayField(
        say("On which day does the vote close?"), validators=[needed(say("Write the day on which the vote closes"))]
    )
    closes_hour = SelectField(
        say("At what time?"),
        validate_choice=False,
        validators=[on_the_list(say("Choose a time from the list"))],
    )
    clauses = SelectMultipleField(
        say("Which clauses do neighbours choose on, beside the whole?"),
        description=say("You can leave all of them out. Then the vote is yes or no to the whole."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        validators=[on_the_list(say("Choose clauses from the list"))],
    )
    quorum_percent = WholeNumber(
        say("Out of every 100 people on the roll, how many must vote for it to count?"),
        description=say("30 is usual. Fewer people deciding for all is harder to defend."),
        validators=[needed(say("Write a number from 1 to 100"))],
    )
    whole_prompt = Line(
        say("How should the question on the whole be put?"),
        description=say("Leave it empty for: Do you want this to go ahead, as it is written?"),
        validators=[at_most(200)],
    )
    open = SubmitField(say("Open the vote"))

    def offer(self, clauses: Sequence[VersionClause]) -> OpenBallotForm:
        """Fill in what can be chosen, and what is usual."""
        hours = [(str(hour), clock_time(at(date(2027, 1, 1), hour))) for hour in HOURS]
        self.closes_hour.choices = choices(*hours)
        if self.closes_hour.data is None:
            self.closes_hour.data = str(USUAL_HOUR)
        self.clauses.choices = choices(
            *[(str(entry.clause_version.clause_id), entry.clause_version.words) for entry in clauses]
        )
        if not self.is_submitted():
            self.quorum_percent.data = USUAL_QUORUM
            self.clauses.data = [str(entry.clause_version.clause_id) for entry in clauses]
        return self

    @property
    def closes_at(self) -> datetime:
        """The moment when London's clocks show it; the action refuses an hour that does not come."""
        return datetime.combine(cast(date, self.closes_on.data), time(int(self.closes_hour.data)), LONDON)

    @property
    def clause_ids(self) -> list[int]:
        return [int(value) for value in self.clauses.data or []]


class PaperForm(Form):
    """One round of choices a question. Made blank: no answer is chosen beforehand."""

    questions: frozenset[str] = frozenset()

    @property
    def answers(self) -> dict[str, str]:
        """What was chosen, by question id."""
        return {field.name[1:]: field.data for field in self if field.name in self.questions}


def paper_for(ballot: Ballot, filled_in: Mapping[str, str] | None = None) -> PaperForm:
    """The paper of this ballot: blank, or filled in with what a person chose before."""
    fields: dict[str, Any] = {name_of(question): _round(question) for question in ballot.questions}
    made = type("PaperOfBallot", (PaperForm,), {**fields, "questions": frozenset(fields)})
    given = {f"q{question}": key for question, key in (filled_in or {}).items()}
    return cast(PaperForm, made(data=given))


def name_of(question: Question) -> str:
    return f"q{question.id}"


def _round(question: Question) -> RadioField:
    number = question.position
    return RadioField(
        say("Question {number}", number=number),
        choices=choices(*[(option.key, option.name) for option in question.options]),
        validate_choice=False,
        validators=[
            only_one(say("Question {number} came with two answers. Choose one.", number=number)),
            needed(say("Choose an answer to question {number}. If you have no view, choose Abstain.", number=number)),
            on_the_list(say("That answer is not on question {number}. Choose one from the list.", number=number)),
        ],
    )


class RecountForm(Form):
    go = SubmitField(say("Count again"))
