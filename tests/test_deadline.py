"""The time of a turn, and what outside calls may take of it."""

from __future__ import annotations

import threading
import time

import pytest

from pizza_on_demand import deadline
from pizza_on_demand.deadline import OutOfTimeError, bounded, of_turn

FOR_EVER = 20.0


def wait_for_ever() -> None:
    threading.Event().wait(FOR_EVER)


def waited(*, at_most: float) -> float:
    """Seconds until we gave up on a call that never ends."""
    began = time.monotonic()
    with pytest.raises(OutOfTimeError):
        bounded(wait_for_ever, at_most=at_most)
    return time.monotonic() - began


def test_a_call_gives_what_it_gives() -> None:
    assert bounded(lambda: "pizza", at_most=1) == "pizza"


def test_a_call_raises_what_it_raises() -> None:
    def fail() -> None:
        raise LookupError("no pizza")

    with pytest.raises(LookupError, match="no pizza"):
        bounded(fail, at_most=1)


def test_outside_a_turn_a_call_has_its_own_time() -> None:
    assert 0.2 <= waited(at_most=0.2) < 0.4


def test_within_a_turn_it_has_what_is_left_after_the_answers_share() -> None:
    with of_turn(int((deadline.ANSWERING + 0.2) * 1000)):
        assert 0.15 < waited(at_most=FOR_EVER) < 0.4


def test_the_calls_of_a_turn_share_its_time() -> None:
    with of_turn(int((deadline.ANSWERING + 0.5) * 1000)):
        waited(at_most=0.3)

        assert waited(at_most=0.3) < 0.25


def test_a_call_is_not_begun_when_it_cannot_end() -> None:
    began = []

    with of_turn(int((deadline.ANSWERING + 0.8) * 1000)):
        with pytest.raises(OutOfTimeError):
            bounded(lambda: began.append("early"), at_most=3, at_least=1)
        bounded(lambda: began.append("in time"), at_most=3, at_least=0.5)

    assert began == ["in time"]


def test_alexa_waits_eight_seconds_even_if_lambda_would_let_us_run_for_minutes() -> None:
    answer = deadline.ALEXA_WAITS - deadline.ANSWERING
    with of_turn(60_000):
        assert bounded(lambda: "in time", at_most=60, at_least=answer - 0.5)
        with pytest.raises(OutOfTimeError):
            bounded(lambda: "too late", at_most=60, at_least=answer)


def test_a_turn_ends_with_its_block() -> None:
    with of_turn(8000):
        with of_turn(0), pytest.raises(OutOfTimeError):
            bounded(lambda: "inner", at_most=1)
        assert bounded(lambda: "outer", at_most=1)
    assert bounded(lambda: "none", at_most=FOR_EVER, at_least=FOR_EVER)
