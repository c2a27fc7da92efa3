"""The parts of the skill package agree with each other and with what people edit."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from interaction_model.__main__ import BUILT, SOURCES, main
from interaction_model.source import Intent, read
from simulator.understanding import InteractionModel

PACKAGE = BUILT.parents[1]
MANIFEST: dict[str, Any] = json.loads((PACKAGE / "skill.json").read_text(encoding="utf-8"))[
    "manifest"
]
PUBLISHED: dict[str, dict[str, Any]] = MANIFEST["publishingInformation"]["locales"]
MODELS = {path.stem: InteractionModel.load(path) for path in BUILT.glob("*.json")}
INTENTS = [
    pytest.param(path.stem, intent, id=f"{path.stem} {intent.name}")
    for path in sorted(SOURCES.glob("*.toml"))
    for intent in read(path).intents
]
PHRASES = [
    (locale, phrase) for locale in PUBLISHED for phrase in PUBLISHED[locale]["examplePhrases"]
]


def test_the_built_models_are_not_stale() -> None:
    assert main(["--check"]) == 0


def test_every_locale_has_a_source_a_model_and_publishing_and_privacy_information() -> None:
    locales = {path.stem for path in SOURCES.glob("*.toml")}

    assert locales
    assert set(MODELS) == locales
    assert set(PUBLISHED) == locales
    assert set(MANIFEST["privacyAndCompliance"]["locales"]) == locales


@pytest.mark.parametrize(("locale", "intent"), INTENTS)
def test_the_example_of_an_intent_is_understood(locale: str, intent: Intent) -> None:
    assert MODELS[locale].understand(intent.example).intent == intent.name


@pytest.mark.parametrize(("locale", "intent"), INTENTS)
def test_no_sentence_of_an_intent_is_taken_for_another(locale: str, intent: Intent) -> None:
    unfilled = (sentence for sentence in intent.said() if "{" not in sentence)

    mistaken = [
        sentence
        for sentence in unfilled
        if MODELS[locale].understand(sentence).intent != intent.name
    ]

    assert mistaken == []


@pytest.mark.parametrize(("locale", "phrase"), PHRASES)
def test_an_example_phrase_calls_the_skill_and_is_understood(locale: str, phrase: str) -> None:
    request = MODELS[locale].called(phrase)

    assert request is not None
    assert not request or MODELS[locale].understand(request).sentence


@pytest.mark.parametrize("locale", PUBLISHED)
def test_publishing_information_keeps_the_stores_limits(locale: str) -> None:
    published = PUBLISHED[locale]

    assert len(published["summary"]) <= 160
    assert len(published["description"]) <= 4000
    assert 1 <= len(set(published["examplePhrases"])) == len(published["examplePhrases"]) <= 3
    assert len(set(published["keywords"])) == len(published["keywords"]) <= 30


@pytest.mark.parametrize("locale", PUBLISHED)
def test_the_description_says_that_an_account_is_linked_and_who_sells(locale: str) -> None:
    description = PUBLISHED[locale]["description"]

    assert "Link Account" in description
    assert f"sold and delivered by {PUBLISHED[locale]['name']}" in description


@pytest.mark.parametrize("locale", PUBLISHED)
@pytest.mark.parametrize(("icon", "pixels"), [("smallIconUri", 108), ("largeIconUri", 512)])
def test_the_icons_are_there_in_the_stores_sizes(locale: str, icon: str, pixels: int) -> None:
    path = PACKAGE / PUBLISHED[locale][icon].removeprefix("file://")

    assert _size(path) == (pixels, pixels)


def test_no_event_is_subscribed_to_that_the_sdk_cannot_read() -> None:
    events = [subscription["eventName"] for subscription in MANIFEST["events"]["subscriptions"]]

    assert len(set(events)) == len(events)
    # ask-sdk-model has no class for this one and raises before any handler runs
    assert "SKILL_ACCOUNT_UNLINKED" not in events


def _size(png: Path) -> tuple[int, int]:
    """Width and height from the header of a PNG file."""
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", header[16:24])
    return width, height
