"""Values that nobody expects where they stand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Json = Any

TEXTS = (
    "",
    " ",
    "\x00",
    "pizza\x00",
    "\x0b\x1b[31m\x7f\x85",
    "\ud800",
    "\udfff\ud83c",
    "\ufffe\uffff\ufdd0",
    "\u202eazzip\u202c \u05e4\u05d9\u05e6\u05d4 \u0628\u064a\u062a\u0632\u0627",
    "e\u0301" * 400 + "\u200d\u2028\u2029\ufeff",
    "🍕👩‍👩‍👧‍👦",
    "🍕" * 6_000,
    "𝟜𝟚𝟙𝟟",
    "٤٢١٧",
    "²③Ⅳ",
    "9" * 5_000,
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "[]",
    "a" * 30_000,
    "<&>\"'" * 3_000,
    "wort " * 2_000,
    "</speak><audio src='x'/>",
    "]]><!--",
    "{name}",
    "{0.__class__.__mro__}",
    "%s%n",
    "../menu",
    "http://",
    "http://\x00",
    "http://[::1",
    "http://.",
    "https://127.0.0.1:1",
    "deserialized_types",
    "__class__",
    "LaunchRequest",
    "IntentRequest",
    "SessionEndedRequest",
)

NUMBERS: tuple[float, ...] = (
    0,
    -1,
    7,
    1_700_000_000,
    1_700_000_000_000,
    2**63,
    -(10**400),
    -0.0,
    0.1,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
)
"""As Python's JSON has them, which is what Lambda's runtime reads events with."""

DEEPEST = 300
"""Levels. The runtime itself gives up on an event that is some thousand levels deep."""


def text(random: Random) -> str:
    """A text that may hold anything."""
    pieces = [random.choice(TEXTS) for _ in range(random.choice((1, 1, 1, 2)))]
    return "".join(pieces)


def value(random: Random) -> Json:
    """Anything that JSON can say, and some things that only Python's JSON can."""
    makers: Sequence[Callable[[Random], Json]] = (
        lambda _: None,
        lambda _: None,
        lambda chance: chance.random() < 0.5,
        text,
        text,
        text,
        lambda chance: chance.choice(NUMBERS),
        lambda chance: copy.deepcopy(
            chance.choice(([], {}, [[]], [None], {"": None}, {"type": 7}))
        ),
        lambda chance: [text(chance), chance.choice(NUMBERS), None],
        lambda chance: {text(chance): chance.choice(NUMBERS), "type": text(chance)},
        _deep,
    )
    return random.choice(makers)(random)


def _deep(random: Random) -> Json:
    inner: Json = None
    for _ in range(random.randrange(2, DEEPEST)):
        inner = [inner] if random.random() < 0.5 else {"value": inner}
    return inner


def changed(random: Random, whole: Json) -> Json:
    """A copy of a JSON value in which something, somewhere, is not as it was."""
    if not isinstance(whole, dict | list) or not whole or random.random() < 0.04:
        return value(random)
    spots = list(whole) if isinstance(whole, dict) else list(range(len(whole)))
    spot = random.choice(spots)
    other: Any = copy.copy(whole)
    if isinstance(whole[spot], dict | list) and random.random() < 0.85:
        other[spot] = changed(random, whole[spot])
    else:
        random.choice(_CHANGES)(random, other, spot)
    return other


def _replace(random: Random, whole: Any, spot: Any) -> None:
    whole[spot] = value(random)


def _nullify(_: Random, whole: Any, spot: Any) -> None:
    whole[spot] = None


def _drop(_: Random, whole: Any, spot: Any) -> None:
    del whole[spot]


def _wrap(random: Random, whole: Any, spot: Any) -> None:
    whole[spot] = [whole[spot]] if random.random() < 0.5 else {"value": whole[spot]}


def _retype(_: Random, whole: Any, spot: Any) -> None:
    """A number as a text, and anything else as its Python name."""
    whole[spot] = str(whole[spot])


def _lengthen(random: Random, whole: Any, spot: Any) -> None:
    whole[spot] = f"{whole[spot]}{text(random)}"


def _swap(random: Random, whole: Any, spot: Any) -> None:
    other = random.choice(list(whole) if isinstance(whole, dict) else list(range(len(whole))))
    whole[spot], whole[other] = whole[other], whole[spot]


def _add(random: Random, whole: Any, spot: Any) -> None:
    """One more member; as an attribute of the SDK's models is named, if chance will have it."""
    if isinstance(whole, dict):
        name = random.choice((_snake(str(spot)), "object_type", "deserialized_types", text(random)))
        whole[name] = value(random)
    else:
        whole += [value(random)] * random.choice((1, 2, 500))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_CHANGES: Sequence[Callable[[Random, Any, Any], None]] = (
    _replace,
    _replace,
    _replace,
    _nullify,
    _drop,
    _drop,
    _wrap,
    _retype,
    _lengthen,
    _swap,
    _add,
)
