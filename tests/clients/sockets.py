"""Servers that misbehave below HTTP, where no WSGI application can."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]

PROFILE = b'{"sub":"auth0|1"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Listener:
    """Accepts connections, and treats each in a thread of its own."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.accepted = 0
        self.closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while not self.closed.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._treat, args=(connection,), daemon=True).start()

    def _treat(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._behave(connection)


@contextmanager
def listening(behave: Behaviour) -> Iterator[Listener]:
    """A listener that is closed in the end."""
    listener = Listener(behave)
    try:
        yield listener
    finally:
        listener.close()


def requests_on(connection: socket.socket) -> Iterator[None]:
    """One None for each whole request that comes, until the other side closes."""
    stream = connection.makefile("rb")
    while stream.readline():
        length = 0
        while (line := stream.readline()).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        stream.read(length)
        yield


def answer(connection: socket.socket) -> None:
    """Give each request a profile."""
    for _ in requests_on(connection):
        connection.sendall(HEAD % len(PROFILE) + PROFILE)


def answer_after_a_while(connection: socket.socket) -> None:
    """The same, 300 ms later."""
    for _ in requests_on(connection):
        time.sleep(0.3)
        connection.sendall(HEAD % len(PROFILE) + PROFILE)


def answer_once_then_hang_up(connection: socket.socket) -> None:
    """Take a second request on the same connection, and close it without an answer."""
    for number, _ in enumerate(requests_on(connection)):
        if number:
            return
        connection.sendall(HEAD % len(PROFILE) + PROFILE)


def hang_up(connection: socket.socket) -> None:
    """Read a request and close."""
    next(requests_on(connection))


def break_off(connection: socket.socket) -> None:
    """Announce more than comes."""
    next(requests_on(connection))
    connection.sendall(HEAD % 1000 + PROFILE)


def drip_the_body(connection: socket.socket) -> None:
    """A byte every 20 ms: no single wait is long."""
    next(requests_on(connection))
    connection.sendall(HEAD % 10_000)
    _drip(connection)


def drip_the_head(connection: socket.socket) -> None:
    """A header line that does not end."""
    next(requests_on(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(connection)


def _drip(connection: socket.socket) -> None:
    for _ in range(500):
        connection.sendall(b" ")
        time.sleep(0.02)
