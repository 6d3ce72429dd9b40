"""The cast of the demo: whom a visitor can be, and what each is good for trying. Everybody is invented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coproduce.words import Message, say


class Part(StrEnum):
    RESIDENT = "resident"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Player:
    """One person of the cast, found again by their email."""

    key: str
    full_name: str
    public_name: str
    part: Part
    about: Message

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


CAST = (
    Player("asha", "Asha Malik", "Asha", Part.RESIDENT, say("Resident. A vote is waiting for her, and a draft.")),
    Player("joyce", "Joyce Whitworth", "Joyce", Part.RESIDENT, say("Resident. She wrote the pet policy with others.")),
    Player("marek", "Marek Nowak", "Marek", Part.RESIDENT, say("Resident of a flat. He is gathering support.")),
    Player("tom", "Tom Hargreaves", "Tom", Part.RESIDENT, say("Resident. His idea about bins is being done.")),
    Player("sam", "Sam Bright", "Sam", Part.RESIDENT, say("Resident. Asks good questions, reads on an old phone.")),
    Player("bronwen", "Bronwen Hughes", "Bronwen", Part.RESIDENT, say("Resident and champion at Lockside Hall.")),
    Player("farida", "Farida Haq", "Farida", Part.RESIDENT, say("Resident, on the task force. A reason needs rating.")),
    Player("idris", "Idris Rahman", "Idris", Part.RESIDENT, say("Resident, chair of the task force.")),
    Player("ella", "Ella Stone", "Ella", Part.RESIDENT, say("Resident of Mill Bank, another neighbourhood.")),
    Player("denise", "Denise Okafor", "Denise Okafor", Part.COLLEAGUE, say("Community Housing Officer for Walsden.")),
    Player("priya", "Priya Nair", "Priya Nair", Part.COLLEAGUE, say("Answers for the landlord. One answer is late.")),
    Player("ruth", "Ruth Adeyemi", "Ruth Adeyemi", Part.COLLEAGUE, say("Keeps the register of duties.")),
    Player(
        "nadia",
        "Nadia Rahman",
        "Nadia Rahman",
        Part.COLLEAGUE,
        say("Moderator for Walsden. A danger and a report wait."),
    ),
    Player("grace", "Grace Lim", "Grace Lim", Part.COLLEAGUE, say("Administrator.")),
)

# Somebody without an email, who signs in with her number and three words: the demo's page says which.
BY_WORDS, WORDS = "Leanne Ashworth", "otter violin marble"

FIRST_NAMES = (
    *("Amir", "Bella", "Callum", "Dawn", "Eve", "Faisal", "Gemma", "Harriet", "Imran", "Jess", "Karl", "Leanne", "Mo"),
    *("Nadia", "Oliver", "Pat", "Rehana", "Sean", "Tariq", "Una", "Vera", "Will", "Yasmin", "Zoe", "Abdul", "Brenda"),
    *("Carl", "Donna", "Eileen", "Frank", "Gail", "Hamza", "Irene", "Jack", "Kath", "Liam", "Maureen", "Nasreen"),
)
LAST_NAMES = (
    *("Ashworth", "Barker", "Crossley", "Dyson", "Eastwood", "Fielden", "Greenwood", "Hirst", "Ingham", "Jagger"),
    *("Khan", "Lord", "Mitchell", "Naylor", "Ogden", "Patel", "Quarmby", "Royds", "Sutcliffe", "Taylor", "Uttley"),
)
