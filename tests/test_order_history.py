"""What customers see of their orders, which one they mean, and what clearing takes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline, links
from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import (
    AlreadyConfirmedError,
    Entry,
    NoSuchOrderError,
    NothingOrderedError,
    Order,
    OrderError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
    Standing,
    State,
)
from pizza_on_demand.orders.order import MATTERS_FOR
from pizza_on_demand.verification import (
    CodeSpentError,
    TooManyCodesError,
    VerificationError,
    WrongCodeError,
)
from simulator.clock import Clock
from simulator.cloud import Cloud
from tests.ordering import (
    ADA,
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

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


@pytest.fixture
def store() -> OrdersInMemory:
    return OrdersInMemory()


@pytest.fixture
def counter(clock: Clock, store: OrdersInMemory) -> Counter:
    return Counter(clock, store=store)


def place(counter: Counter, customer: Customer = ADA, pizza: Pizza = PIZZA) -> Order:
    return counter.orders.place(customer, counter.orders.new_id(), pizza)


def sell(counter: Counter, customer: Customer = ADA) -> Order:
    return counter.orders.authorize(customer, counter.place(customer))


def standings(counter: Counter) -> list[Standing]:
    """How Ada's orders stand, newest first."""
    return [entry.standing for entry in counter.orders.entries(ADA)]


def kept(counter: Counter) -> list[int]:
    """The numbers of Ada's orders that the store holds, seen or not."""
    return [order.number for order in counter.store.oldest(ADA.sub, 1000)]


def guess(counter: Counter, times: int) -> list[type[Exception]]:
    """Say that many wrong codes, and hear why each is refused."""
    heard = []
    for wrong in islice(codes_but(counter.mailbox.codes[-1]), times):
        with pytest.raises((OrderError, VerificationError)) as refused:
            counter.orders.authorize(ADA, wrong)
        heard.append(refused.type)
    return heard


class TestEntries:
    def test_whoever_has_ordered_nothing_sees_nothing(self, counter: Counter) -> None:
        place(counter, MARY)

        assert counter.orders.entries(ADA) == []

    def test_the_newest_comes_first(self, counter: Counter) -> None:
        first, second = place(counter), place(counter)

        assert [entry.order for entry in counter.orders.entries(ADA)] == [second, first]

    def test_each_stands_as_its_customer_would_say(self, counter: Counter, clock: Clock) -> None:
        sell(counter)
        place(counter)
        counter.orders.cancel(ADA)
        place(counter)
        clock.wait(ORDER_LIVES + HOUR)
        place(counter)
        place(counter)

        assert standings(counter) == [
            Standing.WAITING,
            Standing.REPLACED,
            Standing.EXPIRED,
            Standing.CANCELLED,
            Standing.CONFIRMED,
        ]

    def test_an_order_waits_until_it_has_waited_too_long(
        self, counter: Counter, clock: Clock
    ) -> None:
        place(counter)
        clock.wait(ORDER_LIVES - SECOND)
        assert standings(counter) == [Standing.WAITING]
        clock.wait(SECOND)
        assert standings(counter) == [Standing.EXPIRED]

    def test_what_became_of_an_order_does_not_change_any_more(
        self, counter: Counter, clock: Clock
    ) -> None:
        place(counter)
        place(counter)
        clock.wait(ORDER_LIVES)
        place(counter)
        clock.wait(ORDER_LIVES)

        assert standings(counter) == [Standing.EXPIRED, Standing.EXPIRED, Standing.REPLACED]

    def test_pages_follow_each_other_and_tell_the_same_as_one(
        self, counter: Counter, clock: Clock
    ) -> None:
        for _ in range(3):
            place(counter)
            clock.wait(20 * MINUTE)
            place(counter)
            clock.wait(HOUR)
        whole = counter.orders.entries(ADA)

        paged: list[Entry] = []
        for _ in whole:
            before = paged[-1].order.number if paged else None
            paged += counter.orders.entries(ADA, count=1, before=before)

        assert paged == whole
        assert len(whole) == 6

    def test_no_more_are_given_than_wanted(self, counter: Counter) -> None:
        for _ in range(4):
            place(counter)

        assert [entry.order.number for entry in counter.orders.entries(ADA, count=2)] == [4, 3]
        assert counter.orders.entries(ADA, before=1) == []
        assert counter.orders.entries(ADA, before=-5) == []
        assert len(counter.orders.entries(ADA, before=10**12)) == 4


