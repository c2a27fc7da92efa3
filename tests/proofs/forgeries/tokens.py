"""Access tokens that the tenant never made, or never made like this."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm, RSAPSSAlgorithm
from jwt.utils import base64url_encode

from pizza_on_demand.clients.access_tokens import AccessTokenVerifier
from pizza_on_demand.clients.signed_tokens import LONGEST_TOKEN
from pizza_on_demand.customers import (
    LinkExpiredError,
    MissingScopeError,
    WrongTokenError,
)
from simulator.clock import Clock
from tests.proofs.forgeries import odd

ISSUER = "https://pizza.eu.auth0.com/"
AUDIENCE = "https://api.pizza-on-demand.example"
CLIENT_ID = "alexa"
KID = "the-key"
SUB = "auth0|65f0ada0000000000000ada0"
SECRET = "the secret that the tenant and the API share"

DOCUMENTED = (WrongTokenError, LinkExpiredError, MissingScopeError)
"""How `AccessTokenVerifier` says no while the tenant's keys can be had."""

_ALGORITHMS = (
    *("RS256", "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS384", "RS512"),
    *("PS256", "ES256", "EdDSA", "rs256", "RS256 ", "RS256\x00", "ＲS256", "dir", "RSA-OAEP"),
)
_EXTRAS = (
    *("crit", "b64", "zip", "cty", "typ", "enc", "epk", "apu", "p2s", "p2c", "iss", "x5t#S256"),
    *("jwk", "jku", "x5u", "x5c", "x5t"),
)
_CRITICAL: tuple[Any, ...] = (
    [],
    ["exp"],
    ["b64"],
    ["x"],
    "exp",
    None,
    [7],
    ["crit"],
    {"exp": True},
)
_NO_DATES: tuple[Any, ...] = (
    *("9999999999", "now", [], {}, [9_999_999_999], {"exp": 1}),
    *(float("nan"), float("inf"), 1e300, 10**400),
)
_NEVER: dict[str, Sequence[Any]] = {
    "iss": (None, "", ISSUER.rstrip("/"), ISSUER.upper(), [ISSUER], f"{ISSUER}x", 7, {}),
    "aud": (None, "", [], {}, 7, AUDIENCE[:-1], [AUDIENCE.upper()], [[AUDIENCE]], {AUDIENCE: 1}),
    "sub": (None, "", 7, [SUB], {"sub": SUB}, True, "alexa@clients"),
    "azp": (None, "", "somebody-else", [CLIENT_ID], "ALEXA", "аlexa", 7),
    "exp": (None, -1, 0, float("-inf"), *_NO_DATES),
    "iat": (None, 9_999_999_999, *_NO_DATES),
    "nbf": (9_999_999_999, *_NO_DATES),
    "scope": (None, "", "openid2", "OPENID", "ореnid", ["openid"], 7, {"openid": True}),
}
"""What no token may claim, by the name of the claim; None leaves it out."""

Sign = Callable[[bytes], bytes]


