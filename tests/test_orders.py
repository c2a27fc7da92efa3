"""Orders over the real table: placed, proven by a code, and confirmed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.customers import Customer, UnconfirmedEmailError
from pizza_on_demand.menu import NotOnTheMenuError, Pizza, QuantityError
from pizza_on_demand.orders import (
    AlreadyConfirmedError,
    ConfirmationUnknownError,
    ConflictError,
    NothingOrderedError,
    Order,
    OrderError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
    OwedReceipt,
    State,
)
from pizza_on_demand.verification import (
    Channel,
    CodeExpiredError,
    CodeSpentError,
    CodeUnavailableError,
    CodeUncheckedError,
    Destination,
    Limits,
    NoDestinationError,
    OwnCodes,
    PinAnswer,
    TooManyCodesError,
    UnfitCodeError,
    VerificationError,
    WrongCodeError,
)
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.wire import problem
from tests.ordering import (
    ADA,
    KEY,
    MARY,
    ORDER_LIVES,
    PIZZA,
    SEALED,
    TABLE,
    BusyStore,
    Counter,
    OrdersInMemory,
    codes_but,
)
from tests.stopped_clock import StoppedClock

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table=TABLE, sender="pizza@pizza-on-demand.example")
    yield fresh
    fresh.close()


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


@pytest.fixture
def counter(clock: Clock) -> Counter:
    return Counter(clock)


def refusal(counter: Counter, code: str, customer: Customer = ADA) -> Exception:
    """Why a code is refused."""
    with pytest.raises((OrderError, VerificationError)) as refused:
        counter.orders.authorize(customer, code)
    return refused.value


def guess(counter: Counter, right: str, times: int) -> list[type[Exception]]:
    """Say that many wrong codes, and hear why each is refused."""
    return [type(refusal(counter, wrong)) for wrong in islice(codes_but(right), times)]


def guess_until_locked(counter: Counter) -> Order:
    """Guess three codes to death; the order that locks then."""
    guess(counter, counter.place(), 3)
    guess(counter, counter.resend(), 3)
    code = counter.resend()
    guess(counter, code, 2)
    locked = refusal(counter, next(codes_but(code)))
    assert isinstance(locked, OrderingLockedError)
    assert locked.just_now
    return locked.order


def latest(counter: Counter, customer: Customer = ADA) -> Order:
    order = counter.orders.latest(customer)
    assert order
    return order


def items() -> list[dict[str, Any]]:
    """What the table holds."""
    return list(boto3.resource("dynamodb").Table(TABLE).scan()["Items"])


def tamper(item: dict[str, Any]) -> None:
    """Write into the table, past everything that guards it."""
    boto3.resource("dynamodb").Table(TABLE).put_item(Item=item)


class TestPlacing:
    def test_an_order_is_kept_as_it_was_placed(self, counter: Counter, clock: Clock) -> None:
        order = counter.orders.place(ADA, counter.orders.new_id(), PIZZA)

        assert counter.orders.latest(ADA) == order
        assert (order.state, order.pizza, order.number) == (State.PENDING, PIZZA, 1)
        assert order.good_until - order.placed == ORDER_LIVES
        assert order.placed <= clock.now()

    def test_its_code_goes_to_the_customers_own_mailbox(self, counter: Counter) -> None:
        order = counter.orders.place(ADA, counter.orders.new_id(), PIZZA)

        [(brought, code, to)] = counter.mailbox.brought
        assert brought == order
        assert code.value
        assert (to.channel, to.address, to.sub) == (Channel.EMAIL, ADA.email, ADA.sub)

    def test_the_table_holds_neither_the_code_nor_an_address(self, counter: Counter) -> None:
        code = counter.place()

        [item] = items()
        assert code not in item["challenge"].values()
        assert "@" not in str(item)
        assert str(ADA.phone) not in str(item)

    def test_the_same_yes_twice_is_one_order_and_one_code(self, counter: Counter) -> None:
        yes = counter.orders.new_id()

        first, second = (counter.orders.place(ADA, yes, PIZZA) for _ in range(2))

        assert first == second
        assert len(items()) == 1
        assert len(counter.mailbox.brought) == 1

    def test_the_same_yes_after_another_order_places_nothing_either(self, counter: Counter) -> None:
        yes = counter.orders.new_id()
        first = counter.orders.place(ADA, yes, PIZZA)
        counter.place()

        assert counter.orders.place(ADA, yes, PIZZA) == first
        assert len(items()) == 2

    def test_of_two_orders_only_the_one_placed_last_can_be_confirmed(
        self, counter: Counter
    ) -> None:
        first_read_back = counter.orders.new_id()
        second = counter.orders.place(ADA, counter.orders.new_id(), PIZZA)
        last = counter.orders.place(ADA, first_read_back, Pizza("small"))

        of_second, of_last = counter.mailbox.codes
        assert counter.orders.waiting(ADA) == last
        if of_second != of_last:
            assert isinstance(refusal(counter, of_second), WrongCodeError)
        assert counter.orders.authorize(ADA, of_last).id == last.id != second.id

    @pytest.mark.parametrize(
        ("pizza", "why"),
        [
            (Pizza("enormous"), NotOnTheMenuError),
            (Pizza("small", ("anchovies",)), NotOnTheMenuError),
            (Pizza("small", (), 0), QuantityError),
        ],
    )
    def test_what_the_shop_does_not_sell_is_not_ordered(
        self, counter: Counter, pizza: Pizza, why: type[Exception]
    ) -> None:
        with pytest.raises(why):
            counter.place(pizza=pizza)
        assert items() == []

    def test_whoever_has_no_confirmed_address_gets_no_code(self, counter: Counter) -> None:
        with pytest.raises(UnconfirmedEmailError):
            counter.place(replace(ADA, email_verified=False, phone=None))
        assert items() == []

    def test_a_confirmed_phone_does_for_an_unconfirmed_address(self, counter: Counter) -> None:
        counter.orders.place(replace(ADA, email_verified=False), counter.orders.new_id(), PIZZA)

        [(_, _, to)] = counter.phone.brought
        assert (to.channel, to.address) == (Channel.SMS, ADA.phone)

    def test_a_code_that_cannot_be_sent_leaves_an_order_whose_code_can_be_sent_again(
        self, counter: Counter
    ) -> None:
        counter.mailbox.is_shut = True
        with pytest.raises(CodeUnavailableError):
            counter.place()
        counter.mailbox.is_shut = False

        assert counter.orders.waiting(ADA)
        assert counter.orders.authorize(ADA, counter.resend()).state is State.CONFIRMED


class TestConfirming:
    def test_the_right_code_confirms_the_order(self, counter: Counter, clock: Clock) -> None:
        before = clock.now()
        order = counter.orders.authorize(ADA, counter.place())

        assert (order.state, order.challenge) == (State.CONFIRMED, None)
        assert order.confirmed
        assert before <= order.confirmed <= clock.now()
        assert counter.orders.latest(ADA) == order
        assert counter.orders.waiting(ADA) is None

    def test_a_code_works_once(self, counter: Counter) -> None:
        code = counter.place()
        order = counter.orders.authorize(ADA, code)

        replayed = refusal(counter, code)

        assert isinstance(replayed, AlreadyConfirmedError)
        assert replayed.order == order == counter.orders.latest(ADA)

    def test_a_code_for_nothing_confirms_nothing(self, counter: Counter) -> None:
        assert isinstance(refusal(counter, "4172"), NothingOrderedError)

    def test_a_code_long_after_the_order_is_for_nothing(
        self, counter: Counter, clock: Clock
    ) -> None:
        code = counter.place()
        counter.orders.authorize(ADA, code)
        for wait in (ORDER_LIVES + HOUR, SECOND):
            clock.wait(wait)
            assert isinstance(refusal(counter, code), NothingOrderedError)

    def test_another_customers_code_is_wrong(self, counter: Counter) -> None:
        ours, theirs = counter.place(ADA), counter.place(MARY)

        if ours != theirs:
            assert isinstance(refusal(counter, theirs), WrongCodeError)
        assert counter.orders.authorize(MARY, theirs).sub == MARY.sub
        assert latest(counter).state is State.PENDING

    def test_whoever_has_placed_nothing_cannot_confirm_for_somebody_else(
        self, counter: Counter
    ) -> None:
        code = counter.place(ADA)

        assert isinstance(refusal(counter, code, MARY), NothingOrderedError)

    @pytest.mark.parametrize(
        "code", ["", "417", "41725", "417a", "４１７２", "-417", " 417", "4.17"], ids=repr
    )
    def test_what_cannot_be_a_code_costs_no_try(self, counter: Counter, code: str) -> None:
        right = counter.place()
        for _ in range(4):
            unfit = refusal(counter, code)
            assert isinstance(unfit, UnfitCodeError)
            assert unfit.length == len(right)

        assert counter.orders.authorize(ADA, right)

    def test_a_code_is_good_for_five_minutes(self, counter: Counter, clock: Clock) -> None:
        in_time, too_late = counter.place(ADA), counter.place(MARY)
        clock.wait(5 * MINUTE - SECOND)
        counter.orders.authorize(ADA, in_time)
        clock.wait(SECOND)

        assert isinstance(refusal(counter, too_late, MARY), CodeExpiredError)
        assert counter.orders.authorize(MARY, counter.resend(MARY))

    def test_an_order_waits_for_as_long_as_it_is_said_to(
        self, counter: Counter, clock: Clock
    ) -> None:
        counter.place(ADA)
        counter.place(MARY)
        clock.wait(ORDER_LIVES - SECOND)
        assert counter.orders.authorize(ADA, counter.resend(ADA))
        clock.wait(SECOND)

        for verb in (counter.orders.resend, counter.orders.cancel):
            with pytest.raises(OrderExpiredError):
                verb(MARY)
        assert isinstance(refusal(counter, "4172", MARY), OrderExpiredError)
        assert counter.orders.waiting(MARY) is None

    @pytest.mark.parametrize(
        ("attribute", "value"),
        [
            ("quantity", 10),
            ("size", "jumbo"),
            ("toppings", ["chicken"]),
            ("net", "0.01"),
            ("id", "another"),
        ],
    )
    def test_a_code_is_for_the_order_as_it_was_read_back(
        self, counter: Counter, attribute: str, value: object
    ) -> None:
        code = counter.place()
        [item] = items()
        tamper(item | {attribute: value})

        assert isinstance(refusal(counter, code), WrongCodeError)

    def test_a_code_is_for_the_challenge_it_was_made_for(self, counter: Counter) -> None:
        code = counter.place()
        [item] = items()
        tamper(item | {"challenge": item["challenge"] | {"id": "another"}})

        assert isinstance(refusal(counter, code), WrongCodeError)

    def test_a_code_outlives_the_exchange_of_the_key(self, counter: Counter, clock: Clock) -> None:
        code = counter.place()

        rotated = Counter(clock, keys=("a newer key", KEY))
        assert rotated.orders.authorize(ADA, code)
        newer = rotated.place()
        assert isinstance(refusal(counter, newer), WrongCodeError)
        assert Counter(clock, keys=("a newer key",)).orders.authorize(ADA, newer)


class TestGuessing:
    def test_wrong_codes_are_counted_down_and_three_kill_the_right_one(
        self, counter: Counter
    ) -> None:
        code = counter.place()
        wrong = codes_but(code)

        first, second = refusal(counter, next(wrong)), refusal(counter, next(wrong))
        assert isinstance(first, WrongCodeError)
        assert isinstance(second, WrongCodeError)
        assert (first.tries_left, second.tries_left) == (2, 1)
        assert isinstance(refusal(counter, next(wrong)), CodeSpentError)
        assert isinstance(refusal(counter, code), CodeSpentError)

    def test_the_third_try_may_be_the_right_one(self, counter: Counter) -> None:
        code = counter.place()
        guess(counter, code, 2)

        assert counter.orders.authorize(ADA, code)

    def test_a_new_code_replaces_one_that_is_spent(self, counter: Counter) -> None:
        old = counter.place()
        guess(counter, old, 3)
        new = counter.resend()

        if old != new:
            assert isinstance(refusal(counter, old), WrongCodeError)
        assert counter.orders.authorize(ADA, new)

    def test_three_spent_codes_in_an_hour_lock(self, counter: Counter) -> None:
        order = guess_until_locked(counter)

        assert order.locked
        assert order.state is State.PENDING

    @pytest.mark.parametrize("minutes", [30, 31])
    def test_three_spent_codes_in_an_hour_or_more_do_not(
        self, counter: Counter, clock: Clock, minutes: int
    ) -> None:
        for _ in range(3):
            guess(counter, counter.place(), 3)
            clock.wait(minutes * MINUTE)

        assert counter.place()

    def test_whoever_is_refused_is_named_by_their_order_only(self, counter: Counter) -> None:
        order = guess_until_locked(counter)

        for error in (
            AlreadyConfirmedError(order),
            OrderExpiredError(order),
            OrderingLockedError(order),
        ):
            assert str(error) == order.id

    def test_the_limits_say_how_many(self, clock: Clock) -> None:
        strict = Counter(clock, limits=Limits(tries=1, spent_an_hour=1))
        code = strict.place()

        assert guess(strict, code, 1) == [OrderingLockedError]

    def test_limits_that_are_lowered_hold_for_what_was_before(
        self, counter: Counter, clock: Clock
    ) -> None:
        for _ in range(2):
            guess(counter, counter.place(), 3)

        with pytest.raises(TooManyCodesError):
            Counter(clock, limits=Limits(codes_an_hour=1)).place()
        guessed = Counter(clock, limits=Limits(spent_an_hour=1))
        assert guess(guessed, guessed.place(), 3)[-1] is OrderingLockedError

    def test_a_row_that_is_too_long_by_now_locks_with_the_next(
        self, counter: Counter, clock: Clock
    ) -> None:
        code = counter.place()
        guess(counter, code, 2)
        strict = Counter(clock, limits=Limits(wrong_in_a_row=2))

        assert guess(strict, code, 1) == [OrderingLockedError]

    def test_twelve_wrong_codes_in_a_row_lock_however_long_they_take(
        self, counter: Counter, clock: Clock
    ) -> None:
        heard = []
        for _ in range(6):
            heard += guess(counter, counter.place(), 2)
            clock.wait(2 * HOUR)

        assert heard == [WrongCodeError] * 11 + [OrderingLockedError]

    def test_a_right_code_ends_the_row(self, counter: Counter, clock: Clock) -> None:
        for _ in range(7):
            code = counter.place()
            guess(counter, code, 2)
            assert counter.orders.authorize(ADA, code).wrong_in_a_row == 0
            clock.wait(2 * HOUR)

    def test_the_row_begins_with_the_first_wrong_one(self, counter: Counter) -> None:
        code = counter.place()
        rows = [latest(counter).wrong_in_a_row]
        guess(counter, code, 1)
        rows.append(latest(counter).wrong_in_a_row)
        counter.place()

        assert [*rows, latest(counter).wrong_in_a_row] == [0, 1, 1]

    def test_one_caller_hears_that_ordering_is_locked_just_now(self, counter: Counter) -> None:
        guess_until_locked(counter)

        again = refusal(counter, "4172")
        assert isinstance(again, OrderingLockedError)
        assert not again.just_now

    def test_the_lock_stays_whatever_is_tried(self, counter: Counter, clock: Clock) -> None:
        guess_until_locked(counter)
        clock.wait(timedelta(days=60))

        for attempt in (
            counter.place,
            counter.resend,
            lambda: counter.orders.cancel(ADA),
            lambda: counter.orders.authorize(ADA, counter.mailbox.codes[-1]),
        ):
            with pytest.raises(OrderingLockedError):
                attempt()

    def test_somebody_elses_lock_is_not_ours(self, counter: Counter) -> None:
        guess_until_locked(counter)

        assert counter.orders.authorize(MARY, counter.place(MARY))


class TestUnlocking:
    def test_the_lock_of_the_mail_opens(self, counter: Counter) -> None:
        order = guess_until_locked(counter)
        assert order.lock

        assert counter.orders.unlock(ADA.sub, order.id, order.lock)
        assert counter.orders.authorize(ADA, counter.resend())

    def test_unlocking_forgives_what_was_guessed(self, counter: Counter) -> None:
        order = guess_until_locked(counter)
        counter.orders.unlock(ADA.sub, order.id, str(order.lock))

        assert latest(counter).wrong_in_a_row == 0
        assert guess(counter, counter.resend(), 3) == [WrongCodeError] * 2 + [CodeSpentError]
        assert counter.orders.authorize(ADA, counter.place())

    def test_unlocking_twice_is_harmless(self, counter: Counter) -> None:
        order = guess_until_locked(counter)
        key = str(order.lock)

        assert counter.orders.unlock(ADA.sub, order.id, key)
        once = latest(counter)
        assert counter.orders.unlock(ADA.sub, order.id, key)
        assert latest(counter) == once

    def test_an_older_mail_opens_no_newer_lock(self, counter: Counter, clock: Clock) -> None:
        order = guess_until_locked(counter)
        older = str(order.lock)
        counter.orders.unlock(ADA.sub, order.id, older)
        counter.orders.disown(ADA.sub, order.id)

        assert not counter.orders.unlock(ADA.sub, order.id, older)
        assert latest(counter).locked

    @pytest.mark.parametrize(("first", "second"), [("1", "2"), ("2", "1")])
    def test_the_key_of_one_order_does_not_say_that_another_is_open(
        self, counter: Counter, first: str, second: str
    ) -> None:
        keys = {}
        for order_id in (first, second):
            counter.orders.place(ADA, order_id, PIZZA)
            keys[order_id] = str(counter.orders.disown(ADA.sub, order_id).lock)
            if order_id == first:
                assert counter.orders.unlock(ADA.sub, first, keys[first])

        assert not counter.orders.unlock(ADA.sub, first, keys[first])
        assert counter.orders.unlock(ADA.sub, second, keys[second])

    def test_a_lost_mail_can_be_asked_for_as_often_as_a_code(self, counter: Counter) -> None:
        locked = guess_until_locked(counter)

        for _ in range(2):
            assert counter.orders.key_wanted(ADA).lock == locked.lock
        with pytest.raises(TooManyCodesError):
            counter.orders.key_wanted(ADA)
        assert counter.orders.unlock(ADA.sub, locked.id, str(locked.lock))
        with pytest.raises(NothingOrderedError):
            counter.orders.key_wanted(ADA)

    def test_an_order_that_is_not_there_unlocks_nothing(self, counter: Counter) -> None:
        order = guess_until_locked(counter)

        with pytest.raises(NothingOrderedError):
            counter.orders.unlock(MARY.sub, order.id, str(order.lock))


class TestDisowning:
    def test_an_order_that_waits_is_cancelled_and_ordering_locked(self, counter: Counter) -> None:
        code = counter.place()
        order = counter.orders.disown(ADA.sub, latest(counter).id)

        assert (order.state, order.locked) == (State.CANCELLED, True)
        assert isinstance(refusal(counter, code), OrderingLockedError)
        with pytest.raises(OrderingLockedError):
            counter.place()

    def test_an_order_that_was_confirmed_stays_so_and_ordering_is_locked(
        self, counter: Counter
    ) -> None:
        counter.orders.authorize(ADA, counter.place())
        order = counter.orders.disown(ADA.sub, latest(counter).id)

        assert (order.state, order.locked) == (State.CONFIRMED, True)

    def test_an_order_behind_a_newer_one_locks_too(self, counter: Counter) -> None:
        counter.place()
        older = latest(counter)
        code = counter.place()
        counter.orders.disown(ADA.sub, older.id)

        assert isinstance(refusal(counter, code), OrderingLockedError)
        with pytest.raises(OrderingLockedError):
            counter.place()

    def test_after_unlocking_the_order_is_still_cancelled(self, counter: Counter) -> None:
        code = counter.place()
        order = counter.orders.disown(ADA.sub, latest(counter).id)

        assert counter.orders.unlock(ADA.sub, order.id, str(order.lock))
        assert isinstance(refusal(counter, code), NothingOrderedError)
        assert counter.orders.authorize(ADA, counter.place())

    def test_disowning_twice_locks_once(self, counter: Counter) -> None:
        counter.place()
        first = counter.orders.disown(ADA.sub, latest(counter).id)
        assert counter.orders.disown(ADA.sub, first.id) == first
        counter.orders.unlock(ADA.sub, first.id, str(first.lock))

        assert not counter.orders.disown(ADA.sub, first.id).locked
        assert counter.place()

    def test_under_a_lock_a_second_one_is_not_made(self, counter: Counter) -> None:
        counter.place()
        older = latest(counter)
        locked = guess_until_locked(counter)

        assert counter.orders.disown(ADA.sub, older.id).state is State.CANCELLED
        assert counter.orders.unlock(ADA.sub, locked.id, str(locked.lock))

    def test_an_order_that_is_not_there_cannot_be_disowned(self, counter: Counter) -> None:
        counter.place(ADA)

        with pytest.raises(NothingOrderedError):
            counter.orders.disown(MARY.sub, latest(counter).id)


class TestSendingAgain:
    def test_a_new_code_makes_the_last_one_useless(self, counter: Counter) -> None:
        old, new = counter.place(), counter.resend()

        if old != new:
            assert isinstance(refusal(counter, old), WrongCodeError)
        assert counter.orders.authorize(ADA, new)

    def test_it_goes_the_same_way_as_before_unless_told_otherwise(self, counter: Counter) -> None:
        counter.place()
        counter.orders.resend(ADA, Channel.SMS)
        counter.orders.resend(ADA)
        counter.orders.resend(ADA, Channel.EMAIL)

        assert len(counter.phone.brought) == 2
        assert len(counter.mailbox.brought) == 2
        assert counter.orders.authorize(ADA, counter.mailbox.codes[-1])

    def test_without_a_confirmed_phone_the_last_code_stays_good(self, counter: Counter) -> None:
        code = counter.place(MARY)

        with pytest.raises(NoDestinationError) as refused:
            counter.orders.resend(MARY, Channel.SMS)
        assert refused.value.channel is Channel.SMS
        assert counter.orders.authorize(MARY, code)

    def test_five_codes_an_hour_are_enough(self, counter: Counter, clock: Clock) -> None:
        counter.place()
        for _ in range(2):
            clock.wait(5 * MINUTE)
            counter.resend()
        for _ in range(2):
            clock.wait(5 * MINUTE)
            code = counter.place()

        for once_more in (counter.place, counter.resend):
            with pytest.raises(TooManyCodesError) as refused:
                once_more()
            assert refused.value.again_in == 40 * MINUTE
        assert counter.orders.authorize(ADA, code)
        clock.wait(40 * MINUTE)
        assert counter.place()

    def test_codes_that_could_not_be_sent_count_too(self, counter: Counter) -> None:
        counter.mailbox.is_shut = True
        for _ in range(5):
            with pytest.raises(CodeUnavailableError):
                counter.place()

        with pytest.raises(TooManyCodesError):
            counter.place()

    def test_while_none_can_be_sent_no_older_one_is_good(self, counter: Counter) -> None:
        code = counter.place()
        counter.mailbox.is_shut = True
        with pytest.raises(CodeUnavailableError):
            counter.resend()

        assert latest(counter).challenge is None
        assert isinstance(refusal(counter, code), CodeExpiredError)

    def test_a_shop_that_allows_more_codes_counts_them_all(self, clock: Clock) -> None:
        generous = Counter(clock, limits=Limits(codes_an_hour=15))
        for _ in range(15):
            generous.place()

        with pytest.raises(TooManyCodesError):
            generous.place()

    def test_there_is_nothing_to_send_again_without_an_order(self, counter: Counter) -> None:
        with pytest.raises(NothingOrderedError):
            counter.resend()


class TestCancelling:
    def test_a_cancelled_order_cannot_be_confirmed(self, counter: Counter) -> None:
        code = counter.place()

        assert counter.orders.cancel(ADA).state is State.CANCELLED
        assert isinstance(refusal(counter, code), NothingOrderedError)

    def test_what_is_confirmed_cannot_be_cancelled(self, counter: Counter) -> None:
        counter.orders.authorize(ADA, counter.place())

        with pytest.raises(AlreadyConfirmedError):
            counter.orders.cancel(ADA)

    def test_the_order_before_does_not_wait_again(self, counter: Counter) -> None:
        counter.place()
        counter.place()
        counter.orders.cancel(ADA)

        with pytest.raises(NothingOrderedError):
            counter.orders.cancel(ADA)


class TestTheUsual:
    def test_it_is_what_was_confirmed_last(self, counter: Counter) -> None:
        counter.orders.authorize(ADA, counter.place(pizza=Pizza("small")))
        counter.orders.authorize(ADA, counter.place(pizza=PIZZA))
        counter.place(pizza=Pizza("jumbo"))

        assert counter.orders.usual(ADA) == PIZZA

    def test_what_was_never_confirmed_is_nobodys_usual(self, counter: Counter) -> None:
        counter.place()

        assert counter.orders.usual(ADA) is None
        assert counter.orders.usual(MARY) is None


class TestLookingBack:
    def test_the_last_confirmed_order_is_found_behind_others(self, counter: Counter) -> None:
        sold = counter.orders.authorize(ADA, counter.place())
        counter.place()
        counter.orders.cancel(ADA)

        assert counter.orders.last_confirmed(ADA) == sold
        assert counter.orders.last_confirmed(MARY) is None

    def test_an_order_that_waits_is_open(self, counter: Counter) -> None:
        counter.place()
        waiting = latest(counter)

        assert counter.orders.open(ADA) == waiting
        assert counter.orders.check_unlocked(ADA) == waiting == counter.orders.waiting(ADA)

    def test_whoever_has_no_open_order_hears_why(self, counter: Counter) -> None:
        with pytest.raises(NothingOrderedError):
            counter.orders.open(ADA)
        counter.orders.authorize(ADA, counter.place())
        with pytest.raises(AlreadyConfirmedError):
            counter.orders.open(ADA)
        assert counter.orders.check_unlocked(ADA) is None
        counter.orders.disown(ADA.sub, latest(counter).id)
        for look in (counter.orders.open, counter.orders.check_unlocked):
            with pytest.raises(OrderingLockedError):
                look(ADA)


class TestHowLongOrdersAreKept:
    def test_what_was_not_sold_dies_a_month_later(self, counter: Counter) -> None:
        counter.place()
        waiting = latest(counter)
        dies = int((waiting.good_until + timedelta(days=30)).timestamp())

        assert [item["expires"] for item in items()] == [dies]
        counter.orders.cancel(ADA)
        assert [item["expires"] for item in items()] == [dies]

    def test_what_was_sold_is_kept(self, counter: Counter) -> None:
        counter.orders.authorize(ADA, counter.place())

        assert ["expires" in item for item in items()] == [False]

    def test_a_lock_is_kept_until_it_is_opened(self, counter: Counter) -> None:
        order = guess_until_locked(counter)
        assert ["expires" in item for item in items()] == [False]
        counter.orders.unlock(ADA.sub, order.id, str(order.lock))

        assert ["expires" in item for item in items()] == [True]


def test_a_turn_that_changes_something_writes_once(counter: Counter, cloud: Cloud) -> None:
    code = counter.place()
    verbs: list[Callable[[], object]] = [
        lambda: counter.orders.place(ADA, counter.orders.new_id(), PIZZA),
        counter.resend,
        lambda: guess(counter, code, 1),
        lambda: counter.orders.authorize(ADA, counter.mailbox.codes[-1]),
    ]
    for verb in verbs:
        cloud.wire.calls.clear()
        verb()
        assert [call.name for call in cloud.wire.calls] == ["DynamoDB Query", "DynamoDB PutItem"]


def test_an_order_comes_back_as_it_was_kept(counter: Counter) -> None:
    store = DynamoDBOrderStore(Table(TABLE))
    guess_until_locked(counter)
    full = replace(
        latest(counter),
        unlocked=latest(counter).placed,
        confirmed=latest(counter).good_until,
        disowned=True,
        receipt_owed=OwedReceipt(SEALED, due=latest(counter).placed),
    )

    kept = store.replace(full)

    assert store.recent(ADA.sub, 1) == [kept] == [replace(full, version=full.version + 1)]


@pytest.mark.parametrize("is_right", [True, False])
def test_a_try_that_cannot_be_written_down_does_not_tell_whether_it_was_right(
    cloud: Cloud, counter: Counter, is_right: bool
) -> None:
    right = counter.place()
    said = right if is_right else next(codes_but(right))
    cloud.wire.begin("read only", _refusing_writes)

    with pytest.raises(ConfirmationUnknownError, match=r"^AccessDeniedException$"):
        counter.orders.authorize(ADA, said)

    cloud.wire.mend()
    assert counter.orders.authorize(ADA, right).state is State.CONFIRMED


def _refusing_writes(request: Request) -> Response | None:
    if not request.headers.get("X-Amz-Target", "").endswith("PutItem"):
        return None
    return problem(400, {"__type": "AccessDeniedException", "message": "reading is allowed"})


class CodesThatNobodyChecks(OwnCodes):
    """As Auth0's are while it is away."""

    def accepts(self, kept: str, binding: str, code: str, to: Destination) -> bool:
        raise CodeUnavailableError("away")


