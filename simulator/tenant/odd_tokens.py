"""Access tokens that are not quite right, to see whether anybody notices."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from jwt.utils import base64url_encode

from simulator.tenant.applications import Api
from simulator.tenant.grants import Grant
from simulator.tenant.keys import SigningKey
from simulator.tenant.tokens import TokenService, access_claims


@dataclass(frozen=True)
class OddTokens:
    """Makes every kind of token from one grant. Each kind differs in one thing only."""

    tokens: TokenService
    grant: Grant
    issuer: str

    def valid(self) -> str:
        """Give a good token: a JWT, or opaque without an audience."""
        return self.tokens.access_token(self.grant, self.issuer).value

    def expired(self) -> str:
        """Give one that was good until an hour ago."""
        lived = timedelta(hours=1) + (self.grant.api or Api("")).token_lifetime
        return self.tokens.access_token(self.grant, self.issuer, age=lived).value

    def revoked(self) -> str:
        """Give one that still verifies, but that /userinfo knows to be revoked."""
        self.grant.revoked = True
        return self.valid()

    def opaque(self) -> str:
        """Give what comes when nobody asked for an audience."""
        self.grant.api = None
        return self.valid()

    def wrong_audience(self) -> str:
        """Give one for another API of the same tenant."""
        self.grant.api = Api("https://api.somebody-else.example")
        return self.valid()

    def id_token(self) -> str:
        """Give an ID token in an access token's place."""
        return self.tokens.id_token(self.grant, self.issuer)

    def unsigned(self) -> str:
        """Give one with the algorithm "none" (RFC 8725, section 2.1)."""
        return jwt.encode(self._claims(), "", algorithm="none")

    def forged(self) -> str:
        """Give one by somebody else's key, under the real key's id."""
        return SigningKey(self.tokens.keys.current.kid).sign(self._claims())

    def unknown_key(self) -> str:
        """Give one by a key the JWKS does not have."""
        return SigningKey().sign(self._claims())

    def garbage(self) -> str:
        """Give something that only looks like a JWT from afar."""
        return "not.a.token"

    def hs256(self) -> str:
        """Give one signed with the public key as if it were a shared secret.

        Algorithm confusion (RFC 8725, section 2.1), written out by hand because
        PyJWT refuses to do it.
        """
        key = self.tokens.keys.current
        header = {"alg": "HS256", "typ": "JWT", "kid": key.kid}
        parts = [base64url_encode(json.dumps(p).encode()) for p in (header, self._claims())]
        message = b".".join(parts)
        signature = base64url_encode(hmac.digest(key.public_pem(), message, "sha256"))
        return b".".join((message, signature)).decode()

    def _claims(self) -> dict[str, Any]:
        now = self.tokens.clock.now()
        return access_claims(self.grant, self.issuer, now, timedelta(hours=1))


#: Every kind by the name people type.
KINDS: dict[str, Callable[[OddTokens], str]] = {
    "valid": OddTokens.valid,
    "expired": OddTokens.expired,
    "revoked": OddTokens.revoked,
    "opaque": OddTokens.opaque,
    "wrong-audience": OddTokens.wrong_audience,
    "id-token": OddTokens.id_token,
    "unsigned": OddTokens.unsigned,
    "forged": OddTokens.forged,
    "unknown-key": OddTokens.unknown_key,
    "garbage": OddTokens.garbage,
    "hs256": OddTokens.hs256,
}
