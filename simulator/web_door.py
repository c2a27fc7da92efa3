"""The web door on loopback: an HTTP API before the function, as API Gateway has one."""

from __future__ import annotations

import base64
import json
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator.function import Function, Handler, TimedOutError
from simulator.wire import problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
GATEWAY_WAITS_MS = 30_000
LONGEST_HEAD = 10_240
"""Bytes of the request line and all header values together."""

#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST_EVENT = LARGEST_REPLY = 6 * 1024 * 1024
"""So the 10 MB that the gateway itself would take never come to count."""

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
"""Bodies that the gateway hands over as they are; a form is not among them."""

_KEPT_BACK = frozenset({"connection", "cookie", "keep-alive", "transfer-encoding", "upgrade"})
"""Headers that end at the gateway. Cookies travel in a list of their own."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class HttpApi:
    """A WSGI application that asks a function, with the payload format 2.0.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

    Args:
        handler: may be exchanged at any time, as a deployment does. Without one there is
            no route.
        changed: called after each request that may have changed something.
    """

    def __init__(
        self, handler: Handler | None = None, *, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.handler = handler
        self._changed = changed

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.handler is None:
            return problem(404, {"message": "Not Found"})
        if _head_size(request) > LONGEST_HEAD:
            return problem(431, {"message": "Request Header Fields Too Large"})
        event = event_of(request)
        if len(json.dumps(event)) > LARGEST_EVENT:
            return problem(413, {"message": "Request Entity Too Large"})
        answer = _invoke(self.handler, event)
        if request.method not in _SAFE:
            self._changed()
        return answer


def event_of(request: Request) -> dict[str, Any]:
    """The event that the gateway makes of a request.

    The path comes decoded and ends where an encoded question mark was; the query stays
    as it was sent. Captures of both: https://github.com/middleapi/standard-server/pull/93
    """
    path = request.path.partition("?")[0]
    parameters = {name: ",".join(values) for name, values in request.args.lists()}
    cookies = [cookie.strip() for cookie in request.headers.get("Cookie", "").split(";")]
    optional = {
        "cookies": [cookie for cookie in cookies if cookie],
        "queryStringParameters": parameters,
        "body": _body(request),
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "headers": _headers(request),
        "requestContext": _context(request, path),
        "isBase64Encoded": bool(request.get_data()) and not _is_text(request),
    } | {name: value for name, value in optional.items() if value}


def _head_size(request: Request) -> int:
    line = f"{request.method} {request.environ['REQUEST_URI']} HTTP/1.1"
    return len(line) + sum(len(value) for _, value in request.headers.items())


def _is_text(request: Request) -> bool:
    return request.mimetype.startswith(_TEXT)


def _body(request: Request) -> str:
    body = request.get_data()
    return body.decode(errors="replace") if _is_text(request) else base64.b64encode(body).decode()


def _headers(request: Request) -> dict[str, str]:
    """Names in lower case, and what a proxy adds, whatever the client claims of it."""
    sent = {name.lower(): value for name, value in request.headers.items()}
    passed_on = {name: value for name, value in sent.items() if name not in _KEPT_BACK}
    hops = [sent.get("x-forwarded-for"), request.remote_addr]
    return passed_on | {
        "content-length": str(len(request.get_data())),
        "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}",
        "x-forwarded-for": ", ".join(hop for hop in hops if hop),
        "x-forwarded-port": request.environ["SERVER_PORT"],
        "x-forwarded-proto": request.scheme,
    }


def _context(request: Request, path: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "123456789012",
        "apiId": "p1zza0nd3m",
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S %z"),
        "timeEpoch": int(now * 1000),
    }


def _invoke(handler: Handler, event: dict[str, Any]) -> Response:
    invocation = Function(handler, waits_ms=GATEWAY_WAITS_MS).invoke(event)
    if isinstance(invocation.failure, TimedOutError):
        return problem(503, {"message": "Service Unavailable"})
    error = problem(500, {"message": "Internal Server Error"})
    if invocation.failure or len(json.dumps(invocation.reply)) > LARGEST_REPLY:
        return error
    try:
        return _response(invocation.reply)
    except (ValueError, TypeError, AttributeError):
        return error


def _response(reply: Any) -> Response:
    """What a reply means: without a status the whole of it is the body of a good answer.

    Raises:
        ValueError, TypeError, AttributeError: it is none that the gateway could use.
    """
    if not isinstance(reply, dict) or "statusCode" not in reply:
        return Response(json.dumps(reply), mimetype="application/json")
    body = "" if reply.get("body") is None else reply["body"]
    is_base64 = reply.get("isBase64Encoded", False)
    content = base64.b64decode(body, validate=True) if is_base64 else body.encode()
    headers = {name: str(value) for name, value in reply.get("headers", {}).items()}
    response = Response([content], int(reply["statusCode"]), headers)
    if content:  # To HEAD a function answers with the length alone.
        response.content_length = len(content)
    for cookie in reply.get("cookies", []):
        response.headers.add("Set-Cookie", cookie)
    return response
