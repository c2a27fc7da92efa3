"""What the tests of ordering share: a shop whose codes can be read, and two customers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Order, Orders, OrderStore
from pizza_on_demand.verification import (
    Channel,
    Code,
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


@dataclass
class Counter:
    """Orders with everything around them, as one process of the skill has them."""

    clock: Clock
    store: OrderStore = field(default_factory=lambda: Table(TABLE))
    limits: Limits = field(default_factory=Limits)
    keys: tuple[str, ...] = (KEY,)
    mailbox: Letterbox = field(default_factory=Letterbox)
    phone: Letterbox = field(default_factory=Letterbox)

    def __post_init__(self) -> None:
        self.orders = Orders(
            self.store,
            Menu.load(),
            OwnCodes(self.keys, length=self.limits.length),
            {Channel.EMAIL: self.mailbox, Channel.SMS: self.phone},
            self.limits,
            order_lives=ORDER_LIVES,
            now=self.clock.now,
            new_id=lambda: secrets.token_hex(8),
        )

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
