"""The tenant's contract: what Auth0 answers, one test for each row.

Each docstring says how the row is known. Documented: Auth0's documentation or the
RFC it follows. Observed: somebody met it on a real tenant and published it, or an
Auth0 SDK expects it. Inferred: neither, but it has to answer something.
"""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import requests

from simulator.clock import Clock
from simulator.tenant import KINDS, Api, Application, Tenant
from tests.simulator.linking import AUDIENCE, CALLBACK, VERIFIER, Browser, Client, answer


def refusal(response: requests.Response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


def claims(token: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def leave(browser: Browser, path: str, **parameters: str) -> requests.Response:
    """Open one of the logout endpoints, without following where it leads."""
    url = f"{browser.origin}{path}"
    return browser.session.get(url, params=parameters, allow_redirects=False, timeout=5)


INVALID_CODE = (403, "invalid_grant", "Invalid authorization code")
INVALID_REFRESH_TOKEN = (403, "invalid_grant", "Unknown or invalid refresh token.")


class TestAuthorize:
    def test_signing_in_leads_back_with_a_code_and_the_state(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: Authorization Code Flow. The callback's own query is kept."""
        redirect = browser.sign_in(client.request())
        assert redirect.status_code == 302
        assert redirect.headers["Location"].startswith(f"{CALLBACK}&code=")
        assert answer(redirect)["state"] == "xyz & more"

    def test_an_application_may_post_its_request(self, origin: str, client: Client) -> None:
        """Documented: OpenID Connect Core, section 3.1.2.1."""
        page = requests.post(f"{origin}/authorize", client.request(), timeout=5)
        assert "Log in to Pizza on Demand" in page.text

    @pytest.mark.parametrize("who", ["ada", "ADA@example.com "])
    def test_name_or_address_is_enough_in_any_case(
        self, browser: Browser, client: Client, who: str
    ) -> None:
        """Documented for addresses; short names are this tenant's own."""
        assert "code" in answer(browser.sign_in(client.request(), username=who))

    @pytest.mark.parametrize(("who", "password"), [("ada", "pasta"), ("nobody", "pizza")])
    def test_a_wrong_password_shows_the_page_again(
        self, browser: Browser, client: Client, who: str, password: str
    ) -> None:
        """Observed: Universal Login's wording, the same for an unknown address; 400."""
        page = browser.sign_in(client.request(), username=who, password=password)
        assert page.status_code == 400
        assert "Wrong email or password" in page.text
        assert "code" in answer(browser.submit(page, username="ada", password="pizza"))

    def test_what_was_typed_is_escaped(self, browser: Browser, client: Client) -> None:
        page = browser.sign_in(client.request(), username='"><script>alert(1)</script>')
        assert "<script>" not in page.text

    def test_a_login_page_works_once(self, browser: Browser, client: Client) -> None:
        """Inferred: the wording. The page's state is used up."""
        page = browser.authorize(client.request())
        browser.submit(page, username="ada", password="pizza")
        again = browser.submit(page, username="ada", password="pizza")
        assert again.status_code == 400
        assert "expired" in again.text

    def test_the_login_page_may_be_shown_in_a_frame(self, browser: Browser, client: Client) -> None:
        """The Alexa app's page of the simulator shows it so."""
        assert "X-Frame-Options" not in browser.authorize(client.request()).headers

    def test_a_login_hint_is_filled_in(self, browser: Browser, client: Client) -> None:
        """Documented: the `login_hint` parameter."""
        page = browser.authorize(client.request(login_hint="ada@example.com"))
        assert 'value="ada@example.com"' in page.text

    @pytest.mark.parametrize("connection", ["google-oauth2", "apple"])
    def test_a_social_connection_lets_choose_a_person(
        self, browser: Browser, client: Client, connection: str
    ) -> None:
        """Documented: the `connection` parameter skips the login page."""
        page = browser.authorize(client.request(connection=connection))
        tokens = client.exchange(answer(browser.submit(page, account="mary"))["code"]).json()
        assert claims(tokens["id_token"])["given_name"] == "Mary & Jørn's <3"

    def test_a_person_that_does_not_exist_cannot_be_chosen(
        self, browser: Browser, client: Client
    ) -> None:
        page = browser.authorize(client.request(connection="apple"))
        assert browser.submit(page, account="mallory").status_code == 400

    def test_a_blocked_customer_is_sent_back_with_the_reason(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: error `unauthorized`, "user is blocked"."""
        told = answer(browser.sign_in(client.request(), username="bob"))
        assert told == {
            "region": "eu",
            "error": "unauthorized",
            "error_description": "user is blocked",
            "state": "xyz & more",
        }

    @pytest.mark.parametrize(
        ("change", "status", "words"),
        [
            pytest.param({"client_id": None}, 400, "client_id", id="no-client"),
            pytest.param({"client_id": "x"}, 400, "Unknown client: x", id="unknown-client"),
            pytest.param({"redirect_uri": None}, 403, "Callback URL mismatch", id="none"),
            pytest.param(
                {"redirect_uri": f"{CALLBACK}/"}, 403, "Callback URL mismatch", id="slash"
            ),
            pytest.param(
                {"redirect_uri": CALLBACK.upper()}, 403, "Callback URL mismatch", id="case"
            ),
        ],
    )
    def test_an_address_not_to_be_trusted_gets_a_page_and_no_redirect(
        self,
        browser: Browser,
        client: Client,
        change: dict[str, str | None],
        status: int,
        words: str,
    ) -> None:
        """Documented: RFC 6749, section 4.1.2.1. Observed: the words. Inferred: statuses."""
        page = browser.authorize(client.request(**change))
        assert page.status_code == status
        assert "Location" not in page.headers
        assert words in page.text

    @pytest.mark.parametrize(
        ("change", "error", "description"),
        [
            pytest.param(
                {"response_type": None},
                "invalid_request",
                "Missing required parameter: response_type",
                id="no-response-type",
            ),
            pytest.param(
                {"response_type": "id_token"},
                "unsupported_response_type",
                "Unsupported response type: id_token",
                id="response-type",
            ),
            pytest.param(
                {"response_type": "token"},
                "unauthorized_client",
                "Grant type 'implicit' not allowed for the client.",
                id="implicit-switched-off",
            ),
            pytest.param(
                {"audience": "https://nobody.example"},
                "access_denied",
                "Service not found: https://nobody.example",
                id="audience",
            ),
            pytest.param(
                {"code_challenge_method": "plain"},
                "invalid_request",
                "Invalid parameter: code_challenge_method must be S256",
                id="plain-pkce",
            ),
            pytest.param(
                {"code_challenge_method": None},
                "invalid_request",
                "Invalid parameter: code_challenge_method must be S256",
                id="pkce-defaults-to-plain",
            ),
            pytest.param(
                {"connection": "myspace"},
                "invalid_request",
                "the connection was not found",
                id="connection",
            ),
            pytest.param(
                {"prompt": "none"}, "login_required", "Login required", id="nobody-signed-in"
            ),
        ],
    )
    def test_a_request_it_refuses_goes_back_with_the_error(
        self,
        browser: Browser,
        client: Client,
        change: dict[str, str | None],
        error: str,
        description: str,
    ) -> None:
        """Documented: the errors, and S256 only. Observed: implicit, audience, login_required.

        Inferred: the other descriptions.
        """
        told = answer(browser.authorize(client.request(**change)))
        assert (told["error"], told["error_description"]) == (error, description)
        assert told["state"] == "xyz & more"

    def test_a_public_application_needs_pkce(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: Authorization Code Flow with PKCE. Inferred: the description."""
        public = tenant.add_application(
            Application("App", [CALLBACK], token_endpoint_auth_method="none")
        )
        request = client.request(
            client_id=public.client_id, code_challenge=None, code_challenge_method=None
        )
        assert answer(browser.authorize(request))["error"] == "invalid_request"


class TestImplicitGrant:
    def test_the_token_comes_in_the_fragment_when_switched_on(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 6749, section 4.2.2."""
        tenant.implicit_grant = True
        redirect = browser.sign_in(client.request(response_type="token"))
        told = answer(redirect)
        assert redirect.headers["Location"].startswith(f"{CALLBACK}#access_token=")
        assert (told["token_type"], told["expires_in"]) == ("Bearer", "3600")
        assert told["state"] == "xyz & more"
        assert client.userinfo(told["access_token"]).json()["given_name"] == "Ada"

    def test_an_opaque_token_lives_two_hours(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: the implicit grant's lifetime for /userinfo tokens."""
        tenant.implicit_grant = True
        redirect = browser.sign_in(client.request(response_type="token", audience=None))
        assert answer(redirect)["expires_in"] == "7200"


class TestSession:
    def test_the_second_time_nobody_is_asked(self, browser: Browser, client: Client) -> None:
        """Documented: single sign-on."""
        browser.sign_in(client.request())
        assert "code" in answer(browser.authorize(client.request()))
        assert "code" in answer(browser.authorize(client.request(prompt="none")))

    def test_prompt_login_asks_all_the_same(self, browser: Browser, client: Client) -> None:
        """Documented: the `prompt` parameter."""
        browser.sign_in(client.request())
        assert "Password" in browser.authorize(client.request(prompt="login")).text

    def test_it_ends_after_three_idle_days(
        self, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Documented: the default inactivity timeout."""
        browser.sign_in(client.request())
        clock.wait(timedelta(days=2))
        assert "code" in answer(browser.authorize(client.request()))
        clock.wait(timedelta(days=2))
        assert "code" in answer(browser.authorize(client.request()))
        clock.wait(timedelta(days=3, seconds=1))
        assert "Password" in browser.authorize(client.request()).text

    def test_it_does_not_help_a_customer_who_was_blocked_since(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: error `unauthorized`."""
        browser.sign_in(client.request())
        tenant.block("ada")
        assert answer(browser.authorize(client.request()))["error"] == "unauthorized"

    def test_logging_out_ends_it(self, browser: Browser, client: Client) -> None:
        """Documented: GET /v2/logout."""
        browser.sign_in(client.request())
        left = browser.session.get(f"{browser.origin}/v2/logout", timeout=5)
        assert (left.status_code, left.text) == (200, "OK")
        assert "Password" in browser.authorize(client.request()).text

    @pytest.mark.parametrize("named", [True, False])
    def test_logging_out_leads_to_an_allowed_url_only(
        self, tenant: Tenant, browser: Browser, client: Client, named: bool
    ) -> None:
        """Documented: `returnTo`, and whose Allowed Logout URLs count. Observed: the message."""
        tenant.logout_urls = ["https://tenant.example/bye"]
        by_id = {"client_id": client.application.client_id} if named else {}
        allowed = "https://alexa.example/bye" if named else "https://tenant.example/bye"
        refused = "https://tenant.example/bye" if named else "https://alexa.example/bye"
        for url, status in ((allowed, 302), (refused, 400), ("https://evil.example", 400)):
            left = leave(browser, "/v2/logout", returnTo=url, **by_id)
            assert left.status_code == status
            assert left.headers.get("Location") == (url if status == 302 else None)

    @pytest.mark.parametrize("path", ["/v2/logout", "/oidc/logout"])
    def test_logging_out_leads_to_the_first_allowed_url_if_none_is_asked_for(
        self, browser: Browser, client: Client, path: str
    ) -> None:
        """Documented: `client_id` without a URL."""
        left = leave(browser, path, client_id=client.application.client_id)
        assert left.headers["Location"] == "https://alexa.example/bye"


class TestLogout:
    """OpenID Connect's logout, which Auth0 recommends over /v2/logout."""

    BYE = "https://alexa.example/bye"

    @pytest.mark.parametrize("hint", ["id_token_hint", "logout_hint"])
    def test_who_says_whose_session_it_is_ends_it_at_once(
        self, browser: Browser, client: Client, hint: str
    ) -> None:
        """Documented: `id_token_hint`, or `logout_hint` with `client_id`. The state comes back."""
        token = client.link(browser)["id_token"]
        known = {"id_token_hint": token, "logout_hint": claims(token)["sid"]}
        left = leave(
            browser,
            "/oidc/logout",
            client_id=client.application.client_id,
            post_logout_redirect_uri=self.BYE,
            state="xyz & more",
            **{hint: known[hint]},
        )
        assert left.headers["Location"] == f"{self.BYE}?state=xyz+%26+more"
        assert "Password" in browser.authorize(client.request()).text

    def test_the_discovery_document_names_it(self, browser: Browser) -> None:
        """Documented: on by default for tenants since November 2023."""
        url = f"{browser.origin}/.well-known/openid-configuration"
        found = requests.get(url, timeout=5).json()
        assert found["end_session_endpoint"] == f"{browser.origin}/oidc/logout"

    @pytest.mark.parametrize("hints", [{}, {"logout_hint": "somebody else's"}])
    def test_who_does_not_has_the_customer_asked(
        self, browser: Browser, client: Client, hints: dict[str, str]
    ) -> None:
        """Documented: the logout consent prompt."""
        client.link(browser)
        asked = {"client_id": client.application.client_id, "post_logout_redirect_uri": self.BYE}
        page = leave(browser, "/oidc/logout", **asked, **hints)
        assert "Do you want to log out?" in page.text
        assert "code" in answer(browser.authorize(client.request()))
        left = browser.submit(page)
        assert left.headers["Location"] == self.BYE
        assert "Password" in browser.authorize(client.request()).text

    def test_the_question_can_be_answered_once(self, browser: Browser, client: Client) -> None:
        """Inferred: the wording."""
        client.link(browser)
        page = leave(browser, "/oidc/logout")
        assert browser.submit(page).text == "OK"
        assert browser.submit(page).status_code == 400

    def test_nobody_is_asked_who_is_signed_out_already(
        self, browser: Browser, client: Client
    ) -> None:
        """Inferred: there is no session to end."""
        by_id = {"client_id": client.application.client_id}
        left = leave(browser, "/oidc/logout", post_logout_redirect_uri=self.BYE, **by_id)
        assert left.headers["Location"] == self.BYE

    def test_an_expired_id_token_is_hint_enough(
        self, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Documented: RP-Initiated Logout 1.0, section 4."""
        token = client.link(browser)["id_token"]
        clock.wait(timedelta(days=1))
        left = leave(browser, "/oidc/logout", id_token_hint=token)
        assert left.headers["Location"] == self.BYE

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id_token_hint": "not.a.token"},
            {"client_id": "another"},
            {"logout_hint": "another"},
            {"post_logout_redirect_uri": "https://evil.example"},
        ],
    )
    def test_what_does_not_fit_is_refused_and_ends_nothing(
        self, browser: Browser, client: Client, wrong: dict[str, str]
    ) -> None:
        """Documented: discrepancies and URLs that are not allowed are errors."""
        good = {"id_token_hint": client.link(browser)["id_token"]}
        left = leave(browser, "/oidc/logout", **good | wrong)
        assert left.status_code == 400
        assert "Location" not in left.headers
        assert "code" in answer(browser.authorize(client.request()))


class TestTokens:
    def test_the_answer_has_what_a_client_expects(self, browser: Browser, client: Client) -> None:
        """Documented: POST /oauth/token. `expires_in` is what Alexa refreshes by."""
        tokens = client.link(browser)
        assert set(tokens) == {
            "access_token",
            "refresh_token",
            "id_token",
            "token_type",
            "expires_in",
            "scope",
        }
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)

    def test_nothing_of_it_may_be_cached(self, browser: Browser, client: Client) -> None:
        """Documented: RFC 6749, section 5.1."""
        code = answer(browser.sign_in(client.request()))["code"]
        assert client.exchange(code).headers["Cache-Control"] == "no-store"

    def test_an_access_token_for_an_api_is_a_jwt_in_auth0s_profile(
        self, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Documented: access token profiles. The issuer ends with a slash."""
        now = clock.now().timestamp()
        token = claims(client.link(browser)["access_token"])
        issuer = f"{client.origin}/"
        assert token["iss"] == issuer
        assert token["sub"].startswith("auth0|")
        assert token["aud"] == [AUDIENCE, f"{issuer}userinfo"]
        assert token["azp"] == client.application.client_id
        assert token["scope"] == "openid profile email phone offline_access"
        assert token["iat"] == pytest.approx(now, abs=5)
        assert token["exp"] - token["iat"] == 3600

    def test_without_openid_the_audience_is_one_string_and_there_is_no_id_token(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: get access tokens."""
        tokens = client.link(browser, scope="read:orders")
        assert claims(tokens["access_token"])["aud"] == AUDIENCE
        assert "id_token" not in tokens

    def test_without_an_audience_it_is_opaque_and_lives_a_day(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: get access tokens."""
        tokens = client.link(browser, audience=None)
        assert tokens["access_token"].count(".") == 0
        assert tokens["expires_in"] == 86400
        assert client.userinfo(tokens["access_token"]).ok

    def test_scopes_the_api_does_not_have_are_left_out(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: API scopes. Auth0 drops them without an error."""
        tokens = client.link(browser, scope="openid read:orders eat:everything openid")
        assert tokens["scope"] == "openid read:orders"

    def test_a_refresh_token_needs_offline_access(self, browser: Browser, client: Client) -> None:
        """Documented: refresh tokens."""
        assert "refresh_token" not in client.link(browser, scope="openid")

    def test_a_refresh_token_needs_an_api_that_allows_it(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: Allow Offline Access."""
        tenant.add_api(Api("https://online.example", allow_offline_access=False))
        tokens = client.link(browser, audience="https://online.example")
        assert "refresh_token" not in tokens
        assert "offline_access" not in tokens["scope"]

    def test_the_id_token_is_for_the_application(self, browser: Browser, client: Client) -> None:
        """Documented: ID token structure; ten hours by default; the nonce comes back."""
        token = claims(client.link(browser, nonce="n-1")["id_token"])
        assert token["sid"] not in browser.session.cookies.values()
        assert token["aud"] == client.application.client_id
        assert token["nonce"] == "n-1"
        assert token["email"] == "ada@example.com"
        assert token["exp"] - token["iat"] == 36000

    def test_a_second_login_of_the_same_session_has_its_sid_and_another_session_another(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: ID token structure."""
        first = claims(client.link(browser)["id_token"])["sid"]
        code = answer(browser.authorize(client.request()))["code"]
        assert claims(client.exchange(code).json()["id_token"])["sid"] == first
        other = client.link(Browser(browser.origin))
        assert claims(other["id_token"])["sid"] != first

    def test_an_api_may_have_its_tokens_signed_with_a_secret(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: get access tokens. It has one audience, and /userinfo refuses it."""
        secret = "the secret that the API shares with its tenant"
        tenant.add_api(Api("https://secret.example", signing_secret=secret))
        token = client.link(browser, audience="https://secret.example")["access_token"]
        decoded = jwt.decode(token, secret, ["HS256"], audience="https://secret.example")
        assert decoded["aud"] == "https://secret.example"
        assert decoded["scope"] == "openid profile email phone offline_access"
        assert client.userinfo(token).status_code == 401


class TestCodes:
    def test_a_code_works_once_and_a_replay_revokes_what_it_gave(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 6749, section 4.1.2. Inferred: the description."""
        code = answer(browser.sign_in(client.request()))["code"]
        tokens = client.exchange(code).json()
        assert client.userinfo(tokens["access_token"]).ok
        assert refusal(client.exchange(code)) == INVALID_CODE
        assert client.userinfo(tokens["access_token"]).status_code == 401
        assert refusal(client.refresh(tokens["refresh_token"])) == INVALID_REFRESH_TOKEN

    @pytest.mark.parametrize(("age", "status"), [(590, 200), (600, 403)])
    def test_a_code_lives_ten_minutes(
        self, browser: Browser, client: Client, clock: Clock, age: int, status: int
    ) -> None:
        """Documented: ten minutes."""
        code = answer(browser.sign_in(client.request()))["code"]
        clock.wait(timedelta(seconds=age))
        assert client.exchange(code).status_code == status

    def test_a_code_of_another_application_is_refused_and_stays_good(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 6749, section 5.2."""
        code = answer(browser.sign_in(client.request()))["code"]
        thief = Client(client.origin, tenant.add_application(Application("Thief")))
        assert refusal(thief.exchange(code)) == INVALID_CODE
        assert client.exchange(code).ok

    @pytest.mark.parametrize("verifier", ["wrong", None])
    def test_a_wrong_verifier_uses_the_code_up(
        self, browser: Browser, client: Client, verifier: str | None
    ) -> None:
        """Observed: the description. Inferred: the same for a missing one."""
        code = answer(browser.sign_in(client.request()))["code"]
        expected = (403, "invalid_grant", "Failed to verify code verifier")
        assert refusal(client.exchange(code, code_verifier=verifier)) == expected
        assert refusal(client.exchange(code)) == INVALID_CODE

    def test_a_verifier_without_a_challenge_is_refused(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 9700, section 2.1.1 (PKCE downgrade)."""
        request = client.request(code_challenge=None, code_challenge_method=None)
        code = answer(browser.sign_in(request))["code"]
        assert client.exchange(code, code_verifier=VERIFIER).status_code == 403

    def test_a_confidential_application_may_do_without_pkce(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: Authorization Code Flow."""
        request = client.request(code_challenge=None, code_challenge_method=None)
        code = answer(browser.sign_in(request))["code"]
        assert client.exchange(code, code_verifier=None).ok

    @pytest.mark.parametrize("sent", ["https://alexa.example/other", None])
    def test_the_redirect_uri_must_be_the_same_again(
        self, browser: Browser, client: Client, sent: str | None
    ) -> None:
        """Observed: error and description. Inferred: the status."""
        code = answer(browser.sign_in(client.request()))["code"]
        wrong = f"The redirect URI is wrong. You sent {sent or 'null'}, and we expected {CALLBACK}"
        expected = (403, "unauthorized_client", wrong)
        assert refusal(client.exchange(code, redirect_uri=sent)) == expected


class TestTokenEndpointRefusals:
    @pytest.mark.parametrize(
        ("body", "missing"),
        [
            ({}, "grant_type"),
            ({"grant_type": "authorization_code"}, "code"),
            ({"grant_type": "refresh_token"}, "refresh_token"),
        ],
    )
    def test_what_is_missing_is_named(
        self, client: Client, body: dict[str, str], missing: str
    ) -> None:
        """Documented: 400 for malformed requests. Inferred: the description."""
        expected = (400, "invalid_request", f"Missing required parameter: {missing}")
        assert refusal(client.token(**body)) == expected

    def test_broken_json_is_malformed(self, origin: str) -> None:
        """Documented: 400 for malformed requests. Inferred: the description."""
        json = {"Content-Type": "application/json"}
        response = requests.post(f"{origin}/oauth/token", "{", headers=json, timeout=5)
        assert refusal(response)[:2] == (400, "invalid_request")

    def test_a_grant_type_it_does_not_know_is_unsupported(self, client: Client) -> None:
        """Documented: the error. Inferred: status and description."""
        expected = (403, "unsupported_grant_type", "Unsupported grant type: magic")
        assert refusal(client.token(grant_type="magic")) == expected

    def test_a_grant_type_the_application_may_not_use_is_refused(self, client: Client) -> None:
        """Observed: 403, the wording, and an `error_uri`."""
        client.application.grant_types = {"authorization_code"}
        response = client.refresh("anything")
        expected = "Grant type 'refresh_token' not allowed for the client."
        assert refusal(response) == (403, "unauthorized_client", expected)
        assert response.json()["error_uri"].startswith("https://auth0.com/docs/")

    @pytest.mark.parametrize(
        "credentials", [("nobody", "x"), ("{id}", "wrong"), ("{id}", ""), ("{id}", "wröng")]
    )
    def test_wrong_credentials_are_unauthorized(
        self, client: Client, credentials: tuple[str, str]
    ) -> None:
        """Observed: 401 `access_denied`, "Unauthorized"; the same for an unknown client."""
        client_id, secret = (part.format(id=client.application.client_id) for part in credentials)
        basic = b64encode(f"{quote(client_id)}:{quote(secret)}".encode()).decode()
        response = requests.post(
            f"{client.origin}/oauth/token",
            {"grant_type": "refresh_token", "refresh_token": "x"},
            headers={"Authorization": f"Basic {basic}"},
            timeout=5,
        )
        assert refusal(response) == (401, "access_denied", "Unauthorized")

    def test_credentials_must_come_the_registered_way(self, client: Client) -> None:
        """Inferred: Auth0 documents one method for each application."""
        body = {
            "grant_type": "refresh_token",
            "refresh_token": "x",
            "client_id": client.application.client_id,
        }
        secret = {"client_secret": client.application.client_secret}
        url = f"{client.origin}/oauth/token"
        assert requests.post(url, body, timeout=5).status_code == 401
        assert requests.post(url, body | secret, timeout=5).status_code == 401
        client.application.token_endpoint_auth_method = "client_secret_post"
        assert refusal(requests.post(url, body | secret, timeout=5)) == INVALID_REFRESH_TOKEN
        assert client.refresh("x").status_code == 401

    @pytest.mark.parametrize("as_json", [True, False])
    def test_form_and_json_mean_the_same(
        self, browser: Browser, client: Client, as_json: bool
    ) -> None:
        """Documented: both content types."""
        client.application.token_endpoint_auth_method = "client_secret_post"
        body = {
            "grant_type": "authorization_code",
            "code": answer(browser.sign_in(client.request()))["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": client.application.client_id,
            "client_secret": client.application.client_secret,
        }
        sent: dict[str, Any] = {"json": body} if as_json else {"data": body}
        assert requests.post(f"{client.origin}/oauth/token", **sent, timeout=5).ok

    def test_a_customer_blocked_since_gets_no_tokens(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Inferred: that a block also stops refreshing is documented, the body is not."""
        tokens = client.link(browser)
        tenant.block("ada")
        refused = client.refresh(tokens["refresh_token"])
        assert refusal(refused) == (403, "invalid_grant", "user is blocked")
        tenant.unblock("ada")
        assert client.refresh(tokens["refresh_token"]).ok


class TestRefreshTokens:
    def test_by_default_one_works_again_and_again_and_is_not_replaced(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: no `refresh_token` in the answer unless it rotates."""
        first = client.link(browser)
        for _ in range(2):
            tokens = client.refresh(first["refresh_token"]).json()
            assert set(tokens) == set(first) - {"refresh_token"}
            assert tokens["access_token"] != first["access_token"]

    def test_an_idle_one_expires_and_a_used_one_does_not(
        self, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Documented: idle refresh token lifetime; 403 when expired."""
        token = client.link(browser)["refresh_token"]
        for _ in range(2):
            clock.wait(timedelta(days=89))
            assert client.refresh(token).ok
        clock.wait(timedelta(days=90))
        assert refusal(client.refresh(token)) == INVALID_REFRESH_TOKEN

    def test_one_of_another_application_is_refused(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 6749, section 6."""
        token = client.link(browser)["refresh_token"]
        thief = Client(client.origin, tenant.add_application(Application("Thief")))
        assert refusal(thief.refresh(token)) == INVALID_REFRESH_TOKEN

    def test_a_rotating_one_is_replaced_each_time(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: refresh token rotation."""
        tenant.rotate_refresh_tokens = True
        token = client.link(browser)["refresh_token"]
        for _ in range(3):
            successor = client.refresh(token).json()["refresh_token"]
            assert successor != token
            token = successor

    def test_a_spent_one_revokes_the_whole_family(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Documented: automatic reuse detection. Observed: the description."""
        tenant.rotate_refresh_tokens = True
        first = client.link(browser)["refresh_token"]
        second = client.refresh(first).json()
        assert refusal(client.refresh(first)) == INVALID_REFRESH_TOKEN
        assert refusal(client.refresh(second["refresh_token"])) == INVALID_REFRESH_TOKEN
        assert client.userinfo(second["access_token"]).status_code == 401

    def test_a_spent_one_is_good_for_the_overlap_period(
        self, tenant: Tenant, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Documented: rotation overlap period (`leeway`)."""
        tenant.rotate_refresh_tokens = True
        tenant.rotation_overlap = timedelta(minutes=1)
        first = client.link(browser)["refresh_token"]
        second = client.refresh(first).json()["refresh_token"]
        clock.wait(timedelta(seconds=50))
        assert client.refresh(first).ok
        clock.wait(timedelta(seconds=10))
        assert refusal(client.refresh(first)) == INVALID_REFRESH_TOKEN
        assert refusal(client.refresh(second)) == INVALID_REFRESH_TOKEN

    def test_an_application_can_give_one_up(self, browser: Browser, client: Client) -> None:
        """Documented: POST /oauth/revoke; an unknown token is 200 too (RFC 7009)."""
        token = client.link(browser)["refresh_token"]
        credentials = (client.application.client_id, client.application.client_secret)
        url = f"{client.origin}/oauth/revoke"
        assert requests.post(url, {"token": "x"}, auth=credentials, timeout=5).status_code == 200
        assert requests.post(url, {"token": token}, auth=("x", "y"), timeout=5).status_code == 401
        assert client.refresh(token).ok
        assert requests.post(url, {"token": token}, auth=credentials, timeout=5).text == ""
        assert refusal(client.refresh(token)) == INVALID_REFRESH_TOKEN


class TestExpiry:
    def test_the_endpoint_can_keep_it_to_itself(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Observed: a fault that Auth0 had in 2016; tokens expire all the same."""
        assert client.link(browser)["expires_in"] == 3600
        tenant.tells_expiry = False
        tokens = client.link(browser)
        assert "expires_in" not in tokens
        assert "expires_in" not in client.refresh(tokens["refresh_token"]).json()


class TestUserInfo:
    def test_each_scope_gives_its_claims(self, tenant: Tenant, client: Client) -> None:
        """Documented: OpenID Connect scopes."""
        expected = {
            "openid": {"sub"},
            "openid email": {"sub", "email", "email_verified"},
            "openid phone": {"sub", "phone_number", "phone_number_verified"},
            "openid profile": {
                "sub",
                "name",
                "given_name",
                "family_name",
                "nickname",
                "picture",
                "updated_at",
            },
        }
        for scope, names in expected.items():
            token = mint(tenant, client, "valid", scope=scope)
            assert set(client.userinfo(token).json()) == names

    def test_who_never_gave_a_name_is_called_by_the_address(
        self, browser: Browser, client: Client
    ) -> None:
        """Documented: old samples of /userinfo for database users."""
        profile = client.userinfo(client.link(browser, "linus")["access_token"]).json()
        assert (profile["name"], profile["nickname"]) == ("linus@example.com", "linus")
        assert "given_name" not in profile

    def test_post_means_the_same_as_get(self, tenant: Tenant, client: Client) -> None:
        """Documented: OpenID Connect Core, section 5.3.1."""
        bearer = {"Authorization": f"Bearer {mint(tenant, client, 'valid')}"}
        response = requests.post(f"{client.origin}/userinfo", headers=bearer, timeout=5)
        assert response.json()["email"] == "ada@example.com"

    @pytest.mark.parametrize("kind", sorted(set(KINDS) - {"valid", "opaque", "wrong-audience"}))
    def test_a_token_that_is_not_good_is_unauthorized_in_plain_text(
        self, tenant: Tenant, client: Client, kind: str
    ) -> None:
        """Observed: the documented JSON body is not what comes."""
        response = client.userinfo(mint(tenant, client, kind))
        assert (response.status_code, response.text) == (401, "Unauthorized")
        assert response.headers["Content-Type"].startswith("text/plain")
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]

    def test_an_expired_token_is_told_so_in_the_header(
        self, browser: Browser, client: Client, clock: Clock
    ) -> None:
        """Observed: the whole header."""
        token = client.link(browser)["access_token"]
        clock.wait(timedelta(hours=1))
        assert client.userinfo(token).headers["WWW-Authenticate"] == (
            'Bearer realm="Users", error="invalid_token", error_description="The token has expired"'
        )

    @pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Basic YTpi", "token"])
    def test_without_a_token_it_is_unauthorized(self, origin: str, header: str | None) -> None:
        """Observed: 401 in plain text."""
        headers = {"Authorization": header} if header else {}
        response = requests.get(f"{origin}/userinfo", headers=headers, timeout=5)
        assert (response.status_code, response.text) == (401, "Unauthorized")

    @pytest.mark.parametrize("audience", [AUDIENCE, None])
    def test_a_token_without_openid_is_unauthorized(
        self, tenant: Tenant, client: Client, audience: str | None
    ) -> None:
        """Documented: it works only if `openid` was granted. Inferred: the status."""
        token = mint(tenant, client, "valid", scope="profile", audience=audience)
        assert client.userinfo(token).status_code == 401

    def test_a_token_of_another_issuer_is_unauthorized(
        self, tenant: Tenant, client: Client
    ) -> None:
        """Documented: the audience names this tenant's /userinfo."""
        token = mint(tenant, client, "valid", issuer="https://other.example/")
        assert client.userinfo(token).status_code == 401

    def test_a_blocked_customer_is_unauthorized_in_json(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Inferred: no source says what /userinfo answers then."""
        token = client.link(browser)["access_token"]
        tenant.block("ada")
        assert refusal(client.userinfo(token)) == (401, "unauthorized", "user is blocked")

    def test_revoking_ends_every_token_given_so_far(
        self, tenant: Tenant, browser: Browser, client: Client
    ) -> None:
        """Observed: 403 "Unknown or invalid refresh token."; grace keeps hers."""
        tokens, hers = client.link(browser), client.link(browser, "grace")
        tenant.revoke("ada")
        assert client.userinfo(tokens["access_token"]).status_code == 401
        assert refusal(client.refresh(tokens["refresh_token"])) == INVALID_REFRESH_TOKEN
        assert client.userinfo(hers["access_token"]).ok
        assert client.userinfo(client.link(browser)["access_token"]).ok

    def test_ten_calls_at_once_then_five_a_minute_for_each_user(
        self, tenant: Tenant, client: Client, clock: Clock
    ) -> None:
        """Documented: burst 10, 5 a minute, keyed to the user; headers; the 429's body."""
        token = mint(tenant, client, "valid")
        answers = [client.userinfo(token) for _ in range(10)]
        left = [int(response.headers["X-RateLimit-Remaining"]) for response in answers]
        assert left == list(range(9, -1, -1))
        now = clock.now().timestamp()
        refused = client.userinfo(mint(tenant, client, "valid"))
        assert refusal(refused)[:2] == (429, "too_many_requests")
        assert refused.headers["X-RateLimit-Limit"] == "10"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert now < int(refused.headers["X-RateLimit-Reset"]) <= now + 13
        assert client.userinfo(mint(tenant, client, "valid", name="grace")).ok
        clock.wait(timedelta(minutes=1))
        statuses = [client.userinfo(token).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]


class TestKeys:
    def test_discovery_names_endpoints_that_are_there(self, origin: str) -> None:
        """Documented: OpenID Connect Discovery 1.0. None of them is a 404."""
        discovered = requests.get(f"{origin}/.well-known/openid-configuration", timeout=5).json()
        assert discovered["issuer"] == f"{origin}/"
        assert discovered["code_challenge_methods_supported"] == ["S256"]
        urls = [url for name, url in discovered.items() if name.endswith(("_endpoint", "_uri"))]
        assert len(urls) == 6
        assert all(requests.get(url, timeout=5).status_code != 404 for url in urls)

    def test_no_private_part_is_published(self, origin: str) -> None:
        """Documented: JSON Web Key Sets."""
        (key,) = requests.get(f"{origin}/.well-known/jwks.json", timeout=5).json()["keys"]
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}

    def test_after_a_rotation_old_tokens_verify_and_new_ones_use_the_new_key(
        self, tenant: Tenant, client: Client
    ) -> None:
        """Documented: signing keys."""
        old = mint(tenant, client, "valid")
        tenant.rotate_keys()
        new = mint(tenant, client, "valid")
        assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
        assert client.userinfo(old).ok
        assert client.userinfo(new).ok

    def test_a_revoked_key_takes_its_tokens_along(self, tenant: Tenant, client: Client) -> None:
        """Documented: revoking a signing key."""
        old = mint(tenant, client, "valid")
        tenant.rotate_keys(revoke=True)
        assert client.userinfo(old).status_code == 401
        assert len(tenant.keys.jwks()["keys"]) == 1


class TestMintedTokens:
    """Each kind is wrong in one way only, or a test with it would prove nothing."""

    def test_they_belong_to_the_account_and_carry_what_was_asked_for(
        self, tenant: Tenant, client: Client
    ) -> None:
        token = claims(mint(tenant, client, "valid", name="grace", scope="read:orders"))
        assert token["sub"] == tenant.accounts["grace"].sub
        assert token["scope"] == "read:orders"

    def test_the_wrong_audience_is_good_for_userinfo_still(
        self, tenant: Tenant, client: Client
    ) -> None:
        token = mint(tenant, client, "wrong-audience")
        assert AUDIENCE not in claims(token)["aud"]
        assert client.userinfo(token).ok

    def test_an_opaque_one_is_good_for_userinfo(self, tenant: Tenant, client: Client) -> None:
        token = mint(tenant, client, "opaque")
        assert "." not in token
        assert client.userinfo(token).ok

    @pytest.mark.parametrize(
        ("kind", "wrong"),
        [
            ("valid", None),
            ("revoked", None),
            ("expired", jwt.ExpiredSignatureError),
            ("wrong-audience", jwt.InvalidAudienceError),
            ("id-token", jwt.InvalidAudienceError),
            ("forged", jwt.InvalidSignatureError),
            ("unsigned", jwt.InvalidAlgorithmError),
            ("hs256", jwt.InvalidAlgorithmError),
            ("garbage", jwt.DecodeError),
            ("opaque", jwt.DecodeError),
        ],
    )
    def test_a_careful_reader_finds_exactly_what_is_wrong(
        self, tenant: Tenant, client: Client, kind: str, wrong: type[Exception] | None
    ) -> None:
        token = mint(tenant, client, kind)
        if wrong is None:
            assert read(tenant, client, token)["sub"] == tenant.accounts["ada"].sub
        else:
            with pytest.raises(wrong):
                read(tenant, client, token)

    def test_the_unknown_key_is_not_in_the_jwks(self, tenant: Tenant, client: Client) -> None:
        token = mint(tenant, client, "unknown-key")
        published = [key["kid"] for key in tenant.keys.jwks()["keys"]]
        assert jwt.get_unverified_header(token)["kid"] not in published

    @pytest.mark.parametrize("kind", ["forged", "hs256"])
    def test_the_forged_ones_name_the_real_key(
        self, tenant: Tenant, client: Client, kind: str
    ) -> None:
        header = jwt.get_unverified_header(mint(tenant, client, kind))
        assert header["kid"] == tenant.keys.current.kid

    def test_a_careless_reader_believes_hs256(self, tenant: Tenant, client: Client) -> None:
        """Its signature is right for who takes the public key as a shared secret."""
        message, _, signature = mint(tenant, client, "hs256").rpartition(".")
        algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        pem = tenant.keys.current.public_pem()
        assert algorithm.verify(message.encode(), pem, jwt.utils.base64url_decode(signature))

    def test_a_kind_nobody_knows_is_an_error(self, tenant: Tenant, client: Client) -> None:
        with pytest.raises(KeyError):
            mint(tenant, client, "golden")


class Crossroads(Clock):
    """A clock at which two readers wait for each other, once, if they can both be there."""

    def __init__(self) -> None:
        super().__init__()
        self.meeting: threading.Barrier | None = None

    def now(self) -> datetime:
        if self.meeting is not None:
            with suppress(threading.BrokenBarrierError):
                self.meeting.wait(timeout=0.2)
        return super().now()


class TestTwoAtOnce:
    @pytest.fixture
    def clock(self) -> Crossroads:
        return Crossroads()

    def test_a_code_still_works_once(
        self, clock: Crossroads, browser: Browser, client: Client
    ) -> None:
        """Documented: RFC 6749, section 4.1.2."""
        code = answer(browser.sign_in(client.request()))["code"]
        clock.meeting = threading.Barrier(2)
        with ThreadPoolExecutor(2) as both:
            responses = list(both.map(client.exchange, [code, code]))
        assert sorted(response.status_code for response in responses) == [200, 403]


def test_a_new_tenant_takes_well_under_half_a_second(clock: Clock) -> None:
    began = time.perf_counter()
    for _ in range(3):
        Tenant(clock)
    assert (time.perf_counter() - began) / 3 < 0.5


def test_two_tenants_share_nothing(tenant: Tenant, client: Client, clock: Clock) -> None:
    other = Tenant(clock)
    other.block("ada")
    assert not tenant.accounts["ada"].blocked
    assert other.keys.current.kid != tenant.keys.current.kid
    assert client.application.client_id not in other.applications


def mint(tenant: Tenant, client: Client, kind: str, name: str = "ada", **changes: Any) -> str:
    """A token as the world's scripts get it, for the client's own API."""
    asked = {
        "client_id": client.application.client_id,
        "audience": AUDIENCE,
        "issuer": f"{client.origin}/",
    }
    return tenant.mint(name, kind, **asked | changes)


def read(tenant: Tenant, client: Client, token: str) -> dict[str, Any]:
    """Verify a token with every care, by PyJWT and the tenant's key."""
    verified: dict[str, Any] = jwt.decode(
        token,
        tenant.keys.current.public,
        algorithms=["RS256"],
        audience=AUDIENCE,
        issuer=f"{client.origin}/",
        options={"require": ["exp", "iat", "sub"]},
    )
    return verified
