"""Connections, as nobody sees them who asks for a profile."""

from __future__ import annotations

import queue
import socket

import pytest

from pizza_on_demand.clients.http import LARGEST_ANSWER, NO_ANSWER, Host
from tests.clients import sockets
from tests.clients.sockets import listening


def answer_nothing(connection: socket.socket) -> None:
    """Wait until the other side closes."""
    for _ in sockets.requests_on(connection):
        pass


def answer_hugely(connection: socket.socket) -> None:
    """More than anybody reads."""
    for _ in sockets.requests_on(connection):
        connection.sendall(sockets.HEAD % (2 * LARGEST_ANSWER) + b" " * 2 * LARGEST_ANSWER)


def test_of_a_huge_answer_only_the_beginning_is_read_and_its_connection_is_given_up() -> None:
    with listening(answer_hugely) as server:
        host = Host(server.origin, patience=2.0)
        lengths = [len(host.get("/").body) for _ in range(2)]

        assert lengths == [LARGEST_ANSWER + 1] * 2
        assert server.accepted == 2


def test_a_host_that_nobody_asks_any_more_keeps_no_connection() -> None:
    ended: queue.Queue[str] = queue.Queue()

    def answer_until_closed(connection: socket.socket) -> None:
        for _ in sockets.requests_on(connection):
            connection.sendall(sockets.HEAD % len(sockets.PROFILE) + sockets.PROFILE)
        ended.put("closed by the other side")

    with listening(answer_until_closed) as server:
        host = Host(server.origin, patience=2.0)
        host.get("/")
        assert ended.empty()
        del host

        assert ended.get(timeout=2.0) == "closed by the other side"


@pytest.mark.parametrize(
    ("origin", "bearer"),
    [
        ("", None),
        ("https://", None),
        ("pizza.example", None),
        ("http://[pizza.example", None),
        ("http://127.0.0.1:none", None),
        ("http://127.0.0.1:{port}", "two\r\nlines"),
        ("http://127.0.0.1:{port}", "“quoted”"),
    ],
)
def test_what_cannot_be_asked_is_not_answered(origin: str, bearer: str | None) -> None:
    with listening(answer_nothing) as server:
        host = Host(origin.replace("{port}", server.origin.rpartition(":")[2]), patience=2.0)

        with pytest.raises(NO_ANSWER):
            host.get("/", bearer=bearer)