def test_a_code_that_cannot_be_checked_costs_no_try(counter: Counter, clock: Clock) -> None:
    code = counter.place()
    away = Counter(clock, codes=CodesThatNobodyChecks([KEY], length=4))
    before = latest(counter)

    with pytest.raises(CodeUncheckedError, match="away"):
        away.orders.authorize(ADA, code)
    assert latest(counter) == before
    assert counter.orders.authorize(ADA, code)


class CodesTakenOnce(OwnCodes):
    """As Auth0's are."""

    taken = ""

    def accepts(self, kept: str, binding: str, code: str, to: Destination) -> bool:
        accepted = code != self.taken and super().accepts(kept, binding, code, to)
        self.taken = code if accepted else self.taken
        return accepted


def test_a_code_that_can_be_taken_once_is_good_though_somebody_else_wrote_first(
    clock: Clock,
) -> None:
    busy = BusyStore("recent")
    counter = Counter(clock, store=busy, codes=CodesTakenOnce([KEY], length=4))
    right = counter.place()
    busy.then = lambda: guess(counter, right, 1)

    assert counter.orders.authorize(ADA, right).state is State.CONFIRMED


class ContestedOrders(OrdersInMemory):
    """Somebody else is always faster."""

    def add(self, order: Order) -> Order:
        raise ConflictError


