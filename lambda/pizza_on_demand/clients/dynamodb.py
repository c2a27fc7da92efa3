"""The table, as the business asks for it.

One table serves every need; "pk" is its key and "expires" its TTL attribute
(epoch seconds; DynamoDB removes items some time after it, so readers check).

    | who asks                  | pk               | how                          |
    | the last visit, swapped   | visitor#<userId> | PutItem, returning the old   |
    | forget a household        | visitor#<userId> | DeleteItem                   |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pizza_on_demand import deadline
from pizza_on_demand.visits import REMEMBERED_FOR, Visit, VisitsUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0
PATIENCE = 2.0
"""Seconds for a call with its one retry: some connections die while they lie idle."""


class Table:
    """A DynamoDB table with everything that the skill remembers."""

    def __init__(self, name: str) -> None:
        self._name = name

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        """Write a visit down and give back the one before it.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        with _failing_as(VisitsUnavailableError):
            dynamodb = self._dynamodb
            answer = deadline.bounded(
                lambda: dynamodb.put_item(
                    TableName=self._name, Item=_item(user_id, visit), ReturnValues="ALL_OLD"
                ),
                at_most=PATIENCE,
            )
        before = answer.get("Attributes")
        if not before or float(before["expires"]["N"]) <= visit.at.timestamp():
            return None
        wish = before.get("wish", {}).get("S")
        return Visit(datetime.fromisoformat(before["at"]["S"]), wish)

    def forget(self, user_id: str) -> None:
        """Remove what is known of a household.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        with _failing_as(VisitsUnavailableError):
            dynamodb = self._dynamodb
            deadline.bounded(
                lambda: dynamodb.delete_item(TableName=self._name, Key=_key(user_id)),
                at_most=PATIENCE,
            )

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        # botocore needs 0.2 s to import: only a deployment with a table pays for it.
        import boto3
        from botocore.config import Config

        return boto3.client(
            "dynamodb",
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                retries={"total_max_attempts": 2},
            ),
        )


def _key(user_id: str) -> dict[str, AttributeValueTypeDef]:
    return {"pk": {"S": f"visitor#{user_id}"}}


def _item(user_id: str, visit: Visit) -> Mapping[str, AttributeValueTypeDef]:
    expires = int((visit.at + REMEMBERED_FOR).timestamp())
    item = _key(user_id) | {"at": {"S": visit.at.isoformat()}, "expires": {"N": str(expires)}}
    return item | {"wish": {"S": visit.wish}} if visit.wish else item


@contextmanager
def _failing_as(refusal: Callable[[str], Exception]) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise refusal(error.response.get("Error", {}).get("Code", "unknown")) from error
    except (BotoCoreError, deadline.OutOfTimeError) as error:
        raise refusal(type(error).__name__) from error
