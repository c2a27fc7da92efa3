"""Sends the receipts that are owed, each time that the schedule says so."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pizza_on_demand import deadline
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.emails import MailError, MailUnavailableError
from pizza_on_demand.logs import log_mistake
from pizza_on_demand.orders import Order, OrdersUnavailableError, OwedReceipts
from pizza_on_demand.receipts import OWED_FOR, Receipts
from pizza_on_demand.seals import SealError

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""Receipts in one sweep; what is left is for the next."""

ONE_TAKES_MS = 10_000
"""Milliseconds that one receipt may take: with less than that left, none is begun."""


class SweepDoor:
    """Answers each event of the schedule with how many receipts were sent, and how many not.

    Two sweeps at once, or a sweep and a talk, send each receipt once: whoever claims it.
    """

    def __init__(
        self, owed: OwedReceipts, receipts: Receipts, *, now: Callable[[], datetime]
    ) -> None:
        self._owed = owed
        self._receipts = receipts
        self._now = now

    def __call__(self, event: Any, context: LambdaContext) -> dict[str, int]:
        """Send what is owed, the longest due first, until all is done or the time is up.

        A sweep ends where mail cannot be sent at all just now: the next one comes soon.
        """
        tally: Counter[str] = Counter(sent=0, failed=0, given_up=0)
        try:
            self._sweep(context, tally)
        except OrdersUnavailableError as error:
            logger.error("receipts not swept", extra={"reason": str(error)})
        except MailUnavailableError:
            pass  # noted where it happened
        logger.info("receipts swept", extra=dict(tally))
        return dict(tally)

    def _sweep(self, context: LambdaContext, tally: Counter[str]) -> None:
        with deadline.of_turn(context.get_remaining_time_in_millis()):
            due = self._owed.due(AT_ONCE)
        for sub, number in due:
            left = context.get_remaining_time_in_millis()
            if left < ONE_TAKES_MS:
                return
            with deadline.of_turn(left):
                self._deal_with(sub, number, tally)

    def _deal_with(self, sub: str, number: int, tally: Counter[str]) -> None:
        order = self._owed.claim(sub, number)
        if order is None or order.receipt_owed is None:
            return  # somebody else was faster
        if self._is_too_late(order):
            self._receipts.give_up(order)
            tally["given_up"] += 1
            return
        try:
            self._receipts.deliver(order, order.receipt_owed.to)
            tally["sent"] += 1
        except (MailError, SealError) as error:
            tally["failed"] += 1
            if isinstance(error, MailUnavailableError):
                raise
        except Exception as mistake:  # noqa: BLE001 - one receipt must not hold up the others
            tally["failed"] += 1
            log_mistake(mistake)

    def _is_too_late(self, order: Order) -> bool:
        return order.confirmed is None or self._now() >= order.confirmed + OWED_FOR
