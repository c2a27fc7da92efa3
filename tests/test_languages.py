"""How languages put things: held against Babel, which has all of CLDR and is not uploaded."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel import Locale, dates, lists, numbers, units
from hypothesis import given
from hypothesis import strategies as st

from interaction_model.__main__ import SOURCES
from interaction_model.cldr import WORDS, written
from pizza_on_demand.languages import Language
from pizza_on_demand.languages.words import overlaid
from pizza_on_demand.menu import Menu, Pizza
from tests.locales import LANGUAGES, LOCALES

CURRENCY = Menu.load().shop.currency

in_every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.locale)


def babel(language: Language) -> Locale:
    return Locale.parse(language.locale, sep="-")


def spaceless(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("source", sorted(SOURCES.glob("??.toml")), ids=lambda path: path.stem)
def test_the_rules_that_are_kept_are_those_of_cldr(source: Path) -> None:
    kept = (WORDS / source.stem / "cldr.json").read_text("utf-8")

    assert kept == written(source), "run: python -m interaction_model.cldr"
    assert set(json.loads(kept)) == {tag for tag in LOCALES if tag.startswith(source.stem)}


@in_every_language
@given(amount=st.decimals(0, 99_999, places=2))
def test_money_is_written_as_cldr_writes_it(language: Language, amount: Decimal) -> None:
    by_babel = numbers.format_currency(amount, CURRENCY, locale=babel(language))

    # CLDR puts a space between letters and digits ("USD 5"), and Babel leaves it out.
    assert spaceless(language.money(amount)) == spaceless(by_babel)


@in_every_language
@given(amount=st.decimals(0, 99_999, places=2))
def test_money_is_spoken_with_a_sign_that_can_be_said(language: Language, amount: Decimal) -> None:
    spoken = language.spoken_money(amount)

    assert spoken.count("$") == 1
    assert not any(mark.isalpha() or mark == "\xa0" for mark in spoken)


@in_every_language
@given(things=st.lists(st.text("abc", min_size=1), min_size=1, max_size=7))
def test_lists_read_on_as_cldr_has_them(language: Language, things: list[str]) -> None:
    assert language.listing(things) == lists.format_list(things, locale=babel(language))


@in_every_language
def test_plural_forms_are_those_of_cldr(language: Language) -> None:
    plural = babel(language).plural_form

    assert all(language.rules.plural(n) == plural(n) for n in range(20_000))


@in_every_language
@given(minutes=st.integers(1, 5000))
def test_durations_are_in_the_largest_unit_that_fits(language: Language, minutes: int) -> None:
    whole = minutes % 60 == 0
    number, unit = (minutes // 60, "hour") if whole else (minutes, "minute")
    by_babel = units.format_unit(number, f"duration-{unit}", "long", "0", locale=babel(language))

    assert language.duration(timedelta(minutes=minutes)) == by_babel


@in_every_language
@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_times_are_put_as_cldr_puts_them(language: Language, at: datetime) -> None:
    locale = babel(language)
    by_babel = dates.format_datetime(at, "EEEE|MMMM|d", locale=locale)

    assert language.clock_time(at) == f"{dates.format_time(at, 'short', locale=locale)} UTC"
    assert all(part in language.moment(at) for part in by_babel.split("|"))
    assert language.clock_time(at) in language.moment(at)
    assert str(at.year) not in language.moment(at), "a year looks like a code"


@in_every_language
@pytest.mark.parametrize("share", ["0.08", "0.0825", "0.1", "0"])
def test_a_share_is_written_in_per_cent(language: Language, share: str) -> None:
    by_babel = numbers.format_percent(
        Decimal(share),
        re.sub(r"0(\s*%)", r"0.##\1", babel(language).percent_formats[None].pattern),
        locale=babel(language),
    )

    assert spaceless(language.percent(Decimal(share))) == spaceless(by_babel)


@in_every_language
@pytest.mark.parametrize("quantity", [1, 2, 10])
@pytest.mark.parametrize("toppings", [(), ("bacon",), ("bacon", "onions", "black_olives")])
def test_an_order_is_put_into_words_with_all_that_is_on_it(
    language: Language, quantity: int, toppings: tuple[str, ...]
) -> None:
    for put in (language.pizzas, language.spoken_pizzas):
        said = put(Pizza("large", toppings, quantity))

        assert "{" not in said
        assert all(language.topping(topping, "with") in said for topping in toppings)
        assert quantity == 1 or str(quantity) in said


def test_what_is_not_sold_any_more_goes_by_its_id() -> None:
    assert Language.of("en-US").pizzas(Pizza("tiny", ("kelp",))) == "1 tiny pizza with kelp"


@pytest.mark.parametrize(
    ("tags", "spoken"),
    [
        (["en-GB"], "en-GB"),
        (["en-NZ"], "en-US"),
        (["en"], "en-US"),
        (["xx-XX", "en-AU"], "en-AU"),
        (["tlh"], "en-US"),
        (["../en", "en/../en", "", "EN-us"], "en-US"),
        ([], "en-US"),
    ],
)
def test_whoever_we_cannot_talk_to_hears_the_nearest_that_we_speak(
    tags: list[str], spoken: str
) -> None:
    assert Language.of(*tags).locale == spoken


def written_in(language: str, part: str) -> str:
    """Every text of a part, as it is written down."""
    path = WORDS / language / f"{part}.toml"
    return "\n".join(_strings(tomllib.loads(path.read_text("utf-8"))))


def _strings(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
        return
    for inner in words.values() if isinstance(words, dict) else words:
        if not isinstance(inner, bool):
            yield from _strings(inner)


@pytest.mark.parametrize("part", ["letters", "pages", "screens"])
@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        ("de", r"\"|“\w|\w„|[‘«»”]"),
        ("es", r"\"|[“”„]|« | »|(?m:^[^¿]*\?)"),
        (
            "fr",
            r"\"|[“”„]|(?<=\w)'|«(?!\xa0)|(?<!\xa0)»|(?<!\xa0):(?=\s)|(?<![\u202f])[;!?](?=\s|$)",
        ),
        ("it", r"\"|[“”„]|« | »|\be'|perche'"),
        ("pt", r"\"|[„«»]|“ | ”"),
    ],
)
def test_what_is_read_has_the_marks_of_its_language(language: str, part: str, wrong: str) -> None:
    """https://unicode.org/reports/tr35/tr35-general.html#Delimiter_Elements"""
    text = written_in(language, part)
    if part == "letters":
        text = text.replace(Language.of(language).letters["texts"]["code"], "")

    assert re.findall(f".{{0,20}}(?:{wrong}).{{0,20}}", text) == []


def test_a_region_says_only_some_things_in_its_own_way() -> None:
    british, american = Language.of("en-GB"), Language.of("en-US")

    assert british.speech["fallback"] != american.speech["fallback"]
    assert british.speech["menu"] == american.speech["menu"]
    assert Language.of("en-AU").topping("green_peppers") == "green capsicum"
    assert overlaid({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}) == {"a": {"b": 1, "c": 3}}
