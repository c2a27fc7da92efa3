"""Access tokens and ID tokens, as Auth0 makes them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from simulator.clock import Clock
from simulator.tenant.applications import Api
from simulator.tenant.errors import BearerError
from simulator.tenant.grants import AccessToken, Grant, Ledger
from simulator.tenant.keys import KeyRing

#: A token without an audience is for /userinfo alone and lives a day.
#: https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime
OPAQUE_LIFETIME = timedelta(days=1)
#: What a browser gets in a fragment lives two hours at most.
BROWSER_LIFETIME = timedelta(hours=2)
#: https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens
MANAGEMENT_LIFETIME = timedelta(days=1)
#: Auth0's default for applications.
ID_TOKEN_LIFETIME = timedelta(hours=10)


@dataclass(frozen=True)
class TokenService:
    """Makes tokens for grants and reads them back."""

    clock: Clock
    keys: KeyRing
    ledger: Ledger

    def access_token(
        self, grant: Grant, issuer: str, *, age: timedelta = timedelta(), browser: bool = False
    ) -> AccessToken:
        """Give a new access token: a JWT when the grant is for an API, else opaque.

        Args:
            grant: what it stands for.
            issuer: the tenant's origin with a slash at its end.
            age: how long ago it shall seem to have been given.
            browser: it goes into a fragment (implicit grant), where tokens live shorter.
        """
        lifetime = grant.api.token_lifetime if grant.api else OPAQUE_LIFETIME
        if browser:
            lifetime = min(lifetime, BROWSER_LIFETIME)
        issued = self.clock.now() - age
        value = secrets.token_urlsafe(24)
        if grant.api:
            value = self._signed(grant.api, access_claims(grant, issuer, issued, lifetime))
        token = AccessToken(value, grant, lifetime, issued + lifetime)
        self.ledger.record(token)
        return token

    def id_token(self, grant: Grant, issuer: str) -> str:
        """Give an OpenID Connect ID token: for the application, never for an API."""
        login = {"nonce": grant.nonce, "sid": grant.sid}
        return self.keys.current.sign(
            grant.account.claims(grant.scope)
            | {"iss": issuer, "aud": grant.application.client_id}
            | _times(self.clock.now(), ID_TOKEN_LIFETIME)
            | {name: value for name, value in login.items() if value}
        )

    def answer(self, grant: Grant, issuer: str, refresh_token: str | None = None) -> dict[str, Any]:
        """Compose the token endpoint's answer to a good request."""
        token = self.access_token(grant, issuer)
        optional = {
            "id_token": self.id_token(grant, issuer) if grant.has("openid") else None,
            "refresh_token": refresh_token,
        }
        return {
            "access_token": token.value,
            "scope": grant.scope,
            "expires_in": int(token.lifetime.total_seconds()),
            "token_type": "Bearer",
        } | {name: value for name, value in optional.items() if value}

    def management_answer(self, client_id: str, scope: str, issuer: str) -> dict[str, Any]:
        """Compose the answer to an application that asks in its own name, and for no user."""
        claims = {
            "iss": issuer,
            "sub": f"{client_id}@clients",
            "aud": management_audience(issuer),
            **_times(self.clock.now(), MANAGEMENT_LIFETIME),
            "scope": scope,
            "gty": "client-credentials",
            "azp": client_id,
        }
        return {
            "access_token": self.keys.current.sign(claims),
            "scope": scope,
            "expires_in": int(MANAGEMENT_LIFETIME.total_seconds()),
            "token_type": "Bearer",
        }

    def bearer(self, value: str, issuer: str) -> Grant:
        """Give the grant behind an access token that is good for /userinfo.

        Raises:
            BearerError: the token is expired, revoked, forged, or not for /userinfo.
        """
        if value.count(".") == 2:
            self._check_jwt(value, issuer)
        token = self.ledger.access_token(value)
        if token is None or token.grant.revoked or not token.grant.has("openid"):
            raise BearerError
        if self.clock.now() >= token.expires:
            raise BearerError("The token has expired")
        return token.grant

    def _signed(self, api: Api, claims: dict[str, Any]) -> str:
        if api.signing_secret is None:
            return self.keys.current.sign(claims)
        return jwt.encode(claims, api.signing_secret, "HS256")

    def _check_jwt(self, value: str, issuer: str) -> None:
        try:
            self.keys.claims(value, audience=userinfo_audience(issuer), issuer=issuer)
        except jwt.PyJWTError as error:
            raise BearerError from error


def access_claims(
    grant: Grant, issuer: str, issued: datetime, lifetime: timedelta
) -> dict[str, Any]:
    """Compose the claims of a JWT access token, in Auth0's own token profile.

    `jti` is an extra: without it two tokens of the same second would be one.
    https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles

    A token that is good for /userinfo too needs a signature that the tenant can check
    without the API's secret.
    https://auth0.com/docs/secure/tokens/access-tokens/get-access-tokens
    """
    identifier = grant.api.identifier if grant.api else None
    both = [identifier, userinfo_audience(issuer)]
    is_secret = grant.api is not None and grant.api.signing_secret is not None
    return {
        "iss": issuer,
        "sub": grant.account.sub,
        "aud": both if grant.has("openid") and not is_secret else identifier,
        **_times(issued, lifetime),
        "scope": grant.scope,
        "azp": grant.application.client_id,
        "jti": secrets.token_urlsafe(16),
    }


def userinfo_audience(issuer: str) -> str:
    """The audience that makes a JWT good for /userinfo."""
    return f"{issuer}userinfo"


def management_audience(issuer: str) -> str:
    """The identifier of the tenant's own Management API."""
    return f"{issuer}api/v2/"


def _times(issued: datetime, lifetime: timedelta) -> dict[str, int]:
    return {"iat": int(issued.timestamp()), "exp": int((issued + lifetime).timestamp())}
