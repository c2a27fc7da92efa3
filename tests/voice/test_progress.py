"""A word for whoever waits, and none for whoever does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from pizza_on_demand import deadline
from pizza_on_demand.guests import AlexaAccess
from pizza_on_demand.voice.progress import OneMoment
from simulator.world import World
from tests.voice.talk import heard

SOON = 0.05
"""Seconds, for turns that last until they have been bridged."""

LATER = 0.5
"""Seconds, for turns that are over long before, on a busy machine too."""


class Listener:
    """Hears what is said meanwhile, and may take its time over it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.hears = Event()
        self.goes_on = Event()
        self.goes_on.set()

    def speak(self, access: AlexaAccess, request_id: str, ssml: str) -> None:
        assert access.token == "token"
        self.heard.append((request_id, ssml))
        self.hears.set()
        self.goes_on.wait(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    fresh = Listener()
    yield fresh
    fresh.goes_on.set()


def event(kind: str = "IntentRequest", **system: Any) -> dict[str, Any]:
    access = {"apiEndpoint": "https://api.amazonalexa.com", "apiAccessToken": "token"}
    return {
        "context": {"System": access | system},
        "request": {"type": kind, "requestId": "amzn1.echo-api.request.1", "locale": "en-US"},
    }


def until(happens: Event) -> bool:
    """Wait for it as for somebody outside; whether it happened."""
    return deadline.bounded(lambda: happens.wait(5), at_most=10)


def never(happens: Event) -> bool:
    """Wait for it in vain as for somebody outside."""
    return not deadline.bounded(lambda: happens.wait(5 * SOON), at_most=10)


def test_a_long_turn_is_bridged_once(listener: Listener) -> None:
    with OneMoment(listener, after=SOON).during(event()):
        assert until(listener.hears)
        listener.hears.clear()
        assert never(listener.hears)
        assert never(listener.hears)

    assert listener.heard == [("amzn1.echo-api.request.1", "<speak>One moment.</speak>")]


def test_a_short_call_is_not(listener: Listener) -> None:
    with OneMoment(listener, after=LATER).during(event()):
        assert deadline.bounded(lambda: "an answer", at_most=10) == "an answer"

    assert not listener.hears.wait(2 * LATER)


def test_a_turn_that_fails_is_over_too(listener: Listener) -> None:
    one_moment = OneMoment(listener, after=LATER)

    with pytest.raises(ZeroDivisionError), one_moment.during(event()):
        deadline.bounded(lambda: 1 / 0, at_most=10)

    assert not listener.hears.wait(2 * LATER)


def test_a_word_that_takes_long_keeps_no_answer_back(listener: Listener) -> None:
    listener.goes_on.clear()
    began = time.monotonic()

    with OneMoment(listener, after=SOON).during(event()):
        assert until(listener.hears)

    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "unheard",
    [
        event("SessionEndedRequest"),
        event("AlexaSkillEvent.SkillDisabled"),
        event("Alexa.Presentation.APL.UserEvent"),
        event("CanFulfillIntentRequest"),
        event(apiAccessToken=None),
        event(apiAccessToken=""),
        event(apiEndpoint=7),
        event(apiAccessToken="tökén"),
        {"request": {"type": "LaunchRequest"}, "context": None},
        None,
        [],
    ],
)
def test_nothing_is_said_where_alexa_would_not_take_it(listener: Listener, unheard: Any) -> None:
    with OneMoment(listener, after=SOON).during(unheard):
        assert never(listener.hears)


def test_whoever_waits_for_auth0_hears_one_moment(world: World) -> None:
    world.sign_in("ada")
    world.begin_fault("auth0 slow")

    answer = heard(world, "open pizza on demand")

    assert world.spoken
    assert world.spoken.meanwhile == ["One moment."]
    assert "I can't reach our sign-in service" in answer
    [said] = [call for call in world.spoken.calls if call.path == "/v1/directives"]
    assert said.status == 204
    assert said.began - world.spoken.began >= 1.0


def test_whoever_is_answered_at_once_does_not(world: World) -> None:
    world.sign_in("ada")
    heard(world, "open pizza on demand")

    heard(world, "what's on the menu")

    assert world.spoken
    assert world.spoken.meanwhile == []


def test_an_alexa_that_does_not_take_it_changes_nothing(world: World) -> None:
    world.sign_in("ada")
    world.begin_fault("auth0 slow")
    world.begin_fault("alexa down")

    assert "I can't reach our sign-in service" in heard(world, "open pizza on demand")
    assert world.spoken
    assert world.spoken.meanwhile == []
