"""The doctor's own patient: a world (simulator/), which signs in by itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import requests

from deployment.account_linking import keywords
from deployment.doctor.calls import Caller
from deployment.doctor.case import Case, Json, OneLink, SignInError
from simulator import browser
from simulator.alexa_app import AccountLinking
from simulator.tenant import Application
from simulator.world import VENDOR_ID, World

CUSTOMER = "ada"
MANAGEMENT_SCOPES = frozenset(
    {"read:clients", "read:client_grants", "read:resource_servers", "read:connections"}
)


@dataclass(frozen=True)
class _SignIn:
    """Ada at the login page."""

    world: World
    redirect_url: str

    def __call__(self, url: str) -> str:
        account = self.world.tenant.accounts[CUSTOMER]
        try:
            return browser.sign_in(
                url,
                username=account.email,
                password=account.password,
                until=(self.redirect_url,),
            )
        except browser.LoginError as error:
            raise SignInError(str(error)) from None


@contextmanager
def world_case() -> Iterator[Case]:
    """A fresh world, as a case."""
    with World() as world:
        yield case_of(world, Caller())


def case_of(world: World, caller: Caller) -> Case:
    """A world as a case; with a token for its tenant's Management API."""
    linking = world.app.linking()
    return Case(
        environment=dict(world.settings),
        linking=linking_request(linking),
        keywords=_keywords(world, linking),
        alexa_secret=linking.client_secret,
        management_token=management_token(world),
        link=OneLink(linking.redirect_url, _SignIn(world, linking.redirect_url)),
        caller=caller,
        now=world.clock.now,
        wait=_waiting(world),
    )


def linking_request(linking: AccountLinking) -> Json:
    """What the world's Alexa was told, as SMAPI would have been told."""
    return {
        "type": "IMPLICIT" if linking.implicit else "AUTH_CODE",
        "authorizationUrl": linking.authorization_url,
        "accessTokenUrl": linking.token_url,
        "accessTokenScheme": "HTTP_BASIC",
        "clientId": linking.client_id,
        "scopes": list(linking.scopes),
        "skipOnEnablement": True,
    }


def management_token(world: World) -> str:
    """A token for the tenant's Management API, that may read and nothing else."""
    doctor = world.tenant.add_application(
        Application(
            name="Doctor",
            grant_types={"client_credentials"},
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
            client_secret=secrets.token_urlsafe(48),
            client_grant=MANAGEMENT_SCOPES,
        )
    )
    asked = {
        "grant_type": "client_credentials",
        "client_id": doctor.client_id,
        "client_secret": doctor.client_secret,
        "audience": f"{world.tenant_origin}/api/v2/",
    }
    answer = requests.post(f"{world.tenant_origin}/oauth/token", asked, timeout=5)
    return str(answer.json()["access_token"])


def _keywords(world: World, linking: AccountLinking) -> dict[str, str]:
    host = world.tenant_origin.partition("://")[2]
    own = {"AUTH0_DOMAIN": host, "ALEXA_CLIENT_ID": linking.client_id, "ALEXA_VENDOR_ID": VENDOR_ID}
    return keywords(environment={}) | own


def _waiting(world: World) -> Callable[[float], None]:
    return lambda seconds: world.clock.wait(timedelta(seconds=seconds))
