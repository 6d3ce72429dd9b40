"""Forms for joining."""

from wtforms import BooleanField, SubmitField

from coproduce.accounts.rules import WayInKind
from coproduce.accounts.rules.ways import WAY_IN_NAMES
from coproduce.web.forms import Email, Form, Line, Radios, Secret, at_most, choices, email_address, needed, phone_number
from coproduce.words import say

WAYS = (WayInKind.PASSPHRASE, WayInKind.EMAIL, WayInKind.PHONE)


class CodeForm(Form):
    code = Line(
        say("The code in your letter"),
        description=say("Ten letters and digits. Big or small letters, with a space or without: all is fine."),
        validators=[needed(say("Write the code from your letter")), at_most(40)],
    )
    go = SubmitField(say("Go on"))


class YouForm(Form):
    public_name = Line(
        say("What should neighbours call you?"),
        description=say("They see this beside what you write. Your first name is enough. You can change it later."),
        validators=[needed(say("Write a name")), at_most(80)],
    )
    way = Radios(
        say("How do you want to sign in next time?"),
        choices=choices(*((way.value, WAY_IN_NAMES[way]) for way in WAYS)),
        validators=[needed(say("Choose how you want to sign in"))],
    )
    go = SubmitField(say("Go on"))


class NewPassphraseForm(Form):
    passphrase = Secret(
        say("Three words or more that only you know"),
        description=say("With spaces between them. Not your name, your street or a song: three things you like, say."),
        validators=[needed(say("Write three words or more")), at_most(200)],
    )
    again = Secret(say("The same words again"), validators=[needed(say("Write the same words again"))])
    go = SubmitField(say("Keep these words"))


class NewEmailForm(Form):
    email = Email(
        say("Your email address"),
        description=say("We send a link there, so that we know it is yours."),
        validators=[needed(say("Write your email address")), at_most(254), email_address],
    )
    go = SubmitField(say("Send me the link"))


class NewPhoneForm(Form):
    phone = Line(
        say("Your mobile number"),
        description=say("We send a code there, so that we know it is yours."),
        validators=[needed(say("Write your mobile number")), at_most(30), phone_number],
    )
    go = SubmitField(say("Send me the code"))


NEW_WAY = {
    WayInKind.PASSPHRASE: NewPassphraseForm,
    WayInKind.EMAIL: NewEmailForm,
    WayInKind.PHONE: NewPhoneForm,
}


class HelpForm(Form):
    number = Line(
        say("Their resident number"),
        description=say("It stands on any letter about their rent. No number? Fill in the name and postcode below."),
        validators=[at_most(40)],
    )
    name = Line(say("Their full name, as on their tenancy"), validators=[at_most(160)])
    postcode = Line(say("Their postcode"), validators=[at_most(10)])
    how = Radios(
        say("How did they say that you may help?"),
        choices=choices(
            ("aloud", say("They said so, here in the room")),
            ("form", say("They signed a form")),
            ("interpreter", say("They said so through an interpreter")),
        ),
        validators=[needed(say("Choose how they said so"))],
    )
    agreed = BooleanField(say("They know what this is, and asked me to help them join"))
    go = SubmitField(say("Get them a code"))


class HandOverForm(Form):
    go = SubmitField(say("Sign me out and hand this over"))
