"""What the shop sells and what it costs, read from menu.toml.

MenuError
├── NotOnTheMenuError   a size or a topping that the shop does not sell
└── QuantityError       fewer pizzas than one, or more than the shop makes at once
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

Fulfilment = Literal["pickup", "delivery"]

_FILE = Path(__file__).with_name("menu.toml")
_CENT = Decimal("0.01")


class MenuError(Exception):
    """The shop does not sell that."""


class NotOnTheMenuError(MenuError):
    """A size or a topping that the shop does not sell."""

    def __init__(self, dish: str) -> None:
        super().__init__(dish)
        self.dish = dish


class QuantityError(MenuError):
    """Fewer pizzas than one, or more than the shop makes at once."""

    def __init__(self, most: int) -> None:
        super().__init__(f"1 to {most}")
        self.most = most


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
    """As ISO 4217 writes it, such as "USD"."""
    tax: Decimal
    """As a share of the price: 0.08 is eight per cent."""
    most_pizzas: int
    """In one order."""
    fulfilment: Fulfilment = "pickup"
    """Whether customers come for their pizza, or the shop brings it."""

    def ready_at(self, confirmed: datetime) -> datetime:
        """When a pizza is ready whose order was confirmed then."""
        return confirmed + timedelta(minutes=self.ready_in_minutes)


@dataclass(frozen=True, slots=True)
class Menu:
    """Prices without tax, by id, in the order in which they are read out."""

    shop: Shop
    sizes: Mapping[str, Decimal]
    toppings: Mapping[str, Decimal]

    @classmethod
    def load(cls, fulfilment: Fulfilment = "pickup") -> Menu:
        """Read the menu file."""
        data = tomllib.loads(_FILE.read_text("utf-8"))
        shop = data["shop"]
        return cls(
            shop=Shop(**(shop | {"tax": Decimal(shop["tax"]), "fulfilment": fulfilment})),
            sizes={size: Decimal(price) for size, price in data["sizes"].items()},
            toppings={topping: Decimal(price) for topping, price in data["toppings"].items()},
        )

    def price(self, pizza: Pizza) -> Price:
        """What the pizzas cost; the tax is rounded once, on the whole, and half a cent up.

        Raises:
            MenuError: the shop does not sell that; its type says why.
        """
        self._check(pizza)
        each = self.sizes[pizza.size] + sum(self.toppings[t] for t in pizza.toppings)
        net = each * pizza.quantity
        tax = (net * self.shop.tax).quantize(_CENT, ROUND_HALF_UP)
        return Price(net, tax)

    def _check(self, pizza: Pizza) -> None:
        if pizza.size not in self.sizes:
            raise NotOnTheMenuError(pizza.size)
        for topping in pizza.toppings:
            if topping not in self.toppings:
                raise NotOnTheMenuError(topping)
        if not 1 <= pizza.quantity <= self.shop.most_pizzas:
            raise QuantityError(self.shop.most_pizzas)
