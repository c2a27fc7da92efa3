"""What is heard often is said in several ways; in one session never twice in a row in the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from pizza_on_demand.languages import Language
from pizza_on_demand.voice.responses.speech import variants
from pizza_on_demand.voice.variants import by_request, first
from simulator.world import World
from tests.voice.talk import heard

REFUSALS = variants(Language.of("en-US").speech["fallback"])


@pytest.fixture
def lively() -> Iterator[World]:
    """A world whose skill speaks as it does to customers."""
    with World(varied=True) as fresh:
        yield fresh


def test_the_hundredth_greeting_does_not_sound_like_the_first() -> None:
    chosen = [by_request(f"amzn1.echo-api.request.{n}", 4) for n in range(100)]

    assert set(chosen) == {0, 1, 2, 3}
    assert all(chosen.count(variant) > 10 for variant in range(4))


def test_a_request_that_is_repeated_is_answered_in_the_same_words() -> None:
    assert by_request("amzn1.echo-api.request.7", 4) == by_request("amzn1.echo-api.request.7", 4)
    assert [first("any", 4), first("other", 4)] == [0, 0]


def test_nobody_hears_the_same_words_twice_in_a_row(lively: World) -> None:
    lively.say("open pizza on demand")

    said = [heard(lively, "teach me the tango") for _ in range(6)]

    assert all(any(text.startswith(variant) for variant in REFUSALS) for text in said)
    assert all(one != following for one, following in pairwise(said))


def test_what_is_repeated_is_repeated_word_for_word(lively: World) -> None:
    lively.say("open pizza on demand")

    for _ in range(4):
        said = heard(lively, "teach me the tango")
        assert heard(lively, "repeat that") == said


def test_where_talks_are_written_down_the_first_variant_is_said(world: World) -> None:
    world.say("open pizza on demand")

    assert [heard(world, "no") for _ in range(3)] == [
        "All right. What would you like instead?",
        "Fine. What would you like instead?",
        "All right. What would you like instead?",
    ]


def test_a_session_that_remembers_nonsense_is_no_mistake(lively: World) -> None:
    lively.say("open pizza on demand")
    event = lively.echo.turns[-1].request
    event["session"] |= {
        "new": False,
        "attributes": {"said": {"moment": "fallback", "facts": {}, "to_a_customer": False}},
    }
    for nonsense in ("two", None, -7, 10**30, [1]):
        event["session"]["attributes"]["said"]["variant"] = nonsense
        event["request"] |= {
            "type": "IntentRequest",
            "intent": {"name": "AMAZON.RepeatIntent", "confirmationStatus": "NONE"},
        }
        assert "outputSpeech" in lively.send(event)["response"]
