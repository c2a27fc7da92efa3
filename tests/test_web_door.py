"""The pages behind the links in letters, from the letter to what its button did."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from werkzeug.test import EnvironBuilder

import web_function
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.couriers import MailCourier
from pizza_on_demand.languages import Language
from pizza_on_demand.links import LIVES, Links
from pizza_on_demand.orders import NothingOrderedError, Order, OrderingLockedError, State
from pizza_on_demand.settings import SettingsError
from pizza_on_demand.verification import Limits
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.function import LambdaContext
from simulator.letter_links import open_and_press, open_link, press
from simulator.mailbox import Mailbox
from simulator.script import findings
from simulator.web_door import HttpApi, event_of
from simulator.wire import Server, problem
from tests.ordering import ADA, MARY, TABLE, Counter
from tests.served_web_door import SENDER, ServedWebDoor, environment

WRONG = "1111"
"""No code has a digit twice in a row."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table=TABLE, sender=SENDER)
    yield fresh
    fresh.wire.mend()
    fresh.close()


@pytest.fixture
def web_door(clock: Clock) -> Iterator[ServedWebDoor]:
    with ServedWebDoor(clock) as served:
        yield served


@pytest.fixture
def origin(web_door: ServedWebDoor) -> str:
    """Where the web door answers."""
    return web_door.origin


@pytest.fixture
def links(web_door: ServedWebDoor) -> Links:
    """What the skill makes links with."""
    return web_door.links


@pytest.fixture
def counter(clock: Clock) -> Counter:
    return Counter(clock)


def latest(counter: Counter) -> Order:
    order = counter.orders.latest(ADA)
    assert order is not None
    return order


def locked(counter: Counter) -> Order:
    """An order for which a wrong code has just locked voice ordering."""
    counter.place()
    with pytest.raises(OrderingLockedError) as lock:
        counter.orders.authorize(ADA, WRONG)
    return lock.value.order


def event(method: str, origin: str) -> dict[str, Any]:
    """What the gateway makes of a request for the page that disowns an order."""
    headers = [("Origin", origin), ("Content-Type", "application/x-www-form-urlencoded")]
    request = EnvironBuilder("/links/disown", origin, method=method, headers=headers).get_request()
    return event_of(request)


def is_locked(counter: Counter) -> bool:
    return latest(counter).locked


class TestThatWasntMe:
    def test_the_link_in_the_letter_cancels_the_order_and_locks(
        self, counter: Counter, links: Links, cloud: Cloud, clock: Clock
    ) -> None:
        counter.place()
        MailCourier(SesMailer(SENDER, None), links).deliver(*counter.mailbox.brought[-1])
        [mail] = Mailbox(cloud.backstage, clock.now).to("ada@example.com")

        page = open_and_press(findings(mail)["link"])

        assert page.status == 200
        assert "The order is cancelled" in page.text
        assert latest(counter).state is State.CANCELLED
        with pytest.raises(OrderingLockedError):
            counter.place()

    def test_the_operator_can_count_the_locks(
        self, counter: Counter, links: Links, caplog: pytest.LogCaptureFixture
    ) -> None:
        counter.place()
        caplog.set_level(logging.WARNING)

        open_and_press(links.disown(latest(counter)))

        assert [record.message for record in caplog.records].count("ordering locked") == 1

    def test_opening_it_changes_nothing_as_scanners_do(
        self, counter: Counter, links: Links
    ) -> None:
        code = counter.place()

        page = open_link(links.disown(latest(counter)))

        assert page.status == 200
        assert "That wasn’t you?" in page.text
        assert counter.orders.authorize(ADA, code).state is State.CONFIRMED

    def test_a_confirmed_order_stays_but_no_other_can_follow(
        self, counter: Counter, links: Links
    ) -> None:
        link = links.disown(counter.orders.authorize(ADA, counter.place()))

        assert "already confirmed" in open_and_press(link).text
        assert "already confirmed" in open_and_press(link).text
        assert latest(counter).state is State.CONFIRMED
        assert is_locked(counter)

    def test_who_pressed_by_mistake_can_unlock_at_once(
        self, counter: Counter, links: Links, origin: str
    ) -> None:
        counter.place()
        link = links.disown(latest(counter))
        [unlock] = open_and_press(link).links
        assert unlock.startswith(f"{origin}/links/unlock?t=")

        assert "is unlocked" in open_and_press(unlock).text
        assert counter.place()

    def test_pressed_again_after_unlocking_it_does_not_lock_again(
        self, counter: Counter, links: Links
    ) -> None:
        counter.place()
        link = links.disown(latest(counter))
        open_and_press(link)
        open_and_press(links.unlock(latest(counter)))

        page = open_and_press(link)

        assert page.status == 200
        assert "nothing else to do" in page.text
        assert not is_locked(counter)

    def test_it_is_about_one_customers_order_only(self, counter: Counter, links: Links) -> None:
        counter.place()
        code = counter.place(MARY)

        open_and_press(links.disown(latest(counter)))

        assert counter.orders.authorize(MARY, code).state is State.CONFIRMED

    def test_an_order_that_is_forgotten_leaves_nothing_to_do(
        self, counter: Counter, links: Links
    ) -> None:
        counter.place()
        elsewhere = counter.orders.latest(ADA)
        assert elsewhere is not None
        link = links.disown(replace(elsewhere, id="an order long gone"))

        page = open_and_press(link)

        assert page.status == 410
        assert "overtaken" in page.text


