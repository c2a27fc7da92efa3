"""What Alexa is told of account linking: auth0/account_linking.json, or what Amazon has of it.

https://developer.amazon.com/docs/smapi/account-linking-schemas.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from deployment.doctor.case import LOOPBACK, Case, Json
from deployment.doctor.verdicts import Finding, failed, judged, listed, passed, warned
from pizza_on_demand.settings import Settings

SHORTEST_TOKEN_LIFE_S = 360
"""https://developer.amazon.com/docs/account-linking/requirements-account-linking.html"""

USED_SCOPES = frozenset({"openid", "profile", "email", "phone", "offline_access"})


@dataclass(frozen=True)
class LinkingRequest:
    """Alexa's side, and the skill's settings that it must fit to."""

    request: Json
    audience: str | None
    """As in the authorization URL."""
    settings: Settings | None

    @property
    def scopes(self) -> frozenset[str]:
        """What is asked for."""
        return frozenset(self.request.get("scopes", ()))


def gather(case: Case, settings: Settings | None) -> LinkingRequest:
    """Read Alexa's side."""
    return LinkingRequest(case.linking, case.audience, settings)


def findings(seen: LinkingRequest) -> Iterator[Finding]:
    """Whether accounts can be linked like this, and stay so."""
    if not seen.request:
        yield failed(
            "account linking",
            "nobody says what Alexa is told",
            "Set AUTH0_DOMAIN and AUTH0_CLIENT_ID, or examine a --function that has them.",
        )
        return
    yield from judged(
        seen,
        (_grant, _addresses, _client, _audience, _offline, _scopes, _needless, _default, _optional),
    )


def _grant(seen: LinkingRequest) -> Iterator[Finding]:
    if seen.request.get("type") == "AUTH_CODE":
        yield passed("grant", "authorization code")
    else:
        yield failed(
            "grant",
            "the implicit grant gives no refresh token, so customers have to link again",
            "Choose “Auth Code Grant” (type AUTH_CODE).",
        )


def _addresses(seen: LinkingRequest) -> Iterator[Finding]:
    for name in ("authorizationUrl", "accessTokenUrl"):
        parts = urlsplit(str(seen.request.get(name, "")))
        if parts.hostname in LOOPBACK:
            yield warned(
                name, "only this machine can reach it", "Alexa needs a tenant on the internet."
            )
        elif parts.scheme != "https" or parts.port not in {None, 443}:
            yield failed(
                name, "Alexa calls only https:// on port 443", f"Correct {name}: make link."
            )
        else:
            yield passed(name, f"https://{parts.hostname}{parts.path}")


def _client(seen: LinkingRequest) -> Iterator[Finding]:
    if seen.settings is None or seen.settings.auth0_client_id is None:
        return
    if seen.request.get("clientId") == seen.settings.auth0_client_id:
        yield passed("client id", "the same as AUTH0_CLIENT_ID")
    else:
        yield failed(
            "client id",
            "Alexa links with another application than AUTH0_CLIENT_ID names, so the skill "
            "refuses her tokens",
            "Give both the client id of “Pizza on Demand for Alexa”.",
        )


def _audience(seen: LinkingRequest) -> Iterator[Finding]:
    if seen.settings is None:
        return
    wanted = seen.settings.auth0_audience
    if seen.audience == wanted:
        yield passed("audience", f"{wanted or 'none'}, as in the settings")
    elif seen.audience is None:
        yield failed(
            "audience",
            "the authorization URL names none, so tokens are opaque, and the skill refuses them",
            "Append ?audience=… with the API's identifier: Alexa has no field for it.",
        )
    elif wanted is None:
        yield warned(
            "audience",
            "tokens are made for an API, but the skill does not verify that",
            "Set AUTH0_AUDIENCE to the audience in the authorization URL.",
        )
    else:
        yield failed(
            "audience",
            "tokens are made for another API than AUTH0_AUDIENCE names",
            "Make the audience in the authorization URL and AUTH0_AUDIENCE the same.",
        )


def _offline(seen: LinkingRequest) -> Iterator[Finding]:
    if "offline_access" in seen.scopes:
        yield passed("offline_access", "Alexa asks for a refresh token")
    else:
        yield failed(
            "offline_access",
            "without this scope there is no refresh token, and links end with the first token",
            "Add offline_access to the scopes.",
        )


def _scopes(seen: LinkingRequest) -> Iterator[Finding]:
    needed = {"openid"} | (seen.settings.auth0_scopes if seen.settings else frozenset())
    if missing := needed - seen.scopes:
        yield failed(
            "scopes",
            f"the skill refuses tokens without {listed(missing)}, and Alexa does not ask for it",
            "Add it to the scopes.",
        )
    else:
        yield passed("scopes", "the skill gets what it needs")


def _needless(seen: LinkingRequest) -> Iterator[Finding]:
    used = USED_SCOPES | (seen.settings.auth0_scopes if seen.settings else frozenset())
    if needless := seen.scopes - used:
        yield warned(
            "needless scopes",
            f"nothing uses {listed(needless)}, and the token travels with every request",
            "Remove it from the scopes.",
        )


def _default(seen: LinkingRequest) -> Iterator[Finding]:
    seconds = seen.request.get("defaultTokenExpirationInSeconds", SHORTEST_TOKEN_LIFE_S)
    if seconds < SHORTEST_TOKEN_LIFE_S:
        yield failed(
            "token life",
            f"{seconds} s by default, and Amazon asks for {SHORTEST_TOKEN_LIFE_S} s",
            "Set defaultTokenExpirationInSeconds to what the API's tokens live.",
        )


def _optional(seen: LinkingRequest) -> Iterator[Finding]:
    """https://developer.amazon.com/docs/account-linking/skill-enablement.html"""
    if seen.request.get("skipOnEnablement"):
        yield passed("enabling", "works without linking, as the menu does")
    else:
        yield warned(
            "enabling",
            "the skill can only be enabled by linking, although the menu needs no account",
            "Set skipOnEnablement to true.",
        )
