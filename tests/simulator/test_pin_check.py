"""Alexa asks for the PIN of a profile, and tells the skill what came of it, and no digit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.pin_check import ASKED_AGAIN, QUESTION
from simulator.world import World

Json = dict[str, Any]


@pytest.fixture
def world() -> Iterator[World]:
    """Mary was asked for her PIN."""
    with World(settings={"ALEXA_PIN": "on"}) as world:
        world.link_own("mary")
        world.set_pin("mary", "4321")
        world.let_speak("mary")
        world.say("ask pizza on demand for a large pizza with bacon")
        world.say("yes")
        assert world.echo.turns[-1].alexa == QUESTION
        yield world


def cause(world: World) -> Json:
    """What Alexa has told the skill last."""
    told: Json = world.echo.turns[-1].request["request"]["cause"]
    return told


def level(world: World) -> int:
    person = world.echo.turns[-1].request["context"]["System"]["person"]
    return int(person["authenticationConfidenceLevel"]["level"])


def test_a_right_pin_makes_her_sure_for_one_request(world: World) -> None:
    world.say("4 3 2 1")

    assert cause(world)["result"]["status"] == "ACHIEVED"
    assert level(world) == 400
    assert "4321" not in json.dumps(world.echo.turns[-1].request["request"])
    world.say("open pizza on demand")
    assert level(world) == 300


def test_a_wrong_pin_is_asked_for_three_times(world: World) -> None:
    turns = len(world.echo.turns)
    for _ in range(2):
        world.say("1111")
        assert world.echo.turns[-1].alexa == ASKED_AGAIN
        assert world.echo.turns[-1].request is None

    world.say("1111")

    assert cause(world)["result"] == {
        "version": "2",
        "status": "NOT_ACHIEVED",
        "reason": "NOT_MATCH",
    }
    assert level(world) == 300
    assert len(world.echo.turns) == turns + 3


@pytest.mark.parametrize("words", ["cancel", "Stop", None])
def test_whoever_tells_none_has_not_told_a_wrong_one(world: World, words: str | None) -> None:
    if words:
        world.say(words)
    else:
        world.silence()

    assert cause(world)["result"] == {"version": "2", "status": "NOT_ACHIEVED"}


def test_another_voice_cannot_tell_it(world: World) -> None:
    world.let_speak("ada")

    world.say("4321")

    assert cause(world)["result"]["reason"] == "NOT_MATCH"


def test_the_token_comes_back_as_it_was(world: World) -> None:
    [directive] = world.echo.turns[-1].reply["response"]["directives"]

    world.say("4321")

    assert cause(world)["token"] == directive["token"]


def test_calling_the_skill_anew_ends_the_question(world: World) -> None:
    world.say("open pizza on demand")
    turn = world.echo.turns[-1]

    assert turn.request["request"]["type"] == "LaunchRequest"
    world.say("4321")
    assert world.echo.turns[-1].request["request"]["type"] == "IntentRequest"
