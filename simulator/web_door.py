"""The web door on loopback: an HTTP API before the function, as API Gateway has one."""

from __future__ import annotations

import base64
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator.function import Function, Handler
from simulator.wire import problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GATEWAY_WAITS_MS = 30_000
"""An HTTP API's longest integration timeout."""

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
"""Bodies that the gateway hands over as they are; a form is not among them."""


class HttpApi:
    """A WSGI application that asks a function, with the payload format 2.0.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

    Attributes:
        handler: may be exchanged at any time, as a deployment does. Without one there is
            no route.
    """

    def __init__(self, handler: Handler | None = None) -> None:
        self.handler = handler

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.handler is None:
            return problem(404, {"message": "Not Found"})
        function = Function(self.handler, waits_ms=GATEWAY_WAITS_MS)
        reply = function.invoke(event_of(request)).reply
        if not isinstance(reply, dict) or "statusCode" not in reply:
            return problem(500, {"message": "Internal Server Error"})
        return _response(reply)


def event_of(request: Request) -> dict[str, Any]:
    """The event that the gateway makes of a request."""
    body = request.get_data()
    is_text = request.mimetype.startswith(_TEXT)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "requestContext": _context(request),
        "isBase64Encoded": bool(body) and not is_text,
    } | ({"body": body.decode() if is_text else base64.b64encode(body).decode()} if body else {})


def _context(request: Request) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "123456789012",
        "apiId": "p1zza0nd3m",
        "domainName": request.host,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "stage": "$default",
        "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S %z"),
        "timeEpoch": int(now * 1000),
    }


def _response(reply: dict[str, Any]) -> Response:
    body = reply.get("body", "")
    content = base64.b64decode(body) if reply.get("isBase64Encoded") else body
    return Response(content, reply["statusCode"], reply.get("headers", {}))
