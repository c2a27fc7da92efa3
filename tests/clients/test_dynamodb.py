"""Visits and orders in the table: written, found again, disputed, and out of reach."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import boto3
import pytest
import requests
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import ConflictError, Order, OrdersUnavailableError
from pizza_on_demand.visits import REMEMBERED_FOR, Visit, VisitsUnavailableError
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.wire import Fault, Slow, free_port, problem

pytestmark = pytest.mark.usefixtures("cloud")

ADA, MARY = "amzn1.ask.account.ADA", "amzn1.ask.account.MARY"


@pytest.fixture
def table() -> Table:
    return Table("pizza")


def test_a_swap_gives_back_the_visit_before(table: Table, clock: Clock) -> None:
    first = Visit(clock.now())
    clock.wait(timedelta(days=1))
    second = Visit(clock.now())

    assert table.swap(ADA, first) is None
    assert table.swap(ADA, second) == first
    assert table.swap(ADA, first) == second


def test_each_household_has_its_own(table: Table, clock: Clock) -> None:
    table.swap(ADA, Visit(clock.now()))

    assert table.swap(MARY, Visit(clock.now())) is None


def test_a_wish_is_kept_until_the_next_swap(table: Table, clock: Clock) -> None:
    table.swap(ADA, Visit(clock.now(), "my_details"))

    first, second = (table.swap(ADA, Visit(clock.now())) for _ in range(2))

    assert first
    assert first.wish == "my_details"
    assert second
    assert second.wish is None


def test_what_has_expired_is_gone_though_dynamodb_has_not_removed_it_yet(
    table: Table, clock: Clock
) -> None:
    now = clock.now().replace(microsecond=0)
    table.swap(ADA, Visit(now))
    table.swap(MARY, Visit(now))

    assert table.swap(ADA, Visit(now + REMEMBERED_FOR - timedelta(seconds=1)))
    assert table.swap(MARY, Visit(now + REMEMBERED_FOR)) is None


def test_the_ttl_attribute_is_in_seconds(table: Table, clock: Clock) -> None:
    visit = Visit(clock.now())
    table.swap(ADA, visit)

    [item] = boto3.client("dynamodb").scan(TableName="pizza")["Items"]
    assert int(item["expires"]["N"]) == int((visit.at + REMEMBERED_FOR).timestamp())


def test_who_is_forgotten_comes_for_the_first_time(table: Table, clock: Clock) -> None:
    table.swap(ADA, Visit(clock.now()))
    table.forget(ADA)
    table.forget(MARY)

    assert table.swap(ADA, Visit(clock.now())) is None


def test_a_table_that_is_missing_is_out_of_reach(clock: Clock) -> None:
    table = Table("no-such-table")

    with pytest.raises(VisitsUnavailableError, match="ResourceNotFoundException"):
        table.swap(ADA, Visit(clock.now()))
    with pytest.raises(VisitsUnavailableError, match="ResourceNotFoundException"):
        table.forget(ADA)


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
    cloud: Cloud, table: Table, clock: Clock, fault: Fault, why: str
) -> None:
    table.swap(MARY, Visit(clock.now()))
    cloud.wire.begin("trouble", fault)

    calls: list[Callable[[], object]] = [
        lambda: table.swap(ADA, Visit(clock.now())),
        lambda: table.forget(ADA),
    ]
    for call in calls:
        began = time.monotonic()
        with (
            deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)),
            pytest.raises(VisitsUnavailableError, match=why),
        ):
            call()
        assert time.monotonic() - began < 1.4


def test_without_a_turn_too_a_table_that_hangs_is_waited_for_two_seconds(
    cloud: Cloud, table: Table
) -> None:
    table.forget(MARY)
    cloud.wire.begin("slow", Slow())

    began = time.monotonic()
    with pytest.raises(VisitsUnavailableError):
        table.forget(ADA)
    assert time.monotonic() - began < 3.5


def test_a_table_that_fails_once_is_asked_again(cloud: Cloud, table: Table, clock: Clock) -> None:
    failures = [Response("", 500)]
    cloud.wire.begin("once", lambda _: failures.pop() if failures else None)

    assert table.swap(ADA, Visit(clock.now())) is None
    assert [call.status for call in cloud.wire.calls[-2:]] == [500, 200]


def test_nobody_who_listens_is_out_of_reach(
    table: Table, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(VisitsUnavailableError, match=r"EndpointConnectionError|OutOfTimeError"):
        table.swap(ADA, Visit(clock.now()))


def test_a_function_that_knows_no_region_says_so(
    table: Table, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(VisitsUnavailableError, match="NoRegionError"):
        table.swap(ADA, Visit(clock.now()))


class LostAnswers:
    """The service does what it is asked, and the answer never arrives, so many times."""

    def __init__(self, cloud: Cloud, times: int = 1) -> None:
        self._backstage = cloud.backstage
        self._times = times

    def __call__(self, request: Request) -> Response | None:
        if self._times == 0:
            return None
        self._times -= 1
        headers = {name: value for name, value in request.headers if name != "Host"}
        requests.post(self._backstage, request.get_data(), headers=headers, timeout=5)
        return Response("", 500)


class TestOrders:
    @pytest.fixture
    def order(self, clock: Clock) -> Order:
        now = clock.now()
        price = Price(Decimal("13.50"), Decimal("1.08"))
        return Order("1", 1, "auth0|ada", Pizza("large"), price, now, now + timedelta(minutes=30))

    def test_the_newest_come_first_and_no_more_than_wanted(
        self, table: Table, order: Order
    ) -> None:
        for number in (2, 10, 9, 1):
            table.add(replace(order, number=number))

        assert [kept.number for kept in table.recent(order.sub, 3)] == [10, 9, 2]
        assert table.recent("auth0|mary", 3) == []

    def test_whatever_else_is_kept_of_a_customer_is_no_order(
        self, table: Table, order: Order
    ) -> None:
        other = {"pk": f"customer#{order.sub}", "sk": "profile"}
        boto3.resource("dynamodb").Table("pizza").put_item(Item=other)

        assert table.recent(order.sub, 3) == []

    def test_a_number_is_taken_once(self, table: Table, order: Order) -> None:
        first = table.add(order)

        with pytest.raises(ConflictError):
            table.add(order)
        assert table.recent(order.sub, 3) == [first]

    def test_a_version_is_changed_once(self, table: Table, order: Order) -> None:
        first = table.add(order)
        second = table.replace(first.cancel())

        with pytest.raises(ConflictError):
            table.replace(first.confirm(first.placed))
        assert table.recent(order.sub, 3) == [second]
        assert [order.version, first.version, second.version] == [0, 1, 2]

    def test_an_order_that_is_gone_is_not_brought_back(self, table: Table, order: Order) -> None:
        with pytest.raises(ConflictError):
            table.replace(replace(order, version=1))
        assert table.recent(order.sub, 3) == []

    def test_a_write_whose_answer_was_lost_is_no_conflict_with_ourselves(
        self, cloud: Cloud, table: Table, order: Order
    ) -> None:
        cloud.wire.begin("lost", LostAnswers(cloud))
        first = table.add(order)
        cloud.wire.begin("lost", LostAnswers(cloud))
        second = table.replace(first.cancel())

        assert [call.status for call in cloud.wire.calls[-4:]] == [500, 400, 500, 400]
        assert table.recent(order.sub, 3) == [second]

    def test_somebody_elses_same_write_is_a_conflict(
        self, cloud: Cloud, table: Table, order: Order
    ) -> None:
        first = table.add(order)
        table.replace(first.cancel())

        with pytest.raises(ConflictError):
            table.replace(first.cancel())

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
        self, cloud: Cloud, table: Table, order: Order, fault: Fault, why: str
    ) -> None:
        first = table.add(order)
        cloud.wire.begin("trouble", fault)

        calls: list[Callable[[], object]] = [
            lambda: table.recent(order.sub, 3),
            lambda: table.add(order),
            lambda: table.replace(first),
        ]
        for call in calls:
            began = time.monotonic()
            with (
                deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)),
                pytest.raises(OrdersUnavailableError, match=why),
            ):
                call()
            assert time.monotonic() - began < 1.4
