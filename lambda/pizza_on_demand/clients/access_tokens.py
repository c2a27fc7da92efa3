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
    VerifiedToken,
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

    def verify(self, access_token: str) -> VerifiedToken:
        """What a good token says.

        Raises:
            LinkExpiredError: it has expired, or its key was withdrawn.
            WrongTokenError: it cannot come from a link that is set up right.
            MissingScopeError: it does not allow what the skill needs.
            IdentityUnavailableError: the keys cannot be had just now.
        """
        claims = self._decode(access_token, self._keys.find(_key_id(access_token)))
        expires = self._check_dates(claims)
        self._check_holder(claims)
        self._check_scopes(claims)
        return VerifiedToken(claims["sub"], expires)

    def _decode(self, access_token: str, key: jwt.PyJWK) -> Claims:
        try:
            claims: dict[str, Any] = jwt.decode(
                access_token,
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

    def _check_dates(self, claims: Claims) -> datetime:
        now, expires = self._now(), _date(claims, "exp")
        if expires <= now - LEEWAY:
            raise LinkExpiredError
        if max(_date(claims, "iat"), _date(claims, "nbf")) > now + LEEWAY:
            raise _malformed("dated in the future")
        return expires

    def _check_holder(self, claims: Claims) -> None:
        # Auth0 names the application "azp", RFC 9068 names it "client_id".
        client = claims.get("azp", claims.get("client_id"))
        if self._client_id and client != self._client_id:
            raise WrongTokenError("issued to another application")
        if not claims["sub"] or claims["sub"].endswith("@clients"):
            raise WrongTokenError("no person stands behind it")

    def _check_scopes(self, claims: Claims) -> None:
        scope = claims.get("scope")
        missing = self._scopes - set(scope.split() if isinstance(scope, str) else ())
        if missing:
            raise MissingScopeError(min(missing))


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


def _key_id(access_token: str) -> str:
    if len(access_token) > LONGEST_TOKEN:
        raise WrongTokenError("longer than any token of ours")
    # A token for /userinfo alone is a random text, or encrypted: a JWE has five parts.
    if not access_token.isascii() or access_token.count(".") != 2:
        raise WrongTokenError(
            "opaque, though AUTH0_AUDIENCE is set: does the authorization URI "
            "that Alexa calls end in ?audience=…?"
        )
    try:
        header = jwt.get_unverified_header(access_token)
    except jwt.InvalidTokenError as error:
        raise _malformed(type(error).__name__) from None
    if header.get("alg") != ALGORITHM:
        raise WrongTokenError(f"not signed with {ALGORITHM}")
    if "kid" not in header:
        raise WrongTokenError("names no signing key")
    return str(header["kid"])


def _date(claims: Claims, name: str) -> datetime:
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
