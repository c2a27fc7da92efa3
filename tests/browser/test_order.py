"""A pizza from the first words to the confirmed order, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from simulator.world import World


@pytest.fixture
def page(page: Page, world: World) -> Page:
    """The page after Ada has linked her account, and heard her order read back."""
    world.sign_in("ada")
    say(page, "open pizza on demand")
    hears(page, "Welcome to Pizza on Demand, Ada.")
    say(page, "get me a large pizza with pepperoni")
    hears(page, "Shall I order that?")
    return page


@pytest.fixture
def ordered(page: Page) -> Page:
    """The page after her yes: the order waits for its code."""
    say(page, "yes")
    hears(page, "I've sent a code to the address")
    return page


def say(page: Page, words: str) -> None:
    page.get_by_label("Say something").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def hears(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Conversation").get_by_text(words).last).to_be_visible()


def mailed_code(page: Page) -> str:
    """The code, read in the mail as a person reads it."""
    mailbox = page.get_by_role("region", name="Mailbox")
    mailbox.get_by_role("button", name="The code for your pizza order").first.click()
    digits = mailbox.frame_locator("iframe").get_by_text(re.compile(r"^\s*(\d\s*){4}$"))
    return re.sub(r"\s", "", digits.inner_text())


def table(page: Page) -> Locator:
    page.get_by_role("tab", name="Table").click()
    return page.get_by_role("region", name="Table")


def stands(table: Locator, state: str) -> None:
    pill = table.get_by_role("paragraph").filter(has_text=re.compile(f"^{state}$"))
    expect(pill).to_be_visible()


def fact(table: Locator, name: str) -> Locator:
    """What the newest order has under that name."""
    term = table.page.get_by_role("term").filter(has_text=name)
    return table.locator("dl > div").filter(has=term).get_by_role("definition").first


def test_a_code_from_the_mailbox_confirms_the_order(ordered: Page) -> None:
    stands(table(ordered), "pending")

    say(ordered, mailed_code(ordered))

    hears(ordered, "Done: one large pizza with pepperoni, for $16.20.")
    card = ordered.get_by_role("region", name="Alexa app").get_by_role("listitem")
    expect(card.get_by_role("heading", name="Order confirmed")).to_be_visible()
    expect(card.get_by_text("$16.20")).to_be_visible()
    stands(table(ordered), "confirmed")
    expect(table(ordered).get_by_text("$16.20")).to_be_visible()


def test_text_me_instead_shows_the_code_on_the_phone(ordered: Page) -> None:
    say(ordered, "text me instead")

    ordered.get_by_role("tab", name="Phone 1 unread").click()
    phone = ordered.get_by_role("region", name="Phone")
    expect(phone.get_by_role("heading", name="+1 555 555 0100")).to_be_visible()
    expect(phone.get_by_text(re.compile(r"say (\d ?){4} to Alexa"))).to_be_visible()
    expect(ordered.get_by_role("tab", name="Phone", exact=True)).to_be_visible()
    expect(table(ordered).get_by_text("Code by text:")).to_be_visible()


def test_a_wrong_code_costs_a_try_in_the_table(ordered: Page) -> None:
    orders = table(ordered)
    expect(fact(orders, "Tries left")).to_have_text("3")
    wrong = "1234" if mailed_code(ordered) != "1234" else "4321"

    say(ordered, wrong)

    expect(fact(orders, "Tries left")).to_have_text("2")
    expect(fact(orders, "Version")).to_have_text("2")


def test_codes_and_orders_run_out_by_the_clock_of_the_world(ordered: Page) -> None:
    orders = table(ordered)
    expect(orders.get_by_text(re.compile(r"^[45]:\d\d left$"))).to_be_visible()

    ordered.get_by_role("button", name="+5 min").click()
    expect(orders.get_by_text("run out")).to_be_visible()
    stands(orders, "pending")

    ordered.get_by_role("button", name="+1 hour").click()
    stands(orders, "expired")


def test_looking_into_the_table_leaves_no_trace_and_no_fault_is_in_the_way(
    ordered: Page, world: World
) -> None:
    calls = len(world.cloud.wire.calls)

    ordered.get_by_role("button", name="table refused").click()

    expect(ordered.get_by_role("button", name="table refused", pressed=True)).to_be_visible()
    stands(table(ordered), "pending")
    assert len(world.cloud.wire.calls) == calls


def test_a_suggestion_with_a_gap_waits_to_be_filled_in(page: Page) -> None:
    page.get_by_role("group", name="Suggestions").get_by_role("button", name="toppings").click()
    page.keyboard.type("bacon")

    expect(page.get_by_label("Say something")).to_have_value(re.compile("pizza with bacon$"))


def test_before_any_order_the_table_says_how_to_make_one(page: Page) -> None:
    expect(table(page).get_by_text("No orders yet.")).to_be_visible()
