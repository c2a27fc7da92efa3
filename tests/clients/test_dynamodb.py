"""Visits and orders in the table: written, found again, disputed, and out of reach."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import boto3
import pytest
import requests
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.clients.dynamodb.visits import DynamoDBVisitStore
from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import (
    ConflictError,
    Order,
    OrderStore,
    OrdersUnavailableError,
    OwedReceipt,
)
from pizza_on_demand.visits import REMEMBERED_FOR, Visit, VisitsUnavailableError
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.faults import FAULTS
from simulator.wire import Fault, Slow, free_port, problem
from tests.ordering import OrdersInMemory

pytestmark = pytest.mark.usefixtures("cloud")

ADA, MARY = "amzn1.ask.account.ADA", "amzn1.ask.account.MARY"


@pytest.fixture
def visits() -> DynamoDBVisitStore:
    return DynamoDBVisitStore(Table("pizza"))


def test_a_swap_gives_back_the_visit_before(visits: DynamoDBVisitStore, clock: Clock) -> None:
    first = Visit(clock.now())
    clock.wait(timedelta(days=1))
    second = Visit(clock.now())

    assert visits.swap(ADA, first) is None
    assert visits.swap(ADA, second) == first
    assert visits.swap(ADA, first) == second


def test_each_household_has_its_own(visits: DynamoDBVisitStore, clock: Clock) -> None:
    visits.swap(ADA, Visit(clock.now()))

    assert visits.swap(MARY, Visit(clock.now())) is None


def test_a_wish_is_kept_until_the_next_swap(visits: DynamoDBVisitStore, clock: Clock) -> None:
    visits.swap(ADA, Visit(clock.now(), "my_details"))

    first, second = (visits.swap(ADA, Visit(clock.now())) for _ in range(2))

    assert first
    assert first.wish == "my_details"
    assert second
    assert second.wish is None


def test_what_has_expired_is_gone_though_dynamodb_has_not_removed_it_yet(
    visits: DynamoDBVisitStore, clock: Clock
) -> None:
    now = clock.now().replace(microsecond=0)
    visits.swap(ADA, Visit(now))
    visits.swap(MARY, Visit(now))

    assert visits.swap(ADA, Visit(now + REMEMBERED_FOR - timedelta(seconds=1)))
    assert visits.swap(MARY, Visit(now + REMEMBERED_FOR)) is None


def test_the_ttl_attribute_is_in_seconds(visits: DynamoDBVisitStore, clock: Clock) -> None:
    visit = Visit(clock.now())
    visits.swap(ADA, visit)

    [item] = boto3.client("dynamodb").scan(TableName="pizza")["Items"]
    assert int(item["expires"]["N"]) == int((visit.at + REMEMBERED_FOR).timestamp())


def test_who_is_forgotten_comes_for_the_first_time(
    visits: DynamoDBVisitStore, clock: Clock
) -> None:
    visits.swap(ADA, Visit(clock.now()))
    visits.forget(ADA)
    visits.forget(MARY)

    assert visits.swap(ADA, Visit(clock.now())) is None


def test_a_table_that_is_missing_is_out_of_reach(clock: Clock) -> None:
    visits = DynamoDBVisitStore(Table("no-such-table"))

    with pytest.raises(VisitsUnavailableError, match="ResourceNotFoundException"):
        visits.swap(ADA, Visit(clock.now()))
    with pytest.raises(VisitsUnavailableError, match="ResourceNotFoundException"):
        visits.forget(ADA)


@pytest.mark.parametrize("answer", ["[]", '{"Attributes": "none"}', '{"Attributes": {"at": 5}}'])
def test_an_answer_of_a_wrong_shape_is_none(
    cloud: Cloud, visits: DynamoDBVisitStore, clock: Clock, answer: str
) -> None:
    cloud.wire.begin("odd", lambda _: Response(answer))

    with pytest.raises(VisitsUnavailableError):
        visits.swap(ADA, Visit(clock.now()))


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
    cloud: Cloud, visits: DynamoDBVisitStore, clock: Clock, fault: Fault, why: str
) -> None:
    visits.swap(MARY, Visit(clock.now()))
    visits = DynamoDBVisitStore(Table("pizza", patience=10.0))
    cloud.wire.begin("trouble", fault)

    calls: list[Callable[[], object]] = [
        lambda: visits.swap(ADA, Visit(clock.now())),
        lambda: visits.forget(ADA),
    ]
    for call in calls:
        began = time.monotonic()
        with (
            deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)),
            pytest.raises(VisitsUnavailableError, match=why),
        ):
            call()
        assert time.monotonic() - began < 5.0


def test_without_a_turn_too_a_table_that_hangs_is_waited_for_two_seconds(
    cloud: Cloud, visits: DynamoDBVisitStore
) -> None:
    visits.forget(MARY)
    cloud.wire.begin("slow", Slow())

    began = time.monotonic()
    with pytest.raises(VisitsUnavailableError):
        visits.forget(ADA)
    assert time.monotonic() - began < 6.0


def test_a_table_that_fails_once_is_asked_again(
    cloud: Cloud, visits: DynamoDBVisitStore, clock: Clock
) -> None:
    failures = [Response("", 500)]
    cloud.wire.begin("once", lambda _: failures.pop() if failures else None)

    assert visits.swap(ADA, Visit(clock.now())) is None
    assert [call.status for call in cloud.wire.calls[-2:]] == [500, 200]


def test_a_table_that_is_throttled_for_a_moment_is_asked_again_soon(
    cloud: Cloud, visits: DynamoDBVisitStore, clock: Clock
) -> None:
    cloud.wire.begin("twice", FAULTS["table throttled twice"].make())

    assert visits.swap(ADA, Visit(clock.now())) is None
    first, *_, last = cloud.wire.calls[-3:]
    assert [call.status for call in cloud.wire.calls[-3:]] == [400, 400, 200]
    assert last.began - first.began < 1.5  # seconds; botocore's own way would take up to three


def test_one_that_goes_on_being_throttled_is_asked_four_times_and_no_more(
    cloud: Cloud, clock: Clock
) -> None:
    visits = DynamoDBVisitStore(Table("pizza", patience=30.0))
    cloud.wire.begin("throttled", FAULTS["table throttled"].make())

    with pytest.raises(VisitsUnavailableError, match="ThrottlingException"):
        visits.swap(ADA, Visit(clock.now()))
    assert [call.status for call in cloud.wire.calls[-5:]][-4:] == [400] * 4


def test_nothing_is_asked_again_after_the_call_was_given_up(
    cloud: Cloud, visits: DynamoDBVisitStore, clock: Clock
) -> None:
    """Whoever heard that nothing was written would find it written all the same."""
    visits.forget(MARY)
    before = set(threading.enumerate())
    slow = Slow()
    cloud.wire.begin("slow, and then away", lambda request: slow(request) or Response("", 500))
    cloud.wire.calls.clear()
    with (
        deadline.of_turn(int((deadline.ANSWERING + 0.3) * 1000)),
        pytest.raises(VisitsUnavailableError, match="OutOfTimeError"),
    ):
        visits.swap(ADA, Visit(clock.now()))
    slow.end()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)

    assert len(cloud.wire.calls) == 1


def test_nobody_who_listens_is_out_of_reach(
    visits: DynamoDBVisitStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(VisitsUnavailableError, match=r"EndpointConnectionError|OutOfTimeError"):
        visits.swap(ADA, Visit(clock.now()))


def test_a_function_that_knows_no_region_says_so(
    visits: DynamoDBVisitStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(VisitsUnavailableError, match="NoRegionError"):
        visits.swap(ADA, Visit(clock.now()))


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


@pytest.fixture
def order(clock: Clock) -> Order:
    now = clock.now()
    price = Price(Decimal("13.50"), Decimal("1.08"))
    return Order("1", 1, "auth0|ada", Pizza("large"), price, now, now + timedelta(minutes=30))


def numbers(orders: Sequence[Order]) -> list[int]:
    return [order.number for order in orders]


class TestAnyOrderStore:
    """The table does what the tests' own store does, which is a stand-in for it elsewhere."""

    @pytest.fixture(params=[lambda: DynamoDBOrderStore(Table("pizza")), OrdersInMemory])
    def store(self, request: pytest.FixtureRequest) -> OrderStore:
        make: Callable[[], OrderStore] = request.param
        return make()

    def test_the_newest_come_first_and_no_more_than_wanted(
        self, store: OrderStore, order: Order
    ) -> None:
        for number in (2, 10, 9, 1):
            store.add(replace(order, number=number))

        assert numbers(store.recent(order.sub, 3)) == [10, 9, 2]
        assert store.recent("auth0|mary", 3) == []

    def test_a_number_is_taken_once(self, store: OrderStore, order: Order) -> None:
        first = store.add(order)

        with pytest.raises(ConflictError):
            store.add(order)
        assert store.recent(order.sub, 3) == [first]

    def test_a_version_is_changed_once(self, store: OrderStore, order: Order) -> None:
        first = store.add(order)
        second = store.replace(first.cancel())

        with pytest.raises(ConflictError):
            store.replace(first.confirm(first.placed))
        assert store.recent(order.sub, 3) == [second]
        assert [order.version, first.version, second.version] == [0, 1, 2]

    def test_an_order_that_is_gone_is_not_brought_back(
        self, store: OrderStore, order: Order
    ) -> None:
        with pytest.raises(ConflictError):
            store.replace(replace(order, version=1))
        assert store.recent(order.sub, 3) == []

    def test_somebody_elses_same_write_is_a_conflict(self, store: OrderStore, order: Order) -> None:
        first = store.add(order)
        store.replace(first.cancel())

        with pytest.raises(ConflictError):
            store.replace(first.cancel())

    def test_pages_begin_where_they_are_told_to(self, store: OrderStore, order: Order) -> None:
        for number in range(1, 13):
            store.add(replace(order, number=number))

        assert numbers(store.recent(order.sub, 3, up_to=9)) == [9, 8, 7]
        assert numbers(store.recent(order.sub, 3, up_to=10**9)) == [12, 11, 10]
        assert numbers(store.oldest(order.sub, 3)) == [1, 2, 3]
        assert numbers(store.oldest(order.sub, 3, after=10)) == [11, 12]
        for nothing in (
            store.recent(order.sub, 3, up_to=0),
            store.recent(order.sub, 3, up_to=-7),
            store.oldest(order.sub, 3, after=12),
            store.oldest("auth0|mary", 3),
        ):
            assert nothing == []

    def test_what_is_removed_is_gone_and_may_be_gone_before(
        self, store: OrderStore, order: Order
    ) -> None:
        first = store.add(order)
        second = store.add(replace(order, number=2))

        for _ in range(2):
            store.remove(first)
        assert store.recent(order.sub, 3) == [second]

    def test_what_owes_a_receipt_is_found_from_when_it_is_due(
        self, store: OrderStore, order: Order
    ) -> None:
        due = [order.placed + timedelta(seconds=after) for after in (3, 1, 2)]
        for number, (sub, at) in enumerate(
            zip(("auth0|a", "auth0|b", "auth0|c"), due, strict=True)
        ):
            owed = OwedReceipt("sealed", at)
            store.add(replace(order, sub=sub, number=number + 1, receipt_owed=owed))
        store.add(replace(order, sub="auth0|d"))

        assert store.owing(order.placed, 9) == []
        assert store.owing(due[2], 9) == [("auth0|b", 2), ("auth0|c", 3)]
        assert store.owing(due[0], 2) == [("auth0|b", 2), ("auth0|c", 3)]

    def test_what_owes_nothing_any_more_is_not_found(self, store: OrderStore, order: Order) -> None:
        kept = store.add(replace(order, receipt_owed=OwedReceipt("sealed", order.placed)))
        store.replace(replace(kept, receipt_owed=None))

        assert store.owing(order.placed, 9) == []

    def test_an_order_that_was_changed_meanwhile_is_not_removed(
        self, store: OrderStore, order: Order
    ) -> None:
        first = store.add(order)
        second = store.replace(first.cancel())

        with pytest.raises(ConflictError):
            store.remove(first)
        assert store.recent(order.sub, 3) == [second]


