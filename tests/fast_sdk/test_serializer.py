"""The fast serializer is DefaultSerializer, whatever it is given."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from enum import Enum
from functools import partial
from importlib import import_module
from typing import Any

import ask_sdk_model
import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.request_envelope import RequestEnvelope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fast_sdk.serializer import FastSerializer
from simulator.world import World


def models() -> Iterator[type]:
    """Every class of ask-sdk-model that is read from JSON."""
    for module in pkgutil.walk_packages(ask_sdk_model.__path__, "ask_sdk_model."):
        for kind in vars(import_module(module.name)).values():
            is_read = hasattr(kind, "deserialized_types") or (
                isinstance(kind, type) and issubclass(kind, Enum)
            )
            if is_read and kind.__module__ == module.name:
                yield kind


MODELS = sorted(models(), key=lambda kind: f"{kind.__module__}.{kind.__name__}")

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)
TIMES = st.sampled_from(
    ["2026-11-22T18:30:00Z", "2026-11-22T18:30:00.5+01:00", "20261122", "25:00", "", 1700000000]
)
DEEPEST = 3


def payloads(kind: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """JSON that a class may be read from, and now and then something else."""
    if isinstance(kind, str):
        return of_type(kind, depth)
    if issubclass(kind, Enum):
        return st.sampled_from([member.value for member in kind]) | ANYTHING
    children = getattr(kind, "discriminator_value_class_map", None)
    if depth == 0 and children and "." in "".join(map(str, children.values())):
        return st.sampled_from(sorted(children.items())).flatmap(
            lambda child: _object(_class(child[1]), depth, {kind.json_discriminator_key: child[0]})
        )
    return _object(kind, depth, {})


def _object(kind: Any, depth: int, fixed: dict[str, Any]) -> st.SearchStrategy[Any]:
    if depth > DEEPEST:
        return ANYTHING
    names = {name: name for name in kind.deserialized_types} | getattr(kind, "attribute_map", {})
    parts = {
        names[attribute]: st.none() | st.deferred(partial(of_type, type_, depth + 1)) | ANYTHING
        for attribute, type_ in kind.deserialized_types.items()
    }
    more = st.dictionaries(st.text(max_size=8), ANYTHING, max_size=1)
    known = st.fixed_dictionaries({}, optional=parts)
    return st.tuples(more, known).map(lambda both: {**both[0], **both[1], **fixed})


def of_type(type_: str, depth: int) -> st.SearchStrategy[Any]:
    """JSON for one of the SDK's names of types."""
    if type_.startswith("list["):
        return st.lists(of_type(type_[5:-1], depth), max_size=2)
    if type_.startswith("dict("):
        value = type_.partition(", ")[2][:-1]
        return st.dictionaries(st.text(max_size=3), of_type(value, depth), max_size=2)
    if type_ in ("date", "datetime"):
        return TIMES
    if "." not in type_ or depth > DEEPEST:
        return ANYTHING
    try:
        return payloads(_class(type_), depth)
    except ModuleNotFoundError:  # The SDK names a module that it does not have.
        return ANYTHING


def _class(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(module), name)


def read(serializer: DefaultSerializer, payload: Any, kind: Any) -> Any:
    """What is read, or why it is not."""
    try:
        return serializer.deserialize(json.dumps(payload), kind)
    except SerializationException as error:
        return type(error), str(error)


def test_there_are_hundreds_of_models() -> None:
    assert len(MODELS) > 400


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_it_reads_and_writes_what_the_sdk_does(kind: Any, data: st.DataObject) -> None:
    payload = data.draw(payloads(kind))
    sdk, fast = DefaultSerializer(), FastSerializer()

    expected, found = read(sdk, payload, kind), read(fast, payload, kind)

    assert found == expected
    assert type(found) is type(expected)
    assert outcome(fast, found) == outcome(sdk, expected)


def outcome(serializer: DefaultSerializer, model: Any) -> Any:
    """What is written, or why it is not."""
    try:
        return serializer.serialize(model)
    except (AttributeError, TypeError) as error:
        return type(error), str(error)


def test_it_reads_and_writes_a_whole_talk_as_the_sdk_does(world: World) -> None:
    sdk, fast = DefaultSerializer(), FastSerializer()
    world.sign_in("ada")
    for words in ("open pizza on demand", "get me a large pizza with bacon", "yes", "stop"):
        world.say(words)

    for turn in world.echo.turns:
        envelope = json.dumps(turn.request)
        expected = sdk.deserialize(envelope, RequestEnvelope)
        assert fast.deserialize(envelope, RequestEnvelope) == expected
        assert fast.read(turn.request, RequestEnvelope) == expected
        assert fast.serialize(expected) == sdk.serialize(expected)
