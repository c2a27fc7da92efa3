"""What Alexa reports and nobody hears: the end of a session, errors, and skill events."""

from __future__ import annotations

import logging

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_request_type
from ask_sdk_model.response import Response

from pizza_on_demand.visits import Visits
from pizza_on_demand.voice.envelope import said
from pizza_on_demand.voice.households import forget_visit

logger = logging.getLogger(__name__)

_REPORTS = (
    "AlexaSkillEvent.SkillEnabled",
    "AlexaSkillEvent.SkillAccountLinked",
    "AlexaSkillEvent.SkillPermissionAccepted",
    "AlexaSkillEvent.SkillPermissionChanged",
)


class SessionEndedRequestHandler(AbstractRequestHandler):
    """The customer left, was silent for too long, or Alexa refused our last reply."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("SessionEndedRequest")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        if said(handler_input, "request", "reason") == "ERROR":
            _log_alexas_error(handler_input)
        return handler_input.response_builder.response


class ExceptionEncounteredHandler(AbstractRequestHandler):
    """Alexa could not use a reply of ours."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("System.ExceptionEncountered")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        _log_alexas_error(handler_input)
        return handler_input.response_builder.response


class SkillDisabledHandler(AbstractRequestHandler):
    """The skill was disabled: unless Alexa keeps the customer's data, we let go of it too.

    https://developer.amazon.com/docs/smapi/skill-events-in-alexa-skills.html
    """

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("AlexaSkillEvent.SkillDisabled")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        kept = said(handler_input, "request", "body", "userInformationPersistenceStatus")
        if kept != "PERSISTED":
            forget_visit(self._visits, handler_input)
        return handler_input.response_builder.response


class SkillEventHandler(AbstractRequestHandler):
    """Skill enabled, account linked, permissions given or changed: noted in the log."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return said(handler_input, "request", "type") in _REPORTS

    def handle(self, handler_input: HandlerInput) -> Response:
        event = said(handler_input, "request", "type")
        logger.info("skill event", extra={"event": event})
        return handler_input.response_builder.response


def _log_alexas_error(handler_input: HandlerInput) -> None:
    # Alexa's message may quote our reply, so only its type is safe to keep.
    kind = said(handler_input, "request", "error", "type")
    logger.error("alexa refused a reply", extra={"error": kind})
