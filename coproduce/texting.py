"""Text messages: handed to a gateway on the web, one at a time, by the worker.

The gateway's address is a setting, `https://key@host/path`. It is sent a POST with the JSON `{"to": "+447700900123",
"text": "…"}`, and the key as `Authorization: Bearer key`. Most gateways can take this shape, or a relay of ten lines
in front of them can turn it into theirs.
"""

from __future__ import annotations

import http.client
import json
import ssl
from urllib.parse import unquote, urlsplit

SECONDS_TO_ANSWER = 20


def send(url: str, number: str, text: str) -> str:
    """Hand one message over. Says what went wrong, or nothing."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json"}
    if parts.username:
        headers["Authorization"] = f"Bearer {unquote(parts.username)}"
    try:
        gateway = _connect(parts.scheme, parts.hostname or "", parts.port)
        try:
            gateway.request("POST", parts.path or "/", json.dumps({"to": number, "text": text}), headers)
            status = gateway.getresponse().status
        finally:
            gateway.close()
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"The gateway for text messages answered {status}."


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    """Encrypted, but for a gateway on this machine: `coproduce check` refuses another."""
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=SECONDS_TO_ANSWER)
    return http.client.HTTPSConnection(host, port, timeout=SECONDS_TO_ANSWER, context=ssl.create_default_context())
