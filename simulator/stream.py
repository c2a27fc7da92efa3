"""What changes in the table reaches a function, as through a DynamoDB stream and Lambda."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3

from simulator.function import Function, Handler
from simulator.wire import Call

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_dynamodbstreams.type_defs import RecordTypeDef

logger = logging.getLogger(__name__)

Record = dict[str, Any]

PREFIX = "order#"
"""What the sort keys begin with whose changes count: the mapping's FilterCriteria."""

ATTEMPTS = 3
FUNCTION_WAITS_MS = 10_000

_API = "DynamoDB_20120810."
_WRITES = frozenset(
    _API + name
    for name in ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
)


class EventSourceMapping:
    """Hands the changes of a table to a function: in order, and each once or more.

    Lambda asks a stream four times a second whether there is anything new. This does the same
    when the wire has seen a write, and rests otherwise. A batch that the function fails is
    tried again, from the first record that it names, a few times; then it is dropped.
    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html

    Args:
        table: it has a stream.
        endpoint: of DynamoDB, where neither faults are played nor calls are written down.
        between: held while the function runs.

    Attributes:
        handler: may be exchanged at any time, as a deployment does. Without one the changes
            go nowhere.
    """

    def __init__(
        self, table: str, endpoint: str, *, between: AbstractContextManager[Any] | None = None
    ) -> None:
        self.handler: Handler | None = None
        self._table = table
        self._endpoint = endpoint
        self._between = between or nullcontext()
        self._news = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def hear(self, call: Call) -> None:
        """Look for changes, if a call to the table may have made some."""
        if call.target in _WRITES and call.status == 200:
            self._news.set()

    def close(self) -> None:
        """Hand nothing over any more."""
        self._closing.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        while self._news.wait() and not self._closing.is_set():
            self._news.clear()
            records = [_as_event(record) for record in self._read()]
            wanted = [record for record in records if _is_wanted(record)]
            if wanted:
                self._deliver(wanted)

    def _deliver(self, records: Sequence[Record]) -> None:
        for attempt in range(ATTEMPTS):
            if self._closing.wait(attempt * 0.1):
                return
            with self._between:
                records = self._left_over(records)
            if not records:
                return
        logger.warning("the function does not take %d changes", len(records))

    def _left_over(self, records: Sequence[Record]) -> Sequence[Record]:
        """Hand records over; gives those that the function has not dealt with."""
        if self.handler is None:
            return []
        event = {"Records": list(records)}
        invocation = Function(self.handler, waits_ms=FUNCTION_WAITS_MS).invoke(event)
        if invocation.failure:
            return records
        reply = invocation.reply if isinstance(invocation.reply, dict) else {}
        failures = reply.get("batchItemFailures") or []
        failed = {failure.get("itemIdentifier") for failure in failures}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        if not failed <= set(numbers):
            return records
        return records[min(map(numbers.index, failed), default=len(records)) :]

    def _read(self) -> Sequence[RecordTypeDef]:
        """What has changed since the last time."""
        got = self._client.get_records(ShardIterator=self._iterator)
        self._iterator = got["NextShardIterator"]
        return got["Records"]

    @cached_property
    def _client(self) -> DynamoDBStreamsClient:
        return boto3.client("dynamodbstreams", endpoint_url=self._endpoint)

    @cached_property
    def _iterator(self) -> str:
        """Where to read on: at first, where the stream begins."""
        [stream] = self._client.list_streams(TableName=self._table)["Streams"]
        arn = stream["StreamArn"]
        [shard] = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        began = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        return began["ShardIterator"]


def _as_event(record: RecordTypeDef) -> Record:
    """The record as Lambda writes it: times are numbers there."""
    changed = record["dynamodb"]
    written = changed["ApproximateCreationDateTime"]
    return {**record, "dynamodb": {**changed, "ApproximateCreationDateTime": written.timestamp()}}


def _is_wanted(record: Record) -> bool:
    return str(record["dynamodb"]["Keys"]["sk"]["S"]).startswith(PREFIX)