class Tokens:
    """Every kind of forged access token, and the verifier that must refuse them all.

    Args:
        secret: what the API shares with its tenant, where that signs with HS256.
    """

    def __init__(self, secret: str | None = None) -> None:
        self.name = f"access tokens, signed with {'HS256' if secret else 'RS256'}"
        self._clock = Clock()
        self._key, self._forgers = (
            rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)
        )
        self._jwk = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True) | {"kid": KID}
        self._verifier = AccessTokenVerifier(
            issuer=ISSUER,
            audience=AUDIENCE,
            client_id=CLIENT_ID,
            scopes=frozenset({"openid"}),
            fetch_keys=lambda: {"keys": [self._jwk | {"alg": "RS256", "use": "sig"}]},
            now=self._clock.now,
            secret=secret,
        )
        self._algorithm = "HS256" if secret else "RS256"
        self._sign = _by_secret(secret.encode()) if secret else _by(self._key)
        self._other_signs: list[tuple[str, Sign]] = [
            ("RS384", _by(self._key, RSAAlgorithm.SHA384)),
            ("RS512", _by(self._key, RSAAlgorithm.SHA512)),
            ("PS256", lambda text: RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256).sign(text, self._key)),
            ("HS384", _by_secret(SECRET.encode(), "sha384")),
            ("HS512", _by_secret(SECRET.encode(), "sha512")),
            ("RS256", _by(self._key)) if secret else ("HS256", _by_secret(SECRET.encode())),
        ]
        """With the right keys, in other ways."""
        self.good = [self._signed(self._claims(jti=str(n))) for n in range(20)]
        self._forged_signs = self._signs_of_forgers()
        self._makers = (
            self._with_no_signature_of_the_tenants,
            self._tampered,
            self._never_claimed,
            self._never_agreed_upon,
            self._encrypted_or_wrapped,
            self._anything,
        )

    def forge(self, random: Random) -> str:
        """Make a token that must be refused."""
        forged = random.choice(self._makers)(random)
        return forged if forged not in self.good else ""

    def refusal(self, forged: str) -> str:
        """How it is refused, by the name of the error."""
        try:
            self._verifier.verify(forged)
        except DOCUMENTED as refused:
            kind, said = type(refused).__name__, str(refused)
        else:
            raise AssertionError("let in")
        assert len(said) < 200
        assert not any(part in said for part in forged.split(".") if len(part) > 15), said
        return kind

    def _claims(self, **more: Any) -> dict[str, Any]:
        """A good token's claims."""
        now = int(self._clock.now().timestamp())
        return {
            "iss": ISSUER,
            "sub": SUB,
            "aud": [AUDIENCE, f"{ISSUER}userinfo"],
            "iat": now,
            "exp": now + 3600,
            "scope": "openid profile email",
            "azp": CLIENT_ID,
        } | more

    def _signed(
        self, claims: Any, algorithm: str | None = None, sign: Sign | None = None, **header: Any
    ) -> str:
        """A token that the tenant itself has signed, whatever it says."""
        written = {"typ": "JWT", "alg": algorithm or self._algorithm, "kid": KID} | header
        return _token(_written(written), _written(claims), sign or self._sign)

    def _signs_of_forgers(self) -> list[Sign]:
        """Signatures by other keys, by what is public of the right one, and by none."""
        elliptic = ec.generate_private_key(ec.SECP256R1())
        public, spki = self._key.public_key(), PublicFormat.SubjectPublicKeyInfo
        known = [
            public.public_bytes(Encoding.PEM, spki),
            public.public_bytes(Encoding.PEM, spki).strip(),
            public.public_bytes(Encoding.DER, spki),
            public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
            json.dumps(self._jwk).encode(),
            *(b"", b"secret", KID.encode(), CLIENT_ID.encode()),
        ]
        borrowed = self.good[0].rpartition(".")[2]
        return [
            _by(self._forgers),
            lambda text: RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256).sign(text, self._forgers),
            lambda text: ECAlgorithm(ECAlgorithm.SHA256).sign(text, elliptic),
            *(_by_secret(secret) for secret in known),
            lambda _: b"",
            lambda _: borrowed.encode(),
            lambda text: text[:256],
        ]

    def _with_no_signature_of_the_tenants(self, random: Random) -> str:
        """Whatever they claim to be signed with."""
        payload = _written(self._claims(**self._some_claims(random)))
        if random.random() < 0.1:
            payload = random.choice([b"[" * 5000, b"\xff{}", b"7", b"", payload * 2])
        return _token(self._header(random), payload, random.choice(self._forged_signs))

    def _some_claims(self, random: Random) -> dict[str, Any]:
        names = random.sample([*_NEVER], random.randrange(3))
        return {name: odd.json_value(random) for name in names}

    def _header(self, random: Random) -> bytes:
        """What a forger writes before the claims."""
        own = RSAAlgorithm.to_jwk(self._forgers.public_key(), as_dict=True) | {"kid": KID}
        header: dict[str, Any] = {"typ": "JWT", "alg": random.choice(_ALGORITHMS), "kid": KID}
        if random.random() < 0.3:
            header["kid"] = random.choice([*odd.TEXTS, None, 7, [KID], {}, own])
        for name in random.sample(_EXTRAS, random.randrange(3)):
            header[name] = random.choice([own, [own], "https://evil.example/keys", "JWT", "DEF"])
        if random.random() < 0.1:
            header["crit"] = random.choice(_CRITICAL)
        if random.random() < 0.1:
            header["alg"] = odd.json_value(random)
        if random.random() < 0.1:
            del header[random.choice([*header])]
        return self._twisted(random, _written(header))

    def _twisted(self, random: Random, header: bytes) -> bytes:
        """Now and then no JSON, or JSON with a member twice."""
        if random.random() < 0.8:
            return header
        return random.choice(
            [
                header.replace(b"{", b'{"alg":"RS256","kid":"the-key",', 1),
                header[:-1] + b',"alg":"none"}',
                header[:-1] + b',"kid":"../key"}',
                header[: random.randrange(len(header))],
                b"\xef\xbb\xbf" + header,
                header.decode().encode("utf-16"),
                b"[" * 9000,
                b"{" * 3000,
                b"null",
                b"",
            ]
        )

    def _tampered(self, random: Random) -> str:
        """Good ones, of which something is not as it was."""
        return odd.tampered(random, random.choice(self.good))

    def _never_claimed(self, random: Random) -> str:
        """With the tenant's own signature over what it would never say."""
        name = random.choice([*_NEVER])
        value = random.choice(_NEVER[name])
        claims = self._claims(jti=odd.json_value(random), acr=odd.json_value(random))
        claims.pop(name, None)
        return self._signed(claims if value is None else claims | {name: value})

    def _never_agreed_upon(self, random: Random) -> str:
        """With the tenant's own key, in a way that nobody expects."""
        claims, now = self._claims(), int(self._clock.now().timestamp())
        makers: list[Callable[[], str]] = [
            lambda: self._signed(claims, alg=self._another_algorithm(random)),
            lambda: self._signed(claims, *random.choice(self._other_signs)),
            lambda: self._signed(claims, crit=["x"], x=1),
            lambda: self._signed(claims, crit=["b64"], b64=False),
            lambda: self._signed(claims, b64=False),
            lambda: self._signed(claims, kid=random.choice([None, 7, [KID], {}])),
            lambda: self._signed(claims | {"padding": "x" * LONGEST_TOKEN}),
            lambda: self._signed(claims | {"exp": now - random.randrange(10, 10**9)}),
            lambda: self._signed(self.good[0]),
            lambda: self._signed([claims]),
            lambda: self._signed(odd.json_value(random)),
        ]
        return random.choice(makers)()

    def _another_algorithm(self, random: Random) -> str:
        return random.choice([name for name in _ALGORITHMS if name != self._algorithm])

    def _encrypted_or_wrapped(self, random: Random) -> str:
        """JWEs (RFC 7516), JWSs as JSON (RFC 7515, section 7.2), and tokens in other things."""
        good = random.choice(self.good)
        header, payload, signature = good.split(".")
        head = _encoded(_written({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT", "kid": KID}))
        parts = {"protected": header, "payload": payload, "signature": signature}
        return random.choice(
            [
                ".".join([head, *(_encoded(random.randbytes(40)) for _ in range(4))]),
                f"{head}..{payload}.{signature}.",
                json.dumps(parts),
                json.dumps({"payload": payload, "signatures": [parts]}),
                f"{head}.{_encoded(good.encode())}.{signature}",
                f"{header}.{_encoded(good.encode())}.{signature}",
                _encoded(good.encode()),
                f"Bearer {good}",
                f"{good}==",
                f"{header}=.{payload}=.{signature}",
                f"{good}.{good}",
                f"{good}," + random.choice(self.good),
            ]
        )

    def _anything(self, random: Random) -> str:
        makers: list[Callable[[], str]] = [
            lambda: odd.text(random),
            lambda: random.choice(odd.TEXTS),
            lambda: "." * random.randrange(LONGEST_TOKEN + 9),
            lambda: self.good[0] * random.randrange(2, 200),
            lambda: f"{odd.text(random)}.{odd.text(random)}.{odd.text(random)}",
            lambda: "eyJ" * random.randrange(9000) + ".e30.e30",
        ]
        return random.choice(makers)()


def _token(header: bytes, payload: bytes, sign: Sign) -> str:
    text = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{text}.{_encoded(sign(text.encode()))}"


def _encoded(part: bytes) -> str:
    return base64url_encode(part).decode()


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()


def _by(key: rsa.RSAPrivateKey, digest: type[HashAlgorithm] = RSAAlgorithm.SHA256) -> Sign:
    return lambda text: RSAAlgorithm(digest).sign(text, key)


def _by_secret(secret: bytes, digest: str = "sha256") -> Sign:
    return lambda text: hmac.digest(secret, text, digest)
