"""Whatever needs the account asks for the link, and nothing else does."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from simulator.world import World

ROOT = Path(__file__).parents[2]
INTENTS: dict[str, Any] = tomllib.loads(
    (ROOT / "interaction_model" / "en.toml").read_text("utf-8")
)["intents"]
WITH_ACCOUNT = [name for name, intent in INTENTS.items() if intent.get("account")]
WITHOUT_ACCOUNT = [name for name, intent in INTENTS.items() if not intent.get("account")]
BUILT = json.loads(
    (ROOT / "skill-package" / "interactionModels" / "custom" / "en-US.json").read_text("utf-8")
)["interactionModel"]["languageModel"]["intents"]


def ask(world: World, intent: str) -> dict[str, Any]:
    """The reply to an intent in the middle of a session."""
    world.say("open pizza on demand")
    event = world.echo.turns[-1].request
    event["session"]["new"] = False
    event["request"] |= {
        "type": "IntentRequest",
        "intent": {"name": intent, "confirmationStatus": "NONE"},
    }
    reply: dict[str, Any] = world.send(event)
    return reply


@pytest.mark.parametrize("intent", WITH_ACCOUNT)
def test_an_intent_that_needs_the_account_gets_the_card_and_ends(world: World, intent: str) -> None:
    response = ask(world, intent)["response"]

    assert response["card"] == {"type": "LinkAccount"}
    assert "card in your Alexa app" in response["outputSpeech"]["ssml"]
    assert response["shouldEndSession"] is True


@pytest.mark.parametrize("intent", WITHOUT_ACCOUNT)
def test_an_intent_for_everybody_works_without_a_link(world: World, intent: str) -> None:
    response = ask(world, intent)["response"]

    assert response.get("card", {}).get("type") != "LinkAccount"
    assert response["outputSpeech"]["ssml"]


@pytest.mark.parametrize("intent", [intent["name"] for intent in BUILT])
def test_every_intent_of_the_model_has_a_handler(world: World, intent: str) -> None:
    world.sign_in("ada")

    ssml = ask(world, intent)["response"]["outputSpeech"]["ssml"]

    assert "isn't something Pizza on Demand can do" not in ssml
    assert "something went wrong" not in ssml


def test_there_are_intents_of_both_kinds() -> None:
    assert WITH_ACCOUNT
    assert WITHOUT_ACCOUNT
