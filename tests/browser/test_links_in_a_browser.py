"""The page behind a link, in a browser that keeps to the page's policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from simulator.clock import Clock
from simulator.cloud import Cloud
from tests.ordering import ADA, TABLE, Counter
from tests.served_web_door import SENDER, ServedWebDoor


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web_door(clock: Clock) -> Iterator[ServedWebDoor]:
    cloud = Cloud(table=TABLE, sender=SENDER)
    with ServedWebDoor(clock) as served:
        yield served
    cloud.close()


def test_a_customer_locks_and_unlocks_with_two_buttons(
    browser: Browser, web_door: ServedWebDoor, clock: Clock
) -> None:
    counter = Counter(clock)
    counter.place()
    order = counter.orders.latest(ADA)
    assert order is not None
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))

    page.goto(web_door.links.disown(order))
    width = page.evaluate("getComputedStyle(document.querySelector('.sheet')).maxWidth")
    page.get_by_role("button", name="Cancel the order and lock").click()
    page.get_by_role("heading", name="The order is cancelled").wait_for()
    page.get_by_role("link", name="Unlock voice ordering").click()
    page.get_by_role("button", name="Unlock voice ordering").click()
    page.get_by_role("heading", name="Voice ordering is unlocked").wait_for()
    page.close()

    assert width == "576px"
    assert complaints == []
    assert counter.place()
