"""What is refused, each time in the same words, and never by quoting what was sent.

Nothing here changes anything, so one world is enough for all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.world import AUDIENCE, World
from tests.api.program import Program, problem

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as shared:
        yield shared


@pytest.fixture(scope="module")
def ada(world: World) -> Program:
    return Program(world)


@pytest.fixture(scope="module")
def waiting(ada: Program) -> str:
    """The path of an order that waits."""
    return ada.placed()


class TestATokenThatIsNotGood:
    def test_none_is_asked_for(self, ada: Program) -> None:
        answer = requests.get(f"{ada.root}/orders", timeout=30)

        assert problem(answer) == (401, "token_missing")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="orders"'

    @pytest.mark.parametrize(
        "header", ["Basic YWRhOnBpenph", "Basic é", "Bearer", "Token x", "Bearer a b"]
    )
    def test_something_else_is_none(self, ada: Program, header: str) -> None:
        answer = ada.ask("GET", "/orders", headers={"Authorization": header})

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="orders"')

    def test_in_the_address_it_counts_for_nothing(self, ada: Program) -> None:
        answer = requests.get(f"{ada.root}/orders?access_token={ada.token}", timeout=30)

        assert problem(answer) == (401, "token_missing")

    @pytest.mark.parametrize(
        "kind",
        [
            "expired",
            "revoked",
            "opaque",
            "wrong-audience",
            "id-token",
            "unsigned",
            "forged",
            "unknown-key",
            "garbage",
            "hs256",
        ],
    )
    def test_each_that_is_not_good_is_refused_and_never_quoted(
        self, world: World, kind: str
    ) -> None:
        program = Program(world, kind=kind)
        answer = program.ask("GET", "/orders")

        assert problem(answer) == (401, "token_not_good")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="orders", error="invalid_token"'
        assert not any(part in answer.text for part in program.token.split(".") if len(part) > 5)

    def test_an_applications_own_stands_for_nobody(self, world: World, ada: Program) -> None:
        """It is the tenant's, signed and for this audience, but no person is behind it."""
        now = int(world.clock.now().timestamp())
        claims = {
            "iss": f"{world.tenant_origin}/",
            "sub": "a-program@clients",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 3600,
            "scope": "openid read:orders",
        }
        token = world.tenant.keys.current.sign(claims)

        answer = ada.ask("GET", "/orders", headers={"Authorization": f"Bearer {token}"})

        assert problem(answer) == (401, "token_not_good")

    @pytest.mark.parametrize(
        ("scope", "method", "path", "missing"),
        [
            ("openid email write:orders", "GET", "/orders", "read:orders"),
            ("openid email write:orders", "GET", "/orders/1-0", "read:orders"),
            ("openid email read:orders", "POST", "/orders", "write:orders"),
            ("openid email read:orders", "POST", "/orders/1-0/authorize", "write:orders"),
            ("openid email read:orders", "POST", "/orders/1-0/code", "write:orders"),
            ("openid email read:orders", "POST", "/orders/1-0/cancel", "write:orders"),
            ("openid email read:orders", "DELETE", "/orders", "write:orders"),
            ("email read:orders", "GET", "/orders", "openid"),
        ],
    )
    def test_it_must_allow_what_is_asked_for(
        self, world: World, scope: str, method: str, path: str, missing: str
    ) -> None:
        answer = Program(world, scope=scope).ask(method, path)

        assert problem(answer) == (403, "missing_scope")
        assert answer.json()["scope"] == missing
        assert answer.headers["WWW-Authenticate"] == (
            f'Bearer realm="orders", error="insufficient_scope", scope="{missing}"'
        )


class TestAnAddress:
    @pytest.mark.parametrize("path", ["", "/", "/nope", "/orders/", "/orders/1-0/", "/%00", "/%E2"])
    def test_elsewhere_there_is_nothing(self, ada: Program, path: str) -> None:
        assert problem(ada.ask("GET", path)) == (404, "not_found")

    def test_what_cannot_be_done_says_what_can(self, ada: Program) -> None:
        answer = ada.ask("PUT", "/orders")

        assert problem(answer) == (405, "wrong_method")
        assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, POST"

    @pytest.mark.parametrize("what", ["1", "1-", "-", "1-0000000000000000", "99999999999-a", "🍕"])
    def test_what_is_no_id_is_not_found(self, ada: Program, what: str) -> None:
        assert problem(ada.ask("GET", f"/orders/{what}"))[0] == 404

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=101", "limit=-1", "limit=2&limit=3", "limit=", "limit=٢", "before=x"],
    )
    def test_parameters_that_do_not_fit_are_refused(self, ada: Program, query: str) -> None:
        answer = ada.ask("GET", f"/orders?{query}")

        assert problem(answer) == (400, "invalid_parameter")
        assert answer.json()["at"] == query.partition("=")[0]


