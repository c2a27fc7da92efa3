"""What the shop sells and what it costs, read from menu.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

_FILE = Path(__file__).with_name("menu.toml")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Pizza:
    """What is wanted: so many pizzas, all alike."""

    size: str
    toppings: tuple[str, ...] = ()
    """None of them is a plain pizza with tomatoes and cheese."""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Price:
    """Money, in the shop's currency."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What the customer pays."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells, and where."""

    name: str
    address: str
    ready_in_minutes: int
    currency: str
    tax: Decimal
    most_pizzas: int


@dataclass(frozen=True, slots=True)
class Menu:
    """Prices without tax, by id, in the order in which they are read out."""

    shop: Shop
    sizes: Mapping[str, Decimal]
    toppings: Mapping[str, Decimal]

    @classmethod
    def load(cls) -> Menu:
        """Read the menu file."""
        data = tomllib.loads(_FILE.read_text("utf-8"))
        shop = data["shop"]
        return cls(
            shop=Shop(**(shop | {"tax": Decimal(shop["tax"])})),
            sizes={size: Decimal(price) for size, price in data["sizes"].items()},
            toppings={topping: Decimal(price) for topping, price in data["toppings"].items()},
        )

    def price(self, pizza: Pizza) -> Price:
        """What the pizzas cost; the tax is rounded once, on the whole.

        Raises:
            KeyError: a size or a topping that the shop does not sell.
        """
        each = self.sizes[pizza.size] + sum(self.toppings[t] for t in pizza.toppings)
        net = each * pizza.quantity
        tax = (net * self.shop.tax).quantize(_CENT, ROUND_HALF_UP)
        return Price(net, tax)
