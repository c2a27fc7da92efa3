"""Profiles of customers whose tokens are signed with a secret: from the Management API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.wrappers import Response

from pizza_on_demand.clients.access_tokens import AccessTokenVerifier
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.auth0_management import ManagementApi
from pizza_on_demand.clients.auth0_profiles import ProfilesFromManagement
from pizza_on_demand.customers import (
    AccountBlockedError,
    Customer,
    IdentityUnavailableError,
    LinkExpiredError,
    WrongTokenError,
)
from simulator.clock import Clock
from simulator.tenant import Api, Application
from tests.clients.served_tenant import AUDIENCE, ServedTenant

SECRET = "the secret that the tenant and the API share"
EVERYTHING = "openid profile email phone"


@pytest.fixture
def profiles(auth0: ServedTenant, clock: Clock) -> ProfilesFromManagement:
    auth0.tenant.add_api(Api(AUDIENCE, signing_secret=SECRET))
    backend = auth0.tenant.add_application(
        Application(
            "Backend",
            token_endpoint_auth_method="client_secret_post",
            grant_types={"client_credentials"},
            client_grant=frozenset({"read:users"}),
        )
    )
    management = ManagementApi(
        auth0.origin,
        client_id=backend.client_id,
        client_secret=backend.client_secret,
        now=clock.now,
    )
    verifier = AccessTokenVerifier(
        issuer=auth0.issuer,
        audience=AUDIENCE,
        client_id=None,
        scopes=frozenset({"openid"}),
        fetch_keys=Auth0Client(auth0.origin).jwks,
        now=clock.now,
        secret=SECRET,
    )
    return ProfilesFromManagement(management, verifier)


@pytest.mark.parametrize("name", ["ada", "grace", "linus", "mary"])
def test_they_say_what_userinfo_would(
    auth0: ServedTenant, profiles: ProfilesFromManagement, name: str
) -> None:
    account = auth0.tenant.accounts[name]

    known = profiles.userinfo(auth0.mint(name=name, scope=EVERYTHING))

    assert Customer.from_claims(known) == Customer.from_claims(account.claims(EVERYTHING))


@pytest.mark.parametrize("scope", ["openid", "openid email", "openid profile", "openid phone"])
def test_they_say_no_more_than_the_token_allows(
    auth0: ServedTenant, profiles: ProfilesFromManagement, scope: str
) -> None:
    account = auth0.tenant.accounts["ada"]

    known = profiles.userinfo(auth0.mint(scope=scope))

    assert Customer.from_claims(known) == Customer.from_claims(account.claims(scope))
    assert known.keys() <= account.claims(scope).keys()


def test_a_closed_account_has_none(auth0: ServedTenant, profiles: ProfilesFromManagement) -> None:
    with pytest.raises(AccountBlockedError):
        profiles.userinfo(auth0.mint(name="bob"))


def test_a_token_that_is_not_good_has_none_and_nobody_is_asked(
    auth0: ServedTenant, profiles: ProfilesFromManagement
) -> None:
    for kind, refusal in (("forged", WrongTokenError), ("expired", LinkExpiredError)):
        with pytest.raises(refusal):
            profiles.userinfo(auth0.mint(kind))
    assert auth0.wire.calls == []


def test_a_management_api_that_is_away_makes_customers_wait(
    auth0: ServedTenant, profiles: ProfilesFromManagement
) -> None:
    auth0.wire.begin("away", lambda _: Response("", 503))
    with pytest.raises(IdentityUnavailableError):
        profiles.userinfo(auth0.mint())

    auth0.wire.mend()
    assert profiles.userinfo(auth0.mint())


@pytest.mark.parametrize("status", [400, 403, 503])
def test_a_refusal_is_no_profile(
    auth0: ServedTenant, profiles: ProfilesFromManagement, status: int
) -> None:
    auth0.wire.begin(
        "odd", lambda request: None if request.path == "/oauth/token" else Response("{}", status)
    )

    with pytest.raises(IdentityUnavailableError, match=f"{status} from the Management API"):
        profiles.userinfo(auth0.mint())


def test_somebody_who_is_gone_has_none(
    auth0: ServedTenant, profiles: ProfilesFromManagement
) -> None:
    token = auth0.mint()
    del auth0.tenant.accounts["ada"]

    with pytest.raises(LinkExpiredError):
        profiles.userinfo(token)


def test_one_token_of_our_own_is_enough_for_many(
    auth0: ServedTenant, profiles: ProfilesFromManagement, clock: Clock
) -> None:
    for _ in range(5):
        profiles.userinfo(auth0.mint())
        clock.wait(timedelta(seconds=1))

    assert auth0.times_asked("/oauth/token") == 1
