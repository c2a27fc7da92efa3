"""The order page in a real browser, while its customer talks to her Echo."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from simulator.world import World
from tests.browser.customer import newest_code, order, sign_in, tab, wrong

MOMENT = 2000
"""Milliseconds in which a page shows what has changed."""


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    """Her orders, none yet, on a page that is told of changes."""
    with tab(browser) as opened:
        sign_in(opened, world)
        expect(opened.get_by_text("This page keeps itself up to date")).to_be_visible()
        yield opened


def waiting(page: Page) -> Locator:
    """The order that waits for its code."""
    return page.get_by_role("region", name=re.compile(r"^\d+ .* pizza"))


def earlier(page: Page) -> Locator:
    """What is said of each earlier order."""
    return page.get_by_role("region", name="Earlier orders").get_by_role("listitem")


def news(page: Page) -> Locator:
    """What a screen reader says by itself."""
    return page.get_by_role("status")


def stays_itself(page: Page) -> None:
    """Mark the page: a reload would lose the mark."""
    page.evaluate("window.mark = true")


def is_still_itself(page: Page) -> bool:
    return bool(page.evaluate("window.mark"))


def test_an_order_by_voice_appears_and_is_confirmed_by_itself(page: Page, world: World) -> None:
    expect(page.get_by_role("heading", name="Nothing ordered yet")).to_be_visible()
    stays_itself(page)

    code = order(world)
    placed = time.monotonic()
    expect(waiting(page)).to_contain_text("1 large pizza with pepperoni", timeout=MOMENT)
    appeared = time.monotonic() - placed
    expect(waiting(page)).to_contain_text("$16.20")
    expect(waiting(page).get_by_role("timer")).to_have_text(re.compile(r"^(30:00|29:5\d) left"))
    expect(news(page)).to_have_text("1 large pizza with pepperoni: waiting for its code")

    world.say(code)
    said = time.monotonic()
    expect(earlier(page)).to_contain_text("Confirmed", timeout=MOMENT)
    confirmed = time.monotonic() - said
    expect(news(page)).to_have_text("1 large pizza with pepperoni: confirmed")
    expect(waiting(page)).to_have_count(0)
    assert is_still_itself(page)
    assert max(appeared, confirmed) < MOMENT / 1000


def test_one_that_is_cancelled_or_runs_out_is_seen_to(page: Page, world: World) -> None:
    order(world)
    expect(waiting(page)).to_be_visible()
    world.say("cancel my order")
    world.say("yes")
    expect(earlier(page).first).to_contain_text("Cancelled", timeout=MOMENT)

    order(world)
    world.wait(timedelta(minutes=29, seconds=57))
    page.reload()
    stays_itself(page)
    expect(waiting(page)).to_contain_text("The code has run out.")
    expect(earlier(page).first).to_contain_text("Ran out", timeout=3000 + MOMENT)
    assert is_still_itself(page)


def test_the_page_does_what_voice_can(page: Page, world: World) -> None:
    order(world, "a small pizza with bacon")
    waiting(page).get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()

    page.get_by_role("link", name="All orders").click()
    first = order(world)
    waiting(page).get_by_role("button", name="Send a new code").click()
    expect(page.get_by_text("Code or link sent to you")).to_have_count(2)
    second = newest_code(world)
    assert second != first

    field = page.get_by_label("Your code")
    field.fill(first)
    with page.expect_response(re.compile(r"/orders/\d+-[0-9a-f]+$")):
        # What is said of the code outlives the page's first look at itself.
        field.press("Enter")
    expect(field).to_have_accessible_description(re.compile("^That is not the code.* 2 tries left"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("")

    field.fill(" ".join(second))
    page.get_by_role("button", name="Confirm the order").click()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(page.get_by_text("Pick it up at 12 Market Street, Springfield")).to_be_visible()
    assert "receipt" in world.mailbox.to("ada@example.com")[-1].subject.lower()

    page.get_by_role("link", name="All orders").click()
    page.get_by_text("Clear history").click()
    page.get_by_role("button", name="Yes, clear it").click()
    expect(page.get_by_role("heading", name="Nothing ordered yet")).to_be_visible()


def test_what_is_half_typed_survives_news(page: Page, world: World) -> None:
    code = order(world)
    field = page.get_by_label("Your code")
    field.press_sequentially(code[:2])

    world.say(wrong(code))

    expect(waiting(page)).to_contain_text("2 tries left", timeout=MOMENT)
    expect(field).to_have_value(code[:2])
    expect(field).to_be_focused()
    page.keyboard.type(code[2:])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


def test_a_page_whose_socket_was_closed_connects_again(page: Page, world: World) -> None:
    sign = page.get_by_text("This page keeps itself up to date")

    world.wait(timedelta(minutes=11))

    expect(sign).to_be_hidden()
    expect(sign).to_be_visible()
    order(world)
    expect(waiting(page)).to_be_visible(timeout=MOMENT)


def test_who_signs_out_in_one_tab_sees_nothing_more_in_the_others(page: Page, world: World) -> None:
    other = page.context.new_page()
    other.goto(f"{world.web_origin}/profile")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Pizza, just by asking")).to_be_visible()

    order(world)

    expect(page.get_by_label("Password")).to_be_visible()


def test_it_works_with_the_keyboard_alone(page: Page, world: World) -> None:
    code = order(world)
    expect(waiting(page)).to_be_visible()
    page.reload()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for name in ("1 large pizza with pepperoni", "Your code"):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_accessible_name(name)
    page.keyboard.type(code)
    page.keyboard.press("Enter")

    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


def test_without_scripts_it_is_the_same_page_to_be_loaded_again(
    browser: Browser, world: World
) -> None:
    with tab(browser, scripts=False) as page:
        sign_in(page, world)
        code = order(world)
        page.reload()
        expect(waiting(page)).to_contain_text(re.compile(r"It waits until \d?\d:\d\d\s[AP]M UTC"))
        expect(page.get_by_role("timer")).to_have_count(0)

        page.get_by_label("Your code").fill(code)
        page.get_by_role("button", name="Confirm the order").click()

        expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


def test_that_wasnt_me_and_unlock_work_from_the_mail_once_and_until_they_run_out(
    browser: Browser, world: World
) -> None:
    order(world)
    with tab(browser) as desk:
        desk.goto(world.page_origin)
        disown = follow(desk, "The code for your pizza order", "That wasn’t me")
        disown.get_by_role("button", name="Cancel the order and lock").click()
        expect(disown.get_by_role("heading", name="The order is cancelled")).to_be_visible()
        unlock = disown.get_by_role("link", name="Unlock voice ordering").get_attribute("href")
        disown.close()

        with tab(browser) as page:
            sign_in(page, world)
            page.get_by_role("button", name="Mail me the link").click()
            expect(page.get_by_role("heading", name="The link is on its way")).to_be_visible()

        key = follow(desk, "locked", "Unlock")
        key.get_by_role("button", name="Unlock voice ordering").click()
        expect(key.get_by_role("heading", name="Voice ordering is unlocked")).to_be_visible()
        key.close()

        again = follow(desk, "The code for your pizza order", "That wasn’t me")
        again.get_by_role("button", name="Cancel the order and lock").click()
        expect(again.get_by_text("there is nothing else to do here")).to_be_visible()
        order(world)

        world.wait(timedelta(hours=24))
        again.goto(unlock or "")
        expect(again.get_by_role("heading", name="This link has run out")).to_be_visible()
        expect(again.get_by_role("button")).to_have_count(0)


_LOADED = """() => document.readyState === "complete"
  || new Promise((done) => addEventListener("load", done, { once: true }))"""


def follow(desk: Page, subject: str, link: str) -> Page:
    """Open the oldest mail of that subject in the mailbox of the world, and click a link in it."""
    desk.reload()
    mailbox = desk.get_by_role("region", name="Mailbox")
    mailbox.get_by_role("button", name=subject).last.click()
    letter = mailbox.frame_locator("iframe").get_by_role("link", name=link)
    letter.evaluate(_LOADED)
    with desk.context.expect_page() as opening:
        letter.click()
    return opening.value
