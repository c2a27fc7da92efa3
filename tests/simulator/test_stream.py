"""Changes of the table reach a function in order, and none is lost or held up for ever."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from simulator.cloud import Cloud
from simulator.stream import ATTEMPTS, EventSourceMapping

TABLE = "pizza"


class Function:
    """Keeps the batches that it gets, and answers with one reply after the other."""

    def __init__(self) -> None:
        self.batches: queue.Queue[list[dict[str, Any]]] = queue.Queue()
        self.replies: list[Any] = []

    def __call__(self, event: Any, context: Any) -> Any:
        self.batches.put(event["Records"])
        reply = self.replies.pop(0) if self.replies else {"batchItemFailures": []}
        if isinstance(reply, Exception):
            raise reply
        return reply

    def keys(self, count: int) -> list[str]:
        """The sort keys of the next *count* changes, however they are batched."""
        found: list[str] = []
        while len(found) < count:
            found += [key(record) for record in self.batches.get(timeout=5)]
        return found


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    cloud = Cloud(table=TABLE, sender="pizza@example.com")
    yield cloud
    cloud.close()


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def mapping(cloud: Cloud, function: Function) -> Iterator[EventSourceMapping]:
    mapping = EventSourceMapping(TABLE, cloud.backstage)
    mapping.handler = function
    cloud.wire.heard = mapping.hear
    yield mapping
    mapping.close()


def key(record: dict[str, Any]) -> str:
    found: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return found


def put(sk: str) -> None:
    """Write an item, over the wire."""
    boto3.client("dynamodb").put_item(
        TableName=TABLE, Item={"pk": {"S": "customer#ada"}, "sk": {"S": sk}, "secret": {"S": "x"}}
    )


def delete(sk: str) -> None:
    boto3.client("dynamodb").delete_item(
        TableName=TABLE, Key={"pk": {"S": "customer#ada"}, "sk": {"S": sk}}
    )


@pytest.mark.usefixtures("mapping")
class TestDelivery:
    def test_an_order_that_is_written_changed_or_removed_is_a_record(
        self, function: Function
    ) -> None:
        put("order#1")
        boto3.client("dynamodb").update_item(
            TableName=TABLE,
            Key={"pk": {"S": "customer#ada"}, "sk": {"S": "order#1"}},
            UpdateExpression="SET a = :b",
            ExpressionAttributeValues={":b": {"S": "c"}},
        )
        delete("order#1")
        records: list[dict[str, Any]] = []
        while len(records) < 3:
            records += function.batches.get(timeout=5)
        assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]

    def test_a_record_has_keys_and_no_content(self, function: Function) -> None:
        put("order#1")
        [record] = function.batches.get(timeout=5)
        assert record["eventSource"] == "aws:dynamodb"
        assert record["dynamodb"]["Keys"] == {"pk": {"S": "customer#ada"}, "sk": {"S": "order#1"}}
        assert record["dynamodb"]["StreamViewType"] == "KEYS_ONLY"
        assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
        assert "secret" not in str(record)

    def test_changes_come_in_their_order(self, function: Function) -> None:
        wanted = [f"order#{n}" for n in range(30)]
        for sk in wanted:
            put(sk)
        assert function.keys(30) == wanted

    def test_nothing_but_orders_comes(self, function: Function) -> None:
        put("page#1")
        put("visit")
        put("order#1")
        assert function.keys(1) == ["order#1"]


class TestFailure:
    @pytest.mark.parametrize(
        "reply",
        [
            RuntimeError("table away"),
            {"batchItemFailures": [{"itemIdentifier": ""}]},
            {"batchItemFailures": [{"itemIdentifier": "no such number"}]},
            {"batchItemFailures": [{}]},
        ],
        ids=str,
    )
    def test_a_batch_that_failed_comes_again(
        self, mapping: EventSourceMapping, function: Function, reply: Any
    ) -> None:
        assert mapping.handler is function
        function.replies = [reply]
        put("order#1")
        assert function.keys(2) == ["order#1", "order#1"]

    def test_it_comes_again_from_where_the_function_says(
        self, mapping: EventSourceMapping, cloud: Cloud, function: Function
    ) -> None:
        cloud.wire.heard = lambda _: None
        for n in range(3):
            put(f"order#{n}")
        cloud.wire.heard = mapping.hear
        first_batch = threading.Event()

        def fail_the_second(event: Any, context: Any) -> Any:
            reply = function(event, context)
            if first_batch.is_set():
                return reply
            first_batch.set()
            number = event["Records"][1]["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": number}]}

        mapping.handler = fail_the_second
        put("order#3")
        assert [key(record) for record in function.batches.get(timeout=5)] == [
            "order#0",
            "order#1",
            "order#2",
            "order#3",
        ]
        assert function.keys(3) == ["order#1", "order#2", "order#3"]

    def test_what_always_fails_holds_nothing_up(
        self,
        mapping: EventSourceMapping,
        function: Function,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        assert mapping.handler is function
        function.replies = [RuntimeError()] * ATTEMPTS
        put("order#1")
        assert function.keys(ATTEMPTS) == ["order#1"] * ATTEMPTS
        put("order#2")
        assert function.keys(1) == ["order#2"]
        assert "does not take 1 changes" in caplog.text


def test_without_a_function_changes_go_nowhere(cloud: Cloud, function: Function) -> None:
    handed_over = threading.Event()

    class Between:
        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            handed_over.set()

    mapping = EventSourceMapping(TABLE, cloud.backstage, between=Between())
    cloud.wire.heard = mapping.hear
    put("order#1")
    assert handed_over.wait(5)
    mapping.handler = function
    put("order#2")
    assert function.keys(1) == ["order#2"]
    mapping.close()


def test_the_function_runs_between_turns(cloud: Cloud, function: Function) -> None:
    turns = threading.RLock()
    mapping = EventSourceMapping(TABLE, cloud.backstage, between=turns)
    mapping.handler = function
    cloud.wire.heard = mapping.hear
    with turns:
        put("order#1")
        with pytest.raises(queue.Empty):
            function.batches.get(timeout=0.2)
    assert function.keys(1) == ["order#1"]
    mapping.close()


def test_a_write_that_failed_makes_nobody_look(cloud: Cloud) -> None:
    heard: list[tuple[str | None, int | None]] = []
    cloud.wire.heard = lambda call: heard.append((call.target, call.status))
    put("order#1")
    with pytest.raises(Exception, match="ValidationException"):
        put("")
    assert [status for _, status in heard] == [200, 400]
