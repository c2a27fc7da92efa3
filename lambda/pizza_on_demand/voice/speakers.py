"""A change of speakers: nothing of what the former one has said or heard stays.

A session belongs to a device, not to a person. So it carries a mark of whose voice it is,
and whoever goes on with another voice begins anew: the former one's draft, the question that
they were asked, and what "repeat" would say again are gone before any handler looks. Their
screen goes with the answer, which shows another. To be recognised no more, or only now, is a
change of voices too.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from ask_sdk_core.dispatch_components import AbstractRequestInterceptor
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_request_type

from pizza_on_demand.voice.envelope import is_touched, own_token, person_id, session

logger = logging.getLogger(__name__)

_CHANGED = "another voice"
_INTERRUPTED = "interrupted"


class SpeakerInterceptor(AbstractRequestInterceptor):
    """Clears the session when another voice goes on with it."""

    def process(self, handler_input: HandlerInput) -> None:
        if handler_input.request_envelope.session is None:
            return
        attributes = session(handler_input)
        before, now = attributes.get("speaker"), _mark(handler_input)
        if _is_tap(handler_input) and not now["own"] and _shares_the_account(before):
            return
        if isinstance(before, dict) and before.get("voice") != now["voice"]:
            logger.info("another voice")
            seen = handler_input.attributes_manager.request_attributes
            seen.update({_CHANGED: True, _INTERRUPTED: "said" in attributes})
            attributes.clear()
        attributes["speaker"] = now


def is_another(handler_input: HandlerInput) -> bool:
    """Whether this is another voice than the one that the session, and its screen, belonged to."""
    return handler_input.attributes_manager.request_attributes.get(_CHANGED) is True


def is_interrupted(handler_input: HandlerInput) -> bool:
    """Whether this is a new voice in a talk that somebody else had with us."""
    return handler_input.attributes_manager.request_attributes.get(_INTERRUPTED) is True


def _mark(handler_input: HandlerInput) -> dict[str, Any]:
    """Whose voice it is, and whether an account of their own goes with it.

    Sessions are shown in Alexa's logs, so it is a hash.
    """
    person = person_id(handler_input)
    return {"voice": person and _hash(person), "own": own_token(handler_input) is not None}


def _hash(person: str) -> str:
    return hashlib.sha256(person.encode(errors="surrogatepass")).hexdigest()[:16]


def _is_tap(handler_input: HandlerInput) -> bool:
    is_event = is_request_type("Alexa.Presentation.APL.UserEvent")
    return is_touched(handler_input) or is_event(handler_input)


def _shares_the_account(speaker: object) -> bool:
    """Whether a finger, which has no voice, acts for the same account as the speaker did."""
    return isinstance(speaker, dict) and speaker.get("own") is False
