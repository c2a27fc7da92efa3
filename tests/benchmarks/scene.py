"""The world in a process of its own, so that it takes no time from what is measured.

    python -m tests.benchmarks.scene

It reads one request a line, as JSON, and answers with a line: `Scene` is its other end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import requests

from pizza_on_demand.clients.dynamodb.attribute_values import serialized
from pizza_on_demand.clients.dynamodb.order_items import item_of
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Order, State
from simulator import browser
from simulator.closing import Closing
from simulator.script import findings
from simulator.tenant import Account
from simulator.wire import Call
from simulator.world import AUDIENCE, TABLE, World

ROOT = Path(__file__).parents[2]
SCOPE = "openid profile email read:orders write:orders"
SECRETS = ("LINK_KEYS", "CODE_KEYS", "AUTH0_BACKEND_CLIENT_SECRET")
"""What the stack keeps from the skill's environment: a secret for each."""

CODE = "{code}"
"""Stands for the code in the newest mail."""

TALK = {
    "launch": "open pizza on demand",
    "menu": "what's on the menu",
    "help": "help",
    "who": "who am I",
    "order": "get me a large pizza with pepperoni",
    "yes": "yes",
    "code": CODE,
    "usual": "ask pizza on demand for my usual",
    "stop": "stop",
}
"""What is recorded, in this order; each is heard in the session of those before."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Customer:
    """Somebody whom nobody has met before, called Ada."""

    sub: str
    token: str

    def says(self, event: Json) -> Json:
        """A recorded event, as it would come from them."""
        mine: Json = json.loads(json.dumps(event))
        for user in (mine["session"]["user"], mine["context"]["System"]["user"]):
            user |= {"accessToken": self.token, "userId": f"amzn1.ask.account.{self.sub[-12:]}"}
        return mine


class Scene(Closing):
    """A world in another process.

    Attributes:
        settings: of the skill, with every secret among them.
        aws: the variables by which boto3 finds the world's AWS.
        secret_ids: of Secrets Manager, which hold those of `SECRETS`.
        events: what Alexa sends for each part of `TALK`.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.scene"]
        environment = os.environ | {"PYTHONPATH": f"lambda{os.pathsep}."}
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun = self._ask()
        self.settings: Mapping[str, str] = begun["settings"]
        self.aws: Mapping[str, str] = begun["aws"]
        self.secret_ids: list[str] = begun["secret_ids"]
        self.events: Mapping[str, Json] = begun["events"]

    def customer(self) -> Customer:
        """A new one, whose account is linked."""
        return Customer(**self._ask(do="customer"))

    def refreshed(self, customer: Customer) -> Customer:
        """The same one with a new access token."""
        return Customer(**self._ask(do="customer", sub=customer.sub))

    def calls(self) -> Counter[str]:
        """How often each thing was asked since this was asked last: "GET /userinfo": 1."""
        return Counter(self._ask(do="calls"))

    def code(self, event: Json) -> Json:
        """The event in which a code was said, with the code of the newest mail."""
        coded: Json = _replaced(event, CODE, self._ask(do="code"))
        return coded

    def sell(self, customer: Customer, orders: int) -> None:
        """Give them a history of that many orders."""
        self._ask(do="sell", sub=customer.sub, orders=orders)

    def sign_in(self, customer: Customer) -> str:
        """The Cookie header of a browser in which they are signed in to the order page."""
        return str(self._ask(do="sign_in", sub=customer.sub)["cookie"])

    def close(self) -> None:
        """End the other process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def _ask(self, **request: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        if request:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


class _Stage:
    """What the other end does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = count(1)
        self._calls: list[Call] = []
        self.wait_for_calls()

    def wait_for_calls(self) -> None:
        self._calls = []
        for wire in self._world.wires.values():
            wire.calls = self._calls

    def begin(self) -> Json:
        world = self._world
        world.sign_in("ada")
        events = {}
        for name, words in TALK.items():
            code = self.code() if words == CODE else ""
            world.say(code or words)
            events[name] = _replaced(world.echo.turns[-1].request, code, CODE)
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        begun = {"settings": world.settings, "aws": aws, "events": events}
        ids = [self._secret(name) for name in SECRETS]
        self.wait_for_calls()
        return begun | {"secret_ids": ids}

    def customer(self, sub: str = "") -> Json:
        sub = sub or f"auth0|benchmark{next(self._number):012}"
        world = self._world
        name = _name(sub)
        address = f"{name}@example.com"
        account = Account(sub=sub, email=address, name=name, nickname="ada", given_name="Ada")
        world.tenant.accounts.setdefault(name, account)
        token = world.tenant.mint(
            name,
            "valid",
            client_id=world.alexa.client_id,
            audience=AUDIENCE,
            issuer=f"{world.tenant_origin}/",
            scope=SCOPE,
        )
        return {"sub": sub, "token": token}

    def code(self) -> str:
        return findings(self._world.mailbox.mails()[-1])["code"].replace(" ", "")

    def calls(self) -> Json:
        found = Counter(call.name for call in self._calls)
        self.wait_for_calls()
        return found

    def sell(self, sub: str, orders: int) -> None:
        items: list[Any] = [
            {"PutRequest": {"Item": serialized(_sold(sub, n))}} for n in range(1, orders + 1)
        ]
        dynamodb = boto3.client("dynamodb", endpoint_url=self._world.cloud.backstage)
        for first in range(0, orders, 25):
            dynamodb.batch_write_item(RequestItems={TABLE: items[first : first + 25]})

    def sign_in(self, sub: str) -> Json:
        account, page = self._world.tenant.accounts[_name(sub)], self._world.web_origin
        with requests.Session() as visitor:
            begun = visitor.get(f"{page}/sign-in", allow_redirects=False, timeout=30)
            back = browser.sign_in(
                begun.headers["Location"],
                username=account.email,
                password=account.password,
                until=(f"{page}/callback",),
            )
            visitor.get(back, timeout=30).raise_for_status()
            cookies = visitor.cookies.get_dict()
        return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def _secret(self, setting: str) -> str:
        store = boto3.client("secretsmanager", endpoint_url=self._world.cloud.backstage)
        value = json.dumps({setting: self._world.settings[setting]})
        return store.create_secret(Name=setting, SecretString=value)["ARN"]


def _replaced(part: Any, before: str, after: str) -> Any:
    """The same with one text in the place of another, wherever it is a value."""
    match part:
        case dict():
            return {name: _replaced(value, before, after) for name, value in part.items()}
        case list():
            return [_replaced(value, before, after) for value in part]
        case str():
            return after if part and part == before else part
    return part


def _name(sub: str) -> str:
    """What the tenant calls the account."""
    return sub.rpartition("|")[2]


def _sold(sub: str, number: int) -> Json:
    menu = Menu.load("pickup")
    pizza = Pizza("large", ("pepperoni",), 1)
    at = datetime.now(UTC) - timedelta(days=30)
    order = Order(
        id=f"{number:016x}",
        number=number,
        sub=sub,
        pizza=pizza,
        price=menu.price(pizza),
        placed=at,
        good_until=at + timedelta(minutes=30),
        locale="en-US",
        state=State.CONFIRMED,
        confirmed=at,
        version=1,
    )
    return item_of(order)


def main() -> None:
    """Answer until nobody asks any more."""
    with World() as world:
        stage = _Stage(world)
        print(json.dumps(stage.begin()), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            answer = getattr(stage, request.pop("do"))(**request)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
