"""Codes of Auth0's: whom they prove, and what becomes of those that do not."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.utils import base64url_encode
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.auth0_codes import Auth0Codes
from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import Order
from pizza_on_demand.verification import (
    Channel,
    CodeExpiredError,
    CodeSpentError,
    CodeUnavailableError,
    Destination,
)
from simulator.clock import Clock
from simulator.tenant import Application
from simulator.wire import Slow, free_port, problem
from tests.clients import sockets
from tests.clients.served_tenant import ServedTenant
from tests.clients.sockets import listening

START, TOKEN, JWKS = "/passwordless/start", "/oauth/token", "/.well-known/jwks.json"
PATIENCE = 1.1
SUB = "auth0|65f0ada0000000000000ada0"
MAILBOX = Destination(Channel.EMAIL, "ada@example.com", SUB)
PHONE = Destination(Channel.SMS, "+15555550100", SUB)


class Skill:
    """The skill's end of the codes, and the eyes of who reads the tenant's mail and texts."""

    def __init__(self, auth0: ServedTenant, origin: str | None = None) -> None:
        self.auth0 = auth0
        self.backend = auth0.tenant.add_application(
            Application(
                "Backend", token_endpoint_auth_method="client_secret_post", grant_types=set()
            )
        )
        auth0.tenant.enable_passwordless(self.backend)
        self.codes = Auth0Codes(
            origin or auth0.origin,
            client_id=self.backend.client_id,
            client_secret=self.backend.client_secret,
            fetch_keys=Auth0Client(auth0.origin).jwks,
            now=auth0.clock.now,
            patience=PATIENCE,
        )
        self.order = Order(
            id="1",
            number=1,
            sub=SUB,
            pizza=Pizza("large"),
            price=Price(Decimal(12), Decimal(1)),
            placed=auth0.clock.now(),
            good_until=auth0.clock.now() + timedelta(minutes=30),
        )

    def send(self, to: Destination = MAILBOX) -> str:
        """Send a code, and read it."""
        self.codes.deliver(self.order, self.codes.make("binding"), to)
        [digits] = re.findall(r"\d{6}$", self.auth0.tenant.outbox[-1].text)
        return str(digits)

    def accepts(self, code: str, to: Destination = MAILBOX) -> bool:
        return self.codes.accepts("auth0", "binding", code, to)


@pytest.fixture
def skill(auth0: ServedTenant) -> Skill:
    return Skill(auth0)


def another(code: str) -> str:
    return str((int(code) + 1) % 1_000_000).zfill(6)


class TestWhomACodeProves:
    @pytest.mark.parametrize("to", [MAILBOX, PHONE], ids=["mailbox", "phone"])
    def test_the_code_from_there_and_no_other(self, skill: Skill, to: Destination) -> None:
        code = skill.send(to)

        assert not skill.accepts(another(code), to)
        assert skill.accepts(code, to)

    def test_we_keep_nothing_to_know_it_by(self, skill: Skill) -> None:
        code = skill.codes.make("binding")

        assert (code.kept, code.value) == ("auth0", None)

    def test_it_is_sent_as_a_code_and_not_as_a_link(
        self, auth0: ServedTenant, skill: Skill
    ) -> None:
        skill.send()

        [mail] = auth0.tenant.outbox
        assert (mail.channel, mail.address) == ("email", MAILBOX.address)
        assert "link" not in mail.text

    @pytest.mark.parametrize("to", [MAILBOX, PHONE], ids=["mailbox", "phone"])
    def test_a_linked_account_is_known_by_its_subject(
        self, auth0: ServedTenant, skill: Skill, to: Destination
    ) -> None:
        ada = auth0.tenant.accounts["ada"]
        ada.linked_passwordless = True
        ada.email_verified = ada.phone_number_verified = False

        assert skill.accepts(skill.send(to), to)

    def test_somebody_elses_code_is_not_the_customers(
        self, auth0: ServedTenant, skill: Skill
    ) -> None:
        """The address has gone from Ada to Mary at the tenant since Ada's profile was read."""
        ada, mary = (auth0.tenant.accounts[name] for name in ("ada", "mary"))
        ada.email, mary.email = "ada@new.example", MAILBOX.address
        mary.linked_passwordless = True
        mary.email_verified = False

        assert not skill.accepts(skill.send())

    def test_the_address_counts_in_any_case(self, skill: Skill) -> None:
        mixed = Destination(Channel.EMAIL, "Ada@Example.com", SUB)

        assert skill.accepts(skill.send(mixed), mixed)

    def test_it_works_once(self, skill: Skill) -> None:
        code = skill.send()

        assert skill.accepts(code)
        assert not skill.accepts(code)

    def test_a_new_one_makes_the_old_one_useless(self, skill: Skill) -> None:
        older = newer = skill.send()
        while newer == older:
            newer = skill.send()

        assert not skill.accepts(older)
        assert skill.accepts(newer)

    def test_three_wrong_codes_kill_the_right_one(self, skill: Skill) -> None:
        code = skill.send()
        for _ in range(3):
            assert not skill.accepts(another(code))

        with pytest.raises(CodeSpentError):
            skill.accepts(code)

    def test_after_three_minutes_it_has_expired(self, skill: Skill, clock: Clock) -> None:
        code = skill.send()
        clock.wait(timedelta(minutes=3))

        with pytest.raises(CodeExpiredError):
            skill.accepts(code)

    def test_after_the_keys_were_rotated_it_is_known_all_the_same(
        self, auth0: ServedTenant, skill: Skill, clock: Clock
    ) -> None:
        assert skill.accepts(skill.send())
        auth0.tenant.rotate_keys(revoke=True)
        clock.wait(timedelta(minutes=1))

        assert skill.accepts(skill.send())


