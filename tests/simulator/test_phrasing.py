"""The same, said in the words of another model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.understanding.phrasing import Phrasebook, UnsayableError


def _intent(name: str, samples: list[str], **types: str) -> dict[str, Any]:
    slots = [
        {"name": slot, "type": kind, "multipleValues": {"enabled": slot == "Toppings"}}
        for slot, kind in types.items()
    ]
    return {"name": name, "samples": samples, "slots": slots}


def _model(name: str, order: list[str], code: list[str], **values: str) -> dict[str, Any]:
    language = {
        "invocationName": name,
        "intents": [
            _intent("OrderIntent", order, Size="Size", Toppings="Topping"),
            _intent("CodeIntent", code, Code="AMAZON.NUMBER"),
            *(_intent(f"AMAZON.{built_in}Intent", []) for built_in in ("Yes", "Stop", "Fallback")),
        ],
        "types": [
            {"name": kind, "values": [{"id": id_, "name": {"value": values[id_]}} for id_ in ids]}
            for kind, ids in {"Size": ["large"], "Topping": ["ham", "olives"]}.items()
        ],
    }
    return {"interactionModel": {"languageModel": language}}


AMERICAN = _model(
    "little pizzeria",
    ["a {Size} pizza", "a {Size} pizza with {Toppings}", "something with {Toppings}"],
    ["my code is {Code}"],
    large="large",
    ham="ham",
    olives="olives",
)
SCOTTISH = _model(
    "wee pizzeria",
    ["gie us a {Size} yin", "gie us a {Size} yin and {Toppings} on it"],
    ["{Code} it is"],
    large="muckle",
    ham="gammon",
    olives="olives",
)


@pytest.fixture
def book(tmp_path: Path) -> Phrasebook:
    for locale, model in {"en-US": AMERICAN, "en-GB": SCOTTISH}.items():
        (tmp_path / f"{locale}.json").write_text(json.dumps(model), "utf-8")
    return Phrasebook(tmp_path, "en-US", "en-GB")


@pytest.mark.parametrize(
    ("said", "elsewhere"),
    [
        ("open little pizzeria", "open wee pizzeria"),
        ("ask little pizzeria for a large pizza", "ask wee pizzeria gie us a muckle yin"),
        ("a large pizza with ham", "gie us a muckle yin and gammon on it"),
        ("a large pizza with ham and olives", "gie us a muckle yin and gammon and olives on it"),
        ("a large pizza with kelp", "gie us a muckle yin and kelp on it"),
        ("my code is oh four two seven", "0427 it is"),
        ("sure", "yes"),
        ("quit", "exit"),
        ("teach me the tango", "teach me the tango"),
    ],
)
def test_what_was_meant_is_said_in_the_words_of_the_other_model(
    book: Phrasebook, said: str, elsewhere: str
) -> None:
    assert book.said(said) == elsewhere


@pytest.mark.parametrize("said", ["large", "a large pizza"])
def test_an_answer_is_an_answer_elsewhere_too(book: Phrasebook, said: str) -> None:
    assert book.said(said, ("OrderIntent", "Size")) == "muckle"


def test_what_nobody_can_say_there_is_named(book: Phrasebook) -> None:
    with pytest.raises(UnsayableError, match="'something with ham'"):
        book.said("something with ham")
