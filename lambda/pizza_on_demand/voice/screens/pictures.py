"""Draws pizzas and what lies on them, as Alexa Vector Graphics.

Version 1.0 of the format knows paths and groups, and neither circles nor copies: so both
are written out here.
https://developer.amazon.com/docs/alexa/alexa-presentation-language/apl-avg-format.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

Graphic = dict[str, Any]
Numbers = list[float]

_FILE = Path(__file__).with_name("documents") / "toppings.json"
_ARGUMENTS = {"m": 2, "l": 2, "q": 4, "a": 7, "z": 0, "o": 3}
"""Numbers after each command: SVG's relative ones, and "o" for a circle at x, y of radius r."""

_MOST_PIECES = 7
_MOST_PIECES_IN_ALL = 28
"""A pizza with everything on it has fewer of each: replies of Alexa have to be small."""
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_SPREAD = 6.6
_RADIUS = 84
_RELATIVE_SIZES = {"small": 0.76, "medium": 0.86, "large": 0.96}

_DOUGH: Sequence[Mapping[str, Any]] = (
    {"fill": "#d9924a", "draw": "o 0 0 76"},
    {"fill": "#e9ae63", "draw": "o 0 0 72"},
    {"fill": "#c23f22", "draw": "o 0 0 65"},
    {"fill": "#ffcf70", "draw": "o 0 0 62"},
    {"fill": "#ffdf97", "draw": "o -24 -28 15 o 26 -14 19 o -14 26 21 o 30 32 11"},
)
_CUTS: Mapping[str, Any] = {
    "stroke": "#8a4a1c59",
    "strokeWidth": 1.6,
    "draw": "m 0 -76 l 0 152 m -76 -76 l 152 0"
    " m -129.7 -53.7 l 107.4 107.4 m 0 -107.4 l -107.4 107.4",
}


def pizza(size: str, toppings: Sequence[str]) -> Graphic:
    """A whole pizza, seen from above; larger sizes fill more of the plate."""
    known = [topping for topping in toppings if topping in _shapes()]
    count = min(_MOST_PIECES, _MOST_PIECES_IN_ALL // max(1, len(known)))
    pieces = [
        _path(shape, _places(topping, count)) for topping in known for shape in _shapes()[topping]
    ]
    dough = [_path(shape) for shape in _DOUGH]
    scale = _RELATIVE_SIZES.get(size, 1.05)
    return _graphic(_RADIUS, [*dough, *pieces, _path(_CUTS)], scale)


def piece(topping: str) -> Graphic:
    """One piece of a topping, close up."""
    return _graphic(12, [_path(shape) for shape in _shapes().get(topping, ())])


def _graphic(radius: int, paths: list[dict[str, Any]], scale: float = 1) -> Graphic:
    group = {"type": "group", "translateX": radius, "translateY": radius, "items": paths}
    if scale != 1:
        group |= {"scaleX": scale, "scaleY": scale}
    side = 2 * radius
    return {"type": "AVG", "version": "1.0", "width": side, "height": side, "items": [group]}


@cache
def _shapes() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    shapes: dict[str, list[dict[str, Any]]] = json.loads(_FILE.read_text("utf-8"))
    return shapes


Place = tuple[float, float, float]
"""x, y, and an angle in radians."""


def _places(topping: str, count: int) -> tuple[Place, ...]:
    """Where a topping's pieces lie: on a spiral of sunflower seeds, on every so-manieth one.

    So those of one topping never touch, and no two toppings hide each other. The fewer there
    are, the farther out they begin: the seeds in the middle are the closest together.
    """
    first, kinds = list(_shapes()).index(topping), len(_shapes())
    seeds_in_all = kinds * _MOST_PIECES
    step = seeds_in_all // count
    seeds = ((first + step // 2 + n * step) % seeds_in_all for n in range(count))
    return tuple(
        (r * math.cos(turn), r * math.sin(turn), seed * 0.3)
        for seed in seeds
        for r, turn in [(_SPREAD * math.sqrt(seed), seed * _GOLDEN_ANGLE)]
    )


def _path(shape: Mapping[str, Any], places: Sequence[Place] = ((0, 0, 0),)) -> dict[str, Any]:
    look = {name: value for name, value in shape.items() if name != "draw"}
    if "fill" not in look:
        look["fill"] = "transparent"
    commands = list(_read(shape["draw"]))
    drawn = (_put(commands, place) for place in places)
    return {"type": "path", "pathData": "".join(drawn), **look}


def _read(draw: str) -> Iterator[tuple[str, Numbers]]:
    tokens = iter(draw.split())
    for command in tokens:
        yield command, [float(token) for token in islice(tokens, _ARGUMENTS[command])]


def _put(commands: Sequence[tuple[str, Numbers]], place: Place) -> str:
    """The commands as path data, turned and moved to their place."""
    x, y, angle = place
    data = f"M{_short(x)},{_short(y)}"
    for command, numbers in commands:
        if command == "o":
            dx, dy = _turned(numbers[:2], angle)
            data += _circle(dx, dy, numbers[2], back_to=(x, y))
        elif command == "a":
            radii, flags, end = numbers[:2], numbers[3:5], _turned(numbers[5:], angle)
            data += _written("a", [*radii, math.degrees(angle) % 360, *flags, *end])
        else:
            data += _written(command, _turned(numbers, angle))
    return data


def _circle(dx: float, dy: float, r: float, *, back_to: tuple[float, float]) -> str:
    around = _written("a", [r, r, 0, 1, 0, 2 * r, 0]) + _written("a", [r, r, 0, 1, 0, -2 * r, 0])
    return _written("m", [dx - r, dy]) + around + _written("M", list(back_to))


def _turned(numbers: Sequence[float], angle: float) -> Numbers:
    """Pairs of x and y, turned about the origin."""
    cos, sin = math.cos(angle), math.sin(angle)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return [n for x, y in pairs for n in (x * cos - y * sin, x * sin + y * cos)]


def _written(command: str, numbers: Sequence[float]) -> str:
    return command + " ".join(map(_short, numbers))


def _short(number: float) -> str:
    """A tenth of a pixel is enough."""
    return f"{round(number, 1):g}"
