"""Open pages: who may have a socket, and who is told when an order changes."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
import requests
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

import live_function
from pizza_on_demand import deadline
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.live.door import LiveDoor
from pizza_on_demand.live.open_pages import (
    LIVES,
    MOST,
    OPENING,
    Delivery,
    OpenPage,
    OpenPages,
)
from pizza_on_demand.live.settings import LiveSettings
from pizza_on_demand.live.tickets import Tickets
from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import Order
from pizza_on_demand.seals import Seals
from pizza_on_demand.settings import SettingsError
from pizza_on_demand.web.live_tickets import LiveTickets, socket_url
from pizza_on_demand.web.sessions import Sessions
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.function import LambdaContext
from simulator.wire import Server, Slow, problem
from tests.served_live_gateway import ServedLiveGateway

ADA, MARY, JOE = "auth0|ada", "auth0|mary", "auth0|joe"
TABLE = "pizza"
KEY = "the key that seals tickets in these tests"
AWAY = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table=TABLE, sender="pizza@pizza-on-demand.example")
    yield fresh
    fresh.wire.mend()
    fresh.close()


@pytest.fixture
def gateway() -> Iterator[ServedLiveGateway]:
    with ServedLiveGateway() as served:
        yield served


@pytest.fixture
def door(
    cloud: Cloud,  # noqa: ARG001 - the door's table is there
    gateway: ServedLiveGateway,
    clock: Clock,
) -> LiveDoor:
    return live_function.create_live_door(environment(gateway.url), now=clock.now)


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    return Tickets([KEY], now=clock.now)


def environment(live_url: str) -> dict[str, str]:
    return {"TABLE_NAME": TABLE, "SESSION_KEYS": KEY, "LIVE_URL": live_url}


def socket(route: str, connection_id: str, headers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the gateway makes of a socket: every value of a header, and the last of each."""
    kinds = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}
    return {
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": {name: list(values) for name, values in headers.items()},
        "requestContext": {
            "routeKey": route,
            "eventType": kinds.get(route, "MESSAGE"),
            "connectionId": connection_id,
            "connectedAt": 1767614400000,
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
            "stage": "live",
            "apiId": "abc",
        },
        "isBase64Encoded": False,
    }


def connect(connection_id: str, *protocols: str) -> dict[str, Any]:
    offered = {"Sec-WebSocket-Protocol": [", ".join(protocols)]} if protocols else {}
    return socket("$connect", connection_id, {"Host": ["abc"], **offered})


def written(*keys: tuple[str, str]) -> dict[str, Any]:
    """A batch of the table's stream, numbered from 100."""
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "MODIFY",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "eu-west-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1767614400.0,
                    "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
                    "SequenceNumber": str(number),
                    "SizeBytes": 42,
                    "StreamViewType": "KEYS_ONLY",
                },
                "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/pizza/stream/1",
            }
            for number, (pk, sk) in enumerate(keys, 100)
        ]
    }


def changed(*subs: str) -> dict[str, Any]:
    """A batch with a changed order of each customer."""
    return written(*((f"customer#{sub}", "order#00000001") for sub in subs))


class Customers:
    """Customers who open pages."""

    def __init__(self, door: LiveDoor, tickets: Tickets, clock: Clock) -> None:
        self._door = door
        self._tickets = tickets
        self._clock = clock

    def open(self, sub: str, *connection_ids: str) -> None:
        """One page after the other."""
        for connection_id in connection_ids:
            self._clock.wait(timedelta(milliseconds=10))
            event = connect(connection_id, "orders", self._tickets.issue(sub))
            assert self._door(event, LambdaContext())["statusCode"] == 200


@pytest.fixture
def customers(door: LiveDoor, tickets: Tickets, clock: Clock) -> Customers:
    return Customers(door, tickets, clock)


def tell(door: LiveDoor, *subs: str) -> list[dict[str, str]]:
    """What of a batch with these customers' changes is left to do."""
    answer = door(changed(*subs), LambdaContext())
    assert list(answer) == ["batchItemFailures"]
    left: list[dict[str, str]] = answer["batchItemFailures"]
    return left


