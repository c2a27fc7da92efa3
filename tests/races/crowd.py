"""Many devices at once, in front of one table."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from threading import Barrier
from typing import TypeVar

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.composition.counter import receipt_seals
from pizza_on_demand.customers import Customer
from pizza_on_demand.emails import Letter
from pizza_on_demand.menu import Menu
from pizza_on_demand.orders import Order, Orders
from pizza_on_demand.receipts import Receipts
from simulator.clock import Clock
from tests.ordering import ADA, KEY, Counter, Letterbox

Told = TypeVar("Told")

THREADS = 50
INSTANCES = 5
"""As many Lambda instances, each with connections of its own, serve the threads."""
PATIENT = 30.0
"""Seconds: fifty customers at once are many for a laptop that serves them too."""


@dataclass
class Shop:
    """Several processes of the skill in front of one table, and everybody's mailbox."""

    table: str
    many: int = 0
    """How many orders to race for in the hardest race, and in the others."""
    few: int = 0

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.mailbox = Letterbox()
        self.counters = [self.counter() for _ in range(INSTANCES)]
        for counter in self.counters:
            counter.orders.latest(ADA)  # connects: boto3 makes no two clients at once

    def counter(self) -> Counter:
        """One more process."""
        store = DynamoDBOrderStore(Table(self.table, patience=PATIENT))
        return Counter(self.clock, store=store, mailbox=self.mailbox)


class Crowd:
    """Threads that do things at once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS)

    def at_once(self, calls: Sequence[Callable[[], Told]]) -> list[Told | Exception]:
        """What each call gives or raises; none of them begins before all are ready."""
        ready = Barrier(len(calls))

        def outcome(call: Callable[[], Told]) -> Told | Exception:
            ready.wait()
            try:
                return call()
            except Exception as refusal:  # noqa: BLE001 - refusals are what is looked at
                return refusal

        return list(self._pool.map(outcome, calls))

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def customers(numbers: Iterable[int]) -> Iterable[Customer]:
    """Somebody for each number."""
    return (replace(ADA, sub=f"auth0|{number}") for number in numbers)


def everywhere(
    shop: Shop, act: Callable[[Orders], Told], times: int = THREADS
) -> list[Callable[[], Told]]:
    """The same thing, done that often in all the instances of the shop."""
    return [partial(act, counter.orders) for counter in islice(cycle(shop.counters), times)]


def kinds(outcomes: Sequence[object]) -> Tally[type]:
    """How many of each kind of thing were told."""
    return Tally(type(outcome) for outcome in outcomes)


class Post:
    """A mailer that only counts."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


@dataclass(frozen=True)
class Raced:
    """What came of one order that was confirmed from everywhere."""

    told: Tally[type]
    receipts: int


def confirm_from_everywhere(table: str, numbers: range) -> list[Raced]:
    """Place an order for each number, and confirm it in every thread, as the skill does."""
    shop, crowd, raced = Shop(table), Crowd(), []
    for customer in customers(numbers):
        code, post = shop.counters[0].place(customer), Post()
        ways = [
            partial(_confirm, counter, customer, code, post)
            for counter in islice(cycle(shop.counters), THREADS)
        ]
        told = kinds(crowd.at_once(ways))
        raced.append(Raced(told, len(post.letters)))
    crowd.close()
    return raced


def _confirm(counter: Counter, customer: Customer, code: str, post: Post) -> Order:
    seals = receipt_seals([KEY], counter.clock.now)
    receipts = Receipts(counter.owed, post, Menu.load().shop, seals)
    to = receipts.addressed(customer)
    order = counter.orders.authorize(customer, code, receipt_to=to)
    receipts.send(order)
    return order
