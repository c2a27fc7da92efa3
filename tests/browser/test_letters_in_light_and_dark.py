"""Letters as people see them: in light and dark, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from playwright.sync_api import Browser, Page

from pizza_on_demand import letters
from pizza_on_demand.customers import Customer
from pizza_on_demand.emails import Letter
from pizza_on_demand.languages import Language
from pizza_on_demand.orders import State
from tests.an_order import MENU, PLACED, an_order

ADA = Customer("auth0|ada", "Ada", "ada@example.com", email_verified=True)
ENGLISH = Language.of("en-US")
LINK = f"https://order.pizza.example/links/unlock?t={'gAAAAAB-_' * 25}"
CONFIRMED = an_order(state=State.CONFIRMED, challenge=None, confirmed=PLACED)

LETTERS = [
    letters.code_letter(an_order(), "41728093", to="ada@example.com", disown_link=LINK),
    letters.receipt_letter(CONFIRMED, MENU.shop, to="ada@example.com", name="Ada"),
    letters.locked_letter(an_order(), ADA, unlock_link=LINK),
    letters.details_letter(replace(ADA, email=f"{'a' * 60}@example.com"), ENGLISH, orders=3),
    letters.deletion_letter(ADA, ENGLISH, link=LINK),
    letters.menu_letter(MENU, ENGLISH, to="ada@example.com", name="Ada"),
]

CONTRAST = """
() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const backdrop = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || !element.getClientRects().length) continue;
    const [a, b] = [parse(getComputedStyle(element).color), backdrop(element)]
      .map(luminance).sort((x, y) => y - x);
    found.push([text, (a + 0.05) / (b + 0.05)]);
  }
  return found;
}
"""
"""Each text with its contrast as WCAG 2.2 reckons it, section 1.4.3."""

VIEWS = list(product(("light", "dark"), (600, 390)))


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: f"{view[0]}-{view[1]}")
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window of a mail program or a browser. What it shows may load nothing."""
    scheme, width = request.param
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 700})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda outgoing: asked.append(outgoing.url))
    yield page
    context.close()
    assert asked == []


def show(view: Page, html: str) -> list[tuple[str, float]]:
    """Show a document; its texts with their contrasts."""
    view.set_content(html)
    found: list[tuple[str, float]] = view.evaluate(CONTRAST)
    return found


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.subject)
def test_everything_can_be_read_and_nothing_sticks_out(view: Page, letter: Letter) -> None:
    texts = show(view, letter.html)

    assert len(texts) > 3
    assert [text for text in texts if text[1] < 4.5] == []
    assert view.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.subject)
def test_the_preview_is_not_seen_in_the_letter(view: Page, letter: Letter) -> None:
    first, _ = show(view, letter.html)[0]

    assert first == "PIZZA ON DEMAND"
