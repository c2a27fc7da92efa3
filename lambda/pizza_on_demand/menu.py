"""What the shop sells, read from menu.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

_FILE = Path(__file__).with_name("menu.toml")


@dataclass(frozen=True, slots=True)
class Menu:
    """Prices without tax, by name, in the order in which they are read out."""

    sizes: Mapping[str, Decimal]
    toppings: Mapping[str, Decimal]

    @classmethod
    def load(cls) -> Menu:
        """Read the menu file."""
        data = tomllib.loads(_FILE.read_text("utf-8"))
        return cls(
            sizes={name: Decimal(price) for name, price in data["sizes"].items()},
            toppings={name: Decimal(price) for name, price in data["toppings"].items()},
        )
