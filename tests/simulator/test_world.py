"""The world's three functions are put up together, and hear of each other's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from simple_websocket import Client, ConnectionClosed  # type: ignore[import-untyped]  # no stubs

import lambda_function
from simulator import browser
from simulator.wire import free_port
from simulator.world import World

SOON = 2.0
"""Seconds: what customers are promised."""


@pytest.fixture
def session(world: World) -> Iterator[requests.Session]:
    """Ada's browser, signed in at the order page."""
    with requests.Session() as session:
        begun = session.get(f"{world.web_origin}/sign-in", allow_redirects=False, timeout=10)
        back = browser.sign_in(
            begun.headers["Location"],
            username="ada@example.com",
            password="pizza",
            until=(f"{world.web_origin}/callback",),
        )
        assert session.get(back, timeout=10).ok
        yield session


@pytest.fixture
def page(world: World, session: requests.Session) -> Iterator[Client]:
    """Her open page."""
    page = connect(world, session)
    yield page
    if page.connected:
        page.close()


def connect(world: World, session: requests.Session) -> Client:
    own = {"Sec-Fetch-Site": "same-origin"}
    door = session.post(f"{world.web_origin}/live", headers=own, timeout=10).json()
    return Client(door["url"], subprotocols=["orders", door["ticket"]])


def order(world: World) -> None:
    world.say("ask pizza on demand to get me a large pizza with pepperoni")
    world.say("yes")


def test_an_order_by_voice_reaches_the_open_page(world: World, page: Client) -> None:
    world.sign_in("ada")
    order(world)
    assert page.receive(timeout=SOON) == "orders"


def test_an_order_of_somebody_else_does_not(world: World, page: Client) -> None:
    world.sign_in("mary")
    order(world)
    assert page.receive(timeout=0.5) is None


def test_a_turns_trace_shows_its_own_calls_only(world: World, page: Client) -> None:
    """The live function asks the table too, but between the turns."""
    world.sign_in("ada")
    order(world)
    assert page.receive(timeout=SOON) == "orders"
    with_page = [call.name for call in world.echo.turns[-1].calls]
    page.close()
    world.say("cancel my order")
    world.say("yes")
    order(world)
    assert with_page == [call.name for call in world.echo.turns[-1].calls]


def test_what_is_done_on_the_order_page_is_told_to_the_worlds_page(
    world: World, session: requests.Session
) -> None:
    world.sign_in("ada")
    order(world)
    before = world.version
    html = session.get(f"{world.web_origin}/orders", timeout=10).text
    assert world.version == before
    (cancel,) = re.findall(r'action="(/orders/[^"]+/cancel)"', html)
    own = {"Sec-Fetch-Site": "same-origin"}
    assert session.post(f"{world.web_origin}{cancel}", headers=own, timeout=10).ok
    assert world.wait_for_change(before, 0) > before


def test_when_time_is_made_to_pass_open_pages_come_again(
    world: World, session: requests.Session, page: Client
) -> None:
    world.wait(timedelta(minutes=1))
    with pytest.raises(ConnectionClosed):
        page.receive(timeout=SOON)
    again = connect(world, session)
    world.sign_in("ada")
    order(world)
    assert again.receive(timeout=SOON) == "orders"
    again.close()


def test_a_deployment_puts_up_every_function_afresh(
    world: World, session: requests.Session
) -> None:
    """With another key no cookie and no ticket is good any more."""
    own = {"Sec-Fetch-Site": "same-origin"}
    door = session.post(f"{world.web_origin}/live", headers=own, timeout=10).json()
    world.deploy(SESSION_KEYS="another key of thirty-two characters or more")
    assert session.post(f"{world.web_origin}/live", headers=own, timeout=10).status_code != 200
    url = door["url"].replace("ws", "http", 1)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": f"orders, {door['ticket']}",
    }
    assert requests.get(url, headers=upgrade, timeout=10).status_code == 401


def test_a_deployment_that_cannot_run_changes_nothing(
    world: World, session: requests.Session
) -> None:
    with pytest.raises(lambda_function.SettingsError):
        world.deploy(LIVE_URL="nowhere", SESSION_KEYS="another key of thirty-two characters")
    assert session.get(f"{world.web_origin}/profile", timeout=10).ok


def test_a_deployment_without_a_live_function_still_takes_orders(world: World) -> None:
    world.deploy(LIVE_URL="")
    world.sign_in("ada")
    order(world)
    assert world.spoken
    assert "What's the code?" in str(world.spoken.alexa)


def test_every_port_can_be_chosen() -> None:

    ports = [free_port() for _ in range(3)]
    with World(web_port=ports[0], tenant_port=ports[1], live_port=ports[2]) as world:
        assert world.web_origin == f"http://127.0.0.1:{ports[0]}"
        assert world.tenant_origin == f"http://127.0.0.1:{ports[1]}"
        assert world.live_url == f"http://127.0.0.1:{ports[2]}/live"
        assert world.settings["WEB_ORIGIN"] == world.web_origin
