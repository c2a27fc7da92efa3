"""The parts of the skill package agree with each other and with what people edit."""

from __future__ import annotations

import copy
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from interaction_model.__main__ import BUILT, SOURCES, main
from interaction_model.skill_package import manifest_problems, model_problems, problems
from interaction_model.source import Intent, read_all
from simulator.understanding import InteractionModel
from tests.deployment.amazons_schema import MANIFEST as MANIFEST_SCHEMA
from tests.deployment.amazons_schema import MODEL as MODEL_SCHEMA
from tests.deployment.amazons_schema import violations

Json = dict[str, Any]

PACKAGE = BUILT.parents[1]
SKILL_JSON: Json = json.loads((PACKAGE / "skill.json").read_text(encoding="utf-8"))
MANIFEST: Json = SKILL_JSON["manifest"]
BUILT_MODELS: dict[str, Json] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in BUILT.glob("*.json")
}
MODEL: Json = BUILT_MODELS["en-US"]["interactionModel"]
PUBLISHED: dict[str, dict[str, Any]] = MANIFEST["publishingInformation"]["locales"]
MODELS = {path.stem: InteractionModel.load(path) for path in BUILT.glob("*.json")}
INTENTS = [
    pytest.param(locale, intent, id=f"{locale} {intent.name}")
    for locale, source in read_all(SOURCES).items()
    for intent in source.intents
]
PHRASES = [
    (locale, phrase) for locale in PUBLISHED for phrase in PUBLISHED[locale]["examplePhrases"]
]


REMOVED = object()
"""What `changed` takes away instead of putting it there."""


def changed(document: Json, place: str, value: object) -> Json:
    """A copy of *document* with *value* at that place.

    A place is like a JSON Pointer: names and numbers between slashes, "-" for one more at the
    end of a list. Things in a list can be named, too, by their "name" or "id".
    """
    copied = copy.deepcopy(document)
    *way, last = place.split("/")
    inside: Any = copied
    for name in way:
        inside = inside[_key(inside, name)]
    if value is REMOVED:
        del inside[_key(inside, last)]
    elif last == "-":
        inside.append(value)
    else:
        inside[_key(inside, last)] = value
    return copied


def _key(inside: Any, name: str) -> Any:
    if isinstance(inside, dict):
        return name
    if name.isdigit():
        return int(name)
    [found] = [n for n, thing in enumerate(inside) if name in (thing.get("name"), thing.get("id"))]
    return found


def test_the_built_models_are_not_stale() -> None:
    assert main(["--check"]) == 0


def test_every_locale_has_a_source_a_model_and_publishing_and_privacy_information() -> None:
    locales = set(read_all(SOURCES))

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
@pytest.mark.parametrize(("icon", "pixels"), [("smallIconUri", 108), ("largeIconUri", 512)])
def test_the_icons_are_there_in_the_stores_sizes(locale: str, icon: str, pixels: int) -> None:
    path = PACKAGE / PUBLISHED[locale][icon].removeprefix("file://")

    assert _size(path) == (pixels, pixels)


def test_the_package_keeps_amazons_schema_and_fits_together() -> None:
    assert violations(MANIFEST_SCHEMA, SKILL_JSON) == []
    assert not any(violations(MODEL_SCHEMA, model) for model in BUILT_MODELS.values())
    assert problems(PACKAGE) == []


def test_a_skill_can_be_made_of_the_package_before_there_is_a_function() -> None:
    # Amazon tries whether it may call the function, and wants an endpoint for events.
    assert "endpoint" not in MANIFEST["apis"]["custom"]
    assert "events" not in MANIFEST


