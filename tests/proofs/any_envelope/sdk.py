"""Whatever the models of ask-sdk-model can hold, read off the models themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

from ask_sdk_model.context import Context
from ask_sdk_model.request import Request

Json = Any

KINDS: tuple[str, ...] = tuple(sorted(Request.discriminator_value_class_map))
"""Every request type that the SDK knows."""

_LIST = re.compile(r"list\[(.*)]")
_DICT = re.compile(r"dict\([^,]*, (.*)\)")
_DEEPEST = 5
_PLAIN: dict[str, Callable[[Random], Json]] = {
    "str": lambda random: random.choice(("", "x", "amzn1.something", "2026-01-05", "en-US")),
    "int": lambda random: random.choice((0, 1, 200, -1)),
    "float": lambda random: random.choice((0.0, 1.5, 200)),
    "bool": lambda random: random.random() < 0.5,
    "datetime": lambda _: "2026-01-05T18:30:00Z",
    "object": lambda random: random.choice(({}, {"key": "value"}, "text", 7)),
}


def request(random: Random, kind: str) -> dict[str, Json]:
    """A request of that type with whatever its model has."""
    name = Request.discriminator_value_class_map[kind]
    return {**_model(random, _class(name), 0), "type": kind}


def context(random: Random) -> dict[str, Json]:
    """A context with whatever the SDK knows of surroundings."""
    return _model(random, Context, 0)


def of(random: Random, named: type[Any]) -> Json:
    """What one of the SDK's classes may be read from."""
    return _member(random, named) if issubclass(named, Enum) else _model(random, named, 0)


def _value(random: Random, type_name: str, depth: int) -> Json:
    """A value for one of the SDK's type names, such as "list[ask_sdk_model.slot.Slot]"."""
    if listed := _LIST.fullmatch(type_name):
        return [_value(random, listed[1], depth + 1) for _ in range(random.choice((0, 1, 2)))]
    if mapped := _DICT.fullmatch(type_name):
        return {key: _value(random, mapped[1], depth + 1) for key in ("a", "b")[: 2 - depth // 3]}
    if plain := _PLAIN.get(type_name):
        return plain(random)
    try:
        named = _class(type_name)
    except ModuleNotFoundError:  # The SDK names a module that it does not have.
        return _PLAIN["object"](random)
    return _member(random, named) if issubclass(named, Enum) else _model(random, named, depth)


def _member(random: Random, values: type[Enum]) -> Json:
    """Something that the enumeration knows; or, now and then, what only a newer one does."""
    known = [member.value for member in values]
    return random.choice(known) if known and random.random() < 0.9 else "A_NEW_ONE"


def _model(random: Random, named: type[Any], depth: int) -> dict[str, Json]:
    kinds = vars(named).get("discriminator_value_class_map")  # children inherit it, and have none
    kind = random.choice(sorted(kinds)) if kinds else None
    model = _class(kinds[kind]) if kinds else named
    names = getattr(model, "attribute_map", {})
    made = {
        names.get(name, name): _value(random, type_name, depth + 1)
        for name, type_name in model.deserialized_types.items()
        if depth < _DEEPEST and random.random() < 0.8
    }
    return made | ({"type": kind} if kind else {})


@cache
def _class(name: str) -> type[Any]:
    module, _, attribute = name.rpartition(".")
    found: type[Any] = getattr(import_module(module), attribute)
    return found
