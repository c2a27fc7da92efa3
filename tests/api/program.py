"""A program that orders pizza for a customer, and what the tests of the API share."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import requests

from simulator.script import findings
from simulator.world import AUDIENCE, World

EVERYTHING = "openid profile email phone read:orders write:orders"
WRONG = "1111"
"""No code has a digit twice in a row."""


class Program:
    """Talks to the API of a world over HTTP, with the access token of one customer.

    Args:
        name: the customer's, such as "ada".
        kind: of the token, such as "expired".
        scope: what the customer has allowed.
    """

    def __init__(
        self, world: World, name: str = "ada", *, kind: str = "valid", scope: str = EVERYTHING
    ) -> None:
        self.world = world
        self.address = world.tenant.accounts[name].email
        self.root = f"{world.web_origin}/api"
        self._name, self._kind, self._scope = name, kind, scope
        self.token = ""
        self.take_token()

    def take_token(self) -> None:
        """Get a new access token: they live for an hour."""
        self.token = self.world.tenant.mint(
            self._name,
            self._kind,
            client_id="a-program",
            audience=AUDIENCE,
            issuer=f"{self.world.tenant_origin}/",
            scope=self._scope,
        )

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request; *more* is what `requests` takes."""
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return requests.request(
            method, self.root + path, headers=headers, timeout=30, allow_redirects=False, **more
        )

    def place(self, key: str = "", **pizza: Any) -> requests.Response:
        """Order a pizza, a small one if nobody says otherwise, by a key of its own."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.ask("POST", "/orders", json={"size": "small"} | pizza, headers=headers)

    def placed(self, **pizza: Any) -> str:
        """Order a pizza, and get the order's path."""
        answer = self.place(**pizza)
        assert answer.status_code == 201, answer.text
        return f"/orders/{answer.json()['id']}"

    def show(self, path: str) -> dict[str, Any]:
        """What the API says of an order."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        order: dict[str, Any] = answer.json()
        return order

    def statuses(self) -> Sequence[str]:
        """How the customer's orders stand, newest first."""
        return [order["status"] for order in self.ask("GET", "/orders").json()["orders"]]

    def authorize(self, path: str, code: str) -> requests.Response:
        """Confirm an order."""
        return self.ask("POST", f"{path}/authorize", json={"code": code})

    def has_mail(self) -> bool:
        """Whether the customer was sent anything yet."""
        return bool(self.world.mailbox.to(self.address))

    def code(self) -> str:
        """The code in the customer's newest mail that has one."""
        codes = [findings(mail).get("code") for mail in self.world.mailbox.to(self.address)]
        newest = [code for code in codes if code][-1]
        return newest.replace(" ", "")


def problem(answer: requests.Response) -> tuple[int, str]:
    """The status and the name of a problem, which must be one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    said = answer.json()
    assert said["status"] == answer.status_code
    return answer.status_code, said["type"].rpartition("/problems/")[2]
