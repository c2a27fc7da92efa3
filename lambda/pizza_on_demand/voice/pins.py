"""Alexa's own way to be sure of a speaker: she asks for the PIN of their profile.

The reply hands the talk over to her; she asks, checks the voice too, and hands it back with a
SessionResumedRequest. It needs a recognised voice with an account of its own, and so far it is
to be had in US English.

https://developer.amazon.com/docs/custom-skills/pin-confirmation-for-alexa-skills.html
"""

from __future__ import annotations

from enum import Enum, auto

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.interfaces.connections.on_completion import OnCompletion
from ask_sdk_model.interfaces.connections.v1.start_connection_directive import (
    StartConnectionDirective,
)

from pizza_on_demand.verification import PinAnswer
from pizza_on_demand.voice.envelope import own_token, part, person_id, raw_event, said

LOCALES = frozenset({"en-US"})

PROVEN = 400
"""How sure Alexa is of somebody who has just told her their PIN."""

_VERIFY_PERSON = "connection://AMAZON.VerifyPerson/2"
_WRONG = ("NOT_MATCH", "METHOD_LOCKOUT")


class Verdict(Enum):
    """What came of asking for a PIN."""

    RIGHT = auto()
    WRONG = auto()
    """More often than Alexa allows."""
    NOT_SET_UP = auto()
    """The person has none."""
    UNCHECKED = auto()
    """Alexa could not or may not ask, or got no answer."""


def whom_to_ask(handler_input: HandlerInput) -> str | None:
    """The person whose PIN Alexa can ask for now; None if she can ask nobody."""
    asked_here = said(handler_input, "request", "locale") in LOCALES
    return person_id(handler_input) if asked_here and own_token(handler_input) else None


def question(challenge_id: str) -> StartConnectionDirective:
    """What makes Alexa ask; the id comes back with the answer."""
    level = {"level": PROVEN, "customPolicy": {"policyName": "VOICE_PIN"}}
    return StartConnectionDirective(
        uri=_VERIFY_PERSON,
        on_completion=OnCompletion.RESUME_SESSION,
        input={"requestedAuthenticationConfidenceLevel": level},
        token=challenge_id,
    )


def is_answer(handler_input: HandlerInput) -> bool:
    """Whether Alexa hands the talk back in this turn, which is no intent then."""
    return said(handler_input, "request", "type") == "SessionResumedRequest"


def verdict(handler_input: HandlerInput) -> Verdict:
    """What Alexa says. That a PIN was right counts only while she is sure of the speaker."""
    event = raw_event(handler_input)
    cause = part(event, "request", "cause")
    if str(part(cause, "status", "code")) != "200":
        return Verdict.UNCHECKED
    match part(cause, "result", "status"), part(cause, "result", "reason"):
        case "ACHIEVED", _ if _is_proven(event):
            return Verdict.RIGHT
        case "NOT_ACHIEVED", reason if reason in _WRONG:
            return Verdict.WRONG
        case "NOT_ACHIEVED", "VERIFICATION_METHOD_NOT_SETUP":
            return Verdict.NOT_SET_UP
    return Verdict.UNCHECKED


def answer(handler_input: HandlerInput, *, is_right: bool) -> PinAnswer | None:
    """Whose PIN it was, and for what; None if Alexa does not say so."""
    token = asked_about(handler_input)
    person = person_id(handler_input) if own_token(handler_input) else None
    return PinAnswer(token, person, is_right) if token and person else None


def asked_about(handler_input: HandlerInput) -> str | None:
    """The id that `question` has given to Alexa."""
    return said(handler_input, "request", "cause", "token")


def _is_proven(event: object) -> bool:
    person = part(event, "context", "System", "person")
    level = part(person, "authenticationConfidenceLevel", "level")
    return isinstance(level, int) and level >= PROVEN
