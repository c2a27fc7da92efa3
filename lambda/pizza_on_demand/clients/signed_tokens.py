"""Reads JWTs that the tenant signed: access tokens for our API, and ID tokens for us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from pizza_on_demand.customers import (
    Claims,
    IdentityUnavailableError,
    LinkExpiredError,
    WrongTokenError,
)

PUBLISHED = "RS256"
"""The tenant signs with a key of its own, and publishes the half that verifies."""
SHARED = "HS256"
"""The tenant signs with the API's secret, which whoever verifies has to know too."""

LEEWAY = timedelta(seconds=10)
KEYS_FRESH_FOR = timedelta(hours=1)
NEXT_LOOK_AFTER = timedelta(seconds=30)
"""How often tokens with unheard-of keys can make us ask for the keys again."""
LONGEST_TOKEN = 16_384


class SignedTokens:
    """Tells JWTs that the tenant signed for one audience from all others.

    Args:
        issuer: the tenant's origin with a slash at its end, as Auth0 writes it.
        audience: whom the tokens must be for.
        fetch_keys: gets the tenant's JSON Web Key Set; raises IdentityUnavailableError.
        now: tells the time.
        secret: what the tokens are signed with, where the tenant signs with a shared secret.
            Whether there is one pins the algorithm: what a token's own header claims is
            never a reason to trust it (RFC 8725, section 3.1).
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], datetime],
        secret: str | None = None,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys: _Keys = _SharedKey(secret) if secret else _PublishedKeys(fetch_keys, now)
        self._now = now

    def claims(self, token: str) -> Claims:
        """What a good token says; its "sub" and dates are there and make sense.

        Raises:
            LinkExpiredError: it has expired, or its key was withdrawn.
            WrongTokenError: the tenant did not sign it, or not for this audience.
            IdentityUnavailableError: the keys cannot be had just now.
        """
        key = self._keys.find(_header(token, self._keys.algorithm))
        claims = self._decode(token, key)
        self._check_dates(claims)
        return claims

    def _decode(self, token: str, key: jwt.PyJWK | bytes) -> Claims:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[self._keys.algorithm],
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
        except jwt.PyJWTError as error:
            raise _malformed(type(error).__name__) from None
        return claims

    def _check_dates(self, claims: Claims) -> None:
        now = self._now()
        if date(claims, "exp") <= now - LEEWAY:
            raise LinkExpiredError
        if max(date(claims, "iat"), date(claims, "nbf")) > now + LEEWAY:
            raise _malformed("dated in the future")


class _Keys(Protocol):
    """What tokens are verified with."""

    algorithm: str
    """The only one that is believed."""

    def find(self, header: dict[str, Any]) -> jwt.PyJWK | bytes:
        """The key for a token with that header; raises IdentityError."""


class _SharedKey:
    """One secret, whatever key a token names."""

    algorithm = SHARED

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def find(self, header: dict[str, Any]) -> bytes:
        return self._secret


class _PublishedKeys:
    """The tenant's keys, remembered, and looked up again when an unheard-of one turns up.

    PyJWT's own PyJWKClient knows neither the turn's deadline nor the injected clock, and
    lets go of good keys when the tenant is away.
    """

    algorithm = PUBLISHED

    def __init__(self, fetch: Callable[[], dict[str, Any]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: dict[str, jwt.PyJWK] = {}
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._away = False
        """Whether the tenant did not answer when we looked."""

    def find(self, header: dict[str, Any]) -> jwt.PyJWK:
        if "kid" not in header:
            raise WrongTokenError("names no signing key")
        key_id = str(header["kid"])
        fresh_for = KEYS_FRESH_FOR if key_id in self._keys and not self._away else NEXT_LOOK_AFTER
        if not self._keys or self._now() - self._looked >= fresh_for:
            self._look_again()
        if key_id in self._keys:
            return self._keys[key_id]
        if self._away:
            raise IdentityUnavailableError("no signing keys")
        raise LinkExpiredError

    def _look_again(self) -> None:
        self._looked = self._now()
        try:
            found = jwt.PyJWKSet.from_dict(self._fetch()).keys
        except (IdentityUnavailableError, jwt.PyJWTError):
            self._away = True
            return
        self._keys = {str(key.key_id): key for key in found if key.algorithm_name == PUBLISHED}
        self._away = False


def _header(token: str, algorithm: str) -> dict[str, Any]:
    # PyJWT takes padding, too, which JWS leaves out (RFC 7515, section 2).
    if len(token) > LONGEST_TOKEN or not token.isascii() or "=" in token:
        raise WrongTokenError("longer than any token of ours, or in other characters")
    try:
        header: dict[str, Any] = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise _malformed(type(error).__name__) from None
    if header.get("alg") != algorithm:
        raise WrongTokenError(f"not signed with {algorithm}")
    return header


def date(claims: Claims, name: str) -> datetime:
    """A NumericDate (RFC 7519, section 2); one that is missing lies long ago."""
    seconds = claims.get(name, 0)
    if not isinstance(seconds, int | float):
        raise _malformed(f"{name} is no date")
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise _malformed(f"{name} is no date") from None


def _malformed(why: str) -> WrongTokenError:
    return WrongTokenError(f"not a good token: {why}")