class TestAnEntry:
    def test_it_is_found_by_its_reference(self, counter: Counter) -> None:
        first, second = sell(counter), place(counter)

        assert counter.orders.entry(ADA, first.reference).order == first
        assert counter.orders.entry(ADA, first.reference).standing is Standing.CONFIRMED
        assert counter.orders.entry(ADA, second.reference).standing is Standing.WAITING

    def test_it_stands_as_it_does_among_the_others(self, counter: Counter, clock: Clock) -> None:
        for wait in (timedelta(), HOUR, timedelta(), timedelta()):
            place(counter)
            clock.wait(wait)

        for entry in counter.orders.entries(ADA):
            assert counter.orders.entry(ADA, entry.order.reference) == entry

    def test_somebody_elses_is_not_found(self, counter: Counter) -> None:
        place(counter, MARY)
        theirs = place(counter)

        with pytest.raises(NoSuchOrderError):
            counter.orders.entry(MARY, theirs.reference)

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "1",
            "1-",
            "-1",
            "1-another",
            "2-{id}",
            "01-{id}",
            "١-{id}",
            " 1-{id}",
            "1-{id}\n",
            "1-{id} ",
            "1 -{id}",
            "{id}",
            "9" * 5000 + "-{id}",
            "1-" + "{id}" * 500,
            "99999999-{id}",
        ],
        ids=lambda reference: repr(reference[:12]),
    )
    def test_what_is_no_reference_finds_nothing(self, counter: Counter, reference: str) -> None:
        order = place(counter)
        assert counter.orders.entry(ADA, f"1-{order.id}")

        with pytest.raises(NoSuchOrderError):
            counter.orders.entry(ADA, reference.format(id=order.id))


Verb = Callable[[Counter, str], object]

VERBS: dict[str, Verb] = {
    "open": lambda counter, reference: counter.orders.open(ADA, reference),
    "resend": lambda counter, reference: counter.orders.resend(ADA, reference=reference),
    "authorize": lambda counter, reference: counter.orders.authorize(
        ADA, counter.mailbox.codes[-1], reference
    ),
    "cancel": lambda counter, reference: counter.orders.cancel(ADA, reference),
}


@pytest.fixture(params=list(VERBS.values()), ids=list(VERBS))
def verb(request: pytest.FixtureRequest) -> Verb:
    found: Verb = request.param
    return found


class TestTheOrderThatIsMeant:
    def test_it_is_the_one_that_waits(self, counter: Counter, verb: Verb) -> None:
        verb(counter, place(counter).reference)

    def test_one_that_is_confirmed_is_so_already(self, counter: Counter, verb: Verb) -> None:
        sold = sell(counter)
        for _ in range(2):
            with pytest.raises(AlreadyConfirmedError) as refused:
                verb(counter, sold.reference)
            assert refused.value.order == sold
            place(counter)

    def test_one_that_ran_out_ran_out(self, counter: Counter, clock: Clock, verb: Verb) -> None:
        late = place(counter)
        clock.wait(ORDER_LIVES + HOUR)
        for _ in range(2):
            with pytest.raises(OrderExpiredError) as refused:
                verb(counter, late.reference)
            assert refused.value.order == late
            place(counter)

    def test_one_that_was_replaced_or_cancelled_waits_no_more(
        self, counter: Counter, verb: Verb
    ) -> None:
        first, second = place(counter), place(counter)
        with pytest.raises(NothingOrderedError):
            verb(counter, first.reference)
        counter.orders.cancel(ADA, second.reference)

        for order in (first, second):
            with pytest.raises(NothingOrderedError):
                verb(counter, order.reference)

    def test_one_long_past_is_still_told_from_none(
        self, counter: Counter, clock: Clock, verb: Verb
    ) -> None:
        sold = sell(counter)
        for _ in range(counter.orders.HISTORY + 1):
            place(counter)
            clock.wait(HOUR)

        with pytest.raises(AlreadyConfirmedError):
            verb(counter, sold.reference)

    @pytest.mark.parametrize("reference", ["", "1", "7-an-order-of-nobody"])
    def test_one_that_is_not_there_is_not_taken_for_the_newest(
        self, counter: Counter, verb: Verb, reference: str
    ) -> None:
        place(counter)

        with pytest.raises(NoSuchOrderError):
            verb(counter, reference)
        assert counter.orders.waiting(ADA)

    def test_somebody_elses_is_not_there(self, counter: Counter, verb: Verb) -> None:
        theirs = place(counter, MARY)

        with pytest.raises(NoSuchOrderError):
            verb(counter, theirs.reference)
        assert counter.orders.waiting(MARY) == theirs

    def test_under_a_lock_nothing_is_done(self, counter: Counter, verb: Verb) -> None:
        order = place(counter)
        counter.orders.disown(ADA.sub, order.id)

        with pytest.raises(OrderingLockedError):
            verb(counter, order.reference)

    def test_one_that_was_placed_a_moment_ago_is_found_and_its_code_counted(
        self, clock: Clock
    ) -> None:
        busy = BusyStore("recent")
        counter = Counter(clock, store=busy)
        for _ in range(counter.limits.codes_an_hour - 1):
            place(counter)
        busy.then = lambda: counter.orders.place(ADA, "meanwhile", PIZZA)

        with pytest.raises(TooManyCodesError):
            counter.orders.resend(ADA, reference="5-meanwhile")
        assert counter.orders.open(ADA, "5-meanwhile").number == 5


