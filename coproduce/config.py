"""Settings: each comes from a `COPRODUCE_*` variable of the environment. docs/running.md has them in one table."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

PREFIX = "COPRODUCE_"
SMALLEST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
WHITE, GROUND = "#ffffff", "#f7f3ec"
LOOPBACK = {"127.0.0.1", "localhost"}


def setting(words: str, default: Any = "") -> Any:
    """A field with the words that docs/running.md and `coproduce check` use for it."""
    return field(default=default, metadata={"words": words})


class Wrong(Exception):
    """A setting cannot be used. The message says which, why, and what to set instead."""


@dataclass(frozen=True)
class Settings:
    database_url: str = setting("Where the data is: sqlite:////path/file.db or postgresql+psycopg://…", "")
    secret_key: str = setting("Signs cookies. 32 random bytes or more: `coproduce keys` makes one.", "")
    secret_key_before: str = setting("The secret key before this one, so that cookies last through a change.", "")
    audit_key: str = setting("Marks each row of the record. Keep it off the database and its backups.", "")
    seal_key: str = setting("Signs the sealed heads of the record (Ed25519 seed, 64 hexadecimal digits).", "")
    base_url: str = setting("The address people type, such as https://together.example.org", "http://127.0.0.1:8000")
    bind: str = setting("Where `coproduce serve` listens: host:port, or unix:/path.", "127.0.0.1:8000")
    workers: int = setting("How many web processes; 0: twice the processors, two to eight.", 0)
    threads: int = setting("How many threads in each web process.", 1)
    proxies: int = setting("How many proxies stand in front and set X-Forwarded-*.", 0)
    proxy_addresses: str = setting("From which addresses those proxies come, with commas.", "127.0.0.1,::1")
    mail_url: str = setting("smtp://user:password@host:587 or smtps://…; empty keeps letters unsent.", "")
    mail_from: str = setting("The address that letters come from.", "coproduce@example.org")
    sso_issuer: str = setting("The issuer of the landlord's own sign-in (OpenID Connect): https://…; empty: none.", "")
    sso_client_id: str = setting("What that sign-in calls this site.", "")
    sso_client_secret: str = setting("The secret that goes with it.", "")
    text_url: str = setting(
        "https://key@gateway.example.org/path of a gateway for text messages; empty keeps them with the letters.", ""
    )
    passphrase_memory: int = setting("Memory for each check of a passphrase (argon2id), in KiB; 19456 or more.", 19_456)
    huey_url: str = setting("Where the worker's queue is: redis://… or postgresql://…; empty: beside the data.", "")
    limits_url: str = setting("Where floods are counted: memory:// or redis://…", "memory://")
    landlord: str = setting("The landlord's name.", "Heatherlock Homes")
    name: str = setting("What this site is called.", "Coproduce")
    brand_colour: str = setting("The landlord's colour, such as #0b5468. Refused under a contrast of 4.5 to 1.", "")
    logo: str = setting("A file with the landlord's logo (SVG or PNG), shown beside its name.", "")
    help_phone: str = setting("The number people ring for help.", "0808 157 0123")
    help_hours: str = setting("When somebody answers that number.", "9am to 7pm, Monday to Friday")
    security_contact: str = setting("Where security problems are told: mailto:… or https://…", "")
    languages: str = setting("Languages offered beside English, by code, with commas.", "")
    open_talk: bool = setting("Whether people who are not signed in may read comments and names.", False)
    support_needed: int = setting("How many neighbours must back a proposal before the landlord must answer.", 30)
    mandate_days: int = setting("Working days the landlord has to make its promise once support is reached.", 10)
    answer_days: int = setting("Working days the landlord has to answer a vote.", 20)
    repairs_phone: str = setting("The landlord's number for repairs and dangers, at any hour.", "0808 157 0124")
    complaints_phone: str = setting("The landlord's number for complaints.", "0808 157 0125")
    safety_phone: str = setting("The landlord's number when somebody is hurt or may be.", "0808 157 0126")
    first_posts_wait: int = setting("How many first posts of each resident wait for a moderator.", 0)
    question_days: int = setting("Working days a duty keeper has to answer a question.", 10)
    largest_request: int = setting("The largest request taken, in bytes.", 1_000_000)
    pg_bin: str = setting("The folder of pg_dump, pg_restore and psql, when they are not on PATH.", "")
    log_level: str = setting("How much is logged: INFO, WARNING …", "INFO")
    demo: bool = setting("The invented year, its sign-in page and its letters. Never where real people are.", False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. An empty variable counts as not set."""
        settings, wrong = cls.read(os.environ if env is None else env)
        if wrong:
            raise Wrong("\n".join(wrong))
        return settings

    @classmethod
    def read(cls, env: Mapping[str, str]) -> tuple[Settings, list[str]]:
        """The settings, and what could not be read: each of those is left as if it were not set."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for one in fields(cls):
            text = env.get(variable(one.name), "")
            if not text:
                continue
            try:
                values[one.name] = _read(one.name, one.default, text)
            except Wrong as reason:
                wrong.append(str(reason))
        return cls(**values), wrong

    def flask(self) -> dict[str, Any]:
        """What Flask and its extensions are told."""
        secure = self.base_url.startswith("https://")
        return {
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": [self.secret_key_before] if self.secret_key_before else None,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SESSION_COOKIE_NAME": "__Host-coproduce" if secure else "coproduce",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
            "TRUSTED_HOSTS": ["127.0.0.1", "localhost"] if self.host in LOOPBACK else [self.host],
            "MAX_CONTENT_LENGTH": self.largest_request,
            "MAX_FORM_MEMORY_SIZE": self.largest_request,
            "MAX_FORM_PARTS": 1_000,
            "WTF_CSRF_TIME_LIMIT": None,
            "RATELIMIT_STORAGE_URI": self.limits_url,
        }

    @property
    def host(self) -> str:
        """The host that the site answers to, without its port."""
        return re.sub(r"^https?://([^/:]+).*$", r"\1", self.base_url)

    @property
    def queue_url(self) -> str:
        """Where the worker's queue is when nobody has said: in memory for the demo, else beside the data."""
        if self.huey_url or self.demo:
            return self.huey_url or "memory:"
        if self.database_url.startswith("sqlite"):
            return self.database_url.removesuffix(".db") + "-queue.db"
        return self.database_url

    @property
    def offered(self) -> list[str]:
        return [code.strip() for code in self.languages.split(",") if code.strip()]


