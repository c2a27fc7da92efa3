"""The time that a turn has: Alexa waits eight seconds, and every outside call shares them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import Any, Protocol, TypeVar

ALEXA_WAITS = 8.0
"""Seconds after which Alexa gives up, however long Lambda would let us run."""

ANSWERING = 0.5
"""Seconds kept back for the answer itself."""

T = TypeVar("T")

_ends: ContextVar[float] = ContextVar("the end of the turn")
_bridge: ContextVar[_Bridge] = ContextVar("what is said while the turn waits")


class LambdaContext(Protocol):
    """What Lambda tells about an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


class OutOfTimeError(Exception):
    """The turn has no time left for an outside call."""


class _Bridge:
    """What is said while a turn waits, once it is due."""

    def __init__(self, due: float, say: Callable[[], None]) -> None:
        self.due = due
        self._say: Callable[[], None] | None = say

    def wait_for(self, outcome: Future[Any]) -> None:
        """Wait for the outcome until it is due; say it then, if that was in vain."""
        wait([outcome], max(0.0, self.due - time.monotonic()))
        if self._say and not outcome.done():
            Thread(target=self._say, daemon=True).start()
            self._say = None


@contextmanager
def of_turn(remaining_ms: int) -> Iterator[None]:
    """Bound every outside call inside the block by what is left of the turn."""
    seconds = min(remaining_ms / 1000, ALEXA_WAITS) - ANSWERING
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


@contextmanager
def bridged(say: Callable[[], None], *, after: float) -> Iterator[None]:
    """Say something once, if the block is still waiting for an outside call after a while.

    It is said beside the call, in a thread of its own, and nobody waits for it.

    Args:
        after: seconds from the block's beginning.
    """
    before = _bridge.set(_Bridge(time.monotonic() + after, say))
    try:
        yield
    finally:
        _bridge.reset(before)


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
    gives_up = time.monotonic() + seconds
    if (bridge := _bridge.get(None)) and bridge.due < gives_up:
        bridge.wait_for(outcome)
    try:
        return outcome.result(max(0.0, gives_up - time.monotonic()))
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
