"""Orders in the table: written if nobody was faster, and found by their numbers."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pizza_on_demand.clients.dynamodb.attribute_values import plain, serialized
from pizza_on_demand.clients.dynamodb.order_items import (
    LAST_NUMBER,
    OWING,
    due_text,
    item_of,
    order_of,
    owed_key,
    partition,
    sort_key,
)
from pizza_on_demand.clients.dynamodb.table import Table
from pizza_on_demand.orders import ConflictError, Order, OrdersUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBOrderStore:
    """Keeps orders.

    Raises:
        OrdersUnavailableError: from every verb, when the table cannot be used just now.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def recent(self, sub: str, count: int, *, up_to: int | None = None) -> Sequence[Order]:
        """A customer's newest orders by their numbers, the newest first.

        Args:
            up_to: leaves out those with a higher number.
        """
        last = LAST_NUMBER if up_to is None else min(up_to, LAST_NUMBER)
        return self._query(sub, 1, last, Limit=count, ScanIndexForward=False)

    def oldest(self, sub: str, count: int, *, after: int = 0) -> Sequence[Order]:
        """A customer's oldest orders by their numbers, the oldest first.

        Args:
            after: leaves out the order of that number, and those with a lower one.
        """
        return self._query(sub, after + 1, LAST_NUMBER, Limit=count, ScanIndexForward=True)

    def owing(self, by: datetime, count: int) -> Sequence[tuple[str, int]]:
        """Whose orders, and of which numbers, owe a receipt that was due by then.

        The longest due come first. An index cannot be read consistently, so one that was
        settled a moment ago may be among them, and one that was confirmed just now may not.
        """
        items = self._table.call(
            OrdersUnavailableError,
            lambda dynamodb: dynamodb.query(
                TableName=self._table.name,
                IndexName="owing",
                KeyConditionExpression="owes = :receipt AND receipt_due <= :by",
                ExpressionAttributeValues=serialized({":receipt": OWING, ":by": due_text(by)}),
                Limit=count,
            )["Items"],
        )
        return [owed_key(plain(item)) for item in items]

    def add(self, order: Order) -> Order:
        """Keep a new order.

        Raises:
            ConflictError: its number is taken.
        """
        return self._put(order, ConditionExpression="attribute_not_exists(pk)")

    def replace(self, order: Order) -> Order:
        """Keep a changed order.

        Raises:
            ConflictError: somebody else has changed that version before.
        """
        return self._put(
            order,
            ConditionExpression="version = :version",
            ExpressionAttributeValues=serialized({":version": order.version}),
        )

    def remove(self, order: Order) -> None:
        """Keep an order no longer; one that is gone already is fine.

        Raises:
            ConflictError: somebody else has changed that version before.
        """

        def delete(dynamodb: DynamoDBClient) -> None:
            try:
                dynamodb.delete_item(
                    TableName=self._table.name,
                    Key=serialized({"pk": partition(order.sub), "sk": sort_key(order.number)}),
                    ConditionExpression="attribute_not_exists(pk) OR version = :version",
                    ExpressionAttributeValues=serialized({":version": order.version}),
                )
            except dynamodb.exceptions.ConditionalCheckFailedException:
                raise ConflictError from None

        self._table.call(OrdersUnavailableError, delete)

    def _query(self, sub: str, first: int, last: int, **how: Any) -> Sequence[Order]:
        if first > last:
            return []  # DynamoDB refuses such a range
        items = self._table.call(
            OrdersUnavailableError,
            lambda dynamodb: dynamodb.query(
                TableName=self._table.name,
                KeyConditionExpression="pk = :customer AND sk BETWEEN :first AND :last",
                ExpressionAttributeValues=serialized(
                    {
                        ":customer": partition(sub),
                        ":first": sort_key(first),
                        ":last": sort_key(last),
                    }
                ),
                ConsistentRead=True,
                **how,
            )["Items"],
        )
        return [order_of(sub, plain(item)) for item in items]

    def _put(self, order: Order, **condition: Any) -> Order:
        """Write an order if the condition holds, and know our own write again.

        When the answer to a write is lost, botocore sends it once more, and then the
        condition fails because of the write that we have made ourselves.
        """
        kept = replace(order, version=order.version + 1)
        write = secrets.token_hex(8)
        item = serialized(item_of(kept) | {"write": write})

        def put(dynamodb: DynamoDBClient) -> None:
            try:
                dynamodb.put_item(
                    TableName=self._table.name,
                    Item=item,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **condition,
                )
            except dynamodb.exceptions.ConditionalCheckFailedException as failure:
                answer: Mapping[str, Any] = failure.response
                if plain(answer.get("Item", {})).get("write") != write:
                    raise ConflictError from None

        self._table.call(OrdersUnavailableError, put)
        return kept