class TestClearing:
    def test_what_is_over_is_seen_no_more(self, counter: Counter, clock: Clock) -> None:
        sold = sell(counter)
        place(counter)
        counter.orders.cancel(ADA)
        place(counter)
        clock.wait(ORDER_LIVES)
        place(counter)
        place(counter)
        counter.orders.cancel(ADA)
        counter.orders.clear_history(ADA)

        assert counter.orders.entries(ADA) == []
        assert counter.orders.latest(ADA) is None
        assert counter.orders.last_confirmed(ADA) is None
        assert counter.orders.usual(ADA) is None
        with pytest.raises(NoSuchOrderError):
            counter.orders.entry(ADA, sold.reference)
        with pytest.raises(NoSuchOrderError):
            counter.orders.open(ADA, sold.reference)

    def test_an_order_that_waits_goes_on_waiting(self, counter: Counter) -> None:
        place(counter)
        code = counter.place()
        counter.orders.clear_history(ADA)

        assert standings(counter) == [Standing.WAITING]
        assert counter.orders.authorize(ADA, code).number == 2

    def test_somebody_elses_history_stays(self, counter: Counter) -> None:
        sell(counter, MARY)
        counter.orders.clear_history(ADA)

        assert len(counter.orders.entries(MARY)) == 1

    def test_nothing_is_easily_cleared(self, counter: Counter) -> None:
        counter.orders.clear_history(ADA)

        assert counter.orders.entries(ADA) == []

    def test_what_comes_later_is_seen(self, counter: Counter) -> None:
        sell(counter)
        counter.orders.clear_history(ADA)
        sold = sell(counter)

        assert [entry.order for entry in counter.orders.entries(ADA)] == [sold]
        assert counter.orders.usual(ADA) == PIZZA
        assert sold.number == 2

    def test_old_orders_are_gone_for_good_but_for_the_newest(
        self, counter: Counter, clock: Clock
    ) -> None:
        for _ in range(3):
            sell(counter)
        clock.wait(DAY)
        counter.orders.clear_history(ADA)

        assert kept(counter) == [3]

    def test_recent_orders_are_gone_once_they_are_old_and_it_is_cleared_again(
        self, counter: Counter, clock: Clock
    ) -> None:
        for _ in range(3):
            sell(counter)
        counter.orders.clear_history(ADA)
        assert kept(counter) == [1, 2, 3]
        clock.wait(DAY)
        counter.orders.clear_history(ADA)

        assert kept(counter) == [3]

    def test_clearing_twice_writes_once(self, counter: Counter) -> None:
        sell(counter)
        for _ in range(2):
            counter.orders.clear_history(ADA)

        [order] = counter.store.recent(ADA.sub, 10)
        assert (order.version, order.cleared) == (3, True)

    def test_a_long_history_goes_page_by_page(
        self, counter: Counter, store: OrdersInMemory, clock: Clock
    ) -> None:
        store_many(store, 2 * counter.orders.PAGE + 1, clock.now() - 2 * DAY)
        clear = counter.orders.clear_history
        clear(ADA)

        assert kept(counter) == [201]
        assert counter.orders.entries(ADA) == []

    def test_an_order_that_is_changed_meanwhile_is_looked_at_again(self, clock: Clock) -> None:
        busy = BusyStore("oldest")
        counter = Counter(clock, store=busy)
        old = sell(counter)
        sell(counter)
        clock.wait(2 * DAY)
        busy.then = lambda: counter.orders.disown(ADA.sub, old.id)
        counter.orders.clear_history(ADA)

        assert kept(counter) == [1, 2]
        assert counter.orders.entries(ADA) == []
        with pytest.raises(OrderingLockedError):
            place(counter)

    def test_an_order_that_is_placed_meanwhile_waits(self, clock: Clock) -> None:
        busy = BusyStore("recent")
        counter = Counter(clock, store=busy)
        sell(counter)
        busy.then = lambda: place(counter)
        counter.orders.clear_history(ADA)

        assert standings(counter) == [Standing.WAITING]


