"""The letters that an order owes its customer: the receipt, and the way out of a lock."""

from __future__ import annotations

import logging

from pizza_on_demand.customers import Customer, IdentityError
from pizza_on_demand.emails import Mailer, MailError
from pizza_on_demand.letters import locked_letter, receipt_letter
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Order, OrderError, Orders

logger = logging.getLogger(__name__)


class Receipts:
    """Sends receipts: once by itself, and once more for each time that somebody asks."""

    def __init__(self, orders: Orders, mailer: Mailer, shop: Shop) -> None:
        self._orders = orders
        self._mailer = mailer
        self._shop = shop

    def send(self, order: Order, customer: Customer) -> bool:
        """Send the receipt of an order that was just confirmed; whether it is on its way.

        A send that is known to have failed is written down, so that it is made up for.
        """
        try:
            self.send_again(order, customer)
        except IdentityError:
            return False
        except MailError as error:
            logger.error("receipt not sent", extra={"reason": str(error)})
            self._note_failed(order)
            return False
        return True

    def make_up(self, customer: Customer) -> None:
        """Send a receipt that is known not to have gone out: nobody else sends it then."""
        order = self._orders.claim_failed_receipt(customer)
        if order:
            self.send(order, customer)

    def send_again(self, order: Order, customer: Customer) -> None:
        """Send the receipt because the customer asks for it.

        Raises:
            IdentityError: there is no address that mail may go to.
            MailError: it was not sent.
        """
        self._mailer.send(receipt_letter(order, customer, self._shop))

    def _note_failed(self, order: Order) -> None:
        try:
            self._orders.note_receipt_failed(order)
        except OrderError as error:
            # The order is confirmed all the same, and that is what the customer must hear.
            logger.error("failed receipt not noted", extra={"reason": type(error).__name__})


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
