"""What the skill shows, drawn by Amazon's own renderer, and what is touched on it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from simulator import npm
from simulator.renderer import renderer_script
from simulator.world import World
from tests.browser.customer import newest_code, spoken, wrong

PATIENCE_MS = 20_000
"""The renderer is five megabytes of WebAssembly, and the machine may be busy."""


@pytest.fixture(scope="module", autouse=True)
def _renderer() -> None:
    """Without Amazon's renderer these tests are skipped, except in CI."""
    try:
        renderer_script()
    except npm.NpmError as error:
        pytest.fail(str(error)) if os.environ.get("CI") else pytest.skip(str(error))


@dataclass(frozen=True)
class Screen:
    """The screen of an Echo on the page."""

    page: Page

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#screen-frame")

    def shows(self, words: str) -> None:
        shown = self.frame.locator("body[data-touchable]").get_by_text(words).last
        expect(shown).to_be_visible(timeout=PATIENCE_MS)

    def tap(self, label: str) -> None:
        """Tap where a label is drawn: Playwright does not see that the frame is shrunk."""
        drawn = self.frame.locator("body[data-touchable]").get_by_text(label, exact=True).last
        x, y = drawn.evaluate(
            "drawn => { const { x, y, width, height } = drawn.getBoundingClientRect();"
            " return [x + width / 2, y + height / 2]; }",
            timeout=PATIENCE_MS,
        )
        frame = self.page.locator("#screen-frame")
        left, top, scale = frame.evaluate(
            "frame => { const { x, y, width } = frame.getBoundingClientRect();"
            " return [x, y, width / frame.offsetWidth]; }"
        )
        if (x, y) == (0, 0):  # Another screen took its place while it was looked for.
            self.tap(label)
            return
        self.page.mouse.click(left + x * scale, top + y * scale)


@pytest.fixture
def screen(world: World, page: Page) -> Screen:
    """The screen of Ada's Echo, on which her order is read back."""
    world.sign_in("ada")
    world.take_device("screen")
    world.say("ask pizza on demand to get me a large pizza with pepperoni")
    return Screen(page)


@pytest.fixture
def number_pad(screen: Screen) -> Screen:
    """The same when the order waits for its code."""
    screen.tap("Order · $16.20")
    screen.shows("What’s the code?")
    return screen


def type_in(screen: Screen, code: str) -> None:
    """Tap the digits, each when the one before it is seen."""
    for count, digit in enumerate(code, 1):
        screen.tap(digit)
        if count < len(code):
            screen.shows(code[:count])


def test_a_code_that_is_tapped_in_confirms_the_order(world: World, number_pad: Screen) -> None:
    type_in(number_pad, newest_code(world))

    number_pad.shows("Order confirmed")
    assert "Done: one large pizza with pepperoni" in spoken(world)


def test_a_wrong_code_costs_a_try_and_clears_the_digits(world: World, number_pad: Screen) -> None:
    type_in(number_pad, wrong(newest_code(world)))

    number_pad.shows("2 more tries")
    number_pad.shows("· · · ·")


def test_nobody_is_told_of_digits_before_the_last(world: World, number_pad: Screen) -> None:
    turns = len(world.echo.turns)

    type_in(number_pad, newest_code(world)[:-1])
    number_pad.tap("⌫")

    number_pad.shows("· · · ·")
    assert len(world.echo.turns) == turns


def test_a_topping_that_is_tapped_comes_onto_the_pizza(screen: Screen) -> None:
    screen.tap("Bacon")

    screen.shows("1 large pizza with pepperoni and bacon")


def test_what_is_tapped_while_a_reply_is_on_the_way_is_not_lost(screen: Screen) -> None:
    for topping in ("Bacon", "Onions", "Spinach", "Chicken"):
        screen.tap(topping)

    screen.shows("Order · $22.68")


def test_the_frame_can_reach_nothing_of_the_page(page: Page, screen: Screen) -> None:
    screen.shows("Order · $16.20")
    frame = next(frame for frame in page.frames if frame.url.endswith("/screen"))

    assert frame.evaluate("origin") == "null"
