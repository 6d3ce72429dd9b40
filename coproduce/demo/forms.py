"""Forms of the demo."""

from wtforms import SubmitField

from coproduce.web.forms import Form
from coproduce.words import say


class BeForm(Form):
    go = SubmitField(say("Be this person"))
