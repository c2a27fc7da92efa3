"""The connection that everything in the table is read and written through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pizza_on_demand import deadline
from pizza_on_demand.clients.aws import new_client, no_answer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE = 2.0
"""Seconds for a call with its retries."""

ATTEMPTS = 4
"""How often a call is made: some connections die while they lie idle, and a table that is
throttled for a moment takes the next one. Between them botocore waits 50, 100 and 200 ms in its
mode "legacy"; in "standard", its default, it waits for up to a second, then two, then four.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

Answer = TypeVar("Answer")


class Table:
    """A DynamoDB table with everything that the skill remembers.

    Args:
        name: of the table, which may also be its ARN.
        patience: seconds to wait for an answer, even if the turn has more.
    """

    def __init__(self, name: str, *, patience: float = PATIENCE) -> None:
        self.name = name
        self._patience = patience

    def call(
        self, refusal: Callable[[str], Exception], request: Callable[[DynamoDBClient], Answer]
    ) -> Answer:
        """What DynamoDB answers, waited for no longer than patience and the turn allow.

        Args:
            refusal: makes the error to raise when the table cannot be used just now, from
                the reason as DynamoDB or botocore names it.
            request: asks the client that it is given. Whatever it raises that is not
                DynamoDB's or botocore's comes through as it is.
        """
        with _failing_as(refusal):
            dynamodb = self._dynamodb
            return deadline.bounded(lambda: request(dynamodb), at_most=self._patience)

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = new_client(
            "dynamodb",
            connect_timeout=self._patience / 4,
            read_timeout=self._patience / 2,
            retries={"mode": "legacy", "total_max_attempts": ATTEMPTS},
        )
        client.meta.events.register("before-send.dynamodb", _begin_in_time)
        return client


def _begin_in_time(**_: object) -> None:
    """No attempt begins when its call was given up on: nobody would hear of what it wrote."""
    deadline.check()


@contextmanager
def _failing_as(refusal: Callable[[str], Exception]) -> Iterator[None]:
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        raise refusal(error.response.get("Error", {}).get("Code", "unknown")) from error
    except no_answer() as error:
        raise refusal(type(error).__name__) from error
