"""Numbers as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.understanding.language import HeardLanguage

read_digits = HeardLanguage.of("en-US").numbers.read

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("two", "2"),
        ("1234", "1234"),
        ("47 11", "4711"),
        ("one two three four", "1234"),
        ("oh four two seven", "0427"),
        ("double five", "55"),
        ("triple oh seven", "0007"),
        ("forty two", "42"),
        ("twelve thirty four", "1234"),
        ("twenty oh five", "2005"),
        ("a hundred", "100"),
        ("twelve hundred", "1200"),
        ("one hundred and twenty three", "123"),
        ("two thousand and five", "2005"),
        ("one hundred twenty three thousand four hundred and fifty six", "123456"),
        ("one hundred and one", "101"),
        ("one twenty three", "123"),
    ],
)
def test_a_number_is_read_as_its_digits(said: str, digits: str) -> None:
    assert read_digits(tuple(said.split())) == digits


@pytest.mark.parametrize(
    "said",
    [
        "",
        "banana",
        "four banana",
        "and",
        "one and two",
        "one hundred and",
        "double",
        "a",
        "thousand",
    ],
)
def test_anything_else_is_no_number(said: str) -> None:
    assert read_digits(tuple(said.split())) is None


@pytest.mark.parametrize(
    ("locale", "said", "digits"),
    [
        ("de-DE", "eine", "1"),
        ("de-DE", "zwo", "2"),
        ("es-MX", "veintiuna", "21"),
        ("es-MX", "treinta y una", "31"),
        ("fr-FR", "quatre vingts", "80"),
        ("it-IT", "un", "1"),
        ("pt-BR", "duas", "2"),
        ("pt-BR", "quarenta e duas", "42"),
        ("pt-BR", "meia meia", "66"),
    ],
)
def test_a_number_has_other_words_before_what_is_counted(
    locale: str, said: str, digits: str
) -> None:
    assert HeardLanguage.of(locale).numbers.read(tuple(said.split())) == digits


def test_a_half_is_no_six() -> None:
    brazilian = HeardLanguage.of("pt-BR").numbers

    assert brazilian.read(("meia",)) is None
    assert not brazilian.is_number_word("meia")


def _pair(two: str) -> str:
    """Two digits in one breath: "12" is "twelve", "07" is "oh seven", "00" "double oh"."""
    if two == "00":
        return "double oh"
    return f"oh {DIGITS[int(two)]}" if two[0] == "0" else _quantity(int(two))


def _quantity(number: int) -> str:
    """A number below a million the way it is counted."""
    if number >= 1000:
        return f"{_quantity(number // 1000)} thousand {_rest(number % 1000)}".strip()
    if number >= 100:
        return f"{DIGITS[number // 100]} hundred {_rest(number % 100)}".strip()
    if number >= 20:
        return f"{TENS[number // 10 - 2]} {_rest(number % 10)}".strip()
    return TEENS[number - 10] if number >= 10 else DIGITS[number]


def _rest(number: int) -> str:
    return _quantity(number) if number else ""


@given(st.text("0123456789", min_size=1, max_size=8))
def test_a_code_said_digit_by_digit_keeps_every_digit(code: str) -> None:
    assert read_digits(tuple(DIGITS[int(digit)] for digit in code)) == code


@given(st.lists(st.text("0123456789", min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_code_said_in_pairs_keeps_every_digit(pairs: list[str]) -> None:
    said = " ".join(_pair(pair) for pair in pairs)

    assert read_digits(tuple(said.split())) == "".join(pairs)


@given(st.integers(min_value=0, max_value=999_999))
def test_a_quantity_is_read_as_its_digits(number: int) -> None:
    assert read_digits(tuple(_quantity(number).split())) == str(number)
