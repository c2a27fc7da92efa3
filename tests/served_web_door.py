"""The web door as the stack serves it, with everything that makes links to it."""

from __future__ import annotations

import web_function
from pizza_on_demand.links import Links
from simulator.clock import Clock
from simulator.closing import Closing
from simulator.web_door import HttpApi
from simulator.wire import Server
from tests.ordering import TABLE

SENDER = "pizza@pizza-on-demand.example"
LINK_KEY = "the key that signs links in these tests"


class ServedWebDoor(Closing):
    """The function behind an HTTP API, on a port of its own."""

    def __init__(self, clock: Clock) -> None:
        api = HttpApi()
        self._server = Server(api)
        self.origin = self._server.origin
        self.links = Links([LINK_KEY], self.origin, now=clock.now)
        """What the skill makes links with."""
        api.handler = web_function.create_web_door(environment(self.origin), now=clock.now)

    def close(self) -> None:
        self._server.close()


def environment(origin: str) -> dict[str, str]:
    """The settings of a function whose pages are at *origin*."""
    return {
        "AUTH0_DOMAIN": "pizza.eu.auth0.com",
        "MAIL_FROM": SENDER,
        "TABLE_NAME": TABLE,
        "CODE_KEYS": "the key that hashes codes in these tests",
        "LINK_KEYS": LINK_KEY,
        "WEB_ORIGIN": origin,
    }
