"""AWS in the world, where it must not be weaker than Amazon's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import boto3
import pytest

from simulator.cloud import Cloud

ROUNDS, THREADS = 40, 8


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that interrupt each other at nearly every step."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_of_writes_with_the_same_condition_at_once_one_wins() -> None:
    cloud = Cloud(table="pizza", sender="pizza@example.com")
    dynamodb = boto3.client("dynamodb")
    start = Barrier(THREADS)

    def take(round_: int) -> bool:
        start.wait()
        try:
            dynamodb.put_item(
                TableName="pizza",
                Item={"pk": {"S": "one"}, "sk": {"S": str(round_)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        for round_ in range(ROUNDS):
            assert sum(pool.map(take, [round_] * THREADS)) == 1
    cloud.close()
