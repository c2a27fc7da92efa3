from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.clock import Clock
from simulator.cloud import Cloud
from tests.clients.served_tenant import ServedTenant
from tests.stopped_clock import StoppedClock


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


@pytest.fixture
def auth0(clock: Clock) -> Iterator[ServedTenant]:
    with ServedTenant(clock) as served:
        yield served


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table="pizza", sender="pizza@pizza-on-demand.example")
    yield fresh
    fresh.wire.mend()
    fresh.close()
