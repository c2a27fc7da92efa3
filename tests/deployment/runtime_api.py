"""Lambda on loopback: a built artifact under AWS's own runtime client.

The client is the one that Lambda's Python runtimes run, and the API that it asks is written
down here: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator.closing import Closing
from simulator.wire import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ARN = "arn:aws:lambda:us-east-1:123456789012:function:pizza-on-demand:live"
EXITED = {"errorType": "Runtime.ExitError", "errorMessage": "its process has ended"}
STARTS_WITHIN = 30.0
"""Seconds; Lambda's own limit is 10, on a machine that nobody else uses."""


class FunctionError(Exception):
    """The function has no answer; the message says why, as Lambda's client put it."""


@dataclass
class _Invocation:
    event: bytes
    deadline_ms: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)


class Function(Closing):
    """A function in a process of its own, which takes one event after the other.

    Args:
        artifact: what was built.
        handler: such as "lambda_function.lambda_handler".
        python: one that has AWS's client, and boto3, as Lambda's has.
        environment: its variables.
        timeout: seconds for each event.
        snap_start: stops before the first event, when Lambda would take its picture.
        client: what asks the API, as arguments of `python`; AWS's own, unless it is another.

    Attributes:
        began: `time.monotonic()` when its process was started.
        logs: every record that it wrote, as JSON; what is no JSON as {"text": …}.
        pictured: set as soon as the picture could be taken.
    """

    def __init__(
        self,
        artifact: Path,
        handler: str,
        *,
        python: Path,
        environment: Mapping[str, str],
        timeout: float,
        snap_start: bool = False,
        client: Sequence[str | Path] = ("-m", "awslambdaric"),
    ) -> None:
        self.logs: list[dict[str, Any]] = []
        self.pictured = threading.Event()
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._restored = threading.Event()
        self._timeout = timeout
        self._waiting: queue.Queue[_Invocation | None] = queue.Queue()
        self._unanswered: dict[str, _Invocation] = {}
        self._init_error: dict[str, Any] = {}
        self._server = Server(self._serve)
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            [python, *client, handler],
            cwd=artifact,
            env=self._environment(environment, snap_start=snap_start),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read_logs, daemon=True)
        self._reader.start()

    def __call__(self, event: Any, _context: object = None) -> Any:
        """What the function answers to an event; the context is of its own making.

        Raises:
            FunctionError: it raised, ran out of time, has ended, or could not be imported.
        """
        self.wait_until_ready()
        deadline_ms = int((time.time() + self._timeout) * 1000)
        invocation = _Invocation(json.dumps(event).encode(), deadline_ms)
        self._unanswered[invocation.id] = invocation
        self._waiting.put(invocation)
        if self._ended.is_set():
            self._give_up()
        try:
            kind, answer = invocation.outcome.get(timeout=self._timeout)
        except queue.Empty:
            raise FunctionError(f"no answer within {self._timeout:g} s") from None
        if kind == "error":
            raise FunctionError(f"{answer['errorType']}: {answer['errorMessage']}")
        return answer

    def wait_until_ready(self) -> None:
        """Wait until its module is imported: Lambda counts that to no event's time.

        Raises:
            FunctionError: it could not be imported.
        """
        if not self._ready.wait(STARTS_WITHIN):
            raise FunctionError(f"not ready within {STARTS_WITHIN:g} s: {self.logs[-3:]}")
        if self._init_error:
            raise FunctionError(f"not imported: {self._init_error['errorMessage']}")

    def restore(self) -> None:
        """Go on after the picture."""
        self._restored.set()

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    def kill(self) -> None:
        """End its process, wherever that is; an event that it was at gets no answer."""
        self._process.kill()

    def close(self) -> None:
        """End it, and wait until nothing is left of it."""
        self.kill()
        with self._process:  # waits for its end, and closes its output
            self._reader.join()
        self._restored.set()
        self._waiting.put(None)
        self._server.close()

    def _environment(self, own: Mapping[str, str], *, snap_start: bool) -> dict[str, str]:
        """As Lambda sets it: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
        return {
            "AWS_LAMBDA_RUNTIME_API": self._server.origin.removeprefix("http://"),
            "AWS_LAMBDA_FUNCTION_NAME": "pizza-on-demand",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start" if snap_start else "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            # Nothing can be written to /var/task.
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": ":UTC",
            **own,
        }

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        match request.path.removeprefix("/2018-06-01/runtime/").split("/"):
            case ["invocation", "next"]:
                return self._next()
            case ["invocation", invocation_id, ("response" | "error") as kind]:
                answer = json.loads(request.get_data())
                self._unanswered.pop(invocation_id).outcome.put((kind, answer))
                return Response(status=202)
            case ["init", "error"]:
                self._init_error = json.loads(request.get_data())
                self._ready.set()
                return Response(status=202)
            case ["restore", "next"]:
                self.pictured.set()
                self._restored.wait()
                return Response()
        return Response(status=404)

    def _next(self) -> Response:
        self._ready.set()
        invocation = self._waiting.get()
        if invocation is None:
            return Response(status=410)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
        }
        return Response(invocation.event, headers=headers, mimetype="application/json")

    def _read_logs(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            try:
                self.logs.append(json.loads(line))
            except ValueError:
                self.logs.append({"text": line.rstrip()})
        self._ended.set()
        self._give_up()

    def _give_up(self) -> None:
        """Whoever waits for an answer of a process that has ended waits for nothing."""
        for invocation in list(self._unanswered.values()):
            invocation.outcome.put(("error", EXITED))
