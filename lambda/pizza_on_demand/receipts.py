"""The letters that an order owes its customer: the receipt, and the way out of a lock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from pizza_on_demand.customers import Customer, IdentityError
from pizza_on_demand.emails import Mailer, MailError
from pizza_on_demand.letters import locked_letter, receipt_letter
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Order, OrderError, OwedReceipts
from pizza_on_demand.seals import SealError, Seals

logger = logging.getLogger(__name__)

OWED_FOR = timedelta(hours=24)
"""After that a receipt is given up on, and the address that it was owed to is deleted."""


class Receipt(Enum):
    """What became of the receipt of an order."""

    SENT = "sent"
    OWED = "owed"
    """It goes out by itself as soon as it can."""
    NONE = "none"
    """There is no address that mail may go to."""


class Receipts:
    """Sends receipts: once by themselves, and once more for each time that somebody asks.

    Args:
        seals: close the addresses of those to whom a receipt is owed.
    """

    def __init__(self, owed: OwedReceipts, mailer: Mailer, shop: Shop, seals: Seals) -> None:
        self._owed = owed
        self._mailer = mailer
        self._shop = shop
        self._seals = seals

    def addressed(self, customer: Customer) -> str | None:
        """Whom a receipt of the customer's goes to, sealed; None if mail may go nowhere."""
        try:
            return self._seals.seal({"to": customer.confirmed_email, "name": customer.name})
        except IdentityError:
            return None

    def send(self, order: Order) -> Receipt:
        """Send the receipt of an order that was confirmed or claimed just now."""
        if order.receipt_owed is None:
            return Receipt.NONE
        try:
            self.deliver(order, order.receipt_owed.to)
        except (MailError, SealError):
            return Receipt.OWED
        return Receipt.SENT

    def make_up(self, customer: Customer) -> None:
        """Send a receipt that is owed to the customer, if nobody else is sending it."""
        order = self._owed.claim_of(customer)
        if order:
            self.send(order)

    def deliver(self, order: Order, sealed: str) -> None:
        """Send the receipt of an order that was claimed, and note what came of it.

        Raises:
            MailError: it was not sent, and stays owed.
            SealError: so it was, because nobody can read whom it goes to.
        """
        try:
            self._mailer.send(receipt_letter(order, self._shop, **self._seals.open(sealed)))
        except (MailError, SealError) as error:
            reason = str(error) or type(error).__name__
            logger.error("receipt not sent", extra={"reason": reason})
            _note(self._owed.release, order)
            raise
        _note(self._owed.settle, order)

    def give_up(self, order: Order) -> None:
        """Send no receipt of a claimed order any more, and let the operator know."""
        # An alarm counts these.
        logger.error("receipt given up", extra={"order": order.reference})
        _note(self._owed.settle, order)

    def send_again(self, order: Order, customer: Customer) -> None:
        """Send the receipt because the customer asks for it; it is owed no longer then.

        Raises:
            IdentityError: there is no address that mail may go to.
            MailError: it was not sent.
        """
        to = customer.confirmed_email
        self._mailer.send(receipt_letter(order, self._shop, to=to, name=customer.name))
        _note(self._owed.settle, order)


class LockNotices:
    """Tells customers by mail that voice ordering is locked, and how to unlock it."""

    def __init__(self, mailer: Mailer, links: Links) -> None:
        self._mailer = mailer
        self._links = links

    def send(self, order: Order, customer: Customer) -> None:
        """Send the link, now that it is locked. If that fails the lock holds all the same."""
        logger.warning("ordering locked")  # An alarm counts these.
        try:
            self.send_key(order, customer)
        except (IdentityError, MailError) as error:
            logger.error("lock notice not sent", extra={"reason": type(error).__name__})

    def send_key(self, order: Order, customer: Customer) -> None:
        """Send the link because the customer asks for it.

        Raises:
            IdentityError: there is no address that mail may go to.
            MailError: it was not sent.
        """
        self._mailer.send(locked_letter(order, customer, unlock_link=self._links.unlock(order)))


def _note(note: Callable[[Order], None], order: Order) -> None:
    """Write something down of a receipt; without that it comes once more."""
    try:
        note(order)
    except OrderError as error:
        # The order is confirmed all the same, and that is what the customer must hear.
        logger.error("receipt not noted", extra={"reason": type(error).__name__})
