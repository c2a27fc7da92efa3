"""Whatever code is made, in every form in which people say it, comes back unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pizza_on_demand.languages import Language
from pizza_on_demand.verification import OwnCodes
from pizza_on_demand.voice import spoken_codes
from simulator.understanding import InteractionModel
from simulator.understanding.spoken import words_of
from simulator.world import MODELS
from tests.locales import LANGUAGES


@cache
def heard_by(locale: str) -> InteractionModel:
    """An Echo of that locale."""
    return InteractionModel.load(MODELS / f"{locale}.json")


MODEL = heard_by("en-US")

ENGLISH = Language.of("en-US")

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()

codes = st.integers(4, 8).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)
made_codes = st.integers(4, 8).map(
    lambda length: str(OwnCodes(["k" * 32], length=length).make("an order").value)
)


def read_code(words: str) -> str:
    return spoken_codes.read_code(words, ENGLISH)


def below_hundred(pair: str) -> str:
    """Say a pair of digits as a number: "twelve", "forty five", "oh seven"."""
    if pair[0] == "0":
        return f"oh {ONES[int(pair[1])]}"
    if pair[0] == "1":
        return TEENS[int(pair[1])]
    ones = "" if pair[1] == "0" else f" {ONES[int(pair[1])]}"
    return TENS[int(pair[0])] + ones


def doubled(code: str) -> str:
    """Say two equal digits as "double five"."""
    return re.sub(
        r"(\d)(\1?)",
        lambda found: ("double " if found[2] else "") + ONES[int(found[1])] + " ",
        code,
    ).strip()


def forms(code: str) -> Iterator[str]:
    """Every form in which the Echo's customers say a code."""
    yield code
    yield " ".join(code)
    yield f"{code[: len(code) // 2]} {code[len(code) // 2 :]}"
    yield " ".join(ONES[int(digit)] for digit in code)
    yield " ".join("oh" if digit == "0" else ONES[int(digit)] for digit in code)
    yield doubled(code)
    if len(code) % 2 == 0:
        pairs = [code[i : i + 2] for i in range(0, len(code), 2)]
        # "twenty" and then "oh five": said in pairs, a bare ten before a digit is ambiguous.
        if not any(pair[1] == "0" and pair[0] > "1" for pair in pairs):
            yield " ".join(below_hundred(pair) for pair in pairs)


def through_the_echo(words: str) -> str:
    """What the skill reads after Alexa has understood *words*."""
    understood = MODEL.understand(words)
    assert understood.intent == "AuthorizePizzaOrderIntent", words
    return read_code(understood.slots["Code"].get("value", ""))


@given(codes)
@example("0427")
@example("0000")
@example("5512")
@example("1245")
def test_a_code_said_in_any_form_comes_back_through_the_echo(code: str) -> None:
    for form in forms(code):
        assert through_the_echo(form) == code, form
        assert through_the_echo(f"authorize order {form}") == code, form
        assert through_the_echo(f"operation pizza is a go {form}") == code, form


@given(made_codes)
def test_a_code_that_we_make_comes_back(code: str) -> None:
    for form in forms(code):
        assert through_the_echo(form) == code, form


def said_in(language: Language, code: str) -> Iterator[str]:
    """A code digit by digit, and in pairs where no pair can be taken for more or less."""
    words: list[str] = language.numbers["below_hundred"]
    yield " ".join(words[int(digit)] for digit in code)
    pairs = [int(code[i : i + 2]) for i in range(0, len(code), 2)]
    if len(code) % 2 == 0 and all(pair >= 10 and (pair == 10 or pair % 10) for pair in pairs):
        yield " ".join(words[pair] for pair in pairs)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.locale)
@settings(max_examples=40)
@given(code=codes)
@example(code="0427")
@example(code="1245")
@example(code="97817616")
def test_a_code_comes_back_in_every_language(language: Language, code: str) -> None:
    """The Echo of the world and the skill have learned to count from different tables."""
    model = heard_by(language.locale)
    for words in said_in(language, code):
        understood = model.understand(words)
        assert understood.intent == "AuthorizePizzaOrderIntent", words
        assert understood.slots["Code"]["value"] == code, words
        assert spoken_codes.read_code(words, language) == code, words


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.locale)
def test_every_number_below_a_hundred_has_one_word_in_both_tables(language: Language) -> None:
    model = heard_by(language.locale)
    words = language.numbers["below_hundred"]

    assert len(set(words)) == len(words) == 100
    for number, said in enumerate(words):
        assert spoken_codes.read_code(said, language) == str(number), said
        assert model.language.numbers.read(words_of(said)) == str(number), said


@given(codes)
def test_words_that_alexa_did_not_turn_into_digits_are_read_too(code: str) -> None:
    for form in forms(code):
        assert read_code(form) == code, form


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("four thousand one hundred and seventy two", "4172"),
        ("twelve hundred", "1200"),
        ("twelve hundred and five", "1205"),
        ("one hundred twenty-three", "123"),
        ("for to ate won", "4281"),
        ("4,172", "4172"),
        ("4-1-7-2", "4172"),
        ("triple seven nine", "7779"),
        ("٤١٧٢", "4172"),
        ("４１７２", "4172"),
    ],
)
def test_unusual_ways_to_say_a_code(words: str, code: str) -> None:
    assert read_code(words) == code


@pytest.mark.parametrize(
    "words", ["", "?", "pizza", "one two apple", "double", "hundred", "4.5x", "½", "²"]
)
def test_what_is_no_code_is_none(words: str) -> None:
    assert read_code(words) == ""


@given(st.text())
def test_anything_at_all_is_read_without_a_fault(words: str) -> None:
    read = read_code(words)

    assert read == "" or re.fullmatch(r"[0-9]+", read)


def test_the_bare_code_has_only_one_intent() -> None:
    """A number that is said alone goes to whichever intent has a bare numeric slot."""
    built = json.loads((MODELS / "en-US.json").read_text("utf-8"))
    intents = built["interactionModel"]["languageModel"]["intents"]
    bare = [
        intent["name"]
        for intent in intents
        for sample in intent.get("samples", [])
        if re.fullmatch(r"\{\w+\}", sample)
    ]

    assert bare == ["AuthorizePizzaOrderIntent"]


@pytest.mark.parametrize(
    ("locale", "words", "code"),
    [
        ("de-DE", "zwo eins ein einen eine", "21111"),
        ("es-ES", "una veintiuna treinta y un", "12131"),
        ("fr-FR", "une vingt et une quatre vingts", "12180"),
        ("it-IT", "un una uno due", "1112"),
        ("pt-BR", "meia sete duas uma", "6721"),
        ("pt-BR", "meia meia quarenta e duas", "6642"),
    ],
)
def test_a_digit_may_have_several_words(locale: str, words: str, code: str) -> None:
    understood = heard_by(locale).understand(words)

    assert understood.slots["Code"]["value"] == code
    assert spoken_codes.read_code(words, Language.of(locale)) == code
