"""Headers, cookies' guards, forged requests, floods: what stands between the web and every view."""

from __future__ import annotations

import gzip
import secrets
from typing import TYPE_CHECKING

import structlog
from flask import Flask, Response, g, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

if TYPE_CHECKING:
    from coproduce.config import Settings

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=["600 per minute"], headers_enabled=False)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
WALL = "max-age=31536000"
PACKED = {"text/html", "text/css", "text/plain", "image/svg+xml"}


def name_request() -> None:
    """Give each request an id that its log lines and its error page share."""
    g.request_id = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def add_headers(response: Response, settings: Settings) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = WALL
    if request.endpoint != "static":
        response.vary.add("Cookie")
    has_session = bool(session) or session.modified or "Set-Cookie" in response.headers
    personal = has_session or request.method not in {"GET", "HEAD"}
    if personal:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


SMALLEST_PACKED = 1_000


def pack(response: Response) -> Response:
    """Compress a page that carries nothing of anybody's: a page with a token in it stays as it is (BREACH)."""
    plain = response.status_code == 200 and not response.direct_passthrough and not response.content_encoding
    if not plain or response.headers.get("Cache-Control") == "no-store":
        return response
    if response.mimetype not in PACKED or not request.accept_encodings["gzip"]:
        return response
    body = response.get_data()
    if len(body) >= SMALLEST_PACKED:
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def guard(app: Flask) -> None:
    csrf.init_app(app)
    limiter.init_app(app)
