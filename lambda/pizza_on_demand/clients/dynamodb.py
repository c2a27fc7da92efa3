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
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0


class Table:
    """A DynamoDB table with everything that the skill remembers."""

    def __init__(self, name: str) -> None:
        self._name = name

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        """Write a visit down and give back the one before it.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        item: dict[str, AttributeValueTypeDef] = {
            "pk": {"S": f"visitor#{user_id}"},
            "at": {"S": visit.at.isoformat()},
            "expires": {"N": str(int((visit.at + REMEMBERED_FOR).timestamp()))},
        }
        if visit.wish:
            item["wish"] = {"S": visit.wish}
        with _failing_as(VisitsUnavailableError):
            answer = self._dynamodb.put_item(
                TableName=self._name, Item=item, ReturnValues="ALL_OLD"
            )
        before = answer.get("Attributes")
        if not before or datetime.fromisoformat(before["at"]["S"]) + REMEMBERED_FOR < visit.at:
            return None
        wish = before.get("wish", {}).get("S")
        return Visit(datetime.fromisoformat(before["at"]["S"]), wish)

    def forget(self, user_id: str) -> None:
        """Remove what is known of a household.

        Raises:
            VisitsUnavailableError: the table cannot be used just now.
        """
        with _failing_as(VisitsUnavailableError):
            self._dynamodb.delete_item(
                TableName=self._name, Key={"pk": {"S": f"visitor#{user_id}"}}
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


@contextmanager
def _failing_as(refusal: Callable[[str], Exception]) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        deadline.seconds_for(ANSWER_SECONDS, at_least=0.3)
        yield
    except ClientError as error:
        raise refusal(error.response.get("Error", {}).get("Code", "unknown")) from error
    except (BotoCoreError, deadline.OutOfTimeError) as error:
        raise refusal(type(error).__name__) from error
