"""Reads JWTs that the tenant signed: access tokens for our API, and ID tokens for us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from pizza_on_demand.customers import (
    Claims,
    IdentityUnavailableError,
    LinkExpiredError,
    WrongTokenError,
)

ALGORITHM = "RS256"
"""Pinned: what a token's own header claims is never a reason to trust it."""

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
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], datetime],
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = _SigningKeys(fetch_keys, now)
        self._now = now

    def claims(self, token: str) -> Claims:
        """What a good token says; its "sub" and dates are there and make sense.

        Raises:
            LinkExpiredError: it has expired, or its key was withdrawn.
            WrongTokenError: the tenant did not sign it, or not for this audience.
            IdentityUnavailableError: the keys cannot be had just now.
        """
        claims = self._decode(token, self._keys.find(_key_id(token)))
        self._check_dates(claims)
        return claims

    def _decode(self, token: str, key: jwt.PyJWK) -> Claims:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
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
        except jwt.PyJWTError as error:
            raise _malformed(type(error).__name__) from None
        return claims

    def _check_dates(self, claims: Claims) -> None:
        now = self._now()
        if date(claims, "exp") <= now - LEEWAY:
            raise LinkExpiredError
        if max(date(claims, "iat"), date(claims, "nbf")) > now + LEEWAY:
            raise _malformed("dated in the future")


class _SigningKeys:
    """The tenant's keys, remembered, and looked up again when an unheard-of one turns up.

    PyJWT's own PyJWKClient knows neither the turn's deadline nor the injected clock, and
    lets go of good keys when the tenant is away.
    """

    def __init__(self, fetch: Callable[[], dict[str, Any]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: dict[str, jwt.PyJWK] = {}
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._away = False
        """Whether the tenant did not answer when we looked."""

    def find(self, key_id: str) -> jwt.PyJWK:
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
        self._keys = {str(key.key_id): key for key in found if key.algorithm_name == ALGORITHM}
        self._away = False


def _key_id(token: str) -> str:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise WrongTokenError("longer than any token of ours, or not in ASCII")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise _malformed(type(error).__name__) from None
    if header.get("alg") != ALGORITHM:
        raise WrongTokenError(f"not signed with {ALGORITHM}")
    if "kid" not in header:
        raise WrongTokenError("names no signing key")
    return str(header["kid"])


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
