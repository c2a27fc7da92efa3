"""Puts together who is recognised, and by what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.customers import Customers, IdentityProvider, TokenVerifier
from pizza_on_demand.settings import Settings

if TYPE_CHECKING:
    from pizza_on_demand.clients.auth0_management import ManagementApi

Now = Callable[[], datetime]


def customers_of_alexa(settings: Settings, auth0: Auth0Client, now: Now) -> Customers:
    """Knows customers by the access tokens that Alexa sends along."""
    verifier = _verifier(
        settings, auth0, now, client_id=settings.auth0_client_id, scopes=settings.auth0_scopes
    )
    return Customers(_provider(settings, auth0, verifier, now), verifier, now=now)


def customers_of_api(
    settings: Settings, auth0: Auth0Client, now: Now
) -> tuple[Customers, TokenVerifier] | None:
    """Knows customers by the access tokens of any application, and which tokens are good.

    None without an audience: an opaque token does not show whom it was made for, so
    whoever is given one for themselves could order pizza with it.
    """
    verifier = _verifier(settings, auth0, now, client_id=None, scopes=frozenset({"openid"}))
    if verifier is None:
        return None
    return Customers(_provider(settings, auth0, verifier, now), verifier, now=now), verifier


def _provider(
    settings: Settings, auth0: Auth0Client, verifier: TokenVerifier | None, now: Now
) -> IdentityProvider:
    """Whoever knows the profiles; phone numbers that nobody has confirmed only on request."""
    provider: IdentityProvider = auth0
    if settings.auth0_signing_key and verifier:
        from pizza_on_demand.clients.auth0_profiles import ProfilesFromManagement

        provider = ProfilesFromManagement(_management(settings, now), verifier)
    if settings.phone_from_metadata:
        from pizza_on_demand.clients.auth0_metadata import PhonesFromMetadata

        provider = PhonesFromMetadata(provider, _management(settings, now))
    return provider


def _management(settings: Settings, now: Now) -> ManagementApi:
    # Few deployments need it, and the others are spared its import.
    from pizza_on_demand.clients.auth0_management import ManagementApi

    return ManagementApi(
        settings.auth0_origin,
        client_id=settings.auth0_backend_client_id or "",
        client_secret=settings.auth0_backend_client_secret or "",
        now=now,
    )


def _verifier(
    settings: Settings,
    auth0: Auth0Client,
    now: Now,
    *,
    client_id: str | None,
    scopes: frozenset[str],
) -> TokenVerifier | None:
    if settings.auth0_audience is None:
        return None
    # cryptography needs 0.1 s to import: only a deployment with JWTs pays for it.
    from pizza_on_demand.clients.access_tokens import AccessTokenVerifier

    return AccessTokenVerifier(
        issuer=f"{settings.auth0_origin}/",
        audience=settings.auth0_audience,
        client_id=client_id,
        scopes=scopes,
        fetch_keys=auth0.jwks,
        now=now,
        secret=settings.auth0_signing_key,
    )