class TestUnlock:
    @pytest.fixture
    def counter(self, cloud: Cloud, clock: Clock) -> Counter:
        return Counter(clock, limits=Limits(tries=1, spent_an_hour=1))

    def test_the_button_unlocks_and_the_link_does_not(self, counter: Counter, links: Links) -> None:
        link = links.unlock(locked(counter))

        assert "Unlock voice ordering?" in open_link(link).text
        assert is_locked(counter)

        assert "is unlocked" in open_and_press(link).text
        assert not is_locked(counter)

    def test_pressing_twice_is_pressing_once(self, counter: Counter, links: Links) -> None:
        link = links.unlock(locked(counter))

        pages = [open_and_press(link), open_and_press(link)]

        assert [page.status for page in pages] == [200, 200]
        assert pages[0].text == pages[1].text

    def test_a_link_for_an_older_lock_opens_no_newer_one(
        self, counter: Counter, links: Links
    ) -> None:
        older = links.unlock(locked(counter))
        open_and_press(older)
        locked(counter)

        page = open_and_press(older)

        assert page.status == 410
        assert "still locked" in page.text
        assert is_locked(counter)

    def test_it_runs_out_after_a_day(self, counter: Counter, links: Links, clock: Clock) -> None:
        link = links.unlock(locked(counter))
        asked = open_link(link)
        clock.wait(LIVES + timedelta(seconds=1))

        pages = [open_link(link), press(asked)]

        assert [page.status for page in pages] == [410, 410]
        assert all("has run out" in page.text and page.fields is None for page in pages)
        assert f"work for {Language.of('en-US').duration(LIVES)}" in pages[0].text
        assert is_locked(counter)

    def test_while_the_table_is_away_the_link_waits(
        self, counter: Counter, links: Links, cloud: Cloud
    ) -> None:
        link = links.unlock(locked(counter))
        cloud.wire.begin("away", lambda _: problem(500, {"__type": "InternalServerError"}))

        away = open_and_press(link)
        cloud.wire.mend()

        assert away.status == 503
        assert "is unlocked" in open_and_press(link).text


class TestErasing:
    def test_the_button_deletes_and_the_link_does_not(self, counter: Counter, links: Links) -> None:
        code = counter.place()
        link = links.erase(ADA.sub)

        asked = open_link(link)
        assert "Delete your data?" in asked.text
        assert counter.orders.waiting(ADA)

        assert "Your data is deleted" in press(asked).text
        assert counter.orders.count(ADA) == 0
        with pytest.raises(NothingOrderedError):
            counter.orders.authorize(ADA, code)

    def test_while_the_table_is_away_the_link_waits(
        self, counter: Counter, links: Links, cloud: Cloud
    ) -> None:
        counter.place()
        link = links.erase(ADA.sub)
        cloud.wire.begin("away", lambda _: problem(500, {"__type": "InternalServerError"}))

        away = open_and_press(link)
        cloud.wire.mend()

        assert away.status == 503
        assert "Your data is deleted" in open_and_press(link).text

    def test_no_other_link_erases(self, counter: Counter, links: Links) -> None:
        counter.place()
        link = links.disown(latest(counter)).replace("/links/disown", "/links/erase")

        assert open_and_press(link).status == 400
        assert counter.orders.count(ADA) == 1


