"""Receipts that are owed: kept with the order, claimed by one at a time, sent by the sweep."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

import sweep_function
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.composition.counter import receipt_seals
from pizza_on_demand.emails import Letter
from pizza_on_demand.menu import Menu
from pizza_on_demand.orders import Order, OrdersUnavailableError
from pizza_on_demand.orders.owed_receipts import LEASE
from pizza_on_demand.receipts import OWED_FOR, Receipt, Receipts
from pizza_on_demand.sweep.door import ONE_TAKES_MS, SweepDoor
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.faults import FAULTS
from simulator.function import LambdaContext
from simulator.mailbox import Mailbox
from tests.ordering import ADA, KEY, MARY, PIZZA, TABLE, BusyStore, Counter, OrdersInMemory
from tests.stopped_clock import StoppedClock

SECOND = timedelta(seconds=1)
MINUTE_MS = 60_000
SENDER = "pizza@pizza-on-demand.example"
SETTINGS = {"TABLE_NAME": TABLE, "MAIL_FROM": SENDER, "LINK_KEYS": KEY}

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table=TABLE, sender=SENDER)
    yield fresh
    fresh.wire.mend()
    fresh.close()


class Killed(BaseException):
    """The process is gone."""


@dataclass
class MortalMailer:
    """A mailer whose process dies just before, or just after, the mail is taken."""

    mailer: SesMailer
    dies: str

    def send(self, letter: Letter) -> None:
        if self.dies == "after":
            self.mailer.send(letter)
        raise Killed


class Shop:
    """A counter and a sweep in front of one table, and everybody's mailbox."""

    def __init__(self, cloud: Cloud) -> None:
        self.clock = StoppedClock()
        self.counter = Counter(self.clock)
        self.mailbox = Mailbox(cloud.backstage, self.clock.now)
        self.mailer = SesMailer(SENDER, None)
        self.receipts = self.receipts_with(KEY)

    def receipts_with(self, *keys: str, dies: str | None = None) -> Receipts:
        mailer = MortalMailer(self.mailer, dies) if dies else self.mailer
        seals = receipt_seals(keys, self.clock.now)
        return Receipts(self.counter.owed, mailer, Menu.load().shop, seals)

    def sell(self, customer: Any = ADA) -> Order:
        """Confirm an order, and do not send its receipt yet."""
        code = self.counter.place(customer)
        to = self.receipts.addressed(customer)
        return self.counter.orders.authorize(customer, code, receipt_to=to)

    def sell_while_mail_is_away(self, customer: Any = ADA) -> Order:
        order = self.sell(customer)
        self.counter.owed.release(order)
        return order

    def sweep(self, *keys: str, time_ms: int = MINUTE_MS) -> dict[str, int]:
        receipts = self.receipts_with(*(keys or (KEY,)))
        door = SweepDoor(self.counter.owed, receipts, now=self.clock.now)
        return door({}, LambdaContext(time_ms))

    def received(self) -> list[str]:
        """Who has got a receipt, oldest first."""
        return [mail.to for mail in self.mailbox.mails()]


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def item() -> dict[str, Any]:
    [only] = boto3.resource("dynamodb").Table(TABLE).scan()["Items"]
    return only


def owing() -> int:
    """How many items the index holds."""
    found = boto3.resource("dynamodb").Table(TABLE).scan(IndexName="owing")
    return len(found["Items"])


class TestWhatIsKept:
    def test_an_order_is_sold_and_owes_its_receipt_in_one_write(
        self, shop: Shop, cloud: Cloud
    ) -> None:
        code = shop.counter.place()
        cloud.wire.calls.clear()
        order = shop.counter.orders.authorize(ADA, code, receipt_to="sealed")

        assert [call.name for call in cloud.wire.calls] == ["DynamoDB Query", "DynamoDB PutItem"]
        assert order.confirmed
        assert order.receipt_owed
        assert order.receipt_owed.due == order.confirmed + LEASE
        assert "sealed" not in repr(order)
        assert shop.counter.orders.latest(ADA) == order

    def test_neither_the_address_nor_the_name_can_be_read_in_it(self, shop: Shop) -> None:
        shop.sell()

        assert "ada" not in json.dumps(item() | {"pk": ""}, default=str).lower()

    def test_the_address_goes_as_soon_as_the_receipt_has(self, shop: Shop) -> None:
        assert shop.receipts.send(shop.sell()) is Receipt.SENT

        assert {"receipt_to", "receipt_due", "owes"} & item().keys() == set()
        assert owing() == 0

    def test_whoever_has_no_confirmed_address_is_owed_none(self, shop: Shop) -> None:
        texted = replace(ADA, email_verified=False)
        shop.counter.orders.place(texted, "yes", PIZZA)
        code = shop.counter.phone.codes[-1]
        to = shop.receipts.addressed(texted)
        order = shop.counter.orders.authorize(texted, code, receipt_to=to)

        assert order.receipt_owed is None
        assert shop.receipts.send(order) is Receipt.NONE
        assert shop.received() == []


