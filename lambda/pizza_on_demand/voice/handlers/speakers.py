"""What another voice hears that goes on with somebody else's talk."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.voice.responses.speech import say
from pizza_on_demand.voice.speakers import is_interrupted

_ANSWERS = ("AMAZON.YesIntent", "AMAZON.NoIntent", "AMAZON.RepeatIntent")


class InterruptedHandler(AbstractRequestHandler):
    """Takes no yes and no no from anybody but the one who was asked, and repeats nothing."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_interrupted(handler_input) and any(
            is_intent_name(intent)(handler_input) for intent in _ANSWERS
        )

    def handle(self, handler_input: HandlerInput) -> Response:
        return say(handler_input, "other_voice")
