"""Receipts that are owed: found by whoever comes, and sent by one at a time.

A confirmed order owes its receipt until somebody has noted that it went out. To send it is
to claim it for a while first. Whoever dies meanwhile has not lost it: when their time is up,
it is due again. So a receipt is never lost. It comes twice if its sender dies, or cannot
reach the table, after the mail was taken and before that is noted: no mail service knows
whether it has had a letter before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pizza_on_demand.customers import Customer
from pizza_on_demand.orders.errors import OrdersUnavailableError
from pizza_on_demand.orders.order import Order, OwedReceipt
from pizza_on_demand.orders.ports import ConflictError, OrderStore

LEASE = timedelta(minutes=2)
"""How long whoever has claimed a receipt has for sending it: longer than any function runs."""


class OwedReceipts:
    """Hands out receipts to send, and takes note of what came of it.

    Args:
        now: tells the time.

    Raises:
        OrdersUnavailableError: from every verb, when the store is away.
    """

    LOOK_BACK = 10
    """Orders of a customer, when somebody asks who talks to us anyway."""
    TRIES_TO_WRITE = 10

    def __init__(self, store: OrderStore, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def due(self, count: int) -> Sequence[tuple[str, int]]:
        """Whose orders, and of which numbers, owe a receipt that nobody is sending."""
        return self._store.owing(self._now(), count)

    def claim(self, sub: str, number: int) -> Order | None:
        """The order, if it still owes its receipt; whoever is given it must send that.

        Nobody else is given it meanwhile.
        """
        order = self._order(sub, number)
        return self._claimed(order) if order else None

    def claim_of(self, customer: Customer) -> Order | None:
        """The customer's newest order whose receipt nobody is sending, as `claim` gives it."""
        recent = self._store.recent(customer.sub, self.LOOK_BACK)
        return next((claimed for order in recent if (claimed := self._claimed(order))), None)

    def settle(self, order: Order) -> None:
        """Owe the order's receipt no longer: it has gone out, or was given up on."""
        self._change(order, None)

    def release(self, order: Order) -> None:
        """The receipt did not go out: whoever comes next may send it."""
        owed = order.receipt_owed
        self._change(order, owed and replace(owed, due=self._now()))

    def _claimed(self, order: Order) -> Order | None:
        owed, now = order.receipt_owed, self._now()
        if owed is None or owed.due > now:
            return None
        claimed = replace(order, receipt_owed=replace(owed, due=now + LEASE))
        try:
            return self._store.replace(claimed)
        except ConflictError:
            return None  # somebody else has claimed it, or it is due the next time

    def _change(self, order: Order, owed: OwedReceipt | None) -> None:
        """Write what is owed now, unless somebody else has settled or claimed it."""
        found: Order | None = order
        for _ in range(self.TRIES_TO_WRITE):
            if not (found and found.receipt_owed and found.receipt_owed == order.receipt_owed):
                return
            try:
                self._store.replace(replace(found, receipt_owed=owed))
            except ConflictError:
                found = self._order(order.sub, order.number)
            else:
                return
        raise OrdersUnavailableError

    def _order(self, sub: str, number: int) -> Order | None:
        """The order of that number, as the last write has left it."""
        orders = self._store.recent(sub, 1, up_to=number)
        return next((order for order in orders if order.number == number), None)
