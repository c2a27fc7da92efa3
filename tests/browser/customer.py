"""What a customer of the order page does, in the browser and with her Echo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize

from simulator.script import findings
from simulator.world import World

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def tab(browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
    """A tab of a browser of its own: no script fails in it, or does what its policy forbids."""
    own = browser.new_context(
        viewport=DESKTOP, locale="en-US", timezone_id="UTC", java_script_enabled=scripts
    )
    page = own.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.extend(forbidden(line.text)))
    yield page
    own.close()
    assert not complaints, complaints


def forbidden(line: str) -> list[str]:
    """The line of the console if it says that something was against the page's policy."""
    return [line] if "Content Security Policy" in line else []


def sign_in(page: Page, world: World, name: str = "ada") -> None:
    """Sign in at the tenant's login page; this ends at her orders."""
    account = world.tenant.accounts[name]
    page.goto(f"{world.web_origin}/orders")
    page.get_by_label("Email address").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url(f"{world.web_origin}/orders")


def order(world: World, pizza: str = "a large pizza with pepperoni") -> str:
    """Order by voice, and read the code in the mailbox."""
    if world.app.link is None:
        world.sign_in("ada")
    world.say(f"ask pizza on demand to get me {pizza}")
    if "code" not in spoken(world):
        world.say("yes")
    assert "I've sent a code" in spoken(world)
    return newest_code(world)


def newest_code(world: World, address: str = "ada@example.com") -> str:
    """The digits in the newest letter with a code."""
    codes = (findings(mail).get("code") for mail in reversed(world.mailbox.to(address)))
    return next(code.replace(" ", "") for code in codes if code)


def wrong(code: str) -> str:
    """A code of the same length that is another one."""
    return "1234" if code != "1234" else "4321"


def spoken(world: World) -> str:
    """What Alexa said last."""
    assert world.spoken is not None
    speech: str = world.spoken.reply["response"]["outputSpeech"]["ssml"]
    return speech
