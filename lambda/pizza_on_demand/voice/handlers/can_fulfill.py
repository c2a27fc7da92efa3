"""Name-free interaction: Alexa asks whether we could answer, before anybody asks us."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_request_type
from ask_sdk_model.canfulfill.can_fulfill_intent import CanFulfillIntent
from ask_sdk_model.canfulfill.can_fulfill_intent_values import CanFulfillIntentValues
from ask_sdk_model.response import Response

from pizza_on_demand.voice.envelope import said

_FULFILLABLE = {"WhoAmIIntent", "EmailMyDetailsIntent", "MenuIntent", "EmailMenuIntent"}


class CanFulfillIntentRequestHandler(AbstractRequestHandler):
    """Says what we can do, and does nothing.

    https://developer.amazon.com/docs/custom-skills/understand-name-free-interaction-for-custom-skills.html
    """

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("CanFulfillIntentRequest")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        intent = said(handler_input, "request", "intent", "name")
        can = CanFulfillIntentValues.YES if intent in _FULFILLABLE else CanFulfillIntentValues.NO
        builder = handler_input.response_builder
        builder.set_can_fulfill_intent(CanFulfillIntent(can_fulfill=can, slots={}))
        return builder.response
