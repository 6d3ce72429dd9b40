"""What can go wrong on purpose. Each carries a message that says what happened and what to do."""

from coproduce.words import Message


class Told(Exception):
    """An error with words for the person who met it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class Refused(Told):
    """This person may not do this (403)."""


class Conflict(Told):
    """The thing is not in a state that allows this, or the facts do not fit together (409; on a form 422)."""


class NotFound(Exception):
    """There is no such thing, or it is not this person's to see (404)."""


def require(refusal: Message | None) -> None:
    """Stop here when a policy gives a reason to refuse."""
    if refusal is not None:
        raise Refused(refusal)
