"""How letters and texts put things: money, times, pizzas. English, for now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Pizza

_LOCALE = Path(__file__).parent / "locales" / "en-US.toml"
_UNITS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_LONGEST_GROUP = 4


def greeting(customer: Customer) -> str:
    """Begin a letter: "Hello Ada,"."""
    return f"Hello {customer.name}," if customer.name else "Hello,"


def money(amount: Decimal) -> str:
    """Write an amount: "$17.55"."""
    return f"${amount:,.2f}"


def percent(share: Decimal) -> str:
    """Write a share of the whole: "8%"."""
    return f"{(share * 100).normalize():f}%"


def pizzas(pizza: Pizza) -> str:
    """Name what is ordered: "2 large pizzas with extra cheese and bacon"."""
    noun = "pizza" if pizza.quantity == 1 else "pizzas"
    named = f"{pizza.quantity} {dish(pizza.size)} {noun}"
    if not pizza.toppings:
        return named
    *some, last = map(dish, pizza.toppings)
    return f"{named} with {', '.join(some)} and {last}" if some else f"{named} with {last}"


def dish(name: str) -> str:
    """What a size or a topping is called: "extra cheese" for "extra_cheese".

    What the shop does not sell any more goes by the name that it was kept under.
    """
    return _names().get(name, name)


def span(length: timedelta) -> str:
    """Say how long, in the largest unit that fits: "5 minutes", "90 minutes", "24 hours"."""
    unit = next(unit for unit in _UNITS if not length % _UNITS[unit] or unit == "minute")
    number = round(length / _UNITS[unit])
    return f"{number} {unit}{'' if number == 1 else 's'}"


def moment(at: datetime) -> str:
    """Write a time: "Sunday, November 22, 19:03 UTC". Nobody tells us the customer's zone."""
    return f"{at:%A, %B} {at.day}, {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """Write a time of the day: "19:03 UTC"."""
    return f"{at:%H:%M} UTC"


def digits(code: str) -> str:
    """Set a code so that it is read digit by digit, by eyes and by screen readers alike.

    "4 1 7 2"; more than four digits fall into halves: "4 1 7  2 8 0".
    """
    if len(code) <= _LONGEST_GROUP:
        return " ".join(code)
    half = -(-len(code) // 2)
    return f"{' '.join(code[:half])}  {' '.join(code[half:])}"


@cache
def _names() -> Mapping[str, str]:
    """What things on the menu are called, by their ids."""
    names: Mapping[str, str] = tomllib.loads(_LOCALE.read_text("utf-8"))["names"]
    return names
