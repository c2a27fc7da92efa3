"""What can stand in the way of an order; the tree is drawn where the package begins."""

from __future__ import annotations

from pizza_on_demand.orders.order import Order


class OrderError(Exception):
    """Something about the order stands in the way."""


class NothingOrderedError(OrderError):
    """No order waits for its code."""


class NoSuchOrderError(NothingOrderedError):
    """The customer has no order of that reference, or has cleared it from the history."""


class AlreadyConfirmedError(OrderError):
    """The code was said before, and it worked: nothing happens twice."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


class OrderExpiredError(OrderError):
    """The order has waited too long for its code."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


class OrderingLockedError(OrderError):
    """Voice ordering is locked until the customer opens the link in their mail."""

    def __init__(self, order: Order, *, just_now: bool = False) -> None:
        super().__init__(order.id)
        self.order = order
        """The one with the lock."""
        self.just_now = just_now
        """Whether this very code has locked it: one caller hears so, and writes the mail."""


class OrdersUnavailableError(OrderError):
    """Orders cannot be read or written just now."""


class ConfirmationUnknownError(OrdersUnavailableError):
    """A code was tried, and nobody can tell whether that was written: it may be said again."""
