"""The tenant's contract for codes by mail and by text, one test for each row.

Each docstring says how the row is known; tests/simulator/test_tenant.py says what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import jwt
import pytest
import requests
from auth0.authentication import GetToken
from auth0.authentication import Passwordless as Auth0Passwordless
from auth0.authentication.exceptions import Auth0Error

from simulator.clock import Clock
from simulator.tenant import Application, DeliveryError, Message, Tenant
from tests.simulator.linking import AUDIENCE

OTP_GRANT = "http://auth0.com/oauth/grant-type/passwordless/otp"
ADA = "ada@example.com"
ADAS_PHONE = "+15555550100"
SPENT = "You've reached the maximum number of attempts. Please try to login again."
EXPIRED = "The verification code has expired. Please try to login again."
WRONG_BY_MAIL = "Wrong email or verification code."
WRONG_BY_TEXT = "Wrong phone number or verification code."


def refusal(response: requests.Response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


def another(code: str) -> str:
    return str((int(code) + 1) % 10 ** len(code)).zfill(len(code))


@dataclass
class Backend:
    """An application that sends codes and exchanges them, with its secret in the body."""

    origin: str
    application: Application
    tenant: Tenant

    def start(self, **changes: Any) -> requests.Response:
        """POST /passwordless/start for Ada's mailbox; None leaves a property out."""
        good = {
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "connection": "email",
            "email": ADA,
            "send": "code",
        }
        return self._post("/passwordless/start", good | changes)

    def start_sms(self, number: str | None = ADAS_PHONE, **changes: Any) -> requests.Response:
        """The same for a phone."""
        sms = {"connection": "sms", "email": None, "phone_number": number}
        return self.start(**sms | changes)

    def exchange(self, otp: str | None, **changes: Any) -> requests.Response:
        """POST the code to /oauth/token."""
        good = {
            "grant_type": OTP_GRANT,
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "username": ADA,
            "otp": otp,
            "realm": "email",
            "scope": "openid profile email phone",
        }
        return self._post("/oauth/token", good | changes)

    def exchange_sms(self, otp: str) -> requests.Response:
        """The same for a phone."""
        return self.exchange(otp, realm="sms", username=ADAS_PHONE)

    def code(self) -> str:
        """The digits of the last message."""
        [digits] = re.findall(r"\d{4,}$", self.tenant.outbox[-1].text)
        return str(digits)

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        body = {name: value for name, value in body.items() if value is not None}
        return requests.post(self.origin + path, json=body, timeout=5)


def identity(response: requests.Response) -> dict[str, Any]:
    """The claims of the ID token."""
    assert response.ok, response.text
    token = response.json()["id_token"]
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.fixture
def backend(tenant: Tenant, origin: str) -> Backend:
    application = Application(
        "Backend", token_endpoint_auth_method="client_secret_post", grant_types=set()
    )
    tenant.add_application(application)
    tenant.enable_passwordless(application)
    return Backend(origin, application, tenant)


