"""A process that is killed between any two steps: the next one goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.orders import AlreadyConfirmedError, Order, OrderStore, State
from pizza_on_demand.verification import Code, Destination, WrongCodeError
from tests.ordering import ADA, PIZZA, Counter, Letterbox, codes_but
from tests.races.crowd import Shop

DAY = timedelta(days=1)


class Killed(BaseException):
    """The process is gone: nothing that it would have done happens any more."""


@dataclass
class Fate:
    """Counts the steps that a process takes, and kills it at one of them."""

    at: int
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Killed


@dataclass
class MortalStore:
    """A store whose process may die just before and just after each write."""

    store: OrderStore
    fate: Fate

    def recent(self, sub: str, count: int, *, up_to: int | None = None) -> Sequence[Order]:
        return self.store.recent(sub, count, up_to=up_to)

    def oldest(self, sub: str, count: int, *, after: int = 0) -> Sequence[Order]:
        return self.store.oldest(sub, count, after=after)

    def owing(self, by: datetime, count: int) -> Sequence[tuple[str, int]]:
        return self.store.owing(by, count)

    def add(self, order: Order) -> Order:
        self.fate.step()
        kept = self.store.add(order)
        self.fate.step()
        return kept

    def replace(self, order: Order) -> Order:
        self.fate.step()
        kept = self.store.replace(order)
        self.fate.step()
        return kept

    def remove(self, order: Order) -> None:
        self.fate.step()
        self.store.remove(order)
        self.fate.step()


@dataclass
class MortalLetterbox(Letterbox):
    """A courier whose process may die just before and just after it delivers."""

    fate: Fate = field(kw_only=True)

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        self.fate.step()
        super().deliver(order, code, to)
        self.fate.step()


@dataclass
class Life:
    """One process, from a yes to a confirmed order, and what it told the customer."""

    shop: Shop
    fate: Fate
    told: Order | None = None

    def __post_init__(self) -> None:
        self.mailbox = MortalLetterbox(fate=self.fate)
        store = MortalStore(stored(self.shop), self.fate)
        self.counter = Counter(self.shop.clock, store=store, mailbox=self.mailbox)

    def live(self) -> None:
        """Place, mistype, ask for another code, and say it."""
        self.counter.orders.place(ADA, "yes", PIZZA)
        with pytest.raises(WrongCodeError):
            self.counter.orders.authorize(ADA, next(codes_but(self.mailbox.codes[-1])))
        code = self.counter.resend()
        self.told = self.counter.orders.authorize(ADA, code)


def stored(shop: Shop) -> OrderStore:
    """What the table holds, as a process that comes later finds it."""
    return DynamoDBOrderStore(Table(shop.table))


def live_and_die(shop: Shop, at: int) -> Life:
    life = Life(shop, Fate(at))
    with pytest.raises(Killed):
        life.live()
    return life


STEPS = range(1, 13)
"""Before and after each of four writes and two codes."""


def test_nothing_dies_after_the_last_step(shop: Shop) -> None:
    life = Life(shop, Fate(at=len(STEPS) + 1))
    life.live()

    assert life.fate.steps == len(STEPS)
    assert life.told


@pytest.mark.parametrize("at", STEPS)
def test_a_killed_process_leaves_an_order_that_waits_or_is_confirmed_or_none(
    shop: Shop, at: int
) -> None:
    life = live_and_die(shop, at)

    kept = stored(shop).recent(ADA.sub, 10)
    states = [(order.state, order.confirmed is not None, order.challenge is None) for order in kept]
    if at == 1:
        assert states == []
    elif at == len(STEPS):
        assert states == [(State.CONFIRMED, True, True)]
    else:
        assert states == [(State.PENDING, False, False)]
    assert life.told is None


@pytest.mark.parametrize("at", STEPS)
def test_no_code_was_sent_for_an_order_that_is_not_kept(shop: Shop, at: int) -> None:
    life = live_and_die(shop, at)

    kept = {order.id: order for order in stored(shop).recent(ADA.sub, 10)}
    for order, _, _ in life.mailbox.brought:
        assert kept[order.id].version >= order.version


@pytest.mark.parametrize("at", STEPS)
def test_the_next_process_brings_it_to_an_end_and_sells_it_once(shop: Shop, at: int) -> None:
    live_and_die(shop, at)

    counter = shop.counter()
    counter.orders.place(ADA, "yes", PIZZA)
    try:
        counter.orders.authorize(ADA, counter.resend())
    except AlreadyConfirmedError:
        assert at == len(STEPS)

    [order] = stored(shop).recent(ADA.sub, 10)
    assert order.state is State.CONFIRMED


CLEARING = range(1, 9)
"""Before and after each of two removals and two marks."""


def clear_and_die(shop: Shop, at: int) -> Counter:
    """Two old orders, one of today, and the newest; a process that clears them is killed."""
    counter = shop.counter()
    for wait in (timedelta(), timedelta(), 2 * DAY, timedelta()):
        shop.clock.wait(wait)
        counter.orders.authorize(ADA, counter.place())
    mortal = Counter(shop.clock, store=MortalStore(stored(shop), Fate(at)))
    with pytest.raises(Killed):
        mortal.orders.clear_history(ADA)
    return counter


@pytest.mark.parametrize("at", CLEARING)
def test_clearing_that_is_killed_is_gone_on_with(shop: Shop, at: int) -> None:
    counter = clear_and_die(shop, at)

    seen = [entry.order.number for entry in counter.orders.entries(ADA)]
    assert seen == [4, 3, 2, 1][: 4 - at // 2]
    counter.orders.clear_history(ADA)
    assert counter.orders.entries(ADA) == []
    assert [order.number for order in stored(shop).recent(ADA.sub, 10)] == [4, 3]
