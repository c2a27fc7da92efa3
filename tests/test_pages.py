"""The pages of the order page, as they come over HTTP."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.order_items import NOT_SOLD_KEPT_FOR
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.customers import AccountBlockedError, MissingScopeError, UnconfirmedEmailError
from pizza_on_demand.emails import MailUnavailableError
from pizza_on_demand.languages import Language
from pizza_on_demand.live import open_pages
from pizza_on_demand.menu import NotOnTheMenuError, Pizza, QuantityError
from pizza_on_demand.orders import (
    AlreadyConfirmedError,
    NoSuchOrderError,
    NothingOrderedError,
    Order,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
)
from pizza_on_demand.verification import (
    Challenge,
    Channel,
    CodeExpiredError,
    CodeSpentError,
    CodeUnavailableError,
    CodeUncheckedError,
    NoDestinationError,
    TooManyCodesError,
    UnfitCodeError,
    WrongCodeError,
)
from pizza_on_demand.visits import REMEMBERED_FOR
from pizza_on_demand.web import sessions
from pizza_on_demand.web.api import problems
from pizza_on_demand.web.pages import rendering
from pizza_on_demand.web.refusals import refusal_of
from simulator.opened import opened
from simulator.world import TABLE, World
from tests.an_order import an_order
from tests.locales import LANGUAGES
from tests.visitor import Visitor

HTML = '<img src=x onerror="alert(1)">'
AGAIN_IN = timedelta(minutes=19, seconds=1)

REFUSALS = [
    NoSuchOrderError(),
    NothingOrderedError(),
    AlreadyConfirmedError(an_order()),
    OrderExpiredError(an_order()),
    OrderingLockedError(an_order()),
    OrdersUnavailableError(),
    WrongCodeError(2),
    CodeSpentError(),
    CodeExpiredError(),
    UnfitCodeError(4),
    TooManyCodesError(AGAIN_IN),
    NoDestinationError(Channel.EMAIL),
    CodeUnavailableError(),
    CodeUncheckedError(),
    NotOnTheMenuError(HTML),
    QuantityError(10),
    MailUnavailableError(),
    AccountBlockedError(),
    UnconfirmedEmailError(),
    MissingScopeError("email"),
]


ELSEWHERE = [language for language in LANGUAGES if not language.locale.startswith("en-")]

FOR_PROGRAMS = {
    text
    for words in tomllib.loads(
        Path(problems.__file__).with_suffix(".toml").read_text("utf-8")
    ).values()
    for text in words.values()
}
"""What the API says, in English: it is read by those who write programs."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as shared:
        yield shared


@pytest.fixture
def visitor(world: World) -> Visitor:
    """Somebody who is signed in, and has never ordered."""
    return a_customer(world, "linus")


def a_customer(world: World, name: str) -> Visitor:
    visitor = Visitor(world)
    visitor.sign_in(name)
    store = DynamoDBOrderStore(Table(TABLE))
    for order in store.recent(world.tenant.accounts[name].sub, 100):
        store.remove(order)
    return visitor


def keep(world: World, number: int = 1, name: str = "linus", **changes: Any) -> Order:
    """Put an order of a moment ago into the table."""
    now = world.clock.now()
    order = an_order(
        id=f"{number:016x}",
        number=number,
        sub=world.tenant.accounts[name].sub,
        placed=now,
        good_until=now + timedelta(minutes=30),
        challenge=a_code(world),
        codes_sent=(now,),
    )
    return DynamoDBOrderStore(Table(TABLE)).add(replace(order, **changes))


def a_code(
    world: World,
    *,
    lives: timedelta = timedelta(minutes=5),
    tries_left: int = 3,
    channel: Channel = Channel.EMAIL,
) -> Challenge:
    return Challenge("1", channel, world.clock.now() + lives, tries_left, "kept")


