"""Reads a code as people say it: "oh four two seven", "double five", "twelve forty-five".

Alexa mostly gives digits, but not always. A code is never a number: leading zeros live,
so everything here stays text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Group = tuple[str, int]
"""The digits that the first words stand for, and how many words that are; 0 if none."""

_ZERO = ("zero", "oh", "o", "nought", "naught")
_ONES = {
    **dict.fromkeys(("one", "won"), "1"),
    **dict.fromkeys(("two", "to", "too"), "2"),
    "three": "3",
    **dict.fromkeys(("four", "for", "fore"), "4"),
    "five": "5",
    "six": "6",
    "seven": "7",
    **dict.fromkeys(("eight", "ate"), "8"),
    "nine": "9",
}
"""With what else these sound like: the recogniser cannot know that a digit was meant."""
_TEENS = {
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
}
_TENS = {
    "twenty": "2",
    "thirty": "3",
    "forty": "4",
    "fifty": "5",
    "sixty": "6",
    "seventy": "7",
    "eighty": "8",
    "ninety": "9",
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}


def read_code(words: str) -> str:
    """The digits in *words*, in their order; "" when there is anything else among them.

    Args:
        words: what was said, in any mixture of digits, groups and number words.
    """
    left = re.findall(r"\d|[^\W\d_]+|[^\s\w,.:-]", words.lower())
    digits = ""
    while left:
        read, count = _group(left)
        if not count:
            return ""
        digits += read
        left = left[count:]
    return digits


def _group(words: list[str]) -> Group:
    first = words[0]
    if first in _TIMES:
        digit, count = _digit(words[1:])
        return digit * _TIMES[first], count + 1 if count else 0
    digit, count = _digit(words) if first not in _ONES else ("", 0)
    return (digit, count) if count else _thousands(words)


def _digit(words: list[str]) -> Group:
    first = words[0] if words else ""
    if first.isdecimal():
        return str(unicodedata.decimal(first)), 1
    return ("0", 1) if first in _ZERO else (_ONES.get(first, ""), int(first in _ONES))


def _thousands(words: list[str]) -> Group:
    return _scaled(words, "thousand", 3, _hundreds)


def _hundreds(words: list[str]) -> Group:
    return _scaled(words, "hundred", 2, _tens)


def _scaled(words: list[str], scale: str, places: int, smaller: Callable[..., Group]) -> Group:
    """So many hundreds or thousands, and what comes after them."""
    digits, count = smaller(words)
    if not count or words[count : count + 1] != [scale]:
        return digits, count
    count += 1
    joint = words[count : count + 1] == ["and"]
    rest, more = smaller(words[count + joint :]) if words[count + joint :] else ("", 0)
    return digits + rest.zfill(places), count + (joint + more if more else 0)


def _tens(words: list[str]) -> Group:
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in _TEENS:
        return _TEENS[first], 1
    if first in _TENS:
        ones = _ONES.get(second, "0")
        return _TENS[first] + ones, 2 if second in _ONES else 1
    return _ONES.get(first, ""), int(first in _ONES)
