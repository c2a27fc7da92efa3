"""Answers about what the shop sells."""

from __future__ import annotations

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response

from pizza_on_demand.menu import Menu
from pizza_on_demand.voice import screens
from pizza_on_demand.voice.envelope import language
from pizza_on_demand.voice.responses.speech import say


def menu(handler_input: HandlerInput, menu: Menu) -> Response:
    """Read the sizes with their prices, and the toppings."""
    spoken = language(handler_input)
    priced: str = spoken.speech["phrases"]["priced_size"]
    sizes = [
        priced.format(size=spoken.size(size), price=spoken.spoken_money(price))
        for size, price in menu.sizes.items()
    ]
    facts = {
        "sizes": spoken.listing(sizes),
        "toppings": spoken.listing([spoken.topping(topping) for topping in menu.toppings]),
    }
    screens.menu(handler_input)
    return say(handler_input, "menu", facts)
