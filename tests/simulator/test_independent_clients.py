"""Clients that other people wrote find a tenant they can work with.

None of them is told that it is a simulation, so a misunderstanding that the tenant
and our own code share would show here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import jwt
import pytest
import requests
from auth0.authentication import GetToken, RevokeToken, Users
from auth0.authentication.exceptions import Auth0Error, RateLimitError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt as jose
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from simulator.tenant import Application, Tenant
from tests.simulator.linking import AUDIENCE, CALLBACK, SCOPE, VERIFIER, Browser, Client, answer


def discover(origin: str) -> dict[str, str]:
    document: dict[str, str] = requests.get(
        f"{origin}/.well-known/openid-configuration", timeout=5
    ).json()
    return document


class TestAuthlib:
    """Authlib's OAuth2Session, told nothing but the discovery document."""

    @pytest.fixture
    def found(self, origin: str) -> dict[str, str]:
        return discover(origin)

    @pytest.fixture
    def session(self, client: Client, found: dict[str, str]) -> OAuth2Session:
        return OAuth2Session(
            client.application.client_id,
            client.application.client_secret,
            scope=SCOPE,
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            token_endpoint=found["token_endpoint"],
        )

    def sign_in(
        self, session: OAuth2Session, browser: Browser, found: dict[str, str]
    ) -> dict[str, str]:
        url, state = session.create_authorization_url(
            found["authorization_endpoint"],
            audience=AUDIENCE,
            nonce="n-1",
            code_verifier=VERIFIER,
        )
        page = browser.session.get(url, timeout=5)
        back = browser.submit(page, username="ada", password="pizza").headers["Location"]
        token: dict[str, str] = session.fetch_token(
            found["token_endpoint"],
            authorization_response=back,
            state=state,
            code_verifier=VERIFIER,
        )
        return token

    def test_it_links_refreshes_and_reads_the_profile(
        self, session: OAuth2Session, browser: Browser, found: dict[str, str]
    ) -> None:
        first = self.sign_in(session, browser, found)
        again = session.refresh_token(found["token_endpoint"])
        assert again["access_token"] != first["access_token"]
        assert again["refresh_token"] == first["refresh_token"]
        assert session.get(found["userinfo_endpoint"]).json()["given_name"] == "Ada"

    def test_it_keeps_up_with_rotating_refresh_tokens(
        self, tenant: Tenant, session: OAuth2Session, browser: Browser, found: dict[str, str]
    ) -> None:
        tenant.rotate_refresh_tokens = True
        tokens = {self.sign_in(session, browser, found)["refresh_token"]}
        for _ in range(2):
            tokens.add(session.refresh_token(found["token_endpoint"])["refresh_token"])
        assert len(tokens) == 3

    def test_joserfc_verifies_the_id_token_by_the_jwks(
        self, session: OAuth2Session, browser: Browser, found: dict[str, str]
    ) -> None:
        id_token = self.sign_in(session, browser, found)["id_token"]
        keys = KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=5).json())
        claims = jose.decode(id_token, keys, algorithms=["RS256"]).claims
        JWTClaimsRegistry(
            iss={"essential": True, "value": found["issuer"]},
            aud={"essential": True, "value": session.client_id},
            nonce={"essential": True, "value": "n-1"},
            exp={"essential": True},
        ).validate(claims)
        assert claims["email_verified"] is True