class TestOrders:
    def test_html_in_names_and_toppings_is_shown_as_text(
        self, world: World, visitor: Visitor
    ) -> None:
        account = world.tenant.accounts["linus"]
        account.given_name = HTML
        visitor.sign_in("linus")
        account.given_name = None
        order = keep(world, pizza=Pizza("large", (HTML,)))

        for path in ("/orders", f"/orders/{order.reference}", "/profile"):
            page = visitor.get(path)
            assert page.status_code == 200
            assert "<img" not in page.text
            assert HTML in opened(page).text

    def test_the_oldest_of_many_orders_can_be_found(self, world: World, visitor: Visitor) -> None:
        for number in range(1, 23):
            keep(world, number)

        newest = visitor.get("/orders")
        [older] = re.findall(r'href="(/orders\?before=\d+)"', newest.text)
        oldest = visitor.get(older)

        assert newest.text.count("<li data-order=") == 19
        assert re.findall(r"<li data-order=\"(\d+)-", oldest.text) == ["2", "1"]
        assert 'href="/orders?' not in oldest.text
        assert "Older orders" in oldest.text
        assert "Clear history" not in oldest.text

    def test_the_seconds_that_are_left_come_from_the_server(
        self, world: World, visitor: Visitor
    ) -> None:
        keep(world)
        world.clock.wait(timedelta(minutes=10))

        [left] = re.findall(r'data-left="(\d+)" data-of="1800"', visitor.get("/orders").text)

        assert 1190 < int(left) <= 1200

    @pytest.mark.parametrize(
        ("tries_left", "lives", "said"),
        [
            (0, timedelta(minutes=5), "Too many wrong codes were tried"),
            (3, timedelta(0), "The code has run out"),
            (None, timedelta(0), "No code is on its way"),
        ],
    )
    def test_without_a_good_code_there_is_no_field_but_a_way_to_get_one(
        self, world: World, visitor: Visitor, tries_left: int | None, lives: timedelta, said: str
    ) -> None:
        code = tries_left is not None and a_code(world, lives=lives, tries_left=tries_left)
        keep(world, challenge=code or None)

        page = opened(visitor.get("/orders"))

        assert said in page.text
        assert [form.action.rpartition("/")[2] for form in page.forms] == ["code", "cancel"]

    def test_a_code_that_went_to_the_phone_is_looked_for_there(
        self, world: World, visitor: Visitor
    ) -> None:
        keep(world, challenge=a_code(world, channel=Channel.SMS, tries_left=1))

        page = opened(visitor.get("/orders"))

        assert "We sent it to your phone at" in page.text
        assert "1 try left." in page.text

    def test_only_a_page_that_can_change_is_told_of_changes(
        self, world: World, visitor: Visitor
    ) -> None:
        order = keep(world)
        told = 'data-door="/live"'
        assert told in visitor.get("/orders").text
        assert told in visitor.get(f"/orders/{order.reference}").text
        assert told not in visitor.get("/orders?before=9").text

        visitor.post(f"/orders/{order.reference}/cancel")
        assert told not in visitor.get(f"/orders/{order.reference}").text

        world.deploy(LIVE_URL="")
        assert told not in visitor.get("/orders").text
        world.deploy()

    @pytest.mark.parametrize("reference", ["1", "1-0000000000000002", "2-0000000000000001", "x"])
    def test_what_is_no_order_of_theirs_is_not_found(
        self, world: World, visitor: Visitor, reference: str
    ) -> None:
        keep(world)

        page = visitor.get(f"/orders/{reference}")

        assert page.status_code == 404
        assert "There is no such order" in page.text

    def test_another_customers_order_is_neither_shown_nor_changed(
        self, world: World, visitor: Visitor
    ) -> None:
        other = a_customer(world, "mary")
        theirs = keep(world, name="mary")

        answers = [
            visitor.get(f"/orders/{theirs.reference}"),
            visitor.post(f"/orders/{theirs.reference}/cancel"),
            visitor.post(f"/orders/{theirs.reference}/code"),
            visitor.post(f"/orders/{theirs.reference}/confirm", {"code": "1234"}),
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
        assert "Waiting for its code" in other.get("/orders").text


class TestLanguages:
    @pytest.mark.parametrize(
        ("accepted", "locale", "price"),
        [
            (None, "en-US", "$38.34"),
            ("en-GB,en;q=0.9", "en-GB", "US$38.34"),
            ("tlh, en-AU;q=0.3", "en-AU", "USD\xa038.34"),
            ("en-GB;q=0", "en-US", "$38.34"),
            ("../../etc/passwd", "en-US", "$38.34"),
        ],
    )
    def test_a_page_is_in_the_best_language_that_its_reader_accepts(
        self, world: World, visitor: Visitor, accepted: str | None, locale: str, price: str
    ) -> None:
        order = keep(world)
        headers = {"Accept-Language": accepted} if accepted else None

        answer = visitor.get(f"/orders/{order.reference}", headers)

        assert f'<html lang="{locale}">' in answer.text
        assert f">{price}<" in answer.text
        assert answer.headers["Content-Language"] == locale
        assert "Accept-Language" in answer.headers["Vary"]


class TestRefusals:
    @pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
    def test_each_has_words_and_says_what_to_do_next(self, error: Exception) -> None:
        site = Flask(__name__)
        refusal = refusal_of(error)

        with site.test_request_context("/"):
            said = rendering.said_of(refusal)

        assert set(said) == {"title", "text"}
        assert len(said["text"].split(". ")) > 1 or "Please" in said["text"]
        assert not re.search(r"[{}]", "".join(said.values()))

    @pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
    @pytest.mark.parametrize("language", ELSEWHERE, ids=lambda language: language.locale)
    def test_each_is_said_in_the_readers_language(
        self, error: Exception, language: Language
    ) -> None:
        refusal = refusal_of(error)

        with Flask(__name__).test_request_context(headers={"Accept-Language": language.locale}):
            said = rendering.said_of(refusal)
        with Flask(__name__).test_request_context():
            in_english = rendering.said_of(refusal)

        assert said.keys() == in_english.keys()
        assert not {*said.values()} & {*in_english.values(), *FOR_PROGRAMS}

    @pytest.mark.parametrize("language", ELSEWHERE, ids=lambda language: language.locale)
    def test_what_the_api_tells_programs_stands_on_no_page(
        self, world: World, visitor: Visitor, language: Language
    ) -> None:
        accepted = {"Accept-Language": language.locale}

        for path in ("/nowhere", "/orders/nothing", "/orders?after=nothing"):
            answer = visitor.get(path, accepted)

            assert f'<html lang="{language.locale}">' in answer.text
            assert not [text for text in FOR_PROGRAMS if text in opened(answer).text]

    def test_what_cannot_be_done_is_said_on_the_orders_own_page(
        self, world: World, visitor: Visitor
    ) -> None:
        order = keep(world)
        visitor.post(f"/orders/{order.reference}/cancel")

        again = visitor.post(f"/orders/{order.reference}/cancel")

        assert again.status_code == 409
        assert "No order is waiting" in opened(again).text
        assert "Cancelled" in opened(again).text

    def test_too_many_codes_say_when_the_next_may_be_had(
        self, world: World, visitor: Visitor
    ) -> None:
        order = keep(world, codes_sent=(world.clock.now() - timedelta(minutes=41),) * 5)

        refused = visitor.post(f"/orders/{order.reference}/code")

        assert refused.status_code == 429
        assert 1100 < int(refused.headers["Retry-After"]) <= 1140
        assert "another one in 19 minutes" in opened(refused).text

    def test_while_ordering_is_locked_the_only_way_on_is_the_link_in_a_mail(
        self, world: World, visitor: Visitor
    ) -> None:
        order = keep(world, lock="a lock")

        page = opened(visitor.get("/orders"))
        refused = visitor.post(f"/orders/{order.reference}/confirm", {"code": "1234"})
        mailed = visitor.post("/orders/key")

        assert [form.action.rpartition("/")[2] for form in page.forms] == ["key"]
        assert refused.status_code == 403
        assert mailed.status_code == 200
        assert "locked" in world.mailbox.to("linus@example.com")[-1].subject

    def test_while_the_table_is_away_a_page_says_so(self, world: World, visitor: Visitor) -> None:
        world.begin_fault("table refused")
        page = visitor.get("/orders")
        world.end_faults()

        assert page.status_code == 503
        assert page.headers["Retry-After"] == "60"
        assert "This does not work just now" in page.text


class TestPromises:
    @pytest.mark.parametrize(
        ("done", "promised", "said"),
        [
            (NOT_SOLD_KEPT_FOR, timedelta(days=30), "deleted 30 days after they ran out"),
            (REMEMBERED_FOR, timedelta(days=365), "kept for a year"),
            (open_pages.LIVES, timedelta(hours=2), "for two hours at most"),
            (sessions.LIVES, timedelta(hours=8), "or after eight hours"),
            (sessions.ATTEMPT_LIVES, timedelta(minutes=10), "ten minutes at most"),
        ],
    )
    def test_the_privacy_page_promises_what_the_code_does(
        self, visitor: Visitor, done: timedelta, promised: timedelta, said: str
    ) -> None:
        assert done == promised
        assert said in opened(visitor.get("/privacy")).text

    @pytest.mark.parametrize("path", ["/privacy", "/terms"])
    def test_the_law_is_for_everybody_and_names_the_seller(self, world: World, path: str) -> None:
        page = opened(Visitor(world).get(path))

        assert page.status == 200
        assert "Pizza on Demand, 12 Market Street, Springfield" in page.text

    def test_times_are_for_machines_too(self, world: World, visitor: Visitor) -> None:
        order = keep(world)

        [(machine, human)] = set(
            re.findall(
                r'<time datetime="([^"]+)" data-show="day">([^<]+)</time>',
                visitor.get(f"/orders/{order.reference}").text,
            )
        )

        assert machine == order.placed.isoformat()
        assert human == Language.of("en-US").moment(order.placed)
