"""What a person is here: resident, colleague, and the roles and seats they hold now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from coproduce.texts import initials
from coproduce.words import Message, say


class Tenure(StrEnum):
    ASSURED = "assured"
    SECURE = "secure"
    SHARED_OWNERSHIP = "shared ownership"
    LEASEHOLD = "leasehold"
    OTHER = "other"


class Holder(StrEnum):
    SOLE = "sole"
    JOINT = "joint"
    HOUSEHOLD = "household"


class Role(StrEnum):
    CHAMPION = "champion"
    MODERATOR = "moderator"
    OFFICER = "officer"
    DECISION_OWNER = "decision owner"
    DUTY_KEEPER = "duty keeper"
    TELLER = "teller"
    BOARD_LINK = "board link"
    ADMINISTRATOR = "administrator"


class Circle(StrEnum):
    TASK_FORCE = "task force"
    CO_DESIGNERS = "co-designers"
    PANEL = "panel"


class Format(StrEnum):
    """How somebody needs what we send them."""

    LARGE_PRINT = "large print"
    EASY_READ = "easy read"
    INTERPRETER = "interpreter"


class LettersBy(StrEnum):
    """How somebody wants our letters."""

    EMAIL = "email"
    TEXT = "text"
    POST = "post"


class WayInKind(StrEnum):
    """A way to sign in, or a second proof beside one."""

    EMAIL = "email"
    PHONE = "phone"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    SINGLE_SIGN_ON = "single sign-on"
    SECOND_CODE = "second code"
    PAPER_CODES = "paper codes"


class Purpose(StrEnum):
    """What a one-use token is for. A token of one kind opens nothing of another."""

    SIGN_IN = "sign in"
    TEXT_CODE = "text code"
    JOIN = "join"
    CONFIRM_EMAIL = "confirm email"
    CONFIRM_PHONE = "confirm phone"
    PAPER_CODE = "paper code"


COLLEAGUES = frozenset({Role.OFFICER, Role.DECISION_OWNER, Role.DUTY_KEEPER, Role.ADMINISTRATOR})
EVERYWHERE: frozenset[int] | None = None

TENURE_NAMES: Mapping[Tenure, Message] = {
    Tenure.ASSURED: say("Assured tenancy"),
    Tenure.SECURE: say("Secure tenancy"),
    Tenure.SHARED_OWNERSHIP: say("Shared ownership"),
    Tenure.LEASEHOLD: say("Leasehold"),
    Tenure.OTHER: say("Another kind"),
}
FORMAT_NAMES: Mapping[Format, Message] = {
    Format.LARGE_PRINT: say("Large print"),
    Format.EASY_READ: say("Easy read"),
    Format.INTERPRETER: say("An interpreter"),
}
ROLE_NAMES: Mapping[Role, Message] = {
    Role.CHAMPION: say("Champion"),
    Role.MODERATOR: say("Moderator"),
    Role.OFFICER: say("Community Housing Officer"),
    Role.DECISION_OWNER: say("Answers for the landlord"),
    Role.DUTY_KEEPER: say("Duty keeper"),
    Role.TELLER: say("Teller"),
    Role.BOARD_LINK: say("Board link"),
    Role.ADMINISTRATOR: say("Administrator"),
}
CIRCLE_NAMES: Mapping[Circle, Message] = {
    Circle.TASK_FORCE: say("Task force"),
    Circle.CO_DESIGNERS: say("Co-designer"),
    Circle.PANEL: say("Panel"),
}


@dataclass(frozen=True)
class Standing:
    """Who somebody is here, now. Policies ask this and nothing else; a stranger has one too.

    `roles` says for each role where it is held: ids of places, or `EVERYWHERE` (None). `lives_in` holds every place
    around the person's homes: block, estate and neighbourhood.
    """

    person_id: int | None = None
    public_name: str = ""
    language: str = ""
    roles: Mapping[Role, frozenset[int] | None] = field(default_factory=dict)
    lives_in: frozenset[int] = frozenset()
    circles: frozenset[Circle] = frozenset()
    neighbourhood: str = ""
    neighbourhood_id: int | None = None
    needs_code: bool = False

    @property
    def is_trusted(self) -> bool:
        """Whether they hold more than a resident does, so that a stolen sign-in would do more harm."""
        return bool(self.roles) or Circle.TASK_FORCE in self.circles

    def without_trust(self) -> Standing:
        """Who they are until they have given their second code: a resident, or a guest, and no more."""
        if not self.is_trusted:
            return self
        return replace(self, roles={}, circles=self.circles - {Circle.TASK_FORCE}, needs_code=True)

    @property
    def known(self) -> bool:
        return self.person_id is not None

    @property
    def initials(self) -> str:
        return initials(self.public_name)

    def holds(self, role: Role, place_id: int | None = None) -> bool:
        """Whether they hold this role: at this place, or anywhere when none is named."""
        if role not in self.roles:
            return False
        places = self.roles[role]
        return places is None or place_id is None or place_id in places  # None: everywhere

    def is_neighbour(self, place_id: int) -> bool:
        """Whether they live in this place."""
        return place_id in self.lives_in

    @property
    def is_resident(self) -> bool:
        return bool(self.lives_in)

    @property
    def is_colleague(self) -> bool:
        """Signed in by the landlord: may propose, comment and support; never votes on a residents' ballot."""
        return bool(COLLEAGUES & self.roles.keys())

    def sits_on(self, circle: Circle) -> bool:
        return circle in self.circles

    @property
    def role_word(self) -> str:
        """One word for the record: the strongest thing that they are."""
        for role in (Role.ADMINISTRATOR, Role.DECISION_OWNER, Role.DUTY_KEEPER, Role.OFFICER):
            if role in self.roles:
                return role.value
        if Circle.TASK_FORCE in self.circles:
            return Circle.TASK_FORCE.value
        for role in (Role.CHAMPION, Role.MODERATOR):
            if role in self.roles:
                return role.value
        return "resident" if self.is_resident else "guest"

    @property
    def role_name(self) -> Message:
        """What stands beside their name: their role when they have one, else "neighbour"."""
        for role, name in ROLE_NAMES.items():
            if role.value == self.role_word:
                return name
        if self.role_word == Circle.TASK_FORCE.value:
            return CIRCLE_NAMES[Circle.TASK_FORCE]
        return say("neighbour") if self.is_resident else say("guest")


STRANGER = Standing()