class TestStart:
    def test_a_code_goes_to_the_mailbox(self, tenant: Tenant, backend: Backend) -> None:
        """Documented: POST /passwordless/start. Observed: `email_verified`."""
        answer = backend.start()

        assert answer.status_code == 200
        assert answer.json() == {
            "_id": answer.json()["_id"],
            "email": ADA,
            "email_verified": False,
        }
        [mail] = tenant.outbox
        assert (mail.channel, mail.address) == ("email", ADA)
        assert re.fullmatch(r"Your verification code is: \d{6}", mail.text)

    def test_a_code_goes_to_the_phone(self, tenant: Tenant, backend: Backend) -> None:
        """Documented: POST /passwordless/start. Observed: `phone_verified`."""
        answer = backend.start_sms()

        assert answer.json() == {
            "_id": answer.json()["_id"],
            "phone_number": ADAS_PHONE,
            "phone_verified": False,
        }
        [text] = tenant.outbox
        assert (text.channel, text.address) == ("sms", ADAS_PHONE)
        assert re.fullmatch(r"Your verification code is: \d{6}", text.text)

    @pytest.mark.parametrize("send", [None, "link"])
    def test_who_does_not_ask_for_a_code_mails_a_link(
        self, tenant: Tenant, backend: Backend, send: str | None
    ) -> None:
        """Documented: `send` is "link" unless it says "code"."""
        assert backend.start(send=send).status_code == 200

        [mail] = tenant.outbox
        assert "Click this link" in mail.text
        assert not re.search(r"\d{4,}$", mail.text)

    @pytest.mark.parametrize("send", [None, "link", "code"])
    def test_a_text_is_always_a_code(self, backend: Backend, send: str | None) -> None:
        """Documented: `send` is for the e-mail connection."""
        backend.start_sms(send=send)

        assert backend.exchange_sms(backend.code()).status_code == 200

    def test_it_takes_forms_too(self, origin: str, backend: Backend) -> None:
        """Inferred: Auth0's documentation shows JSON; a form does no harm."""
        form = {
            "client_id": backend.application.client_id,
            "client_secret": backend.application.client_secret,
            "connection": "email",
            "email": ADA,
            "send": "code",
        }
        assert requests.post(f"{origin}/passwordless/start", form, timeout=5).ok

    @pytest.mark.parametrize(
        ("change", "error", "description"),
        [
            ({"client_id": None}, "bad.client_id", "Missing required property: client_id"),
            ({"connection": None}, "bad.connection", "Missing required property: connection"),
            ({"connection": "fax"}, "bad.connection", "Connection does not exist"),
            (
                {"connection": "pod-db"},
                "bad.connection",
                "Invalid connection strategy. It must either be a passwordless connection",
            ),
            ({"email": None}, "bad.email", "Missing required property: email"),
            ({"email": "ada"}, "bad.email", "Invalid email address"),
            ({"authParams": "x"}, "bad.authParams", "error in authParams - invalid object"),
            (
                {"send": "pigeon"},
                "bad.request",
                "the value of send must be code or link",
            ),
            (
                {"otp": "1", "code": "2"},
                "bad.request",
                "the following properties are not allowed: code, otp",
            ),
        ],
        ids=str,
    )
    def test_each_mistake_has_its_error(
        self,
        tenant: Tenant,
        backend: Backend,
        change: dict[str, Any],
        error: str,
        description: str,
    ) -> None:
        """Documented: the errors of POST /passwordless/start. Inferred: the descriptions for
        e-mail addresses, `authParams` and `send`."""
        assert refusal(backend.start(**change)) == (400, error, description)
        assert tenant.outbox == []

    @pytest.mark.parametrize("number", ["15555550100", "+1 555", "+", "+1555555010012345"])
    def test_a_phone_number_is_in_e164(self, backend: Backend, number: str) -> None:
        """Documented: bad.phone_number with the pattern."""
        expected = "String does not match pattern: ^\\+[0-9]{1,15}$"
        assert refusal(backend.start_sms(number)) == (400, "bad.phone_number", expected)

    def test_a_phone_number_is_needed(self, backend: Backend) -> None:
        """Documented: bad.phone_number."""
        assert refusal(backend.start_sms(None)) == (
            400,
            "bad.phone_number",
            "Missing required property: phone_number",
        )

    def test_json_that_is_no_object_is_refused(self, origin: str) -> None:
        """Inferred."""
        answer = requests.post(f"{origin}/passwordless/start", json=["email"], timeout=5)
        assert refusal(answer)[:2] == (400, "bad.request")

    @pytest.mark.parametrize("change", [{"client_secret": None}, {"client_secret": "x"}])
    def test_a_confidential_application_must_prove_itself(
        self, tenant: Tenant, backend: Backend, change: dict[str, Any]
    ) -> None:
        """Documented: client authentication for passwordless. Inferred: the answer."""
        assert refusal(backend.start(**change)) == (401, "access_denied", "Unauthorized")
        assert tenant.outbox == []

    def test_an_unknown_application_is_refused(self, backend: Backend) -> None:
        """Inferred: the answer."""
        assert refusal(backend.start(client_id="x")) == (401, "access_denied", "Unauthorized")

    def test_a_public_application_has_no_secret_to_show(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Documented: native applications."""
        public = tenant.add_application(Application("App", token_endpoint_auth_method="none"))
        tenant.enable_passwordless(public)

        assert backend.start(client_id=public.client_id, client_secret=None).status_code == 200

    def test_the_connection_must_be_enabled_for_the_application(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Documented: "Connection is disabled"."""
        tenant.passwordless.connections["email"].enabled_clients.clear()

        assert refusal(backend.start()) == (400, "bad.connection", "Connection is disabled")
        assert backend.start_sms().ok

    def test_a_provider_that_refuses_a_text_is_quoted(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Documented: sms_provider_error, "<message> (Code: <number>)"."""

        def refuse(*_: str) -> None:
            raise DeliveryError("The 'To' number is not a valid phone number.", 21211)

        tenant.deliver = refuse

        assert refusal(backend.start_sms()) == (
            400,
            "sms_provider_error",
            "The 'To' number is not a valid phone number. (Code: 21211)",
        )
        assert backend.start().ok, "mail waits in a queue (inferred)"

    def test_whoever_is_given_the_messages_delivers_them(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        delivered: list[Message] = []
        tenant.deliver = lambda *message: delivered.append(Message(*message))

        backend.start()

        assert [message.address for message in delivered] == [ADA]
        assert tenant.outbox == []

    def test_the_fifty_first_start_in_an_hour_is_refused(
        self, backend: Backend, clock: Clock
    ) -> None:
        """Documented: 50 an hour for each IP address."""
        for _ in range(50):
            backend.start()
        answer = backend.start()
        assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
        assert answer.headers["X-RateLimit-Limit"] == "50"
        assert answer.headers["X-RateLimit-Remaining"] == "0"

        clock.wait(timedelta(hours=1) / 50)
        assert backend.start().ok


class TestSignUp:
    def test_an_unknown_address_cannot_sign_up_when_that_is_disabled(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Observed: the description."""
        answer = backend.start(email="nobody@example.com")

        assert refusal(answer) == (400, "bad.connection", "Public signup is disabled")
        assert tenant.outbox == []

    def test_an_unknown_address_is_a_new_user_when_it_is_not(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Documented: the first code signs up."""
        tenant.passwordless.connections["email"].disable_signup = False
        backend.start(email="new@example.com")

        claims = identity(backend.exchange(backend.code(), username="new@example.com"))
        assert claims["sub"].startswith("email|")
        assert (claims["name"], claims["nickname"]) == ("new@example.com", "new")


class TestExchange:
    def test_a_code_from_the_mailbox_proves_a_user_of_its_own(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Documented: passwordless users are separate accounts unless they are linked."""
        started = backend.start().json()
        claims = identity(backend.exchange(backend.code()))

        assert claims["sub"] == f"email|{started['_id']}"
        assert claims["sub"] != tenant.accounts["ada"].sub
        assert (claims["email"], claims["email_verified"]) == (ADA, True)
        assert "given_name" not in claims
        assert "phone_number" not in claims
        assert backend.start().json()["email_verified"] is True

    def test_a_code_from_the_phone_proves_a_user_of_its_own(self, backend: Backend) -> None:
        """Documented: the same. OpenID Connect Core, section 5.1, names the claims."""
        started = backend.start_sms().json()
        claims = identity(backend.exchange_sms(backend.code()))

        assert claims["sub"] == f"sms|{started['_id']}"
        assert (claims["phone_number"], claims["phone_number_verified"]) == (ADAS_PHONE, True)
        assert "email" not in claims
        assert backend.start_sms().json()["phone_verified"] is True

    def test_a_linked_account_signs_in_itself(self, tenant: Tenant, backend: Backend) -> None:
        """Documented: user account linking: the primary account's subject."""
        tenant.accounts["ada"].linked_passwordless = True
        backend.start()
        by_mail = identity(backend.exchange(backend.code()))
        backend.start_sms()
        by_text = identity(backend.exchange_sms(backend.code()))

        assert by_mail["sub"] == by_text["sub"] == tenant.accounts["ada"].sub
        assert by_mail["given_name"] == "Ada"

    def test_a_blocked_account_stays_out(self, tenant: Tenant, backend: Backend) -> None:
        """Documented: "user is blocked"."""
        tenant.accounts["ada"].linked_passwordless = True
        tenant.block("ada")
        backend.start()

        assert refusal(backend.exchange(backend.code())) == (
            403,
            "invalid_grant",
            "user is blocked",
        )

    def test_case_does_not_matter_in_an_address(self, backend: Backend) -> None:
        """Documented: Auth0 keeps addresses in lower case."""
        backend.start(email="Ada@Example.COM")

        assert identity(backend.exchange(backend.code(), username="ADA@example.com"))

    def test_without_an_audience_the_access_token_is_opaque(self, backend: Backend) -> None:
        """Documented: get access tokens. No refresh token comes with it."""
        backend.start()
        answer = backend.exchange(backend.code()).json()

        assert set(answer) == {"access_token", "id_token", "token_type", "expires_in", "scope"}
        assert answer["access_token"].count(".") == 0
        assert answer["expires_in"] == 86400

    def test_with_an_audience_it_is_a_jwt(self, backend: Backend) -> None:
        """Documented: the `audience` parameter."""
        backend.start()
        answer = backend.exchange(backend.code(), audience=AUDIENCE).json()

        assert answer["access_token"].count(".") == 2

    def test_an_unknown_audience_costs_no_try(self, backend: Backend) -> None:
        """Inferred: the status. Observed: the description."""
        backend.start()
        answer = backend.exchange(backend.code(), audience="https://x.example")

        assert refusal(answer) == (403, "access_denied", "Service not found: https://x.example")
        assert backend.exchange(backend.code()).ok

    def test_offline_access_gives_a_refresh_token_if_the_application_may_use_one(
        self, backend: Backend
    ) -> None:
        """Documented: `offline_access`."""
        offline = {"scope": "openid offline_access"}
        backend.start()
        assert "refresh_token" not in backend.exchange(backend.code(), **offline).json()

        backend.application.grant_types.add("refresh_token")
        backend.start()
        assert "refresh_token" in backend.exchange(backend.code(), **offline).json()

    def test_without_openid_there_is_no_id_token(self, backend: Backend) -> None:
        """Documented: OpenID Connect scopes."""
        backend.start()
        assert "id_token" not in backend.exchange(backend.code(), scope=None).json()

    def test_a_code_works_once(self, backend: Backend) -> None:
        """Documented: single use. Inferred: which of the descriptions a replay gets."""
        backend.start()
        code = backend.code()

        assert backend.exchange(code).ok
        assert refusal(backend.exchange(code)) == (403, "invalid_grant", WRONG_BY_MAIL)

    def test_only_the_newest_code_is_good(self, backend: Backend) -> None:
        """Documented: only the last code counts."""
        backend.start()
        older = backend.code()
        backend.start()
        while backend.code() == older:
            backend.start()

        assert refusal(backend.exchange(older)) == (403, "invalid_grant", WRONG_BY_MAIL)
        assert backend.exchange(backend.code()).ok

    def test_a_wrong_code_from_a_phone_has_a_description_of_its_own(self, backend: Backend) -> None:
        """Observed: Auth0's SDKs look for both descriptions."""
        backend.start_sms()
        answer = backend.exchange_sms(another(backend.code()))

        assert refusal(answer) == (403, "invalid_grant", WRONG_BY_TEXT)

    def test_without_a_start_every_code_is_wrong(self, backend: Backend) -> None:
        """Inferred."""
        assert refusal(backend.exchange("123456")) == (403, "invalid_grant", WRONG_BY_MAIL)

    def test_after_two_wrong_codes_the_right_one_is_good(self, backend: Backend) -> None:
        """Documented: three tries for each code."""
        backend.start()
        for _ in range(2):
            backend.exchange(another(backend.code()))

        assert backend.exchange(backend.code()).ok

    def test_after_three_wrong_codes_the_right_one_fails_until_a_new_one_is_sent(
        self, backend: Backend
    ) -> None:
        """Observed: Auth0's support article on the limit, with the description."""
        backend.start()
        for _ in range(3):
            wrong = refusal(backend.exchange(another(backend.code())))
            assert wrong == (403, "invalid_grant", WRONG_BY_MAIL)

        assert refusal(backend.exchange(backend.code())) == (403, "invalid_grant", SPENT)
        backend.start()
        assert backend.exchange(backend.code()).ok

    @pytest.mark.parametrize(("age", "status"), [(175, 200), (180, 403)])
    def test_a_code_lives_three_minutes(
        self, backend: Backend, clock: Clock, age: int, status: int
    ) -> None:
        """Documented: the default. Observed: the description."""
        backend.start()
        clock.wait(timedelta(seconds=age))
        answer = backend.exchange(backend.code())

        assert answer.status_code == status
        assert status == 200 or refusal(answer) == (403, "invalid_grant", EXPIRED)

    def test_length_and_life_are_settings_of_the_connection(
        self, tenant: Tenant, backend: Backend, clock: Clock
    ) -> None:
        """Documented: `totp` with `length` and `time_step`."""
        connection = tenant.passwordless.connections["email"]
        connection.otp_length, connection.otp_lifetime = 4, timedelta(minutes=10)
        backend.start()
        clock.wait(timedelta(minutes=9))

        assert len(backend.code()) == 4
        assert backend.exchange(backend.code()).ok

    def test_a_code_is_good_at_the_application_that_asked_for_it(
        self, tenant: Tenant, backend: Backend
    ) -> None:
        """Inferred: nobody documents what another application would hear."""
        other = Application("Other", token_endpoint_auth_method="client_secret_post")
        tenant.enable_passwordless(tenant.add_application(other))
        backend.start()
        answer = backend.exchange(
            backend.code(), client_id=other.client_id, client_secret=other.client_secret
        )

        assert refusal(answer) == (403, "invalid_grant", WRONG_BY_MAIL)

    def test_the_grant_must_be_enabled_for_the_application(self, backend: Backend) -> None:
        """Observed: the description and `error_uri`."""
        backend.start()
        backend.application.grant_types.clear()
        answer = backend.exchange(backend.code())

        assert refusal(answer) == (
            403,
            "unauthorized_client",
            f"Grant type '{OTP_GRANT}' not allowed for the client.",
        )
        assert "error_uri" in answer.json()

    @pytest.mark.parametrize("name", ["username", "otp", "realm"])
    def test_each_parameter_is_needed(self, backend: Backend, name: str) -> None:
        """Documented: the required parameters."""
        parameters: dict[str, str | None] = {"otp": "123456", name: None}
        answer = backend.exchange(**parameters)

        assert refusal(answer) == (400, "invalid_request", f"Missing required parameter: {name}")

    def test_the_realm_is_a_connection(self, backend: Backend) -> None:
        """Inferred: the answer."""
        answer = backend.exchange("123456", realm="fax")

        assert refusal(answer) == (403, "invalid_request", "the connection was not found")


class TestAuth0Python:
    """Auth0's own SDK, with nothing said to it but that loopback has no TLS."""

    @pytest.fixture
    def tokens(self, backend: Backend, origin: str) -> GetToken:
        application = backend.application
        return GetToken(
            urlsplit(origin).netloc,
            application.client_id,
            client_secret=application.client_secret,
            protocol="http",
        )

    def test_it_sends_and_exchanges_codes(
        self, backend: Backend, tokens: GetToken, origin: str
    ) -> None:
        application = backend.application
        sdk = Auth0Passwordless(
            urlsplit(origin).netloc,
            application.client_id,
            client_secret=application.client_secret,
            protocol="http",
        )
        sdk.email(ADA, send="code")
        by_mail = tokens.passwordless_login(ADA, backend.code(), "email", "openid email", "")
        sdk.sms(ADAS_PHONE)
        by_text = tokens.passwordless_login(ADAS_PHONE, backend.code(), "sms", "openid", "")

        assert by_mail["id_token"].count(".") == by_text["id_token"].count(".") == 2

    def test_it_understands_a_wrong_code(self, backend: Backend, tokens: GetToken) -> None:
        backend.start()

        with pytest.raises(Auth0Error) as refused:
            tokens.passwordless_login(ADA, another(backend.code()), "email", "openid", "")
        assert (refused.value.status_code, refused.value.error_code) == (403, "invalid_grant")
        assert refused.value.message == WRONG_BY_MAIL


class TestManagement:
    @pytest.fixture
    def token(self, backend: Backend, origin: str) -> Callable[..., str]:
        """Gets a token for the Management API, with a scope or without one."""

        def get(scope: str = "read:users") -> str:
            backend.application.grant_types.add("client_credentials")
            backend.application.client_grant = frozenset({scope})
            answer = self.credentials(backend, f"{origin}/api/v2/")
            assert answer.ok, answer.text
            return str(answer.json()["access_token"])

        return get

    @staticmethod
    def credentials(backend: Backend, audience: str) -> requests.Response:
        return backend.exchange(
            None, grant_type="client_credentials", audience=audience, scope=None
        )

    @staticmethod
    def read(origin: str, user_id: str, token: str | None, query: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{origin}/api/v2/users/{user_id.replace('|', '%7C')}{query}"
        return requests.get(url, headers=headers, timeout=5)

    def test_the_token_is_the_applications_own(
        self, backend: Backend, token: Callable[..., str]
    ) -> None:
        """Documented: Management API access tokens: a JWT that lives a day."""
        claims = jwt.decode(token(), options={"verify_signature": False})

        assert claims["sub"] == f"{backend.application.client_id}@clients"
        assert claims["aud"] == f"{backend.origin}/api/v2/"
        assert (claims["gty"], claims["scope"]) == ("client-credentials", "read:users")
        assert claims["exp"] - claims["iat"] == 86400

    def test_the_application_needs_a_client_grant(self, backend: Backend, origin: str) -> None:
        """Observed: the description."""
        backend.application.grant_types.add("client_credentials")
        answer = self.credentials(backend, f"{origin}/api/v2/")

        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")
        assert "client-grant" in answer.json()["error_description"]

    def test_there_are_such_tokens_for_the_management_api_only(
        self, backend: Backend, token: Callable[..., str]
    ) -> None:
        """Documented: a client grant is for one API."""
        token()
        assert self.credentials(backend, AUDIENCE).status_code == 403

    def test_it_gives_the_fields_that_were_asked_for(
        self, tenant: Tenant, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: `fields` and `include_fields`; `phone_verified` is its own name for it."""
        ada = tenant.accounts["ada"]
        ada.user_metadata = {"phone_number": "+15555550123"}
        fields = "?fields=phone_verified,user_metadata"
        included = self.read(origin, ada.sub, token(), f"{fields}&include_fields=true")
        others = self.read(origin, ada.sub, token(), f"{fields}&include_fields=false")

        assert included.json() == {"phone_verified": True, "user_metadata": ada.user_metadata}
        assert others.json()["user_id"] == ada.sub
        assert not set(others.json()) & set(included.json())

    def test_it_gives_the_whole_user_otherwise(
        self, tenant: Tenant, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: the response's properties."""
        user = self.read(origin, tenant.accounts["ada"].sub, token()).json()

        assert (user["email"], user["email_verified"], user["blocked"]) == (ADA, True, False)
        assert (user["phone_number"], user["phone_verified"]) == (ADAS_PHONE, True)

    def test_an_unknown_user_is_not_found(self, origin: str, token: Callable[..., str]) -> None:
        """Observed: the body."""
        assert self.read(origin, "auth0|nobody", token()).json() == {
            "statusCode": 404,
            "error": "Not Found",
            "message": "The user does not exist.",
            "errorCode": "inexistent_user",
        }

    def test_it_needs_the_scope(
        self, tenant: Tenant, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: `read:users`. Observed: the body."""
        answer = self.read(origin, tenant.accounts["ada"].sub, token("read:clients"))

        assert answer.status_code == 403
        assert answer.json()["errorCode"] == "insufficient_scope"

    @staticmethod
    def registered(origin: str, path: str, token: str) -> requests.Response:
        bearer = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{origin}/api/v2/{path}", headers=bearer, timeout=5)

    def test_it_tells_of_an_application_but_not_its_secret(
        self, tenant: Tenant, backend: Backend, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: get a client; secrets need `read:client_keys`."""
        reader = token("read:clients")
        tenant.rotate_refresh_tokens = tenant.implicit_grant = True
        tenant.rotation_overlap = timedelta(seconds=30)
        answer = self.registered(origin, f"clients/{backend.application.client_id}", reader)
        known = answer.json()

        assert (known["app_type"], known["token_endpoint_auth_method"]) == (
            "regular_web",
            "client_secret_post",
        )
        assert {"implicit", "client_credentials"} <= set(known["grant_types"])
        assert known["refresh_token"]["rotation_type"] == "rotating"
        assert known["refresh_token"]["leeway"] == 30
        assert backend.application.client_secret not in answer.text
        assert self.registered(origin, "clients/nobody", reader).status_code == 404

    def test_it_tells_of_an_api_by_its_identifier(
        self, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: get a resource server, by its ID or its audience."""
        reader = token("read:resource_servers")
        identifier = quote(AUDIENCE, safe="")
        known = self.registered(origin, f"resource-servers/{identifier}", reader).json()

        assert (known["identifier"], known["signing_alg"]) == (AUDIENCE, "RS256")
        assert (known["token_lifetime"], known["allow_offline_access"]) == (3600, True)
        assert self.registered(origin, "resource-servers/x", reader).status_code == 404

    def test_it_tells_what_an_application_may_do_in_its_own_name(
        self, tenant: Tenant, backend: Backend, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: get client grants."""
        reader = token("read:client_grants")
        path = "client-grants?client_id="
        [grant] = self.registered(origin, path + backend.application.client_id, reader).json()

        assert (grant["audience"], grant["scope"]) == (f"{origin}/api/v2/", ["read:client_grants"])
        assert self.registered(origin, f"{path}nobody", reader).json() == []

    def test_it_tells_how_codes_are_made(
        self, tenant: Tenant, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: get connections; `totp` is the passwordless connections' own."""
        tenant.passwordless.connections["sms"].otp_length = 4
        known = self.registered(origin, "connections", token("read:connections")).json()

        assert {each["name"]: each["options"]["totp"] for each in known} == {
            "email": {"length": 6, "time_step": 180},
            "sms": {"length": 4, "time_step": 180},
        }

    @pytest.mark.parametrize(
        "path", ["clients/x", "resource-servers/x", "client-grants", "connections"]
    )
    def test_each_of_these_has_a_scope_of_its_own(
        self, origin: str, token: Callable[..., str], path: str
    ) -> None:
        assert self.registered(origin, path, token("read:users")).status_code == 403

    def test_a_customers_token_opens_nothing(self, tenant: Tenant, origin: str) -> None:
        """Documented: the audience must be the Management API."""
        customers = tenant.mint(
            "ada", "valid", client_id="alexa", audience=AUDIENCE, issuer=f"{origin}/"
        )
        for token in (None, customers, "nonsense"):
            answer = self.read(origin, tenant.accounts["ada"].sub, token)
            assert (answer.status_code, answer.json()["error"]) == (401, "Unauthorized")

    def test_a_token_ends_after_a_day(
        self, tenant: Tenant, origin: str, clock: Clock, token: Callable[..., str]
    ) -> None:
        """Documented: 86400 seconds."""
        old = token()
        clock.wait(timedelta(days=1))

        assert self.read(origin, tenant.accounts["ada"].sub, old).status_code == 401

    def test_the_third_request_at_once_is_too_many(
        self, tenant: Tenant, origin: str, token: Callable[..., str]
    ) -> None:
        """Documented: two a second on the free plan. Observed: the body."""
        valid = token()
        answers = [self.read(origin, tenant.accounts["ada"].sub, valid) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json() == {
            "statusCode": 429,
            "error": "Too Many Requests",
            "message": "Global limit has been reached",
            "errorCode": "too_many_requests",
        }
