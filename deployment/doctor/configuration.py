"""What is registered at Auth0: as auth0/ has it, or as the Management API tells it.

Both have the same shape, because the Deploy CLI writes what the Management API reads:
https://auth0.com/docs/deploy-monitor/deploy-cli-tool
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml  # type: ignore[import-untyped]  # its stubs would be a requirement for two calls

from deployment.doctor.case import Json
from deployment.doctor.linking_request import SHORTEST_TOKEN_LIFE_S
from deployment.doctor.verdicts import Finding, failed, judged, listed, passed, warned
from pizza_on_demand.settings import Settings

LINKING_GRANTS = frozenset({"authorization_code", "refresh_token"})
SCHEMES = {"HTTP_BASIC": "client_secret_basic", "REQUEST_BODY_CREDENTIALS": "client_secret_post"}
NOBODYS_VENDOR_ID = "M0000000000000"
SHORTEST_OVERLAP_S = 60
LONGEST_TOKEN_LIFE_S = 7200
SHORTEST_IDLE_DAYS = 60

_KEYWORD = re.compile(r"##(\w+)##")


class ConfigurationError(Exception):
    """It cannot be read; the text says why."""


@dataclass(frozen=True)
class Expected:
    """What it must fit to."""

    redirect_urls: tuple[str, ...]
    scheme: str
    """How Alexa sends her secret: SMAPI's accessTokenScheme."""
    audience: str | None
    settings: Settings | None


@dataclass(frozen=True)
class Configuration:
    """The parts of a tenant that the skill stands on."""

    alexa: Json
    """The application that Alexa links with."""
    api: Json | None
    alexas_grants: tuple[Json, ...]
    backends_grants: tuple[Json, ...]
    connections: tuple[Json, ...]
    expected: Expected = field(repr=False)


def from_file(path: Path, keywords: Mapping[str, str], expected: Expected) -> Configuration:
    """Read what would be imported.

    Raises:
        ConfigurationError: it is no YAML, or has no application for Alexa.
    """
    known = _loaded(_KEYWORD.sub(lambda k: keywords.get(k[1], k[0]), path.read_text("utf-8")))
    alexa = _first(known, "clients", lambda client: _is_alexas(client, expected))
    if alexa is None:
        raise ConfigurationError("no application of it has a redirect URL of Alexa's")
    grants = known.get("clientGrants", [])
    return Configuration(
        alexa=alexa,
        api=_first(known, "resourceServers", lambda api: api["identifier"] == expected.audience),
        alexas_grants=tuple(g for g in grants if g["client_id"] == alexa["name"]),
        backends_grants=tuple(g for g in grants if g["client_id"] != alexa["name"]),
        connections=tuple(known.get("connections", [])),
        expected=expected,
    )


def findings(seen: Configuration) -> Iterator[Finding]:
    """Whether accounts can be linked with it, and safely."""
    yield from judged(
        seen,
        (
            _kind,
            _grant_types,
            _authentication,
            _callbacks,
            _rotation,
            _idle,
            _api,
            _needless,
            _codes,
        ),
    )


def _loaded(text: str) -> Json:
    try:
        known: Json = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError("it is no YAML, once the keywords are filled in") from None
    return known


def _is_alexas(client: Json, expected: Expected) -> bool:
    hosts = {urlsplit(url).hostname for url in expected.redirect_urls}
    return any(urlsplit(url).hostname in hosts for url in client.get("callbacks", ()))


def _first(known: Json, kind: str, fits: Callable[[Json], bool]) -> Json | None:
    return next((one for one in known.get(kind, ()) if fits(one)), None)


def _kind(seen: Configuration) -> Iterator[Finding]:
    """https://auth0.com/docs/get-started/applications"""
    kind = seen.alexa.get("app_type")
    if kind == "regular_web":
        yield passed("application", "a Regular Web Application")
    else:
        yield failed(
            "application",
            f"Alexa's application is of the type {kind}, which links no accounts as she does",
            "Make it a Regular Web Application.",
        )