class TestClaiming:
    def test_nobody_is_given_a_receipt_that_somebody_is_sending(self, shop: Shop) -> None:
        order = shop.sell()

        for _ in range(2):
            assert shop.counter.owed.due(9) == []
            assert shop.counter.owed.claim(ADA.sub, order.number) is None
            assert shop.counter.owed.claim_of(ADA) is None
            shop.clock.wait(LEASE - timedelta(minutes=1) - SECOND)

    def test_whoever_dies_meanwhile_has_not_lost_it(self, shop: Shop) -> None:
        order = shop.sell()
        shop.clock.wait(LEASE)
        assert shop.counter.owed.claim(ADA.sub, order.number)
        shop.clock.wait(LEASE)

        assert shop.counter.owed.due(9) == [(ADA.sub, order.number)]
        assert shop.counter.owed.claim_of(ADA)

    def test_one_that_was_put_back_is_due_at_once(self, shop: Shop) -> None:
        order = shop.sell_while_mail_is_away()

        assert shop.counter.owed.due(9) == [(ADA.sub, order.number)]
        assert shop.counter.owed.claim(ADA.sub, order.number)
        assert shop.counter.owed.due(9) == []

    def test_the_longest_due_come_first_and_no_more_than_wanted(self, shop: Shop) -> None:
        for customer in (MARY, ADA):
            shop.sell_while_mail_is_away(customer)
            shop.clock.wait(SECOND)

        assert shop.counter.owed.due(1) == [(MARY.sub, 1)]
        assert shop.counter.owed.due(9) == [(MARY.sub, 1), (ADA.sub, 1)]

    def test_an_order_of_long_ago_is_found_behind_all_that_came_after(self, shop: Shop) -> None:
        old = shop.sell_while_mail_is_away()
        for _ in range(12):
            shop.clock.wait(timedelta(hours=1))
            shop.counter.place()

        assert shop.counter.owed.claim_of(ADA) is None
        assert shop.counter.owed.claim(ADA.sub, old.number)

    def test_an_order_that_was_removed_is_claimed_by_nobody(self, shop: Shop) -> None:
        first = shop.sell()
        boto3.resource("dynamodb").Table(TABLE).delete_item(
            Key={"pk": item()["pk"], "sk": item()["sk"]}
        )

        assert shop.counter.owed.claim(ADA.sub, first.number) is None
        shop.counter.owed.settle(first)
        assert shop.counter.orders.latest(ADA) is None

    def test_nobody_is_given_an_older_order_in_the_place_of_one_that_is_gone(self) -> None:
        counter = Counter(StoppedClock(), store=OrdersInMemory())
        sold = counter.sell()
        counter.clock.wait(LEASE)

        assert counter.owed.claim(ADA.sub, sold.number + 1) is None
        assert counter.owed.claim(ADA.sub, sold.number)

    def test_of_two_who_have_found_it_at_once_one_is_given_it(self) -> None:
        busy = BusyStore("recent")
        counter = Counter(StoppedClock(), store=busy)
        sold = counter.sell()
        counter.clock.wait(LEASE)
        faster: list[Order | None] = []
        busy.then = lambda: faster.append(counter.owed.claim(ADA.sub, sold.number))

        assert counter.owed.claim(ADA.sub, sold.number) is None
        assert [order and order.number for order in faster] == [sold.number]

    def test_what_somebody_else_has_claimed_is_not_put_back(self, shop: Shop) -> None:
        slow = shop.sell()
        shop.clock.wait(LEASE)
        quick = shop.counter.owed.claim(ADA.sub, slow.number)
        assert quick
        shop.counter.owed.release(slow)
        assert shop.counter.owed.due(9) == []

        shop.counter.owed.settle(quick)
        shop.counter.owed.release(quick)
        assert owing() == 0

    def test_it_is_noted_beside_whatever_else_happens_to_the_order(self, shop: Shop) -> None:
        order = shop.sell()
        shop.counter.orders.clear_history(ADA)
        shop.counter.owed.settle(order)

        assert (item()["cleared"], owing()) == (True, 0)

    def test_it_is_not_noted_for_ever(self) -> None:
        class Contested(OrdersInMemory):
            """Somebody else writes before each write of ours."""

            def replace(self, order: Order) -> Order:
                if order.receipt_owed is None:
                    super().replace(self.recent(order.sub, 1)[0])
                return super().replace(order)

        counter = Counter(Clock(), store=Contested())

        with pytest.raises(OrdersUnavailableError):
            counter.owed.settle(counter.sell())