EN_US = "publishingInformation/locales/en-US"
ORDER = "languageModel/intents/GetMeSomePizzaIntent"
ASKED = "dialog/intents/GetMeSomePizzaIntent/slots/Size"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("publishing", {}),
        ("manifestVersion", "2"),
        ("permissions", [{"name": "alexa::profile:mail:read"}]),
        ("events", {"subscriptions": []}),
        ("events", {"endpoint": {"uri": "arn:x"}, "subscriptions": [{"eventName": "LINKED"}]}),
        ("publishingInformation/distributionCountries/0", "USA"),
        (f"{EN_US}/name", REMOVED),
        (f"{EN_US}/title", "Pizza"),
        (f"{EN_US}/summary", "x" * 161),
        (f"{EN_US}/description", "x" * 4001),
        (f"{EN_US}/keywords", ["pizza"] * 31),
        ("privacyAndCompliance/allowsPurchases", "yes"),
        ("apis/custom/endpoint", {"uri": "pizza-on-demand"}),
    ],
)
def test_a_manifest_that_amazons_schema_refuses_is_found(place: str, value: object) -> None:
    assert violations(MANIFEST_SCHEMA, {"manifest": changed(MANIFEST, place, value)})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("languageModel/invocationName", REMOVED),
        (f"{ORDER}/utterances", []),
        (f"{ORDER}/slots/Size/multiValue", True),
        ("dialog/delegationStrategy", "NEVER"),
        ("prompts/which_size/variations/0/type", "Text"),
    ],
)
def test_a_model_that_amazons_schema_refuses_is_found(place: str, value: object) -> None:
    assert violations(MODEL_SCHEMA, {"interactionModel": changed(MODEL, place, value)})


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        ("publishingInformation/category", "PIZZA", "the store has no category PIZZA"),
        ("apis/custom/interfaces", [{"type": "APL"}], "there is no interface APL"),
        ("privacyAndCompliance/locales", {}, "it has no privacy information"),
        ("publishingInformation/locales", {}, "it has no publishing information"),
        ("publishingInformation/locales/ja-JP", {}, "it has no interaction model"),
        (f"{EN_US}/examplePhrases/-", "Alexa, start pizza on demand", "one to 3 different"),
        (f"{EN_US}/examplePhrases/1", "Alexa, open pizza on demand", "one to 3 different"),
        (f"{EN_US}/examplePhrases/1", "Alexa, open pizza by phone", "no way to call the skill"),
        (
            f"{EN_US}/examplePhrases/1",
            "Alexa, ask pizza on demand to get me a large pizza with anchovies",
            "no way to call the skill",
        ),
        (
            "privacyAndCompliance/locales/en-US/termsOfUseUrl",
            "http://pizza.example/terms",
            "termsOfUseUrl must be an https:// address",
        ),
        (
            "privacyAndCompliance/locales/en-US/privacyPolicyUrl",
            REMOVED,
            "privacyPolicyUrl must be an https:// address",
        ),
        (f"{EN_US}/description", "Link an account and order.", "does not say who sells"),
        (f"{EN_US}/description", "Sold by Pizza on Demand.", "an account has to be linked"),
        ("publishingInformation/testingInstructions", "Order.", "where the code comes from"),
        ("privacyAndCompliance/isChildDirected", True, "a skill for children"),
    ],
)
def test_a_manifest_that_does_not_fit_together_is_found(
    place: str, value: object, found: str
) -> None:
    broken = {"manifest": changed(MANIFEST, place, value)}

    assert any(found in problem.what for problem in manifest_problems(broken, BUILT_MODELS))


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        (f"{ORDER}/samples/-", "a pizza for {Guests}", "{Guests}, which is not declared"),
        (f"{ORDER}/slots/Size/samples/-", "{Crust} please", "{Crust}, which is not declared"),
        (f"{ORDER}/slots/Size/type", "Size", "has the type Size"),
        (f"{ORDER}/slots/Quantity/type", "AMAZON.Numbers", "has the type AMAZON.Numbers"),
        (f"{ORDER}/samples/-", "who am I", "already means WhoAmIIntent"),
        (f"{ORDER}/samples/-", "Pizza", "already means GetMeSomePizzaIntent"),
        ("languageModel/intents/-", {"name": "AMAZON.EatIntent"}, "Alexa has no such intent"),
        ("languageModel/intents/AMAZON.StopIntent", REMOVED, "there is no AMAZON.StopIntent"),
        ("prompts/which_size", REMOVED, "there is no prompt “which_size”"),
        ("dialog/intents/GetMeSomePizzaIntent/name", "Order", "there is no such intent"),
        (f"{ASKED}/name", "Crust", "asks for {Crust}"),
        (f"{ASKED}/type", "AMAZON.Food", "is of another type"),
        (f"{ASKED}/prompts", {}, "no prompt asks"),
        (
            f"{ASKED}/validations",
            [{"type": "isBigEnough", "prompt": "which_size"}],
            "Alexa has no validation isBigEnough",
        ),
        (
            f"{ASKED}/validations",
            [{"type": "hasEntityResolutionMatch", "prompt": "no_such_size"}],
            "there is no prompt “no_such_size”",
        ),
    ],
)
def test_a_model_that_does_not_fit_together_is_found(place: str, value: object, found: str) -> None:
    broken = {"interactionModel": changed(MODEL, place, value)}

    assert any(found in problem.what for problem in model_problems(broken, "en-US"))


def _size(png: Path) -> tuple[int, int]:
    """Width and height from the header of a PNG file."""
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", header[16:24])
    return width, height
