"""Connections, as nobody sees them who asks for a profile."""

from __future__ import annotations

import queue
import socket
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from pizza_on_demand.clients import http
from pizza_on_demand.clients.http import LARGEST_ANSWER, NO_ANSWER, Host
from simulator.wire import Server
from tests.certificates import Certificate
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
        sockets.answer(connection)
        ended.put("closed by the other side")

    with listening(answer_until_closed) as server:
        host = Host(server.origin, patience=2.0)
        host.get("/")
        assert ended.empty()
        del host

        assert ended.get(timeout=2.0) == "closed by the other side"


def test_an_address_without_a_host_is_not_this_machine() -> None:
    with listening(sockets.answer) as server:
        port = server.origin.rpartition(":")[2]

        with pytest.raises(NO_ANSWER):
            Host(f"http://:{port}", patience=2.0).get("/")
        assert server.accepted == 0


def test_an_answer_may_take_longer_than_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.1)
    with listening(sockets.answer_after_a_while) as server:
        assert Host(server.origin, patience=5.0).get("/").body == sockets.PROFILE


def test_over_tls_only_a_host_that_the_system_trusts_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = Certificate.make(tmp_path / "trusted.pem")
    server = Server(Response("hello"), tls=trusted.shown())
    try:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted.path))
        assert Host(server.origin, patience=5.0).get("/").body == b"hello"

        monkeypatch.setenv("SSL_CERT_FILE", str(Certificate.make(tmp_path / "other.pem").path))
        with pytest.raises(NO_ANSWER):
            Host(server.origin, patience=5.0).get("/")
    finally:
        server.close()


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
