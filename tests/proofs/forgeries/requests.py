"""Requests to the order page and its API of whoever may not do what they ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPMethod
from random import Random
from typing import Any

import boto3
from werkzeug.test import EnvironBuilder

import web_function
from pizza_on_demand.web.api.problems import MEDIA_TYPE
from pizza_on_demand.web.guards import LARGEST_BODY
from simulator.function import LambdaContext
from simulator.tenant import KINDS
from simulator.web_door import event_of
from simulator.world import AUDIENCE, TABLE, World
from tests.proofs.forgeries import odd
from tests.proofs.forgeries.links import ForgedLinks
from tests.proofs.forgeries.tokens import Tokens

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
SCOPE = "openid profile email phone read:orders write:orders"
AN_ORDER = b'{"size": "small"}'

DOCUMENTED = frozenset({303, 400, 401, 403, 404, 405, 410, 413, 415, 422})
"""303 leads to the login page."""

_PATHS = (
    *("/api/orders", "/api/orders/00000001-0", "/api/orders/7/authorize", "/api/orders/7/code"),
    *("/api/orders/7/cancel", "/api/orders?limit=7", "/api/orders?before=1"),
)
_PAGES = (
    *("/orders/clear", "/orders/key", "/orders/7/confirm", "/orders/7/cancel", "/sign-out"),
    *("/live", "/links/disown", "/links/unlock", "/links/erase"),
)
_PRIVATE = ("/orders", "/orders/00000001-0", "/profile", "/orders?before=2")
_MEDIA_TYPES = (
    *("", "text/plain", "application/jsonx", "application/x-www-form-urlencoded", "*/*"),
    *("multipart/form-data; boundary=x", "application/json-patch+json", "text/json", "\x00"),
)
_UNFIT_KEYS = ("", "short", "x" * 65, f'"{KEY}', f"{KEY} {KEY}", f"{KEY};a=1", "é" * 20, "0" * 5000)
_LANGUAGES = ("de;q=7", "*" * 4000, ",".join(["en;q=0.5"] * 900), ";;;", "en-US-x-" + "a-" * 999)
_EVIL = ("https://evil.example", "null", "", "https://order.pizza.example.evil.example")


@dataclass(frozen=True)
class Request:
    """A request, before a gateway makes an event of it."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def event(self, origin: str) -> dict[str, Any]:
        """What the gateway hands over."""
        path, _, query = self.path.partition("?")
        headers = [(name, _in_a_header(value)) for name, value in self.headers.items()]
        builder = EnvironBuilder(
            "/", origin, query_string=query, method=self.method, headers=headers, data=self.body
        )
        builder.environ_base = {"REMOTE_ADDR": "192.0.2.1"}
        return event_of(builder.get_request()) | {"rawPath": path}


