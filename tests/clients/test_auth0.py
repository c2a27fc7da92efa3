"""What the identity client makes of whatever a tenant answers."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.customers import (
    AccountBlockedError,
    IdentityError,
    IdentityThrottledError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    WrongTokenError,
)
from simulator.wire import Server, Slow, free_port, problem
from tests.clients import sockets
from tests.clients.served_tenant import ServedTenant
from tests.clients.sockets import listening

PATIENCE = 0.4


@pytest.fixture
def client(auth0: ServedTenant) -> Auth0Client:
    return Auth0Client(auth0.origin)


def took(call: Callable[[], object]) -> float:
    """Seconds until the call was refused."""
    began = time.monotonic()
    with pytest.raises(IdentityUnavailableError):
        call()
    return time.monotonic() - began


class TestUserinfo:
    def test_a_good_token_gives_the_profile(self, auth0: ServedTenant, client: Auth0Client) -> None:
        profile = client.userinfo(auth0.mint(audience=None))

        assert profile["sub"] == auth0.tenant.accounts["ada"].sub
        assert profile["email"] == "ada@example.com"

    @pytest.mark.parametrize("kind", ["expired", "revoked", "garbage", "forged"])
    def test_a_token_that_is_no_longer_good_is_an_expired_link(
        self, auth0: ServedTenant, client: Auth0Client, kind: str
    ) -> None:
        """The tenant refuses it in plain text, as Auth0 does."""
        with pytest.raises(LinkExpiredError):
            client.userinfo(auth0.mint(kind))

    def test_a_blocked_account_is_not_an_expired_link(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        token = auth0.mint()
        auth0.tenant.block("ada")

        with pytest.raises(AccountBlockedError):
            client.userinfo(token)

    def test_the_eleventh_request_in_a_row_is_throttled(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        token = auth0.mint()
        for _ in range(10):
            client.userinfo(token)

        with pytest.raises(IdentityThrottledError):
            client.userinfo(token)

    @pytest.mark.parametrize(
        "token", ["", "a b", "a\r\nX-Evil: 1", "é", "\ud800", "a=b", "x" * 99_999]
    )
    def test_what_no_header_can_carry_is_never_sent(
        self, auth0: ServedTenant, client: Auth0Client, token: str
    ) -> None:
        with pytest.raises(WrongTokenError, match="no bearer token"):
            client.userinfo(token)
        assert auth0.wire.calls == []

    def test_the_log_shows_the_call_and_not_the_token(
        self, auth0: ServedTenant, client: Auth0Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "pizza_on_demand")
        token = auth0.mint()

        client.userinfo(token)

        [record] = [vars(record) for record in caplog.records]
        assert (record["path"], record["status"]) == ("/userinfo", 200)
        assert token not in repr(record)

    def test_the_log_shows_how_many_milliseconds_a_call_took(
        self, auth0: ServedTenant, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "pizza_on_demand")
        auth0.wire.begin("slow", Slow())

        seconds = took(lambda: Auth0Client(auth0.origin, patience=PATIENCE).userinfo("token"))

        [record] = [vars(record) for record in caplog.records]
        assert record["status"] is None
        assert PATIENCE * 1000 <= record["took_ms"] <= round(seconds * 1000)


INVALID = {"error": "invalid_token", "error_description": "The token has expired"}
BLOCKED = {"error": "unauthorized", "error_description": "user is blocked"}
SCOPE = {"error": "insufficient_scope"}


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "refusal"),
        [
            (lambda: Response("Unauthorized", 401), LinkExpiredError),
            (lambda: problem(401, INVALID), LinkExpiredError),
            (lambda: Response("", 401), LinkExpiredError),
            (lambda: Response("[1, 2]", 401), LinkExpiredError),
            (lambda: problem(401, BLOCKED), AccountBlockedError),
            (lambda: problem(403, BLOCKED), AccountBlockedError),
            (lambda: problem(403, SCOPE), MissingScopeError),
            (
                lambda: Response(
                    "Forbidden",
                    403,
                    {"WWW-Authenticate": 'Bearer realm="Users", error="insufficient_scope"'},
                ),
                MissingScopeError,
            ),
            (lambda: Response("<h1>Blocked by a firewall</h1>", 403), IdentityUnavailableError),
            (lambda: problem(429, {}), IdentityThrottledError),
            (lambda: Response("slow down", 429, {"Retry-After": "7"}), IdentityThrottledError),
            (
                lambda: problem(429, {}, X_RateLimit_Remaining="0", X_RateLimit_Reset="4102444800"),
                IdentityThrottledError,
            ),
            (lambda: Response("no", 400), IdentityUnavailableError),
            (lambda: Response("no", 404), IdentityUnavailableError),
            (lambda: problem(500, {"sub": "auth0|1"}), IdentityUnavailableError),
            (lambda: Response("<h1>502</h1>", 502), IdentityUnavailableError),
            (lambda: Response("<h1>503</h1>", 503), IdentityUnavailableError),
            (lambda: problem(201, {"sub": "auth0|1"}), IdentityUnavailableError),
            (lambda: Response("", 204), IdentityUnavailableError),
            (lambda: Response("<html>hello</html>", 200), IdentityUnavailableError),
            (lambda: Response('[{"sub":"auth0|1"}]', 200), IdentityUnavailableError),
            (lambda: Response('{"sub":"auth0|1', 200), IdentityUnavailableError),
            (lambda: Response(b'\xff{"sub":"x"}', 200), IdentityUnavailableError),
            (lambda: Response("[" * 90_000, 200), IdentityUnavailableError),
            (lambda: Response("{}", 200), IdentityUnavailableError),
            (lambda: Response('{"sub":""}', 200), IdentityUnavailableError),
            (lambda: Response('{"sub":null}', 200), IdentityUnavailableError),
            (lambda: Response('{"sub":7}', 200), IdentityUnavailableError),
        ],
    )
    def test_each_answer_has_its_refusal(
        self,
        auth0: ServedTenant,
        client: Auth0Client,
        answer: Callable[[], Response],
        refusal: type[IdentityError],
    ) -> None:
        auth0.wire.begin("odd", lambda _: answer())

        with pytest.raises(IdentityError) as refused:
            client.userinfo("token")

        assert type(refused.value) is refusal
        assert auth0.times_asked("/userinfo") == 1

    def test_three_megabytes_are_no_profile(self, auth0: ServedTenant, client: Auth0Client) -> None:
        padding = "x" * 3_000_000
        auth0.wire.begin("huge", lambda _: problem(200, {"sub": "auth0|1", "x": padding}))

        with pytest.raises(IdentityUnavailableError, match="200 without a profile"):
            client.userinfo("token")

    def test_a_large_profile_is_one(self, auth0: ServedTenant, client: Auth0Client) -> None:
        auth0.wire.begin("large", lambda _: problem(200, {"sub": "auth0|1", "x": "x" * 90_000}))

        assert client.userinfo("token")["sub"] == "auth0|1"

    def test_one_that_does_not_end_is_not_waited_for(self) -> None:
        def go_on(connection: socket.socket) -> None:
            next(sockets.requests_on(connection))
            connection.sendall(sockets.HEAD % 3_000_000 + b" " * 200_000)
            connection.recv(1)  # until the other side has enough

        with listening(go_on) as server:
            client = Auth0Client(server.origin, patience=5)

            assert took(lambda: client.userinfo("token")) < 2

    def test_no_redirect_is_followed_so_the_token_goes_nowhere_else(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        seen: list[str | None] = []

        @Request.application
        def elsewhere(request: Request) -> Response:
            seen.append(request.headers.get("Authorization"))
            return Response('{"sub":"auth0|evil"}')

        other = Server(elsewhere)
        for status in (301, 302, 303, 307, 308):
            moved = Response("", status, {"Location": f"{other.origin}/userinfo"})
            auth0.wire.begin("moved", lambda _: moved)  # noqa: B023 - asked within the loop
            with pytest.raises(IdentityUnavailableError):
                client.userinfo("token")
        other.close()

        assert seen == []

    def test_a_cookie_of_one_customer_is_not_sent_for_the_next(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        cookies: list[str | None] = []

        def bake(request: Request) -> Response:
            cookies.append(request.headers.get("Cookie"))
            return Response('{"sub":"auth0|1"}', headers={"Set-Cookie": "did=ada; Path=/"})

        auth0.wire.begin("cookies", bake)
        for _ in range(2):
            client.userinfo("token")

        assert cookies == [None, None]

    def test_a_netrc_does_not_replace_the_token(
        self,
        auth0: ServedTenant,
        client: Auth0Client,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))

        assert client.userinfo(auth0.mint())["email"] == "ada@example.com"


class TestKeySet:
    def test_it_is_the_tenants(self, auth0: ServedTenant, client: Auth0Client) -> None:
        assert client.jwks() == auth0.tenant.keys.jwks()

    @pytest.mark.parametrize(
        "answer",
        [
            lambda: Response("", 503),
            lambda: Response("", 403),
            lambda: Response("<html>", 200),
            lambda: problem(200, {"keys": "none"}),
            lambda: problem(500, {"keys": []}),
        ],
    )
    def test_without_one_the_tenant_is_away(
        self, auth0: ServedTenant, client: Auth0Client, answer: Callable[[], Response]
    ) -> None:
        auth0.wire.begin("odd", lambda _: answer())

        with pytest.raises(IdentityUnavailableError):
            client.jwks()


class TestConnections:
    def test_many_calls_share_one(self) -> None:
        def answer_all(connection: socket.socket) -> None:
            for _ in sockets.requests_on(connection):
                connection.sendall(sockets.HEAD % len(sockets.PROFILE) + sockets.PROFILE)

        with listening(answer_all) as server:
            client = Auth0Client(server.origin)
            for _ in range(20):
                client.userinfo("token")

            assert server.accepted == 1

    def test_one_that_the_tenant_closed_meanwhile_costs_nobody_anything(self) -> None:
        with listening(sockets.answer_once_then_hang_up) as server:
            client = Auth0Client(server.origin)
            for _ in range(3):
                assert client.userinfo("token") == {"sub": "auth0|1"}

            assert server.accepted == 3

    def test_several_that_the_tenant_closed_meanwhile_cost_nobody_anything(self) -> None:
        together = threading.Barrier(3, timeout=5)

        def answer_together(connection: socket.socket) -> None:
            for number, _ in enumerate(sockets.requests_on(connection)):
                if number:
                    return
                if server.accepted <= together.parties:
                    together.wait()
                connection.sendall(sockets.HEAD % len(sockets.PROFILE) + sockets.PROFILE)

        with listening(answer_together) as server, ThreadPoolExecutor(3) as threads:
            client = Auth0Client(server.origin)
            list(threads.map(client.userinfo, ["token"] * together.parties))

            assert client.userinfo("token") == {"sub": "auth0|1"}

    def test_who_hangs_up_on_a_fresh_one_too_is_away(self) -> None:
        with listening(sockets.hang_up) as server:
            with pytest.raises(IdentityUnavailableError, match="RemoteDisconnected"):
                Auth0Client(server.origin).userinfo("token")

            assert server.accepted == 2

    def test_an_answer_that_breaks_off_is_none(self) -> None:
        with (
            listening(sockets.break_off) as server,
            pytest.raises(IdentityUnavailableError, match="IncompleteRead"),
        ):
            Auth0Client(server.origin).userinfo("token")

    def test_a_refused_one_is_a_tenant_that_is_away(self) -> None:
        client = Auth0Client(f"http://127.0.0.1:{free_port()}")

        assert took(lambda: client.userinfo("token")) < 1.5

    def test_several_threads_may_ask_at_once(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        tokens = {name: auth0.mint(name=name) for name in ("ada", "grace", "linus", "mary")}

        with ThreadPoolExecutor(8) as threads:
            asked = [
                (name, threads.submit(client.userinfo, tokens[name])) for name in [*tokens] * 5
            ]

        assert all(answer.result()["email"] == f"{name}@example.com" for name, answer in asked)


class TestPatience:
    @pytest.mark.parametrize("behave", [sockets.drip_the_body, sockets.drip_the_head])
    def test_it_bounds_the_whole_answer_however_slowly_it_drips(
        self, behave: sockets.Behaviour
    ) -> None:
        with listening(behave) as server:
            client = Auth0Client(server.origin, patience=PATIENCE)

            assert PATIENCE * 0.9 < took(lambda: client.userinfo("token")) < PATIENCE + 0.9

    def test_it_bounds_a_silence(self, auth0: ServedTenant) -> None:
        client = Auth0Client(auth0.origin, patience=PATIENCE)
        auth0.wire.begin("slow", Slow())

        assert took(lambda: client.userinfo("token")) < PATIENCE + 0.9
        assert auth0.times_asked("/userinfo") == 1

    def test_the_turn_may_have_less(self, auth0: ServedTenant, client: Auth0Client) -> None:
        auth0.wire.begin("slow", Slow())

        with deadline.of_turn(int((deadline.ANSWERING + PATIENCE) * 1000)):
            assert took(lambda: client.userinfo("token")) < PATIENCE + 0.9

    def test_half_a_second_is_worth_asking(self, auth0: ServedTenant, client: Auth0Client) -> None:
        with deadline.of_turn(int((deadline.ANSWERING + 0.5) * 1000)):
            assert client.userinfo(auth0.mint())

    def test_a_turn_without_time_asks_nobody(
        self, auth0: ServedTenant, client: Auth0Client
    ) -> None:
        with deadline.of_turn(500), pytest.raises(IdentityUnavailableError, match="OutOfTime"):
            client.userinfo("token")

        assert auth0.wire.calls == []
