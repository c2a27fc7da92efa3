"""The wire between the skill and the services it calls: served, timed, disturbed.

Every service of the world is a WSGI application on a loopback port of its own,
behind a `Wire`. The wire writes down each call for the trace, and it is where
faults happen: the application behind it never knows.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logging.getLogger("werkzeug").setLevel(logging.ERROR)

#: A fault looks at a request and answers in the service's place, or lets it pass (None).
Fault = Callable[[Request], "WSGIApplication | None"]


@dataclass
class Call:
    """One request that reached a service, as the trace shows it."""

    service: str
    method: str
    path: str
    began: float
    """`time.monotonic()` when the request arrived."""
    status: int | None = None
    """None while unanswered."""
    took_ms: float | None = None
    target: str | None = None
    """AWS's JSON protocols say here what is called, such as "DynamoDB_20120810.PutItem"."""

    aws_service: str | None = None
    """As the signature names it: AWS's query protocol says what is called in the form only."""

    @classmethod
    def of(cls, service: str, request: Request) -> Self:
        """The call that a request makes, unanswered yet."""
        return cls(
            service,
            request.method,
            request.path,
            time.monotonic(),
            target=request.headers.get("X-Amz-Target"),
            aws_service=aws_service(request),
        )

    @property
    def name(self) -> str:
        """What was asked, in short: "GET /userinfo", "DynamoDB PutItem"."""
        if self.target:
            service, _, operation = self.target.partition(".")
            return f"{service.partition('_')[0]} {operation}"
        if self.path == "/v2/email/outbound-emails":
            return "SES SendEmail"
        if self.aws_service == "sns":
            return "SNS Publish"
        return f"{self.method} {self.path}"


@dataclass
class Wire:
    """A WSGI middleware: records calls to one service and plays its faults."""

    service: str
    app: WSGIApplication
    calls: list[Call] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    """The faults now in force, by name."""
    heard: Callable[[Call], None] = lambda _: None
    """Called with each call when its answer begins."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        call = Call.of(self.service, request)
        self.calls.append(call)
        disturbed = self._disturbed(request)

        def finish(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
            call.status = int(status[:3])
            call.took_ms = (time.monotonic() - call.began) * 1000
            self.heard(call)
            return start_response(status, headers, *args)

        return (disturbed or self.app)(environ, finish)

    def begin(self, name: str, fault: Fault) -> None:
        """Play a fault from now on."""
        self.faults[name] = fault

    def mend(self) -> None:
        """Play no fault any more, and let go of whoever one still holds."""
        for fault in self.faults.values():
            if isinstance(fault, Slow):
                fault.end()
        self.faults.clear()

    def _disturbed(self, request: Request) -> WSGIApplication | None:
        answers = (fault(request) for fault in list(self.faults.values()))
        return next((answer for answer in answers if answer is not None), None)


@dataclass
class Slow:
    """Nobody answers, for longer than any customer waits."""

    seconds: float = 10.0
    concerns: Callable[[Request], bool] = lambda _: True
    _over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Response | None:
        if self.concerns(request):
            self._over.wait(self.seconds)
        return None

    def end(self) -> None:
        """Let go of every request that is still held."""
        self._over.set()


class PortTakenError(Exception):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


def free_port(port: int = 0) -> int:
    """That port, or any free one for 0; raises PortTakenError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTakenError(port) from None
        return int(probe.getsockname()[1])


class Server:
    """Serves a WSGI application on loopback until it is closed.

    Args:
        app: what to serve.
        port: 0 takes any free port.
        tls: serves https with its certificate; None serves http.
    """

    def __init__(
        self, app: WSGIApplication, port: int = 0, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._app = app
        self._tls = tls
        self._serve(port)
        self.port: int = self._server.server_port
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop serving and free the port: whoever connects is refused."""
        self._server.shutdown()
        self._thread.join()

    def open_again(self) -> None:
        """Serve on the same port after it was closed."""
        self._serve(self.port)

    def _serve(self, port: int) -> None:
        self._server = make_server(
            "127.0.0.1",
            port,
            self._app,
            threaded=True,
            request_handler=_KeepAlive,
            ssl_context=self._tls,
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()


class _KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Without it every kept-alive answer waits 40 ms for a delayed ACK."""


def aws_service(request: Request) -> str | None:
    """Which service of AWS a signed request is for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    scope = request.headers.get("Authorization", "").partition("Credential=")[2]
    parts = scope.partition(",")[0].split("/")
    return parts[3] if len(parts) == 5 else None


def problem(status: int, body: dict[str, Any], **headers: str) -> Response:
    """A JSON error answer, with underscores in header names as hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, mimetype="application/json")
