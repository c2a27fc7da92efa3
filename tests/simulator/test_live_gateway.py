"""The live gateway lets pages in, brings them texts, and closes them, as API Gateway does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from simple_websocket import Client, ConnectionClosed  # type: ignore[import-untyped]  # no stubs

from simulator.clock import Clock
from simulator.live_gateway import GOING_AWAY, LARGEST_MESSAGE, LiveGateway
from simulator.wire import Server

#: RFC 6455, section 1.3.
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "orders, t1",
}

Post = Callable[[str, str], None]


class Door:
    """A function that lets everybody in who speaks “orders”, and keeps the events."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.reply: Any = {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "orders"}}

    def __call__(self, event: Any, context: Any) -> Any:
        self.events.append(event)
        return self.reply

    @property
    def newest(self) -> str:
        """The connection that came in last."""
        connection: str = self.events[-1]["requestContext"]["connectionId"]
        return connection


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def gateway(clock: Clock, door: Door) -> LiveGateway:
    gateway = LiveGateway(clock.now)
    gateway.handler = door
    return gateway


@pytest.fixture
def url(gateway: LiveGateway) -> Iterator[str]:
    """What the function is told; a page's own address has ws for http."""
    server = Server(gateway)
    yield f"{server.origin}/live"
    gateway.hang_up()
    server.close()


