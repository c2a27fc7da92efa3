"""The table, as the business asks for it.

One table serves every need. Its key is "pk" and "sk", and "expires" its TTL attribute
(epoch seconds; DynamoDB removes items some time after it, so readers check).

    | who asks                   | pk               | sk             | how                         |
    | the last visit, swapped    | visitor#<userId> | visit          | PutItem, returning the old  |
    | forget a household         | visitor#<userId> | visit          | DeleteItem                  |
    | the newest orders          | customer#<sub>   | order#<number> | Query backwards, consistent |
    | a new order                | customer#<sub>   | order#<number> | PutItem if there is none    |
    | every change of an order   | customer#<sub>   | order#<number> | PutItem if it is of that    |
    |                            |                  |                | version                     |

Every write is one item's, and the condition is the whole of the locking: no transactions.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pizza_on_demand import deadline
from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import ConflictError, Order, OrdersUnavailableError, State
from pizza_on_demand.verification import Challenge, Channel
from pizza_on_demand.visits import REMEMBERED_FOR, Visit, VisitsUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

PATIENCE = 2.0
"""Seconds for a call with its one retry: some connections die while they lie idle."""

NOT_SOLD_KEPT_FOR = timedelta(days=30)
"""An order that was sold is kept for good, and so is one that locks ordering."""


class Table:
    """A DynamoDB table with everything that the skill remembers.

    Args:
        patience: seconds to wait for an answer, even if the turn has more.
    """

    def __init__(self, name: str, *, patience: float = PATIENCE) -> None:
        self._name = name
        self._patience = patience

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        """Write a visit down and give back the one before it.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        with _failing_as(VisitsUnavailableError):
            dynamodb = self._dynamodb
            answer = deadline.bounded(
                lambda: dynamodb.put_item(
                    TableName=self._name,
                    Item=_serialized(_visit_item(user_id, visit)),
                    ReturnValues="ALL_OLD",
                ),
                at_most=self._patience,
            )
        before = _plain(answer.get("Attributes", {}))
        if not before or before["expires"] <= visit.at.timestamp():
            return None
        return Visit(datetime.fromisoformat(before["at"]), before.get("wish"))

    def forget(self, user_id: str) -> None:
        """Remove what is known of a household.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        with _failing_as(VisitsUnavailableError):
            dynamodb = self._dynamodb
            deadline.bounded(
                lambda: dynamodb.delete_item(
                    TableName=self._name, Key=_serialized(_visit_key(user_id))
                ),
                at_most=self._patience,
            )

    def recent(self, sub: str, count: int) -> Sequence[Order]:
        """A customer's newest orders by their numbers, the newest first.

        Raises:
            OrdersUnavailableError: the table cannot be used just now.
        """
        with _failing_as(OrdersUnavailableError):
            dynamodb = self._dynamodb
            answer = deadline.bounded(
                lambda: dynamodb.query(
                    TableName=self._name,
                    KeyConditionExpression="pk = :customer AND begins_with(sk, :order)",
                    ExpressionAttributeValues=_serialized(
                        {":customer": _customer(sub), ":order": "order#"}
                    ),
                    ScanIndexForward=False,
                    Limit=count,
                    ConsistentRead=True,
                ),
                at_most=self._patience,
            )
        return [_order(sub, _plain(item)) for item in answer["Items"]]

    def add(self, order: Order) -> Order:
        """Keep a new order.

        Raises:
            ConflictError: its number is taken.
            OrdersUnavailableError: the table cannot be used just now.
        """
        return self._put(order, ConditionExpression="attribute_not_exists(pk)")

    def replace(self, order: Order) -> Order:
        """Keep a changed order.

        Raises:
            ConflictError: somebody else has changed that version before.
            OrdersUnavailableError: the table cannot be used just now.
        """
        return self._put(
            order,
            ConditionExpression="version = :version",
            ExpressionAttributeValues=_serialized({":version": order.version}),
        )

    def _put(self, order: Order, **condition: Any) -> Order:
        """Write an order if the condition holds, and know our own write again.

        When the answer to a write is lost, botocore sends it once more, and then the
        condition fails because of the write that we have made ourselves.
        """
        kept = replace(order, version=order.version + 1)
        write = secrets.token_hex(8)
        item = _serialized(_order_item(kept) | {"write": write})
        with _failing_as(OrdersUnavailableError):
            dynamodb = self._dynamodb
            try:
                deadline.bounded(
                    lambda: dynamodb.put_item(
                        TableName=self._name,
                        Item=item,
                        ReturnValuesOnConditionCheckFailure="ALL_OLD",
                        **condition,
                    ),
                    at_most=self._patience,
                )
            except dynamodb.exceptions.ConditionalCheckFailedException as failure:
                answer: Mapping[str, Any] = failure.response
                if _plain(answer.get("Item", {})).get("write") != write:
                    raise ConflictError from None
        return kept

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        # botocore needs 0.2 s to import: only a deployment with a table pays for it.
        import boto3
        from botocore.config import Config

        return boto3.client(
            "dynamodb",
            config=Config(
                connect_timeout=self._patience / 4,
                read_timeout=self._patience / 2,
                retries={"total_max_attempts": 2},
            ),
        )


def _visit_key(user_id: str) -> dict[str, Any]:
    return {"pk": f"visitor#{user_id}", "sk": "visit"}


def _visit_item(user_id: str, visit: Visit) -> dict[str, Any]:
    expires = int((visit.at + REMEMBERED_FOR).timestamp())
    item = _visit_key(user_id) | {"at": visit.at.isoformat(), "expires": expires}
    return item | {"wish": visit.wish} if visit.wish else item


def _customer(sub: str) -> str:
    return f"customer#{sub}"


def _order_item(order: Order) -> dict[str, Any]:
    """An order as people read it in the table: money as text, times in ISO 8601."""
    item: dict[str, Any] = {
        "pk": _customer(order.sub),
        "sk": f"order#{order.number:08}",
        "id": order.id,
        "version": order.version,
        "state": order.state.value,
        "size": order.pizza.size,
        "toppings": list(order.pizza.toppings),
        "quantity": order.pizza.quantity,
        "net": str(order.price.net),
        "tax": str(order.price.tax),
        "placed": order.placed.isoformat(),
        "good_until": order.good_until.isoformat(),
        "codes_sent": [at.isoformat() for at in order.codes_sent],
        "codes_spent": [at.isoformat() for at in order.codes_spent],
        "wrong_in_a_row": order.wrong_in_a_row,
        "disowned": order.disowned,
        "receipt_failed": order.receipt_failed,
        "confirmed": order.confirmed and order.confirmed.isoformat(),
        "challenge": order.challenge and _challenge_item(order.challenge),
        "lock": order.lock,
        "unlocked": order.unlocked and order.unlocked.isoformat(),
        "expires": _expires(order),
    }
    return {name: value for name, value in item.items() if value is not None}


def _expires(order: Order) -> int | None:
    if order.state is State.CONFIRMED or order.locked:
        return None
    return int((order.good_until + NOT_SOLD_KEPT_FOR).timestamp())


def _challenge_item(challenge: Challenge) -> dict[str, Any]:
    return {
        "id": challenge.id,
        "channel": challenge.channel.value,
        "good_until": challenge.good_until.isoformat(),
        "tries_left": challenge.tries_left,
        "kept": challenge.kept,
    }


def _order(sub: str, item: Mapping[str, Any]) -> Order:
    challenge = item.get("challenge")
    return Order(
        id=item["id"],
        number=int(item["sk"].removeprefix("order#")),
        sub=sub,
        pizza=Pizza(item["size"], tuple(item["toppings"]), int(item["quantity"])),
        price=Price(Decimal(item["net"]), Decimal(item["tax"])),
        placed=datetime.fromisoformat(item["placed"]),
        good_until=datetime.fromisoformat(item["good_until"]),
        state=State(item["state"]),
        confirmed=_time(item.get("confirmed")),
        challenge=_challenge(challenge) if challenge else None,
        codes_sent=tuple(datetime.fromisoformat(at) for at in item["codes_sent"]),
        codes_spent=tuple(datetime.fromisoformat(at) for at in item["codes_spent"]),
        wrong_in_a_row=int(item["wrong_in_a_row"]),
        lock=item.get("lock"),
        unlocked=_time(item.get("unlocked")),
        disowned=item["disowned"],
        receipt_failed=item["receipt_failed"],
        version=int(item["version"]),
    )


def _challenge(item: Mapping[str, Any]) -> Challenge:
    return Challenge(
        id=item["id"],
        channel=Channel(item["channel"]),
        good_until=datetime.fromisoformat(item["good_until"]),
        tries_left=int(item["tries_left"]),
        kept=item["kept"],
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _serialized(item: Mapping[str, Any]) -> dict[str, AttributeValueTypeDef]:
    from boto3.dynamodb.types import TypeSerializer

    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in item.items()}


def _plain(item: Mapping[str, AttributeValueTypeDef]) -> dict[str, Any]:
    """The item in Python's own types; numbers are Decimals."""
    from boto3.dynamodb.types import TypeDeserializer

    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in item.items()}


@contextmanager
def _failing_as(refusal: Callable[[str], Exception]) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise refusal(error.response.get("Error", {}).get("Code", "unknown")) from error
    except (BotoCoreError, deadline.OutOfTimeError) as error:
        raise refusal(type(error).__name__) from error
