from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest

from simulator.cloud import REGION, Cloud, create_table
from tests.races.crowd import Crowd, Shop
from tests.races.dynamodb_local import DynamoDBLocal, missing

_names = map("pizza-{}".format, itertools.count())


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
    """Races for fewer orders: moto is slow, lives in our own process, and proves less.

    MOTO_ORDERS=200 has it race for as many as DynamoDB Local; that takes minutes.
    """
    name = next(_names)
    cloud = Cloud(table=name, sender="pizza@pizza-on-demand.example")
    yield Shop(name, many=int(os.environ.get("MOTO_ORDERS", "5")), few=2)
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
