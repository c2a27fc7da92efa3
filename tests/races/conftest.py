from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import TypeVar

import pytest

from pizza_on_demand.clients.dynamodb import Table
from simulator.clock import Clock
from simulator.cloud import REGION, Cloud, create_table
from tests.ordering import ADA, Counter, Letterbox
from tests.races.dynamodb_local import DynamoDBLocal, missing

Told = TypeVar("Told")

THREADS = 50
INSTANCES = 5
"""As many Lambda instances, each with connections of its own, serve the threads."""
PATIENT = 30.0
"""Seconds: fifty customers at once are many for a laptop that serves them too."""

_names = map("pizza-{}".format, itertools.count())


@dataclass
class Shop:
    """Several processes of the skill in front of one table, and everybody's mailbox."""

    table: str
    many: int
    """How many orders to race for in the hardest race, and in the others."""
    few: int

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.mailbox = Letterbox()
        self.counters = [self.counter() for _ in range(INSTANCES)]
        for counter in self.counters:
            counter.orders.latest(ADA)  # connects: boto3 makes no two clients at once

    def counter(self) -> Counter:
        """One more process."""
        store = Table(self.table, patience=PATIENT)
        return Counter(self.clock, store=store, mailbox=self.mailbox)


class Crowd:
    """Threads that do things at once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS)

    def at_once(self, calls: Sequence[Callable[[], Told]]) -> list[Told | Exception]:
        """What each call gives or raises; none of them begins before all are ready."""
        ready = Barrier(len(calls))

        def outcome(call: Callable[[], Told]) -> Told | Exception:
            ready.wait()
            try:
                return call()
            except Exception as refusal:  # noqa: BLE001 - refusals are what is looked at
                return refusal

        return list(self._pool.map(outcome, calls))

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    threads = Crowd()
    yield threads
    threads.close()


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[DynamoDBLocal]:
    """Without Java and npm these tests are skipped, except in CI."""
    if lacking := missing():
        why = f"DynamoDB Local needs {' and '.join(lacking)} on this machine"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    emulator = DynamoDBLocal()
    yield emulator
    emulator.close()


@pytest.fixture
def moto_shop() -> Iterator[Shop]:
    """Races for fewer orders: moto is slow, lives in our own process, and proves less."""
    name = next(_names)
    cloud = Cloud(table=name, sender="pizza@pizza-on-demand.example")
    yield Shop(name, many=5, few=2)
    cloud.close()


@pytest.fixture
def local_shop(dynamodb_local: DynamoDBLocal, monkeypatch: pytest.MonkeyPatch) -> Shop:
    name = next(_names)
    for variable, value in {
        "AWS_ENDPOINT_URL": dynamodb_local.origin,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "simulator",
        "AWS_SECRET_ACCESS_KEY": "simulator",
    }.items():
        monkeypatch.setenv(variable, value)
    create_table(name)
    return Shop(name, many=200, few=20)


@pytest.fixture(params=["moto", "dynamodb-local"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """The shop over each of the two databases in turn."""
    wanted = "moto_shop" if request.param == "moto" else "local_shop"
    over: Shop = request.getfixturevalue(wanted)
    return over
