"""Texts on their way to open pages, some of which are closed, slow or out of reach."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.live_pages import LivePages
from pizza_on_demand.live.open_pages import MOST, Delivery
from simulator.cloud import REGION
from simulator.wire import Slow, free_port
from tests.served_live_gateway import STAGE, ServedLiveGateway

PAGE, OTHER = "L0SM9cOFvHcCIhw=", "L0SM9cOFvHcCIhx="
"""Connection ids end in "=", which must not get lost in an address."""

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def gateway() -> Iterator[ServedLiveGateway]:
    with ServedLiveGateway() as served:
        yield served


@pytest.fixture
def pages(gateway: ServedLiveGateway) -> LivePages:
    return LivePages(gateway.url)


def to(connection_id: str) -> Callable[[Request], bool]:
    """Whether a post is for that connection."""
    return lambda request: request.path.endswith(connection_id)


def refusing(status: int, kind: str) -> Callable[[Request], Response]:
    headers = {"x-amzn-ErrorType": kind}
    return lambda _: Response('{"message": null}', status, headers, mimetype="application/json")


def test_each_page_gets_the_text(gateway: ServedLiveGateway, pages: LivePages) -> None:
    came_of_it = pages.post([PAGE, OTHER], "orders")

    assert came_of_it == {PAGE: Delivery.ARRIVED, OTHER: Delivery.ARRIVED}
    assert sorted(gateway.posted) == [(PAGE, "orders"), (OTHER, "orders")]


def test_a_post_is_signed_for_the_stage_of_a_websocket_api(
    gateway: ServedLiveGateway, pages: LivePages
) -> None:
    pages.post([PAGE], "orders")

    [call] = gateway.wire.calls
    assert (call.method, call.path) == ("POST", f"{STAGE}/@connections/{PAGE}")
    assert call.aws_service == "execute-api"


def test_the_posts_region_is_the_functions_own(
    gateway: ServedLiveGateway, pages: LivePages
) -> None:
    scopes: list[str] = []
    gateway.wire.begin("look", lambda request: scopes.append(request.headers["Authorization"]))

    pages.post([PAGE], "orders")

    assert f"/{REGION}/execute-api/" in scopes[0]


@pytest.mark.parametrize(
    "gone",
    [
        Response(status=410, headers={"x-amzn-ErrorType": "GoneException"}),
        Response('{"message": "Gone"}', 410, mimetype="application/json"),
        Response("<h1>410 Gone</h1>", 410, mimetype="text/html"),
    ],
    ids=["empty", "json", "html"],
)
def test_a_closed_page_is_gone_in_whatever_words(
    gateway: ServedLiveGateway, pages: LivePages, gone: Response
) -> None:
    gateway.wire.begin("gone", lambda _: gone)

    assert pages.post([PAGE], "orders") == {PAGE: Delivery.GONE}
    assert len(gateway.wire.calls) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(403, "ForbiddenException"), (429, "LimitExceededException")]
)
def test_a_refusal_is_logged_by_its_code_and_without_the_connection(
    gateway: ServedLiveGateway,
    pages: LivePages,
    caplog: pytest.LogCaptureFixture,
    status: int,
    kind: str,
) -> None:
    gateway.wire.begin("refused", refusing(status, kind))

    with caplog.at_level(logging.DEBUG, "pizza_on_demand"):
        assert pages.post([PAGE], "orders") == {PAGE: Delivery.FAILED}

    [record] = [one for one in caplog.records if one.name.startswith("pizza_on_demand")]
    assert vars(record)["error"] == kind
    assert PAGE not in str(vars(record))


def test_a_post_that_fails_once_is_sent_again(gateway: ServedLiveGateway, pages: LivePages) -> None:
    failures = [Response(status=500)]
    gateway.wire.begin("once", lambda _: failures.pop() if failures else None)

    assert pages.post([PAGE], "orders") == {PAGE: Delivery.ARRIVED}
    assert [call.status for call in gateway.wire.calls] == [500, 200]


def test_no_page_waits_for_another_that_hangs(gateway: ServedLiveGateway) -> None:
    """The first hangs until all the others have been told."""
    first, *others = (str(number) for number in range(10))
    slow = Slow(concerns=to(first))
    waiting = set(others)

    def note(request: Request) -> None:
        waiting.discard(request.path.rpartition("/")[2])
        if not waiting:
            slow.end()

    gateway.wire.begin("note", note)
    gateway.wire.begin("slow", slow)

    came_of_it = LivePages(gateway.url, patience=6).post([first, *others], "orders")

    assert set(came_of_it.values()) == {Delivery.ARRIVED}


def test_pages_that_hang_are_not_waited_for_beyond_the_turn_however_many_they_are(
    gateway: ServedLiveGateway, pages: LivePages
) -> None:
    pages.post([PAGE], "orders")
    gateway.wire.begin("slow", Slow())

    began = time.monotonic()
    with deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)):
        came_of_it = pages.post([str(number) for number in range(MOST)], "orders")

    assert set(came_of_it.values()) == {Delivery.FAILED}
    assert time.monotonic() - began < 5.0  # One after the other would take 8 s.


def test_a_gateway_that_nobody_serves_reaches_nobody() -> None:
    nowhere = LivePages(f"http://127.0.0.1:{free_port()}/live")

    assert nowhere.post([PAGE], "orders") == {PAGE: Delivery.FAILED}