class TestErasing:
    def test_nothing_is_seen_any_more_and_nothing_waits(self, counter: Counter) -> None:
        sell(counter)
        code = counter.place()
        counter.orders.erase(ADA.sub)

        assert counter.orders.entries(ADA) == []
        assert counter.orders.count(ADA) == 0
        assert counter.orders.waiting(ADA) is None
        with pytest.raises(NothingOrderedError):
            counter.orders.authorize(ADA, code)

    def test_old_orders_are_gone_for_good_but_for_the_newest(
        self, counter: Counter, clock: Clock
    ) -> None:
        for _ in range(3):
            sell(counter)
        clock.wait(DAY)
        place(counter)
        counter.orders.erase(ADA.sub)

        assert kept(counter) == [4]

    def test_it_gives_nobody_new_guesses_and_opens_no_lock(self, counter: Counter) -> None:
        place(counter)
        for _ in range(counter.limits.spent_an_hour):
            guess_to_death(counter)
            counter.orders.erase(ADA.sub)
            with suppress(OrderingLockedError):
                place(counter)

        with pytest.raises(OrderingLockedError):
            place(counter)

    def test_it_does_not_let_more_codes_out(self, counter: Counter) -> None:
        for _ in range(counter.limits.codes_an_hour):
            place(counter)
            counter.orders.erase(ADA.sub)

        with pytest.raises(TooManyCodesError):
            place(counter)

    def test_somebody_elses_orders_stay(self, counter: Counter) -> None:
        place(counter, MARY)
        counter.orders.erase(ADA.sub)

        assert counter.orders.waiting(MARY)

    def test_twice_is_as_good_as_once(self, counter: Counter) -> None:
        place(counter)
        for _ in range(2):
            counter.orders.erase(ADA.sub)

        [order] = counter.store.recent(ADA.sub, 10)
        assert (order.state, order.cleared, order.version) == (State.CANCELLED, True, 2)

    def test_an_order_that_is_confirmed_meanwhile_stays_sold(self, clock: Clock) -> None:
        busy = BusyStore("oldest")
        counter = Counter(clock, store=busy)
        code = counter.place()
        busy.then = lambda: counter.orders.authorize(ADA, code)
        counter.orders.erase(ADA.sub)

        [order] = busy.recent(ADA.sub, 10)
        assert (order.state, order.cleared) == (State.CONFIRMED, True)


def guess_to_death(counter: Counter) -> None:
    """Say wrong codes until the code that waits is worthless."""
    for wrong in islice(codes_but(counter.mailbox.codes[-1]), counter.limits.tries):
        with pytest.raises((OrderError, VerificationError)):
            counter.orders.authorize(ADA, wrong)


