"""The API's own description (OpenAPI 3.1), with what only this deployment knows filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pizza_on_demand.menu import Menu
from pizza_on_demand.web.api.bodies import MOST_ORDERS_AT_ONCE, ORDERS_AT_ONCE

_FILE = Path(__file__).with_name("openapi.json")


def describe(menu: Menu, root: str) -> dict[str, Any]:
    """The document, as https://spec.openapis.org/oas/v3.1.1.html has it.

    Args:
        root: the API's address, such as "https://order.pizza.example/api".
    """
    document: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    document["servers"] = [{"url": root}]
    schemas = document["components"]["schemas"]
    schemas["Size"]["enum"] = list(menu.sizes)
    schemas["Topping"]["enum"] = list(menu.toppings)
    schemas["Quantity"]["maximum"] = menu.shop.most_pizzas
    schemas["Limit"] |= {"maximum": MOST_ORDERS_AT_ONCE, "default": ORDERS_AT_ONCE}
    return document
