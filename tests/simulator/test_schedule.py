"""The schedule that calls a function every so often."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator.clock import Clock
from simulator.schedule import FUNCTION_WAITS_MS, Schedule

MINUTES = timedelta(minutes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def schedule(clock: Clock) -> Iterator[Schedule]:
    made = Schedule(5 * MINUTES, clock.now)
    yield made
    made.close()


def test_it_calls_when_its_time_has_come_and_not_before(schedule: Schedule, clock: Clock) -> None:
    events: list[Any] = []
    schedule.handler = lambda event, _: events.append(event)
    for _ in range(3):
        clock.wait(3 * MINUTES)
        schedule.tick()

    [event] = events
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")


def test_a_week_that_passes_at_once_is_one_call(schedule: Schedule, clock: Clock) -> None:
    calls: list[int] = []
    schedule.handler = lambda _, context: calls.append(context.get_remaining_time_in_millis())
    clock.wait(timedelta(weeks=1))
    for _ in range(2):
        schedule.tick()

    [left_ms] = calls
    assert FUNCTION_WAITS_MS - 5000 < left_ms <= FUNCTION_WAITS_MS


def test_time_that_passes_by_itself_counts_too(clock: Clock) -> None:
    called = threading.Event()
    schedule = Schedule(timedelta(seconds=0.05), clock.now)
    schedule.handler = lambda _event, _context: called.set()
    try:
        assert called.wait(10)
    finally:
        schedule.close()


def test_a_deployment_without_a_function_for_it_calls_nothing(
    schedule: Schedule, clock: Clock
) -> None:
    clock.wait(6 * MINUTES)
    schedule.tick()
