"""What makes a passphrase: three words or more that nobody would guess. No rules of signs and capitals.

Lengths follow NIST SP 800-63B-4, 3.1.1: 15 letters when it is the only proof, long ones taken whole, a list of words
that are refused, and nothing asked of how it is made up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from coproduce import texts
from coproduce.words import Message, say

SHORTEST, LONGEST = 15, 200
FEWEST_WORDS = 3

# Words that guessers try first. They may stand in a passphrase; they do not count as one of its three.
COMMON = frozenset(
    {
        "password", "passphrase", "passcode", "pass", "word", "login", "letmein", "welcome", "admin", "administrator",
        "user", "secret", "qwerty", "qwertyuiop", "asdfgh", "zxcvbn", "abc", "abcd", "test", "hello", "please",
        "monkey", "dragon", "master", "sunshine", "princess", "football", "liverpool", "arsenal", "chelsea",
        "everton", "united", "city", "rangers", "celtic", "england", "wales", "scotland", "london", "manchester",
        "leeds", "summer", "winter", "spring", "autumn", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "love", "iloveyou", "you", "me", "my", "i", "the", "a", "an", "and", "or",
        "is", "it", "to", "in", "on", "of", "for", "with", "at", "this", "that", "home", "house", "housing", "homes",
        "tenant", "tenancy", "resident", "landlord", "council", "estate", "street", "road", "rent", "repair",
        "repairs", "association", "society", "group", "trust", "mum", "dad", "baby", "one", "two", "three", "four",
        "five", "six", "seven", "eight", "nine", "ten",
    }
)  # fmt: skip
KNOWN_PHRASES = frozenset(
    {
        "correct horse battery staple",
        "the quick brown fox",
        "the quick brown fox jumps over the lazy dog",
        "three words or more",
        "open the pod bay doors",
        "to be or not to be",
        "may the force be with you",
        "once upon a time",
        "happy birthday to you",
        "twinkle twinkle little star",
        "god save the king",
        "god save the queen",
        "youll never walk alone",
    }
)


def settled(typed: str) -> str:
    """As it is kept and compared: composed, lower case, one space between words. Phones add capitals and spaces of
    their own, and people must not be kept out by those."""
    return " ".join(texts.printable(unicodedata.normalize("NFC", typed)).casefold().split())


def wrong(typed: str, local: Iterable[str]) -> Message | None:
    """Why this cannot be somebody's passphrase. `local` are words around them: their name, street, estate, landlord."""
    phrase = settled(typed)
    if len(phrase) > LONGEST:
        return say("This is longer than 200 letters. Make it shorter.")
    words = words_of(phrase)
    if len(words) < FEWEST_WORDS:
        return say("Use three words or more, with spaces between them.")
    if len(phrase) < SHORTEST:
        return say("This is too short. Use longer words, or one more word.")
    if " ".join(words) in KNOWN_PHRASES:
        return say("Many people use these words. Choose others.")
    near = {word for text in local for word in words_of(settled(text))}
    own = {word for word in words if word not in COMMON | near and not word.isdigit() and len(set(word)) > 1}
    if len(own) < FEWEST_WORDS:
        return say("This is easy to guess. Use three words that have nothing to do with you, your home or each other.")
    return None


def words_of(phrase: str) -> list[str]:
    return re.findall(r"[^\W_]+", phrase.replace("'", "").replace("’", ""))