def _grant_types(seen: Configuration) -> Iterator[Finding]:
    on = frozenset(seen.alexa.get("grant_types", ()))
    if missing := LINKING_GRANTS - on:
        yield failed(
            "grants",
            f"{listed(missing)} is off, and without it accounts are not linked, or not for long",
            "Add it to Alexa's application.",
        )
    if needless := on - LINKING_GRANTS:
        yield failed(
            "grants",
            f"{listed(needless)} is on, and Alexa never needs it",
            "Remove it from Alexa's application: she keeps its secret.",
        )
    if on == LINKING_GRANTS:
        yield passed("grants", listed(on))


def _authentication(seen: Configuration) -> Iterator[Finding]:
    method, wanted = (
        seen.alexa.get("token_endpoint_auth_method"),
        SCHEMES.get(seen.expected.scheme),
    )
    if method == wanted:
        yield passed("authentication", f"{method}, as Alexa does it")
    else:
        yield failed(
            "authentication",
            f"the application expects {method}, and Alexa sends {wanted}",
            "Set the application's authentication method, or accessTokenScheme, to the other.",
        )


def _callbacks(seen: Configuration) -> Iterator[Finding]:
    if any(url.endswith(f"/{NOBODYS_VENDOR_ID}") for url in seen.expected.redirect_urls):
        yield failed(
            "redirect URLs",
            "ALEXA_VENDOR_ID is still the placeholder, and nobody's",
            "Copy yours into auth0/config.json: developer console, Tools > Account Linking.",
        )
        return
    allowed = frozenset(seen.alexa.get("callbacks", ()))
    if missing := frozenset(seen.expected.redirect_urls) - allowed:
        yield failed(
            "redirect URLs",
            f"those at {listed(str(urlsplit(url).hostname) for url in missing)} are missing",
            "Add all three, with your own vendor id (ALEXA_VENDOR_ID in auth0/config.json).",
        )
    else:
        yield passed("redirect URLs", "all three of Alexa's are allowed")


def _rotation(seen: Configuration) -> Iterator[Finding]:
    """https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-rotation"""
    refresh = seen.alexa.get("refresh_token") or {}
    overlap = refresh.get("leeway") or 0
    if refresh.get("rotation_type") != "rotating":
        yield passed("rotation", "off")
    elif overlap >= SHORTEST_OVERLAP_S:
        yield passed("rotation", f"on, with an overlap of {overlap} s")
    else:
        yield failed(
            "rotation",
            f"on, with an overlap of {overlap} s: one answer that is lost unlinks the customer",
            f"Set it to non-rotating, or the overlap to {SHORTEST_OVERLAP_S} s or more.",
        )


def _idle(seen: Configuration) -> Iterator[Finding]:
    refresh = seen.alexa.get("refresh_token") or {}
    seconds = refresh.get("idle_token_lifetime")
    if refresh.get("infinite_idle_token_lifetime") or refresh.get("expiration_type") != "expiring":
        yield warned(
            "idle links",
            "a link that nobody uses any more lives for ever",
            "Let refresh tokens expire after 90 days without use.",
        )
    elif seconds is not None and timedelta(seconds=seconds) < timedelta(days=SHORTEST_IDLE_DAYS):
        yield warned(
            "idle links",
            f"they end after {seconds // 86_400} days, so who orders rarely links again each time",
            "Set the idle lifetime of refresh tokens to 90 days.",
        )
    else:
        yield passed("idle links", "they end, but not too early")


def _api(seen: Configuration) -> Iterator[Finding]:
    if seen.expected.audience is None:
        return
    if seen.api is None:
        yield failed(
            "API",
            f"none has the identifier {seen.expected.audience}, which Alexa asks for",
            "Make the identifier of the API and the audience the same.",
        )
        return
    yield from judged((seen, seen.api), (_algorithm, _lifetime, _offline))


def _algorithm(both: tuple[Configuration, Json]) -> Iterator[Finding]:
    seen, api = both
    settings = seen.expected.settings
    wanted = "HS256" if settings and settings.auth0_signing_key else "RS256"
    algorithm = api.get("signing_alg")
    if algorithm == wanted:
        yield passed("algorithm", f"{algorithm}, as the skill expects it")
    else:
        yield failed(
            "algorithm",
            f"the API signs with {algorithm}, and the skill takes {wanted} only",
            "Set the API to RS256, and set no AUTH0_SIGNING_KEY.",
        )