class IdTokens:
    """Answers the token endpoint with ID tokens that no tenant should give."""

    def __init__(self, auth0: ServedTenant, skill: Skill, clock: Clock) -> None:
        self._auth0 = auth0
        now = int(clock.now().timestamp())
        self.good = {
            "iss": auth0.issuer,
            "sub": "email|1",
            "aud": skill.backend.client_id,
            "iat": now,
            "exp": now + 36_000,
            "email": MAILBOX.address,
            "email_verified": True,
        }

    def answer(self, id_token: object) -> None:
        body = {"access_token": "opaque", "id_token": id_token, "token_type": "Bearer"}
        self._auth0.wire.begin(
            "odd", lambda request: problem(200, body) if request.path == TOKEN else None
        )

    def sign(self, **changes: object) -> str:
        """A good token's claims with some changed; None takes one away."""
        claims = {name: v for name, v in (self.good | changes).items() if v is not None}
        return self._auth0.tenant.keys.current.sign(claims)


@pytest.fixture
def id_tokens(auth0: ServedTenant, skill: Skill, clock: Clock) -> IdTokens:
    return IdTokens(auth0, skill, clock)


class TestIdTokens:
    def test_a_good_one_is_believed(self, skill: Skill, id_tokens: IdTokens) -> None:
        id_tokens.answer(id_tokens.sign())

        assert skill.accepts("123456")

    @pytest.mark.parametrize(
        "changes",
        [
            {"email": "eve@example.com"},
            {"email": "ada@example.co"},
            {"email": None},
            {"email": [MAILBOX.address]},
            {"email": "ada@example.com "},
            {"email": "ad\N{CYRILLIC SMALL LETTER A}@example.com"},
            {"email_verified": False},
            {"email_verified": "true"},
            {"email_verified": 1},
            {"email_verified": None},
            {"sub": SUB.upper(), "email": None},
            {"email": None, "phone_number": PHONE.address, "phone_number_verified": True},
        ],
        ids=str,
    )
    def test_one_that_does_not_name_the_customer_proves_nothing(
        self, skill: Skill, id_tokens: IdTokens, changes: dict[str, object]
    ) -> None:
        id_tokens.answer(id_tokens.sign(**changes))

        assert not skill.accepts("123456")

    @pytest.mark.parametrize(
        "changes",
        [
            {"phone_number": "+15555550101"},
            {"phone_number": "+15555550099"},
            {"phone_number": "15555550100"},
            {"phone_number_verified": False},
            {"phone_number_verified": None, "phone_verified": True},
        ],
        ids=str,
    )
    def test_a_phone_is_compared_digit_by_digit(
        self, skill: Skill, id_tokens: IdTokens, changes: dict[str, object]
    ) -> None:
        phone = {"phone_number": PHONE.address, "phone_number_verified": True, "email": None}
        id_tokens.answer(id_tokens.sign(**phone))
        assert skill.accepts("123456", PHONE)

        id_tokens.answer(id_tokens.sign(**phone | changes))
        assert not skill.accepts("123456", PHONE)

    def test_letters_that_fold_into_ascii_are_others(
        self, skill: Skill, id_tokens: IdTokens
    ) -> None:
        """U+212A, the Kelvin sign, is a "k" in lower case."""
        kelvin = Destination(Channel.EMAIL, "kim@example.com", SUB)
        id_tokens.answer(id_tokens.sign(email="\N{KELVIN SIGN}im@example.com"))

        assert not skill.accepts("123456", kelvin)

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://evil.example/"},
            {"aud": "alexa"},
            {"aud": None},
            {"exp": None},
            {"iat": None},
            {"sub": None},
            {"exp": 1},
            {"iat": 4_102_444_800},
        ],
        ids=str,
    )
    def test_one_that_is_not_good_is_not_believed(
        self, skill: Skill, id_tokens: IdTokens, changes: dict[str, object]
    ) -> None:
        """It is the operator who has to mend that, so no customer hears “wrong code”."""
        id_tokens.answer(id_tokens.sign(**changes))

        with pytest.raises(CodeUnavailableError, match="no good ID token"):
            skill.accepts("123456")

    def test_one_that_is_for_others_too_is_not_believed(
        self, skill: Skill, id_tokens: IdTokens
    ) -> None:
        id_tokens.answer(id_tokens.sign(aud=[skill.backend.client_id, "alexa"]))

        with pytest.raises(CodeUnavailableError, match="for others too"):
            skill.accepts("123456")

    def test_one_that_somebody_else_signed_is_not_believed(
        self, auth0: ServedTenant, skill: Skill, id_tokens: IdTokens
    ) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        headers = {"kid": auth0.tenant.keys.current.kid}
        id_tokens.answer(jwt.encode(id_tokens.good, key, "RS256", headers=headers))

        with pytest.raises(CodeUnavailableError, match="no good ID token"):
            skill.accepts("123456")

    @pytest.mark.parametrize("algorithm", ["HS256", "none"])
    def test_the_algorithm_is_pinned(
        self, skill: Skill, id_tokens: IdTokens, algorithm: str
    ) -> None:
        """HS256 is what an application that was never switched to RS256 signs with."""
        key = skill.backend.client_secret if algorithm == "HS256" else ""
        id_tokens.answer(jwt.encode(id_tokens.good, key, algorithm))

        with pytest.raises(CodeUnavailableError, match="no good ID token"):
            skill.accepts("123456")

    @pytest.mark.parametrize(
        "token", ["", "x", "a.b.c", "\ud800.b.c", None, 7, ["x"], "x" * 50_000]
    )
    def test_what_is_no_token_is_not_believed(
        self, skill: Skill, id_tokens: IdTokens, token: object
    ) -> None:
        id_tokens.answer(token)

        with pytest.raises(CodeUnavailableError, match="no good ID token"):
            skill.accepts("123456")

    def test_an_unsigned_copy_of_a_good_one_is_not_believed(
        self, skill: Skill, id_tokens: IdTokens
    ) -> None:
        head, _, signature = id_tokens.sign().split(".")
        claims = base64url_encode(json.dumps(id_tokens.good).encode()).decode()
        id_tokens.answer(f"{head}.{claims}x.{signature}")

        with pytest.raises(CodeUnavailableError, match="no good ID token"):
            skill.accepts("123456")

    def test_keys_that_cannot_be_had_make_nothing_good(
        self, auth0: ServedTenant, skill: Skill
    ) -> None:
        code = skill.send()
        auth0.wire.begin("away", lambda request: problem(503, {}) if request.path == JWKS else None)

        with pytest.raises(CodeUnavailableError, match="no signing keys"):
            skill.accepts(code)


