"""The Lambda function as Alexa meets it: JSON in, JSON out, and a limit."""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.wire import Call, Wire

Handler = Callable[[Any, Any], Any]

ALEXA_WAITS_MS = 8000
"""Alexa gives up on a reply after eight seconds."""

LAMBDA_TIMEOUT_MS = 7000
"""What the template gives the function, so that it gives up before Alexa does."""


class UnansweredError(Exception):
    """There is no reply; the message says why, in words for a person."""


class TimedOutError(UnansweredError):
    """The reply did not come in time."""


@dataclass
class LambdaContext:
    """The context object of one invocation.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    timeout_ms: int = LAMBDA_TIMEOUT_MS
    function_name: str = "pizza-on-demand"
    function_version: str = "$LATEST"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:pizza-on-demand"
    memory_limit_in_mb: str = "512"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_group_name: str = "/aws/lambda/pizza-on-demand"
    log_stream_name: str = "2026/01/05/[$LATEST]5ea1ed0ff1ce"
    identity: None = None
    client_context: None = None
    _began: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        spent = (time.monotonic() - self._began) * 1000
        return max(0, int(self.timeout_ms - spent))


@dataclass(frozen=True)
class Invocation:
    """What came of one call of the function."""

    reply: Any
    """As JSON has it; None if there is none."""
    took_ms: float
    began: float
    """`time.monotonic()` when it was called."""
    calls: list[Call]
    """What the function asked other services meanwhile."""
    failure: UnansweredError | None = None
    """Why there is no reply."""


class Function:
    """Calls a handler as Lambda does, one event at a time.

    Args:
        handler: may be exchanged at any time, as a deployment does.
        wires: to the services that the function uses.
        waits_ms: how long a reply is waited for.
        timeout_ms: how long the function itself is told that it has.
    """

    def __init__(
        self,
        handler: Handler,
        wires: Sequence[Wire] = (),
        waits_ms: int = ALEXA_WAITS_MS,
        timeout_ms: int = LAMBDA_TIMEOUT_MS,
    ) -> None:
        self.handler = handler
        self._wires = wires
        self._waits_ms = waits_ms
        self._timeout_ms = timeout_ms

    def invoke(self, event: Any) -> Invocation:
        """Send an event and wait for the reply, as long as Alexa would."""
        calls: list[Call] = []
        for wire in self._wires:
            wire.calls = calls
        began = time.monotonic()
        reply, failure = None, None
        try:
            reply = self._wait_for(self.handler, json.dumps(event))
        except UnansweredError as error:
            failure = error
        took_ms = (time.monotonic() - began) * 1000
        return Invocation(reply, took_ms, began, list(calls), failure)

    def _wait_for(self, handler: Handler, event: str) -> Any:
        outcome: queue.Queue[str | UnansweredError] = queue.Queue()
        context = LambdaContext(self._timeout_ms)
        threading.Thread(
            target=lambda: outcome.put(_outcome(handler, event, context)), daemon=True
        ).start()
        try:
            got = outcome.get(timeout=self._waits_ms / 1000)
        except queue.Empty:
            seconds = f"{self._waits_ms / 1000:g} seconds"
            raise TimedOutError(f"the function did not answer within {seconds}") from None
        if isinstance(got, UnansweredError):
            raise got
        return json.loads(got)


def _outcome(handler: Handler, event: str, context: LambdaContext) -> str | UnansweredError:
    """The reply as JSON, or why there is none: Lambda survives whatever a handler does."""
    try:
        reply = handler(json.loads(event), context)
    except BaseException as error:  # noqa: BLE001 - even sys.exit() ends no more than the turn
        return UnansweredError(f"the function raised {type(error).__name__}: {error}")
    try:
        return json.dumps(reply)
    except (TypeError, ValueError, RecursionError) as error:
        return UnansweredError(f"the function returned what JSON cannot say: {error}")
