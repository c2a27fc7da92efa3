"""What the Alexa client makes of whatever her API answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.alexa import AlexaClient
from pizza_on_demand.guests import (
    EMAIL,
    GIVEN_NAME,
    AlexaAccess,
    Guest,
    NotAllowedError,
    NothingGivenError,
    ProfileError,
    ProfileThrottledError,
    ProfileUnavailableError,
    meet,
)
from simulator.alexa_api import MOST_DIRECTIVES, AlexaApi
from simulator.alexa_app import AlexaApp
from simulator.clock import Clock
from simulator.echo import Turn
from simulator.envelope import request
from simulator.wire import Server, Slow, Wire, free_port, problem
from tests.clients import sockets
from tests.clients.sockets import listening

TOKEN = "the token that envelopes bring"
ONE_MOMENT = "<speak>One moment.</speak>"


class Alexa:
    """Her API on a port of its own, before a household."""

    def __init__(self) -> None:
        clock = Clock()
        self.app = AlexaApp(lambda: pytest.fail("nobody links"), clock.now, lambda *_: None)
        self.turn: Turn | None = Turn(1, clock.now(), "hello")
        self.turn.request = {"request": request("LaunchRequest", clock.now(), "en-US")}
        self.request_id: str = self.turn.request["request"]["requestId"]
        api = AlexaApi(TOKEN, lambda: self.app, asking=lambda: self.turn)
        self.wire = Wire("alexa", api.wsgi)
        self.server = Server(self.wire)
        self.access = AlexaAccess(self.server.origin, TOKEN)

    def answers(self, status: int, body: str = "", **headers: str) -> None:
        """Let every answer be this one."""
        self.wire.begin("odd", lambda _: Response(body, status, headers))


@pytest.fixture
def alexa() -> Iterator[Alexa]:
    fresh = Alexa()
    yield fresh
    fresh.wire.mend()
    fresh.server.close()


@pytest.fixture
def client() -> AlexaClient:
    return AlexaClient(patience=0.5)


# Profiles


def test_what_is_allowed_is_told(alexa: Alexa, client: AlexaClient) -> None:
    alexa.app.permissions |= {EMAIL, GIVEN_NAME}

    assert meet(client, alexa.access) == Guest("lovelace@example.com", "Ada")


@pytest.mark.parametrize("allowed", [set(), {GIVEN_NAME}], ids=["nothing", "the name"])
def test_without_the_address_there_is_no_guest(
    alexa: Alexa, client: AlexaClient, allowed: set[str]
) -> None:
    alexa.app.permissions |= allowed

    with pytest.raises(NotAllowedError):
        meet(client, alexa.access)


def test_a_guest_may_stay_nameless(alexa: Alexa, client: AlexaClient) -> None:
    alexa.app.permissions.add(EMAIL)

    assert meet(client, alexa.access) == Guest("lovelace@example.com", None)


def test_an_account_without_an_address_has_none(alexa: Alexa, client: AlexaClient) -> None:
    alexa.app.permissions |= {EMAIL, GIVEN_NAME}
    del alexa.app.account["email"], alexa.app.account["given_name"]

    for ask in (client.email, client.given_name):
        with pytest.raises(NothingGivenError):
            ask(alexa.access)


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (200, '""', NothingGivenError),
        (200, "null", NothingGivenError),
        (200, "<html>", ProfileUnavailableError),
        (200, '{"email": "a@example.com"}', ProfileUnavailableError),
        (200, '"ada"', ProfileUnavailableError),
        (200, '"ada@example.com\\r\\nBcc: eve@example.com"', ProfileUnavailableError),
        (200, "[" * 100_000, ProfileUnavailableError),
        (204, "", NothingGivenError),
        (301, "", ProfileUnavailableError),
        (400, '{"code": "INVALID_URI"}', ProfileUnavailableError),
        (401, '{"code": "INVALID_TOKEN"}', ProfileUnavailableError),
        (403, '{"code": "ACCESS_DENIED"}', NotAllowedError),
        (403, "", NotAllowedError),
        (404, '{"code": "INVALID_KEY"}', ProfileUnavailableError),
        (429, "", ProfileThrottledError),
        (500, "", ProfileUnavailableError),
        (503, "<h1>503</h1>", ProfileUnavailableError),
    ],
)
def test_every_answer_has_its_meaning(
    alexa: Alexa, client: AlexaClient, status: int, body: str, refusal: type[ProfileError]
) -> None:
    alexa.answers(status, body, Location="http://127.0.0.1:9/")

    with pytest.raises(ProfileError) as refused:
        client.email(alexa.access)

    assert type(refused.value) is refusal


def test_a_token_that_is_not_good_is_no_lack_of_permission(
    alexa: Alexa, client: AlexaClient
) -> None:
    alexa.app.permissions.add(EMAIL)

    with pytest.raises(ProfileUnavailableError, match="401"):
        client.email(AlexaAccess(alexa.server.origin, "an older token"))


def test_a_slow_answer_is_waited_for_no_longer_than_the_turn_has(alexa: Alexa) -> None:
    alexa.wire.begin("slow", Slow())
    began = time.monotonic()

    with deadline.of_turn(1000), pytest.raises(ProfileUnavailableError):
        AlexaClient(patience=9).email(alexa.access)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "behave", [sockets.drip_the_body, sockets.drip_the_head, sockets.break_off, sockets.hang_up]
)
def test_an_answer_that_never_ends_well_is_given_up_on(behave: sockets.Behaviour) -> None:
    began = time.monotonic()

    with listening(behave) as server, pytest.raises(ProfileUnavailableError):
        AlexaClient(patience=0.3).email(AlexaAccess(server.origin, TOKEN))

    assert time.monotonic() - began < 2


def test_no_redirect_is_followed_so_the_token_goes_nowhere_else(
    alexa: Alexa, client: AlexaClient
) -> None:
    seen: list[str] = []

    @Request.application
    def elsewhere(request: Request) -> Response:
        seen.append(request.path)
        return Response('"eve@example.com"')

    other = Server(elsewhere)
    alexa.answers(307, Location=f"{other.origin}/")

    with pytest.raises(ProfileUnavailableError, match="307"):
        client.email(alexa.access)

    other.close()
    assert seen == []


def test_nobody_there_and_no_access_are_the_same_to_a_guest(client: AlexaClient) -> None:
    nowhere = AlexaAccess(f"http://127.0.0.1:{free_port()}", TOKEN)
    odd = AlexaAccess("no address", "a\nb")

    for access in (nowhere, odd, None):
        with pytest.raises(ProfileUnavailableError):
            meet(client, access)


def test_a_name_that_hangs_does_not_keep_the_letter_back(alexa: Alexa, client: AlexaClient) -> None:
    alexa.app.permissions |= {EMAIL, GIVEN_NAME}
    alexa.wire.begin("slow", Slow(concerns=lambda asked: asked.path.endswith("givenName")))

    assert meet(client, alexa.access) == Guest("lovelace@example.com", None)


# A word meanwhile


def test_what_is_said_meanwhile_is_heard_in_that_turn(alexa: Alexa, client: AlexaClient) -> None:
    client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    assert alexa.turn
    assert alexa.turn.meanwhile == ["One moment."]


def test_after_the_answer_nothing_is_heard_and_nothing_fails(
    alexa: Alexa, client: AlexaClient, caplog: pytest.LogCaptureFixture
) -> None:
    turn, alexa.turn = alexa.turn, None

    with caplog.at_level(logging.INFO):
        client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    assert turn
    assert turn.meanwhile == []
    assert "progressive response refused" in caplog.text


def test_another_requests_id_says_nothing(alexa: Alexa, client: AlexaClient) -> None:
    client.speak(alexa.access, "amzn1.echo-api.request.of-yesterday", ONE_MOMENT)

    assert alexa.turn
    assert alexa.turn.meanwhile == []


def test_alexa_takes_so_many_and_no_more(alexa: Alexa, client: AlexaClient) -> None:
    for _ in range(MOST_DIRECTIVES + 1):
        client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    assert alexa.turn
    assert len(alexa.turn.meanwhile) == MOST_DIRECTIVES


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_a_word_that_is_refused_is_no_error(alexa: Alexa, client: AlexaClient, status: int) -> None:
    alexa.wire.begin("odd", lambda _: problem(status, {"code": "NO"}))

    client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    assert [call.status for call in alexa.wire.calls] == [status]


def test_a_word_is_given_up_on_when_alexa_hangs(alexa: Alexa, client: AlexaClient) -> None:
    alexa.wire.begin("slow", Slow())
    began = time.monotonic()

    client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    assert time.monotonic() - began < 2


def test_the_log_has_no_token_no_address_and_no_name(
    alexa: Alexa, client: AlexaClient, caplog: pytest.LogCaptureFixture
) -> None:
    alexa.app.permissions |= {EMAIL, GIVEN_NAME}

    with caplog.at_level(logging.INFO):
        meet(client, alexa.access)
        client.speak(alexa.access, alexa.request_id, ONE_MOMENT)

    logged = "\n".join(str(vars(record)) for record in caplog.records if "pizza" in record.name)
    assert "Profile.email" in logged
    for secret in (TOKEN, "lovelace", "Ada"):
        assert secret not in logged
    assert TOKEN not in repr(alexa.access)


def test_nothing_but_what_is_needed_is_asked(alexa: Alexa, client: AlexaClient) -> None:
    alexa.app.permissions |= {EMAIL, GIVEN_NAME}
    asked: list[Request] = []
    alexa.wire.begin("watch", asked.append)

    meet(client, alexa.access)

    assert [call.name for call in alexa.wire.calls] == [
        "GET /v2/accounts/~current/settings/Profile.email",
        "GET /v2/accounts/~current/settings/Profile.givenName",
    ]
    assert {heard.headers["Authorization"] for heard in asked} == {f"Bearer {TOKEN}"}
    assert not any(heard.cookies for heard in asked)
