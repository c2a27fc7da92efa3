"""The time that a turn has: Alexa waits eight seconds, and every outside call shares them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import Protocol, TypeVar

ALEXA_WAITS = 8.0
"""Seconds after which Alexa gives up, however long Lambda would let us run."""

ANSWERING = 0.5
"""Seconds kept back for the answer itself."""

T = TypeVar("T")

_ends: ContextVar[float] = ContextVar("the end of the turn")


class LambdaContext(Protocol):
    """What Lambda tells about an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


class OutOfTimeError(Exception):
    """The turn has no time left for an outside call."""


@contextmanager
def of_turn(remaining_ms: int) -> Iterator[None]:
    """Bound every outside call inside the block by what is left of the turn."""
    seconds = min(remaining_ms / 1000, ALEXA_WAITS) - ANSWERING
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


def bounded(call: Callable[[], T], *, at_most: float, at_least: float = 0.1) -> T:
    """What an outside call gives, waited for no longer than the turn allows.

    The timeouts of requests and botocore bound one read of a socket, so an answer that
    drips outlasts them, and so does a name server that hangs. Therefore the call runs
    in a thread of its own. One that is given up on ends whenever its connection does, and
    whatever it would begin after that can ask `check` first.

    Args:
        call: asks somebody outside.
        at_most: seconds to wait, even if the turn has more.
        at_least: seconds without which the call is not worth beginning.

    Raises:
        OutOfTimeError: there is too little time to begin, or the answer took too long.
        Exception: whatever the call raises.
    """
    seconds = min(at_most, _left())
    if seconds < at_least:
        raise OutOfTimeError
    outcome: Future[T] = Future()
    within = copy_context()
    within.run(_ends.set, time.monotonic() + seconds)
    Thread(target=within.run, args=(_settle, outcome, call), daemon=True).start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        raise OutOfTimeError from None


def check() -> None:
    """Raise OutOfTimeError if the turn, or the call that this is a part of, has no time left."""
    if _left() <= 0:
        raise OutOfTimeError


def _left() -> float:
    ends = _ends.get(None)
    return float("inf") if ends is None else ends - time.monotonic()


def _settle(outcome: Future[T], call: Callable[[], T]) -> None:
    try:
        outcome.set_result(call())
    except BaseException as error:  # noqa: BLE001 - it is raised where the call was made
        outcome.set_exception(error)
