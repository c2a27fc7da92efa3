"""HTTP from Python's own library, for first turns that somebody waits for.

`requests` can do more, and takes longer to import than everything else that a greeting needs.
"""

from __future__ import annotations

import json
import ssl
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from urllib.parse import urlsplit

from pizza_on_demand.clients.trust import system_trust

CONNECT_SECONDS = 1.0
LARGEST_ANSWER = 100_000
"""Bytes; a profile has some hundred, a key set some thousand."""

NO_ANSWER = (OSError, HTTPException, ValueError)
"""What is raised when a host gives no answer, breaks it off, or cannot be asked like that: a
malformed address is a ValueError, and so is a token that no header can carry."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a host said."""

    status: int
    headers: HTTPMessage
    body: bytes
    """As much of a huge one as no longer makes sense."""


class Host:
    """Asks one host. It keeps no cookies, follows no redirects, and reads no ~/.netrc.

    Args:
        origin: such as "https://pizza.eu.auth0.com".
        patience: seconds for each read; how long they may take together is bounded by
            whoever asks.

    Raises:
        NO_ANSWER: from every verb, when there is none.
    """

    def __init__(self, origin: str, *, patience: float) -> None:
        self._origin = origin
        self._patience = patience
        self._idle: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close, self._idle)

    def get(self, path: str, *, bearer: str | None = None) -> HttpAnswer:
        """What it says to a GET, on a connection that is kept for the next one.

        Args:
            bearer: an access token to send along (RFC 6750).
        """
        headers = _headers(bearer)
        try:
            return self._asked(self._kept() or self._connected(), path, headers)
        except (ConnectionError, ssl.SSLEOFError):
            # Hosts close connections that lie idle, and a warm function finds out only when
            # it asks. To ask once more does no harm.
            return self._asked(self._connected(), path, headers)

    def post(
        self, path: str, body: Mapping[str, object], *, bearer: str | None = None
    ) -> HttpAnswer:
        """What it says to a JSON body, which is sent once and never again.

        It goes on a connection of its own, which cannot have died while it lay idle.
        """
        headers = {**_headers(bearer), "Content-Type": "application/json"}
        with _closed_on_error(self._connected()) as connection:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            with connection.getresponse() as response:
                answer = _read(response)
        connection.close()
        return answer

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return system_trust()

    def _kept(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _asked(
        self, connection: HTTPConnection, path: str, headers: Mapping[str, str]
    ) -> HttpAnswer:
        with _closed_on_error(connection):
            connection.request("GET", path, headers=headers)
            with connection.getresponse() as response:
                answer = _read(response)
                is_read = response.isclosed() and not response.will_close
        if is_read:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _connected(self) -> HTTPConnection:
        where = urlsplit(self._origin)
        seconds = min(CONNECT_SECONDS, self._patience)
        connection = (
            HTTPSConnection(where.netloc, timeout=seconds, context=self._tls)
            if where.scheme == "https"
            else HTTPConnection(where.netloc, timeout=seconds)
        )
        connection.connect()
        connection.sock.settimeout(self._patience)
        return connection


def _headers(bearer: str | None) -> dict[str, str]:
    named = {"User-Agent": "pizza-on-demand"}
    return {**named, "Authorization": f"Bearer {bearer}"} if bearer else named


def _read(response: HTTPResponse) -> HttpAnswer:
    body = response.read(LARGEST_ANSWER + 1)
    if response.length and len(body) <= LARGEST_ANSWER:
        raise IncompleteRead(body, response.length)
    return HttpAnswer(response.status, response.headers, body)


@contextmanager
def _closed_on_error(connection: HTTPConnection) -> Iterator[HTTPConnection]:
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


def _close(connections: Iterable[HTTPConnection]) -> None:
    for connection in connections:
        connection.close()
