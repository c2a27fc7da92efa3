"""A WebSocket API as the live door sees it: the place where texts are posted to pages."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.wrappers import Request, Response

from simulator.wire import Server, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAGE = "/live"


class ServedLiveGateway:
    """`@connections` on a port of its own; every connection is open that is not closed.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html

    Attributes:
        posted: connections and the texts that have reached them.
    """

    def __init__(self) -> None:
        self.posted: list[tuple[str, str]] = []
        self._closed: set[str] = set()
        self.wire = Wire("live", self._serve)
        self._server = Server(self.wire)
        self.url = f"{self._server.origin}{STAGE}"

    def close(self, *connection_ids: str) -> None:
        """Posts to these are too late from now on."""
        self._closed.update(connection_ids)

    def reached(self) -> list[str]:
        """The connections that were told, in their alphabet's order."""
        return sorted(connection for connection, _ in self.posted)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        prefix = f"{STAGE}/@connections/"
        if request.method != "POST" or not request.path.startswith(prefix):
            return Response(status=404)(environ, start_response)
        connection = request.path.removeprefix(prefix)
        if connection in self._closed:
            headers = {"x-amzn-ErrorType": "GoneException"}
            return Response(status=410, headers=headers)(environ, start_response)
        self.posted.append((connection, request.get_data(as_text=True)))
        return Response(status=200)(environ, start_response)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wire.mend()
        self._server.close()