_chosen = Settings()


def use(settings: Settings) -> None:
    """Let every feature read these settings: called once by `create_app`."""
    global _chosen
    _chosen = settings


def chosen() -> Settings:
    return _chosen


def variable(name: str) -> str:
    return PREFIX + name.upper()


def table() -> str:
    """Every setting as a table, in Markdown."""
    rows = [f"| `{variable(one.name)}` | {one.metadata['words']} | {_shown(one.default)} |" for one in fields(Settings)]
    return "\n".join(["| variable | what it is for | when not set |", "|---|---|---|", *rows])


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"`{default}`" if default != "" else ""


def _read(name: str, default: Any, text: str) -> Any:
    if isinstance(default, bool):
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise Wrong(f"{variable(name)} is {text!r}. Set it to yes or no.")
        return text.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit():
            raise Wrong(f"{variable(name)} is {text!r}. Set it to a whole number.")
        return int(text)
    return text


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio"): 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`share` of the one colour, the rest of the other."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (share * a + (1 - share) * b)):02x}" for a, b in pairs)


def brand(settings: Settings) -> dict[str, str]:
    """The five brand tokens for the landlord's colour; none when it has none. Refuses what is hard to read."""
    colour = settings.brand_colour.lower()
    if not colour:
        return {}
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise Wrong(f"{variable('brand_colour')} is {colour!r}. Write it as # and six digits, such as #0b5468.")
    tint = mix(colour, WHITE, 0.09)
    for ground in (WHITE, GROUND, tint):
        if contrast(colour, ground) < SMALLEST_CONTRAST:
            raise Wrong(
                f"{variable('brand_colour')} {colour} is too pale: {contrast(colour, ground):.1f} to 1 on {ground}, "
                f"and words need {SMALLEST_CONTRAST}. Choose a darker colour."
            )
    return {
        "--brand": colour,
        "--brand-deep": mix(colour, "#000000", 0.68),
        "--brand-tint": tint,
        "--brand-line": mix(colour, WHITE, 0.35),
        "--on-brand": WHITE,
    }


def logo_file(settings: Settings) -> Path | None:
    if not settings.logo:
        return None
    path = Path(settings.logo)
    if path.suffix.lower() not in {".svg", ".png"} or not path.is_file():
        raise Wrong(f"{variable('logo')} is {settings.logo!r}. Give the path of an SVG or PNG file that is there.")
    return path


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
