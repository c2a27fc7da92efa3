"""The time that a turn has: Alexa waits eight seconds, and every outside call shares them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ANSWERING = 0.5
"""Seconds kept back for the answer itself."""

_ends: ContextVar[float] = ContextVar("the end of the turn")


class OutOfTimeError(Exception):
    """The turn has no time left for another outside call."""


@contextmanager
def of_turn(remaining_ms: int) -> Iterator[None]:
    """Bound every outside call inside the block by what is left of the turn."""
    before = _ends.set(time.monotonic() + remaining_ms / 1000 - ANSWERING)
    try:
        yield
    finally:
        _ends.reset(before)


def seconds_for(at_most: float, *, at_least: float = 0.1) -> float:
    """How many seconds an outside call may take: *at_most*, or what the turn has left.

    Raises:
        OutOfTimeError: less than *at_least* is left, so the call is not worth beginning.
    """
    ends = _ends.get(None)
    left = at_most if ends is None else min(at_most, ends - time.monotonic())
    if left < at_least:
        raise OutOfTimeError
    return left
