"""An Echo in a kitchen, with a small skill and a small interaction model of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.clock import Clock
from simulator.echo import Echo
from simulator.envelope import Device, Household
from simulator.function import ALEXA_WAITS_MS, Function
from simulator.understanding import InteractionModel

Json = dict[str, Any]

SKILL_ID = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"


def _prompt(name: str, said: str) -> Json:
    return {"id": name, "variations": [{"type": "PlainText", "value": said}]}


#: "order" is led by the skill, "reserve" by Alexa, and "help" has no dialog. There is no
#: fallback intent.
BUILT: Json = {
    "interactionModel": {
        "languageModel": {
            "invocationName": "pizza shop",
            "intents": [
                {"name": "AMAZON.HelpIntent"},
                {"name": "AMAZON.YesIntent"},
                {"name": "AMAZON.NoIntent"},
                {
                    "name": "OrderIntent",
                    "slots": [
                        {"name": "Size", "type": "SIZE", "samples": ["make it {Size}"]},
                        {"name": "Count", "type": "AMAZON.NUMBER"},
                        {"name": "Place", "type": "SIZE"},
                    ],
                    "samples": ["order a pizza", "order a {Size} pizza", "order {Count} pizzas"],
                },
                {
                    "name": "ReserveIntent",
                    "slots": [{"name": "People", "type": "AMAZON.NUMBER"}],
                    "samples": ["reserve a table", "reserve a table for {People}"],
                },
            ],
            "types": [
                {
                    "name": "SIZE",
                    "values": [
                        {"id": "small", "name": {"value": "small", "synonyms": ["little"]}},
                        {"id": "large", "name": {"value": "large", "synonyms": ["big"]}},
                    ],
                }
            ],
        },
        "dialog": {
            "delegationStrategy": "SKILL_RESPONSE",
            "intents": [
                {
                    "name": "OrderIntent",
                    "confirmationRequired": True,
                    "prompts": {"confirmation": "confirm_order"},
                    "slots": [
                        {
                            "name": "Size",
                            "type": "SIZE",
                            "elicitationRequired": True,
                            "confirmationRequired": True,
                            "prompts": {
                                "elicitation": "which_size",
                                "confirmation": "confirm_size",
                            },
                            "validations": [
                                {"type": "hasEntityResolutionMatch", "prompt": "no_such_size"}
                            ],
                        },
                        {
                            "name": "Count",
                            "type": "AMAZON.NUMBER",
                            "elicitationRequired": False,
                            "confirmationRequired": False,
                            "prompts": {},
                            "validations": [
                                {"type": "isLessThan", "prompt": "too_many", "value": "10"},
                                {"type": "isNotInSet", "prompt": "none", "values": ["0"]},
                            ],
                        },
                    ],
                },
                {
                    "name": "ReserveIntent",
                    "delegationStrategy": "ALWAYS",
                    "confirmationRequired": False,
                    "prompts": {},
                    "slots": [
                        {
                            "name": "People",
                            "type": "AMAZON.NUMBER",
                            "elicitationRequired": True,
                            "confirmationRequired": False,
                            "prompts": {"elicitation": "how_many"},
                        }
                    ],
                },
            ],
        },
        "prompts": [
            _prompt("which_size", "<speak>What <emphasis level='strong'>size</emphasis>?</speak>"),
            _prompt("confirm_size", "You said {Size}, right?"),
            _prompt("no_such_size", "There is no {Size}. Small or large?"),
            _prompt("too_many", "{Count} are too many. How many?"),
            _prompt("none", "That is none at all. How many?"),
            _prompt("confirm_order", "A {Size} pizza. Shall I order it?"),
            _prompt("how_many", "For how many?"),
        ],
    }
}


def ask(text: str, **response: Any) -> Json:
    """A reply with a question, which keeps the session open and asks again."""
    return say(
        text,
        reprompt={"outputSpeech": {"type": "PlainText", "text": f"Again: {text}"}},
        shouldEndSession=False,
        **response,
    )


def say(text: str, **response: Any) -> Json:
    """A reply that says something."""
    speech = {"type": "SSML", "ssml": f"<speak>{text}</speak>"}
    return {"version": "1.0", "response": {"outputSpeech": speech, **response}}


def direct(directive: str, said: str = "", **more: Any) -> Json:
    """A reply with one Dialog directive, silent or with a question."""
    directives = [{"type": f"Dialog.{directive}", **more}]
    if said:
        return ask(said, directives=directives)
    return {"version": "1.0", "response": {"directives": directives}}


class Skill:
    """Answers with one reply after the other, and goes on with the last one."""

    def __init__(self, *replies: Any) -> None:
        self.events: list[Json] = []
        self._replies = list(replies)

    def __call__(self, event: Json, context: Any) -> Any:
        del context
        self.events.append(event)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    @property
    def requests(self) -> list[Json]:
        """The requests so far, without their envelopes."""
        return [event["request"] for event in self.events]

    @property
    def told(self) -> list[str]:
        """The types of the requests so far; intents by their name, with their state."""
        return [
            " ".join(filter(None, (request["intent"]["name"], request.get("dialogState"))))
            if "intent" in request
            else request["type"]
            for request in self.requests
        ]

    def slot(self, name: str) -> Json:
        """A slot in the last request."""
        slot: Json = self.requests[-1]["intent"]["slots"][name]
        return slot


class Kitchen:
    """An Echo with a skill that is enabled."""

    def __init__(
        self, skill: Callable[[Any, Any], Any], *, device: Device = "speaker", waits_ms: int = 0
    ) -> None:
        self.enabled = True
        model = InteractionModel(BUILT, SKILL_ID)
        self.echo = Echo(
            Function(skill, waits_ms=waits_ms or ALEXA_WAITS_MS),
            model=lambda _: (model, BUILT),
            household=self._household,
            is_enabled=lambda: self.enabled,
            now=Clock().now,
        )
        self.echo.device = device

    def _household(self, device: Device) -> Household:
        return Household(
            skill_id=SKILL_ID,
            user_id="amzn1.ask.account.ADA",
            access_token="ada's token",
            device=device,
            device_id="amzn1.ask.device.KITCHEN",
            api_endpoint="https://api.amazonalexa.com",
            api_access_token="eyJ",
        )
