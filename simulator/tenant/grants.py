"""What customers allowed applications to do, and the codes and tokens that prove it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from jwt.utils import base64url_encode

from simulator.clock import Clock
from simulator.tenant.accounts import Account, User
from simulator.tenant.applications import Api, Application
from simulator.tenant.errors import InvalidGrantError, TokenError

#: Auth0 documents ten minutes as the life of an authorization code.
CODE_LIFETIME = timedelta(minutes=10)
#: The `idle_token_lifetime` of the linking application: unused for so long, it is dead.
REFRESH_TOKEN_IDLE_LIFETIME = timedelta(days=90)


@dataclass(eq=False)
class Grant:
    """One login of one customer for one application: all its tokens hang on it."""

    account: User
    application: Application
    scope: str
    """As granted: space-separated."""
    api: Api | None
    """None when no audience was asked for: access tokens are opaque."""
    nonce: str | None = None
    sid: str | None = None
    """The session at the tenant that it was granted in; a code by mail begins none."""
    revoked: bool = False

    def has(self, scope: str) -> bool:
        """Whether *scope* was granted."""
        return scope in self.scope.split()


@dataclass(frozen=True)
class AccessToken:
    """An access token as it was handed out. A JWT also says most of this itself."""

    value: str
    grant: Grant
    lifetime: timedelta
    expires: datetime


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires: datetime
    used: bool = False


@dataclass
class _RefreshToken:
    grant: Grant
    expires: datetime
    spent: datetime | None = None
    """When its successor was given for the first time."""


class Ledger:
    """Everything handed out so far, by its value. Nothing is ever forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._grants: set[Grant] = set()
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, _RefreshToken] = {}
        self._access_tokens: dict[str, AccessToken] = {}

    def issue_code(self, grant: Grant, redirect_uri: str, challenge: str | None) -> str:
        """An authorization code; *challenge* is PKCE's S256 one, if there was any."""
        self._grants.add(grant)
        code = secrets.token_urlsafe(32)
        expires = self._clock.now() + CODE_LIFETIME
        self._codes[code] = _Code(grant, redirect_uri, challenge, expires)
        return code

    def redeem_code(
        self,
        value: str,
        *,
        application: Application,
        redirect_uri: str | None,
        verifier: str | None,
    ) -> Grant:
        """Give the grant behind an authorization code, once.

        A code that comes back a second time was stolen: what it gave is revoked
        (RFC 6749, section 4.1.2). The first try uses it up, even a wrong one.

        Raises:
            TokenError: 403, with Auth0's description of what does not fit.
        """
        code = self._codes.get(value)
        if code is None or code.grant.application is not application:
            raise InvalidGrantError("Invalid authorization code")
        if code.used:
            code.grant.revoked = True
        if code.used or self._clock.now() >= code.expires:
            raise InvalidGrantError("Invalid authorization code")
        code.used = True
        _check_redirect_uri(code, redirect_uri)
        _check_verifier(code, verifier)
        return code.grant

    def issue_refresh_token(self, grant: Grant) -> str:
        """A refresh token, good until it lies idle for too long."""
        token = secrets.token_urlsafe(32)
        expires = self._clock.now() + REFRESH_TOKEN_IDLE_LIFETIME
        self._refresh_tokens[token] = _RefreshToken(grant, expires)
        return token

    def redeem_refresh_token(
        self,
        value: str,
        *,
        application: Application,
        rotate: bool,
        overlap: timedelta = timedelta(),
    ) -> tuple[Grant, str | None]:
        """Give the grant behind a refresh token, and with *rotate* the token's successor.

        A token whose successor was given longer than *overlap* ago is a stolen one: the
        whole family is revoked, and the grant with it.
        https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation

        Raises:
            InvalidGrantError: it is unknown, revoked, expired, spent or somebody else's.
        """
        token = self._refresh_tokens.get(value)
        if token is None or token.grant.application is not application:
            raise _invalid_refresh_token()
        now = self._clock.now()
        if token.spent is not None and now >= token.spent + overlap:
            token.grant.revoked = True
        if token.grant.revoked or now >= token.expires:
            raise _invalid_refresh_token()
        token.expires = now + REFRESH_TOKEN_IDLE_LIFETIME
        if rotate:
            token.spent = token.spent or now
        return token.grant, self.issue_refresh_token(token.grant) if rotate else None

    def revoke_refresh_token(self, value: str, application: Application) -> None:
        """Revoke the grant of one of the application's own refresh tokens."""
        token = self._refresh_tokens.get(value)
        if token is not None and token.grant.application is application:
            token.grant.revoked = True

    def record(self, token: AccessToken) -> None:
        """Remember an access token that was handed out."""
        self._grants.add(token.grant)
        self._access_tokens[token.value] = token

    def access_token(self, value: str) -> AccessToken | None:
        """The access token with this value, expired and revoked ones too."""
        return self._access_tokens.get(value)

    def revoke(self, account: Account) -> None:
        """Revoke everything *account* granted so far."""
        for grant in self._grants:
            if grant.account is account:
                grant.revoked = True


def _check_redirect_uri(code: _Code, sent: str | None) -> None:
    """Auth0 wants the redirect URI of the authorization request again, unchanged."""
    if sent != code.redirect_uri:
        raise TokenError(
            403,
            "unauthorized_client",
            f"The redirect URI is wrong. You sent {sent or 'null'}, "
            f"and we expected {code.redirect_uri}",
        )


def _check_verifier(code: _Code, verifier: str | None) -> None:
    """PKCE with S256 (RFC 7636, section 4.6); a verifier without a challenge fails too."""
    if code.challenge != (s256(verifier) if verifier is not None else None):
        raise InvalidGrantError("Failed to verify code verifier")


def s256(verifier: str) -> str:
    """PKCE's code challenge for a verifier."""
    return base64url_encode(hashlib.sha256(verifier.encode()).digest()).decode()


def _invalid_refresh_token() -> InvalidGrantError:
    return InvalidGrantError("Unknown or invalid refresh token.")
