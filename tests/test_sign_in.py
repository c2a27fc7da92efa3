"""Signing in to the order page, and everything that somebody might try with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.wrappers import Request, Response

import web_function
from pizza_on_demand.seals import Seals
from pizza_on_demand.web.guards import LARGEST_BODY
from pizza_on_demand.web.sessions import ATTEMPT_LIVES, LIVES
from pizza_on_demand.web.sign_in import own_path
from simulator.function import LambdaContext
from simulator.tenant.keys import SigningKey
from simulator.world import World
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    yield shared_world
    shared_world.end_faults()


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(world)


class TestSigningIn:
    def test_ada_comes_back_to_the_page_that_she_asked_for(self, visitor: Visitor) -> None:
        asked = visitor.get("/profile")
        assert asked.status_code == 303
        visitor.get(asked.headers["Location"])
        answer = visitor.sign_in("ada", return_to="/profile")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
        assert "Ada" in visitor.get("/profile").text
        assert [cookie.name for cookie in visitor.session.cookies] == ["session"]

    def test_the_login_page_gets_a_challenge_and_no_secret(
        self, visitor: Visitor, world: World
    ) -> None:
        asked = parse_qs(urlsplit(visitor.begin()).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        assert not {"code_verifier", "client_secret"} & set(asked)
        assert asked["redirect_uri"] == [f"{world.web_origin}/callback"]

    def test_every_attempt_is_another_one(self, visitor: Visitor) -> None:
        first, second = (parse_qs(urlsplit(visitor.begin()).query) for _ in range(2))
        for name in ("state", "nonce", "code_challenge"):
            assert first[name] != second[name]

    def test_a_blocked_account_is_told_so(self, visitor: Visitor, world: World) -> None:
        account = world.tenant.accounts["ada"]
        account.blocked = True
        try:
            answer = visitor.get(visitor.at_login_page(visitor.begin()))
        finally:
            account.blocked = False
        assert answer.status_code == 403
        assert not visitor.is_signed_in()

    @pytest.mark.parametrize("fault", ["auth0 down", "auth0 slow"])
    def test_an_auth0_that_is_away_is_no_dead_end(
        self, visitor: Visitor, world: World, fault: str
    ) -> None:
        callback = visitor.at_login_page(visitor.begin())
        world.begin_fault(fault)
        answer = visitor.get(callback)
        world.end_faults()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert visitor.sign_in().status_code == 303
        assert visitor.is_signed_in()

    def test_signing_out_ends_the_session_at_auth0_too(
        self, visitor: Visitor, world: World
    ) -> None:
        visitor.sign_in()
        answer = visitor.post("/sign-out")
        leave = urlsplit(answer.headers["Location"])
        assert answer.status_code == 303
        assert leave.geturl().startswith(f"{world.tenant_origin}/oidc/logout?")
        assert parse_qs(leave.query)["logout_hint"]  # Without it Auth0 would ask first.
        assert not visitor.is_signed_in()
        home = visitor.get(answer.headers["Location"])
        assert home.headers["Location"] == f"{world.web_origin}/"

    def test_a_link_cannot_sign_anybody_out(self, visitor: Visitor) -> None:
        visitor.sign_in()
        assert visitor.get("/sign-out").status_code == 405
        assert visitor.is_signed_in()


class TestTheCallback:
    def test_it_works_once(self, visitor: Visitor, world: World) -> None:
        callback = visitor.at_login_page(visitor.begin())
        attempt = visitor.cookie("sign-in")
        assert visitor.get(callback).status_code == 303
        again = Visitor(world)
        again.session.cookies.set_cookie(attempt)
        assert again.get(callback).status_code == 400
        assert not again.is_signed_in()

    def test_it_is_of_no_use_in_another_browser(self, visitor: Visitor, world: World) -> None:
        callback = visitor.at_login_page(visitor.begin(), "mary")
        victim = Visitor(world)
        assert victim.get(callback).status_code == 400
        victim.begin()
        assert victim.get(callback).status_code == 400
        assert not victim.is_signed_in()

    def test_a_code_of_another_attempt_is_refused_though_the_state_is_right(
        self, visitor: Visitor, world: World
    ) -> None:
        stolen = parse_qs(urlsplit(Visitor(world).at_login_page(visitor.begin())).query)["code"]
        own = parse_qs(urlsplit(visitor.begin()).query)
        answer = visitor.get(f"/callback?code={stolen[0]}&state={own['state'][0]}")
        assert answer.status_code == 400
        assert not visitor.is_signed_in()

    def test_it_is_refused_when_it_comes_late(self, visitor: Visitor, world: World) -> None:
        callback = visitor.at_login_page(visitor.begin())
        world.wait(ATTEMPT_LIVES)
        assert visitor.get(callback).status_code == 400

    @pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied", "?%ff"])
    def test_without_an_attempt_nothing_happens(self, visitor: Visitor, query: str) -> None:
        assert visitor.get(f"/callback{query}").status_code == 400

    def test_a_refusal_of_the_login_page_is_said(self, visitor: Visitor) -> None:
        state = parse_qs(urlsplit(visitor.begin()).query)["state"][0]
        answer = visitor.get(f"/callback?error=access_denied&state={state}")
        assert answer.status_code == 403
        assert visitor.get(f"/callback?error=access_denied&state={state}").status_code == 400


class TestTheIdToken:
    """What the token endpoint may answer with, though it is our own tenant's."""

    def claims(self, world: World, **changed: Any) -> dict[str, Any]:
        now = int(world.clock.now().timestamp())
        good = {
            "iss": f"{world.tenant_origin}/",
            "aud": world.order_page.client_id,
            "sub": world.tenant.accounts["ada"].sub,
            "iat": now,
            "exp": now + 3600,
            "nonce": self.nonce,
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def sign_in_with(self, world: World, visitor: Visitor, token: str) -> int:
        def answer(request: Request) -> Response | None:
            if request.path != "/oauth/token":
                return None
            body = {"access_token": "x", "token_type": "Bearer", "id_token": token}
            return Response(json.dumps(body), mimetype="application/json")

        url = self.login_page
        callback = visitor.at_login_page(url)
        world.wires["auth0"].begin("another ID token", answer)
        return visitor.get(callback).status_code

    @pytest.fixture(autouse=True)
    def _begin(self, visitor: Visitor) -> None:
        self.login_page = visitor.begin()
        self.nonce = parse_qs(urlsplit(self.login_page).query)["nonce"][0]

    def test_a_good_one_signs_in(self, world: World, visitor: Visitor) -> None:
        token = world.tenant.keys.current.sign(self.claims(world))
        assert self.sign_in_with(world, visitor, token) == 303
        assert visitor.is_signed_in()

    @pytest.mark.parametrize(
        "changed",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"aud": "another application"},
            {"iss": "https://evil.example/"},
            {"exp": 1},
            {"sub": None},
        ],
        ids=str,
    )
    def test_any_other_does_not(
        self, world: World, visitor: Visitor, changed: dict[str, Any]
    ) -> None:
        token = world.tenant.keys.current.sign(self.claims(world, **changed))
        assert self.sign_in_with(world, visitor, token) in (400, 403)
        assert not visitor.is_signed_in()

    def test_nor_does_one_that_somebody_else_signed(self, world: World, visitor: Visitor) -> None:
        token = SigningKey(world.tenant.keys.current.kid).sign(self.claims(world))
        assert self.sign_in_with(world, visitor, token) == 403

    @pytest.mark.parametrize("token", ["", "x", "a.b.c"])
    def test_nor_does_what_is_none(self, world: World, visitor: Visitor, token: str) -> None:
        assert self.sign_in_with(world, visitor, token) == 403


