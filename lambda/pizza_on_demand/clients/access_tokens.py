"""Tells access tokens that Auth0 made for this skill from all others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pizza_on_demand.clients.signed_tokens import SignedTokens, date
from pizza_on_demand.customers import (
    Claims,
    MissingScopeError,
    VerifiedToken,
    WrongTokenError,
)


class AccessTokenVerifier:
    """Verifies JWT access tokens (RFC 9068, and Auth0's own profile of them).

    Args:
        issuer: the tenant's origin with a slash at its end, as Auth0 writes it.
        audience: the identifier of the API that the tokens must be for.
        client_id: the application they must have been issued to; None takes any.
        scopes: what each token must allow.
        fetch_keys: gets the tenant's JSON Web Key Set; raises IdentityUnavailableError.
        now: tells the time.
        secret: the API's signing secret, where it is set to HS256; None pins RS256.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        client_id: str | None,
        scopes: frozenset[str],
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], datetime],
        secret: str | None = None,
    ) -> None:
        self._tokens = SignedTokens(
            issuer=issuer, audience=audience, fetch_keys=fetch_keys, now=now, secret=secret
        )
        self._client_id = client_id
        self._scopes = scopes

    def verify(self, access_token: str) -> VerifiedToken:
        """What a good token says.

        Raises:
            LinkExpiredError: it has expired, or its key was withdrawn.
            WrongTokenError: it cannot come from a link that is set up right.
            MissingScopeError: it does not allow what the skill needs.
            IdentityUnavailableError: the keys cannot be had just now.
        """
        _check_form(access_token)
        claims = self._tokens.claims(access_token)
        self._check_holder(claims)
        scopes = _scopes(claims)
        if missing := self._scopes - scopes:
            raise MissingScopeError(min(missing))
        return VerifiedToken(claims["sub"], date(claims, "exp"), scopes)

    def _check_holder(self, claims: Claims) -> None:
        # Auth0 names the application "azp", RFC 9068 names it "client_id".
        client = claims.get("azp", claims.get("client_id"))
        if self._client_id and client != self._client_id:
            raise WrongTokenError("issued to another application")
        if not claims["sub"] or claims["sub"].endswith("@clients"):
            raise WrongTokenError("no person stands behind it")


def _scopes(claims: Claims) -> frozenset[str]:
    """What the token allows: a list of words (RFC 8693, section 4.2)."""
    scope = claims.get("scope")
    return frozenset(scope.split() if isinstance(scope, str) else ())


def _check_form(access_token: str) -> None:
    # A token for /userinfo alone is a random text, or encrypted: a JWE has five parts.
    if access_token.count(".") != 2:
        raise WrongTokenError(
            "opaque, though AUTH0_AUDIENCE is set: does the authorization URI "
            "that Alexa calls end in ?audience=…?"
        )
