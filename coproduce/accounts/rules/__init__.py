"""What a person is here, and how they show that it is them."""

from coproduce.accounts.rules.standing import (
    CIRCLE_NAMES,
    COLLEAGUES,
    EVERYWHERE,
    FORMAT_NAMES,
    ROLE_NAMES,
    STRANGER,
    TENURE_NAMES,
    Circle,
    Format,
    Holder,
    LettersBy,
    Purpose,
    Role,
    Standing,
    Tenure,
    WayInKind,
)

__all__ = [
    "CIRCLE_NAMES",
    "COLLEAGUES",
    "EVERYWHERE",
    "FORMAT_NAMES",
    "ROLE_NAMES",
    "STRANGER",
    "TENURE_NAMES",
    "Circle",
    "Format",
    "Holder",
    "LettersBy",
    "Purpose",
    "Role",
    "Standing",
    "Tenure",
    "WayInKind",
]
