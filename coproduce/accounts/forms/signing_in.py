"""Forms for signing in and out."""

from wtforms import SubmitField

from coproduce.web.forms import Email, Form, Line, Secret, at_most, email_address, needed, phone_number
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


class AskForTextForm(Form):
    phone = Line(
        say("Your mobile number"),
        description=say("We will send you a code by text message."),
        validators=[needed(say("Write your mobile number")), at_most(30), phone_number],
    )
    send = SubmitField(say("Send me a code"))


class TextCodeForm(Form):
    code = Line(
        say("The code in the text message"),
        description=say("Six digits. It works once, for 10 minutes."),
        validators=[needed(say("Write the code")), at_most(20)],
    )
    go = SubmitField(say("Sign in"))


class PassphraseForm(Form):
    number = Line(
        say("Your resident number"),
        description=say("It stands on your letter from us."),
        validators=[needed(say("Write your resident number")), at_most(60)],
    )
    passphrase = Secret(say("Your three words or more"), validators=[needed(say("Write your words")), at_most(200)])
    go = SubmitField(say("Sign in"))


class SignOutForm(Form):
    go = SubmitField(say("Sign out"))


class SignOutEverywhereForm(Form):
    go = SubmitField(say("Sign out everywhere"))


class EndSignInForm(Form):
    go = SubmitField(say("End this one"))


class SecondCodeForm(Form):
    code = Line(
        say("The code that your phone shows"),
        description=say("Six digits, from the app that you set up. Lost your phone? A code from your paper works too."),
        validators=[needed(say("Write the code")), at_most(20)],
    )
    go = SubmitField(say("Go on"))


class NewPaperForm(Form):
    go = SubmitField(say("Make a new sheet"))
