"""Every page of the order page in every state, as axe-core finds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser, Page, ViewportSize

from simulator.script import findings
from simulator.world import World
from tests.browser.customer import DESKTOP, PHONE, newest_code, order, sign_in, tab, wrong

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


Scheme = Literal["light", "dark"]

VIEWS: dict[Scheme, ViewportSize] = {"light": DESKTOP, "dark": PHONE}


def test_no_page_has_a_barrier_on_a_light_desktop_or_a_dark_phone(
    browser: Browser, world: World
) -> None:
    found: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    with tab(browser) as page:
        page.emulate_media(reduced_motion="reduce")
        for state in states(page, world):
            titles[page.url] = page.title()
            for scheme, size in VIEWS.items():
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size(size)
                found[f"{state}, {scheme}"] = violations(page)
            if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                found[f"{state}, phone"] = ["it has to be scrolled sideways"]

    assert {name: broken for name, broken in found.items() if broken} == {}
    assert len(set(titles.values())) == len(titles), titles


def violations(page: Page) -> list[str]:
    """What is in the way on this page, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{broken['id']}: {node['html']}" for broken in found for node in broken["nodes"]]


def states(page: Page, world: World) -> Iterator[str]:
    """Bring the page into each state, one after the other; its name."""
    for path in ("", "privacy", "terms", "nowhere", "links/unlock?t=cut"):
        page.goto(f"{world.web_origin}/{path}")
        yield f"/{path}"
    sign_in(page, world)
    yield "no orders"
    page.goto(f"{world.web_origin}/profile")
    yield "profile"
    yield from _an_order(page, world)
    yield from _a_locked_account(page, world)


def _an_order(page: Page, world: World) -> Iterator[str]:
    page.goto(f"{world.web_origin}/orders")
    code = order(world)
    page.get_by_label("Your code").fill(wrong(code))
    page.get_by_role("button", name="Confirm the order").click()
    page.get_by_text("That is not the code").wait_for()
    yield "wrong code"
    world.wait(timedelta(minutes=6))
    page.reload()
    page.get_by_role("button", name="Send a new code").click()
    page.get_by_label("Your code").fill(newest_code(world))
    page.get_by_role("button", name="Confirm the order").click()
    page.get_by_text("Confirmed", exact=True).wait_for()
    yield "confirmed"


def _a_locked_account(page: Page, world: World) -> Iterator[str]:
    order(world, "two small pizzas with bacon and spinach")
    page.goto(f"{world.web_origin}/orders")
    page.get_by_text("Clear history").click()
    yield "an order that waits, and one before"
    [*_, letter] = world.mailbox.to("ada@example.com")
    page.goto(findings(letter)["link"])
    yield "that wasn't me"
    page.get_by_role("button", name="Cancel the order and lock").click()
    yield "cancelled and locked"
    page.goto(f"{world.web_origin}/orders")
    yield "locked"
    page.get_by_role("button", name="Mail me the link").click()
    yield "the link mailed"
