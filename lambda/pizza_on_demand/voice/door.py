"""The guard before the SDK: whatever comes in, a valid Alexa reply goes out.

ask-sdk-core deserializes and checks the skill id before any handler of ours can run,
and raises out of the Lambda when either fails. So both happen here instead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

from ask_sdk_core.skill import CustomSkill
from ask_sdk_model.request_envelope import RequestEnvelope

from fast_sdk.serializer import new_serializer
from pizza_on_demand import deadline
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.logs import log_mistake
from pizza_on_demand.voice.envelope import Turn, is_heard, part
from pizza_on_demand.voice.memory import remembered
from pizza_on_demand.voice.responses.speech import ssml_of
from pizza_on_demand.voice.shop_window import ShopWindow
from pizza_on_demand.voice.touch import as_said
from pizza_on_demand.voice.variants import Choose, first

logger = logging.getLogger(__name__)


class VoiceDoor:
    """Answers each event that Alexa sends, within its deadline and without exceptions.

    Args:
        skill_id: the only skill whose requests are taken; None takes any.
        choose: which of several sentences is said.
        meanwhile: what goes on while an event is answered.
        window: what screens show of the shop; without one they show nothing.
    """

    def __init__(
        self,
        skill: CustomSkill,
        skill_id: str | None,
        choose: Choose = first,
        meanwhile: Callable[[Any], AbstractContextManager[None]] = nullcontext,
        window: ShopWindow | None = None,
    ) -> None:
        self._skill = skill
        self._skill_id = skill_id
        self._choose = choose
        self._meanwhile = meanwhile
        self._window = window
        self._serializer = new_serializer()

    def __call__(self, event: Any, context: LambdaContext) -> dict[str, Any]:
        """The reply envelope for a request envelope.

        https://developer.amazon.com/docs/custom-skills/request-and-response-json-reference.html
        """
        began = time.monotonic()
        moments: list[str] = []
        try:
            with deadline.of_turn(context.get_remaining_time_in_millis()), self._meanwhile(event):
                return self._answer(event, moments)
        except Exception as mistake:  # noqa: BLE001 - the last guard: Alexa speaks no exception
            log_mistake(mistake)
            return refusal(event, "unexpected")
        finally:
            took = round((time.monotonic() - began) * 1000)
            said = {"moment": moments[-1] if moments else None}
            logger.info("turn", extra={**_what(event), **said, "took_ms": took})

    def _answer(self, event: Any, moments: list[str]) -> dict[str, Any]:
        if not self._is_ours(event):
            logger.warning("refused a request of another skill")
            return refusal(event, "not_ours")
        touch = as_said(event, self._window.menu) if self._window else None
        heard = touch or event
        envelope = self._read(heard)
        if envelope is None:
            return refusal(event, "not_understood")
        turn = Turn(heard, self._choose, self._window, touch is not None, moments)
        reply = self._skill.invoke(request_envelope=envelope, context=turn)
        return cast("dict[str, Any]", self._serializer.serialize(reply))

    def _is_ours(self, event: Any) -> bool:
        application = part(event, "context", "System", "application", "applicationId")
        return self._skill_id is None or application == self._skill_id

    def _read(self, event: Any) -> RequestEnvelope | None:
        """The envelope as the SDK's model has it; None when it does not know the request."""
        if not _is_envelope(event):
            logger.warning("no request envelope")
            return None
        try:
            envelope = self._serializer.read(_shown(event), RequestEnvelope)
        except Exception as unknown:  # noqa: BLE001 - the SDK raises five kinds here
            logger.warning("request not understood", extra={"error": type(unknown).__name__})
            return None
        return cast("RequestEnvelope", envelope)


def refusal(event: Any, moment: str) -> dict[str, Any]:
    """A reply that says *moment* and ends the session, or nothing where nobody listens."""
    if part(event, "request", "type") == "CanFulfillIntentRequest":
        return {"version": "1.0", "response": {"canFulfillIntent": {"canFulfill": "NO"}}}
    if not is_heard(event):
        return {"version": "1.0", "response": {}}
    return {
        "version": "1.0",
        "response": {
            "outputSpeech": {"type": "SSML", "ssml": ssml_of(event, moment)},
            "shouldEndSession": True,
        },
    }


def _is_envelope(event: Any) -> bool:
    """Whether all is there that every handler counts on."""
    kind = part(event, "request", "type")
    named = kind != "IntentRequest" or isinstance(part(event, "request", "intent", "name"), str)
    return bool(part(event, "context", "System") and kind and named)


def _shown(event: Any) -> dict[str, Any]:
    """What the SDK sees of an event.

    Its model refuses a whole envelope for one word of a newer device's that it does not know.
    What we need of the surroundings, we read from the event itself.
    """
    # The SDK writes what its model does not know over the model's own attributes.
    request = {name: value for name, value in event["request"].items() if name != "object_type"}
    shown = {"version": "1.0", "context": {"System": {}}, "request": request}
    session = event.get("session")
    if not isinstance(session, dict):
        return shown
    return shown | {
        "session": {
            "new": session.get("new") is not False,
            "attributes": remembered(session.get("attributes")),
        }
    }


def _what(event: Any) -> dict[str, Any]:
    kind, intent = part(event, "request", "type"), part(event, "request", "intent", "name")
    return {"request": str(kind)[:80], "intent": str(intent)[:80] if intent else None}
