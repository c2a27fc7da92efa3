"""What stands in locales/: every moment is used, and none breaks the rules of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from pizza_on_demand.languages import Language
from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.responses.speech import variants
from tests.locales import LANGUAGES

LAMBDA = Path(__file__).parents[2] / "lambda"
CODE = "\n".join(path.read_text("utf-8") for path in LAMBDA.rglob("*.py"))
ENGLISH = Language.of("en-US")
PHRASES = ENGLISH.speech["phrases"]
MOMENTS = [moment for moment in ENGLISH.speech if moment != "phrases"]
TELLING = {"speech", "nameless"}

moments_of_every_language = pytest.mark.parametrize(
    ("language", "moment"),
    [
        pytest.param(language, moment, id=f"{language.locale} {moment}")
        for language in LANGUAGES
        for moment in MOMENTS
    ],
)


def texts(sentence: Mapping[str, Any]) -> Iterator[str]:
    """All that a moment may say."""
    for part in {*TELLING, "question", "reprompt"} & sentence.keys():
        yield from variants(sentence, part)


@moments_of_every_language
def test_only_the_question_asks(language: Language, moment: str) -> None:
    """The session stays open exactly when something is asked."""
    sentence = language.speech[moment]

    for part in TELLING & sentence.keys():
        assert not any(said.rstrip().endswith("?") for said in variants(sentence, part))
    for asking in ("question", "reprompt"):
        assert sentence.get(asking, "?").endswith("?")
    assert "reprompt" not in sentence or "question" in sentence


@pytest.mark.parametrize("moment", [*MOMENTS, *PHRASES])
def test_every_sentence_is_said_somewhere(moment: str) -> None:
    assert f'"{moment}"' in CODE


@moments_of_every_language
def test_a_nameless_variant_names_nobody(language: Language, moment: str) -> None:
    sentence = language.speech[moment]
    names_somebody = any("{name}" in said for said in variants(sentence))

    assert "{name}" not in str(sentence.get("nameless", ""))
    assert ("nameless" in sentence) == names_somebody


@moments_of_every_language
def test_variants_are_different_and_tell_the_same_facts(language: Language, moment: str) -> None:
    sentence = language.speech[moment]

    for part in TELLING & sentence.keys():
        said = variants(sentence, part)
        facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in said]
        assert len(set(said)) == len(said)
        assert all(told == facts[0] for told in facts)


@moments_of_every_language
def test_no_sentence_sends_customers_where_certification_would_not(
    language: Language, moment: str
) -> None:
    words = " ".join(texts(language.speech[moment])).lower()

    assert not re.search(r"settings|re-?link|disable|authori[sz]ation failed|token|error", words)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.locale)
def test_everything_on_the_menu_has_a_name(language: Language) -> None:
    menu = Menu.load()

    assert set(language.menu["sizes"]) == set(menu.sizes)
    assert set(language.menu["toppings"]) == set(menu.toppings)