@pytest.fixture
def post(url: str, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Post a text to a page as the function does."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = boto3.client("apigatewaymanagementapi", "us-east-1", endpoint_url=url)

    def post(connection_id: str, text: str) -> None:
        client.post_to_connection(ConnectionId=connection_id, Data=text.encode())

    return post


def connect(url: str, *protocols: str) -> Client:
    """Open a socket as a page does."""
    return Client(
        url.replace("http", "ws", 1),
        subprotocols=list(protocols or ("orders", "t1")),
        thread_class=partial(threading.Thread, daemon=True),  # A failed test leaves it open.
    )


def test_a_page_that_is_let_in_speaks_the_protocol_that_the_function_chose(url: str) -> None:
    page = connect(url)
    assert page.subprotocol == "orders"
    page.close()


def test_the_function_hears_who_connects_and_what_they_offer(url: str, door: Door) -> None:
    connect(url, "orders", "ticket-1").close()
    [event] = door.events
    assert event["headers"]["Sec-WebSocket-Protocol"] == "orders, ticket-1"
    assert event["multiValueHeaders"]["Sec-WebSocket-Protocol"] == ["orders, ticket-1"]
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$connect", "CONNECT")
    assert (context["stage"], context["identity"]["sourceIp"]) == ("live", "127.0.0.1")


@pytest.mark.parametrize("status", [400, 401, 503])
def test_a_page_that_is_refused_gets_the_status_of_the_function(
    url: str, door: Door, status: int
) -> None:
    door.reply = {"statusCode": status}
    assert _handshake(url).status_code == status


@pytest.mark.parametrize("reply", [None, "hello", {}, {"statusCode": "200"}])
def test_a_reply_that_means_nothing_lets_nobody_in(url: str, door: Door, reply: Any) -> None:
    door.reply = reply
    assert _handshake(url).status_code == 500


def test_without_a_function_nobody_gets_in(url: str, gateway: LiveGateway) -> None:
    gateway.handler = None
    assert _handshake(url).status_code == 403


def test_who_does_not_upgrade_or_knows_no_stage_gets_nothing(url: str) -> None:
    assert requests.get(url, timeout=5).status_code == 426
    assert requests.get(f"{url}ly", timeout=5).status_code == 403


def test_a_text_reaches_the_page_it_is_posted_to_and_no_other(
    url: str, door: Door, post: Post
) -> None:
    pages = {}
    for _ in range(2):
        page = connect(url)
        pages[door.newest] = page
    (first, one), (second, other) = pages.items()
    post(first, "orders")
    post(second, "pizza 🍕")
    assert one.receive(timeout=5) == "orders"
    assert other.receive(timeout=5) == "pizza 🍕"
    one.close()
    other.close()


def test_a_page_can_be_posted_to_as_soon_as_it_is_in_and_no_sooner(
    url: str, door: Door, gateway: LiveGateway, post: Post
) -> None:
    too_early: list[str] = []

    def impatient(event: Any, context: Any) -> Any:
        try:
            post(event["requestContext"]["connectionId"], "too early")
        except ClientError as error:
            too_early.append(error.response["Error"]["Code"])
        return door(event, context)

    gateway.handler = impatient
    page = connect(url)
    post(door.newest, "orders")
    assert too_early == ["GoneException"]
    assert page.receive(timeout=5) == "orders"
    page.close()


def test_a_page_that_has_left_is_gone(url: str, door: Door, post: Post) -> None:
    page = connect(url)
    page.close()
    page.thread.join(5)
    with pytest.raises(ClientError) as gone:
        post(door.newest, "orders")
    assert gone.value.response["Error"]["Code"] == "GoneException"
    assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410


def test_a_page_that_vanished_without_a_word_is_gone_once_it_is_hung_up_on(
    url: str, door: Door, gateway: LiveGateway, post: Post
) -> None:
    with _raw_connection(url):
        gateway.hang_up()
        with pytest.raises(ClientError, match="Gone"):
            post(door.newest, "orders")


def test_who_agrees_to_closing_is_not_kept_waiting(url: str, gateway: LiveGateway) -> None:
    """Browsers wait for the server to close the connection itself: RFC 6455, section 7.1.1."""
    with _raw_connection(url) as page:
        gateway.hang_up()
        assert page.recv(4) == b"\x88\x02" + GOING_AWAY.to_bytes(2, "big")
        page.sendall(b"\x88\x82" + bytes(4) + GOING_AWAY.to_bytes(2, "big"))
        assert page.recv(1) == b""


def test_nobody_but_a_signed_caller_posts(url: str, door: Door) -> None:
    page = connect(url)
    answer = requests.post(f"{url}/@connections/{door.newest}", "evil", timeout=5)
    assert answer.status_code == 403
    assert page.receive(timeout=0.05) is None
    page.close()


def test_a_long_text_is_refused(url: str, door: Door, post: Post) -> None:
    page = connect(url)
    with pytest.raises(ClientError, match="PayloadTooLarge"):
        post(door.newest, "x" * (LARGEST_MESSAGE + 1))
    page.close()


def test_what_a_page_sends_has_no_route(url: str, door: Door) -> None:
    page = connect(url)
    page.send("hello")
    answer = json.loads(page.receive(timeout=5))
    assert (answer["message"], answer["connectionId"]) == ("Forbidden", door.newest)
    assert len(door.events) == 1
    page.close()


@pytest.mark.parametrize("limit", ["idle", "life"])
def test_a_page_is_closed_when_its_time_is_up(clock: Clock, door: Door, limit: str) -> None:
    gateway = LiveGateway(clock.now, **{limit: timedelta(seconds=0.1)})
    gateway.handler = door
    server = Server(gateway)
    page = connect(f"{server.origin}/live")
    with pytest.raises(ConnectionClosed) as closed:
        page.receive(timeout=5)
    server.close()
    assert closed.value.reason == GOING_AWAY


def test_hanging_up_closes_every_page_and_lets_them_come_again(
    url: str, door: Door, gateway: LiveGateway, post: Post
) -> None:
    pages = [connect(url) for _ in range(3)]
    gateway.hang_up()
    with pytest.raises(ClientError, match="Gone"):
        post(door.newest, "orders")
    for page in pages:
        with pytest.raises(ConnectionClosed):
            page.receive(timeout=5)
    connect(url).close()


def test_many_may_post_at_once(url: str, door: Door, post: Post) -> None:
    page = connect(url)
    threads = [threading.Thread(target=post, args=(door.newest, f"{n}")) for n in range(20)]
    for thread in threads:
        thread.start()
    got = {page.receive(timeout=5) for _ in threads}
    assert got == {f"{n}" for n in range(20)}
    page.close()


def _handshake(url: str) -> requests.Response:
    """What a socket is refused with: a WebSocket client does not tell."""
    return requests.get(url, headers=UPGRADE, timeout=5)


@contextmanager
def _raw_connection(url: str) -> Iterator[socket.socket]:
    """An open socket of somebody who does nothing by himself."""
    server = urlsplit(url)
    with socket.create_connection((server.hostname, server.port), timeout=5) as page:
        lines = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
        page.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        assert page.recv(4096).startswith(b"HTTP/1.1 101")
        yield page
