"""Open pages in the table: kept, found in their order, forgotten, and out of reach."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta, timezone

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.open_pages import DynamoDBPageStore
from pizza_on_demand.live.open_pages import LIVES, MOST, OpenPage, PagesUnavailableError
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.wire import Fault, Slow, problem

ADA, MARY = "auth0|ada", "auth0|mary#smith"

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def store() -> DynamoDBPageStore:
    return DynamoDBPageStore(Table("pizza"))


def opened(clock: Clock, connection_id: str, sub: str = ADA) -> OpenPage:
    """A page that opens now, a moment after the one before; the table knows milliseconds."""
    clock.wait(timedelta(milliseconds=10))
    now = clock.now()
    return OpenPage(sub, connection_id, now.replace(microsecond=now.microsecond // 1000 * 1000))


def test_a_page_is_found_as_it_was_kept(store: DynamoDBPageStore, clock: Clock) -> None:
    page = opened(clock, "L0SM9cOFvHcCIhw=", MARY)

    store.keep(page)

    assert store.newest(MARY, MOST) == [page]
    assert store.newest(ADA, MOST) == []


def test_the_newest_come_first_whatever_their_ids_and_no_more_than_wanted(
    store: DynamoDBPageStore, clock: Clock
) -> None:
    b, c, a = (opened(clock, name) for name in "bca")
    for page in (c, a, b):
        store.keep(page)

    assert store.newest(ADA, 2) == [a, c]


def test_a_clock_of_another_zone_sorts_no_differently(
    store: DynamoDBPageStore, clock: Clock
) -> None:
    first, second = opened(clock, "first"), opened(clock, "second")
    east = first.opened.astimezone(timezone(timedelta(hours=9)))
    for page in (OpenPage(ADA, "first", east), second):
        store.keep(page)

    assert store.newest(ADA, MOST) == [second, first]


def test_a_page_that_has_just_opened_is_not_overlooked(
    cloud: Cloud, store: DynamoDBPageStore
) -> None:
    asked: list[dict[str, object]] = []

    def answer(request: Request) -> Response:
        asked.append(request.get_json(force=True))
        return problem(200, {"Items": [], "Count": 0})

    cloud.wire.begin("answer", answer)

    assert store.newest(ADA, MOST) == []
    assert [query["ConsistentRead"] for query in asked] == [True]


def test_orders_are_no_pages(store: DynamoDBPageStore) -> None:
    order = {"pk": f"customer#{ADA}", "sk": "order#00000001"}
    boto3.resource("dynamodb").Table("pizza").put_item(Item=order)

    assert store.newest(ADA, MOST) == []


def test_all_that_are_told_can_be_forgotten_at_once(store: DynamoDBPageStore, clock: Clock) -> None:
    closed = [opened(clock, f"closed-{number}") for number in range(MOST)]
    stays = opened(clock, "open")
    for page in (*closed, stays):
        store.keep(page)

    store.forget(closed)

    assert store.newest(ADA, MOST) == [stays]


def test_the_ttl_attribute_is_in_seconds(store: DynamoDBPageStore, clock: Clock) -> None:
    page = opened(clock, "1")
    store.keep(page)

    [item] = boto3.client("dynamodb").scan(TableName="pizza")["Items"]
    assert int(item["expires"]["N"]) == int((page.opened + LIVES).timestamp())


@pytest.mark.parametrize("answer", ["[]", '{"Count": 0}', '{"Items": "none"}'])
def test_an_answer_of_a_wrong_shape_is_none(
    cloud: Cloud, store: DynamoDBPageStore, answer: str
) -> None:
    cloud.wire.begin("odd", lambda _: Response(answer))

    with pytest.raises(PagesUnavailableError):
        store.newest(ADA, MOST)


THROTTLED = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"}


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (lambda _: problem(400, THROTTLED), "ThrottlingException|OutOfTimeError"),
        (lambda _: Response("<h1>503</h1>", 503), "503|OutOfTimeError"),
        (Slow(), "OutOfTimeError"),
    ],
    ids=["throttled", "away", "hanging"],
)
def test_a_table_in_trouble_is_out_of_reach_before_the_turn_is_over(
    cloud: Cloud, store: DynamoDBPageStore, clock: Clock, fault: Fault, why: str
) -> None:
    page = opened(clock, "1")
    store.keep(page)
    store = DynamoDBPageStore(Table("pizza", patience=10.0))
    cloud.wire.begin("trouble", fault)

    calls: list[Callable[[], object]] = [
        lambda: store.keep(page),
        lambda: store.newest(ADA, MOST),
        lambda: store.forget([page]),
    ]
    for call in calls:
        began = time.monotonic()
        with (
            deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)),
            pytest.raises(PagesUnavailableError, match=why),
        ):
            call()
        assert time.monotonic() - began < 5.0
