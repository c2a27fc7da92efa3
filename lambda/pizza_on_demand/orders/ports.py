"""What orders need from outside: somebody who keeps them, and somebody who brings codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pizza_on_demand.orders.order import Order
from pizza_on_demand.verification import Code, Destination


class ConflictError(Exception):
    """Somebody else has written first; read again."""


class OrderStore(Protocol):
    """Keeps orders. Every verb raises OrdersUnavailableError when the store is away."""

    def recent(self, sub: str, count: int, *, up_to: int | None = None) -> Sequence[Order]:
        """A customer's newest orders, by their numbers and the newest first.

        They are as the last write has left them.

        Args:
            up_to: leaves out those with a higher number.
        """

    def oldest(self, sub: str, count: int, *, after: int = 0) -> Sequence[Order]:
        """A customer's oldest orders, the oldest first, as the last write has left them.

        Args:
            after: leaves out the order of that number, and those with a lower one.
        """

    def owing(self, by: datetime, count: int) -> Sequence[tuple[str, int]]:
        """Whose orders, and of which numbers, owe a receipt that was due by then.

        The longest due come first. They may be as they were a moment ago: whoever sends a
        receipt reads the order itself first.
        """

    def add(self, order: Order) -> Order:
        """Keep a new order; raises ConflictError if its number is taken.

        Returns:
            The order as it is kept: with the next version.
        """

    def replace(self, order: Order) -> Order:
        """Keep a changed order; raises ConflictError if that version was changed before.

        Returns:
            The order as it is kept: with the next version.
        """

    def remove(self, order: Order) -> None:
        """Keep an order no longer; raises ConflictError if that version was changed before.

        One that is gone already is fine.
        """


class Courier(Protocol):
    """Whoever brings a code to a customer's own mailbox or phone."""

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        """Send the code once; raises CodeUnavailableError when it is known not to arrive."""