class TestAKey:
    def test_there_must_be_one(self, ada: Program) -> None:
        answer = ada.ask("POST", "/orders", json={"size": "small"})

        assert problem(answer) == (400, "idempotency_key_missing")

    @pytest.mark.parametrize(
        "key", ["short", "x" * 65, f'"{KEY}', f"{KEY} {KEY}", f"{KEY}; a=1", f"<b>{KEY}</b>"]
    )
    def test_it_must_be_one(self, ada: Program, key: str) -> None:
        assert problem(ada.place(key)) == (400, "idempotency_key_malformed")


class TestABody:
    @pytest.mark.parametrize(
        ("pizza", "name", "at"),
        [
            ({"size": "<script>alert(1)</script>"}, "not_on_the_menu", None),
            ({"toppings": ["<img src=x onerror=alert(1)>"]}, "not_on_the_menu", None),
            ({"toppings": ["bacon", "anchovies"]}, "not_on_the_menu", None),
            ({"quantity": 0}, "bad_quantity", None),
            ({"quantity": 11}, "bad_quantity", None),
            ({"quantity": 10**400}, "bad_quantity", None),
            ({"quantity": "2"}, "invalid_body", "/quantity"),
            ({"quantity": True}, "invalid_body", "/quantity"),
            ({"quantity": 1.5}, "invalid_body", "/quantity"),
            ({"size": None}, "invalid_body", "/size"),
            ({"size": ["small"]}, "invalid_body", "/size"),
            ({"toppings": "bacon"}, "invalid_body", "/toppings"),
            ({"toppings": ["bacon", 7]}, "invalid_body", "/toppings/1"),
            ({"toppings": ["bacon", "bacon"]}, "invalid_body", "/toppings/1"),
            ({"topping": "bacon"}, "unknown_member", None),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_what_nobody_sells_is_refused_and_never_quoted(
        self, ada: Program, pizza: dict[str, Any], name: str, at: str | None
    ) -> None:
        before = ada.statuses()

        answer = ada.place(**pizza)

        assert problem(answer) == (422, name)
        assert answer.json().get("at") == at
        assert not any(word in answer.text for word in ("script", "onerror", "anchovies"))
        assert ada.statuses() == before

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"", (400, "invalid_json")),
            (b"{", (400, "invalid_json")),
            (b"\xff\xfe", (400, "invalid_json")),
            (b"[" * 9000, (400, "invalid_json")),
            (b'{"quantity": ' + b"9" * 9000 + b"}", (400, "invalid_json")),
            (b"[]", (422, "invalid_body")),
            (b'"small"', (422, "invalid_body")),
            (b"null", (422, "invalid_body")),
            (b'{"size": "\\ud800"}', (422, "not_on_the_menu")),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_a_body_must_be_a_json_object(
        self, ada: Program, body: bytes, expected: tuple[int, str]
    ) -> None:
        headers = {"Idempotency-Key": KEY, "Content-Type": "application/json"}

        assert problem(ada.ask("POST", "/orders", data=body, headers=headers)) == expected

    @pytest.mark.parametrize(
        "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
    )
    def test_a_body_must_say_that_it_is_json(self, ada: Program, media_type: str) -> None:
        headers = {"Idempotency-Key": KEY, "Content-Type": media_type}

        answer = ada.ask("POST", "/orders", data=b'{"size":"small"}', headers=headers)

        assert problem(answer) == (415, "wrong_media_type")

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/orders"), ("POST", "/orders/1-0/cancel"), ("GET", "/orders")],
    )
    def test_an_oversized_body_is_refused_wherever_it_is_sent(
        self, ada: Program, method: str, path: str
    ) -> None:
        headers = {"Idempotency-Key": KEY, "Content-Type": "application/json"}

        answer = ada.ask(method, path, data=b" " * 16_385, headers=headers)

        assert problem(answer) == (413, "too_large")

    @pytest.mark.parametrize("body", [{"channel": "pigeon"}, {"channel": None}, {"channel": []}])
    def test_codes_travel_no_other_way(
        self, ada: Program, waiting: str, body: dict[str, Any]
    ) -> None:
        answer = ada.ask("POST", f"{waiting}/code", json=body)

        assert problem(answer) == (422, "invalid_body")

    @pytest.mark.parametrize("body", [{}, {"code": 1234}, {"code": None}])
    def test_a_code_is_a_text(self, ada: Program, waiting: str, body: dict[str, Any]) -> None:
        answer = ada.ask("POST", f"{waiting}/authorize", json=body)

        assert problem(answer) == (422, "invalid_body")


def test_every_answer_carries_the_headers_that_harden_it(ada: Program) -> None:
    for path in ("/orders", "/nope", "/orders?limit=0"):
        headers = ada.ask("GET", path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
