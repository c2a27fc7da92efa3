"""A fresh tenant for each test, served over HTTP, with somebody to use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.clock import Clock
from simulator.tenant import Application, Tenant
from simulator.wire import Server
from tests.simulator.linking import CALLBACK, Browser, Client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    return Tenant(clock)


@pytest.fixture
def origin(tenant: Tenant) -> Iterator[str]:
    """The tenant's origin; with a slash at its end it is the issuer."""
    server = Server(tenant.wsgi)
    yield server.origin
    server.close()


@pytest.fixture
def browser(origin: str) -> Browser:
    return Browser(origin)


@pytest.fixture
def client(tenant: Tenant, origin: str) -> Client:
    """A confidential application that is registered with the tenant."""
    application = Application("Alexa", [CALLBACK], logout_urls=["https://alexa.example/bye"])
    return Client(origin, tenant.add_application(application))
