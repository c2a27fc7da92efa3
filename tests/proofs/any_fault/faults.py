"""The ways in which a service can fail whoever calls it.

A fault begins with one call of a service and lasts to the end of the turn: the retry of a
client meets it too. Those named "once" disturb that one request, and a retry gets through.

A service that answers nonsense has done what it was asked: only its answer is of no use.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class Held:
    """A request whose answer does not come, for as long as the turn lasts."""

    request: Request
    do: Callable[[], Response]
    """Has the service do what it was asked."""
    turn_is_over: threading.Event


Answer = Callable[[Held], "WSGIApplication"]


@dataclass(frozen=True)
class Fault:
    """One way to fail.

    Attributes:
        answer: what comes instead of the service's own answer; None where nobody gets that
            far: see `door`.
        door: "shut" when nobody listens, "untrusted" when the certificate is nobody's.
        does_it: whether the service does what it was asked, although its answer is lost.
        once: whether it disturbs one request only.
        silent: whether it costs time.
    """

    name: str
    answer: Answer | None = None
    door: str = ""
    does_it: bool = False
    once: bool = False
    silent: bool = False

    def __reduce__(self) -> tuple[Callable[[str], Fault], tuple[str]]:
        """Known to another process by its name: not every answer could be sent there."""
        return fault_named, (self.name,)


def _refuse(status: int, **headers: str) -> Answer:
    """A refusal as the services shape theirs; none of them is named as one that we know."""
    body = {"error": "refused", "message": "Refused.", "__type": "com.amazonaws#Refused"}

    def answer(_: Held) -> WSGIApplication:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(json.dumps(body), status, named, mimetype="application/json")

    return answer


def _say(body: str, mimetype: str) -> Answer:
    def answer(held: Held) -> WSGIApplication:
        held.do()
        return Response(body, mimetype=mimetype)

    return answer


def _stay_silent(held: Held) -> WSGIApplication:
    held.turn_is_over.wait()
    raise ConnectionResetError


def _do_it_and_stay_silent(held: Held) -> WSGIApplication:
    held.do()
    return _stay_silent(held)


def _do_it_late(held: Held) -> WSGIApplication:
    held.turn_is_over.wait()
    held.do()
    raise ConnectionResetError


def _drip(held: Held) -> WSGIApplication:
    """An answer that never ends, and of which there is always a little more."""

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        head = [("Content-Type", "application/json"), ("Content-Length", "100000")]
        start_response("200 OK", head)
        while not held.turn_is_over.wait(0.05):
            yield b" "

    return app


def _reset(held: Held) -> WSGIApplication:
    """Nothing was done, and the connection is gone."""
    held.request.get_data()  # What was not read would be waited for.
    _hang_up(held.request.environ)
    raise ConnectionResetError


def _do_it_and_break_off(held: Held) -> WSGIApplication:
    return _cut(held.do())


def _do_it_and_hang_up(held: Held) -> WSGIApplication:
    held.do()
    _hang_up(held.request.environ)
    raise ConnectionResetError


def _cut(whole: Response) -> WSGIApplication:
    """Half an answer, and the connection is gone."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = whole.get_data()
        head = [("Content-Type", whole.content_type or ""), ("Content-Length", str(len(body) + 1))]
        start_response(whole.status, head)
        yield body[: len(body) // 2]
        _hang_up(environ)
        raise ConnectionResetError

    return app


def _hang_up(environ: WSGIEnvironment) -> None:
    """Let the connection end with a reset, not with a goodbye."""
    connection = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)


_WRONG_TYPES = json.dumps(
    dict.fromkeys(("sub", "keys", "Items", "MessageId", "access_token", "user_metadata"), 5)
)

FAULTS = (
    Fault("refused", door="shut"),
    Fault("TLS", door="untrusted"),
    Fault("silence", _stay_silent, silent=True),
    Fault("drip", _drip, silent=True),
    Fault("reset", _reset),
    Fault("400", _refuse(400)),
    Fault("401", _refuse(401)),
    Fault("403", _refuse(403)),
    Fault("404", _refuse(404)),
    Fault("429", _refuse(429)),
    Fault("429 in 30 s", _refuse(429, Retry_After="30")),
    Fault("500", _refuse(500)),
    Fault("503", _refuse(503)),
    Fault("503 once", _refuse(503), once=True),
    Fault("HTML", _say("<h1>It works!</h1>", "text/html"), does_it=True),
    Fault("half JSON", _say('{"sub": "auth0|', "application/json"), does_it=True),
    Fault("JSON list", _say("[]", "application/json"), does_it=True),
    Fault("wrong JSON", _say(_WRONG_TYPES, "application/json"), does_it=True),
    Fault("done, half told", _do_it_and_break_off, does_it=True),
    Fault("done, reset", _do_it_and_hang_up, does_it=True),
    Fault("done, reset once", _do_it_and_hang_up, does_it=True, once=True),
    Fault("done, silence", _do_it_and_stay_silent, does_it=True, silent=True),
    Fault("done late", _do_it_late, does_it=True, silent=True),
)


def performed(app: WSGIApplication, request: Request) -> Response:
    """What *app* answers to a request, all of it."""
    body, status, headers = run_wsgi_app(app, request.environ, buffered=True)
    return Response(b"".join(body), status, headers)


def fault_named(name: str) -> Fault:
    """One of `FAULTS`."""
    return next(fault for fault in FAULTS if fault.name == name)
