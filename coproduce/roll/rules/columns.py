"""The columns that a list of residents may have, and what landlords' own systems call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from coproduce.words import Message, say


class Column(StrEnum):
    REF = "ref"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    ADULT = "adult"
    HOME_REF = "home ref"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PLACE = "place"
    TENURE = "tenure"
    HOLDER = "holder"
    SINCE = "since"
    UNTIL = "until"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE = "language"
    FORMATS = "formats"
    LARGE_PRINT = "large print"
    EASY_READ = "easy read"
    INTERPRETER = "interpreter"
    DO_NOT_WRITE = "do not write"


COLUMN_NAMES: Mapping[Column, Message] = {
    Column.REF: say("Resident number"),
    Column.NAME: say("Full name"),
    Column.FIRST_NAME: say("First name"),
    Column.LAST_NAME: say("Last name"),
    Column.ADULT: say("18 or over"),
    Column.HOME_REF: say("Number of the home"),
    Column.ADDRESS: say("Address"),
    Column.POSTCODE: say("Postcode"),
    Column.PLACE: say("Place"),
    Column.TENURE: say("Tenure"),
    Column.HOLDER: say("Sole or joint"),
    Column.SINCE: say("Tenancy began"),
    Column.UNTIL: say("Tenancy ended"),
    Column.EMAIL: say("Email"),
    Column.PHONE: say("Phone"),
    Column.LANGUAGE: say("Language"),
    Column.FORMATS: say("Format needs, all in one column"),
    Column.LARGE_PRINT: say("Needs large print"),
    Column.EASY_READ: say("Needs easy read"),
    Column.INTERPRETER: say("Needs an interpreter"),
    Column.DO_NOT_WRITE: say("Do not write to this address"),
}
NEEDED = (Column.REF, Column.HOME_REF, Column.ADDRESS, Column.POSTCODE, Column.PLACE, Column.TENURE, Column.SINCE)
SEVERAL = frozenset({Column.ADDRESS})  # systems cut an address into lines; they are joined again

# Headings as housing systems write them, without case, spaces and signs.
KNOWN_AS: Mapping[Column, Sequence[str]] = {
    Column.REF: (
        "residentreference", "residentref", "residentnumber", "residentno", "personreference", "personref",
        "personid", "tenantreference", "tenantref", "tenantid", "customerreference", "customerref", "customerid",
        "contactid", "partyreference", "partyref", "reference", "ref",
    ),
    Column.NAME: ("name", "fullname", "residentname", "tenantname", "customername", "personname"),
    Column.FIRST_NAME: ("firstname", "forename", "forenames", "givenname", "firstnames"),
    Column.LAST_NAME: ("lastname", "surname", "familyname"),
    Column.ADULT: ("18orover", "over18", "18plus", "adult", "isadult", "aged18orover"),
    Column.HOME_REF: (
        "homereference", "homeref", "propertyreference", "propertyref", "propref", "propertyid", "uprn",
        "unitreference", "unitref", "assetid", "assetreference", "placeref",
    ),
    Column.ADDRESS: (
        "address", "fulladdress", "propertyaddress", "addressline1", "addressline2", "addressline3", "address1",
        "address2", "address3", "street", "town",
    ),
    Column.POSTCODE: ("postcode", "postalcode", "pcode"),
    Column.PLACE: (
        "place", "neighbourhood", "estate", "block", "scheme", "schemename", "patch", "area",
    ),
    Column.TENURE: ("tenure", "tenuretype", "tenancytype", "agreementtype"),
    Column.HOLDER: ("soleorjoint", "solejoint", "joint", "tenancyholder", "holder", "jointtenancy"),
    Column.SINCE: (
        "since", "tenancystart", "tenancystartdate", "startdate", "from", "tenancybegan", "start",
    ),
    Column.UNTIL: (
        "until", "tenancyend", "tenancyenddate", "enddate", "to", "tenancyended", "end", "terminationdate",
    ),
    Column.EMAIL: ("email", "emailaddress", "mail", "contactemail"),
    Column.PHONE: (
        "phone", "mobile", "mobilephone", "mobilenumber", "telephone", "tel", "phonenumber", "contactphone",
    ),
    Column.LANGUAGE: ("language", "preferredlanguage", "firstlanguage", "mainlanguage"),
    Column.FORMATS: (
        "formatneeds", "formats", "communicationneeds", "preferredformat", "accessibleformat",
    ),
    Column.LARGE_PRINT: ("largeprint", "needslargeprint"),
    Column.EASY_READ: ("easyread", "needseasyread"),
    Column.INTERPRETER: ("interpreter", "needsinterpreter", "interpreterneeded"),
    Column.DO_NOT_WRITE: ("donotwrite", "donotwritetothisaddress", "donotmail", "nomail", "donotpost"),
}  # fmt: skip


def plain(heading: str) -> str:
    """A heading as we compare it: letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", heading.lower())


def suggest(headings: Sequence[str], remembered: Mapping[str, Column]) -> dict[int, Column]:
    """Which column each heading most likely is, by its position: as last time, else as other systems call it."""
    found: dict[int, Column] = {}
    for position, heading in enumerate(headings):
        column = remembered.get(plain(heading)) or _known(plain(heading))
        if column and (column in SEVERAL or column not in found.values()):
            found[position] = column
    return found


def _known(heading: str) -> Column | None:
    return next((column for column, names in KNOWN_AS.items() if heading in names), None)


def wrong_match(columns: Iterable[Column]) -> Message | None:
    """Why these columns are not enough to work with, or say one thing twice."""
    chosen = list(columns)
    for column in Column:
        if chosen.count(column) > 1 and column not in SEVERAL:
            return say("You chose “{column}” for two columns. Choose it for one.", column=COLUMN_NAMES[column])
    for column in NEEDED:
        if column not in chosen:
            return say("No column is matched to “{column}”, and we need that one.", column=COLUMN_NAMES[column])
    if Column.NAME not in chosen and Column.LAST_NAME not in chosen:
        return say("No column is matched to “{column}”, and we need that one.", column=COLUMN_NAMES[Column.NAME])
    return None
