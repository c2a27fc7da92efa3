"""What stands in locales/: every moment is used, and none breaks the rules of the house."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pizza_on_demand.menu import Menu

LAMBDA = Path(__file__).parents[2] / "lambda"
MOMENTS: dict[str, dict[str, Any]] = tomllib.loads(
    (LAMBDA / "pizza_on_demand" / "locales" / "en-US.toml").read_text("utf-8")
)
PHRASES = MOMENTS.pop("phrases")
NAMES = MOMENTS.pop("names")
CODE = "\n".join(path.read_text("utf-8") for path in LAMBDA.rglob("*.py"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_only_the_question_asks(moment: str) -> None:
    """The session stays open exactly when something is asked."""
    sentence = MOMENTS[moment]

    assert not sentence["speech"].rstrip().endswith("?")
    assert not sentence.get("nameless", "").rstrip().endswith("?")
    for asking in ("question", "reprompt"):
        assert sentence.get(asking, "?").endswith("?")
    assert "reprompt" not in sentence or "question" in sentence


@pytest.mark.parametrize("moment", [*MOMENTS, *PHRASES])
def test_every_sentence_is_said_somewhere(moment: str) -> None:
    assert f'"{moment}"' in CODE


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_nameless_variant_names_nobody(moment: str) -> None:
    sentence = MOMENTS[moment]

    assert "{name}" not in sentence.get("nameless", "")
    assert ("nameless" in sentence) == ("{name}" in sentence["speech"])


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_sentence_sends_customers_where_certification_would_not(moment: str) -> None:
    words = " ".join(str(value) for value in MOMENTS[moment].values()).lower()

    assert not re.search(r"settings|re-?link|disable|authori[sz]ation failed|token|error", words)


def test_everything_on_the_menu_has_a_name() -> None:
    menu = Menu.load()

    assert set(NAMES) == {*menu.sizes, *menu.toppings}
