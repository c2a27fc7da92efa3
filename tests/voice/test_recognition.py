"""Who is speaking, through the whole skill: how often Auth0 is asked, and about whom."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from simulator.world import World


def profile_requests(world: World) -> int:
    return sum(call.path == "/userinfo" for turn in world.echo.turns for call in turn.calls)


def test_ten_turns_of_one_customer_ask_auth0_once(world: World) -> None:
    world.sign_in("ada")

    world.say("open pizza on demand")
    for _ in range(9):
        world.say("who am I")

    assert profile_requests(world) == 1
    assert all(turn.alexa and "Ada" in turn.alexa for turn in world.echo.turns[-9:])


def test_a_hundred_launches_in_a_minute_never_let_a_429_through(world: World) -> None:
    world.sign_in("ada")

    for _ in range(100):
        world.say("open pizza on demand")
        world.clock.wait(timedelta(seconds=0.5))

    launches = world.echo.turns[-100:]
    assert all(turn.alexa and "Ada" in turn.alexa for turn in launches)
    assert [call.status for turn in launches for call in turn.calls].count(429) == 0
    assert profile_requests(world) == 1


def test_the_token_of_the_recognised_speaker_goes_before_the_households(world: World) -> None:
    world.sign_in("ada")
    event = _launch(world)
    event["context"]["System"]["person"] = {
        "personId": "amzn1.ask.person.MARY",
        "accessToken": _token(world, "mary"),
    }

    assert "Mary" in _speech(world.send(event))


def test_a_recognised_speaker_without_an_own_link_uses_the_households(world: World) -> None:
    world.sign_in("ada")
    event = _launch(world)
    event["context"]["System"]["person"] = {"personId": "amzn1.ask.person.GUEST"}

    speech = _speech(world.send(event))

    assert "Welcome back to Pizza on Demand." in speech
    assert "Ada" not in speech


def test_one_warm_process_keeps_customers_apart(world: World) -> None:
    world.sign_in("ada")
    event = _launch(world)
    tokens = {"Ada": _token(world, "ada"), "Grace": _token(world, "grace")}

    for name, token in [*tokens.items()] * 5:
        event["context"]["System"]["user"]["accessToken"] = token
        speech = _speech(world.send(event))
        assert name in speech
        assert not any(other in speech for other in tokens if other != name)


def test_what_is_no_text_is_no_token(world: World) -> None:
    event = _launch(world)
    for nothing in ("", None, 7, {}, {"access": "token"}):
        event["context"]["System"]["user"]["accessToken"] = nothing

        assert world.send(event)["response"]["card"] == {"type": "LinkAccount"}


def test_the_token_of_the_session_alone_is_not_trusted(world: World) -> None:
    """Only context.System exists in every request, and only it is kept fresh."""
    event = _launch(world)
    event["session"]["user"] = {"accessToken": _token(world, "ada")}

    assert world.send(event)["response"]["card"] == {"type": "LinkAccount"}


def _launch(world: World) -> dict[str, Any]:
    world.say("open pizza on demand")
    event: dict[str, Any] = copy.deepcopy(world.echo.turns[-1].request)
    return event


def _token(world: World, name: str) -> str:
    return world.tenant.mint(
        name,
        "valid",
        client_id=world.alexa.client_id,
        audience=world.settings["AUTH0_AUDIENCE"],
        issuer=f"{world.tenant_origin}/",
    )


def _speech(reply: dict[str, Any]) -> str:
    speech: str = reply["response"]["outputSpeech"]["ssml"]
    return speech
