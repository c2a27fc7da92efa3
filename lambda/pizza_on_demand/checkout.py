"""Confirming an order, and the letters that follow: the same by voice, page and API."""

from __future__ import annotations

from dataclasses import dataclass

from pizza_on_demand.customers import Customer
from pizza_on_demand.orders import AlreadyConfirmedError, Order, OrderingLockedError, Orders
from pizza_on_demand.receipts import LockNotices, Receipt, Receipts
from pizza_on_demand.verification import PinAnswer


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An order that is sold."""

    order: Order
    receipt: Receipt


class Checkout:
    """Confirms orders, and sends what that makes due: the receipt, or the way out of a lock."""

    def __init__(self, orders: Orders, receipts: Receipts, lock_notices: LockNotices) -> None:
        self._orders = orders
        self._receipts = receipts
        self._lock_notices = lock_notices

    def confirm(
        self, customer: Customer, code: str | PinAnswer, reference: str | None = None
    ) -> Confirmed:
        """Confirm the order that waits, if the code or the PIN is right. It happens once.

        Args:
            reference: of the order that is meant; None takes the newest.

        Raises:
            OrderError: there is no order to confirm; the type says why.
            VerificationError: the code is not good; the type says why.
        """
        receipt_to = self._receipts.addressed(customer)
        try:
            order = self._orders.authorize(customer, code, reference, receipt_to=receipt_to)
        except AlreadyConfirmedError as known:
            if known.order.receipt_owed:
                self._receipts.make_up(customer)
            raise
        except OrderingLockedError as locked:
            if locked.just_now:
                self._lock_notices.send(locked.order, customer)
            raise
        return Confirmed(order, self._receipts.send(order))

    def mail_key(self, customer: Customer) -> None:
        """Send the link that unlocks voice ordering, because the customer asks for it.

        Raises:
            NothingOrderedError: it is not locked.
            TooManyCodesError: the mailbox has had enough for now.
            IdentityError: there is no address that mail may go to.
            MailError: it was not sent.
        """
        self._lock_notices.send_key(self._orders.key_wanted(customer), customer)
