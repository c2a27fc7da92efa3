"""Phone numbers that nobody has confirmed: where they come from, and that the log says so."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.auth0_management import ManagementApi
from pizza_on_demand.clients.auth0_metadata import PhonesFromMetadata
from pizza_on_demand.customers import Customer, LinkExpiredError
from simulator.clock import Clock
from simulator.tenant import Account, Application
from simulator.wire import Slow, problem
from tests.clients.served_tenant import ServedTenant

NUMBER = "+15555550123"
UNCONFIRMED = "codes may go to a phone number that nobody has confirmed"


@pytest.fixture
def backend(auth0: ServedTenant) -> Application:
    return auth0.tenant.add_application(
        Application(
            "Backend",
            token_endpoint_auth_method="client_secret_post",
            grant_types={"client_credentials"},
            client_grant=frozenset({"read:users"}),
        )
    )


@pytest.fixture
def mary(auth0: ServedTenant) -> Account:
    """She has no phone number but the one that she wrote down herself."""
    mary = auth0.tenant.accounts["mary"]
    mary.user_metadata = {"phone_number": NUMBER}
    return mary


@pytest.fixture
def phones(auth0: ServedTenant, backend: Application, clock: Clock) -> PhonesFromMetadata:
    management = ManagementApi(
        auth0.origin,
        client_id=backend.client_id,
        client_secret=backend.client_secret,
        now=clock.now,
        patience=1.1,
    )
    return PhonesFromMetadata(Auth0Client(auth0.origin), management)


def customer(auth0: ServedTenant, phones: PhonesFromMetadata, name: str = "mary") -> Customer:
    scope = "openid profile email phone"
    return Customer.from_claims(phones.userinfo(auth0.mint(name=name, scope=scope)))


@pytest.mark.usefixtures("mary")
def test_a_number_from_the_metadata_passes_and_the_log_warns(
    auth0: ServedTenant, phones: PhonesFromMetadata, caplog: pytest.LogCaptureFixture
) -> None:
    assert customer(auth0, phones).phone == NUMBER
    assert [r.message for r in caplog.records if r.levelno == logging.WARNING] == [UNCONFIRMED]


def test_a_confirmed_number_is_not_looked_up(
    auth0: ServedTenant, phones: PhonesFromMetadata, caplog: pytest.LogCaptureFixture
) -> None:
    auth0.tenant.accounts["ada"].user_metadata = {"phone_number": NUMBER}

    assert customer(auth0, phones, "ada").phone == "+15555550100"
    assert [call.path for call in auth0.wire.calls] == ["/userinfo"]
    assert UNCONFIRMED not in caplog.text


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"phone_number": None},
        {"phone_number": 15555550123},
        {"phone_number": "0555 5550123"},
        {"phone_number": "+15555550123; DROP"},
        {"phone": NUMBER},
    ],
    ids=str,
)
def test_what_is_no_number_is_none(
    auth0: ServedTenant, phones: PhonesFromMetadata, mary: Account, metadata: dict[str, Any]
) -> None:
    mary.user_metadata = metadata

    assert customer(auth0, phones).phone is None


def test_a_subject_may_have_any_letters(
    auth0: ServedTenant, phones: PhonesFromMetadata, mary: Account
) -> None:
    """Enterprise connections bring their own: "samlp|connection|anything"."""
    mary.sub = "samlp|kitchen|mary?fields=x#&é %41"

    assert customer(auth0, phones).phone == NUMBER


@pytest.mark.usefixtures("mary")
def test_its_own_token_is_used_for_as_long_as_it_lives(
    auth0: ServedTenant, phones: PhonesFromMetadata, clock: Clock
) -> None:
    customer(auth0, phones)
    clock.wait(timedelta(hours=23, minutes=58, seconds=59))
    customer(auth0, phones)
    assert auth0.times_asked("/oauth/token") == 1

    clock.wait(timedelta(seconds=1))
    assert customer(auth0, phones).phone == NUMBER
    assert auth0.times_asked("/oauth/token") == 2

    clock.wait(timedelta(days=2))
    assert customer(auth0, phones).phone == NUMBER
    assert auth0.times_asked("/oauth/token") == 3


@pytest.mark.usefixtures("mary")
def test_a_token_that_was_taken_back_is_replaced_the_next_time(
    auth0: ServedTenant, phones: PhonesFromMetadata, clock: Clock
) -> None:
    customer(auth0, phones)
    auth0.tenant.rotate_keys(revoke=True)
    clock.wait(timedelta(seconds=5))

    assert customer(auth0, phones).phone is None
    assert customer(auth0, phones).phone == NUMBER


@pytest.mark.usefixtures("mary")
@pytest.mark.parametrize("path", ["/oauth/token", "/api/v2/users/"])
@pytest.mark.parametrize(
    "answer",
    [
        problem(429, {}),
        problem(503, {}),
        problem(503, {"access_token": "token", "expires_in": 60}),
        problem(200, {}),
        problem(200, {"access_token": "token"}),
        problem(200, {"expires_in": 60}),
    ],
    ids=str,
)
def test_a_management_api_that_is_no_help_costs_the_number_and_nothing_else(
    auth0: ServedTenant,
    phones: PhonesFromMetadata,
    path: str,
    answer: Response,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fault(request: Request) -> Response | None:
        return answer if request.path.startswith(path) else None

    auth0.wire.begin("odd", fault)

    known = customer(auth0, phones)
    assert (known.email, known.phone) == ("mary@example.com", None)
    if path == "/oauth/token":
        assert "no user_metadata" in caplog.text
        assert {call.path for call in auth0.wire.calls} == {"/userinfo", path}


@pytest.mark.usefixtures("mary")
def test_one_that_hangs_is_given_up(auth0: ServedTenant, phones: PhonesFromMetadata) -> None:
    slow = Slow()
    auth0.wire.begin("slow", lambda r: slow(r) if r.path == "/oauth/token" else None)
    try:
        assert customer(auth0, phones).phone is None
    finally:
        slow.end()


@pytest.mark.usefixtures("mary")
def test_it_needs_the_right_to_read_users(
    auth0: ServedTenant, phones: PhonesFromMetadata, backend: Application
) -> None:
    backend.client_grant = frozenset({"read:clients"})

    assert customer(auth0, phones).phone is None


def test_who_is_not_known_is_refused_as_before(
    auth0: ServedTenant, phones: PhonesFromMetadata
) -> None:
    with pytest.raises(LinkExpiredError):
        phones.userinfo(auth0.mint("expired"))


def test_nothing_personal_reaches_the_log(
    auth0: ServedTenant,
    phones: PhonesFromMetadata,
    backend: Application,
    mary: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "pizza_on_demand")
    customer(auth0, phones)

    log = repr([vars(record) for record in caplog.records])
    assert "/api/v2/users" in log
    for secret in (NUMBER, mary.sub.partition("|")[2], backend.client_secret, "eyJ"):
        assert secret not in log