class TestAuth0Python:
    """Auth0's own SDK. Its `protocol` parameter is there for testing over plain HTTP."""

    @pytest.fixture
    def domain(self, origin: str) -> str:
        return urlsplit(origin).netloc

    @pytest.fixture
    def tokens(self, client: Client, domain: str) -> GetToken:
        client.application.token_endpoint_auth_method = "client_secret_post"
        application = client.application
        return GetToken(domain, application.client_id, application.client_secret, protocol="http")

    @pytest.fixture
    def users(self, domain: str) -> Users:
        return Users(domain, protocol="http")

    def sign_in(self, browser: Browser, client: Client) -> str:
        request = client.request(code_challenge=None, code_challenge_method=None)
        return answer(browser.sign_in(request))["code"]

    def test_it_links_refreshes_and_reads_the_profile(
        self, tokens: GetToken, users: Users, browser: Browser, client: Client
    ) -> None:
        linked = tokens.authorization_code(self.sign_in(browser, client), CALLBACK)
        refreshed = tokens.refresh_token(linked["refresh_token"])
        assert users.userinfo(refreshed["access_token"])["email"] == "ada@example.com"

    def test_a_public_application_links_with_pkce_alone(
        self, tenant: Tenant, domain: str, users: Users, browser: Browser, client: Client
    ) -> None:
        public = tenant.add_application(
            Application("App", [CALLBACK], token_endpoint_auth_method="none")
        )
        code = answer(browser.sign_in(client.request(client_id=public.client_id)))["code"]
        tokens = GetToken(domain, public.client_id, protocol="http")
        linked = tokens.authorization_code_pkce(VERIFIER, code, CALLBACK)
        assert users.userinfo(linked["access_token"])["nickname"] == "ada"

    def test_it_understands_a_refusal(self, tokens: GetToken) -> None:
        with pytest.raises(Auth0Error) as refused:
            tokens.refresh_token("nonsense")
        assert (refused.value.status_code, refused.value.error_code) == (403, "invalid_grant")
        assert refused.value.message == "Unknown or invalid refresh token."

    def test_it_understands_plain_text(self, users: Users) -> None:
        with pytest.raises(Auth0Error) as refused:
            users.userinfo("nonsense")
        assert (refused.value.status_code, refused.value.message) == (401, "Unauthorized")

    def test_it_understands_the_rate_limit(
        self, users: Users, browser: Browser, client: Client
    ) -> None:
        token = client.link(browser)["access_token"]
        for _ in range(10):
            users.userinfo(token)
        with pytest.raises(RateLimitError) as refused:
            users.userinfo(token)
        assert refused.value.reset_at > 0

    def test_it_revokes_a_refresh_token(
        self, tokens: GetToken, domain: str, browser: Browser, client: Client
    ) -> None:
        linked = tokens.authorization_code(self.sign_in(browser, client), CALLBACK)
        application = client.application
        revoking = RevokeToken(
            domain, application.client_id, application.client_secret, protocol="http"
        )
        revoking.revoke_refresh_token(linked["refresh_token"])
        with pytest.raises(Auth0Error):
            tokens.refresh_token(linked["refresh_token"])


class TestPyJwt:
    """PyJWKClient, as the skill uses it: the key is found by the token's `kid`."""

    @pytest.fixture
    def keys(self, origin: str) -> jwt.PyJWKClient:
        return jwt.PyJWKClient(discover(origin)["jwks_uri"])

    def verify(self, keys: jwt.PyJWKClient, origin: str, token: str) -> str:
        subject: str = jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=f"{origin}/",
            options={"require": ["exp", "iat", "sub"]},
        )["sub"]
        return subject

    def test_it_verifies_an_access_token(
        self, tenant: Tenant, keys: jwt.PyJWKClient, browser: Browser, client: Client
    ) -> None:
        token = client.link(browser)["access_token"]
        assert self.verify(keys, client.origin, token) == tenant.accounts["ada"].sub

    def test_it_finds_a_new_key_and_still_knows_the_old_one(
        self, tenant: Tenant, keys: jwt.PyJWKClient, browser: Browser, client: Client
    ) -> None:
        old = client.link(browser)["access_token"]
        self.verify(keys, client.origin, old)
        tenant.rotate_keys()
        new = client.link(browser)["access_token"]
        fresh = jwt.PyJWKClient(discover(client.origin)["jwks_uri"])
        assert self.verify(fresh, client.origin, new) == self.verify(fresh, client.origin, old)

    def test_it_does_not_find_a_revoked_key(
        self, tenant: Tenant, keys: jwt.PyJWKClient, browser: Browser, client: Client
    ) -> None:
        token = client.link(browser)["access_token"]
        tenant.rotate_keys(revoke=True)
        with pytest.raises(jwt.PyJWKClientError):
            self.verify(keys, client.origin, token)
