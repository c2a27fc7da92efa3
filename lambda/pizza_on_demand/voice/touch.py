"""Reads a touch on a screen as the words that would do the same.

A touch comes as a UserEvent with the arguments of the button. It goes on as the intent that
somebody would have said instead, so that the same handlers serve voice and touch, with the
same checks. What comes from a device may be anything: what is no button of ours is no touch.
https://developer.amazon.com/docs/alexa/alexa-presentation-language/apl-interface.html
"""

from __future__ import annotations

import re
from typing import Any

from pizza_on_demand.drafts import PLAIN
from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.envelope import part
from pizza_on_demand.voice.responses.ordering import THE_ORDER

Slots = dict[str, str]
Wish = tuple[str, Slots]
"""An intent, and the values of its slots."""

_USER_EVENT = "Alexa.Presentation.APL.UserEvent"
_CODE = re.compile(r"[0-9]{1,8}")
_YES = "AMAZON.YesIntent"
_PLAIN_BUTTONS = {
    "menu": "MenuIntent",
    "usual": "RepeatLastOrderIntent",
    "status": "OrderStatusIntent",
    "cancel": "CancelOrderIntent",
    "resend": "ResendCodeIntent",
    "receipt": "EmailReceiptIntent",
}


def as_said(event: Any, menu: Menu) -> Any | None:
    """The event as if the button's wish had been said; None if nobody touched a button of ours."""
    if part(event, "request", "type") != _USER_EVENT:
        return None
    wish = _wish(part(event, "request", "arguments"), menu)
    if wish is None:
        return None
    name, slots = wish
    intent = {
        "name": name,
        "confirmationStatus": "NONE",
        "slots": {slot: _slot(slot, value) for slot, value in slots.items()},
    }
    kept = ("requestId", "timestamp", "locale")
    request = {key: event["request"][key] for key in kept if key in event["request"]}
    said = {**event, "request": {**request, "type": "IntentRequest", "intent": intent}}
    return _after_its_question(said) if name == _YES else said


def _wish(arguments: Any, menu: Menu) -> Wish | None:  # noqa: PLR0911 - one for each button
    """What a button asks for, as far as the shop has it."""
    match arguments:
        case [str(button)] if button in _PLAIN_BUTTONS:
            return _PLAIN_BUTTONS[button], {}
        case ["place"]:
            return _YES, {}
        case ["size", str(size)] if size in menu.sizes:
            return "GetMeSomePizzaIntent", {"Size": size}
        case ["add", str(topping)] if topping in menu.toppings or topping == PLAIN:
            return "GetMeSomePizzaIntent", {"Toppings": topping}
        case ["remove", str(topping)] if topping in menu.toppings:
            return "ChangeOrderIntent", {"Without": topping}
        case ["quantity", str(number)] if number in _quantities(menu):
            return "ChangeOrderIntent", {"Quantity": number}
        case ["code", str(digits)] if _CODE.fullmatch(digits):
            return "AuthorizePizzaOrderIntent", {"Code": digits}
    return None


def _quantities(menu: Menu) -> set[str]:
    return {str(number) for number in range(1, menu.shop.most_pizzas + 1)}


def _slot(name: str, value: str) -> dict[str, Any]:
    """A slot as Alexa fills it with a value that the interaction model has."""
    found = {"status": {"code": "ER_SUCCESS_MATCH"}, "values": [{"value": {"id": value}}]}
    resolutions = {"resolutionsPerAuthority": [found]}
    return {"name": name, "value": value, "confirmationStatus": "NONE", "resolutions": resolutions}


def _after_its_question(event: dict[str, Any]) -> dict[str, Any]:
    """The button says what it orders: whatever was asked aloud since, that is what it answers."""
    attributes = part(event, "session", "attributes")
    if not isinstance(attributes, dict):
        return event
    asked = {**attributes, "asked": THE_ORDER}
    return {**event, "session": {**event["session"], "attributes": asked}}