class TestTheSweep:
    def test_it_sends_what_is_owed_once(self, shop: Shop) -> None:
        for customer in (ADA, MARY):
            shop.sell_while_mail_is_away(customer)

        assert shop.sweep() == {"sent": 2, "failed": 0, "given_up": 0}
        assert shop.sweep() == {"sent": 0, "failed": 0, "given_up": 0}
        assert shop.received() == ["ada@example.com", "mary@example.com"]
        assert "Hello Mary" in shop.mailbox.mails()[-1].text

    @pytest.mark.parametrize(("dies", "copies"), [("before", 1), ("after", 2)])
    def test_a_process_that_dies_over_a_receipt_does_not_lose_it(
        self, shop: Shop, dies: str, copies: int
    ) -> None:
        """It comes twice if the mail was taken before: nobody can know that."""
        with pytest.raises(Killed):
            shop.receipts_with(KEY, dies=dies).send(shop.sell())
        assert shop.sweep()["sent"] == 0
        shop.clock.wait(LEASE)

        assert shop.sweep()["sent"] == 1
        assert shop.received() == ["ada@example.com"] * copies

    def test_while_mail_is_away_it_stops_at_the_first_and_comes_back(
        self, shop: Shop, cloud: Cloud
    ) -> None:
        for customer in (ADA, MARY):
            shop.sell_while_mail_is_away(customer)
        cloud.wire.begin("away", FAULTS["mail throttled"].make())
        cloud.wire.calls.clear()

        assert shop.sweep() == {"sent": 0, "failed": 1, "given_up": 0}
        assert [c.name for c in cloud.wire.calls].count("SES SendEmail") == 1
        cloud.wire.mend()
        assert shop.sweep()["sent"] == 2

    def test_one_letter_that_is_refused_does_not_hold_up_the_others(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        shop.sell_while_mail_is_away(replace(MARY, email="märy@example.com"))
        shop.sell_while_mail_is_away()

        assert shop.sweep() == {"sent": 1, "failed": 1, "given_up": 0}
        assert shop.received() == ["ada@example.com"]
        [record] = [r for r in caplog.records if r.message == "receipt not sent"]
        assert vars(record)["reason"] == "malformed address"

    def test_after_a_day_it_gives_up_deletes_the_address_and_lets_an_operator_know(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = shop.sell_while_mail_is_away()
        shop.clock.wait(OWED_FOR - SECOND)
        assert shop.counter.owed.due(9)
        shop.clock.wait(SECOND)

        assert shop.sweep() == {"sent": 0, "failed": 0, "given_up": 1}
        assert (owing(), "receipt_to" in item(), shop.received()) == (0, False, [])
        [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
        assert (record.message, vars(record)["order"]) == ("receipt given up", order.reference)

    def test_an_address_that_nobody_can_read_stays_owed_until_then(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        shop.sell_while_mail_is_away()

        assert shop.sweep("another key of thirty-two characters")["failed"] == 1
        assert [vars(r)["reason"] for r in caplog.records] == ["SealBrokenError"]
        assert shop.sweep()["sent"] == 1

    def test_it_begins_no_receipt_that_it_may_not_end(self, shop: Shop) -> None:
        shop.sell_while_mail_is_away()

        assert shop.sweep(time_ms=ONE_TAKES_MS - 1)["sent"] == 0
        assert owing() == 1
        assert shop.sweep()["sent"] == 1

    def test_a_table_that_is_away_is_a_line_in_the_log(
        self, shop: Shop, cloud: Cloud, caplog: pytest.LogCaptureFixture
    ) -> None:
        shop.sell_while_mail_is_away()
        cloud.wire.begin("away", FAULTS["table refused"].make())

        assert shop.sweep()["sent"] == 0
        [record] = caplog.records
        assert (record.message, vars(record)["reason"]) == (
            "receipts not swept",
            "AccessDeniedException",
        )

    def test_a_mail_that_could_not_be_noted_may_come_again_and_the_log_says_so(
        self, shop: Shop, cloud: Cloud, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = shop.sell()
        cloud.wire.begin("away", FAULTS["table refused"].make())

        assert shop.receipts.send(order) is Receipt.SENT
        [record] = caplog.records
        assert record.message == "receipt not noted"
        cloud.wire.mend()
        shop.clock.wait(LEASE)
        assert shop.sweep()["sent"] == 1

    def test_a_mistake_over_one_receipt_is_noted_and_the_next_one_is_sent(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = shop.sell_while_mail_is_away(MARY)
        seals = receipt_seals([KEY], shop.clock.now)
        broken = {"receipt_to": seals.seal({"odd": "facts"})}
        boto3.resource("dynamodb").Table(TABLE).put_item(Item=item() | broken)
        shop.sell_while_mail_is_away()

        assert shop.sweep() == {"sent": 1, "failed": 1, "given_up": 0}
        assert order.sub == MARY.sub
        assert [r.message for r in caplog.records] == ["mistake"]


class TestTheFunction:
    @pytest.fixture(autouse=True)
    def fresh_process(self) -> Iterator[None]:
        yield
        sweep_function.door_of_this_process.cache_clear()

    def test_it_sweeps_with_the_settings_of_its_environment(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.sell_while_mail_is_away()
        for name, value in SETTINGS.items():
            monkeypatch.setenv(name, value)

        assert sweep_function.lambda_handler({}, LambdaContext(MINUTE_MS))["sent"] == 1

    def test_one_that_is_not_set_up_says_what_is_missing(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)

        assert sweep_function.lambda_handler({}, LambdaContext(MINUTE_MS)) == {}
        [record] = caplog.records
        missing = ["TABLE_NAME", "MAIL_FROM", "LINK_KEYS"]
        assert vars(record)["problems"] == [f"{name} is missing" for name in missing]