def test_whoever_is_never_first_hears_that_orders_are_away(clock: Clock) -> None:
    with pytest.raises(OrdersUnavailableError):
        Counter(clock, store=ContestedOrders()).place()


class TestPins:
    """Alexa vouches for a person in place of a code."""

    PERSON = "amzn1.ask.person.MARY"

    def ask(self, counter: Counter) -> str:
        """Place an order for which Alexa asks for a PIN: the id that she is given."""
        orders = counter.orders
        order = orders.place(MARY, orders.new_id(), PIZZA, pin_of=self.PERSON)
        assert order.challenge
        return order.challenge.id

    def test_it_sends_no_code(self, counter: Counter) -> None:
        self.ask(counter)

        assert counter.mailbox.brought == []

    def test_a_right_one_confirms_the_order(self, counter: Counter) -> None:
        answer = PinAnswer(self.ask(counter), self.PERSON, is_right=True)

        assert counter.orders.authorize(MARY, answer).state is State.CONFIRMED
        with pytest.raises(AlreadyConfirmedError):
            counter.orders.authorize(MARY, answer)

    def test_a_wrong_one_is_a_code_guessed_to_death(self, counter: Counter) -> None:
        asked = self.ask(counter)
        with pytest.raises(CodeSpentError):
            counter.orders.authorize(MARY, PinAnswer(asked, self.PERSON, is_right=False))

        with pytest.raises(CodeSpentError):
            counter.orders.authorize(MARY, PinAnswer(asked, self.PERSON, is_right=True))
        latest = counter.orders.latest(MARY)
        assert latest
        assert (latest.wrong_in_a_row, len(latest.codes_spent)) == (1, 1)

    @pytest.mark.parametrize(
        ("challenge", "person"), [("another", PERSON), (None, "amzn1.ask.person.ADA")]
    )
    def test_what_was_not_asked_for_is_not_tried(
        self, counter: Counter, challenge: str | None, person: str
    ) -> None:
        asked = self.ask(counter)

        with pytest.raises(CodeExpiredError):
            counter.orders.authorize(MARY, PinAnswer(challenge or asked, person, is_right=False))
        assert counter.orders.authorize(MARY, PinAnswer(asked, self.PERSON, is_right=True))

    def test_one_is_no_answer_to_a_code(self, counter: Counter) -> None:
        counter.place(MARY)
        order = counter.orders.latest(MARY)
        assert order
        assert order.challenge

        with pytest.raises(CodeExpiredError):
            counter.orders.authorize(
                MARY, PinAnswer(order.challenge.id, self.PERSON, is_right=True)
            )

    def test_it_outlives_no_code(self, counter: Counter) -> None:
        answer = PinAnswer(self.ask(counter), self.PERSON, is_right=True)
        counter.clock.wait(counter.limits.lives)

        with pytest.raises(CodeExpiredError):
            counter.orders.authorize(MARY, answer)

    def test_it_is_asked_for_as_rarely_as_codes_are_sent(self, counter: Counter) -> None:
        for _ in range(counter.limits.codes_an_hour):
            self.ask(counter)

        with pytest.raises(TooManyCodesError):
            self.ask(counter)

    def test_whoever_could_not_be_sent_a_code_is_asked_for_none(self, counter: Counter) -> None:
        nobody = replace(MARY, email_verified=False)
        orders = counter.orders

        with pytest.raises(UnconfirmedEmailError):
            orders.place(nobody, orders.new_id(), PIZZA, pin_of=self.PERSON)
        assert orders.latest(nobody) is None

    def test_only_its_own_place_is_taken_by_a_code(self, counter: Counter) -> None:
        asked = self.ask(counter)
        counter.orders.resend(MARY, instead_of=asked)

        for other in (asked, "0", "~"):
            with pytest.raises(CodeExpiredError):
                counter.orders.resend(MARY, instead_of=other)
        assert len(counter.mailbox.codes) == 1
