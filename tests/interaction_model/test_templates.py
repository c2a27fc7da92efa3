"""The template grammar in which sentences are written."""

from __future__ import annotations

import pytest

from interaction_model.templates import TemplateError, expand, fits, slots_in


@pytest.mark.parametrize(
    ("template", "sentences"),
    [
        ("who am I", ["who am I"]),
        ("(email|send) me", ["email me", "send me"]),
        ("[the] menu", ["the menu", "menu"]),
        ("[the|your] menu", ["the menu", "your menu", "menu"]),
        ("a [(big|small)] pizza", ["a big pizza", "a small pizza", "a pizza"]),
        ("(read [me]|show) it", ["read me it", "read it", "show it"]),
        ("get me (a|one) {Size} pizza", ["get me a {Size} pizza", "get me one {Size} pizza"]),
        ("pizza[s]", ["pizzas", "pizza"]),
    ],
)
def test_a_template_stands_for_its_sentences(template: str, sentences: list[str]) -> None:
    assert list(expand(template)) == sentences


def test_a_sentence_that_two_choices_give_appears_once() -> None:
    assert expand("(a|a) [very] [very] good pizza") == (
        "a very very good pizza",
        "a very good pizza",
        "a good pizza",
    )


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("(email|send me", "“(” is not closed with “)”"),
        ("(email] me", "“(” is not closed with “)”"),
        ("email) me", "“)” has no opening bracket"),
        ("[the menu]", "without saying anything"),
        ("", "without saying anything"),
    ],
)
def test_a_faulty_template_is_refused(template: str, fault: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        expand(template)

    assert fault in str(refusal.value)


def test_slots_are_found_in_reading_order() -> None:
    assert slots_in("a {Size} pizza with {Toppings}") == ("Size", "Toppings")


@pytest.mark.parametrize(
    ("said", "fitting"),
    [
        ("a large pizza with ham", True),
        ("A Large pizza with ham and black olives", True),
        ("a large pizza with ham, onions and black olives", True),
        ("a huge pizza with ham", False),
        ("a large pizza with", False),
        ("please a large pizza with ham", False),
    ],
)
def test_an_example_fits_a_sentence_whose_slots_have_listed_values(
    said: str, fitting: bool
) -> None:
    values = {"Size": ["large"], "Toppings": ["ham", "onions", "black olives"]}

    assert fits(said, "a {Size} pizza with {Toppings}", values, "en") is fitting


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "mit Speck, Oliven und Pilzen"),
        ("en", "mit Speck, Oliven, and Pilzen"),
        ("es", "mit Speck, Oliven y Pilzen"),
        ("fr", "mit Speck et Oliven et Pilzen"),
        ("it", "mit Speck, Oliven e Pilzen"),
        ("pt", "mit Speck, Oliven e Pilzen"),
    ],
)
def test_a_list_is_joined_as_its_language_joins_it(language: str, said: str) -> None:
    values = {"Belag": ["Speck", "Oliven", "Pilzen"]}

    assert fits(said, "mit {Belag}", values, language)
    assert not fits("mit Speck aut Oliven", "mit {Belag}", values, language)
    assert fits("mit Speck and Oliven", "mit {Belag}", values, language) is (language == "en")


def test_a_slot_without_listed_values_takes_any_words() -> None:
    assert fits("my code is one two three four", "my code is {Code}", {}, "en")
