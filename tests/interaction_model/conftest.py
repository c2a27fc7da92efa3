"""A small model of the tests' own, with everything the format can say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PIZZERIA = """
locales = ["en-US"]
invocation = "little pizzeria"
fallback_sensitivity = "HIGH"
delegation = "SKILL_RESPONSE"
built_in = ["AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent"]

[intents.OrderIntent]
meaning = "Order a pizza."
account = true
example = "get me a large pizza with ham and black olives"
sentences = ["get me a pizza", "get me a {Size} pizza [with {Toppings}]"]
confirm = "is_it_right"
delegation = "ALWAYS"

[intents.OrderIntent.slots.Size]
type = "PizzaSize"
samples = ["[a] {Size} (one|pizza)"]
elicit = "which_size"
validations = [{ type = "hasEntityResolutionMatch", prompt = "no_such_size" }]

[intents.OrderIntent.slots.Toppings]
type = "Topping"
multiple = true

[intents.CodeIntent]
meaning = "Confirm with a code."
account = true
example = "my code is one two three four"
sentences = ["my code is {Code}", "{Code}"]

[intents.CodeIntent.slots.Code]
type = "AMAZON.NUMBER"

[types.PizzaSize]
small = ["small", "little"]
large = ["large", "big"]

[types.Topping]
ham = ["ham"]
olives = ["olives", "black olives"]

[prompts]
which_size = ["What size would you like?", "<speak>Which <emphasis>size</emphasis>?</speak>"]
no_such_size = ["We have no {Size}. What size would you like?"]
is_it_right = ["A {Size} pizza. Is that right?"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Saves a source as en.toml."""

    def save(content: str) -> Path:
        path = tmp_path / "en.toml"
        path.write_text(content, encoding="utf-8")
        return path

    return save


@pytest.fixture
def pizzeria() -> str:
    """The source of the small model."""
    return PIZZERIA