class TestTheSession:
    def test_it_ends_after_eight_hours(self, visitor: Visitor, world: World) -> None:
        visitor.sign_in()
        world.wait(LIVES - timedelta(minutes=1))
        assert visitor.is_signed_in()
        world.wait(timedelta(minutes=1))
        assert not visitor.is_signed_in()

    def test_a_forged_cookie_signs_nobody_in(self, visitor: Visitor, world: World) -> None:
        visitor.sign_in()
        good = visitor.cookie("session").value or ""
        sealed_for = {
            "another purpose": Seals(
                [world.settings["SESSION_KEYS"]], "live", lives=LIVES, now=world.clock.now
            ),
            "another key": Seals(["x" * 32], "session", lives=LIVES, now=world.clock.now),
        }
        forged = [seals.seal({"sub": "auth0|ada"}) for seals in sealed_for.values()]
        middle = len(good) // 2
        changed = good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :]
        for cookie in ("", "x", good[:-8], changed, *forged, visitor.cookie("session").name):
            stranger = Visitor(world)
            answer = stranger.get("/profile", {"Cookie": f"session={cookie}"})
            assert answer.status_code == 303, cookie
        assert visitor.get("/profile", {"Cookie": f"session={good}"}).status_code == 200

    def test_an_exchanged_key_signs_nobody_out(self, visitor: Visitor, world: World) -> None:
        visitor.sign_in()
        old = world.settings["SESSION_KEYS"]
        world.deploy(SESSION_KEYS=f"{'n' * 32},{old}")
        try:
            assert visitor.is_signed_in()
        finally:
            world.deploy(SESSION_KEYS=old)

    def test_its_cookie_is_for_our_pages_only(self, visitor: Visitor, world: World) -> None:
        answer = visitor.sign_in()
        session = next(
            line for line in answer.raw.headers.getlist("Set-Cookie") if line.startswith("session=")
        )
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
        assert "Secure" not in session  # The world has no https, and Safari would not keep it.

    def test_over_https_its_cookies_are_secure_and_of_this_host(self, world: World) -> None:
        origin = "https://order.pizza.example"
        door = web_function.create_web_door(
            world.settings | {"WEB_ORIGIN": origin}, now=world.clock.now
        )
        answer = door(_event("/sign-in"), LambdaContext())
        (cookie,) = answer["cookies"]
        assert cookie.startswith("__Host-sign-in=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


class TestWhereItLeads:
    @pytest.mark.parametrize(
        "path", ["/orders", "/profile", "/orders/12-0123456789abcdef", "/orders?before=7", "/"]
    )
    def test_our_own_paths_are_kept(self, path: str) -> None:
        assert own_path(path) == path

    @pytest.mark.parametrize(
        "path",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/orders\r\nSet-Cookie: a=b",
            "/\t/evil.example",
            "orders",
            "",
            " /orders",
            "/%0d%0aX:y\n",
            "/örders",
        ],
    )
    def test_nobody_is_led_elsewhere(self, visitor: Visitor, path: str) -> None:
        answer = visitor.sign_in(return_to=path)
        assert answer.headers["Location"] == "/orders"


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "ours"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Accept": "text/html"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("path", ["/sign-out", "/orders/clear", "/links/disown"])
    def test_they_change_nothing(
        self, visitor: Visitor, path: str, headers: dict[str, str]
    ) -> None:
        visitor.sign_in()
        named = {name: visitor.origin if v == "ours" else v for name, v in headers.items()}
        assert visitor.post(path, headers=named).status_code == 403
        assert visitor.is_signed_in()

    @pytest.mark.parametrize("name", ["Sec-Fetch-Site", "Origin"])
    def test_our_own_pages_may(self, visitor: Visitor, name: str) -> None:
        visitor.sign_in()
        value = "same-origin" if name == "Sec-Fetch-Site" else visitor.origin
        assert visitor.post("/sign-out", headers={name: value}).status_code == 303


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/privacy", "/nothing", "/links/unlock?t=x", "/orders"])
    def test_every_answer_tells_browsers_what_it_may_do(self, visitor: Visitor, path: str) -> None:
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Strict-Transport-Security"] == "max-age=63072000"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"

    def test_a_body_that_is_too_large_is_not_read(self, visitor: Visitor) -> None:
        answer = visitor.post("/links/unlock", b"t=" + b"x" * LARGEST_BODY)
        assert answer.status_code == 413

    @pytest.mark.parametrize("event", [None, [], {}, {"version": "2.0"}, {"version": "9"}, "x"])
    def test_what_no_gateway_sends_is_refused(self, world: World, event: Any) -> None:
        door = web_function.create_web_door(world.settings, now=world.clock.now)
        assert door(event, LambdaContext())["statusCode"] == 400


def _event(path: str) -> dict[str, Any]:
    """What the gateway sends for a GET."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "order.pizza.example", "x-forwarded-proto": "https"},
        "requestContext": {
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
        },
        "isBase64Encoded": False,
    }
