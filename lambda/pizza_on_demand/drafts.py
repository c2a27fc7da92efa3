"""What a customer has said so far of the pizza that they want."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pizza_on_demand.menu import Menu, Pizza

PLAIN = "plain"
"""Said of a pizza with nothing on it but tomatoes and cheese."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A pizza in the making. Nothing is assumed: what was not said is None."""

    id: str
    """Of the order that it may become."""
    size: str | None = None
    toppings: tuple[str, ...] | None = None
    quantity: int = 1
    replaces: str | None = None
    """The order that waits for its code and may be dropped for this one."""

    @classmethod
    def of(cls, pizza: Pizza, draft_id: str) -> Draft:
        """The same pizza once more, to be changed or ordered again."""
        return cls(draft_id, pizza.size, pizza.toppings, pizza.quantity)

    def replacing(self, order_id: str | None) -> Draft:
        """The same draft, for which that order may be dropped."""
        return replace(self, replaces=order_id)

    def changed(
        self,
        *,
        size: str | None = None,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        quantity: int | None = None,
    ) -> Draft:
        """The draft after one more sentence; what the sentence left out stays."""
        toppings = self.toppings
        if add or remove:
            kept = [topping for topping in toppings or () if topping not in remove]
            toppings = tuple(dict.fromkeys([*kept, *(t for t in add if t != PLAIN)]))
        if PLAIN in add and len(add) == 1:
            toppings = ()
        return replace(
            self,
            size=size or self.size,
            toppings=toppings,
            quantity=self.quantity if quantity is None else quantity,
        )

    @property
    def pizza(self) -> Pizza | None:
        """What can be ordered; None while the size or the toppings are not said."""
        if self.size is None or self.toppings is None:
            return None
        return Pizza(self.size, self.toppings, self.quantity)

    def is_sold(self, menu: Menu) -> bool:
        """Whether the shop has all of it, and that many."""
        return (
            (self.size is None or self.size in menu.sizes)
            and all(topping in menu.toppings for topping in self.toppings or ())
            and 1 <= self.quantity <= menu.shop.most_pizzas
        )
