"""Single sign-on for the landlord's own people: OpenID Connect's code flow with PKCE, by Authlib. An optional extra.

The provider is asked three times: where its doors are (discovery, kept for an hour), for the token that a code stands
for, and for the keys that the token is signed with. What is checked of the token is in OpenID Connect Core, 3.1.3.7.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coproduce.config import Settings
from coproduce.errors import Conflict
from coproduce.words import say

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

SECONDS_TO_ANSWER = 10
KEPT_SECONDS = 3600
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
AWAY = say("Your work sign-in does not answer. Try again in a minute, or sign in another way.")
REFUSED = say("Your work sign-in did not say who you are. Start again.")

_doors: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True)
class Claims:
    """What the provider says of somebody. `subject` is its own name for them, which never changes."""

    subject: str
    email: str


def is_offered(settings: Settings) -> bool:
    return bool(settings.sso_issuer and settings.sso_client_id)


def way_there(settings: Settings, back: str, *, state: str, nonce: str, verifier: str) -> str:
    """The address of the provider's own sign-in page, which leads back to `back`."""
    session = _session(settings, back)
    url, _ = session.create_authorization_url(
        _found(settings)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
    )
    return str(url)


def claims_of(settings: Settings, back: str, *, code: str, nonce: str, verifier: str) -> Claims:
    """Turn the code that came back into who it is. A `Conflict` says that the provider is away, or said no."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - only where the extra is installed
    from joserfc import jwk, jwt  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    session = _session(settings, back)
    try:
        doors = _found(settings)
        token = session.fetch_token(doors["token_endpoint"], code=code, code_verifier=verifier)
        keys = session.get(doors["jwks_uri"], withhold_token=True, timeout=SECONDS_TO_ANSWER).json()
        said = jwt.decode(token["id_token"], jwk.KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": settings.sso_issuer},
            aud={"essential": True, "value": settings.sso_client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        rules.validate(said)
    except RequestException:
        raise Conflict(AWAY) from None
    except (AuthlibBaseError, JoseError, KeyError, ValueError):
        raise Conflict(REFUSED) from None
    verified = said.get("email") if said.get("email_verified") is True else ""
    return Claims(f"{settings.sso_issuer} {said['sub']}"[:254], str(verified or "").casefold())


def _session(settings: Settings, back: str) -> OAuth2Session:
    from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415

    return OAuth2Session(
        settings.sso_client_id,
        settings.sso_client_secret,
        scope="openid email",
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=SECONDS_TO_ANSWER,
    )


def _found(settings: Settings) -> dict[str, Any]:
    """Where the provider's doors are (OpenID Connect Discovery)."""
    from requests import RequestException, get  # noqa: PLC0415

    kept = _doors.get(settings.sso_issuer)
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    address = f"{settings.sso_issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = get(address, timeout=SECONDS_TO_ANSWER).json()
    except (RequestException, ValueError):
        raise Conflict(AWAY) from None
    if not isinstance(found, dict) or found.get("issuer") != settings.sso_issuer:
        raise Conflict(AWAY)
    _doors[settings.sso_issuer] = (time.monotonic(), found)
    return found
