"""Who is speaking: names, addresses, and how rarely the provider has to be asked."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from werkzeug.wrappers import Response

from pizza_on_demand.clients.access_tokens import AccessTokenVerifier
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.customers import (
    AccountBlockedError,
    Customer,
    Customers,
    IdentityThrottledError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    NotLinkedError,
    UnconfirmedEmailError,
    WrongTokenError,
)
from simulator.clock import Clock
from simulator.tenant import Api
from simulator.wire import problem
from tests.clients.served_tenant import AUDIENCE, CLIENT_ID, ServedTenant
from tests.stopped_clock import StoppedClock

SUB = "auth0|1"


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


@pytest.fixture
def auth0(clock: Clock) -> Iterator[ServedTenant]:
    with ServedTenant(clock) as served:
        yield served


def customers_of(auth0: ServedTenant, *, opaque: bool = False, room_for: int = 1000) -> Customers:
    client = Auth0Client(auth0.origin)
    verifier = AccessTokenVerifier(
        issuer=auth0.issuer,
        audience=AUDIENCE,
        client_id=CLIENT_ID,
        scopes=frozenset({"openid"}),
        fetch_keys=client.jwks,
        now=auth0.clock.now,
    )
    return Customers(client, None if opaque else verifier, now=auth0.clock.now, room_for=room_for)


@pytest.fixture
def customers(auth0: ServedTenant) -> Customers:
    return customers_of(auth0)


def away(auth0: ServedTenant) -> None:
    auth0.wire.begin("away", lambda _: Response("<h1>503</h1>", 503))


def customer(**claims: Any) -> Customer:
    return Customer.from_claims({"sub": SUB} | claims)


class TestNames:
    @pytest.mark.parametrize(
        ("claims", "name"),
        [
            ({"given_name": "Ada", "nickname": "countess"}, "Ada"),
            ({"nickname": "ada"}, "ada"),
            ({"given_name": "", "nickname": "ada"}, "ada"),
            ({"given_name": " \t\n", "nickname": "ada"}, "ada"),
            ({"given_name": "ada@example.com", "nickname": "ada"}, "ada"),
            ({"given_name": "ada@example.com", "nickname": "@da"}, None),
            ({"given_name": None, "nickname": None}, None),
            ({"given_name": 7, "nickname": ["ada"]}, None),
            ({"name": "Ada Lovelace"}, None),
            ({"nickname": ""}, None),
            ({}, None),
            ({"given_name": "Q"}, "Q"),
            ({"given_name": "  Mary\u00a0Jane\r\n Ann "}, "Mary Jane Ann"),
            ({"given_name": "A\x00d\x1ba"}, "A d a"),
            ({"given_name": "\u202eadA"}, "adA"),
            ({"given_name": "\ud800", "nickname": "ada"}, "ada"),
            ({"given_name": "Jørn 🍕 王"}, "Jørn 🍕 王"),
            ({"given_name": "a" * 100}, "a" * 100),
            ({"given_name": "a" * 101, "nickname": "ada"}, "ada"),
            ({"given_name": "a" * 1000}, None),
        ],
        ids=str,
    )
    def test_people_are_called_what_they_are_called(
        self, claims: dict[str, Any], name: str | None
    ) -> None:
        assert customer(**claims).name == name


class TestAddresses:
    @pytest.mark.parametrize("verified", ["true", "True", 1, "yes", None, False, [True]], ids=repr)
    def test_only_true_itself_confirms_an_address(self, verified: object) -> None:
        somebody = customer(email="ada@example.com", email_verified=verified)

        assert somebody.email == "ada@example.com"
        with pytest.raises(UnconfirmedEmailError):
            _ = somebody.confirmed_email

    def test_a_confirmed_address_may_be_written_to(self) -> None:
        somebody = customer(email="Ada+pizza@example.com", email_verified=True)

        assert somebody.confirmed_email == "Ada+pizza@example.com"

    def test_an_address_that_the_link_does_not_show_is_a_missing_scope(self) -> None:
        with pytest.raises(MissingScopeError, match="email") as refused:
            _ = customer(email_verified=True).confirmed_email
        assert refused.value.scope == "email"

    @pytest.mark.parametrize(
        "email",
        [
            None,
            7,
            ["ada@example.com"],
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            " ada@example.com",
            "ada@example.com\r\nBcc: eve@evil.example",
            "ada@example.com\x00",
            "ada@example.com, eve@evil.example",
            "ada@x@example.com",
            "\ud800@example.com",
            f"{'a' * 243}@example.com",
        ],
        ids=ascii,
    )
    def test_what_is_no_address_is_not_mended_into_somebody_elses(self, email: object) -> None:
        assert customer(email=email).email is None

    def test_the_longest_address_is_one(self) -> None:
        email = f"{'a' * 242}@example.com"

        assert customer(email=email).email == email


class TestPhones:
    NUMBER = "+15555550100"

    def test_a_confirmed_number_is_known(self) -> None:
        assert customer(phone_number=self.NUMBER, phone_number_verified=True).phone == self.NUMBER

    @pytest.mark.parametrize("verified", ["true", 1, None, False], ids=repr)
    def test_only_true_itself_confirms_a_number(self, verified: object) -> None:
        assert customer(phone_number=self.NUMBER, phone_number_verified=verified).phone is None

    @pytest.mark.parametrize(
        "number",
        [
            None,
            15555550100,
            "",
            "15555550100",
            "+05555550100",
            "+1 555 555 0100",
            "+123456",
            "+1234567890123456",
        ],
        ids=repr,
    )
    def test_what_is_no_number_of_e_164_is_none(self, number: object) -> None:
        assert customer(phone_number=number, phone_number_verified=True).phone is None


class TestAskingRarely:
    def test_ten_recognitions_are_one_call(self, auth0: ServedTenant, customers: Customers) -> None:
        token = auth0.mint()

        assert {customers.recognize(token).name for _ in range(10)} == {"Ada"}
        assert auth0.times_asked("/userinfo") == 1

    def test_a_hundred_in_a_minute_are_never_throttled(
        self, clock: Clock, auth0: ServedTenant, customers: Customers
    ) -> None:
        """Auth0 allows five a minute."""
        token = auth0.mint(name="grace")
        for _ in range(100):
            customers.recognize(token)
            clock.wait(timedelta(seconds=0.6))

        assert {call.status for call in auth0.wire.calls} == {200}

    def test_a_profile_is_asked_for_again_after_an_hour(
        self, clock: Clock, auth0: ServedTenant, customers: Customers
    ) -> None:
        auth0.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(days=1)))
        token = auth0.mint()
        customers.recognize(token)
        auth0.tenant.accounts["ada"].given_name = "Augusta"

        clock.wait(timedelta(minutes=59))
        assert customers.recognize(token).name == "Ada"
        clock.wait(timedelta(minutes=1))
        assert customers.recognize(token).name == "Augusta"

    def test_an_unconfirmed_address_is_asked_for_again_after_thirty_seconds(
        self, clock: Clock, auth0: ServedTenant, customers: Customers
    ) -> None:
        token = auth0.mint(name="grace")
        customers.recognize(token)
        auth0.tenant.accounts["grace"].email_verified = True

        clock.wait(timedelta(seconds=29))
        assert not customers.recognize(token).email_verified
        clock.wait(timedelta(seconds=1))
        assert customers.recognize(token).confirmed_email == "grace@example.com"

    def test_an_address_that_the_link_never_shows_is_not_waited_for(
        self, clock: Clock, auth0: ServedTenant, customers: Customers
    ) -> None:
        token = auth0.mint(name="grace", scope="openid profile")
        for _ in range(3):
            customers.recognize(token)
            clock.wait(timedelta(minutes=1))

        assert auth0.times_asked("/userinfo") == 1

    def test_a_token_is_never_good_beyond_its_life(
        self, clock: Clock, auth0: ServedTenant, customers: Customers
    ) -> None:
        auth0.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(minutes=5)))
        token = auth0.mint()
        customers.recognize(token)

        clock.wait(timedelta(minutes=4))
        assert customers.recognize(token)
        clock.wait(timedelta(minutes=1, seconds=11))
        with pytest.raises(LinkExpiredError):
            customers.recognize(token)

    def test_an_opaque_token_is_remembered_for_an_hour(
        self, clock: Clock, auth0: ServedTenant
    ) -> None:
        customers = customers_of(auth0, opaque=True)
        token = auth0.mint(audience=None)
        customers.recognize(token)

        clock.wait(timedelta(minutes=59))
        customers.recognize(token)
        assert auth0.times_asked("/userinfo") == 1
        clock.wait(timedelta(minutes=1))
        customers.recognize(token)
        assert auth0.times_asked("/userinfo") == 2

    def test_whoever_was_asked_about_longest_ago_makes_room(self, auth0: ServedTenant) -> None:
        customers = customers_of(auth0, room_for=2)
        tokens = {name: auth0.mint(name=name) for name in ("ada", "linus", "mary")}
        for token in tokens.values():
            customers.recognize(token)
        assert auth0.times_asked("/userinfo") == 3

        customers.recognize(tokens["linus"])
        customers.recognize(tokens["mary"])
        assert auth0.times_asked("/userinfo") == 3
        customers.recognize(tokens["ada"])
        assert auth0.times_asked("/userinfo") == 4

    def test_whoever_was_asked_about_again_makes_room_later(
        self, clock: Clock, auth0: ServedTenant
    ) -> None:
        customers = customers_of(auth0, room_for=2)
        grace, ada, mary = (auth0.mint(name=name) for name in ("grace", "ada", "mary"))
        customers.recognize(grace)
        customers.recognize(ada)
        clock.wait(timedelta(seconds=30))
        customers.recognize(grace)

        customers.recognize(mary)
        asked = auth0.times_asked("/userinfo")

        customers.recognize(grace)
        assert auth0.times_asked("/userinfo") == asked
        customers.recognize(ada)
        assert auth0.times_asked("/userinfo") == asked + 1

    def test_no_token_is_kept(self, auth0: ServedTenant, customers: Customers) -> None:
        token = auth0.mint()
        name = customers.recognize(token).name

        texts = _texts_within(customers)
        assert name in texts
        assert token not in texts

    def test_several_threads_at_once_keep_customers_apart(self, auth0: ServedTenant) -> None:
        customers = customers_of(auth0, room_for=1)
        tokens = {name: auth0.mint(name=name) for name in ("ada", "linus", "mary")}

        with ThreadPoolExecutor(12) as threads:
            asked = [
                (name, threads.submit(customers.recognize, tokens[name])) for name in [*tokens] * 8
            ]

        assert all(found.result().email == f"{name}@example.com" for name, found in asked)


class TestRefusals:
    @pytest.mark.parametrize("nothing", [None, ""])
    def test_no_token_is_no_link(
        self, auth0: ServedTenant, customers: Customers, nothing: str | None
    ) -> None:
        with pytest.raises(NotLinkedError):
            customers.recognize(nothing)
        assert auth0.wire.calls == []

    def test_a_token_that_is_no_text_at_all_is_a_wrong_one(
        self, auth0: ServedTenant, customers: Customers
    ) -> None:
        for recognise in (customers.recognize, customers_of(auth0, opaque=True).recognize):
            with pytest.raises(WrongTokenError):
                recognise("\ud800")

    def test_a_token_that_does_not_verify_is_sent_to_nobody(
        self, auth0: ServedTenant, customers: Customers
    ) -> None:
        with pytest.raises(WrongTokenError):
            customers.recognize(auth0.mint("forged"))
        assert auth0.times_asked("/userinfo") == 0

    @pytest.mark.parametrize("sub", ["auth0|1", "auth0|zoe"])
    def test_a_profile_of_somebody_else_is_refused(
        self, auth0: ServedTenant, customers: Customers, sub: str
    ) -> None:
        auth0.wire.begin(
            "mixed up",
            lambda request: problem(200, {"sub": sub}) if request.path == "/userinfo" else None,
        )

        with pytest.raises(WrongTokenError, match="somebody else") as refused:
            customers.recognize(auth0.mint())
        assert refused.value.reason == "the profile belongs to somebody else"

    def test_a_refusal_is_logged_with_its_reason_and_without_the_token(
        self, auth0: ServedTenant, customers: Customers, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "pizza_on_demand.customers")
        token = auth0.mint("wrong-audience")
        with pytest.raises(WrongTokenError):
            customers.recognize(token)
        away(auth0)
        with pytest.raises(IdentityUnavailableError):
            customers.recognize(auth0.mint())

        told = [
            (record.levelname, vars(record)["refusal"], vars(record)["reason"])
            for record in caplog.records
        ]
        assert told == [
            ("ERROR", "WrongTokenError", "not a good token: InvalidAudienceError"),
            ("WARNING", "IdentityUnavailableError", "503 without a profile"),
        ]


class TestWhileAuth0IsAway:
    @pytest.fixture
    def token(self, auth0: ServedTenant, customers: Customers) -> str:
        """Of somebody whose profile is due to be asked for again."""
        auth0.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(hours=2)))
        token = auth0.mint()
        customers.recognize(token)
        auth0.clock.wait(timedelta(hours=1))
        return token

    def test_a_stranger_is_not_recognised(self, auth0: ServedTenant, customers: Customers) -> None:
        away(auth0)

        with pytest.raises(IdentityUnavailableError):
            customers.recognize(auth0.mint())

    def test_whoever_is_known_stays_known_until_the_token_expires(
        self, clock: Clock, auth0: ServedTenant, customers: Customers, token: str
    ) -> None:
        away(auth0)

        assert customers.recognize(token).name == "Ada"
        clock.wait(timedelta(minutes=59, seconds=45))
        assert customers.recognize(token).name == "Ada"
        for later in (timedelta(seconds=15), timedelta(seconds=5)):
            clock.wait(later)
            with pytest.raises(IdentityUnavailableError):
                customers.recognize(token)

    def test_it_is_asked_again_every_thirty_seconds_only(
        self, clock: Clock, auth0: ServedTenant, customers: Customers, token: str
    ) -> None:
        away(auth0)
        before = auth0.times_asked("/userinfo")
        for seconds in (0, 29, 1):
            clock.wait(timedelta(seconds=seconds))
            customers.recognize(token)
        assert auth0.times_asked("/userinfo") == before + 2

        auth0.wire.mend()
        auth0.tenant.accounts["ada"].given_name = "Augusta"
        clock.wait(timedelta(seconds=30))
        assert customers.recognize(token).name == "Augusta"

    def test_a_throttled_customer_stays_known_too(
        self, auth0: ServedTenant, customers: Customers, token: str
    ) -> None:
        auth0.wire.begin("throttled", lambda _: problem(429, {}))

        assert customers.recognize(token).name == "Ada"
        with pytest.raises(IdentityThrottledError):
            customers_of(auth0, opaque=True).recognize(token)

    @pytest.mark.parametrize(
        ("change", "refusal"), [("block", AccountBlockedError), ("revoke", LinkExpiredError)]
    )
    def test_whoever_was_refused_before_is_not_known_any_more(
        self,
        auth0: ServedTenant,
        customers: Customers,
        token: str,
        change: str,
        refusal: type[Exception],
    ) -> None:
        getattr(auth0.tenant, change)("ada")
        with pytest.raises(refusal):
            customers.recognize(token)
        away(auth0)

        with pytest.raises(IdentityUnavailableError):
            customers.recognize(token)


def _texts_within(thing: object) -> set[object]:
    """Every text that can be reached from an object through what is our own or Python's."""
    seen: dict[int, object] = {}
    todo = [thing]
    while todo:
        part = todo.pop()
        ours = type(part).__module__.startswith(("pizza_on_demand", "builtins"))
        if ours and id(part) not in seen and not isinstance(part, type | ModuleType):
            seen[id(part)] = part
            keys = part if isinstance(part, dict) else ()
            todo += [*gc.get_referents(part), *keys]
    return {part for part in seen.values() if isinstance(part, str)}