class TestConnecting:
    def test_a_page_with_a_ticket_is_let_in_and_told(
        self, door: LiveDoor, tickets: Tickets, gateway: ServedLiveGateway
    ) -> None:
        event = connect("L0SM9cOFvHcCIhw=", "orders", tickets.issue(ADA))

        assert door(event, LambdaContext()) == {
            "statusCode": 200,
            "headers": {"Sec-WebSocket-Protocol": "orders"},
        }
        assert tell(door, ADA) == []
        assert gateway.posted == [("L0SM9cOFvHcCIhw=", "orders")]

    @pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
    def test_subprotocols_may_stand_in_two_lines_and_any_case(
        self, door: LiveDoor, tickets: Tickets, name: str
    ) -> None:
        event = socket("$connect", "1", {name: ["orders", tickets.issue(ADA)]})

        assert door(event, LambdaContext())["statusCode"] == 200

    def test_a_ticket_is_good_for_a_minute(
        self, door: LiveDoor, tickets: Tickets, clock: Clock
    ) -> None:
        event = connect("1", "orders", tickets.issue(ADA))

        clock.wait(timedelta(seconds=58))
        assert door(event, LambdaContext())["statusCode"] == 200
        clock.wait(timedelta(seconds=3))
        assert door(event, LambdaContext())["statusCode"] == 401

    def test_a_ticket_outlives_the_exchange_of_keys(
        self, gateway: ServedLiveGateway, clock: Clock, cloud: Cloud, tickets: Tickets
    ) -> None:
        newer = environment(gateway.url) | {"SESSION_KEYS": f"{KEY[::-1]}, {KEY}"}
        door = live_function.create_live_door(newer, now=clock.now)

        event = connect("1", "orders", tickets.issue(ADA))
        assert door(event, LambdaContext())["statusCode"] == 200

    @pytest.mark.parametrize(
        ("protocols", "status"),
        [
            ([], 400),
            (["orders"], 400),
            (["{ticket}"], 400),
            (["chat", "{ticket}"], 400),
            (["{ticket}", "orders"], 400),
            (["orders", "{ticket}", "{ticket}"], 400),
            (["orders", ""], 401),
            (["orders", "ticket"], 401),
            (["orders", "{ticket}x"], 401),
            (["orders", "{session}"], 401),
            (["orders", "{forged}"], 401),
            (["orders", "ticket\x00\udfff“"], 401),
        ],
    )
    def test_without_a_good_ticket_nobody_is_let_in_or_told(
        self,
        door: LiveDoor,
        gateway: ServedLiveGateway,
        tickets: Tickets,
        clock: Clock,
        protocols: list[str],
        status: int,
    ) -> None:
        session = Seals([KEY], "session", lives=timedelta(hours=1), now=clock.now)
        known = {
            "ticket": tickets.issue(ADA),
            "session": session.seal({"sub": ADA}),
            "forged": Tickets([KEY[::-1]], now=clock.now).issue(ADA),
        }
        event = connect("1", *(protocol.format(**known) for protocol in protocols))

        assert door(event, LambdaContext()) == {"statusCode": status}
        assert tell(door, ADA) == []
        assert gateway.posted == []

    def test_a_page_that_cannot_be_remembered_is_sent_away(
        self, door: LiveDoor, tickets: Tickets, cloud: Cloud
    ) -> None:
        cloud.wire.begin("away", lambda _: problem(400, AWAY))

        event = connect("1", "orders", tickets.issue(ADA))
        assert door(event, LambdaContext()) == {"statusCode": 503}

    @pytest.mark.parametrize("route", ["$disconnect", "$default"])
    def test_other_routes_may_be_set_up_and_do_nothing(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, route: str
    ) -> None:
        customers.open(ADA, "1")

        event = socket(route, "1", {}) | {"body": "orders"}
        assert door(event, LambdaContext()) == {"statusCode": 200}
        assert gateway.posted == []
        tell(door, ADA)
        assert gateway.reached() == ["1"]


