"""A change of voices in the middle of a talk, seen from the envelopes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from simulator.world import World
from tests.voice.talk import heard

READ_BACK = "Shall I order that?"


@pytest.fixture
def linked(world: World) -> World:
    world.sign_in("ada")
    return world


def begin(world: World, speaker: str | None) -> None:
    """Somebody has a pizza read back."""
    world.let_speak(speaker)
    world.say("open pizza on demand")
    assert READ_BACK in heard(world, "get me a large pizza with pepperoni")


@pytest.mark.parametrize(
    ("first", "then"),
    [("ada", "mary"), ("ada", None), (None, "ada")],
    ids=["another", "not recognised any more", "recognised only now"],
)
def test_what_the_first_voice_began_is_gone_for_the_next(
    linked: World, first: str | None, then: str | None
) -> None:
    begin(linked, first)

    linked.let_speak(then)

    assert "another voice" in heard(linked, "yes")
    assert "no order to change" in heard(linked, "make it medium")


@pytest.mark.parametrize("speaker", ["ada", None])
def test_the_same_voice_goes_on(linked: World, speaker: str | None) -> None:
    begin(linked, speaker)

    assert "I've sent a code" in heard(linked, "yes")


def test_a_voice_that_becomes_a_guess_is_nobodys(linked: World) -> None:
    begin(linked, "ada")

    linked.let_speak("ada", confidence=100)

    assert "another voice" in heard(linked, "yes")


def test_a_no_and_a_repeat_of_another_voice_are_no_answers_either(linked: World) -> None:
    for words in ("no", "say that again"):
        begin(linked, "ada")
        linked.let_speak("mary")

        said = heard(linked, words)

        assert "another voice" in said
        assert "pepperoni" not in said.partition("You can say")[0]


@pytest.mark.parametrize("words", ["yes", "0 0 0 0", "who am I", "make it medium"])
def test_the_first_voices_screen_goes_whatever_the_next_one_says(linked: World, words: str) -> None:
    linked.take_device("screen")
    begin(linked, "ada")
    linked.let_speak("mary")

    linked.say(words)

    assert linked.echo.screen
    assert linked.echo.screen.token == "welcome"


def test_whoever_speaks_next_is_warned_once(linked: World) -> None:
    begin(linked, "ada")
    linked.let_speak("mary")

    assert "another voice" in heard(linked, "yes")
    assert "I didn't ask anything" in heard(linked, "yes")


def test_the_session_has_a_mark_of_the_voice_and_not_its_id(linked: World) -> None:
    begin(linked, "ada")

    kept = json.dumps(linked.echo.turns[-1].reply["sessionAttributes"])

    assert linked.people["ada"].id not in kept
    assert '"voice"' in kept


def test_a_tap_goes_on_with_the_talk_of_whoever_shares_the_account(linked: World) -> None:
    begin(linked, "linus")

    assert "draft" in _tap(linked)["sessionAttributes"]


def test_a_tap_of_nobody_knows_whom_does_not_order_for_an_account_of_ones_own(
    linked: World,
) -> None:
    linked.link_own("mary")
    begin(linked, "mary")

    assert "draft" not in _tap(linked)["sessionAttributes"]


@pytest.mark.parametrize("odd", ["x", 7, None, [], {"voice": 3}, {"own": False}])
def test_a_mark_that_nobody_made_does_no_harm(linked: World, odd: object) -> None:
    begin(linked, "ada")
    event = copy.deepcopy(linked.echo.turns[-1].request)
    event["session"]["attributes"]["speaker"] = odd

    assert READ_BACK in linked.send(event)["response"]["outputSpeech"]["ssml"]


def test_a_tap_of_somebody_with_an_account_of_their_own_begins_anew(linked: World) -> None:
    linked.link_own("mary")
    begin(linked, None)
    linked.let_speak("mary")

    reply = _tap(linked, of=linked.household("screen").person)

    assert "draft" not in reply["sessionAttributes"]


def _tap(world: World, of: dict[str, Any] | None = None) -> dict[str, Any]:
    """The reply to a tap on the screen, of which Alexa mostly says no person."""
    last = world.echo.turns[-1]
    event = copy.deepcopy(last.request)
    event["session"] |= {"new": False, "attributes": last.reply["sessionAttributes"]}
    event["context"]["System"]["person"] = of
    kept = {name: event["request"][name] for name in ("requestId", "timestamp", "locale")}
    event["request"] = kept | {
        "type": "Alexa.Presentation.APL.UserEvent",
        "token": "order",
        "arguments": ["nothing of ours"],
        "source": {"type": "TouchWrapper", "handler": "Press", "id": "x"},
        "components": {},
    }
    reply: dict[str, Any] = world.send(event)
    return reply
