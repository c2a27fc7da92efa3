"""Numbers as people say them in English, to digits as Alexa delivers them.

Digits are a string and stay in the order they were said: "oh four two seven" is
"0427". People mix three ways of saying a number, and all of them are read:
digit by digit ("one two three four", "double five"), in groups ("twelve thirty
four"), and as a quantity ("one hundred and twenty three").
"""

from __future__ import annotations

Words = tuple[str, ...]

_ZERO = frozenset(("zero", "oh", "o", "nought"))
_UNITS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_TIMES = {"double": 2, "triple": 3}


def read_digits(words: Words) -> str | None:
    """The digits that *words* spell, or None if they spell anything else.

    Args:
        words: lower-case words without punctuation; "twenty-three" is two of them.
    """
    digits = ""
    while words:
        group = _group(words)
        if group is None:
            return None
        said, words = group
        digits += said
    return digits or None


def is_number_word(word: str) -> bool:
    """Whether *word* says a digit or a number by itself."""
    return _group((word,)) is not None


def _group(words: Words) -> tuple[str, Words] | None:
    """The digits of the longest group at the start of *words*, and what follows it."""
    return _single(words) or _repeated(words) or _quantity(words)


def _single(words: Words) -> tuple[str, Words] | None:
    if words[0].isascii() and words[0].isdecimal():
        return words[0], words[1:]
    return ("0", words[1:]) if words[0] in _ZERO else None


def _repeated(words: Words) -> tuple[str, Words] | None:
    if words[0] not in _TIMES or len(words) < 2:
        return None
    digit = "0" if words[1] in _ZERO else str(_UNITS.get(words[1], ""))
    return (digit * _TIMES[words[0]], words[2:]) if digit else None


def _quantity(words: Words) -> tuple[str, Words] | None:
    """Such as "four", "forty two", "twelve hundred", "two thousand and five"."""
    number, rest = _hundreds(words)
    if number and rest[:1] == ("thousand",):
        remainder, after = _hundreds(_past_and(rest[1:]))
        number, rest = number * 1000 + remainder, after if remainder else rest[1:]
    return (str(number), rest) if number else None


def _hundreds(words: Words) -> tuple[int, Words]:
    """The number at the start of *words* up to the word "thousand", 0 if there is none."""
    number, rest = _below_hundred(words)
    if words[:2] in (("a", "hundred"), ("a", "thousand")):
        number, rest = 1, words[1:]
    if not number or rest[:1] != ("hundred",):
        return number, rest
    remainder, after = _below_hundred(_past_and(rest[1:]))
    return number * 100 + remainder, after if remainder else rest[1:]


def _below_hundred(words: Words) -> tuple[int, Words]:
    first, second, *_ = (*words[:2], "", "")
    if first in _TENS:
        unit = _UNITS.get(second, 0)
        return _TENS[first] + unit, words[2 if unit else 1 :]
    number = _TEENS.get(first) or _UNITS.get(first, 0)
    return number, words[1:] if number else words


def _past_and(words: Words) -> Words:
    return words[1:] if words[:1] == ("and",) else words
