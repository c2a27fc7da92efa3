"""From what people write to what Amazon reads, and what is refused on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interaction_model.build import build
from interaction_model.problems import ModelError
from interaction_model.source import read

Write = Callable[[str], Path]


@pytest.fixture
def built(write: Write, pizzeria: str) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(build(read(write(pizzeria), "en-US")))["interactionModel"]
    return model


def test_an_intent_is_built_with_its_slots_and_all_its_sentences(built: dict[str, Any]) -> None:
    assert built["languageModel"]["intents"][0] == {
        "name": "OrderIntent",
        "slots": [
            {
                "name": "Size",
                "type": "PizzaSize",
                "samples": ["a {Size} one", "a {Size} pizza", "{Size} one", "{Size} pizza"],
            },
            {"name": "Toppings", "type": "Topping", "multipleValues": {"enabled": True}},
        ],
        "samples": [
            "get me a pizza",
            "get me a {Size} pizza with {Toppings}",
            "get me a {Size} pizza",
        ],
    }


def test_built_in_intents_follow_without_samples(built: dict[str, Any]) -> None:
    assert built["languageModel"]["intents"][2:] == [
        {"name": "AMAZON.HelpIntent", "samples": []},
        {"name": "AMAZON.StopIntent", "samples": []},
        {"name": "AMAZON.CancelIntent", "samples": []},
    ]


def test_a_type_is_built_with_ids_names_and_synonyms(built: dict[str, Any]) -> None:
    assert built["languageModel"]["types"][0] == {
        "name": "PizzaSize",
        "values": [
            {"id": "small", "name": {"value": "small", "synonyms": ["little"]}},
            {"id": "large", "name": {"value": "large", "synonyms": ["big"]}},
        ],
    }


def test_a_value_without_synonyms_has_no_empty_list_of_them(built: dict[str, Any]) -> None:
    assert built["languageModel"]["types"][1]["values"][0] == {
        "id": "ham",
        "name": {"value": "ham"},
    }


def test_the_dialog_has_the_intents_with_prompts_only(built: dict[str, Any]) -> None:
    assert built["dialog"] == {
        "intents": [
            {
                "name": "OrderIntent",
                "delegationStrategy": "ALWAYS",
                "confirmationRequired": True,
                "prompts": {"confirmation": "is_it_right"},
                "slots": [
                    {
                        "name": "Size",
                        "type": "PizzaSize",
                        "elicitationRequired": True,
                        "confirmationRequired": False,
                        "prompts": {"elicitation": "which_size"},
                        "validations": [
                            {"type": "hasEntityResolutionMatch", "prompt": "no_such_size"}
                        ],
                    },
                    {
                        "name": "Toppings",
                        "type": "Topping",
                        "elicitationRequired": False,
                        "confirmationRequired": False,
                        "prompts": {},
                    },
                ],
            }
        ],
        "delegationStrategy": "SKILL_RESPONSE",
    }


def test_a_prompt_is_plain_text_unless_it_speaks_ssml(built: dict[str, Any]) -> None:
    assert built["prompts"][0] == {
        "id": "which_size",
        "variations": [
            {"type": "PlainText", "value": "What size would you like?"},
            {"type": "SSML", "value": "<speak>Which <emphasis>size</emphasis>?</speak>"},
        ],
    }


def test_the_fallback_sensitivity_is_built(built: dict[str, Any]) -> None:
    assert built["languageModel"]["modelConfiguration"] == {
        "fallbackIntentSensitivity": {"level": "HIGH"}
    }


def test_the_same_source_builds_the_same_text(write: Write, pizzeria: str) -> None:
    assert build(read(write(pizzeria), "en-US")) == build(read(write(pizzeria), "en-US"))


REFUSED = [
    # the invocation name
    ('"little pizzeria"', '"pizzeria"', "invocation: “pizzeria” needs two words"),
    ('"little pizzeria"', '"pizza 2 go"', "invocation: “2” cannot be said"),
    ('"little pizzeria"', '"Little pizzeria"', "must be in lower case"),
    ('"little pizzeria"', '"ask pizzeria"', "“ask” is a word that Alexa keeps"),
    ('"little pizzeria"', '"pizza skill"', "“skill” is a word that Alexa keeps"),
    # built-in intents and choices
    ('"AMAZON.StopIntent", ', "", "built_in: every skill needs “AMAZON.StopIntent”"),
    ('"AMAZON.StopIntent"', '"AMAZON.StopIt"', "Alexa brings no intent “AMAZON.StopIt”"),
    ('"AMAZON.StopIntent", ', '"AMAZON.HelpIntent", ', "“AMAZON.HelpIntent” is declared twice"),
    ('"HIGH"', '"MAXIMUM"', "fallback_sensitivity is “MAXIMUM”"),
    ('"ALWAYS"', '"SOMETIMES"', "OrderIntent: delegation is “SOMETIMES”"),
    # intents
    ("intents.CodeIntent", "intents.Code4Intent", "Code4Intent: a name has letters"),
    ('"Order a pizza."', '" "', "OrderIntent: its meaning is empty"),
    ('black olives"\n', 'anchovies"\n', "OrderIntent: its example “get me a large"),
    ("with {Toppings}]", "with {Toppings}", "OrderIntent: “get me a {Size} pizza [with"),
    ('"get me a pizza"', '"get me {Drink}"', "“get me {Drink}” uses {Drink}, which is not"),
    ('"get me a pizza"', '"{Size} and {Size}"', "uses {Size} more than once"),
    ('"get me a pizza"', '"get me 2 pizzas"', "“get me 2 pizzas”: “2” cannot be said"),
    ('"get me a pizza"', '"what pizza?"', "“what pizza?”: “?” cannot be said"),
    ('"get me a pizza"', '"a pizza. now"', "“a pizza. now”: “pizza.” cannot be said"),
    ('"get me a pizza"', '"My code is {Code}"', "uses {Code}, which is not declared"),
    ('"{Code}"]', '"Get me a pizza"]', "CodeIntent: “get me a pizza” already means OrderIntent"),
    # slots
    ('"AMAZON.NUMBER"', '"AMAZON.NUMERO"', "CodeIntent.Code: there is no type “AMAZON.NUMERO”"),
    ('type = "Topping"', 'type = "Extra"', "OrderIntent.Toppings: there is no type “Extra”"),
    ('"AMAZON.NUMBER"', '"AMAZON.NUMBER"\nmultiple = true', "takes one value"),
    ('elicit = "which_size"', "", "OrderIntent.Size: its samples answer a question that no"),
    ('"[a] {Size} (one|pizza)"', '"{Drink}"', "OrderIntent.Size: “{Drink}” uses {Drink}"),
    ("hasEntityResolutionMatch", "isNice", "OrderIntent.Size: there is no validation “isNice”"),
    ("hasEntityResolutionMatch", "isInSet", "“isInSet” takes values"),
    # types
    ('large = ["large", "big"]', "", "OrderIntent: its example “get me a large pizza"),
    ('small = ["small", "little"]', '"" = ["small"]', "PizzaSize: ['small'] has no id"),
    ('small = ["small", "little"]', "small = []", "PizzaSize: “small” has no name"),
    ('"little"]', '"Large"]', "PizzaSize: “large” is listed 2 times"),
    ('"little"]', '"size 1"]', "PizzaSize: “size 1”: “1” cannot be said"),
    # prompts
    ('elicit = "which_size"', 'elicit = "what_size"', "OrderIntent: there is no prompt “what_"),
    ('elicit = "which_size"', 'elicit = "no_such_size"', "which_size: no intent uses this"),
    ("We have no {Size}", "We have no {Drink}", "uses {Drink}, which is not declared"),
    ('["A {Size} pizza. Is that right?"]', "[]", "is_it_right: the prompt has no variation"),
    # the shape of the file
    ('meaning = "Order a pizza."', "", "OrderIntent: “meaning” is missing"),
    ('example = "my code', 'sample = "my code', "CodeIntent: “example” is missing"),
    ("multiple = true", "multiple = true\nseveral = true", "“several” is not a key"),
    ("multiple = true", 'multiple = "yes"', "“multiple” must be a bool"),
    ('["get me a pizza", ', '[7, "get me a pizza", ', "“sentences” must be a list of strings"),
    ("large =", "small =", "not valid TOML"),
]


@pytest.mark.parametrize(("correct", "wrong", "complaint"), REFUSED)
def test_what_amazon_or_an_editor_would_not_accept_is_refused(
    write: Write, pizzeria: str, correct: str, wrong: str, complaint: str
) -> None:
    assert correct in pizzeria

    with pytest.raises(ModelError) as refusal:
        build(read(write(pizzeria.replace(correct, wrong)), "en-US"))

    assert str(refusal.value).startswith("en.toml: ")
    assert complaint in str(refusal.value)


def test_all_problems_are_named_at_once(write: Write, pizzeria: str) -> None:
    faulty = pizzeria.replace("little pizzeria", "pizzeria").replace("AMAZON.NUMBER", "Numero")

    with pytest.raises(ModelError) as refusal:
        build(read(write(faulty), "en-US"))

    assert [problem.place for problem in refusal.value.problems] == [
        "en.toml: invocation",
        "en.toml: CodeIntent.Code",
    ]
