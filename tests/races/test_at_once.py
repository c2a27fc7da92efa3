"""What happens at once: whoever writes first wins, and nobody else is told that they did."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain, cycle, islice
from multiprocessing import get_context

from pizza_on_demand.customers import Customer
from pizza_on_demand.orders import AlreadyConfirmedError, Order, OrderingLockedError, State
from pizza_on_demand.verification import (
    CodeSpentError,
    Limits,
    TooManyCodesError,
    WrongCodeError,
)
from tests.ordering import ADA, PIZZA, codes_but
from tests.races.crowd import (
    THREADS,
    Crowd,
    Shop,
    confirm_from_everywhere,
    customers,
    everywhere,
    kinds,
)


def latest(shop: Shop, customer: Customer = ADA) -> Order:
    order = shop.counters[0].orders.latest(customer)
    assert order
    return order


def test_fifty_devices_confirm_an_order_once_and_get_one_receipt(shop: Shop) -> None:
    halves = range(0, shop.many, 2), range(1, shop.many, 2)
    # Two processes, for two cores: a Python thread keeps all others of its process waiting.
    with ProcessPoolExecutor(len(halves), get_context("spawn")) as processes:
        heard = processes.map(confirm_from_everywhere, [shop.table] * len(halves), halves)
        for raced in chain(*heard):
            assert raced.told == {Order: 1, AlreadyConfirmedError: THREADS - 1}
            assert raced.receipts == 1

    orders = [latest(shop, customer) for customer in customers(range(shop.many))]
    assert {(order.number, order.state, order.version) for order in orders} == {
        (1, State.CONFIRMED, 3)
    }


def test_of_forty_nine_wrong_codes_and_the_right_one_three_are_tried(
    shop: Shop, crowd: Crowd
) -> None:
    for customer in customers(range(shop.few)):
        right = shop.counters[0].place(customer)
        codes = [*islice(codes_but(right), THREADS // 2), right]
        codes += islice(codes_but(right), THREADS // 2, THREADS - 1)
        instances = cycle(shop.counters)

        told = kinds(
            crowd.at_once(
                [partial(next(instances).orders.authorize, customer, code) for code in codes]
            )
        )

        order = latest(shop, customer)
        if order.state is State.CONFIRMED:
            assert told[Order] == 1
            assert told[WrongCodeError] == order.version - 2 <= 2
        else:
            assert told == {WrongCodeError: 2, CodeSpentError: THREADS - 2}
            assert order.wrong_in_a_row == 3


def test_guessing_at_once_locks_once(shop: Shop, crowd: Crowd) -> None:
    counter = shop.counters[0]
    told: list[Order | Exception] = []
    for ask in (counter.place, counter.resend, counter.resend):
        wrong = islice(codes_but(ask()), 10)
        told = crowd.at_once([partial(counter.orders.authorize, ADA, code) for code in wrong])

    locked = [refusal for refusal in told if isinstance(refusal, OrderingLockedError)]
    assert sum(refusal.just_now for refusal in locked) == 1
    assert {refusal.order.lock for refusal in locked} == {latest(shop).lock}


def test_two_devices_that_place_at_once_place_one_after_the_other(shop: Shop, crowd: Crowd) -> None:
    told = crowd.at_once(
        everywhere(shop, lambda orders: orders.place(ADA, orders.new_id(), PIZZA), times=2)
    )

    placed = [order for order in told if isinstance(order, Order)]
    assert sorted(order.number for order in placed) == [1, 2]
    assert latest(shop) in placed
    assert len(shop.mailbox.brought) == 2


def test_the_same_yes_from_everywhere_is_one_order_and_one_code(shop: Shop, crowd: Crowd) -> None:
    told = crowd.at_once(everywhere(shop, lambda orders: orders.place(ADA, "yes", PIZZA)))

    assert told == [latest(shop)] * THREADS
    assert latest(shop).number == 1
    assert len(shop.mailbox.brought) == 1


def test_nobody_gets_more_codes_by_asking_from_everywhere(shop: Shop, crowd: Crowd) -> None:
    allowed = Limits().codes_an_hour

    told = crowd.at_once(everywhere(shop, lambda orders: orders.place(ADA, orders.new_id(), PIZZA)))

    assert kinds(told) == {Order: allowed, TooManyCodesError: THREADS - allowed}
    assert len(shop.mailbox.brought) == allowed


def test_confirmed_cancelled_and_sent_again_at_once_it_is_what_somebody_was_told(
    shop: Shop, crowd: Crowd
) -> None:
    one, two, three = (counter.orders for counter in shop.counters[:3])
    for customer in customers(range(shop.few)):
        code = shop.counters[0].place(customer)

        confirmed, cancelled, resent = crowd.at_once(
            [
                partial(one.authorize, customer, code),
                partial(two.cancel, customer),
                partial(three.resend, customer),
            ]
        )

        order = latest(shop, customer)
        assert order.state is not State.PENDING
        assert isinstance(confirmed, Order) == (order.state is State.CONFIRMED)
        assert isinstance(cancelled, Order) == (order.state is State.CANCELLED)
        assert isinstance(resent, Order) == (len(order.codes_sent) == 2)


def test_disowned_and_confirmed_at_once_it_is_locked_and_what_somebody_was_told(
    shop: Shop, crowd: Crowd
) -> None:
    one, two = (counter.orders for counter in shop.counters[:2])
    for customer in customers(range(shop.few)):
        code = shop.counters[0].place(customer)
        order_id = latest(shop, customer).id

        confirmed, _ = crowd.at_once(
            [
                partial(one.authorize, customer, code),
                partial(two.disown, customer.sub, order_id),
            ]
        )

        order = latest(shop, customer)
        assert order.locked
        assert isinstance(confirmed, Order) == (order.state is State.CONFIRMED)


def test_an_owed_receipt_is_claimed_by_one_sweep_or_talk(shop: Shop, crowd: Crowd) -> None:
    counter = shop.counters[0]
    counter.owed.release(counter.sell())
    ways = [
        way
        for other in islice(cycle(shop.counters), THREADS // 2)
        for way in (partial(other.owed.claim, ADA.sub, 1), partial(other.owed.claim_of, ADA))
    ]

    assert kinds(crowd.at_once(ways)) == {Order: 1, type(None): THREADS - 1}
