"""Built files by their hashed names, and what every page needs to know of the site."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from coproduce.config import Settings

DIST = Path(__file__).parent / "static" / "dist"
PREFIX = "/static/"
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z]+$")


@dataclass(frozen=True)
class Site:
    landlord: str
    name: str
    help_phone: str
    help_hours: str
    theme_colour: str
    brand_sheet: str | None
    logo_url: str | None
    demo: bool
    work_sign_in: bool

    @classmethod
    def of(cls, settings: Settings, *, sheet: bool, logo: Path | None) -> Site:
        return cls(
            landlord=settings.landlord,
            name=settings.name,
            help_phone=settings.help_phone,
            help_hours=settings.help_hours,
            theme_colour=settings.brand_colour or "#6a2354",
            brand_sheet="/brand.css" if sheet else None,
            logo_url="/logo" if logo else None,
            demo=settings.demo,
            work_sign_in=bool(settings.sso_issuer and settings.sso_client_id),
        )


def serve(app: Flask) -> None:
    """Serve the built files before Flask sees the request: compressed, and kept by browsers for ever."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(DIST),
        prefix=PREFIX,
        immutable_file_test=lambda path, url: bool(HASHED.search(url)),
        add_headers_function=_headers,
        allow_all_origins=False,
        autorefresh=app.testing,
    )


def asset(name: str) -> str:
    """The address of a built file: asset("app.css")."""
    return PREFIX + _manifest().get(name, name)


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _headers(headers: dict[str, str], path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
