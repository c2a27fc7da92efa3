"""The HTTP API stands before a function as Amazon's does: payload format 2.0."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from apig_wsgi import make_lambda_handler
from flask import Flask, Response, request

from simulator.web_door import LARGEST_EVENT, LONGEST_HEAD, HttpApi
from simulator.wire import Server

Send = Callable[..., dict[str, Any]]


@pytest.fixture
def api() -> HttpApi:
    """It answers with the event that its function got."""
    return HttpApi(lambda event, _: {"statusCode": 200, "body": json.dumps(event)})


@pytest.fixture
def origin(api: HttpApi) -> Iterator[str]:
    server = Server(api)
    yield server.origin
    server.close()


@pytest.fixture
def send(origin: str) -> Send:
    """Send a request; gives the event that came of it."""

    def send(method: str = "GET", path: str = "/", **request: Any) -> dict[str, Any]:
        answer = requests.request(method, origin + path, timeout=5, **request)
        event: dict[str, Any] = answer.json()
        return event

    return send


class TestTheEvent:
    def test_cookies_are_a_list_and_no_header(self, send: Send) -> None:
        event = send(headers={"Cookie": "session=s1;  auth0=a%2F1; empty="})
        assert event["cookies"] == ["session=s1", "auth0=a%2F1", "empty="]
        assert "cookie" not in event["headers"]

    def test_nothing_stands_for_what_was_not_sent(self, send: Send) -> None:
        assert {"cookies", "queryStringParameters", "body"}.isdisjoint(send())

    def test_a_header_that_is_sent_twice_is_joined_by_a_comma(self, origin: str) -> None:
        connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=5)
        connection.putrequest("GET", "/")
        connection.putheader("Accept-Language", "en")
        connection.putheader("Accept-Language", "de;q=0.5")
        connection.endheaders()
        event = json.loads(connection.getresponse().read())
        connection.close()
        assert event["headers"]["accept-language"] == "en,de;q=0.5"

    def test_the_gateway_says_who_asked_and_how(self, origin: str, send: Send) -> None:
        claimed = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "gopher"}
        event = send("POST", headers=claimed, data=b"12345")
        headers = event["headers"]
        assert headers["x-forwarded-for"] == "9.9.9.9, 127.0.0.1"
        assert headers["x-forwarded-proto"] == "http"
        assert headers["x-forwarded-port"] == origin.rpartition(":")[2]
        assert headers["content-length"] == "5"
        assert headers["x-amzn-trace-id"].startswith("Root=1-")
        assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
        assert "connection" not in headers

    @pytest.mark.parametrize(
        ("sent", "path"),
        [
            ("/orders/7-ab%20c", "/orders/7-ab c"),
            ("/a%2Fb", "/a/b"),
            ("/%F0%9F%8D%95", "/🍕"),
            ("/100%2525", "/100%25"),
            ("/menu%3Fadmin=1", "/menu"),
            ("/%ff", "/\N{REPLACEMENT CHARACTER}"),
        ],
    )
    def test_the_path_comes_decoded_once(self, send: Send, sent: str, path: str) -> None:
        event = send(path=f"{sent}?x=%20")
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == path

    def test_the_query_comes_as_it_was_sent_and_read(self, send: Send) -> None:
        event = send(path="/?a=1&a=%C3%A9+x&b=")
        assert event["rawQueryString"] == "a=1&a=%C3%A9+x&b="
        assert event["queryStringParameters"] == {"a": "1,é x", "b": ""}

    def test_json_is_text_and_a_form_is_not(self, send: Send) -> None:
        text = send("POST", data=b'{"a": 1}', headers={"Content-Type": "application/json"})
        form = send("POST", data={"a": "1"})
        assert (text["isBase64Encoded"], text["body"]) == (False, '{"a": 1}')
        assert (form["isBase64Encoded"], base64.b64decode(form["body"])) == (True, b"a=1")

    def test_text_that_is_no_utf_8_still_comes(self, send: Send) -> None:
        event = send("POST", data=b"caf\xe9", headers={"Content-Type": "text/plain"})
        assert event["body"] == "caf\N{REPLACEMENT CHARACTER}"


class TestLimits:
    def test_an_event_of_more_than_six_megabytes_reaches_no_function(self, origin: str) -> None:
        headers = {"Content-Type": "text/plain"}
        for size, status in ((LARGEST_EVENT - 5000, 200), (LARGEST_EVENT, 413)):
            answer = requests.post(origin, data=b"x" * size, headers=headers, timeout=10)
            assert answer.status_code == status

    def test_headers_of_more_than_ten_kilobytes_are_refused(self, origin: str) -> None:
        for size, status in ((LONGEST_HEAD - 500, 200), (LONGEST_HEAD, 431)):
            headers = {"Cookie": "session=" + "x" * size}
            assert requests.get(origin, headers=headers, timeout=5).status_code == status


class TestTheAnswer:
    def test_each_cookie_is_set_by_a_header_of_its_own(self, api: HttpApi, origin: str) -> None:
        cookies = ["a=1; Path=/; HttpOnly", "b=2; Expires=Wed, 09 Jun 2027 10:18:14 GMT"]
        api.handler = lambda *_: {"statusCode": 204, "cookies": cookies}
        answer = requests.get(origin, timeout=5)
        assert answer.raw.headers.getlist("Set-Cookie") == cookies

    def test_a_picture_comes_as_it_is(self, api: HttpApi, origin: str) -> None:
        picture = bytes(range(256))
        body = base64.b64encode(picture).decode()
        headers = {"content-type": "image/png"}
        reply = {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}
        api.handler = lambda *_: reply
        answer = requests.get(origin, timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (picture, "image/png")

    def test_head_has_the_length_of_get_and_no_body(self, api: HttpApi, origin: str) -> None:
        headers = {"content-length": "11"}
        api.handler = lambda event, _: {
            "statusCode": 200,
            "headers": headers,
            "body": "" if event["requestContext"]["http"]["method"] == "HEAD" else "hello world",
        }
        with requests.Session() as session:
            head, get = session.head(origin, timeout=5), session.get(origin, timeout=5)
        assert head.headers["Content-Length"] == get.headers["Content-Length"] == "11"
        assert (head.content, get.content) == (b"", b"hello world")

    @pytest.mark.parametrize("reply", [{"pizza": 1}, [1], "pizza", None])
    def test_without_a_status_the_whole_reply_is_the_body(
        self, api: HttpApi, origin: str, reply: Any
    ) -> None:
        api.handler = lambda *_: reply
        answer = requests.get(origin, timeout=5)
        assert (answer.status_code, answer.json()) == (200, reply)

    @pytest.mark.parametrize(
        "reply",
        [
            {"statusCode": "tea"},
            {"statusCode": 200, "body": {}},
            {"statusCode": 200, "body": {"a": 1}},
            {"statusCode": 200, "body": "?", "isBase64Encoded": True},
            {"statusCode": 200, "headers": ["a"]},
            {"statusCode": 200, "body": {1, 2}},
            {"statusCode": 200, "body": "x" * LARGEST_EVENT},
        ],
        ids=lambda reply: str(reply)[:40],
    )
    def test_what_it_cannot_use_is_an_error_of_its_own(
        self, api: HttpApi, origin: str, reply: dict[str, Any]
    ) -> None:
        api.handler = lambda *_: reply
        answer = requests.get(origin, timeout=5)
        assert (answer.status_code, answer.json()["message"]) == (500, "Internal Server Error")

    def test_a_function_that_raises_is_an_error_without_its_text(
        self, api: HttpApi, origin: str
    ) -> None:
        def broken(*_: Any) -> Any:
            raise RuntimeError("a secret")

        api.handler = broken
        answer = requests.get(origin, timeout=5)
        assert answer.status_code == 500
        assert "secret" not in answer.text

    def test_without_a_function_there_is_no_route(self, api: HttpApi, origin: str) -> None:
        api.handler = None
        assert requests.get(origin, timeout=5).status_code == 404


def test_who_watches_is_told_of_what_may_have_changed_and_of_nothing_else() -> None:
    told: list[str] = []
    api = HttpApi(lambda *_: {"statusCode": 200}, changed=lambda: told.append("changed"))
    server = Server(api)
    for method in ("GET", "HEAD", "OPTIONS"):
        requests.request(method, server.origin, timeout=5)
    assert told == []
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        requests.request(method, server.origin, timeout=5)
    server.close()
    assert len(told) == 4


def test_a_flask_application_behind_it_sees_the_request(api: HttpApi, origin: str) -> None:
    """What the order page is made of, as far as an ASCII path goes."""
    flask = Flask(__name__)

    @flask.post("/orders/<path:name>")
    def answer(name: str) -> Response:
        response = Response(f"{name} {request.form['a']} {request.cookies['c']} {request.host_url}")
        response.set_cookie("x", "1")
        response.set_cookie("y", "2")
        return response

    api.handler = make_lambda_handler(flask)
    got = requests.post(
        f"{origin}/orders/a%20b", data={"a": "é"}, cookies={"b": "1", "c": "2"}, timeout=5
    )
    assert got.text == f"a b é 2 {origin}/"
    assert got.cookies.get_dict() == {"x": "1", "y": "2"}