class ForgedRequests:
    """Every kind of request that changes nothing, and the door that must see to it.

    Args:
        world: with the door's Auth0 and table; nobody has ordered anything in it.
    """

    name = "requests to pages and API"

    def __init__(self, world: World) -> None:
        self._world = world
        self._door = web_function.create_web_door(world.settings, now=world.clock.now)
        self._tokens, self._links = Tokens(), ForgedLinks()
        self._good = self._minted("valid")
        self._odd_kinds = [self._minted(kind) for kind in KINDS if kind != "valid"]
        self._makers: tuple[Callable[[Random], Any], ...] = (
            self._by_nobody,
            self._by_nobody,
            self._malformed,
            self._malformed,
            self._with_a_wrong_header,
            self._of_another_site,
            self._without_a_session,
            self._with_a_forged_link,
            self._elsewhere,
            self._too_large,
            odd.json_value,
        )

    def forge(self, random: Random) -> Any:
        """Make a request that must be refused, or an event that is none."""
        return random.choice(self._makers)(random)

    def refusal(self, forged: Any) -> str:
        """How it is refused: the status, and the problem's name where it is the API's."""
        if not isinstance(forged, Request):
            assert self._door(forged, LambdaContext())["statusCode"] == 400
            return "400 no event"
        answer = self._door(forged.event(self._world.web_origin), LambdaContext())
        status, body, headers = answer["statusCode"], answer["body"], answer["headers"]
        assert status in DOCUMENTED, status
        # The door says so when the application has stumbled.
        assert headers["content-type"] != "text/plain; charset=utf-8", body
        assert not any(text in body for text in odd.TEXTS if len(text) > 12), body
        if status == 303:
            assert headers["location"].startswith("/sign-in?return_to="), headers
        if headers["content-type"] == MEDIA_TYPE and body:
            return f"{status} {json.loads(body)['type'].rpartition('/problems/')[2]}"
        return f"{status}"

    def nothing_has_changed(self) -> bool:
        """Whether the table is as empty as it was, and no mail has gone out."""
        count: int = boto3.client("dynamodb").scan(TableName=TABLE, Select="COUNT")["Count"]
        return not count and not self._world.mailbox.mails()

    def _minted(self, kind: str) -> str:
        return self._world.tenant.mint(
            "ada",
            kind,
            client_id="a-program",
            audience=AUDIENCE,
            issuer=f"{self._world.tenant_origin}/",
            scope=SCOPE,
        )

    def _headers(self, token: str | None = None, **more: str) -> dict[str, str]:
        """What a good request that orders has, but for what differs."""
        return {
            "Authorization": f"Bearer {self._good if token is None else token}",
            "Content-Type": "application/json",
            "Idempotency-Key": KEY,
        } | {name.replace("_", "-"): value for name, value in more.items()}

    def _by_nobody(self, random: Random) -> Request:
        """Each address, with no token that is good."""
        tampered = odd.tampered(random, self._good)
        token = random.choice(
            [
                self._tokens.forge(random),
                tampered if tampered.strip() != self._good else "",
                random.choice(self._odd_kinds),
            ]
        )
        header = random.choice(
            ["Bearer {}", "Basic {}", "{}", "Bearer{}", "Bearer x{} {}", "bearer"]
        )
        headers = self._headers(Authorization=header.format(token, self._good))
        method = random.choice(["GET", "POST", "POST", "DELETE"])
        return Request(method, random.choice(_PATHS), headers, AN_ORDER)

    def _malformed(self, random: Random) -> Request:
        """With a good token, and a body that is none."""
        path, member = random.choice(
            [
                ("/api/orders", "size"),
                ("/api/orders/7/authorize", "code"),
                ("/api/orders/7/code", "channel"),
            ]
        )
        whole = json.dumps({member: odd.json_value(random)}).encode()
        body = random.choice(
            [
                whole,
                whole[:-1],
                whole + b"}",
                AN_ORDER[:-1] + b', "size": ' + whole + b"}",
                AN_ORDER[:-1] + b', "toppings": ["gravel"]}',
                AN_ORDER[:-1] + b', "quantity": 1e400}',
                AN_ORDER[:-1] + b', "quantity": NaN}',
                AN_ORDER[:-1] + b', "price": "0.00"}',
                b"[" * random.randrange(1, LARGEST_BODY),
                b'{"size":' * 2000,
                b'{"quantity": ' + b"9" * random.randrange(1, 9000) + b"}",
                b"\xff\xfe" + whole,
                random.randbytes(40),
                b'"small"',
            ]
        )
        return Request("POST", path, self._headers(), body)

    def _with_a_wrong_header(self, random: Random) -> Request:
        """An order that would be good, but for one header."""
        wrong = random.choice(
            [
                {"Idempotency_Key": random.choice(_UNFIT_KEYS)},
                {"Content_Type": random.choice(_MEDIA_TYPES)},
                {"Content_Type": "text/plain", "Accept_Language": random.choice(_LANGUAGES)},
                {"Idempotency_Key": "", "X_HTTP_Method_Override": "DELETE"},
                {"Authorization": "", "Cookie": f"session={self._good}"},
                {"Authorization": "", "X_Authorization": f"Bearer {self._good}"},
            ]
        )
        return Request("POST", "/api/orders", self._headers(**wrong), AN_ORDER)

    def _of_another_site(self, random: Random) -> Request:
        """What another site's page wants changed."""
        site = random.choice(["cross-site", "same-site", "none", "SAME-ORIGIN", ""])
        headers = {
            "Origin": random.choice(_EVIL),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if site or random.random() < 0.5:
            headers["Sec-Fetch-Site"] = site
        body = f"t={random.choice([*self._links.good.values()])}&code=1234".encode()
        return Request("POST", random.choice(_PAGES), headers, body)

    def _without_a_session(self, random: Random) -> Request:
        """What only who is signed in may see, with a cookie that we never gave."""
        _, sealed = self._links.forge(random)
        value = random.choice([sealed, self._links.good[random.choice([*self._links.good])], "x"])
        cookie = "".join(character for character in value if character.isalnum())
        return Request("GET", random.choice(_PRIVATE), {"Cookie": f"session={cookie}"})

    def _with_a_forged_link(self, random: Random) -> Request:
        purpose, token = self._links.forge(random)
        path, form = f"/links/{purpose}", f"t={token}".encode(errors="replace")
        if random.random() < 0.5:
            return Request("GET", f"{path}?{form.decode()}")
        own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", path, own, form)

    def _elsewhere(self, random: Random) -> Request:
        """Addresses and methods that there are not."""
        method = random.choice([*HTTPMethod, "PROPFIND", "post"])
        inside = random.choice(
            ["/{}", "/api/{}", "/api/orders/{}/../x", "/links/{}", "/static/{}/x"]
        )
        path = inside.format(
            random.choice(["..", ".env", "%2e%2e", "//", "/evil.example", odd.text(random), "\x00"])
        )
        return Request(method if method != "OPTIONS" else "PUT", f"{path}/nothing", self._headers())

    def _too_large(self, random: Random) -> Request:
        size = LARGEST_BODY + random.randrange(1, 100_000)
        path = random.choice(["/api/orders", "/links/disown", "/api/orders/7/code"])
        own = {"Sec_Fetch_Site": "same-origin"}
        return Request("POST", path, self._headers(**own), b"t=" + b"x" * size)


def _in_a_header(value: str) -> str:
    """What of a text can be sent in a header at all."""
    return value.encode("latin-1", "replace").decode("latin-1").translate({10: 32, 13: 32, 0: 32})
