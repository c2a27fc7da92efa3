"""Words to an intent with slots, on a model of the tests' own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.understanding import InteractionModel, NotUnderstood
from simulator.understanding.__main__ import main

SKILL_ID = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"


def _type(name: str, **values: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "values": [
            {"id": id_, "name": {"value": names[0], "synonyms": names[1:]}}
            for id_, names in values.items()
        ],
    }


LANGUAGE = {
    "invocationName": "little pizzeria",
    "intents": [
        {
            "name": "OrderIntent",
            "slots": [
                {"name": "Size", "type": "PizzaSize", "samples": ["a {Size} one"]},
                {
                    "name": "Toppings",
                    "type": "Topping",
                    "multipleValues": {"enabled": True},
                    "samples": ["with {Toppings}", "{Size} with {Toppings}"],
                },
            ],
            "samples": [
                "get me a pizza",
                "get me a {Size} pizza",
                "a pizza with {Toppings}",
                "a {Size} pizza with {Toppings}",
                "a {Size} pizza",
                "a {Size} {Toppings} pizza",
                "{Size}",
            ],
        },
        {
            "name": "CodeIntent",
            "slots": [{"name": "Code", "type": "AMAZON.NUMBER"}],
            "samples": ["my code is {Code}", "{Code}"],
        },
        {
            "name": "PinIntent",
            "slots": [{"name": "Pin", "type": "AMAZON.FOUR_DIGIT_NUMBER"}],
            "samples": ["my pin is {Pin}"],
        },
        {
            "name": "NoteIntent",
            "slots": [
                {"name": "Note", "type": "AMAZON.SearchQuery"},
                {"name": "Driver", "type": "AMAZON.FirstName"},
            ],
            "samples": ["tell the driver {Note}", "is {Driver} the driver"],
        },
        {"name": "EmailIntent", "slots": [], "samples": ["e-mail me", "what's my email"]},
        *(
            {"name": f"AMAZON.{name}Intent", "samples": []}
            for name in ("Help", "Stop", "Cancel", "NavigateHome", "Repeat", "Yes", "No")
        ),
        {"name": "AMAZON.FallbackIntent", "samples": []},
    ],
    "types": [
        _type("PizzaSize", small=["small", "little"], large=["large", "big"]),
        _type(
            "Topping",
            pepperoni=["pepperoni"],
            olives=["olives", "black olives"],
            onions=["onions"],
            cheese=["cheese"],
            extra_cheese=["extra cheese"],
            ham=["ham"],
            hawaii=["ham and pineapple"],
        ),
    ],
}
DIALOG = {
    "intents": [
        {"name": "OrderIntent", "confirmationRequired": False, "prompts": {}, "slots": []},
        {"name": "CodeIntent", "delegationStrategy": "SKILL_RESPONSE"},
    ],
}
PROMPTS = [
    {
        "id": "which_size",
        "variations": [
            {"type": "PlainText", "value": "What size?"},
            {"type": "PlainText", "value": "Which size?"},
        ],
    }
]
BUILT = {"interactionModel": {"languageModel": LANGUAGE, "dialog": DIALOG, "prompts": PROMPTS}}


@pytest.fixture(scope="module")
def model() -> InteractionModel:
    return InteractionModel(BUILT, SKILL_ID)


def _said(slot: dict[str, Any]) -> list[str]:
    """The values of a slot as words, whether one or several."""
    values = slot.get("slotValue", {}).get("values", [slot])
    return [value["value"] for value in values if "value" in value]


def _ids(slot: dict[str, Any]) -> list[str | None]:
    """The ids that the values of a slot resolved to, None where they did not."""
    values = slot.get("slotValue", {}).get("values", [slot])
    authorities = [value["resolutions"]["resolutionsPerAuthority"][0] for value in values]
    return [
        authority["values"][0]["value"]["id"] if "values" in authority else None
        for authority in authorities
    ]


def test_a_model_is_loaded_from_its_built_file(tmp_path: Path) -> None:
    path = tmp_path / "en-US.json"
    path.write_text(json.dumps(BUILT), encoding="utf-8")

    model = InteractionModel.load(path)

    assert model.invocation_name == "little pizzeria"
    assert model.understand("get me a pizza").intent == "OrderIntent"


@pytest.mark.parametrize(
    "words",
    [
        "get me a pizza",
        "Get me a pizza!",
        "Alexa, get me a pizza, please.",
        "um could you please get me a pizza uh thank you",
        "I’d like you to get me a pizza",
    ],
)
def test_case_punctuation_and_small_carriers_change_nothing(
    model: InteractionModel, words: str
) -> None:
    understood = model.understand(words)

    assert (understood.intent, understood.sentence) == ("OrderIntent", "get me a pizza")


@pytest.mark.parametrize("words", ["email me", "e-mail me", "E mail me", "what’s my email?"])
def test_spelling_that_cannot_be_heard_changes_nothing(model: InteractionModel, words: str) -> None:
    assert model.understand(words).intent == "EmailIntent"


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("help", "Help"),
        ("what can I do?", "Help"),
        ("can you help me", "Help"),
        ("stop", "Stop"),
        ("Alexa, stop!", "Stop"),
        ("never mind", "Cancel"),
        ("go home", "NavigateHome"),
        ("say that again", "Repeat"),
        ("could you repeat that please", "Repeat"),
        ("yes please", "Yes"),
        ("yeah", "Yes"),
        ("no thank you", "No"),
        ("nope", "No"),
    ],
)
def test_the_usual_phrases_reach_the_built_in_intents(
    model: InteractionModel, words: str, intent: str
) -> None:
    assert model.understand(words).intent == f"AMAZON.{intent}Intent"


@pytest.mark.parametrize(
    "words", ["banana", "four banana", "", "please", "get me a", "a pizza with onions and"]
)
def test_everything_else_falls_back(model: InteractionModel, words: str) -> None:
    understood = model.understand(words)

    assert (understood.intent, understood.slots) == ("AMAZON.FallbackIntent", {})
    assert understood.sentence is None


@given(words=st.text(max_size=60), eliciting=st.sampled_from([None, ("OrderIntent", "Toppings")]))
def test_whatever_is_typed_something_is_understood(
    model: InteractionModel, words: str, eliciting: tuple[str, str] | None
) -> None:
    understood = model.understand(words, eliciting=eliciting)

    assert all(slot["name"] == name for name, slot in understood.slots.items())


def test_without_a_fallback_intent_nonsense_is_not_understood() -> None:
    intents = [{"name": "AMAZON.HelpIntent", "samples": []}]
    language = {"invocationName": "little pizzeria", "intents": intents}
    model = InteractionModel({"interactionModel": {"languageModel": language}})

    with pytest.raises(NotUnderstood):
        model.understand("stop")


def test_a_value_is_sent_as_it_was_said_with_what_it_means(model: InteractionModel) -> None:
    resolutions = {
        "resolutionsPerAuthority": [
            {
                "authority": f"amzn1.er-authority.echo-sdk.{SKILL_ID}.PizzaSize",
                "status": {"code": "ER_SUCCESS_MATCH"},
                "values": [{"value": {"name": "large", "id": "large"}}],
            }
        ]
    }

    assert model.understand("get me a Big pizza").as_json() == {
        "name": "OrderIntent",
        "confirmationStatus": "NONE",
        "slots": {
            "Size": {
                "name": "Size",
                "value": "big",
                "resolutions": resolutions,
                "confirmationStatus": "NONE",
                "source": "USER",
                "slotValue": {"type": "Simple", "value": "big", "resolutions": resolutions},
            },
            "Toppings": {"name": "Toppings", "confirmationStatus": "NONE"},
        },
    }


def test_several_values_are_sent_as_a_list_without_a_value(model: InteractionModel) -> None:
    toppings = model.understand("a pizza with pepperoni and black olives").slots["Toppings"]

    assert toppings["slotValue"]["type"] == "List"
    assert [value["type"] for value in toppings["slotValue"]["values"]] == ["Simple", "Simple"]
    assert "value" not in toppings
    assert _said(toppings) == ["pepperoni", "black olives"]
    assert _ids(toppings) == ["pepperoni", "olives"]


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("pepperoni", ["pepperoni"]),
        ("pepperoni, onions and extra cheese", ["pepperoni", "onions", "extra_cheese"]),
        ("ham and pineapple and olives", ["hawaii", "olives"]),
        ("ham and olives", ["ham", "olives"]),
        ("anchovies", [None]),
        ("pepperoni and anchovies", ["pepperoni", None]),
        ("sun dried tomatoes and olives", [None, "olives"]),
    ],
)
def test_toppings_are_told_apart(model: InteractionModel, said: str, ids: list[str | None]) -> None:
    understood = model.understand(f"a pizza with {said}")

    assert _ids(understood.slots["Toppings"]) == ids


def test_a_word_that_is_not_in_the_list_is_sent_without_a_match(model: InteractionModel) -> None:
    size = model.understand("get me a gigantic pizza").slots["Size"]

    resolution = size["resolutions"]["resolutionsPerAuthority"][0]
    assert size["value"] == "gigantic"
    assert resolution["status"] == {"code": "ER_SUCCESS_NO_MATCH"}
    assert "values" not in resolution


def test_listed_values_are_preferred_to_guesses(model: InteractionModel) -> None:
    understood = model.understand("a large pepperoni pizza")

    assert understood.sentence == "a {Size} {Toppings} pizza"
    assert _ids(understood.slots["Size"]) == ["large"]
    assert _ids(understood.slots["Toppings"]) == ["pepperoni"]


def test_a_sentence_that_is_only_a_slot_takes_listed_values_only(model: InteractionModel) -> None:
    assert model.understand("large").intent == "OrderIntent"
    assert model.understand("enormous").intent == "AMAZON.FallbackIntent"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("oh four two seven", "0427"),
        ("twenty-three", "23"),
        ("my code is 0427", "0427"),
        ("my code is double five one two", "5512"),
        ("my code is four banana two", "?"),
    ],
)
def test_a_number_is_sent_in_digits_and_without_resolutions(
    model: InteractionModel, words: str, value: str
) -> None:
    understood = model.understand(words)

    assert understood.intent == "CodeIntent"
    assert understood.slots["Code"] == {
        "name": "Code",
        "value": value,
        "confirmationStatus": "NONE",
        "source": "USER",
        "slotValue": {"type": "Simple", "value": value},
    }


@pytest.mark.parametrize("pin", ["12345", "one two three", "one two three four five"])
def test_a_four_digit_number_has_four_digits(model: InteractionModel, pin: str) -> None:
    assert model.understand(f"my pin is {pin}").intent == "AMAZON.FallbackIntent"
    assert model.understand("my pin is oh oh one two").slots["Pin"]["value"] == "0012"


def test_free_text_is_sent_as_it_was_said(model: InteractionModel) -> None:
    note = model.understand("tell the driver to ring the bell twice and wait").slots["Note"]

    assert note["value"] == "to ring the bell twice and wait"
    assert "resolutions" not in note


def test_a_built_in_list_takes_a_name(model: InteractionModel) -> None:
    assert model.understand("is Ada the driver").slots["Driver"]["value"] == "ada"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("big", "big"),
        ("um, small please", "small"),
        ("a large one", "large"),
        ("gigantic", "gigantic"),
    ],
)
def test_the_answer_to_a_question_fills_the_slot_that_was_asked_for(
    model: InteractionModel, words: str, value: str
) -> None:
    understood = model.understand(words, eliciting=("OrderIntent", "Size"))

    assert understood.intent == "OrderIntent"
    assert understood.slots["Size"]["value"] == value


def test_an_answer_may_fill_another_slot_too(model: InteractionModel) -> None:
    slots = model.understand("big with onions", eliciting=("OrderIntent", "Toppings")).slots

    assert (_ids(slots["Size"]), _ids(slots["Toppings"])) == (["large"], ["onions"])


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("cancel", "AMAZON.CancelIntent"),
        ("help", "AMAZON.HelpIntent"),
        ("email me", "EmailIntent"),
        ("one two three four", "CodeIntent"),
    ],
)
def test_a_question_can_be_answered_with_another_request(
    model: InteractionModel, words: str, intent: str
) -> None:
    assert model.understand(words, eliciting=("OrderIntent", "Size")).intent == intent


def test_an_unclear_number_is_sent_as_a_question_mark_while_it_is_waited_for(
    model: InteractionModel,
) -> None:
    understood = model.understand("four banana", eliciting=("CodeIntent", "Code"))

    assert understood.slots["Code"]["value"] == "?"


@pytest.mark.parametrize(
    ("words", "request_"),
    [
        ("Alexa, open little pizzeria", ""),
        ("little pizzeria", ""),
        ("Alexa, ask Little Pizzeria to get me a large pizza", "get me a large pizza"),
        ("ask little pizzeria what's my email", "what's my email"),
        ("open little pizzeria and email me", "email me"),
        ("get me a pizza from little pizzeria", "get me a pizza"),
    ],
)
def test_calling_the_skill_leaves_the_request(
    model: InteractionModel, words: str, request_: str
) -> None:
    assert model.called(words) == request_


@pytest.mark.parametrize("words", ["get me a pizza", "open big pizzeria", "little pizzerias", ""])
def test_without_its_name_the_skill_is_not_called(model: InteractionModel, words: str) -> None:
    assert model.called(words) is None


def test_a_dialog_is_led_by_alexa_unless_the_model_says_otherwise(model: InteractionModel) -> None:
    order, code = model.dialog("OrderIntent"), model.dialog("CodeIntent")

    assert order is not None
    assert order["delegationStrategy"] == "ALWAYS"
    assert code == {"name": "CodeIntent", "delegationStrategy": "SKILL_RESPONSE"}
    assert model.dialog("PinIntent") is None


def test_a_prompt_is_its_first_variation(model: InteractionModel) -> None:
    assert model.prompt("which_size") == "What size?"
    with pytest.raises(KeyError):
        model.prompt("which_drink")


def test_the_command_shows_what_the_skill_would_be_sent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["email", "me", "my", "details"]) == 0

    fitting, intent = capsys.readouterr().out.split("\n", 1)
    assert fitting == "fits: email me my details"
    assert json.loads(intent) == {"name": "EmailMyDetailsIntent", "confirmationStatus": "NONE"}


def test_the_command_fails_when_nothing_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["banana"]) == 1

    assert "AMAZON.FallbackIntent" in capsys.readouterr().out
