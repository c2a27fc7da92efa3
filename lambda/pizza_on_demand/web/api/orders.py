"""What programs can do with orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from flask import Response, jsonify, url_for

from pizza_on_demand.checkout import Checkout
from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Entry, NoSuchOrderError, Order, Orders, Standing
from pizza_on_demand.receipts import Receipt
from pizza_on_demand.verification import Challenge, CodeUnavailableError
from pizza_on_demand.web.api import bodies
from pizza_on_demand.web.api.bearer import READ, WRITE
from pizza_on_demand.web.api.bodies import RequestError
from pizza_on_demand.web.languages import language


class Gatekeeper(Protocol):
    """Whoever knows who asks."""

    def customer(self, scope: str) -> Customer:
        """Who asks, if their token allows that; raises IdentityError or NotSetUpError."""


class OrderApi:
    """The verbs on /orders: each finds out who asks, does one thing, and says what is now."""

    def __init__(
        self, gatekeeper: Gatekeeper, orders: Orders, checkout: Checkout, menu: Menu
    ) -> None:
        self._gatekeeper = gatekeeper
        self._orders = orders
        self._checkout = checkout
        self._currency = menu.shop.currency

    def history(self) -> Response:
        """The orders of whoever asks, newest first and a part at a time."""
        customer = self._gatekeeper.customer(READ)
        limit, before = bodies.limit(), bodies.before()
        # One more than wanted tells whether there are older ones.
        entries = self._orders.entries(customer, count=limit + 1, before=before)
        shown = entries[:limit]
        more = len(entries) > limit
        older = url_for("history", limit=limit, before=shown[-1].order.number) if more else None
        return jsonify(orders=[self._json(entry) for entry in shown], next=older)

    def place(self) -> Response:
        """A new order, or the one that the same request has placed before."""
        customer = self._gatekeeper.customer(WRITE)
        order_id = bodies.order_id(customer.sub, bodies.idempotency_key())
        entry = self._place(customer, order_id, bodies.pizza())
        response = jsonify(self._json(entry))
        response.status_code = 201
        response.headers["Location"] = url_for("show", reference=entry.order.reference)
        return response

    def show(self, reference: str) -> Response:
        """One order."""
        customer = self._gatekeeper.customer(READ)
        return jsonify(self._json(self._orders.entry(customer, reference)))

    def authorize(self, reference: str) -> Response:
        """The order, confirmed, if the code is right."""
        customer = self._gatekeeper.customer(WRITE)
        confirmed = self._checkout.confirm(customer, bodies.code(), reference)
        order = self._json(Entry(confirmed.order, Standing.CONFIRMED))
        return jsonify(order | {"receipt_sent": confirmed.receipt is Receipt.SENT})

    def send_code(self, reference: str) -> Response:
        """The order, with a new code on its way."""
        customer = self._gatekeeper.customer(WRITE)
        order = self._orders.resend(customer, bodies.channel(), reference)
        return jsonify(self._json(Entry(order, Standing.WAITING)))

    def cancel(self, reference: str) -> Response:
        """The order, cancelled."""
        customer = self._gatekeeper.customer(WRITE)
        order = self._orders.cancel(customer, reference)
        return jsonify(self._json(Entry(order, Standing.CANCELLED)))

    def clear(self) -> Response:
        """Nothing: the history is clear."""
        self._orders.clear_history(self._gatekeeper.customer(WRITE))
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    def _place(self, customer: Customer, order_id: str, pizza: Pizza) -> Entry:
        try:
            order = self._orders.place(customer, order_id, pizza, locale=language().locale)
        except CodeUnavailableError:
            raise RequestError(503, "placed_without_code") from None
        if order.pizza != pizza:
            raise RequestError(422, "idempotency_key_reused")
        try:
            return self._orders.entry(customer, order.reference)
        except NoSuchOrderError:
            raise RequestError(409, "order_cleared") from None

    def _json(self, entry: Entry) -> dict[str, Any]:
        """An order as the document's schema has it. What it leaves out is nobody's business."""
        order = entry.order
        return {
            "id": order.reference,
            "status": entry.standing,
            "pizza": {
                "size": order.pizza.size,
                "toppings": order.pizza.toppings,
                "quantity": order.pizza.quantity,
            },
            "price": self._price(order),
            "placed": _time(order.placed),
            "good_until": _time(order.good_until),
            "confirmed": _time(order.confirmed) if order.confirmed else None,
            "code": _code(order.challenge) if entry.standing is Standing.WAITING else None,
        }

    def _price(self, order: Order) -> Mapping[str, str]:
        price = order.price
        amounts = {"net": price.net, "tax": price.tax, "total": price.total}
        return {name: f"{amount:.2f}" for name, amount in amounts.items()} | {
            "currency": self._currency
        }


def _code(challenge: Challenge | None) -> Mapping[str, Any] | None:
    """What is known of the code that was sent last, which is never the code."""
    if challenge is None:
        return None
    return {
        "channel": challenge.channel,
        "good_until": _time(challenge.good_until),
        "tries_left": challenge.tries_left,
    }


def _time(at: datetime) -> str:
    """A time as RFC 3339 writes it: "2026-11-22T19:03:00Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
