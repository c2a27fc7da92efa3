"""A function that is called every so often, as by a rule of EventBridge."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from simulator.function import Function, Handler

FUNCTION_WAITS_MS = 60_000


class Schedule:
    """Calls a function by the world's clock.

    However much time somebody lets pass at once, the function is called once at its end: a
    week would be two thousand calls.

    Args:
        every: how long after one call the next one comes.
        now: tells the time.
        between: held while the function runs.

    Attributes:
        handler: may be exchanged at any time, as a deployment does. Without one nothing is
            called.
    """

    def __init__(
        self,
        every: timedelta,
        now: Callable[[], datetime],
        *,
        between: AbstractContextManager[Any] | None = None,
    ) -> None:
        self.handler: Handler | None = None
        self._every = every
        self._now = now
        self._between = between or nullcontext()
        self._next = now() + every
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Call the function, if its time has come."""
        with self._between:
            now = self._now()
            if now < self._next:
                return
            self._next = now + self._every
            if self.handler:
                function = Function(
                    self.handler, waits_ms=FUNCTION_WAITS_MS, timeout_ms=FUNCTION_WAITS_MS
                )
                function.invoke(_event(now))

    def close(self) -> None:
        """Call nothing any more."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        """Time passes by itself too."""
        while not self._closing.wait(max(0.0, (self._next - self._now()).total_seconds())):
            self.tick()


def _event(now: datetime) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html"""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/pizza-on-demand-sweep"],
        "detail": {},
    }