class TestOrders:
    @pytest.fixture
    def store(self) -> DynamoDBOrderStore:
        return DynamoDBOrderStore(Table("pizza"))

    def test_numbers_that_no_order_has_are_not_asked_for(
        self, cloud: Cloud, store: DynamoDBOrderStore, order: Order
    ) -> None:
        """DynamoDB would take them for an error; moto does not mind."""
        assert store.recent(order.sub, 3, up_to=-7) == []
        assert store.recent(order.sub, 3, up_to=0) == []
        assert store.oldest(order.sub, 3, after=99_999_999) == []
        assert [call for call in cloud.wire.calls if call.name == "DynamoDB Query"] == []

    def test_no_number_is_so_high_that_it_sorts_below_others(
        self, store: DynamoDBOrderStore, order: Order
    ) -> None:
        far = store.add(replace(order, number=50_000_000))

        assert store.recent(order.sub, 3, up_to=10**9) == [far]

    def test_whatever_else_is_kept_of_a_customer_is_no_order(
        self, store: DynamoDBOrderStore, order: Order
    ) -> None:
        other = {"pk": f"customer#{order.sub}", "sk": "profile"}
        boto3.resource("dynamodb").Table("pizza").put_item(Item=other)

        assert store.recent(order.sub, 3) == []

    def test_a_write_whose_answer_was_lost_is_no_conflict_with_ourselves(
        self, cloud: Cloud, store: DynamoDBOrderStore, order: Order
    ) -> None:
        cloud.wire.begin("lost", LostAnswers(cloud))
        first = store.add(order)
        cloud.wire.begin("lost", LostAnswers(cloud))
        second = store.replace(first.cancel())

        assert [call.status for call in cloud.wire.calls[-4:]] == [500, 400, 500, 400]
        assert store.recent(order.sub, 3) == [second]

    def test_a_removal_whose_answer_was_lost_is_no_conflict_either(
        self, cloud: Cloud, store: DynamoDBOrderStore, order: Order
    ) -> None:
        first = store.add(order)
        cloud.wire.begin("lost", LostAnswers(cloud))
        store.remove(first)

        assert [call.status for call in cloud.wire.calls[-2:]] == [500, 200]
        assert store.recent(order.sub, 3) == []

    @pytest.mark.parametrize("answer", ["[]", "{}", '{"Items": 5}', "<h1>It works!</h1>"])
    def test_an_answer_that_nobody_can_read_is_none(
        self, cloud: Cloud, store: DynamoDBOrderStore, order: Order, answer: str
    ) -> None:
        cloud.wire.begin("odd", lambda _: Response(answer, mimetype="application/x-amz-json-1.0"))

        for look in (store.recent, store.oldest):
            with pytest.raises(OrdersUnavailableError):
                look(order.sub, 3)

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
        self, cloud: Cloud, store: DynamoDBOrderStore, order: Order, fault: Fault, why: str
    ) -> None:
        first = store.add(order)
        store = DynamoDBOrderStore(Table("pizza", patience=10.0))
        cloud.wire.begin("trouble", fault)

        calls: list[Callable[[], object]] = [
            lambda: store.recent(order.sub, 3),
            lambda: store.add(order),
            lambda: store.replace(first),
            lambda: store.oldest(order.sub, 3),
            lambda: store.remove(first),
        ]
        for call in calls:
            began = time.monotonic()
            with (
                deadline.of_turn(int((deadline.ANSWERING + 0.4) * 1000)),
                pytest.raises(OrdersUnavailableError, match=why),
            ):
                call()
            assert time.monotonic() - began < 5.0