UNAVAILABLE: list[tuple[Callable[[], Response], str]] = [
    (lambda: problem(400, {"error": "bad.connection"}), "400 bad.connection"),
    (lambda: problem(400, {"error": "sms_provider_error"}), "400 sms_provider_error"),
    (lambda: problem(401, {"error": "access_denied"}), "401 access_denied"),
    (lambda: problem(403, {"error": "unauthorized_client"}), "403 unauthorized_client"),
    (lambda: problem(403, {"error": "mfa_required"}), "403 mfa_required"),
    (lambda: problem(400, {"error": "no ada@example.com here"}), "400"),
    (lambda: problem(429, {"error": "too_many_requests"}), "429"),
    (lambda: Response("slow down", 429), "429"),
    (lambda: Response("<h1>502</h1>", 502), "502"),
    (lambda: Response("", 302, {"Location": "https://evil.example"}), "302"),
    (lambda: Response("", 204), "204"),
]


class TestAnAuth0ThatIsNoHelp:
    @pytest.mark.parametrize(("answer", "reason"), UNAVAILABLE, ids=[r for _, r in UNAVAILABLE])
    def test_each_answer_is_told_as_it_is_after_one_try(
        self, auth0: ServedTenant, skill: Skill, answer: Callable[[], Response], reason: str
    ) -> None:
        auth0.wire.begin("odd", lambda _: answer())

        for path, call in ((START, skill.send), (TOKEN, lambda: skill.accepts("123456"))):
            with pytest.raises(CodeUnavailableError) as refused:
                call()
            assert str(refused.value) == reason
            assert auth0.times_asked(path) == 1

    def test_an_address_without_an_identity_gets_no_code(self, skill: Skill) -> None:
        stranger = Destination(Channel.EMAIL, "stranger@example.com", SUB)

        with pytest.raises(CodeUnavailableError, match=r"bad\.connection"):
            skill.send(stranger)

    def test_a_403_for_another_reason_is_no_wrong_code(
        self, auth0: ServedTenant, skill: Skill
    ) -> None:
        code = skill.send()
        skill.backend.grant_types.clear()

        with pytest.raises(CodeUnavailableError, match="403 unauthorized_client"):
            skill.accepts(code)

    @pytest.mark.parametrize("path", [START, TOKEN])
    def test_a_silence_is_waited_for_once_and_not_for_long(
        self, auth0: ServedTenant, skill: Skill, path: str
    ) -> None:
        auth0.wire.begin("slow", Slow())
        call: Callable[[], Any] = skill.send if path == START else lambda: skill.accepts("1")

        began = time.monotonic()
        with pytest.raises(CodeUnavailableError):
            call()

        assert time.monotonic() - began < PATIENCE + 1
        assert auth0.times_asked(path) == 1

    def test_a_turn_with_too_little_time_asks_nobody(
        self, auth0: ServedTenant, skill: Skill
    ) -> None:
        with deadline.of_turn(1400):
            for call in (skill.send, lambda: skill.accepts("123456")):
                with pytest.raises(CodeUnavailableError, match="OutOfTime"):
                    call()

        assert auth0.wire.calls == []

    def test_a_connection_that_breaks_is_not_tried_again(self, auth0: ServedTenant) -> None:
        with listening(sockets.hang_up) as server:
            skill = Skill(auth0, server.origin)

            with pytest.raises(CodeUnavailableError):
                skill.send()
            assert server.accepted == 1
            with pytest.raises(CodeUnavailableError):
                skill.accepts("123456")
            assert server.accepted == 2

    def test_no_code_waits_for_a_connection_that_died_idle(self, auth0: ServedTenant) -> None:
        with listening(sockets.answer_once_then_hang_up) as server:
            skill = Skill(auth0, server.origin)

            for _ in range(2):
                skill.codes.deliver(skill.order, skill.codes.make(""), MAILBOX)
            assert server.accepted == 2

    def test_a_tenant_that_cannot_be_reached_is_away(self, auth0: ServedTenant) -> None:
        skill = Skill(auth0, f"http://127.0.0.1:{free_port()}")

        with pytest.raises(CodeUnavailableError, match="Connect"):
            skill.send()


