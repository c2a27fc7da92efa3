"""Which access tokens are good, and what is wrong with each of the others."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode
from werkzeug.wrappers import Response

from pizza_on_demand.clients.access_tokens import AccessTokenVerifier
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.customers import (
    IdentityError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    VerifiedToken,
    WrongTokenError,
)
from simulator.clock import Clock
from simulator.tenant import Api
from tests.clients.served_tenant import AUDIENCE, CLIENT_ID, ServedTenant

JWKS = "/.well-known/jwks.json"
ISSUER = "https://pizza.eu.auth0.com/"
SUB = "auth0|65f0ada0000000000000ada0"
KID = "the-key"
SECRET = "the secret that the tenant and the API share"
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)

Verify = Callable[[str], VerifiedToken]


class Mint:
    """Signs any claims and headers with one key, for tokens that no tenant would make."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """A good token's claims with some changed; None takes one away."""
        now = int(self._clock.now().timestamp())
        good = {
            "iss": ISSUER,
            "sub": SUB,
            "aud": [AUDIENCE, f"{ISSUER}userinfo"],
            "iat": now,
            "exp": now + 3600,
            "scope": "openid profile email",
            "azp": CLIENT_ID,
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(self, **changes: Any) -> str:
        """A token that is signed as it should be."""
        return self.signed(self.claims(**changes))

    def signed(self, claims: Any, algorithm: str = "RS256", **header: Any) -> str:
        """Sign by hand: PyJWT refuses to make what it refuses to read."""
        parts = [{"typ": "JWT", "alg": algorithm, "kid": KID} | header, claims]
        text = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
        signer = RSAAlgorithm(getattr(RSAAlgorithm, f"SHA{algorithm[2:]}"))
        return f"{text.decode()}.{base64url_encode(signer.sign(text, self._key)).decode()}"

    def shared(self, secret: str, *, algorithm: str = "HS256", **header: Any) -> str:
        """A good token's claims, signed with a secret; Auth0 names no key then."""
        parts = [{"typ": "JWT", "alg": algorithm} | header, self.claims()]
        text = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
        signature = hmac.digest(secret.encode(), text, f"sha{algorithm[2:]}")
        return f"{text.decode()}.{base64url_encode(signature).decode()}"

    def public_pem(self) -> str:
        """The public key, as anybody can write it down."""
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode()

    def jwks(self) -> dict[str, Any]:
        """The public half, as a tenant publishes it."""
        jwk = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [jwk | {"kid": KID, "alg": "RS256", "use": "sig"}]}


def verifier(clock: Clock, fetch_keys: Callable[[], dict[str, Any]], **other: Any) -> Verify:
    settings = {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "client_id": CLIENT_ID,
        "scopes": frozenset({"openid"}),
    }
    return AccessTokenVerifier(**settings | other, fetch_keys=fetch_keys, now=clock.now).verify


@pytest.fixture(scope="module")
def mint() -> Mint:
    return Mint(Clock())


@pytest.fixture
def verify(clock: Clock, mint: Mint) -> Verify:
    return verifier(clock, mint.jwks)


@pytest.fixture(scope="module")
def verify_anything(mint: Mint) -> Verify:
    """One verifier for hundreds of tokens."""
    return verifier(Clock(), mint.jwks)


@pytest.fixture
def verify_at_tenant(clock: Clock, auth0: ServedTenant) -> Verify:
    """A verifier that gets its keys from the tenant, over the wire."""
    return verifier(clock, Auth0Client(auth0.origin).jwks, issuer=auth0.issuer)


