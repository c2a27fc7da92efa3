"""An order that waits for its code, without a store that it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Order
from pizza_on_demand.verification import Challenge, Channel

PLACED = datetime(2026, 11, 22, 19, 3, tzinfo=UTC)
MENU = Menu.load()
PIZZA = Pizza("large", ("pepperoni", "black_olives", "extra_cheese"), 2)


def an_order(**changes: Any) -> Order:
    """Ada's order of two pizzas for $38.34, whose code lives for five minutes."""
    order = Order(
        id="5f1c9a3e7b2d4860",
        number=1,
        sub="auth0|ada",
        pizza=PIZZA,
        price=MENU.price(PIZZA),
        placed=PLACED,
        good_until=PLACED + timedelta(minutes=30),
        challenge=Challenge("1", Channel.EMAIL, PLACED + timedelta(minutes=5), 3, "kept"),
        codes_sent=(PLACED,),
    )
    return replace(order, **changes)
