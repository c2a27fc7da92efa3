"""What the tests of ordering share: a shop whose codes can be read, and two customers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import ConflictError, Order, Orders, OrderStore, OwedReceipts
from pizza_on_demand.verification import (
    Channel,
    Code,
    CodeMaker,
    CodeUnavailableError,
    Destination,
    Limits,
    OwnCodes,
)
from simulator.clock import Clock

TABLE = "pizza"
ADA = Customer("auth0|ada", "Ada", "ada@example.com", email_verified=True, phone="+15555550100")
MARY = Customer("auth0|mary", "Mary", "mary@example.com", email_verified=True)
PIZZA = Pizza("large", ("pepperoni", "black_olives"), 2)
KEY = "the key that hashes codes in tests"
SEALED = "whom the receipt goes to, so that nobody can read it"
ORDER_LIVES = timedelta(minutes=30)


@dataclass
class Letterbox:
    """A courier that keeps what it was given, for the test to read."""

    brought: list[tuple[Order, Code, Destination]] = field(default_factory=list)
    is_shut: bool = False
    """Whether it takes nothing, and says so."""

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        if self.is_shut:
            raise CodeUnavailableError
        self.brought.append((order, code, to))

    @property
    def codes(self) -> list[str]:
        """The digits of every code, oldest first."""
        return [code.value or "" for _, code, _ in self.brought]


class OrdersInMemory:
    """A store for tests with more turns than a table would have time for."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[int, Order]] = {}

    def recent(self, sub: str, count: int, *, up_to: int | None = None) -> Sequence[Order]:
        orders = reversed(self._all(sub))
        return [order for order in orders if up_to is None or order.number <= up_to][:count]

    def oldest(self, sub: str, count: int, *, after: int = 0) -> Sequence[Order]:
        return [order for order in self._all(sub) if order.number > after][:count]

    def owing(self, by: datetime, count: int) -> Sequence[tuple[str, int]]:
        owing = [
            (order.receipt_owed.due, sub, number)
            for sub, orders in self._kept.items()
            for number, order in orders.items()
            if order.receipt_owed and order.receipt_owed.due <= by
        ]
        return [(sub, number) for _, sub, number in sorted(owing)[:count]]

    def add(self, order: Order) -> Order:
        if self._version(order) is not None:
            raise ConflictError
        return self._keep(order)

    def replace(self, order: Order) -> Order:
        if self._version(order) != order.version:
            raise ConflictError
        return self._keep(order)

    def remove(self, order: Order) -> None:
        if self._version(order) not in (None, order.version):
            raise ConflictError
        self._kept.get(order.sub, {}).pop(order.number, None)

    def _all(self, sub: str) -> list[Order]:
        return [order for _, order in sorted(self._kept.get(sub, {}).items())]

    def _version(self, order: Order) -> int | None:
        kept = self._kept.get(order.sub, {}).get(order.number)
        return kept.version if kept else None

    def _keep(self, order: Order) -> Order:
        kept = replace(order, version=order.version + 1)
        self._kept.setdefault(order.sub, {})[order.number] = kept
        return kept


class BusyStore(OrdersInMemory):
    """A store in which something happens once, just after somebody has read."""

    def __init__(self, verb: Literal["recent", "oldest"]) -> None:
        super().__init__()
        self._verb = verb
        self.then: Callable[[], object] | None = None

    def recent(self, sub: str, count: int, *, up_to: int | None = None) -> Sequence[Order]:
        return self._interrupted("recent", super().recent(sub, count, up_to=up_to))

    def oldest(self, sub: str, count: int, *, after: int = 0) -> Sequence[Order]:
        return self._interrupted("oldest", super().oldest(sub, count, after=after))

    def _interrupted(self, verb: str, orders: Sequence[Order]) -> Sequence[Order]:
        if self.then and verb == self._verb:
            then, self.then = self.then, None
            then()
        return orders


@dataclass
class Counter:
    """Orders with everything around them, as one process of the skill has them."""

    clock: Clock
    store: OrderStore = field(default_factory=lambda: DynamoDBOrderStore(Table(TABLE)))
    limits: Limits = field(default_factory=Limits)
    keys: tuple[str, ...] = (KEY,)
    mailbox: Letterbox = field(default_factory=Letterbox)
    phone: Letterbox = field(default_factory=Letterbox)
    codes: CodeMaker | None = None
    """Ours, unless there are others."""

    def __post_init__(self) -> None:
        self.orders = Orders(
            self.store,
            Menu.load(),
            self.codes or OwnCodes(self.keys, length=self.limits.length),
            {Channel.EMAIL: self.mailbox, Channel.SMS: self.phone},
            self.limits,
            order_lives=ORDER_LIVES,
            now=self.clock.now,
            new_id=lambda: secrets.token_hex(8),
        )

        self.owed = OwedReceipts(self.store, now=self.clock.now)

    def sell(self, customer: Customer = ADA) -> Order:
        """An order that was confirmed just now, and owes its receipt."""
        code = self.place(customer)
        return self.orders.authorize(customer, code, receipt_to=SEALED)

    def place(self, customer: Customer = ADA, pizza: Pizza = PIZZA) -> str:
        """Place an order, and read its code."""
        self.orders.place(customer, self.orders.new_id(), pizza)
        return self.mailbox.codes[-1]

    def resend(self, customer: Customer = ADA) -> str:
        """Ask for another code, and read it."""
        self.orders.resend(customer)
        return self.mailbox.codes[-1]


def codes_but(right: str) -> Iterator[str]:
    """Codes of four digits, each another one, and none of them the right one."""
    return (code for n in range(1000, 10_000) if (code := str(n)) != right)
