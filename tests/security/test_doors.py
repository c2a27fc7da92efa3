"""What the doors say to who may not come in, where no other test asks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from werkzeug.test import EnvironBuilder

import web_function
from simulator.function import LambdaContext
from simulator.web_door import event_of
from simulator.world import World
from tests.api.program import Program
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as shared:
        yield shared


@pytest.fixture
def ada(world: World) -> Visitor:
    visitor = Visitor(world)
    visitor.sign_in()
    return visitor


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Accept": "*/*"}],
    ids=str,
)
def test_another_sites_page_gets_no_ticket_to_the_socket(
    ada: Visitor, headers: dict[str, str]
) -> None:
    """A socket itself sends its page's origin and no cookie of ours: the ticket is what counts."""
    assert ada.post("/live").json()["ticket"]

    answer = ada.post("/live", headers=headers)

    assert answer.status_code == 403
    assert "ticket" not in answer.text


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example//static", "/static//x", "/\\x"]
)
def test_an_address_with_two_slashes_leads_nowhere(world: World, path: str) -> None:
    door = web_function.create_web_door(world.settings, now=world.clock.now)
    builder = EnvironBuilder("/", world.web_origin, headers=[("Host", "evil.example")])
    builder.environ_base = {"REMOTE_ADDR": "192.0.2.1"}

    answer = door(event_of(builder.get_request()) | {"rawPath": path}, LambdaContext())

    assert answer["statusCode"] == 404
    assert "location" not in answer["headers"]


@pytest.mark.parametrize("path", ["/api/orders", "/orders", "/live"])
def test_no_other_origins_scripts_may_read_anything(ada: Visitor, world: World, path: str) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = ada.session.request(
            method, f"{world.web_origin}{path}", headers=headers, allow_redirects=False, timeout=10
        )
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_a_stolen_access_token_gets_no_code_and_no_address(world: World) -> None:
    """It can place an order. What confirms it goes to the customer's own mailbox, with a link
    that says "that wasn't me"."""
    thief = Program(world)

    placed = thief.place()
    path = f"/orders/{placed.json()['id']}"
    heard = [placed, thief.ask("GET", "/orders"), thief.ask("GET", path)]

    for secret in (thief.code(), "ada@example.com", "+15555550100"):
        assert not any(secret in answer.text for answer in heard)
    assert "/links/disown?t=" in world.mailbox.to("ada@example.com")[-1].text


def test_a_page_behind_a_stolen_link_says_nothing_of_whose_it_is(world: World) -> None:
    program = Program(world, "mary")
    program.placed()
    link = world.mailbox.to("mary@example.com")[-1].text.partition("http")[2].split()[0]

    page = requests.get(f"http{link}", timeout=10)

    assert page.status_code == 200
    assert not any(
        told in page.text for told in ("mary", "Mary", json.dumps("Jørn")[1:-1], "auth0|")
    )
