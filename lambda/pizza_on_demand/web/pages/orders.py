"""The pages about orders: all, one, and what can be done with the one that waits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, request

from pizza_on_demand.checkout import Checkout
from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Entry, Order, OrderingLockedError, Orders, Standing
from pizza_on_demand.verification import CodeExpiredError, CodeSpentError
from pizza_on_demand.web.pages.rendering import page, with_refusal
from pizza_on_demand.web.refusals import REFUSALS_OF_THE_BUSINESS, Refusal, refusal_of
from pizza_on_demand.web.sessions import Sessions

ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits, as a page shows it."""

    order: Order
    seconds_left: int
    """Counted here: the clock of the browser may be wrong."""
    seconds: int
    """How long it waits in all."""
    code: str
    """What became of its code, by the name of the words for it: "open" if it can be tried."""

    @classmethod
    def at(cls, now: datetime, order: Order) -> Waiting:
        """The order as it is then."""
        return cls(
            order=order,
            seconds_left=math.ceil((order.good_until - now).total_seconds()),
            seconds=math.ceil((order.good_until - order.placed).total_seconds()),
            code=_code_state(order, now),
        )


class OrderPages:
    """Shows customers their orders, and does what voice can do with them.

    Args:
        now: tells the time.
    """

    def __init__(
        self,
        sessions: Sessions,
        orders: Orders,
        checkout: Checkout,
        shop: Shop,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._orders = orders
        self._checkout = checkout
        self._shop = shop
        self._now = now

    def orders(self) -> Response:
        """The order that waits, and the ones before."""
        customer = self._sessions.customer()
        before = request.args.get("before", type=int)
        # One more than fits tells whether there are older ones.
        entries = self._orders.entries(customer, count=ON_A_PAGE + 1, before=before)
        shown = entries[:ON_A_PAGE]
        waiting = next((entry for entry in shown if entry.standing is Standing.WAITING), None)
        return page(
            "orders",
            template="orders.html",
            address=request.full_path.rstrip("?"),
            customer=customer,
            is_locked=self._is_locked(customer),
            waiting=waiting and Waiting.at(self._now(), waiting.order),
            history=[entry for entry in shown if entry is not waiting],
            older=shown[-1].order.number if len(entries) > ON_A_PAGE else None,
            is_first=before is None,
            watches=before is None,
        )

    def order(self, reference: str) -> Response:
        """One order."""
        customer = self._sessions.customer()
        return self._order_page(customer, self._orders.entry(customer, reference))

    def confirm(self, reference: str) -> Response:
        """Confirm the order with the code that was typed."""
        code = "".join(request.form.get("code", "").split())
        return self._do(
            reference, lambda customer: self._checkout.confirm(customer, code, reference)
        )

    def send_code(self, reference: str) -> Response:
        """Send the code once more."""
        return self._do(
            reference, lambda customer: self._orders.resend(customer, reference=reference)
        )

    def cancel(self, reference: str) -> Response:
        """Cancel the order that waits."""
        return self._do(
            reference, lambda customer: self._orders.cancel(customer, reference=reference)
        )

    def clear(self) -> Response:
        """Clear the history."""
        self._orders.clear_history(self._sessions.customer())
        return make_response(redirect("/orders", 303))

    def mail_key(self) -> Response:
        """Mail the link that unlocks voice ordering."""
        customer = self._sessions.customer()
        self._checkout.mail_key(customer)
        return page("key_mailed", customer=customer)

    def _do(self, reference: str, act: Callable[[Customer], object]) -> Response:
        """Do it, and show the order then; on its own page stands also why it cannot be done."""
        customer = self._sessions.customer()
        try:
            act(customer)
        except REFUSALS_OF_THE_BUSINESS as error:
            refusal = refusal_of(error)
            entry = self._orders.entry(customer, reference)
            return with_refusal(self._order_page(customer, entry, refusal), refusal)
        return make_response(redirect(f"/orders/{reference}", 303))

    def _order_page(
        self, customer: Customer, entry: Entry, refusal: Refusal | None = None
    ) -> Response:
        is_waiting = entry.standing is Standing.WAITING
        return page(
            "order",
            template="order.html",
            address=f"/orders/{entry.order.reference}",
            customer=customer,
            is_locked=self._is_locked(customer),
            waiting=Waiting.at(self._now(), entry.order) if is_waiting else None,
            entry=entry,
            events=_events(entry),
            refusal=refusal,
            shop=self._shop,
            watches=is_waiting,
        )

    def _is_locked(self, customer: Customer) -> bool:
        try:
            self._orders.check_unlocked(customer)
        except OrderingLockedError:
            return True
        return False


def _code_state(order: Order, now: datetime) -> str:
    if order.challenge is None:
        return "not_sent"
    try:
        order.challenge.check_open(now)
    except CodeSpentError:
        return "spent"
    except CodeExpiredError:
        return "run_out"
    return "open"


def _events(entry: Entry) -> Sequence[tuple[str, datetime]]:
    """What happened to the order and when, oldest first, by the names of the words for it."""
    order = entry.order
    events = [
        ("placed", order.placed),
        *(("code_sent", at) for at in order.codes_sent),
        *(("code_spent", at) for at in order.codes_spent),
    ]
    if order.unlocked:
        events.append(("unlocked", order.unlocked))
    if order.confirmed:
        events.append(("confirmed", order.confirmed))
    if entry.standing is Standing.EXPIRED:
        events.append(("expired", order.good_until))
    return sorted(events, key=lambda event: event[1])
