"""A customer's orders as they were read together, and what limits make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pizza_on_demand.orders.errors import OrderingLockedError
from pizza_on_demand.orders.order import Entry, Order


@dataclass(frozen=True, slots=True)
class History:
    """Orders of a customer that follow each other, most often the newest."""

    sub: str
    orders: Sequence[Order]
    """Newest first."""

    @property
    def latest(self) -> Order | None:
        """The newest order."""
        return next(iter(self.orders), None)

    @property
    def next_number(self) -> int:
        """What a new order is numbered."""
        return self.latest.number + 1 if self.latest else 1

    @property
    def wrong_in_a_row(self) -> int:
        """Wrong codes since the last right one."""
        return self.latest.wrong_in_a_row if self.latest else 0

    def first(self, fits: Callable[[Order], bool]) -> Order | None:
        """The newest order that fits."""
        return next(filter(fits, self.orders), None)

    def entries(self, now: datetime) -> Sequence[Entry]:
        """How each order stands, without those that the customer has cleared."""
        newer = (None, *self.orders)
        return [
            Entry(order, order.standing(next_one, now))
            for order, next_one in zip(self.orders, newer, strict=False)
            if not order.cleared
        ]

    def entry(self, reference: str, now: datetime) -> Entry | None:
        """The order of that reference, unless the customer has cleared it."""
        found = (entry for entry in self.entries(now) if entry.order.reference == reference)
        return next(found, None)

    def with_id(self, order_id: str) -> Order | None:
        """The order of that id."""
        return self.first(lambda order: order.id == order_id)

    def check_lock(self) -> None:
        """Raise OrderingLockedError if any order keeps the customer from ordering."""
        if locked := self.first(lambda order: order.locked):
            raise OrderingLockedError(locked)

    def codes_sent(self, since: datetime) -> Sequence[datetime]:
        """When codes were sent, oldest first."""
        return sorted(at for order in self.orders for at in order.codes_sent if at > since)

    def codes_spent(self, since: datetime) -> int:
        """How many codes were guessed to death, not counting those that are forgiven."""
        since = max([since, *(order.unlocked for order in self.orders if order.unlocked)])
        return sum(at > since for order in self.orders for at in order.codes_spent)
