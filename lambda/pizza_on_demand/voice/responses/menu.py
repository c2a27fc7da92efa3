"""Answers about what the shop sells."""

from __future__ import annotations

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response

from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.envelope import locale
from pizza_on_demand.voice.responses.speech import say, sentences


def menu(handler_input: HandlerInput, menu: Menu) -> Response:
    """Read the sizes with their prices, and the toppings."""
    words = sentences(locale(handler_input))
    sizes = [
        words.phrases["priced_size"].format(size=words.names[size], price=f"${price}")
        for size, price in menu.sizes.items()
    ]
    facts = {
        "sizes": words.listing(sizes),
        "toppings": words.listing([words.names[topping] for topping in menu.toppings]),
    }
    return say(handler_input, "menu", facts)