class TestTelling:
    def test_every_page_of_the_customer_is_told_and_nobody_elses(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        customers.open(ADA, "a1", "a2")
        customers.open(MARY, "m1")

        tell(door, ADA)

        assert gateway.reached() == ["a1", "a2"]

    def test_a_batch_tells_each_customer_once(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        customers.open(ADA, "a1")
        customers.open(MARY, "m1")

        tell(door, ADA, MARY, ADA, ADA, MARY)

        assert gateway.reached() == ["a1", "m1"]

    def test_only_orders_are_news(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        customers.open(ADA, "a1")
        batch = written(
            (f"customer#{ADA}", "page#2026-01-05T12:00:00.000+00:00#a1"),
            (f"visitor#{ADA}", "visit"),
        )

        assert door(batch, LambdaContext()) == {"batchItemFailures": []}
        assert gateway.posted == []

    def test_what_the_table_writes_down_of_an_order_is_read(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, clock: Clock
    ) -> None:
        """Real keys from the table's real stream."""
        customers.open(ADA, "a1")
        now = clock.now()
        price = Price(Decimal("13.50"), Decimal("1.08"))
        pizza = Pizza("large")
        orders = DynamoDBOrderStore(Table(TABLE))
        orders.add(Order("1", 1, ADA, pizza, price, now, now + timedelta(minutes=30)))

        assert door({"Records": stream_records()}, LambdaContext()) == {"batchItemFailures": []}
        assert gateway.reached() == ["a1"]

    def test_no_more_than_the_newest_pages_are_told(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        names = [chr(ord("a") + number) for number in range(MOST + 3)]
        customers.open(ADA, *names)

        tell(door, ADA)

        assert gateway.reached() == names[3:]

    def test_a_page_that_is_closed_is_forgotten(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, clock: Clock
    ) -> None:
        customers.open(ADA, "closed", "open")
        gateway.close("closed")
        clock.wait(OPENING + timedelta(seconds=1))

        for _ in range(2):
            assert tell(door, ADA) == []

        assert gateway.reached() == ["open", "open"]
        assert posts_to(gateway, "closed") == 1

    def test_a_page_whose_socket_is_not_open_yet_is_not_forgotten(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        customers.open(ADA, "opening")
        gateway.close("opening")

        for _ in range(2):
            tell(door, ADA)

        assert posts_to(gateway, "opening") == 2

    def test_a_page_is_not_told_when_its_connection_cannot_live_any_more(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, clock: Clock
    ) -> None:
        customers.open(ADA, "old")

        clock.wait(LIVES - timedelta(seconds=10))
        tell(door, ADA)
        assert posts_to(gateway, "old") == 1
        clock.wait(timedelta(seconds=11))
        tell(door, ADA)
        assert posts_to(gateway, "old") == 1

    def test_who_has_no_page_open_costs_no_post(
        self, door: LiveDoor, gateway: ServedLiveGateway, cloud: Cloud
    ) -> None:
        cloud.wire.calls.clear()

        assert tell(door, ADA, JOE) == []

        assert [call.name for call in cloud.wire.calls] == ["DynamoDB Query"] * 2
        assert gateway.wire.calls == []


class TestTrouble:
    def test_lambda_begins_again_with_the_first_customer_who_was_not_told(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, cloud: Cloud
    ) -> None:
        for sub in (ADA, MARY, JOE):
            customers.open(sub, sub)
        queries = iter([None])
        cloud.wire.begin("away", lambda _: next(queries, problem(400, AWAY)))

        assert tell(door, ADA, MARY, ADA, MARY, JOE) == [{"itemIdentifier": "101"}]
        assert gateway.reached() == [ADA]

        cloud.wire.mend()
        assert tell(door, MARY, JOE) == []
        assert gateway.reached() == [ADA, JOE, MARY]

    def test_a_page_that_cannot_be_reached_is_no_reason_to_begin_again(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        customers.open(ADA, "a1", "a2")
        gateway.wire.begin(
            "refused",
            lambda request: problem(403, {}) if request.path.endswith("a1") else None,
        )

        assert tell(door, ADA) == []
        assert gateway.reached() == ["a2"]

    def test_closed_pages_that_cannot_be_forgotten_are_no_reason_either(
        self,
        door: LiveDoor,
        gateway: ServedLiveGateway,
        customers: Customers,
        cloud: Cloud,
        clock: Clock,
    ) -> None:
        customers.open(ADA, "closed")
        gateway.close("closed")
        clock.wait(OPENING + timedelta(seconds=1))
        queries = iter([None])
        cloud.wire.begin("away", lambda _: next(queries, problem(400, AWAY)))

        assert tell(door, ADA) == []

    def test_pages_that_hang_take_no_longer_than_the_turn(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers
    ) -> None:
        for sub in (ADA, MARY):
            customers.open(sub, *(f"{sub}{number}" for number in range(MOST)))
        gateway.wire.begin("slow", Slow())

        began = time.monotonic()
        context = LambdaContext(timeout_ms=int((deadline.ANSWERING + 1) * 1000))
        answer = door(changed(ADA, MARY), context)

        assert time.monotonic() - began < 2.8  # Without a turn it would be 3 s.
        assert answer == {"batchItemFailures": [{"itemIdentifier": "101"}]}

    @pytest.mark.parametrize(
        "record",
        [
            None,
            {},
            {"dynamodb": {"Keys": {"pk": {"S": f"customer#{ADA}"}}, "SequenceNumber": "1"}},
            {"dynamodb": {"Keys": {"pk": {"N": "1"}, "sk": {"S": "order#1"}}}},
        ],
    )
    def test_a_record_that_cannot_be_read_holds_up_no_other(
        self, door: LiveDoor, gateway: ServedLiveGateway, customers: Customers, record: object
    ) -> None:
        customers.open(ADA, "a1")
        batch = changed(ADA)
        batch["Records"].insert(0, record)

        assert door(batch, LambdaContext()) == {"batchItemFailures": []}
        assert gateway.reached() == ["a1"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.text()
            | st.sampled_from(["Records", "requestContext", "routeKey", "multiValueHeaders"]),
            inner,
        )
    ),
)


class NoTable:
    """A store of pages and a gateway that nobody may need."""

    def keep(self, page: OpenPage) -> None:
        raise AssertionError

    def newest(self, sub: str, count: int) -> Sequence[OpenPage]:
        raise AssertionError

    def forget(self, pages: Sequence[OpenPage]) -> None:
        raise AssertionError

    def post(self, connection_ids: Sequence[str], text: str) -> Mapping[str, Delivery]:
        raise AssertionError


class Stumbling(NoTable):
    """A table with a mistake in it, whose exception quotes a customer."""

    def newest(self, sub: str, count: int) -> Sequence[OpenPage]:
        raise ValueError(sub)


def door_to(table: NoTable, now: Callable[[], datetime]) -> LiveDoor:
    return LiveDoor(Tickets([KEY], now=now), OpenPages(table, table, now=now))


class TestDoor:
    @given(event=JSON)
    def test_whatever_else_comes_in_is_refused_quietly(self, event: object) -> None:
        answer = door_to(NoTable(), Clock().now)(event, LambdaContext())

        is_batch = isinstance(event, dict) and isinstance(event.get("Records"), list)
        refused: dict[str, object] = {"statusCode": 400}
        assert answer == ({"batchItemFailures": []} if is_batch else refused)

    @given(headers=JSON | st.dictionaries(st.just("Sec-WebSocket-Protocol"), JSON))
    def test_no_headers_make_it_stumble(self, headers: object) -> None:
        event = connect("1") | {"multiValueHeaders": headers}

        answer = door_to(NoTable(), Clock().now)(event, LambdaContext())
        assert answer == {"statusCode": 400}

    def test_a_mistake_of_ours_does_not_hold_up_the_stream(
        self, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = door_to(Stumbling(), clock.now)(changed(ADA), LambdaContext())

        assert "batchItemFailures" not in answer
        [mistake] = [record for record in caplog.records if record.message == "mistake"]
        assert vars(mistake)["error"] == "ValueError"
        assert ADA not in json.dumps(vars(mistake), default=str)

    def test_the_log_counts_and_names_nobody(
        self,
        door: LiveDoor,
        gateway: ServedLiveGateway,
        tickets: Tickets,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        ticket = tickets.issue(ADA)
        with caplog.at_level(logging.DEBUG):
            door(connect("open=", "orders", ticket), LambdaContext())
            door(connect("closed=", "orders", ticket), LambdaContext())
            gateway.close("closed=")
            tell(door, ADA, ADA, MARY)

        told = vars(caplog.records[-1])
        names = ("changes", "customers", "arrived", "gone", "failed")
        assert {name: told[name] for name in names} == {
            "changes": 3,
            "customers": 2,
            "arrived": 1,
            "gone": 1,
            "failed": 0,
        }
        ours = [vars(record) for record in caplog.records if record.name != "werkzeug"]
        for secret in (ADA, MARY, ticket, "open=", "closed="):
            assert secret not in json.dumps(ours, default=str)


class TestSettings:
    def test_three_settings_are_enough(self) -> None:
        given = environment("https://abc.execute-api.eu-west-1.amazonaws.com/live/")
        assert LiveSettings.from_environment(given) == LiveSettings(
            table_name=TABLE,
            session_keys=(KEY,),
            live_url="https://abc.execute-api.eu-west-1.amazonaws.com/live",
        )

    def test_all_that_is_missing_or_malformed_is_named_at_once(self) -> None:
        with pytest.raises(SettingsError) as refused:
            LiveSettings.from_environment({"SESSION_KEYS": "short", "LIVE_URL": "http://a.example"})

        named = [problem.split()[0] for problem in refused.value.problems]
        assert sorted(named) == ["LIVE_URL", "SESSION_KEYS", "TABLE_NAME"]
        assert "short" not in str(refused.value)

    def test_no_key_is_shown_when_settings_are_printed(self) -> None:
        settings = LiveSettings.from_environment(environment("https://live.example.com"))

        assert KEY not in repr(settings)

    def test_a_function_that_is_not_set_up_says_so(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in environment(""):
            monkeypatch.delenv(name, raising=False)
        live_function.door_of_this_process.cache_clear()

        assert live_function.lambda_handler(changed(ADA), LambdaContext()) == {"statusCode": 503}
        assert "LIVE_URL is missing" in vars(caplog.records[-1])["problems"]

    def test_a_function_that_is_set_up_has_one_door(
        self,
        cloud: Cloud,
        gateway: ServedLiveGateway,
        monkeypatch: pytest.MonkeyPatch,
        tickets: Tickets,
    ) -> None:
        for name, value in environment(gateway.url).items():
            monkeypatch.setenv(name, value)
        live_function.door_of_this_process.cache_clear()
        event = connect("1", "orders", tickets.issue(ADA))

        assert live_function.lambda_handler(event, LambdaContext())["statusCode"] == 200
        live_function.lambda_handler(changed(ADA), LambdaContext())
        assert gateway.reached() == ["1"]
        assert live_function.door_of_this_process.cache_info().misses == 1
        live_function.door_of_this_process.cache_clear()

    def test_its_cold_start_pays_neither_for_alexa_nor_for_pages(self) -> None:
        script = "import sys, live_function; print(*sys.modules)"
        modules = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={"PYTHONPATH": "lambda"},
            text=True,
        ).stdout.split()

        assert not {"ask_sdk_core", "flask", "jinja2", "jwt", "requests"} & set(modules)


class TestTickets:
    @pytest.fixture
    def site(self, clock: Clock, tickets: Tickets) -> Iterator[str]:
        """Where Ada can sign in, and her page asks for tickets."""
        sessions = Sessions([KEY], secure=False, now=clock.now)
        live = LiveTickets(sessions, tickets, "http://127.0.0.1:8003/live")
        app = Flask(__name__)
        app.post("/live")(live.ticket)

        @app.post("/sign-in")
        def sign_in() -> Response:
            response = Response()
            sessions.begin(response, {"sub": ADA})
            return response

        server = Server(app)
        yield server.origin
        server.close()

    def test_a_page_gets_a_ticket_that_lets_it_in(
        self, site: str, door: LiveDoor, gateway: ServedLiveGateway
    ) -> None:
        browser = requests.Session()
        browser.post(f"{site}/sign-in", timeout=5)

        got = browser.post(f"{site}/live", timeout=5).json()

        assert got["url"] == "ws://127.0.0.1:8003/live"
        door(connect("1", "orders", got["ticket"]), LambdaContext())
        tell(door, ADA)
        assert gateway.reached() == ["1"]

    def test_a_ticket_is_what_a_subprotocol_may_be(self, tickets: Tickets) -> None:
        """https://www.rfc-editor.org/rfc/rfc6455#section-4.1"""
        ticket = tickets.issue("samlp|enterprise|Jørn@example.com")

        assert ticket.replace("-", "").replace("_", "").isalnum()
        assert ticket.isascii()

    def test_who_is_not_signed_in_gets_none(self, site: str) -> None:
        answer = requests.post(f"{site}/live", allow_redirects=False, timeout=5)

        assert (answer.status_code, answer.text) == (401, "")

    def test_sockets_are_as_safe_as_the_address_of_the_api(self) -> None:
        assert socket_url("https://live.example.com/prod") == "wss://live.example.com/prod"


def posts_to(gateway: ServedLiveGateway, connection_id: str) -> int:
    """How often a connection was tried, open or not."""
    return sum(call.path.endswith(f"/{connection_id}") for call in gateway.wire.calls)


def stream_records() -> list[dict[str, Any]]:
    """All that the table's stream holds, as Lambda hands it over."""
    streams = boto3.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=TABLE)["Streams"]
    arn = stream["StreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    handed_over: list[dict[str, Any]] = json.loads(json.dumps(records, default=str))
    return handed_over
