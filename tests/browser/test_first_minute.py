"""What a newcomer does in the first minute, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from simulator.world import World


def say(page: Page, words: str) -> None:
    page.get_by_label("Say something").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def conversation(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("region", name="Conversation").get_by_text(words).last).to_be_visible()


def sign_in(page: Page, username: str, password: str) -> None:
    login = page.frame_locator("iframe[title='Sign in']")
    login.get_by_label("Email address").fill(username)
    login.get_by_label("Password").fill(password)
    login.get_by_role("button", name="Continue", exact=True).click()


def test_link_an_account_be_greeted_by_name_and_get_an_email(page: Page) -> None:
    say(page, "open pizza on demand")
    conversation(page, re.compile("Welcome to Pizza on Demand"))

    page.get_by_role("button", name="Link account").click()
    sign_in(page, "ada@example.com", "pizza")
    expect(page.get_by_text("Linked as")).to_be_visible()

    say(page, "open pizza on demand")
    conversation(page, re.compile("Welcome back, Ada"))

    say(page, "email me my details")
    conversation(page, re.compile("I've sent the details of your account"))
    mailbox = page.get_by_role("region", name="Mailbox")
    mailbox.get_by_role("button", name="Your Pizza on Demand account").click()
    mail = mailbox.frame_locator("iframe")
    expect(mail.get_by_role("heading", name="Your account")).to_be_visible()
    expect(mail.get_by_text("Hello Ada,")).to_be_visible()
    expect(mail.get_by_role("cell", name="ada@example.com")).to_be_visible()


def test_a_wrong_password_is_said_on_the_login_page(page: Page) -> None:
    say(page, "open pizza on demand")
    page.get_by_role("button", name="Link account").click()

    sign_in(page, "ada@example.com", "pasta")

    login = page.frame_locator("iframe[title='Sign in']")
    expect(login.get_by_role("alert")).to_have_text("Wrong email or password")


def test_a_blocked_customer_reads_why_nothing_was_linked(page: Page) -> None:
    say(page, "open pizza on demand")
    page.get_by_role("button", name="Link account").click()

    sign_in(page, "bob@example.com", "pizza")

    login = page.frame_locator("iframe[title='Sign in']")
    expect(login.get_by_text("user is blocked")).to_be_visible()


def test_the_implicit_grant_links_too(page: Page, world: World) -> None:
    world.tenant.implicit_grant = True
    say(page, "open pizza on demand")
    page.get_by_role("button", name="Link account").click()

    sign_in(page, "mary@example.com", "pizza")

    expect(page.get_by_text("mary@example.com")).to_be_visible()


def test_a_fault_is_switched_and_its_turn_is_traced(page: Page, world: World) -> None:
    world.sign_in("ada")
    page.get_by_role("button", name="auth0 down").click()

    say(page, "ask pizza on demand who am I")

    conversation(page, re.compile("I can't reach our sign-in service"))
    trace = page.get_by_role("region", name="Trace")
    expect(trace.get_by_text("503")).to_be_visible()
    expect(trace.get_by_text("There is nothing here that Alexa would reject.")).to_be_visible()


def test_the_page_works_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_label("Say something").focus()
    page.keyboard.type("open pizza on demand")
    page.keyboard.press("Enter")
    conversation(page, re.compile("Welcome to Pizza on Demand"))

    page.get_by_role("button", name="Link account").focus()
    page.keyboard.press("Enter")
    login = page.frame_locator("iframe[title='Sign in']")
    expect(login.get_by_label("Email address")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    wide = page.evaluate("document.documentElement.scrollWidth")

    assert wide <= 390
    expect(page.get_by_label("Say something")).to_be_visible()


def test_nothing_is_loaded_from_anywhere_else(page: Page, world: World) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    say(page, "open pizza on demand")
    conversation(page, re.compile("Welcome to Pizza on Demand"))

    assert asked
    assert all(url.startswith((world.page_origin, "data:")) for url in asked)