class TestWhatClearingLeavesInForce:
    """An order that still matters is only hidden: each reason by itself."""

    def test_what_was_paid_is_not_paid_again(self, counter: Counter) -> None:
        code = counter.place()
        sold = counter.orders.authorize(ADA, code)
        counter.orders.clear_history(ADA)

        with pytest.raises(AlreadyConfirmedError) as refused:
            counter.orders.authorize(ADA, code)
        assert refused.value.order == replace(sold, cleared=True, version=sold.version + 1)

    def test_what_ran_out_and_was_cleared_is_not_spoken_of(
        self, counter: Counter, clock: Clock
    ) -> None:
        code = counter.place()
        clock.wait(ORDER_LIVES)
        counter.orders.clear_history(ADA)

        with pytest.raises(NothingOrderedError):
            counter.orders.authorize(ADA, code)

    def test_the_same_yes_places_nothing_again(self, counter: Counter) -> None:
        yes = counter.orders.new_id()
        counter.orders.place(ADA, yes, PIZZA)
        counter.orders.cancel(ADA)
        counter.orders.clear_history(ADA)

        assert counter.orders.place(ADA, yes, PIZZA).state is State.CANCELLED
        assert kept(counter) == [1]

    def test_five_codes_an_hour_stay_enough(self, counter: Counter) -> None:
        for _ in range(counter.limits.codes_an_hour):
            place(counter)
        counter.orders.cancel(ADA)
        counter.orders.clear_history(ADA)

        with pytest.raises(TooManyCodesError):
            place(counter)

    def test_three_codes_guessed_dead_in_an_hour_still_lock(self, counter: Counter) -> None:
        heard = []
        for _ in range(3):
            place(counter)
            heard += guess(counter, 3)
            counter.orders.clear_history(ADA)

        assert heard == [*[WrongCodeError, WrongCodeError, CodeSpentError] * 2, *LOCKED]

    def test_wrong_codes_in_a_row_are_counted_on(self, counter: Counter, clock: Clock) -> None:
        heard = []
        for _ in range(6):
            place(counter)
            heard += guess(counter, 2)
            clock.wait(2 * DAY)
            counter.orders.clear_history(ADA)

        assert heard == [WrongCodeError] * 11 + [OrderingLockedError]

    def test_a_lock_stays_wherever_it_is_and_its_key_opens_it(
        self, counter: Counter, clock: Clock
    ) -> None:
        old = sell(counter)
        sell(counter)
        locked = counter.orders.disown(ADA.sub, old.id)
        clock.wait(2 * DAY)
        counter.orders.clear_history(ADA)

        with pytest.raises(OrderingLockedError):
            place(counter)
        assert counter.orders.unlock(ADA.sub, old.id, str(locked.lock))
        assert counter.orders.entries(ADA) == []
        assert place(counter)

    def test_what_was_forgiven_stays_forgiven(self, counter: Counter, clock: Clock) -> None:
        old = sell(counter)
        clock.wait(DAY)
        place(counter)
        for _ in range(2):
            guess(counter, 3)
            counter.resend()
        locked = counter.orders.disown(ADA.sub, old.id)
        counter.orders.unlock(ADA.sub, old.id, str(locked.lock))
        counter.orders.clear_history(ADA)

        assert guess(counter, 3) == [WrongCodeError, WrongCodeError, CodeSpentError]

    def test_a_receipt_that_is_owed_stays_owed(self, counter: Counter, clock: Clock) -> None:
        sold = counter.sell()
        sell(counter)
        clock.wait(2 * DAY)
        counter.orders.clear_history(ADA)

        claimed = counter.owed.claim_of(ADA)
        assert claimed
        assert (claimed.id, claimed.pizza) == (sold.id, PIZZA)
        assert counter.owed.claim_of(ADA) is None

    def test_that_wasnt_me_works_while_the_link_in_the_letter_lives(
        self, counter: Counter, clock: Clock
    ) -> None:
        first = place(counter)
        clock.wait(ORDER_LIVES - SECOND)
        counter.resend()
        place(counter)
        clock.wait(DAY - SECOND)
        counter.orders.clear_history(ADA)

        assert counter.orders.disown(ADA.sub, first.id).locked

    def test_no_link_in_a_letter_lives_longer_than_its_order_matters(self) -> None:
        assert links.LIVES <= MATTERS_FOR


