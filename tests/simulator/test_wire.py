"""The wire serves the world's services, writes calls down, and plays faults."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from flask import Flask, request

from simulator.clock import Clock, parse_span
from simulator.cloud import Cloud
from simulator.faults import FAULTS
from simulator.function import Function, LambdaContext
from simulator.wire import PortTakenError, Server, Slow, Wire, free_port

echo = Flask(__name__)


@echo.route("/<path:path>", methods=["GET", "POST"])
def _answer(path: str) -> tuple[str, int]:
    return f"{path} {request.get_data(as_text=True)}", 201


@pytest.fixture
def wire() -> Wire:
    return Wire("echo", echo)


@pytest.fixture
def origin(wire: Wire) -> Iterator[str]:
    server = Server(wire)
    yield server.origin
    server.close()


def test_a_call_is_written_down(wire: Wire, origin: str) -> None:
    answer = requests.post(f"{origin}/orders?x=1", data="ham", timeout=5)

    assert (answer.status_code, answer.text) == (201, "orders ham")
    (call,) = wire.calls
    assert (call.service, call.name, call.status) == ("echo", "POST /orders", 201)
    assert call.took_ms is not None
    assert call.took_ms >= 0


@pytest.mark.parametrize(
    ("path", "target", "name"),
    [
        ("/x", "DynamoDB_20120810.PutItem", "DynamoDB PutItem"),
        ("/v2/email/outbound-emails", "", "SES SendEmail"),
    ],
)
def test_a_call_to_aws_goes_by_its_operation(
    wire: Wire, origin: str, path: str, target: str, name: str
) -> None:
    headers = {"X-Amz-Target": target} if target else {}
    requests.post(origin + path, headers=headers, timeout=5)
    assert wire.calls[0].name == name


def test_a_function_knows_what_it_asked_and_nobody_elses_calls(wire: Wire, origin: str) -> None:
    requests.get(f"{origin}/before", timeout=5)
    function = Function(lambda event, _: requests.get(event, timeout=5).text, [wire])
    first = function.invoke(f"{origin}/first")
    requests.get(f"{origin}/between", timeout=5)
    second = function.invoke(f"{origin}/second")

    paths = [[call.path for call in invocation.calls] for invocation in (first, second)]
    assert paths == [["/first"], ["/second"]]
    assert first.began <= first.calls[0].began


def test_a_fault_answers_in_the_services_place_until_it_is_mended(wire: Wire, origin: str) -> None:
    wire.begin("auth0 down", FAULTS["auth0 down"].make())
    with requests.Session() as session:
        assert session.post(f"{origin}/x", data="a body nobody reads", timeout=5).status_code == 503
        wire.mend()
        assert session.get(f"{origin}/x", timeout=5).status_code == 201
    assert [call.status for call in wire.calls] == [503, 201]


@pytest.mark.parametrize(
    ("fault", "path", "status"),
    [("auth0 throttled", "/userinfo", 429), ("mail refused", "/v2/email/outbound-emails", 400)],
)
def test_a_fault_leaves_other_requests_alone(
    wire: Wire, origin: str, fault: str, path: str, status: int
) -> None:
    wire.begin(fault, FAULTS[fault].make())
    assert requests.post(origin + path, timeout=5).status_code == status
    assert requests.post(f"{origin}/anything/else", timeout=5).status_code == 201


def test_mending_lets_go_of_whoever_waits(wire: Wire, origin: str) -> None:
    begun = threading.Event()

    class Held(Slow):
        def __call__(self, request: object) -> None:
            begun.set()
            assert self._over.wait(5)

    wire.begin("held", Held())
    answers: list[int] = []
    caller = threading.Thread(
        target=lambda: answers.append(requests.get(f"{origin}/x", timeout=9).status_code)
    )
    caller.start()
    assert begun.wait(5)
    assert answers == []
    wire.mend()
    caller.join(5)
    assert answers == [201]


def test_a_slow_service_answers_in_the_end(wire: Wire, origin: str) -> None:
    wire.begin("slow", Slow(seconds=0.01))
    assert requests.get(f"{origin}/x", timeout=5).status_code == 201


def test_a_closed_server_frees_its_port(wire: Wire) -> None:
    server = Server(wire)
    with pytest.raises(PortTakenError) as taken:
        free_port(server.port)
    assert taken.value.port == server.port
    server.close()
    assert free_port(server.port) == server.port


def test_a_server_listens_on_loopback_only(origin: str) -> None:
    port = int(origin.rpartition(":")[2])
    with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
        elsewhere.connect(("127.0.0.2", port))


def test_a_new_cloud_is_empty_and_the_environment_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("pizza", "pasta"):
        cloud = Cloud(table=name, sender="hello@example.com")
        data = requests.get(f"{cloud.backstage}/moto-api/data.json", timeout=5).json()
        assert [table["name"] for table in data["dynamodb"]["Table"]] == [name]
        cloud.close()

    import os  # what is looked at here is what the cloud leaves behind

    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_backstage_leaves_no_trace() -> None:
    cloud = Cloud(table="pizza", sender="hello@example.com")
    before = len(cloud.wire.calls)
    requests.get(f"{cloud.backstage}/moto-api/data.json", timeout=5)
    assert len(cloud.wire.calls) == before
    cloud.close()


def test_a_lambda_context_counts_down() -> None:
    context = LambdaContext(timeout_ms=1000)
    assert 0 < context.get_remaining_time_in_millis() <= 1000
    assert LambdaContext(timeout_ms=0).get_remaining_time_in_millis() == 0


# The clock


def test_the_clock_runs_and_can_be_moved() -> None:
    clock = Clock()
    before = clock.now()
    clock.wait(parse_span("1 hour and 30 minutes"))
    assert 5400 <= (clock.now() - before).total_seconds() < 5410


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("11 minutes", 660),
        ("1 second", 1),
        ("1.5 hours", 5400),
        ("2 days, 1 hour", 176_400),
        ("1 week", 604_800),
    ],
)
def test_a_span_is_read(words: str, seconds: float) -> None:
    assert parse_span(words).total_seconds() == seconds


@pytest.mark.parametrize(
    "words", ["", "soon", "11", "11 minutes dan", "-1 hour", "99999 weeks", "1 hour later"]
)
def test_what_is_no_span_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no span of time"):
        parse_span(words)
