"""What screens show of the shop."""

from __future__ import annotations

from dataclasses import dataclass

from pizza_on_demand.menu import Menu


@dataclass(frozen=True, slots=True)
class ShopWindow:
    """What is sold, and how long the codes are that confirm it."""

    menu: Menu
    code_length: int