LOCKED = [WrongCodeError, WrongCodeError, OrderingLockedError]


def store_many(store: OrdersInMemory, count: int, placed: datetime) -> None:
    """Keep that many orders of Ada's that were confirmed long ago."""
    price = Menu.load().price(PIZZA)
    for number in range(1, count + 1):
        good_until = placed + ORDER_LIVES
        order = Order(f"id{number}", number, ADA.sub, PIZZA, price, placed, good_until)
        store.add(order.confirm(placed))


@dataclass
class Life:
    """A customer who does things; what they hear is a number, a state or a refusal."""

    clock: Clock
    keys: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Letters that unlock: when each was sent, of which order, and which lock it opens."""
    placed: int = 0

    def __post_init__(self) -> None:
        self.counter = Counter(self.clock, store=OrdersInMemory())
        self.orders = self.counter.orders

    def do(self, act: Act) -> object:
        """Do something, and what is heard then."""
        try:
            return act(self)
        except OrderingLockedError as locked:
            if locked.just_now:
                self.note_key(locked.order)
            return type(locked), locked.just_now, locked.order.number
        except WrongCodeError as wrong:
            return wrong.tries_left
        except OrderExpiredError:
            return NothingOrderedError  # which is all that is said of it once it is cleared
        except (OrderError, VerificationError) as refusal:
            return type(refusal)

    def place(self) -> object:
        if self.placed == self.orders.HISTORY:
            return None  # farther back nobody looks, and clearing would bring it nearer
        self.placed += 1
        return place(self.counter).number

    def guess(self) -> object:
        return self.orders.authorize(ADA, next(codes_but(self._code))).number

    def say_it(self) -> object:
        return self.orders.authorize(ADA, self._code).number

    def say_it_and_lose_the_receipt(self) -> object:
        sold = self.orders.authorize(ADA, self._code, receipt_to=SEALED)
        self.counter.owed.release(sold)
        return sold.number

    def make_up(self) -> object:
        owed = self.counter.owed.claim_of(ADA)
        if owed:
            self.counter.owed.settle(owed)
        return owed and owed.number

    def resend(self) -> object:
        return self.orders.resend(ADA).number

    def cancel(self) -> object:
        return self.orders.cancel(ADA).number

    def wasnt_me(self) -> object:
        """Say so by the oldest link that still lives."""
        sent = [(order.codes_sent[-1], order.id) for order, _, _ in self.counter.mailbox.brought]
        alive = [order_id for at, order_id in sent if self.clock.now() - at < links.LIVES]
        if not alive:
            return None
        order = self.orders.disown(ADA.sub, alive[0])
        if order.lock:
            self.note_key(order)
        return order.number, order.state, order.locked

    def ask_for_the_key(self) -> object:
        order = self.orders.key_wanted(ADA)
        self.note_key(order)
        return order.number

    def unlock(self) -> object:
        """Open the newest link that still lives."""
        alive = [key for at, *key in self.keys if self.clock.now() - at < links.LIVES]
        return self.orders.unlock(ADA.sub, *alive[-1]) if alive else None

    def note_key(self, order: Order) -> None:
        self.keys.append((self.clock.now(), order.id, str(order.lock)))

    @property
    def _code(self) -> str:
        return self.counter.mailbox.codes[-1] if self.placed else "4172"


Act = Callable[[Life], object]

ACTS: list[Act] = [
    Life.place,
    Life.guess,
    Life.say_it,
    Life.say_it_and_lose_the_receipt,
    Life.make_up,
    Life.resend,
    Life.cancel,
    Life.wasnt_me,
    Life.ask_for_the_key,
    Life.unlock,
]
SPANS = [6 * MINUTE, 35 * MINUTE, 61 * MINUTE, 23 * HOUR, 25 * HOUR]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([Life.place, Life.guess]),
            st.sampled_from(ACTS),
            st.sampled_from(SPANS),
            st.just("clear"),
        ),
        min_size=30,
        max_size=60,
    )
)
def test_whoever_clears_their_history_hears_what_they_would_have_heard_anyway(
    days: list[Act | timedelta | str],
) -> None:
    clock = Clock()
    tidy, untidy = Life(clock), Life(clock)
    for act in days:
        if isinstance(act, timedelta):
            clock.wait(act)
        elif isinstance(act, str):
            tidy.orders.clear_history(ADA)
            assert all(e.standing is Standing.WAITING for e in tidy.orders.entries(ADA))
        else:
            assert tidy.do(act) == untidy.do(act)


class TestClearingTheTable:
    """The same over the real table."""

    @pytest.fixture
    def cloud(self) -> Iterator[Cloud]:
        fresh = Cloud(table=TABLE, sender="pizza@pizza-on-demand.example")
        yield fresh
        fresh.wire.mend()
        fresh.close()

    @pytest.fixture
    def counter(self, cloud: Cloud, clock: Clock) -> Counter:
        return Counter(clock)

    def test_a_page_of_entries_is_one_read(self, counter: Counter, cloud: Cloud) -> None:
        place(counter)
        order = place(counter)
        for look in (
            lambda: counter.orders.entries(ADA),
            lambda: counter.orders.entries(ADA, before=2),
            lambda: counter.orders.entry(ADA, order.reference),
        ):
            cloud.wire.calls.clear()
            assert look()
            assert [call.name for call in cloud.wire.calls] == ["DynamoDB Query"]

    def test_a_cleared_order_dies_a_month_later_even_if_it_was_sold(self, counter: Counter) -> None:
        sold = sell(counter)
        counter.orders.clear_history(ADA)

        [item] = items()
        assert item["cleared"] is True
        assert item["expires"] == int((sold.good_until + timedelta(days=30)).timestamp())

    def test_a_cleared_order_that_locks_or_owes_a_receipt_does_not_die(
        self, counter: Counter
    ) -> None:
        owed = counter.sell()
        locked = counter.orders.disown(ADA.sub, sell(counter).id)
        counter.orders.clear_history(ADA)
        assert ["expires" in item for item in items()] == [False, False]

        counter.owed.settle(owed)
        counter.orders.unlock(ADA.sub, locked.id, str(locked.lock))
        assert ["expires" in item for item in items()] == [True, True]

    def test_an_order_from_before_histories_could_be_cleared_is_seen(
        self, counter: Counter
    ) -> None:
        order = place(counter)
        [item] = items()
        del item["cleared"]
        boto3.resource("dynamodb").Table(TABLE).put_item(Item=item)

        assert counter.orders.entry(ADA, order.reference).order == order

    def test_an_order_from_before_there_were_languages_is_one_in_american_english(
        self, counter: Counter
    ) -> None:
        order = counter.orders.place(ADA, counter.orders.new_id(), PIZZA, locale="en-GB")
        [item] = items()
        assert item.pop("locale") == "en-GB"
        boto3.resource("dynamodb").Table(TABLE).put_item(Item=item)

        kept = counter.orders.entry(ADA, order.reference).order
        assert kept == replace(order, locale="en-US")

    def test_when_it_stops_halfway_it_can_be_gone_on_with(
        self, counter: Counter, cloud: Cloud, clock: Clock
    ) -> None:
        for _ in range(6):
            sell(counter)
            clock.wait(DAY)
        allowed = iter(range(3))
        cloud.wire.begin("trouble", lambda request: fail_deletes(request, allowed))
        with pytest.raises(OrdersUnavailableError):
            counter.orders.clear_history(ADA)
        assert kept(counter) == [4, 5, 6]
        assert standings(counter) == [Standing.CONFIRMED] * 3

        cloud.wire.mend()
        counter.orders.clear_history(ADA)
        assert kept(counter) == [6]

    def test_when_time_is_out_it_stops(self, counter: Counter, clock: Clock) -> None:
        sell(counter)
        with deadline.of_turn(0), pytest.raises(OrdersUnavailableError):
            counter.orders.clear_history(ADA)


def fail_deletes(request: Request, allowed: Iterator[int]) -> Response | None:
    """Let some orders be removed, and no more."""
    if request.headers.get("X-Amz-Target") != "DynamoDB_20120810.DeleteItem":
        return None
    return None if next(allowed, None) is not None else Response("", 500)


def items() -> list[dict[str, Any]]:
    """What the table holds."""
    return list(boto3.resource("dynamodb").Table(TABLE).scan()["Items"])