class TestPages:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/links/unlock", 400),
            ("/links/unlock?t=", 400),
            ("/links/unlock?t=gAAAAABforged", 400),
            ("/links/unlock?t=%F0%9F%8D%95", 400),
            ("/links/disown?q=pizza&t", 400),
            ("/links/anything?t=gAAAA", 404),
            ("/", 404),
        ],
    )
    def test_what_is_no_link_of_ours_does_nothing(
        self, origin: str, path: str, status: int
    ) -> None:
        page = open_link(f"{origin}{path}")

        assert page.status == status
        assert page.fields is None

    def test_a_link_is_not_good_for_the_other_purpose(self, counter: Counter, links: Links) -> None:
        counter.place()
        link = links.disown(latest(counter))

        page = open_and_press(link.replace("/links/disown", "/links/unlock"))

        assert page.status == 400
        assert latest(counter).state is State.PENDING

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_nothing_else_can_be_done_with_a_page(self, origin: str, method: str) -> None:
        ours = {"Origin": origin}
        answer = requests.request(method, f"{origin}/links/unlock?t=x", headers=ours, timeout=10)

        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"

    def test_the_picture_on_the_cards_is_there_for_the_alexa_app(self, origin: str) -> None:
        answer = requests.get(f"{origin}/pizza.png", timeout=10)

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.content.startswith(b"\x89PNG")
        assert requests.head(f"{origin}/pizza.png", timeout=10).content == b""
        ours = {"Origin": origin}
        assert requests.post(f"{origin}/pizza.png", headers=ours, timeout=10).status_code == 405

    def test_a_post_without_the_form_does_nothing(
        self, counter: Counter, links: Links, origin: str
    ) -> None:
        counter.place()
        link = links.disown(latest(counter))
        ours = {"Origin": origin}

        form = {"t": link.partition("?t=")[2]}
        as_json = requests.post(link, json=form, headers=ours, timeout=10)
        empty = requests.post(link, headers=ours, timeout=10)

        assert [as_json.status_code, empty.status_code] == [400, 400]
        assert latest(counter).state is State.PENDING

    @pytest.mark.parametrize("path", ["/links/disown?t=forged", "/nowhere"])
    def test_every_page_keeps_its_address_and_itself_to_itself(
        self, origin: str, path: str
    ) -> None:
        headers = requests.get(f"{origin}{path}", timeout=10).headers

        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy

    def test_style_comes_from_a_file_of_ours_that_browsers_keep(self, origin: str) -> None:
        answer = requests.get(f"{origin}/privacy", timeout=10)

        [style] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
        assert "style-src 'self';" in answer.headers["Content-Security-Policy"]
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        kept = requests.get(urljoin(origin, style), timeout=10)
        assert kept.status_code == 200
        assert kept.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "max-age=31536000" in kept.headers["Cache-Control"]


class TestDoor:
    @pytest.mark.parametrize("nonsense", [None, [], "x", {}, {"requestContext": {"http": None}}])
    def test_no_event_makes_it_raise(self, origin: str, clock: Clock, nonsense: Any) -> None:
        door = web_function.create_web_door(environment(origin), now=clock.now)

        assert door(nonsense, LambdaContext())["statusCode"] == 400

    @pytest.mark.parametrize(
        ("body", "is_base64", "status"),
        [("t={}", False, 200), ("not base64!", True, 400), ("8J+NlQ==", True, 400)],
    )
    def test_a_form_may_come_as_it_is_or_in_base64(
        self,
        counter: Counter,
        web_door: ServedWebDoor,
        clock: Clock,
        body: str,
        *,
        is_base64: bool,
        status: int,
    ) -> None:
        counter.place()
        token = web_door.links.disown(latest(counter)).partition("?t=")[2]
        form = {"body": body.format(token), "isBase64Encoded": is_base64}
        door = web_function.create_web_door(environment(web_door.origin), now=clock.now)
        posted = event("POST", web_door.origin) | form

        assert door(posted, LambdaContext())["statusCode"] == status

    def test_head_is_get_without_the_body(self, origin: str, clock: Clock) -> None:
        door = web_function.create_web_door(environment(origin), now=clock.now)

        head, get = (door(event(method, origin), LambdaContext()) for method in ("HEAD", "GET"))

        assert head == get | {"body": ""} != get

    def test_a_mistake_of_ours_is_a_page_and_a_line_in_the_log_without_its_text(
        self, origin: str, links: Links, counter: Counter, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken_clock() -> Any:
            raise RuntimeError(ADA.email)

        counter.place()
        broken = web_function.create_web_door(environment(origin), now=broken_clock)
        server = Server(HttpApi(broken))
        page = open_link(links.disown(latest(counter)).replace(origin, server.origin))
        server.close()

        assert page.status == 500
        assert "our mistake" in page.text
        [mistake] = (record.__dict__ for record in caplog.records)
        assert mistake["error"] == "RuntimeError"
        assert "broken_clock" in mistake["where"]
        assert "ada@example.com" not in str(mistake)

    def test_the_log_says_what_happened_without_links_or_people(
        self, counter: Counter, links: Links, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "pizza_on_demand")
        counter.place()
        link = links.disown(latest(counter))
        open_and_press(link)

        answers = [record.__dict__ for record in caplog.records if record.message == "request"]
        assert [answer["status"] for answer in answers] == [200, 200]
        assert all(answer["took_ms"] < 10_000 for answer in answers)
        said = "".join(str(record.__dict__) for record in caplog.records)
        assert link.partition("?t=")[2] not in said
        assert ADA.sub not in said

    def test_a_function_that_is_not_set_up_says_so_in_the_log_only(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in environment(""):
            monkeypatch.delenv(name, raising=False)
        web_function.door_of_this_process.cache_clear()

        answer = web_function.lambda_handler({}, LambdaContext())

        assert answer["statusCode"] == 503
        assert "AUTH0_DOMAIN" not in answer["body"]
        assert "AUTH0_DOMAIN is missing" in str(caplog.records[0].__dict__["problems"])

    def test_without_a_table_there_are_no_links(self, origin: str, clock: Clock) -> None:
        without = environment(origin) | {"TABLE_NAME": ""}

        with pytest.raises(SettingsError, match="TABLE_NAME is missing"):
            web_function.create_web_door(without, now=clock.now)
