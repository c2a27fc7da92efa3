"""The verbs of ordering, each a look at the history and at most one write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import NoReturn, TypeVar

from pizza_on_demand.customers import Customer
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders.errors import (
    AlreadyConfirmedError,
    ConfirmationUnknownError,
    NoSuchOrderError,
    NothingOrderedError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
)
from pizza_on_demand.orders.history import History
from pizza_on_demand.orders.order import Entry, Order, OwedReceipt, Standing, State
from pizza_on_demand.orders.owed_receipts import LEASE
from pizza_on_demand.orders.ports import ConflictError, Courier, OrderStore
from pizza_on_demand.verification import (
    Challenge,
    Channel,
    Code,
    CodeExpiredError,
    CodeMaker,
    CodeSpentError,
    CodeUnavailableError,
    CodeUncheckedError,
    Destination,
    Limits,
    NoDestinationError,
    PinAnswer,
    TooManyCodesError,
    UnfitCodeError,
    WrongCodeError,
    pin_mark,
)

HOUR = timedelta(hours=1)

Outcome = TypeVar("Outcome")

_REFERENCE = re.compile(r"(?P<number>[0-9]{1,8})-.+", re.ASCII)


class Orders:
    """Places orders, and confirms them against a code.

    A code goes out after its order is kept, so whatever dies in between leaves an order
    that waits, for which a new code can be sent; and there is no code without an order.

    Args:
        couriers: one for each channel that codes can take.
        order_lives: how long an order waits for its code.
        new_id: makes an id that nobody else makes.

    Raises:
        OrdersUnavailableError: from every verb, when the store is away. What was to be
            written may have been written even so: say the same again, nothing happens twice.
    """

    TRIES_TO_WRITE = 10
    """Each conflict means that somebody else got further, and an hour's limits soon end that."""
    HISTORY = 10
    """Orders to look back on: for the usual, and for a link in an older mail."""
    PAGE = 100
    """Orders to read at once when all are read."""

    def __init__(
        self,
        store: OrderStore,
        menu: Menu,
        codes: CodeMaker,
        couriers: Mapping[Channel, Courier],
        limits: Limits,
        *,
        order_lives: timedelta,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._menu = menu
        self._codes = codes
        self._couriers = couriers
        self._limits = limits
        self._order_lives = order_lives
        self._now = now
        self.new_id = new_id

    def count(self, customer: Customer) -> int:
        """How many orders the customer can look back on."""
        return sum(not order.cleared for order in self._all(customer.sub))

    def latest(self, customer: Customer) -> Order | None:
        """The customer's newest order, whatever became of it, unless it was cleared."""
        return self._history(customer.sub).first(lambda order: not order.cleared)

    def waiting(self, customer: Customer) -> Order | None:
        """The order that waits for its code, if one does."""
        return self._waiting(self._history(customer.sub))

    def check_unlocked(self, customer: Customer) -> Order | None:
        """The order that waits for its code, if one does.

        Raises:
            OrderingLockedError: the link in the mail must be opened before anything is ordered.
        """
        history = self._history(customer.sub)
        history.check_lock()
        return self._waiting(history)

    def open(self, customer: Customer, reference: str | None = None) -> Order:
        """The order that waits for its code.

        Args:
            reference: of the order that is meant; None takes the newest.

        Raises:
            OrderError: there is none, or it is not the one; the type says why.
        """
        return self._settle(customer.sub, lambda history: self._open(history, reference))

    def entries(
        self, customer: Customer, *, count: int = 20, before: int | None = None
    ) -> Sequence[Entry]:
        """The customer's orders, newest first; those that were cleared are left out.

        Args:
            count: no more than that; fewer are all that there are.
            before: the number of the last one seen: those that were placed before it.
        """
        # The order of that number is read too: it tells whether the next was replaced.
        orders = self._store.recent(customer.sub, count + 1, up_to=before)
        entries = History(customer.sub, orders).entries(self._now())
        return [entry for entry in entries if before is None or entry.order.number < before][:count]

    def entry(self, customer: Customer, reference: str) -> Entry:
        """An order of the customer.

        Raises:
            NoSuchOrderError: they have none of that reference, or have cleared it.
        """
        return self._entry(customer.sub, reference)

    def last_confirmed(self, customer: Customer) -> Order | None:
        """The newest order that was confirmed: the one to have a receipt of, or to have again."""
        history = self._history(customer.sub)
        return history.first(lambda order: order.state is State.CONFIRMED and not order.cleared)

    def usual(self, customer: Customer) -> Pizza | None:
        """What the customer had the last time."""
        last = self.last_confirmed(customer)
        return last.pizza if last else None

    def place(
        self,
        customer: Customer,
        order_id: str,
        pizza: Pizza,
        *,
        locale: str = "en-US",
        pin_of: str | None = None,
    ) -> Order:
        """Place an order and send its code; one that still waits cannot be confirmed then.

        Args:
            order_id: from `new_id`, chosen when the order was read back: a yes that
                arrives twice places one order and sends one code.
            locale: the language in which its letters are to be written.
            pin_of: the person whom Alexa will ask for a PIN: then no code is sent (yet).

        Raises:
            MenuError: the shop does not sell that.
            OrderingLockedError: the link in the mail must be opened first.
            TooManyCodesError, NoDestinationError: nothing was ordered.
            UnconfirmedEmailError: nobody has shown yet that the address is theirs.
            CodeUnavailableError: the order waits, and its code can be sent again.
        """
        price = self._menu.price(pizza)

        def add(history: History) -> Order:
            history.check_lock()
            if same := history.with_id(order_id):
                return same
            to = self._destination(customer, None)  # a PIN needs one too, should it fail
            now = self._now()
            order = Order(
                id=order_id,
                number=history.next_number,
                sub=customer.sub,
                pizza=pizza,
                price=price,
                placed=now,
                good_until=now + self._order_lives,
                locale=locale,
                wrong_in_a_row=history.wrong_in_a_row,
            )
            if pin_of:
                self._check_codes(history)
                return self._store.add(self._with_pin(order, pin_of))
            return self._send_code(order, to, history, self._store.add)

        return self._settle(customer.sub, add)

    def resend(
        self,
        customer: Customer,
        channel: Channel | None = None,
        reference: str | None = None,
        *,
        instead_of: str | None = None,
    ) -> Order:
        """Send a new code, which makes the last one, or the PIN that is asked for, useless.

        Args:
            channel: None takes the same way as before.
            reference: of the order that is meant; None takes the newest.
            instead_of: the id of the only challenge that it may take the place of.

        Raises:
            OrderError: there is no order that a code could be for; the type says why.
            VerificationError: no code was sent; the type says why.
            UnconfirmedEmailError: nobody has shown yet that the address is theirs.
        """

        def send(history: History) -> Order:
            order = self._open(history, reference)
            if instead_of and (order.challenge is None or order.challenge.id != instead_of):
                raise CodeExpiredError
            before = order.challenge.channel if order.challenge else None
            to = self._destination(customer, channel or before)
            return self._send_code(order, to, history, self._store.replace)

        return self._settle(customer.sub, send)

    def authorize(
        self,
        customer: Customer,
        code: str | PinAnswer,
        reference: str | None = None,
        *,
        receipt_to: str | None = None,
    ) -> Order:
        """Confirm the order that waits, if the code or the PIN is right. It happens once.

        Nobody learns whether a code was right before the try is written down, so many
        that are said at once are told no more than a code's tries allow.

        Args:
            reference: of the order that is meant; None takes the newest.
            receipt_to: whom its receipt goes to, sealed. The same write notes that it is owed,
                and whoever is given the order has to send it. None owes none.

        Raises:
            OrderError: there is no order to confirm; the type says why.
            ConfirmationUnknownError: the try was not written down, or nobody knows.
            VerificationError: the code is not good; the type says why.
        """

        @cache  # Auth0 takes a right code once, and counts the wrong ones itself.
        def is_right(kept: str, binding: str, channel: Channel | None) -> bool:
            if isinstance(code, PinAnswer):
                return code.is_right
            to = self._destination(customer, channel)
            try:
                return self._codes.accepts(kept, binding, code, to)
            except CodeUnavailableError as error:
                raise CodeUncheckedError(str(error)) from error

        def try_it(history: History) -> Order:
            order = self._open(history, reference)
            challenge = self._challenge(order, code)
            if is_right(challenge.kept, order.binding(challenge.id), challenge.channel):
                now = self._now()
                owed = OwedReceipt(receipt_to, due=now + LEASE) if receipt_to else None
                return self._write_try(order.confirm(now, owed))
            return self._refuse(self._write_try(self._missed(order, challenge, history)))

        return self._settle(customer.sub, try_it)

    def cancel(self, customer: Customer, reference: str | None = None) -> Order:
        """Cancel the order that waits.

        Args:
            reference: of the order that is meant; None takes the newest.

        Raises:
            OrderError: there is none, or it is not the one; the type says why.
        """

        def call_off(history: History) -> Order:
            return self._store.replace(self._open(history, reference).cancel())

        return self._settle(customer.sub, call_off)

    def disown(self, sub: str, order_id: str) -> Order:
        """Lock voice ordering, and cancel the order if it waits: it was somebody else's.

        Doing it twice changes nothing, even if ordering was unlocked in between.

        Returns:
            The order; it has a lock, unless ordering was locked before.

        Raises:
            NothingOrderedError: there is no such order any more.
        """

        def lock(history: History) -> Order:
            order = self._find(history, order_id)
            if order.disowned:
                return order
            if order.state is State.PENDING:
                order = order.cancel()
            is_locked = history.first(lambda other: other.locked)
            key = order.lock if is_locked else self.new_id()
            return self._store.replace(replace(order, disowned=True, lock=key))

        return self._settle(sub, lock)

    def unlock(self, sub: str, order_id: str, lock: str) -> bool:
        """Open voice ordering again, and forgive the wrong codes.

        Doing it twice changes nothing.

        Args:
            lock: the one that the order had when the mail was written.

        Returns:
            Whether ordering is open now: the key of an older lock opens no newer one.

        Raises:
            NothingOrderedError: there is no such order any more.
        """

        def open_up(history: History) -> bool:
            order = self._find(history, order_id)
            if order.lock == lock:
                order = self._store.replace(
                    replace(order, lock=None, unlocked=self._now(), wrong_in_a_row=0)
                )
            others = history.first(lambda other: other.locked and other.id != order_id)
            return not (order.locked or others)

        return self._settle(sub, open_up)

    def key_wanted(self, customer: Customer) -> Order:
        """The locked order whose key the customer wants to have mailed; counted like a code.

        Raises:
            NothingOrderedError: ordering is not locked.
            TooManyCodesError: the mailbox has had enough for now.
        """

        def count(history: History) -> Order:
            order = history.first(lambda order: order.locked)
            if order is None:
                raise NothingOrderedError
            self._check_codes(history)
            sent = (*order.codes_sent, self._now())
            return self._store.replace(replace(order, codes_sent=sent))

        return self._settle(customer.sub, count)

    def clear_history(self, customer: Customer) -> None:
        """Show the customer's orders nowhere any more, but for one that waits for its code.

        They are removed, oldest first, unless they still matter: to limits, locks and letters
        they go on mattering as before. Doing it again goes on from wherever it has stopped.

        Raises:
            OrdersUnavailableError: time is out, or the store is away; some may be left.
        """
        self._settle(customer.sub, lambda history: self._clear_all(history, waiting_too=False))

    def erase(self, sub: str) -> None:
        """Remove all orders, as `clear_history` does, and one that waits for its code too.

        What limits, locks and letters go by outlives this as well, out of sight: whoever has
        used up their guesses does not get new ones by having their data deleted.

        Raises:
            OrdersUnavailableError: time is out, or the store is away; some may be left.
        """
        self._settle(sub, lambda history: self._clear_all(history, waiting_too=True))

    def _all(self, sub: str) -> Iterator[Order]:
        """Every order, oldest first, read page by page."""
        after = 0
        while page := self._store.oldest(sub, self.PAGE, after=after):
            yield from page
            after = page[-1].number

    def _clear_all(self, history: History, *, waiting_too: bool) -> None:
        now = self._now()
        for order in self._all(history.sub):
            is_newest = order.number >= history.next_number - 1
            waits = is_newest and order.is_waiting(now)
            if not waits or waiting_too:
                # The newest one counts the orders, and the wrong codes in a row.
                gone = order.cancel() if waits else order
                self._clear(gone, keep=is_newest or order.matters(now))

    def _clear(self, order: Order, *, keep: bool) -> None:
        if not keep:
            self._store.remove(order)
        elif not order.cleared:
            self._store.replace(order.clear())

    def _settle(self, sub: str, change: Callable[[History], Outcome]) -> Outcome:
        """Change what there is, and look again whenever somebody else was faster."""
        for _ in range(self.TRIES_TO_WRITE):
            try:
                return change(self._history(sub))
            except ConflictError:
                continue
        raise OrdersUnavailableError

    def _history(self, sub: str) -> History:
        # Each order of the last hour has had a code at least, so as many orders as an hour
        # allows codes hold all that were sent.
        count = max(self.HISTORY, self._limits.codes_an_hour)
        return History(sub, self._store.recent(sub, count))

    def _find(self, history: History, order_id: str) -> Order:
        order = history.with_id(order_id)
        if order is None:
            raise NothingOrderedError
        return order

    def _entry(self, sub: str, reference: str) -> Entry:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise NoSuchOrderError
        # The order that was placed next tells whether this one was replaced.
        orders = self._store.recent(sub, 2, up_to=int(match["number"]) + 1)
        entry = History(sub, orders).entry(reference, self._now())
        if entry is None:
            raise NoSuchOrderError
        return entry

    def _waiting(self, history: History) -> Order | None:
        order = history.latest
        return order if order and order.is_waiting(self._now()) else None

    def _open(self, history: History, reference: str | None) -> Order:
        """The newest order, if it waits for its code, and if it is the one that is meant."""
        history.check_lock()
        if reference is None:
            entry = self._newest(history)
        else:
            entry = history.entry(reference, self._now()) or self._older(history.sub, reference)
        order = entry.order
        match entry.standing:
            case Standing.WAITING:
                return order
            case Standing.CONFIRMED:
                raise AlreadyConfirmedError(order)
            case Standing.EXPIRED if not order.cleared:
                raise OrderExpiredError(order)
        raise NothingOrderedError

    def _newest(self, history: History) -> Entry:
        order = history.latest
        if order is None or self._is_long_over(order):
            raise NothingOrderedError
        return Entry(order, order.standing(None, self._now()))

    def _older(self, sub: str, reference: str) -> Entry:
        """An order that is not among the newest."""
        entry = self._entry(sub, reference)
        if entry.standing is Standing.WAITING:
            # It was placed after they were read, and its limits go by all of them.
            raise ConflictError
        return entry

    def _is_long_over(self, order: Order) -> bool:
        """Whether a code that is said now can hardly be meant for this order."""
        return self._now() >= order.good_until + HOUR

    def _send_code(
        self, order: Order, to: Destination, history: History, keep: Callable[[Order], Order]
    ) -> Order:
        self._check_codes(history)
        order, code = self._with_code(order, to.channel)
        order = keep(order)
        try:
            self._couriers[to.channel].deliver(order, code, to)
        except CodeUnavailableError:
            self._take_back(order)
            raise
        return order

    def _take_back(self, order: Order) -> None:
        """No code is good for an order whose own was not sent.

        Auth0 would go on taking the last one that it sent there, which may have been for
        another order.
        """
        with suppress(ConflictError, OrdersUnavailableError):
            self._store.replace(replace(order, challenge=None))

    def _check_codes(self, history: History) -> None:
        """No more codes than an hour allows, whether they arrived or not."""
        now = self._now()
        sent = history.codes_sent(since=now - HOUR)
        if len(sent) >= self._limits.codes_an_hour:
            raise TooManyCodesError(sent[-self._limits.codes_an_hour] + HOUR - now)

    def _with_code(self, order: Order, channel: Channel) -> tuple[Order, Code]:
        challenge_id = self.new_id()
        code = self._codes.make(order.binding(challenge_id))
        tries = self._limits.tries
        return self._challenged(order, challenge_id, channel, code.kept, tries), code

    def _with_pin(self, order: Order, person: str) -> Order:
        challenge_id = self.new_id()
        mark = pin_mark(order.binding(challenge_id), person)
        # Alexa lets the person try more than once before she says that the PIN was wrong.
        return self._challenged(order, challenge_id, None, mark, tries=1)

    def _challenged(
        self, order: Order, challenge_id: str, channel: Channel | None, kept: str, tries: int
    ) -> Order:
        now = self._now()
        good_until = now + self._limits.lives
        challenge = Challenge(challenge_id, channel, good_until, tries, kept)
        return replace(order, challenge=challenge, codes_sent=(*order.codes_sent, now))

    def _destination(self, customer: Customer, channel: Channel | None) -> Destination:
        """Where a code goes: as wanted, or else to the mailbox, or else to the phone."""
        if channel is None:
            by_phone = Channel.SMS in self._couriers and customer.phone is not None
            channel = Channel.SMS if by_phone and not customer.email_verified else Channel.EMAIL
        address = customer.phone if channel is Channel.SMS else customer.confirmed_email
        if address is None or channel not in self._couriers:
            raise NoDestinationError(channel)
        return Destination(channel, address, customer.sub)

    def _challenge(self, order: Order, code: str | PinAnswer) -> Challenge:
        """The challenge that a code or a PIN can be tried against."""
        challenge = order.challenge
        if challenge is None or not _is_tried_with(code, challenge, order):
            raise CodeExpiredError
        challenge.check_open(self._now())
        if isinstance(code, str) and not self._is_fit(code):
            raise UnfitCodeError(self._limits.length)
        return challenge

    def _is_fit(self, code: str) -> bool:
        return code.isascii() and code.isdigit() and len(code) == self._limits.length

    def _write_try(self, order: Order) -> Order:
        """Write down what a code has come to; a failure does not tell whether it was right."""
        try:
            return self._store.replace(order)
        except OrdersUnavailableError as error:
            raise ConfirmationUnknownError(str(error)) from error

    def _missed(self, order: Order, challenge: Challenge, history: History) -> Order:
        """The order after a wrong code: the last try spends the code, and too many lock."""
        now = self._now()
        missed = challenge.missed()
        is_spent = missed.tries_left == 0
        spent = history.codes_spent(since=now - HOUR) + is_spent
        in_a_row = order.wrong_in_a_row + 1
        too_many = is_spent and spent >= self._limits.spent_an_hour
        too_many |= in_a_row >= self._limits.wrong_in_a_row
        return replace(
            order,
            challenge=missed,
            codes_spent=(*order.codes_spent, now) if is_spent else order.codes_spent,
            wrong_in_a_row=in_a_row,
            lock=self.new_id() if too_many else None,
        )

    def _refuse(self, order: Order) -> NoReturn:
        if order.locked:
            raise OrderingLockedError(order, just_now=True)
        if order.challenge and order.challenge.tries_left > 0:
            raise WrongCodeError(order.challenge.tries_left)
        raise CodeSpentError


def _is_tried_with(code: str | PinAnswer, challenge: Challenge, order: Order) -> bool:
    if isinstance(code, str):
        return challenge.channel is not None
    return code.answers(challenge, order.binding(challenge.id))
