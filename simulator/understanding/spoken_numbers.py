"""Numbers as people say them, to digits as Alexa delivers them.

Digits are a string and stay in the order they were said: "oh four two seven" is
"0427". People mix three ways of saying a number, and all of them are read:
digit by digit ("one two three four", "double five"), in groups ("twelve thirty
four"), and as a quantity ("one hundred and twenty three").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.understanding.spoken import Words, words_of


class SpokenNumbers:
    """The numbers of a language.

    Args:
        data: `numbers` of its file.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        small = {words_of(said): n for n, said in enumerate(data["below_hundred"]) if n}
        self._small = small | dict(_otherwise(small, _numbered(data, "also")))
        self._halves = _alone(data.get("half", ()))
        self._zero = frozenset(data["zero"])
        self._scales = {100: _alone(data["hundred"]), 1000: _alone(data["thousand"])}
        self._wholes = {
            100: _phrases({1: data.get("one_hundred", ())} | _numbered(data, "hundreds")),
            1000: _phrases({1: data.get("one_thousand", ())}),
        }
        self._and = _alone(data.get("and", ()))
        self._times: Mapping[str, int] = data.get("times", {})

    def read(self, words: Words) -> str | None:
        """The digits that *words* spell, or None if they spell anything else.

        Args:
            words: lower-case words without punctuation; "twenty-three" is two of them.
        """
        if words in self._halves:
            return None
        digits = ""
        while words:
            group = self._group(words)
            if group is None:
                return None
            said, words = group
            digits += said
        return digits or None

    def is_number_word(self, word: str) -> bool:
        """Whether *word* says a digit or a number by itself."""
        return self.read((word,)) is not None

    def _group(self, words: Words) -> tuple[str, Words] | None:
        """The digits of the longest group at the start of *words*, and what follows it."""
        return self._single(words) or self._repeated(words) or self._quantity(words)

    def _single(self, words: Words) -> tuple[str, Words] | None:
        if words[0].isascii() and words[0].isdecimal():
            return words[0], words[1:]
        return ("0", words[1:]) if words[0] in self._zero else None

    def _repeated(self, words: Words) -> tuple[str, Words] | None:
        if words[0] not in self._times or len(words) < 2:
            return None
        unit = self._small.get(words[1:2], 0)
        digit = "0" if words[1] in self._zero else str(unit) if 0 < unit < 10 else ""
        return (digit * self._times[words[0]], words[2:]) if digit else None

    def _quantity(self, words: Words) -> tuple[str, Words] | None:
        """Such as "four", "forty two", "twelve hundred", "two thousand and five"."""
        number, rest = self._scaled(words, 1000)
        return (str(number), rest) if number else None

    def _scaled(self, words: Words, scale: int) -> tuple[int, Words]:
        """So many hundreds or thousands, and what comes after them; 0 if it is no number."""
        smaller = self._below_hundred if scale == 100 else self._below_thousand
        number, rest = _longest(self._wholes[scale], words)
        if not number:
            number, rest = smaller(words)
            if not number or rest[:1] not in self._scales[scale]:
                return number, rest
            rest = rest[1:]
        more, after = smaller(rest[1:] if rest[:1] in self._and else rest)
        return number * scale + more, after if more else rest

    def _below_thousand(self, words: Words) -> tuple[int, Words]:
        return self._scaled(words, 100)

    def _below_hundred(self, words: Words) -> tuple[int, Words]:
        return _longest(self._small, words)


def _longest(numbers: Mapping[Words, int], words: Words) -> tuple[int, Words]:
    """The longest number at the start of *words*, 0 if there is none, and what follows it."""
    for length in range(len(words), 0, -1):
        if words[:length] in numbers:
            return numbers[words[:length]], words[length:]
    return 0, words


def _otherwise(
    small: Mapping[Words, int], also: Mapping[int, Iterable[str]]
) -> Iterator[tuple[Words, int]]:
    """Other words for a number, also where a larger one ends in it: "uma", "vinte e uma"."""
    usual = {number: said for said, number in small.items()}
    for said, number in small.items():
        for ending, others in also.items():
            if said[-len(usual[ending]) :] == usual[ending]:
                yield from ((said[: -len(usual[ending])] + words_of(w), number) for w in others)


def _alone(listed: Iterable[str]) -> frozenset[Words]:
    return frozenset((word,) for word in listed)


def _phrases(numbers: Mapping[int, Iterable[str]]) -> dict[Words, int]:
    return {words_of(said): number for number, ways in numbers.items() for said in ways}


def _numbered(data: Mapping[str, Any], name: str) -> dict[int, list[str]]:
    return {int(number): ways for number, ways in data.get(name, {}).items()}
