"""The sockets of open pages on loopback: a WebSocket API, as API Gateway has one."""

from __future__ import annotations

import json
import secrets
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

from simple_websocket import ConnectionClosed  # type: ignore[import-untyped]  # no stubs
from simple_websocket import Server as Socket
from werkzeug.wrappers import Request, Response

from simulator.function import Function, Handler
from simulator.wire import aws_service, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAGE = "live"

#: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
IDLE = timedelta(minutes=10)
LIFE = timedelta(hours=2)
LARGEST_MESSAGE = 128 * 1024
INTEGRATION_WAITS_MS = 29_000

GOING_AWAY = 1001
"""The code with which the gateway closes what was idle, or lived for too long."""


@dataclass
class _Connection:
    """One open page."""

    id: str
    connected: datetime
    last_active: datetime
    socket: Socket = field(repr=False)
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def send(self, text: str, now: datetime) -> bool:
        """Send a text to the page; whether it was still there."""
        with self.turn:
            try:
                self.socket.send(text)
            except (ConnectionClosed, OSError):
                return False
            self.last_active = now
            return True

    def hang_up(self) -> None:
        """Close the socket, unless the page does so first."""
        with self.turn, suppress(ConnectionClosed, OSError):
            self.socket.close(GOING_AWAY)


class LiveGateway:
    """A WSGI application for both sides: pages connect, and a function posts to them.

    Pages open a WebSocket at /live, and `$connect` is the only route: what they send goes
    nowhere, and nobody hears when they leave. A function posts to /live/@connections/{id}.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html

    Args:
        now: tells the time.
        idle: how long a socket lives over which nothing goes.
        life: how long any socket lives.

    Attributes:
        handler: may be exchanged at any time, as a deployment does. Without one no page
            gets in.
    """

    def __init__(
        self, now: Callable[[], datetime], *, idle: timedelta = IDLE, life: timedelta = LIFE
    ) -> None:
        self.handler: Handler | None = None
        self._now = now
        self._idle = idle
        self._life = life
        self._open: dict[str, _Connection] = {}
        self._opening = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith(f"/{STAGE}/@connections/"):
            return self._post(request)(environ, start_response)
        if request.path.rstrip("/") != f"/{STAGE}":
            return problem(403, {"message": "Forbidden"})(environ, start_response)
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return problem(426, {"message": "Upgrade Required"})(environ, start_response)
        return self._connect(request)(environ, start_response)

    def hang_up(self) -> None:
        """Close every socket. The pages may come again."""
        with self._opening:
            connections = list(self._open.values())
        for connection in connections:
            connection.hang_up()

    def _connect(self, request: Request) -> Response:
        """Ask the function whether the page may come in; if so, stay until it is gone.

        Raises:
            ConnectionError: it is. To the server this means that there is nothing to answer.
        """
        connection_id = f"{secrets.token_urlsafe(11)}="
        reply = self._ask(_connect_event(request, connection_id, self._now()))
        status = reply.get("statusCode") if isinstance(reply, dict) else None
        if not isinstance(status, int):
            return problem(500, {"message": "Internal server error"})
        if status != 200:
            return Response(status=status)
        headers = {name.lower(): value for name, value in reply.get("headers", {}).items()}
        self._serve(self._accept(request, connection_id, headers.get("sec-websocket-protocol")))
        with suppress(OSError):  # The server would wait for another request on it.
            request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
        raise ConnectionError

    def _ask(self, event: dict[str, Any]) -> Any:
        if self.handler is None:
            return {"statusCode": 403}
        return Function(self.handler, waits_ms=INTEGRATION_WAITS_MS).invoke(event).reply

    def _accept(self, request: Request, connection_id: str, protocol: str | None) -> _Connection:
        """Shake hands. Until that is done, and known, posts to the page have to wait."""
        with self._opening:
            socket = Socket(request.environ, subprotocols=[protocol] if protocol else None)
            now = self._now()
            connection = self._open[connection_id] = _Connection(connection_id, now, now, socket)
        return connection

    def _serve(self, connection: _Connection) -> None:
        """Wait until the socket closes, or close it when its time is up."""
        try:
            while (left := self._left(connection)) > timedelta():
                if connection.socket.receive(timeout=left.total_seconds()) is not None:
                    connection.send(_no_route(connection.id), self._now())
            connection.hang_up()
        except ConnectionClosed:
            pass
        finally:
            with self._opening:
                del self._open[connection.id]

    def _left(self, connection: _Connection) -> timedelta:
        ends = min(connection.connected + self._life, connection.last_active + self._idle)
        return ends - self._now()

    def _post(self, request: Request) -> Response:
        """Send a posted text to a page."""
        if aws_service(request) != "execute-api":
            return problem(403, {"message": "Missing Authentication Token"})
        if request.method != "POST":
            return problem(405, {"message": "Method Not Allowed"})
        if len(request.get_data()) > LARGEST_MESSAGE:
            return _error(413, "PayloadTooLargeException", "Message too long")
        with self._opening:
            connection = self._open.get(request.path.rpartition("/")[2])
        if connection and connection.send(request.get_data(as_text=True), self._now()):
            return Response(status=200)
        return _error(410, "GoneException", "Gone")


def _error(status: int, kind: str, message: str) -> Response:
    return problem(status, {"message": message}, X_Amzn_ErrorType=kind)


def _no_route(connection_id: str) -> str:
    """What a page hears that sends something: there is no route for it."""
    return json.dumps(
        {"message": "Forbidden", "connectionId": connection_id, "requestId": str(uuid.uuid4())}
    )


def _connect_event(request: Request, connection_id: str, now: datetime) -> dict[str, Any]:
    """The event of a page that wants to connect.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
    """
    # Browsers write it with two capitals, and the gateway passes names on as they were sent.
    lines = [(name.replace("Websocket", "WebSocket"), v) for name, v in request.headers.items()]
    names = dict.fromkeys(name for name, _ in lines)
    all_values = {name: [value for other, value in lines if other == name] for name in names}
    return {
        "headers": dict(lines),
        "multiValueHeaders": all_values,
        "requestContext": {
            "routeKey": "$connect",
            "eventType": "CONNECT",
            "messageDirection": "IN",
            "stage": STAGE,
            "connectionId": connection_id,
            "connectedAt": int(now.timestamp() * 1000),
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S %z"),
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "requestId": str(uuid.uuid4()),
            "extendedRequestId": str(uuid.uuid4()),
            "domainName": request.host,
            "apiId": "l1v3p4g3s",
            "identity": {
                "sourceIp": request.remote_addr,
                "userAgent": request.headers.get("User-Agent"),
            },
        },
        "isBase64Encoded": False,
    }
