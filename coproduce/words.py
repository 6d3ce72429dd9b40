"""Words for people: messages that wait until a reader is known, and the reader's language, dates and money.

Rules, policies, actions, forms and audit facts carry a `Message`: an English sentence (its key) and its values.
It is put into words when it is shown, in the language that `speaking` has set for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from coproduce.clock import LONDON, day_of
from coproduce.config import Wrong

CATALOGUES = Path(__file__).parent / "translations"
ENGLISH = "en-GB"


@dataclass(frozen=True)
class Language:
    """A language that pages and letters can be in. `locale` is the one that its dates and numbers follow."""

    code: str
    name: str
    locale: Locale
    catalogue: NullTranslations

    @property
    def direction(self) -> str:
        return self.locale.text_direction


def _english() -> Language:
    return Language(ENGLISH, "English", Locale("en", "GB"), NullTranslations())


_languages: dict[str, Language] = {ENGLISH: _english()}
_reader: ContextVar[str] = ContextVar("reader", default=ENGLISH)


def install(code: str, *, name: str, locale: str, catalogue: NullTranslations | None = None) -> None:
    """Offer a language. Its catalogue is `translations/<code>/LC_MESSAGES/coproduce.mo` unless one is given."""
    found = catalogue or Translations.load(CATALOGUES, [code], "coproduce")
    _languages[code] = Language(code, name, Locale.parse(locale, sep="-"), found)


# The languages that landlords ask for first. One is offered once its catalogue is in `translations/`.
KNOWN = {
    "ar": "العربية",
    "bn": "বাংলা",
    "cy": "Cymraeg",
    "fa": "فارسی",
    "pa": "ਪੰਜਾਬੀ",
    "pl": "Polski",
    "ro": "Română",
    "so": "Soomaali",
    "uk": "Українська",
    "ur": "اردو",
}


def install_known(code: str) -> None:
    """Offer a language that we have a catalogue for, by its code."""
    if code not in KNOWN or not (CATALOGUES / code).is_dir():
        raise Wrong(f"COPRODUCE_LANGUAGES names {code!r}, and there is no translation for it yet. Take it out.")
    install(code, name=KNOWN[code], locale=code)


def forget(code: str) -> None:
    del _languages[code]


def languages() -> list[Language]:
    return sorted(_languages.values(), key=lambda language: language.name)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say everything in this language; in English when we do not have it."""
    token = _reader.set(code if code in _languages else ENGLISH)
    try:
        yield
    finally:
        _reader.reset(token)


def speak(code: str) -> None:
    """As `speaking`, until somebody else speaks: for the length of a request."""
    _reader.set(code if code in _languages else ENGLISH)


def language() -> Language:
    return _languages.get(_reader.get()) or _languages[ENGLISH]


def gettext(text: str, /, **values: Any) -> str:
    found = language().catalogue.ugettext(text) if text else ""
    return found.format(**_shown(values)) if values else found


def ngettext_plain(one: str, many: str, n: int) -> str:
    """For templates, where Jinja fills the values in."""
    return language().catalogue.ungettext(one, many, n)


def gettext_plain(text: str) -> str:
    return language().catalogue.ugettext(text) if text else ""


def ngettext(one: str, many: str, /, n: int, **values: Any) -> str:
    return language().catalogue.ungettext(one, many, n).format(**_shown({"n": n, **values}))


@dataclass(frozen=True)
class Message:
    """A sentence that is not in words yet. `str()` puts it into the reader's language."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str | None = None

    def __str__(self) -> str:
        if self.many is not None:
            return ngettext(self.text, self.many, **self.values)
        return gettext(self.text, **self.values)

    def __hash__(self) -> int:
        return hash((self.text, self.many, tuple(sorted(self.values.items(), key=str))))

    def __bool__(self) -> bool:
        return bool(self.text)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def say(text: str, /, **values: Any) -> Message:
    """A message: `say("Voting closed on {day}.", day=closed_on)`. Found by `make words`."""
    return Message(text, values)


def say_n(one: str, many: str, n: int, /, **values: Any) -> Message:
    """A message that counts: `say_n("{n} neighbour", "{n} neighbours", 3)`."""
    return Message(one, {"n": n, **values}, many)


def day(value: date | datetime) -> str:
    """Friday 11 December 2026. With its weekday, because somebody may have to act on it."""
    moment = day_of(value) if isinstance(value, datetime) else value
    return format_date(moment, "EEEE d MMMM y", locale=language().locale)


def short_day(value: date | datetime) -> str:
    """11 December 2026."""
    moment = day_of(value) if isinstance(value, datetime) else value
    return format_date(moment, "d MMMM y", locale=language().locale)


def clock_time(value: datetime) -> str:
    """8pm, 6:30pm; as the reader's language writes it."""
    local = value.astimezone(LONDON)
    if language().locale.language == "en":
        return f"{local:%I:%M}".removesuffix(":00").lstrip("0") + ("am" if local.hour < 12 else "pm")
    return format_time(local.time(), "short", locale=language().locale)


def moment(value: datetime) -> str:
    """Sunday 29 November 2026, 8pm."""
    return gettext("{day}, {time}", day=day(value), time=clock_time(value))


def money(pence: int) -> str:
    """£6.50; £650 when there are no odd pence."""
    pattern = None if pence % 100 else "¤#,##0"
    return format_currency(pence / 100, "GBP", pattern, locale=language().locale, currency_digits=bool(pence % 100))


def number(value: int) -> str:
    return format_decimal(value, locale=language().locale)


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _show(value) for name, value in values.items()}


def _show(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return value


def pack(value: Any) -> Any:
    """Facts as plain JSON: days, moments and messages are wrapped so that `unpack` gives them back."""
    if isinstance(value, Message):
        return {"$say": value.text, "$many": value.many, "values": pack(dict(value.values))}
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return {key: pack(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [pack(item) for item in value]
    return value


def unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$say" in value:
        return Message(value["$say"], unpack(value["values"]), value["$many"])
    if "$moment" in value:
        return datetime.fromisoformat(value["$moment"])
    if "$day" in value:
        return date.fromisoformat(value["$day"])
    return {key: unpack(item) for key, item in value.items()}
