"""What a request tells about its speaker, its household and the talk so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name

from pizza_on_demand.guests import AlexaAccess
from pizza_on_demand.languages import Language
from pizza_on_demand.voice.shop_window import ShopWindow
from pizza_on_demand.voice.variants import Choose, first


@dataclass(frozen=True, slots=True)
class Turn:
    """What the door hands to the SDK as its context.

    The raw event is kept because ask-sdk-model drops what it does not know, such as
    whether a customer who disables the skill wants their data deleted.
    """

    event: dict[str, Any]
    choose: Choose = first
    """Which of several sentences is said."""
    window: ShopWindow | None = None
    """What screens show; None lets them show nothing."""
    touched: bool = False
    """Whether somebody touched a button, and said nothing: then there is no dialog to go on."""
    moments: list[str] = field(default_factory=list)
    """What is said in this turn, by the names of its sentences: for the log."""


def part(event: Any, *path: str) -> Any:
    """A part of an event as Alexa sent it; None where anything on the way is missing."""
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event


_UNHEARD = (
    "SessionEndedRequest",
    "System.ExceptionEncountered",
    "Alexa.Authorization.Grant",
    "Alexa.Presentation.APL.RuntimeError",
    "Alexa.Presentation.APLA.RuntimeError",
    "Alexa.Presentation.HTML.RuntimeError",
    "AlexaSkillEvent.",
    "AlexaHouseholdListEvent.",
    "AudioPlayer.",
    "Messaging.",
    "PlaybackController.",
    "Reminders.",
)
"""Requests that nobody hears the answer to; Alexa rejects speech in it."""


def is_heard(event: Any) -> bool:
    """Whether somebody hears what is answered to an event."""
    kind = part(event, "request", "type")
    if not isinstance(kind, str) or kind in ("LaunchRequest", "IntentRequest"):
        return True
    return "session" in event and not kind.startswith(_UNHEARD)


def raw_event(handler_input: HandlerInput) -> Any:
    """This turn's event as Alexa sent it; None outside of the voice door."""
    turn = handler_input.context
    return turn.event if isinstance(turn, Turn) else None


def shop_window(handler_input: HandlerInput) -> ShopWindow | None:
    """What a screen may show of the shop."""
    turn = handler_input.context
    return turn.window if isinstance(turn, Turn) else None


def is_touched(handler_input: HandlerInput) -> bool:
    """Whether this turn is a touch on the screen."""
    turn = handler_input.context
    return isinstance(turn, Turn) and turn.touched


def note_moment(handler_input: HandlerInput, moment: str) -> None:
    """Remember for the log what is said in this turn."""
    turn = handler_input.context
    if isinstance(turn, Turn):
        turn.moments.append(moment)


def said(handler_input: HandlerInput, *path: str) -> str | None:
    """A text of this turn's event, such as `said(handler_input, "request", "type")`."""
    value = part(raw_event(handler_input), *path)
    return value if isinstance(value, str) and value else None


RECOGNISED = 200
"""How sure Alexa is of a voice that she has recognised, at the least; a PIN makes it 400."""


def person_id(handler_input: HandlerInput) -> str | None:
    """Alexa's name for whoever speaks; None while she does not recognise the voice.

    ask-sdk-model drops how sure she is, so it is read from the event.
    https://developer.amazon.com/docs/custom-skills/add-personalization-to-your-skill.html
    """
    person = part(raw_event(handler_input), "context", "System", "person")
    if person is None:
        return None
    level = part(person, "authenticationConfidenceLevel", "level")
    if isinstance(level, int) and level < RECOGNISED:
        return None
    return said(handler_input, "context", "System", "person", "personId")


def own_token(handler_input: HandlerInput) -> str | None:
    """The token of the account that the recognised speaker has linked as their own."""
    if person_id(handler_input) is None:
        return None
    return said(handler_input, "context", "System", "person", "accessToken")


def shares_account(handler_input: HandlerInput) -> bool:
    """Whether a recognised speaker uses the household's account, having none of their own."""
    return person_id(handler_input) is not None and own_token(handler_input) is None


def access_token(handler_input: HandlerInput) -> str | None:
    """The token of the recognised speaker's own account, or else of the household's.

    https://developer.amazon.com/docs/custom-skills/personalization-and-account-linking.html
    """
    household = said(handler_input, "context", "System", "user", "accessToken")
    return own_token(handler_input) or household


def alexa_access(event: Any) -> AlexaAccess | None:
    """What an event lets us ask of Alexa; None if it lets us ask nothing."""
    system = part(event, "context", "System")
    sent = (part(system, "apiEndpoint"), part(system, "apiAccessToken"))
    texts = [text for text in sent if isinstance(text, str) and text and text.isascii()]
    return AlexaAccess(*texts) if len(texts) == len(sent) else None


def user_id(handler_input: HandlerInput) -> str | None:
    """Alexa's name for the household; it changes when the skill is disabled and enabled."""
    return said(handler_input, "context", "System", "user", "userId")


def has_screen(handler_input: HandlerInput) -> bool:
    """Whether the device can show a picture."""
    interfaces = part(
        raw_event(handler_input), "context", "System", "device", "supportedInterfaces"
    )
    return isinstance(interfaces, dict) and "Alexa.Presentation.APL" in interfaces


def language(handler_input: HandlerInput) -> Language:
    """The language of the talk; events outside of a talk have none, and nobody hears them."""
    return Language.of(said(handler_input, "request", "locale"))


def choice(handler_input: HandlerInput, count: int) -> int:
    """Which of so many sentences is said in this turn."""
    turn = handler_input.context
    choose = turn.choose if isinstance(turn, Turn) else first
    return choose(said(handler_input, "request", "requestId") or "", count)


def session(handler_input: HandlerInput) -> dict[str, Any]:
    """The attributes of the session, to be read and written; empty outside of a session."""
    if handler_input.request_envelope.session is None:
        return {}
    return cast("dict[str, Any]", handler_input.attributes_manager.session_attributes)


def is_single_command(handler_input: HandlerInput) -> bool:
    """Whether one sentence opened the skill and asked for something ("ask … who am I")."""
    envelope = handler_input.request_envelope
    opened = envelope.session is None or envelope.session.new is not False
    return opened and said(handler_input, "request", "type") == "IntentRequest"


def says_yes_to(question: str) -> Callable[[HandlerInput], bool]:
    """A predicate: the customer says yes, and *question* is what we had asked."""
    return _answers("AMAZON.YesIntent", question)


def says_no_to(question: str) -> Callable[[HandlerInput], bool]:
    """A predicate: the customer says no, and *question* is what we had asked."""
    return _answers("AMAZON.NoIntent", question)


def _answers(intent: str, question: str) -> Callable[[HandlerInput], bool]:
    def predicate(handler_input: HandlerInput) -> bool:
        asked = session(handler_input).get("asked")
        return is_intent_name(intent)(handler_input) and asked == question

    return predicate
