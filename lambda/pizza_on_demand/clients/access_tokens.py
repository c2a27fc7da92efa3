"""Tells access tokens that Auth0 made for this skill from all others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from pizza_on_demand.customers import (
    Claims,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    WrongTokenError,
)

ALGORITHM = "RS256"
"""Pinned: what a token's own header claims is never a reason to trust it."""

LEEWAY = timedelta(seconds=10)
KEYS_FRESH_FOR = timedelta(hours=1)
NEXT_LOOK_AFTER = timedelta(seconds=30)
"""How often tokens with unheard-of keys can make us ask for the keys again."""
LONGEST_TOKEN = 16_384


class AccessTokenVerifier:
    """Verifies JWT access tokens (RFC 9068, and Auth0's own profile of them).

    Args:
        issuer: the tenant's origin with a slash at its end, as Auth0 writes it.
        audience: the identifier of the API that the tokens must be for.
        client_id: the application they must have been issued to; None takes any.
        scopes: what each token must allow.
        fetch_keys: gets the tenant's JSON Web Key Set; raises IdentityUnavailableError.
        now: tells the time.
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
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._client_id = client_id
        self._scopes = scopes
        self._keys = _SigningKeys(fetch_keys, now)
        self._now = now

    def verify(self, access_token: str) -> Claims:
        """The token's claims, "sub" and "exp" among them.

        Raises:
            LinkExpiredError: it has expired, or its key was withdrawn.
            WrongTokenError: it cannot come from a link that is set up right.
            MissingScopeError: it does not allow what the skill needs.
            IdentityUnavailableError: the keys cannot be had just now.
        """
        key = self._keys.find(_key_id(access_token))
        claims = self._decode(access_token, key)
        self._check_dates(claims)
        self._check_holder(claims)
        granted = set(str(claims.get("scope", "")).split())
        for scope in sorted(self._scopes - granted):
            raise MissingScopeError(scope)
        return claims

    def _decode(self, access_token: str, key: jwt.PyJWK) -> Claims:
        try:
            claims: dict[str, Any] = jwt.decode(
                access_token,
                key.key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options={
                    "require": ["exp", "iat", "sub"],
                    # The dates are checked against the injected clock, below.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidTokenError as error:
            raise WrongTokenError(f"not a good token: {type(error).__name__}") from None
        return claims

    def _check_dates(self, claims: Claims) -> None:
        now = self._now()
        if _date(claims, "exp") <= now - LEEWAY:
            raise LinkExpiredError
        if max(_date(claims, "iat"), _date(claims, "nbf")) > now + LEEWAY:
            raise WrongTokenError("not a good token: dated in the future")

    def _check_holder(self, claims: Claims) -> None:
        # Auth0 names the application "azp", RFC 9068 names it "client_id".
        client = claims.get("azp", claims.get("client_id"))
        if self._client_id and client != self._client_id:
            raise WrongTokenError("issued to another application")
        if not claims["sub"] or str(claims["sub"]).endswith("@clients"):
            raise WrongTokenError("no person stands behind it")


class _SigningKeys:
    """The tenant's keys, remembered, and looked up again when an unheard-of one turns up."""

    def __init__(self, fetch: Callable[[], dict[str, Any]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched: datetime | None = None

    def find(self, key_id: str) -> jwt.PyJWK:
        age = self._now() - self._fetched if self._fetched else None
        known = key_id in self._keys
        if age is None or age >= (KEYS_FRESH_FOR if known else NEXT_LOOK_AFTER):
            self._look_again(known)
        if key_id not in self._keys:
            raise LinkExpiredError
        return self._keys[key_id]

    def _look_again(self, known: bool) -> None:
        try:
            found = jwt.PyJWKSet.from_dict(self._fetch()).keys
        except (IdentityUnavailableError, jwt.PyJWTError) as error:
            if known:
                return
            raise IdentityUnavailableError from error
        self._keys = {key.key_id: key for key in found if key.key_id}
        self._fetched = self._now()


def _key_id(access_token: str) -> str:
    if len(access_token) > LONGEST_TOKEN:
        raise WrongTokenError("longer than any token of ours")
    try:
        header = jwt.get_unverified_header(access_token)
    except jwt.InvalidTokenError:
        raise WrongTokenError(
            "opaque, though AUTH0_AUDIENCE is set: does the authorization URI "
            "that Alexa calls end in ?audience=…?"
        ) from None
    if header.get("alg") != ALGORITHM:
        raise WrongTokenError(f"not signed with {ALGORITHM}")
    if not isinstance(header.get("kid"), str):
        raise WrongTokenError("names no signing key")
    return str(header["kid"])


def _date(claims: Claims, name: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(claims.get(name, 0)), tz=UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise WrongTokenError(f"not a good token: {name} is no date") from None
