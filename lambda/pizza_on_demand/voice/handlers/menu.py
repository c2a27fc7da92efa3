"""What anybody can ask about the shop."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.envelope import says_yes_to
from pizza_on_demand.voice.responses import menu
from pizza_on_demand.voice.responses.account import THE_MENU


class MenuIntentHandler(AbstractRequestHandler):
    """Reads the menu: when asked to, or on a yes when we offered it. Needs no account."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("MenuIntent")(handler_input) or says_yes_to(THE_MENU)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return menu.menu(handler_input, self._menu)
