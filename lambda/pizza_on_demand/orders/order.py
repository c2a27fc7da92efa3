"""An order, everything that happened to it, and how it stands in its customer's eyes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.verification import Challenge

MATTERS_FOR = timedelta(hours=24)
"""How long limits and the links in letters may go by what happened to an order."""


class State(StrEnum):
    """What became of an order, as it is kept."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """What became of an order, as its customer sees it at a time."""

    WAITING = "waiting"
    """For its code: no other order can be confirmed."""
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """It has waited too long."""
    REPLACED = "replaced"
    """It waited when a newer order took its place."""


@dataclass(frozen=True, slots=True)
class OwedReceipt:
    """A receipt that has not gone out yet."""

    to: str = field(repr=False)
    """Whom it goes to, sealed: an order holds no address that can be read."""
    due: datetime
    """From then on anybody may send it. Before, somebody is at it."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order, and everything that happened to its codes."""

    id: str
    """The same each time that the same yes arrives."""
    number: int
    """Counts the customer's orders, from 1."""
    sub: str
    pizza: Pizza
    price: Price
    placed: datetime
    good_until: datetime
    locale: str = "en-US"
    """The language in which it was placed, and in which its letters are written."""
    state: State = State.PENDING
    confirmed: datetime | None = None
    challenge: Challenge | None = None
    """The code that would confirm it."""
    codes_sent: tuple[datetime, ...] = ()
    codes_spent: tuple[datetime, ...] = ()
    """When codes died of too many wrong tries."""
    wrong_in_a_row: int = 0
    """Wrong codes since the customer's last right one, those for orders before this too."""
    lock: str | None = None
    """While an order has one, the customer can order nothing by voice."""
    unlocked: datetime | None = None
    disowned: bool = False
    """The customer has said that it was somebody else."""
    receipt_owed: OwedReceipt | None = None
    """It is confirmed, and as far as anybody knows its receipt has not gone out."""
    cleared: bool = False
    """The customer has cleared it from the history: nobody is shown it any more."""
    version: int = 0
    """How often it was written."""

    @property
    def reference(self) -> str:
        """What pages and the API call it: the number finds it, and nobody guesses the id."""
        return f"{self.number}-{self.id}"

    @property
    def locked(self) -> bool:
        """Whether it keeps the customer from ordering."""
        return self.lock is not None

    def is_waiting(self, now: datetime) -> bool:
        """Whether it may still be confirmed, if no newer order has taken its place."""
        return self.state is State.PENDING and now < self.good_until

    def standing(self, newer: Order | None, now: datetime) -> Standing:
        """How it stands.

        Args:
            newer: the order that was placed next.
        """
        if self.state is not State.PENDING:
            return Standing(self.state.value)
        if newer is None and self.is_waiting(now):
            return Standing.WAITING
        replaced = newer is not None and newer.placed < self.good_until
        return Standing.REPLACED if replaced else Standing.EXPIRED

    def matters(self, now: datetime) -> bool:
        """Whether a lock, an owed receipt, a limit or a link in a letter still goes by it."""
        # Whatever else happens to it happens within the short life of a code that was sent.
        times = (self.placed, self.unlocked, *self.codes_sent)
        lately = now - max(at for at in times if at) < MATTERS_FOR
        return lately or self.locked or self.receipt_owed is not None

    def binding(self, challenge_id: str) -> str:
        """What a code is good for: this order of this customer, as it is now, and once."""
        pizza = [self.pizza.quantity, self.pizza.size, *self.pizza.toppings]
        return json.dumps([self.id, self.sub, pizza, str(self.price.total), challenge_id])

    def confirm(self, now: datetime, owed: OwedReceipt | None = None) -> Order:
        """The same order, sold."""
        return replace(
            self,
            state=State.CONFIRMED,
            confirmed=now,
            challenge=None,
            wrong_in_a_row=0,
            receipt_owed=owed,
        )

    def cancel(self) -> Order:
        """The same order, called off."""
        return replace(self, state=State.CANCELLED, challenge=None)

    def clear(self) -> Order:
        """The same order, out of sight."""
        return replace(self, cleared=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """An order as its customer sees it."""

    order: Order
    standing: Standing
