"""Forms of accounts."""

from wtforms import SubmitField

from coproduce.web.forms import Email, Form, at_most, email_address, needed
from coproduce.words import say


class AskForLinkForm(Form):
    email = Email(
        say("Your email address"),
        description=say("We will send you a link. There is no password to remember."),
        validators=[needed(say("Write your email address")), at_most(254), email_address],
    )
    send = SubmitField(say("Send me a link"))


class UseLinkForm(Form):
    go = SubmitField(say("Sign in"))


class SignOutForm(Form):
    go = SubmitField(say("Sign out"))


class SignOutEverywhereForm(Form):
    go = SubmitField(say("Sign out everywhere"))
