"""Nothing that one language has may be missing in another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interaction_model.__main__ import SOURCES
from interaction_model.parity import WORDS, model_problems, word_problems
from interaction_model.source import read, read_all

Write = Callable[[str], Path]

ENGLISH = """
[bye]
speech = "Goodbye and thank you, {name}."
always = true
tries.one = "one more try"
tries.other = "{count} more tries"
points = ["first of all", "last of all"]
[sizes]
large = "large"
"""
LATIN = """
[bye]
speech = "Vale, {name}."
always = true
tries.one = "semel"
tries.other = "{count} temptationes"
points = ["primum omnium", "postremo"]
[sizes]
large = "magna"
"""
VARIANTS = 'speech = ["Goodbye and thank you, {name}.", "Bye, {name}."]'
FORMS = 'large = { name = "magna", other = "magnae" }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Words in two languages, and those of a region."""
    for language, words in {"en": ENGLISH, "la": LATIN}.items():
        (tmp_path / language / "regions").mkdir(parents=True)
        for part in ("speech", "letters", "pages", "screens", "menu"):
            (tmp_path / language / f"{part}.toml").write_text(words, "utf-8")
    several = ENGLISH.replace('speech = "Goodbye and thank you, {name}."', VARIANTS)
    (tmp_path / "en" / "speech.toml").write_text(several, "utf-8")
    (tmp_path / "la" / "menu.toml").write_text(LATIN.replace('large = "magna"', FORMS), "utf-8")
    region = tmp_path / "la" / "regions" / "la-VA.toml"
    region.write_text('[speech.bye]\nspeech = ["Vade in pace, {name}.", "Vale {name}."]\n', "utf-8")
    return tmp_path


def found(folder: Path) -> list[str]:
    return [str(problem) for problem in word_problems(folder)]


def test_all_our_languages_have_the_same_words_and_facts() -> None:
    assert found(WORDS) == []


def test_all_our_models_have_the_same_intents_slots_and_values() -> None:
    assert list(model_problems(read_all(SOURCES))) == []


def test_another_number_of_variants_or_forms_is_no_problem(folder: Path) -> None:
    assert found(folder) == []


@pytest.mark.parametrize(
    ("part", "before", "after", "problem"),
    [
        ("speech", 'speech = "Vale, {name}."', "", "la/speech.toml: “bye.speech” is missing"),
        ("speech", "Vale, {name}", "Vale, {nomen}", "needs the facts ['name']"),
        ("speech", "Vale, {name}", "Vale, {name", "expected '}'"),
        ("speech", "always = true", "always = false", "“bye.always” is False"),
        ("letters", "semel", " ", "there are no words"),
        ("letters", "semel", "**semel", "and never ends"),
        ("pages", '"primum omnium", ', "", "“bye.points.1” is missing"),
        ("pages", "primum omnium", "first of all", "“first of all” is still English"),
        ("speech", "Vale, {name}.", "Bye, {name}.", "“Bye, {name}.” is still English"),
        ("letters", "magna", "large", "“large” is still English"),
        ("menu", "Vale, {name}.", "See you, {name}.", "“See you, {name}.” is still English"),
        ("screens", "semel", "what else?", "“what else?” is still English"),
        ("pages", "[sizes]", "[moles]\nx = 'x'\n[sizes]", "“moles.x” stands in no other language"),
        ("menu", "[sizes]\nlarge", "[sizes]\nhuge", "“sizes.large” is missing"),
        ("menu", '"magna"', '{ other = "magnae" }', "there are no words"),
        ("menu", "{count} temptationes", "temptationes", None),
    ],
)
def test_what_a_language_lacks_is_named(
    folder: Path, part: str, before: str, after: str, problem: str | None
) -> None:
    assert before in LATIN
    (folder / "la" / f"{part}.toml").write_text(LATIN.replace(before, after), "utf-8")

    problems = found(folder)

    assert any(problem in found for found in problems) if problem else not problems


def test_a_language_without_a_file_lacks_all_that_is_in_it(folder: Path) -> None:
    (folder / "la" / "pages.toml").unlink()

    assert found(folder) == ["la/pages.toml: there is no such file"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("[speech.bye]\nspeach = 'Vale, {name}.'", "its language has nothing of that name"),
        ("[speech.bye]\nspeech = 'Vale.'", "needs the facts ['name']"),
        ("[songs.bye]\nspeech = 'Vale.'", "there is no such part"),
        ("[speech.bye]\nspeech = 'And you, {name}?'", "“And you, {name}?” is still English"),
    ],
)
def test_a_region_has_nothing_that_its_language_lacks(
    folder: Path, words: str, problem: str
) -> None:
    (folder / "la" / "regions" / "la-VA.toml").write_text(words, "utf-8")

    assert any(problem in found for found in found(folder))


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("AMAZON.NUMBER", "AMAZON.FOUR_DIGIT_NUMBER", "CodeIntent is"),
        ("small =", "tiny =", "type PizzaSize is ['large', 'tiny']"),
        ("multiple = true", "multiple = false", "OrderIntent is"),
    ],
)
def test_a_model_with_another_shape_is_found(
    write: Write, pizzeria: str, before: str, after: str, problem: str
) -> None:
    assert before in pizzeria
    english = read(write(pizzeria), "en-US")
    other = read(write(pizzeria.replace(before, after)), "en-US")

    assert not list(model_problems({"en-US": english, "en-GB": english}))
    assert any(problem in found.what for found in model_problems({"en-US": english, "la": other}))


def test_english_in_the_model_of_another_language_is_found(write: Write, pizzeria: str) -> None:
    source = write(pizzeria)
    english, latin = read(source, "en-US"), read(source, "la-VA")

    found = [problem.what for problem in model_problems({"en-US": english, "la-VA": latin})]

    assert found
    assert all("is still English" in what for what in found)


def test_what_a_region_says_comes_on_top(write: Write, pizzeria: str, tmp_path: Path) -> None:
    source = write(pizzeria.replace('["en-US"]', '["en-US", "en-GB"]'))
    (tmp_path / "en-GB.toml").write_text(
        'invocation = "wee pizzeria"\n[types.PizzaSize]\nsmall = ["wee"]\n', "utf-8"
    )

    american, british = read(source, "en-US"), read(source, "en-GB")

    assert (american.invocation, british.invocation) == ("little pizzeria", "wee pizzeria")
    assert american.types[0].values["small"] == ("small", "little")
    assert british.types[0].values["small"] == ("small", "little", "wee")
    assert british.intents == american.intents
    assert not list(model_problems({"en-US": american, "en-GB": british}))