def test_what_is_asked_is_what_auth0_documents(auth0: ServedTenant, skill: Skill) -> None:
    asked: list[dict[str, Any]] = []
    auth0.wire.begin("take", lambda request: _taken(request, asked))

    skill.codes.deliver(skill.order, skill.codes.make(""), PHONE)
    with pytest.raises(CodeUnavailableError):
        skill.accepts("012345", PHONE)

    credentials = {
        "client_id": skill.backend.client_id,
        "client_secret": skill.backend.client_secret,
    }
    assert asked == [
        {**credentials, "connection": "sms", "phone_number": PHONE.address, "send": "code"},
        {
            **credentials,
            "grant_type": "http://auth0.com/oauth/grant-type/passwordless/otp",
            "username": PHONE.address,
            "otp": "012345",
            "realm": "sms",
            "scope": "openid phone",
        },
    ]


def _taken(request: Request, asked: list[dict[str, Any]]) -> Response:
    asked.append(request.get_json())
    return problem(200, {})


def test_nothing_secret_reaches_the_log(
    auth0: ServedTenant, skill: Skill, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pizza_on_demand")
    code = skill.send()
    skill.accepts(another(code))
    skill.accepts(code)
    quoting = {"error": "bad.request", "error_description": "stranger@example.com is odd"}
    auth0.wire.begin("odd", lambda _: problem(400, quoting))
    with pytest.raises(CodeUnavailableError):
        skill.send(Destination(Channel.EMAIL, "stranger@example.com", SUB))

    log = repr([vars(record) for record in caplog.records])
    assert START in log
    for secret in (code, MAILBOX.address, "stranger", skill.backend.client_secret, SUB, "eyJ"):
        assert secret not in log


def test_the_log_tells_the_operator_what_was_wrong(
    auth0: ServedTenant, skill: Skill, id_tokens: IdTokens, caplog: pytest.LogCaptureFixture
) -> None:
    id_tokens.answer(id_tokens.sign(iss="https://evil.example/"))
    with pytest.raises(CodeUnavailableError):
        skill.accepts("123456")
    id_tokens.answer(id_tokens.sign(email="eve@example.com"))
    assert not skill.accepts("123456")
    auth0.wire.begin("odd", lambda _: problem(400, {"error": "bad.connection"}))
    with pytest.raises(CodeUnavailableError):
        skill.send()

    told = [vars(record) for record in caplog.records if record.levelno == logging.ERROR]
    assert [(each["message"], each.get("reason", each.get("channel"))) for each in told] == [
        ("no good ID token", "not a good token: InvalidIssuerError"),
        ("a code signed somebody else in", "email"),
        ("auth0 refuses", "400 bad.connection"),
    ]