def _lifetime(both: tuple[Configuration, Json]) -> Iterator[Finding]:
    _, api = both
    seconds = api.get("token_lifetime", 0)
    if seconds < SHORTEST_TOKEN_LIFE_S:
        yield failed(
            "token life",
            f"{seconds} s, and Amazon asks for {SHORTEST_TOKEN_LIFE_S} s",
            "Set the API's token lifetime to 3600 s.",
        )
    elif seconds > LONGEST_TOKEN_LIFE_S:
        yield warned(
            "token life",
            f"{seconds} s, and for so long a token is good that nobody can take back",
            "Set the API's token lifetime to 3600 s: Alexa refreshes by herself.",
        )
    else:
        yield passed("token life", f"{seconds} s")


def _offline(both: tuple[Configuration, Json]) -> Iterator[Finding]:
    _, api = both
    if api.get("allow_offline_access"):
        yield passed("offline access", "allowed")
    else:
        yield failed(
            "offline access",
            "the API does not allow it, so offline_access gives no refresh token",
            "Switch on “Allow Offline Access” at the API.",
        )


def _needless(seen: Configuration) -> Iterator[Finding]:
    """https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens"""
    yield from _alexas_scopes(seen)
    backend = _scopes(seen.backends_grants, management=True)
    settings = seen.expected.settings
    if too_many := backend - {"read:users"}:
        yield failed(
            "needless scopes",
            f"the skill's own application may {listed(too_many)} at the Management API",
            "Leave it read:users at the most: auth0/read_users.yaml says when.",
        )
    elif backend and settings and not _asks_management(settings):
        yield warned(
            "needless scopes",
            "the skill's own application may read:users, and no setting makes use of it",
            "Remove the grant for the Management API.",
        )


def _alexas_scopes(seen: Configuration) -> Iterator[Finding]:
    management = _scopes(seen.alexas_grants, management=True)
    if management:
        yield failed(
            "Alexa's scopes",
            f"her application may {listed(management)} at the Management API",
            "Remove that client grant: linking needs none, and she keeps the secret.",
        )
    elif orders := _scopes(seen.alexas_grants, management=False):
        yield warned(
            "Alexa's scopes",
            f"her application may {listed(orders)}, and the skill asks for none of it",
            "Leave the grant for the API without scopes.",
        )
    else:
        yield passed("Alexa's scopes", "she may link accounts, and nothing else")


def _asks_management(settings: Settings) -> bool:
    return settings.phone_from_metadata or settings.auth0_signing_key is not None


def _scopes(grants: tuple[Json, ...], *, management: bool) -> frozenset[str]:
    fitting = (g for g in grants if g["audience"].endswith("/api/v2/") is management)
    return frozenset(scope for grant in fitting for scope in grant.get("scope", ()))


def _codes(seen: Configuration) -> Iterator[Finding]:
    """https://auth0.com/docs/authenticate/passwordless/best-practices"""
    settings = seen.expected.settings
    if settings is None or settings.code_sender != "auth0":
        return
    for name in ("email", "sms") if settings.sms_codes else ("email",):
        found = next((c for c in seen.connections if c["name"] == name), None)
        yield _code(name, found["options"] if found else None, settings)


def _code(name: str, options: Mapping[str, Any] | None, settings: Settings) -> Finding:
    subject = f"codes by {name}"
    if options is None:
        return failed(subject, "there is no such connection", "Import auth0/ again.")
    if not options.get("disable_signup"):
        return failed(
            subject,
            "strangers become users by asking for a code",
            "Disable sign-ups at the connection.",
        )
    totp = options.get("totp") or {}
    wanted = {
        "length": settings.code_length,
        "time_step": int(settings.code_lives.total_seconds()),
    }
    if totp != wanted:
        return failed(
            subject,
            f"Auth0 makes {totp.get('length')} digits for {totp.get('time_step')} s, and the "
            f"settings say {wanted['length']} for {wanted['time_step']} s",
            "Make CODE_LENGTH and CODE_MINUTES say what the connection does.",
        )
    return passed(subject, f"{totp['length']} digits for {totp['time_step']} s")
