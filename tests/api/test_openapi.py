"""The API's document says the truth, whatever is sent: schemathesis asks, thousands of times.

Each request comes from a customer of its own, so that nobody's limits get in the way.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis import BaseSchema, Case, Config, Response
from schemathesis.core.parameters import ParameterLocation

from pizza_on_demand.menu import Menu
from pizza_on_demand.web.api.document import describe
from pizza_on_demand.web.refusals import _NAMES
from simulator.tenant import Account
from simulator.world import World
from tests.api.program import Program

#: A code that fits the schema may still be the wrong one.
CONFIG = {
    "operations": [
        {
            "include-operation-id": "authorizeOrder",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "4xx"]}},
        }
    ]
}

AnyCase = Case[Any]

a_few = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Shop:
    """A world whose customers come and go."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = itertools.count()

    def newcomer(self) -> Program:
        """A program of somebody who has never ordered."""
        name = f"customer{next(self._numbers)}"
        self.world.tenant.accounts[name] = Account(
            sub=f"auth0|{name}",
            email=f"{name}@example.com",
            name=name,
            nickname=name,
            phone_number="+15555550100",
            phone_number_verified=True,
        )
        return Program(self.world, name)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with World() as world:
        yield Shop(world)


def load(**more: Any) -> BaseSchema:
    """The document, without a world: pytest asks for its operations before there is one."""
    document = describe(Menu.load(), "http://127.0.0.1/api")
    return schemathesis.openapi.from_dict(document, config=Config.from_dict(CONFIG | more))


schema = load()


def send(case: AnyCase, program: Program | None, root: str) -> Response:
    """Send a request with somebody's token or with none, and compare the answer with the document.

    The gateway cuts an address off where an encoded question mark stands, so that it becomes
    another one. Where schemathesis has left the token out, that is what it wants to see refused.
    """
    assume("?" not in str(case.path_parameters))
    assume(program is None or not _is_spoilt(case, ParameterLocation.HEADER))
    headers = {"Authorization": f"Bearer {program.token}"} if program else {}
    return case.call_and_validate(base_url=root, headers=headers)


def _is_spoilt(case: AnyCase, place: ParameterLocation) -> bool:
    part = case.meta.components.get(place) if case.meta else None
    return part is not None and part.mode.is_negative


@schema.parametrize()
@a_few
def test_with_a_token_every_answer_is_documented(shop: Shop, case: AnyCase) -> None:
    program = shop.newcomer()
    if case.meta and case.meta.generation.mode.is_positive and "id" in case.path_parameters:
        case.path_parameters["id"] = program.placed().removeprefix("/orders/")

    send(case, program, program.root)


@schema.parametrize()
@a_few
def test_without_one_it_is_too(shop: Shop, case: AnyCase) -> None:
    answer = send(case, None, f"{shop.world.web_origin}/api")

    if case.operation.path.startswith("/orders") and answer.request.method != "OPTIONS":
        assert answer.status_code in {401, 404, 405}


def test_orders_can_be_followed_by_the_links_of_the_document(shop: Shop) -> None:
    """Places orders, and does everything with them that the links lead to."""
    seen = set()
    linked = load(generation={"mode": "positive"})
    linked.config.update(base_url=f"{shop.world.web_origin}/api")

    class Customer(linked.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.program = shop.newcomer()

        def get_call_kwargs(self, case: AnyCase) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {self.program.token}"}}

        def before_call(self, case: AnyCase) -> None:
            assume("?" not in str(case.path_parameters))
            if case.operation.path.endswith("/authorize") and self.program.has_mail():
                case.body = {"code": self.program.code()}

        def after_call(self, response: Response, case: AnyCase) -> None:
            seen.add((case.operation.label, response.status_code))

    Customer.run(settings=settings(a_few, max_examples=25, stateful_step_count=5))
    assert seen >= {
        ("POST /orders", 201),
        ("GET /orders/{id}", 200),
        ("POST /orders/{id}/code", 200),
        ("POST /orders/{id}/authorize", 200),
        ("POST /orders/{id}/cancel", 200),
    }


def test_the_document_is_what_is_served(shop: Shop) -> None:
    served = requests.get(f"{shop.world.web_origin}/api/openapi.json", timeout=30)

    assert served.json() == describe(Menu.load(), f"{shop.world.web_origin}/api")


def test_the_document_is_a_valid_one() -> None:
    schema.validate()


def test_it_has_what_the_menu_has() -> None:
    schemas = describe(Menu.load(), "")["components"]["schemas"]

    assert schemas["Size"]["enum"] == ["small", "medium", "large", "jumbo"]
    assert "extra_cheese" in schemas["Topping"]["enum"]
    assert schemas["Quantity"]["maximum"] == 10


def test_every_problem_is_documented_and_explained(shop: Shop) -> None:
    """Those of the business by their own names, wherever they can come up."""
    document = json.dumps(describe(Menu.load(), ""))
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", document)) - {"tries_left"}

    for name in named | {name for _, name in _NAMES.values()}:
        text = requests.get(f"{shop.world.web_origin}/api/problems/{name}", timeout=30)
        assert text.status_code == 200, name
        assert len(text.text.splitlines()) == 3
