"""Reads a code as people say it: "oh four two seven", "double five", "twelve forty-five".

Alexa mostly gives digits, but not always. A code is never a number: leading zeros live,
so everything here stays text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pizza_on_demand.languages import Language

Group = tuple[str, int]
"""The digits that the first words stand for, and how many words that are; 0 if none."""

_NOTHING: Group = ("", 0)
_WORD = r"\d|[^\W\d_]+|[^\s\w,.:-]"


def read_code(words: str, language: Language) -> str:
    """The digits in *words*, in their order; "" when there is anything else among them.

    Args:
        words: what was said, in any mixture of digits, groups and number words.
        language: what it was said in.
    """
    left = tuple(re.findall(_WORD, words.lower()))
    if all(word.isdecimal() for word in left):  # no table is needed, and mostly none is
        return "".join(str(unicodedata.decimal(digit)) for digit in left)
    return _table(language).read(left)


@cache
def _table(language: Language) -> _Table:
    return _Table(language.numbers)


class _Table:
    """The words of numbers in one language.

    Args:
        words: as numbers.toml has them.
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        listed = [tuple(said.split()) for said in words["below_hundred"]]
        numbers = {said: str(number) for number, said in enumerate(listed)}
        for number, others in words.get("also", {}).items():
            numbers |= {tuple(other.split()): number for other in others}
            numbers |= dict(_sounding_alike(numbers, listed[int(number)], others))
        self._numbers = numbers
        self._longest = max(map(len, numbers))
        self._times: Mapping[str, int] = words.get("times", {})
        self._hundreds: Mapping[str, str] = {
            word: number for number, ways in words.get("hundreds", {}).items() for word in ways
        }
        self._hundred = frozenset(words["hundred"])
        self._thousand = frozenset(words["thousand"])
        self._one_thousand = frozenset(words.get("one_thousand", ()))
        self._and = frozenset(words.get("and", ()))

    def read(self, words: tuple[str, ...]) -> str:
        """The digits that all of *words* stand for; "" if there is anything else among them."""
        digits = ""
        while words:
            read, count = self._group(words)
            if not count:
                return ""
            digits += read
            words = words[count:]
        return digits

    def _group(self, words: tuple[str, ...]) -> Group:
        if words[0] in self._times:
            digit, count = _digit(words[1:]) or self._below_hundred(words[1:])
            is_digit = len(digit) == 1
            return (digit * self._times[words[0]], count + 1) if is_digit else _NOTHING
        return _digit(words) or self._below_million(words)

    def _below_million(self, words: tuple[str, ...]) -> Group:
        if words[0] in self._one_thousand:
            return self._with_rest(words, "1", 1, 3)
        return self._scaled(words, self._below_thousand(words), self._thousand, 3)

    def _below_thousand(self, words: tuple[str, ...]) -> Group:
        if words and words[0] in self._hundreds:
            return self._with_rest(words, self._hundreds[words[0]], 1, 2)
        return self._scaled(words, self._below_hundred(words), self._hundred, 2)

    def _scaled(
        self, words: tuple[str, ...], said: Group, scale: frozenset[str], places: int
    ) -> Group:
        """So many hundreds or thousands, and what comes after them."""
        number, count = said
        if number in {"", "0"} or not scale.intersection(words[count : count + 1]):
            return said
        return self._with_rest(words, number, count + 1, places)

    def _with_rest(self, words: tuple[str, ...], number: str, count: int, places: int) -> Group:
        joint = bool(words[count : count + 1]) and words[count] in self._and
        left = words[count + joint :]
        rest, more = self._below_thousand(left) if places == 3 else self._below_hundred(left)
        return number + rest.zfill(places), count + (joint + more if more else 0)

    def _below_hundred(self, words: tuple[str, ...]) -> Group:
        """The longest number at the beginning."""
        for length in range(min(self._longest, len(words)), 0, -1):
            if words[:length] in self._numbers:
                return self._numbers[words[:length]], length
        return _NOTHING


def _digit(words: tuple[str, ...]) -> Group | None:
    return (str(unicodedata.decimal(words[0])), 1) if words and words[0].isdecimal() else None


def _sounding_alike(
    numbers: Mapping[tuple[str, ...], str], word: tuple[str, ...], others: list[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Longer numbers that end in a word, with what sounds like it in its place."""
    for said, number in numbers.items():
        if len(said) > len(word) and said[-len(word) :] == word:
            for other in others:
                yield (*said[: -len(word)], *other.split()), number
