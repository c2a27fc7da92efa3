"""The words that every talk has: help, stop, repeat, yes, no, and what nobody understood."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customers
from pizza_on_demand.voice.envelope import access_token, is_heard, raw_event
from pizza_on_demand.voice.responses.speech import last_said, say, say_again


class SayingHandler(AbstractRequestHandler):
    """Answers an intent with one moment, always the same."""

    def __init__(self, intent: str, moment: str) -> None:
        self._is_asked = is_intent_name(intent)
        self._moment = moment

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return self._is_asked(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return say(handler_input, self._moment)


class RepeatIntentHandler(AbstractRequestHandler):
    """Says the last reply once more."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("AMAZON.RepeatIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        last = last_said(handler_input)
        if last is None:
            return say(handler_input, "nothing_to_repeat")
        token = access_token(handler_input)
        customer = self._customers.recognize(token) if last.to_a_customer else None
        return say_again(handler_input, last, customer)


class AnythingElseHandler(AbstractRequestHandler):
    """Intents and requests that the SDK knows and this skill does not. Stands last in the list."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        if is_heard(raw_event(handler_input)):
            return say(handler_input, "not_understood")
        return handler_input.response_builder.response