class TestATokenOfTheTenant:
    def test_a_good_one_tells_who_and_how_long(
        self, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        token = auth0.mint()
        claims = jwt.decode(token, options={"verify_signature": False})

        good = verify_at_tenant(token)

        assert good.sub == claims["sub"] == auth0.tenant.accounts["ada"].sub
        assert good.expires.timestamp() == claims["exp"]

    @pytest.mark.parametrize(
        ("kind", "refusal", "why"),
        [
            ("expired", LinkExpiredError, "^$"),
            ("unknown-key", LinkExpiredError, "^$"),
            ("opaque", WrongTokenError, "opaque, though AUTH0_AUDIENCE is set"),
            ("garbage", WrongTokenError, "not a good token: DecodeError"),
            ("wrong-audience", WrongTokenError, "InvalidAudienceError"),
            ("id-token", WrongTokenError, "InvalidAudienceError"),
            ("unsigned", WrongTokenError, "not signed with RS256"),
            ("hs256", WrongTokenError, "not signed with RS256"),
            ("forged", WrongTokenError, "InvalidSignatureError"),
        ],
    )
    def test_each_other_kind_is_refused_and_never_quoted(
        self,
        auth0: ServedTenant,
        verify_at_tenant: Verify,
        kind: str,
        refusal: type[IdentityError],
        why: str,
    ) -> None:
        token = auth0.mint(kind)

        with pytest.raises(refusal, match=why) as refused:
            verify_at_tenant(token)

        assert type(refused.value) is refusal
        assert not any(part in str(refused.value) for part in token.split(".") if len(part) > 5)

    def test_it_runs_out_with_a_leeway_of_ten_seconds(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        token = auth0.mint()
        clock.wait(timedelta(hours=1, seconds=9))
        assert verify_at_tenant(token)

        clock.wait(timedelta(seconds=1))
        with pytest.raises(LinkExpiredError):
            verify_at_tenant(token)


class TestClaims:
    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": AUDIENCE},
            {"aud": ["https://other.example", AUDIENCE]},
            {"azp": None, "client_id": CLIENT_ID},
            {"scope": "email openid"},
        ],
        ids=str,
    )
    def test_what_a_good_token_may_look_like(
        self, mint: Mint, verify: Verify, changes: dict[str, Any]
    ) -> None:
        assert verify(mint.token(**changes)).sub == SUB

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"iss": ISSUER.rstrip("/")}, "InvalidIssuerError"),
            ({"iss": "https://evil.example/"}, "InvalidIssuerError"),
            ({"iss": None}, "MissingRequiredClaimError"),
            ({"iss": [ISSUER]}, "InvalidIssuerError"),
            ({"aud": ["https://other.example"]}, "InvalidAudienceError"),
            ({"aud": f"{AUDIENCE}/"}, "InvalidAudienceError"),
            ({"aud": {AUDIENCE: 1}}, "InvalidAudienceError"),
            ({"aud": None}, "MissingRequiredClaimError"),
            ({"sub": None}, "MissingRequiredClaimError"),
            ({"sub": 7}, "InvalidSubjectError"),
            ({"sub": ""}, "no person stands behind it"),
            ({"sub": "alexa@clients"}, "no person stands behind it"),
            ({"azp": "somebody-else"}, "issued to another application"),
            ({"azp": "al"}, "issued to another application"),
            ({"azp": "somebody-else", "client_id": CLIENT_ID}, "issued to another application"),
            ({"azp": None, "client_id": "somebody-else"}, "issued to another application"),
            ({"azp": None}, "issued to another application"),
            ({"azp": [CLIENT_ID]}, "issued to another application"),
            ({"exp": None}, "MissingRequiredClaimError"),
            ({"iat": None}, "MissingRequiredClaimError"),
            ({"exp": "9999999999"}, "exp is no date"),
            ({"exp": float("nan")}, "exp is no date"),
            ({"exp": float("inf")}, "exp is no date"),
            ({"exp": 1e300}, "exp is no date"),
            ({"exp": 10**400}, "exp is no date"),
            ({"exp": {}}, "exp is no date"),
            ({"iat": "now"}, "iat is no date"),
            ({"nbf": []}, "nbf is no date"),
            ({"iat": 9_999_999_999}, "dated in the future"),
            ({"nbf": 9_999_999_999}, "dated in the future"),
        ],
        ids=str,
    )
    def test_what_linking_can_never_have_sent_is_a_wrong_token(
        self, mint: Mint, verify: Verify, changes: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(WrongTokenError, match=why):
            verify(mint.token(**changes))

    @pytest.mark.parametrize("name", ["iat", "nbf"])
    def test_the_tenants_clock_may_be_ten_seconds_ahead(
        self, clock: Clock, mint: Mint, verify: Verify, name: str
    ) -> None:
        now = int(clock.now().timestamp())

        assert verify(mint.token(**{name: now + 10}))
        with pytest.raises(WrongTokenError, match="dated in the future"):
            verify(mint.token(**{name: now + 11}))

    @pytest.mark.parametrize("payload", [[], "text", None, 7])
    def test_claims_that_are_no_object_are_a_wrong_token(
        self, mint: Mint, verify: Verify, payload: object
    ) -> None:
        with pytest.raises(WrongTokenError, match="DecodeError"):
            verify(mint.signed(payload))

    def test_any_application_will_do_when_none_is_set(self, clock: Clock, mint: Mint) -> None:
        lenient = verifier(clock, mint.jwks, client_id=None)

        assert lenient(mint.token(azp=None)).sub == SUB

    @pytest.mark.parametrize("scope", ["profile email", "openid2", "", None, ["openid"], 7, {}])
    def test_without_the_scope_the_link_does_not_allow_it(
        self, mint: Mint, verify: Verify, scope: Any
    ) -> None:
        with pytest.raises(MissingScopeError) as refused:
            verify(mint.token(scope=scope))
        assert refused.value.scope == "openid"

    def test_what_it_allows_is_told(self, mint: Mint, verify: Verify) -> None:
        good = verify(mint.token(scope="openid read:orders"))

        assert good.scopes == {"openid", "read:orders"}

    def test_every_scope_is_needed(self, clock: Clock, mint: Mint) -> None:
        strict = verifier(clock, mint.jwks, scopes=frozenset({"openid", "create:orders"}))

        assert strict(mint.token(scope="create:orders openid"))
        with pytest.raises(MissingScopeError, match="create:orders"):
            strict(mint.token())


class TestHeaders:
    @pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
    def test_the_right_key_under_another_algorithm_is_refused(
        self, mint: Mint, verify: Verify, algorithm: str
    ) -> None:
        with pytest.raises(WrongTokenError, match="not signed with RS256"):
            verify(mint.signed(mint.claims(), algorithm))

    @pytest.mark.parametrize("kid", [7, None, ["the-key"], {}])
    def test_a_key_id_that_is_no_text_is_a_wrong_token(
        self, mint: Mint, verify: Verify, kid: object
    ) -> None:
        with pytest.raises(WrongTokenError, match="InvalidTokenError"):
            verify(mint.signed(mint.claims(), kid=kid))

    @pytest.mark.parametrize("kid", ["", "../../etc/passwd", "https://evil.example/", "k" * 9000])
    def test_a_key_id_is_looked_up_and_nothing_else(
        self, mint: Mint, verify: Verify, kid: str
    ) -> None:
        with pytest.raises(LinkExpiredError):
            verify(mint.signed(mint.claims(), kid=kid))

    def test_a_key_that_comes_with_the_token_is_not_trusted(self, clock: Clock, mint: Mint) -> None:
        forger = Mint(clock)
        [own] = forger.jwks()["keys"]
        token = forger.signed(forger.claims(), jwk=own, jku="https://evil.example/jwks.json")

        with pytest.raises(WrongTokenError, match="InvalidSignatureError"):
            verifier(clock, mint.jwks)(token)

    def test_a_token_that_names_no_key_is_wrong(self, verify: Verify) -> None:
        header = base64url_encode(b'{"alg":"RS256"}').decode()
        with pytest.raises(WrongTokenError, match="names no signing key"):
            verify(f"{header}.e30.e30")

    def test_an_encrypted_token_is_opaque(self, mint: Mint, verify: Verify) -> None:
        """Auth0's tokens for /userinfo alone are JWEs (RFC 7516, section 7.1): five parts."""
        head = base64url_encode(b'{"alg":"dir","enc":"A256GCM","iss":"https://x/"}').decode()
        with pytest.raises(WrongTokenError, match="opaque"):
            verify(f"{head}..aXY.Y2lwaGVy.dGFn")

    @pytest.mark.parametrize("token", ["", ".", "..", "...", "é.é.é", "\ud800.\ud800.x", "🍕" * 99])
    def test_garbage_is_a_wrong_token(self, verify: Verify, token: str) -> None:
        with pytest.raises(WrongTokenError):
            verify(token)

    def test_padding_is_no_part_of_a_token(self, mint: Mint, verify: Verify) -> None:
        with pytest.raises(WrongTokenError, match="in other characters"):
            verify(f"{mint.token()}=")

    def test_an_oversized_token_is_not_even_read(self, mint: Mint, verify: Verify) -> None:
        token = mint.token(padding="x" * 16_384)
        with pytest.raises(WrongTokenError, match="longer than any token of ours"):
            verify(token)

    def test_the_longest_token_is_read(self, mint: Mint, verify: Verify) -> None:
        token = mint.token()
        longest = token + "A" * (16_384 - len(token))

        with pytest.raises(WrongTokenError, match="InvalidSignatureError"):
            verify(longest)
        with pytest.raises(WrongTokenError, match="longer than any token of ours"):
            verify(f"{longest}A")

    def test_a_header_nested_without_end_is_a_wrong_token(self, verify: Verify) -> None:
        header = base64url_encode(b"[" * 10_000).decode()
        with pytest.raises(WrongTokenError):
            verify(f"{header}.e30.e30")


class TestKeys:
    def test_they_are_fetched_once_for_many_tokens(
        self, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        for name in ("ada", "grace", "mary") * 10:
            verify_at_tenant(auth0.mint(name=name))

        assert auth0.times_asked(JWKS) == 1

    def test_unheard_of_keys_make_us_look_once_in_thirty_seconds(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        verify_at_tenant(auth0.mint())
        clock.wait(timedelta(seconds=30))
        unknown = auth0.mint("unknown-key")

        asked = []
        for seconds in (0, 29, 1):
            clock.wait(timedelta(seconds=seconds))
            for _ in range(5):
                with pytest.raises(LinkExpiredError):
                    verify_at_tenant(unknown)
            asked.append(auth0.times_asked(JWKS))

        assert asked == [2, 2, 3]

    def test_a_rotation_is_no_outage(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        before = auth0.mint()
        verify_at_tenant(before)
        clock.wait(timedelta(minutes=1))

        auth0.tenant.rotate_keys()

        assert verify_at_tenant(auth0.mint())
        assert verify_at_tenant(before)
        assert auth0.times_asked(JWKS) == 2

    def test_a_revoked_key_is_good_for_an_hour_at_most(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        auth0.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(days=1)))
        before = auth0.mint()
        verify_at_tenant(before)
        auth0.tenant.rotate_keys(revoke=True)

        clock.wait(timedelta(minutes=59))
        assert verify_at_tenant(before)
        clock.wait(timedelta(minutes=1))
        with pytest.raises(LinkExpiredError):
            verify_at_tenant(before)

    def test_without_any_key_the_tenant_is_away_and_asked_each_time(
        self, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        token = auth0.mint()
        auth0.wire.begin("away", lambda _: Response("", 503))
        for _ in range(2):
            with pytest.raises(IdentityUnavailableError):
                verify_at_tenant(token)

        auth0.wire.mend()
        assert verify_at_tenant(token)

    def test_known_keys_go_on_working_while_the_tenant_is_away(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        verify_at_tenant(auth0.mint())
        auth0.wire.begin("away", lambda _: Response("", 503))
        clock.wait(timedelta(hours=1))

        for _ in range(5):
            assert verify_at_tenant(auth0.mint())
        with pytest.raises(IdentityUnavailableError):
            verify_at_tenant(auth0.mint("unknown-key"))

        assert auth0.times_asked(JWKS) == 1 + 1

    def test_a_tenant_that_is_back_is_asked_again_after_thirty_seconds(
        self, clock: Clock, auth0: ServedTenant, verify_at_tenant: Verify
    ) -> None:
        auth0.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(days=1)))
        before = auth0.mint()
        verify_at_tenant(before)
        auth0.tenant.rotate_keys(revoke=True)
        clock.wait(timedelta(hours=1))
        auth0.wire.begin("away", lambda _: Response("", 503))
        assert verify_at_tenant(before)
        with pytest.raises(IdentityUnavailableError):
            verify_at_tenant(auth0.mint())

        auth0.wire.mend()
        clock.wait(timedelta(seconds=30))

        with pytest.raises(LinkExpiredError):
            verify_at_tenant(before)
        assert verify_at_tenant(auth0.mint())

    @pytest.mark.parametrize(
        "keys", [[], ["x", 7, None], [{}], [{"kty": "RSA"}], [{"kty": "dog", "kid": KID}]], ids=str
    )
    def test_a_key_set_without_a_usable_key_is_a_tenant_that_is_away(
        self, clock: Clock, mint: Mint, keys: list[Any]
    ) -> None:
        with pytest.raises(IdentityUnavailableError):
            verifier(clock, lambda: {"keys": keys})(mint.token())

    def test_keys_of_other_kinds_are_passed_over(self, clock: Clock, mint: Mint) -> None:
        """A shared or elliptic key under the token's own id would be another algorithm's."""
        elliptic = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), True)
        shared = {"kty": "oct", "k": "c2VjcmV0", "kid": KID}
        longer = mint.jwks()["keys"][0] | {"alg": "RS512"}
        keys = [elliptic | {"kid": KID}, *mint.jwks()["keys"], shared, longer]

        assert verifier(clock, lambda: {"keys": keys})(mint.token())
        with pytest.raises(LinkExpiredError):
            verifier(clock, lambda: {"keys": [longer]})(mint.token())


class TestASharedSecret:
    """The tenant signs with HS256, because settings say so and not because a header does."""

    @pytest.fixture
    def verify(self, clock: Clock, mint: Mint) -> Verify:
        return verifier(clock, mint.jwks, secret=SECRET)

    def test_a_token_that_is_signed_with_it_is_good(self, mint: Mint, verify: Verify) -> None:
        assert verify(mint.shared(SECRET)).sub == SUB

    def test_the_tenants_keys_are_never_asked_for(self, clock: Clock, mint: Mint) -> None:
        def away() -> dict[str, Any]:
            raise IdentityUnavailableError

        assert verifier(clock, away, secret=SECRET)(mint.shared(SECRET, kid=KID))

    def test_what_the_tenants_key_signs_is_refused(self, mint: Mint, verify: Verify) -> None:
        with pytest.raises(WrongTokenError, match="not signed with HS256"):
            verify(mint.token())

    @pytest.mark.parametrize("claimed", ["HS256", "RS256"])
    def test_what_the_public_key_signs_as_a_secret_is_refused(
        self, mint: Mint, verify: Verify, claimed: str
    ) -> None:
        with pytest.raises(WrongTokenError):
            verify(mint.shared(mint.public_pem(), alg=claimed))

    @pytest.mark.parametrize("secret", ["", f"{SECRET} ", SECRET[:-1], SECRET.upper()])
    def test_what_another_secret_signs_is_refused(
        self, mint: Mint, verify: Verify, secret: str
    ) -> None:
        with pytest.raises(WrongTokenError, match="InvalidSignatureError"):
            verify(mint.shared(secret))

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
    def test_it_is_good_for_one_algorithm(self, mint: Mint, verify: Verify, algorithm: str) -> None:
        with pytest.raises(WrongTokenError, match="not signed with HS256"):
            verify(mint.shared(SECRET, algorithm=algorithm))

    def test_none_at_all_is_refused(self, mint: Mint, verify: Verify) -> None:
        parts = mint.shared(SECRET, alg="none").split(".")

        for signature in ("", parts[2]):
            with pytest.raises(WrongTokenError, match="not signed with HS256"):
                verify(f"{parts[0]}.{parts[1]}.{signature}")

    def test_without_one_what_it_signs_is_refused(self, clock: Clock, mint: Mint) -> None:
        for token in (mint.shared(SECRET), mint.shared(SECRET, kid=KID)):
            with pytest.raises(WrongTokenError, match="not signed with RS256"):
                verifier(clock, mint.jwks)(token)


class TestAnything:
    """Whatever Alexa hands over, nothing but an IdentityError comes out."""

    @given(token=st.text(st.characters()) | st.text("abc.-_= \n", max_size=40))
    def test_any_text_is_refused(self, verify_anything: Verify, token: str) -> None:
        with pytest.raises(IdentityError):
            verify_anything(token)

    @given(header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64"]), JSON))
    def test_any_header_is_refused(
        self, mint: Mint, verify_anything: Verify, header: dict[str, Any]
    ) -> None:
        with pytest.raises(IdentityError):
            verify_anything(mint.signed(mint.claims(), **{"kid": "nobody's", **header}))

    @given(
        claims=st.dictionaries(
            st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "scope", "azp", "jti"]),
            JSON,
            min_size=1,
        )
    )
    def test_any_signed_claims_are_read_or_refused(
        self, mint: Mint, verify_anything: Verify, claims: dict[str, Any]
    ) -> None:
        try:
            good = verify_anything(mint.signed(mint.claims() | claims))
        except IdentityError:
            return
        assert good.sub
