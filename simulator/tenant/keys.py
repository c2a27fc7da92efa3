"""The keys a tenant signs with, and the JWKS that publishes them."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"


class SigningKey:
    """An RSA key pair and the id (`kid`) tokens name it by."""

    def __init__(self, kid: str | None = None) -> None:
        self.kid = kid or secrets.token_urlsafe(16)

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        """Made when it is first needed: it can take a tenth of a second."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public(self) -> rsa.RSAPublicKey:
        """The half that everybody may have."""
        return self._private.public_key()

    def sign(self, claims: dict[str, Any]) -> str:
        """The claims as a JWT signed with RS256."""
        return jwt.encode(claims, self._private, ALGORITHM, headers={"kid": self.kid})

    def public_pem(self) -> bytes:
        """The public key as anybody can write it down from the JWKS."""
        return self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def jwk(self) -> dict[str, str]:
        """The public key as a member of the JWKS (RFC 7517)."""
        numbers = RSAAlgorithm.to_jwk(self.public, as_dict=True)
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.kid,
            "n": numbers["n"],
            "e": numbers["e"],
        }


class KeyRing:
    """The signing key in use, and the earlier ones whose tokens still verify."""

    def __init__(self) -> None:
        self._keys = [SigningKey()]

    @property
    def current(self) -> SigningKey:
        """The key that new tokens are signed with."""
        return self._keys[0]

    def rotate(self, *, revoke: bool = False) -> None:
        """Sign with a new key from now on; with *revoke*, take back every earlier one."""
        self._keys = [SigningKey(), *([] if revoke else self._keys)]

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JSON Web Key Set, newest key first."""
        return {"keys": [key.jwk() for key in self._keys]}

    def claims(self, token: str, *, audience: str | None, issuer: str) -> dict[str, Any]:
        """The claims of a JWT that one of these keys signed.

        The times in it are left to the caller, who knows the world's clock; with the
        audience None, whom it is for is left to them too.

        Raises:
            jwt.PyJWTError: it is not a JWT, not ours, or for somebody else.
        """
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in self._keys if key.kid == kid), None)
        if key is None:
            raise jwt.InvalidKeyError(f"no key {kid!r}")
        return jwt.decode(
            token,
            key.public,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={
                "verify_aud": audience is not None,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
